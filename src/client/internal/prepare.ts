import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import type { CallOptions, ClientOptions, ResolvedTimeouts } from "../../ClaudeConfig.js"
import { defaultApiVersion, defaultBaseUrl, resolveTimeouts } from "../../ClaudeConfig.js"
import { AuthenticationFailed, InvalidRequest, type Issue, type RequestInfo } from "../../ClaudeError.js"
import type { Hub } from "../../ClaudeEvent.js"
import { redact } from "../../internal/redact.js"
import { hiding, secretHeadersIn, secretsIn } from "../../internal/secrets.js"
import type { RetryPolicy } from "../../policy/RetryPolicy.js"
import type { Drain } from "./drain.js"
import type { Demand } from "./gate.js"
import type { Policies } from "./policies.js"
import type { Service as Transport, TransportRequest } from "../../transport/Transport.js"

/** A client's settings, resolved once. */
export interface Settings {
  readonly transport: Transport
  readonly options: ClientOptions
  readonly retry: RetryPolicy
  /** Where the client was built; the hub of a call's context goes before it. */
  readonly hub: Hub
  /** What the client has of its own; the context of a call goes before it. */
  readonly policies: Policies
  /** The calls of this client that are running. */
  readonly drain: Drain
  /** Whether the user set `timeouts.headers`, which makes long unary calls the user's own affair. */
  readonly hasHeadersTimeout: boolean
}

/** A request as the front door gives it. */
export interface Outgoing {
  readonly method: TransportRequest["method"]
  /** Below the base URL, with a leading slash, segments encoded. */
  readonly path: string
  readonly query?: Readonly<Record<string, QueryValue>> | undefined
  /** Sent as JSON. */
  readonly body?: unknown
  readonly model?: string | undefined
  readonly streaming: boolean
  readonly headers?: CallOptions["headers"]
  readonly betas?: CallOptions["betas"]
  /** What decides the limits that a call draws on, and how much. */
  readonly maxTokens?: number | undefined
  readonly speed?: string | null | undefined
  /** Beyond which the API refuses a body, in bytes. */
  readonly maxBodyBytes?: number | undefined
}

/** A value of a query: arrays become `name[]=a&name[]=b` with its brackets escaped, `undefined` is left out. */
export type QueryValue = string | number | boolean | undefined | ReadonlyArray<string | number>

/** A request as the transport takes it. */
export interface Prepared {
  readonly info: RequestInfo
  readonly timeouts: ResolvedTimeouts
  readonly demand: Demand
  /** As it was before it was encoded. */
  readonly body: unknown
  /** Takes the secrets of the request out of a text. */
  readonly hide: (text: string) => string
  readonly toTransport: (fresh: boolean) => Effect.Effect<TransportRequest>
}

const encoder = new TextEncoder()

const userAgent = "effect-claude/0.1.0"

/** An error of our own making: nothing was sent. */
export const localContext = (request: RequestInfo) => ({
  phase: "validate" as const,
  attempt: 0,
  elapsed: Duration.zero,
  mayHaveRun: false,
  request
})

/** Beyond which nobody reads on: an array of a million wrong things has a million issues. */
const maxIssues = 100

export const invalid = (request: RequestInfo, issues: ReadonlyArray<typeof Issue.Type>): InvalidRequest =>
  new InvalidRequest({ ...localContext(request), source: "local", issues: issues.slice(0, maxIssues) })

/** What throws when it is read cannot be written. */
export const unreadable = (method: RequestInfo["method"], path: string): InvalidRequest =>
  invalid({ method, path }, [
    issue([], "json-encodable", "something in the request throws when it is read", "give plain data")
  ])

const issue = (path: ReadonlyArray<string | number>, rule: string, message: string, remedy: string) => ({
  path,
  rule,
  message,
  remedy
})

/** An untyped caller may give anything for a model; what is no text is no name for one. */
export const modelOf = ({ model }: Outgoing): string | undefined => (typeof model === "string" ? model : undefined)

/**
 * Encodes, addresses and signs a request. All of it is done at once: steps of an Effect would cost more than the work.
 */
export const prepare = (
  settings: Settings,
  call: CallOptions,
  outgoing: Outgoing
): Either.Either<Prepared, InvalidRequest | AuthenticationFailed> =>
  Either.gen(function* () {
    const { method } = outgoing
    // errors, events and spans tell the path: what a query holds is nobody's business
    const path = outgoing.path.replace(/[?#].*$/s, "")
    const model = modelOf(outgoing)
    const body = yield* encode({ method, path, model }, outgoing)
    const info: RequestInfo = { method, path, model, bodyBytes: body?.length, stream: outgoing.streaming }
    const url = yield* address(info, settings.options.baseUrl ?? defaultBaseUrl, outgoing)
    const headers = yield* makeHeaders(info, settings.options, call, outgoing)
    const timeouts = resolveTimeouts(call.timeouts, settings.options.timeouts, {
      streaming: outgoing.streaming,
      bodyBytes: body?.length ?? 0
    })
    const limits = { pool: timeouts.pool, connect: timeouts.connect, headers: timeouts.headers }
    const toTransport = (fresh: boolean): Effect.Effect<TransportRequest> => {
      const request = { method, url, headers, body, limits, fresh }
      return settings.options.traceHeaders === true ? traced(request) : Effect.succeed(request)
    }
    const { maxTokens, speed } = outgoing
    const hide = hiding(() => [...secretHeadersIn(headers), ...secretsIn(parsed(body)), ...secretsIn(outgoing.query)])
    const demand = { origin: originOf(url), maxTokens, speed }
    return { info, timeouts, toTransport, body: outgoing.body, demand, hide }
  })

const decoder = new TextDecoder()

/** The body as it is sent: what others can repeat, and plain data, whatever it was made of. */
const parsed = (body: Uint8Array | undefined): unknown =>
  body === undefined ? undefined : JSON.parse(decoder.decode(body))

const encode = (info: RequestInfo, outgoing: Outgoing): Either.Either<Uint8Array | undefined, InvalidRequest> => {
  if (outgoing.body === undefined) return Either.right(undefined)
  return Either.flatMap(
    Either.try({
      try: () => {
        const json: unknown = JSON.stringify(outgoing.body)
        // functions and symbols have no JSON
        if (typeof json !== "string") throw new TypeError("no JSON")
        return encoder.encode(json)
      },
      catch: () =>
        invalid(info, [
          issue(
            [],
            "json-encodable",
            "the request cannot be written as JSON",
            "take out cycles, BigInt values and functions"
          )
        ])
    }),
    (bytes) => {
      const max = outgoing.maxBodyBytes ?? Infinity
      return bytes.length <= max
        ? Either.right(bytes)
        : Either.left(
            invalid(info, [
              issue(
                [],
                "body-size",
                `the request has ${bytes.length} bytes; the API takes ${max}`,
                "upload large files with the Files API and refer to them by file_id, or send fewer messages"
              )
            ])
          )
    }
  )
}

const address = (info: RequestInfo, base: string, outgoing: Outgoing): Either.Either<string, InvalidRequest> => {
  const asked = query(outgoing.query ?? {})
  const joined = outgoing.path.includes("?") ? asked.replace("?", "&") : asked
  const url = base.replace(/\/+$/, "") + outgoing.path + joined
  const wrong = wrongBase(base, url) ?? wrongPath(outgoing.path)
  return wrong === undefined ? Either.right(url) : Either.left(invalid({ ...info, path: redact(info.path) }, [wrong]))
}

/** What is wrong with a base URL; its text is not told, since it may hold a password. */
export const wrongBase = (base: string, url: string = base): typeof Issue.Type | undefined => {
  if (!/^https?:\/\//i.test(url) || !URL.canParse(base) || !URL.canParse(url)) {
    return issue(["baseUrl"], "base-url", "the base URL is no http(s) URL", `write it as in ${defaultBaseUrl}`)
  }
  if (!/[?#@]/.test(base)) return undefined
  const { hash, password, search, username } = new URL(base)
  return username + password + search + hash === ""
    ? undefined
    : issue(
        ["baseUrl"],
        "base-url",
        "the base URL has a user, a password, a query or a fragment",
        "send credentials in apiKey, authToken or headers: { authorization: Redacted.make(…) }"
      )
}

const dotSegment = /^(?:\.|%2e){1,2}$/i

/** What is wrong with a path: it must lead below the base URL, whoever wrote it. */
const wrongPath = (path: string): typeof Issue.Type | undefined => {
  const told = (message: string, remedy: string) => issue(["path"], "path", message, remedy)
  if (!path.startsWith("/") || /^\/(?:\/|[a-z][a-z0-9+.-]*:\/)|\\/i.test(path)) {
    return told(
      "the path is a whole URL, names another host, or holds a backslash",
      "give the path below the base URL alone, and only after you know that the URL was of the API's own origin: "
        + "the credential goes where the path leads"
    )
  }
  const [segments = ""] = path.split(/[?#]/)
  if (path.includes("#") || segments.split("/").some((segment) => dotSegment.test(segment))) {
    return told(
      "the path has a segment of dots, which leads out of where it begins, or a fragment",
      "encode the segments: encodeURIComponent(id), and refuse ids that are made of dots"
    )
  }
  return undefined
}

const originOf = (url: string): string => url.slice(0, url.indexOf("/", url.indexOf("//") + 2))

const query = (values: Readonly<Record<string, QueryValue>>): string => {
  const parts: Array<string> = []
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined) continue
    if (typeof value === "object") {
      for (const item of value) parts.push(`${encodeURIComponent(`${name}[]`)}=${encodeURIComponent(item)}`)
    } else {
      parts.push(`${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    }
  }
  return parts.length === 0 ? "" : `?${parts.join("&")}`
}

const betaHeader = "anthropic-beta"

const makeHeaders = (
  info: RequestInfo,
  client: ClientOptions,
  call: CallOptions,
  outgoing: Outgoing
): Either.Either<Readonly<Record<string, string>>, InvalidRequest | AuthenticationFailed> => {
  const apiVersion = client.apiVersion ?? defaultApiVersion
  const headers: Record<string, string | undefined> = {
    accept: outgoing.streaming ? "text/event-stream" : "application/json",
    // a truncated gzip ends without any error in some clients: what is not compressed cannot
    "accept-encoding": "identity",
    "user-agent": userAgent,
    "anthropic-version": apiVersion,
    ...credential(apiVersion, client.apiKey, client.authToken)
  }
  if (outgoing.body !== undefined) headers["content-type"] = "application/json"
  const betas = [...(client.betas ?? []), ...(call.betas ?? []), ...(outgoing.betas ?? [])]
  for (const source of [client.headers, call.headers, outgoing.headers]) {
    if (source === call.headers && call.apiKey !== undefined) {
      // the key of a call goes before any credential of its client, in whatever header that stood
      delete headers["authorization"]
      delete headers["x-api-key"]
      Object.assign(headers, credential(apiVersion, call.apiKey, undefined))
    }
    for (const [given, wrapped] of Object.entries(source ?? {})) {
      const name = given.toLowerCase()
      const value = Redacted.isRedacted(wrapped) ? Redacted.value(wrapped) : wrapped
      if (name === betaHeader && value !== undefined) betas.push(...value.split(",").map((beta) => beta.trim()))
      else headers[name] = value
    }
  }
  if (betas.length > 0) headers[betaHeader] = [...new Set(betas)].join(",")
  if (!("authorization" in headers) && !("x-api-key" in headers)) return Either.left(noCredential(info))
  return clean(info, headers)
}

const isBlank = (secret: Redacted.Redacted | undefined): boolean =>
  secret === undefined || Redacted.value(secret).trim() === ""

const credential = (
  apiVersion: string,
  apiKey: Redacted.Redacted | undefined,
  authToken: Redacted.Redacted | undefined
): Record<string, string> => {
  if (apiKey !== undefined && !isBlank(apiKey)) {
    // claude-api.md: since 2026-10-21 keys travel as bearer tokens
    return apiVersion < defaultApiVersion
      ? { "x-api-key": Redacted.value(apiKey) }
      : { authorization: `Bearer ${Redacted.value(apiKey)}` }
  }
  return authToken === undefined || isBlank(authToken) ? {} : { authorization: `Bearer ${Redacted.value(authToken)}` }
}

const noCredential = (info: RequestInfo): AuthenticationFailed =>
  new AuthenticationFailed({
    ...localContext(info),
    apiMessage: "no credential: give apiKey or authToken, or set ANTHROPIC_API_KEY and use layerConfig"
  })

const validName = /^[!#$%&'*+\-.^_`|~0-9a-z]+$/
// what HTTP carries; characters beyond Latin-1 and line breaks do not fit into a header
const validValue = /^[\t\x20-\x7e\x80-\xff]*$/

const clean = (
  info: RequestInfo,
  headers: Readonly<Record<string, string | undefined>>
): Either.Either<Readonly<Record<string, string>>, InvalidRequest> => {
  const kept: Record<string, string> = {}
  const issues: Array<typeof Issue.Type> = []
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined) continue
    if (validName.test(name) && validValue.test(value)) kept[name] = value
    else {
      issues.push(
        issue(
          ["headers", name],
          "header",
          "the header's name or value holds a character that HTTP does not carry",
          "look for a line break or a character beyond Latin-1, often pasted in with a key"
        )
      )
    }
  }
  return issues.length === 0 ? Either.right(kept) : Either.left(invalid(info, issues))
}

const traced = (request: TransportRequest): Effect.Effect<TransportRequest> =>
  Effect.map(Effect.option(Effect.currentSpan), (span) =>
    Option.isNone(span)
      ? request
      : {
          ...request,
          headers: {
            ...request.headers,
            traceparent: `00-${span.value.traceId}-${span.value.spanId}-${span.value.sampled ? "01" : "00"}`
          }
        }
  )
