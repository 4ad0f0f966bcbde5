import * as Config from "effect/Config"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import * as Claude from "../../../Claude.js"
import { defaultBaseUrl } from "../../../ClaudeConfig.js"
import { layerHub } from "../../../ClaudeEvent.js"
import { wrongBase } from "../../../client/internal/prepare.js"
import * as RetryPolicy from "../../../policy/RetryPolicy.js"
import * as NodeClaude from "../../NodeClaude.js"
import { type Proxy, route } from "../proxy.js"
import { type Target, targetOf } from "../socket.js"
import type { Found, Known } from "./model.js"

type Client = NodeClaude.Options

/** As it stands in the environment, trimmed; blank counts as absent. */
const variable = (name: string): Effect.Effect<string | undefined> =>
  Config.string(name).pipe(
    Config.option,
    Effect.map((value) => Option.getOrUndefined(value)?.trim() || undefined),
    Effect.orElseSucceed(() => undefined)
  )

const isLoopback = ({ hostname }: Target): boolean => /^(?:localhost|127\.[\d.]+|::1)$/.test(hostname)

/** What cannot be part of a credential: blanks, quotes and what is not ASCII, as copying leaves them behind. */
const isOdd = (secret: Redacted.Redacted | undefined): boolean =>
  secret !== undefined && /[^\x21-\x7e]|^["']|["']$/.test(Redacted.value(secret))

const credentialOf = (options: Client): "apiKey" | "authToken" | "header" =>
  options.apiKey !== undefined ? "apiKey" : options.authToken !== undefined ? "authToken" : "header"

/** The settings of the client, as it would find them; without a credential, one that the API will refuse. */
const resolved = (client: Client) =>
  Claude.optionsFromConfig<never>(client).pipe(
    Effect.map((options) => ({ options, credential: credentialOf(options) })),
    Effect.orElse(() =>
      Effect.map(Claude.optionsFromConfig<never>({ ...client, apiKey: Redacted.make("none") }), (options) => ({
        options,
        credential: "none" as const
      }))
    )
  )

/** The client as it is set, but that each call is one attempt and tells nobody. */
const clientOf = (client: Client, options: Client, limit: Duration.Duration) =>
  NodeClaude.layerWith({
    ...options,
    pool: client.pool,
    retry: RetryPolicy.never,
    admission: false,
    budget: false,
    breaker: false,
    timeouts: { pool: limit, connect: limit, headers: limit, idle: limit, stalled: limit }
  }).pipe(Layer.build, Effect.provide(layerHub), Effect.map(Context.get(Claude.Claude)))

const failure = (says: string, remedy: string): readonly [Found, undefined] => [
  { verdict: "failure", says, remedy },
  undefined
]

const environment = Effect.all({
  extraCertificates: Effect.map(variable("NODE_EXTRA_CA_CERTS"), (path) => path !== undefined),
  unverified: Effect.map(variable("NODE_TLS_REJECT_UNAUTHORIZED"), (value) => value === "0")
})

/** What the program itself says of the way to the API, before anything is sent. */
export const settings = (
  client: Client,
  limit: Duration.Duration
): Effect.Effect<readonly [Found, Known | undefined], never, Scope.Scope> =>
  Effect.gen(function* () {
    const { credential, options } = yield* resolved(client)
    const address = options.baseUrl ?? defaultBaseUrl
    const wrong = wrongBase(address)
    if (wrong !== undefined) return failure(`No call can be made: ${wrong.message}.`, `Mend it: ${wrong.remedy}.`)
    const base = new URL(address)
    const target = targetOf(base)
    const proxy: Proxy | undefined = (yield* route(client.pool?.proxy))(target)
    const claude = yield* clientOf(client, options, limit)
    const { extraCertificates, unverified } = yield* environment
    const keepAlive = Duration.decode(client.pool?.keepAlive ?? "4 seconds")
    const evidence = {
      origin: base.origin,
      credential,
      node: process.versions.node,
      platform: `${process.platform} ${process.arch}`,
      extraCertificates,
      keepAlive: Duration.toMillis(keepAlive)
    }
    const known = {
      claude,
      hasCredential: credential !== "none",
      base,
      target,
      proxy,
      ca: client.pool?.ca,
      keepAlive,
      limit
    }
    const found = judge(base, target, credential, isOdd(options.apiKey ?? options.authToken), unverified)
    return [{ ...found, evidence }, known] as const
  }).pipe(Effect.catchAll((error) => Effect.succeed(failure(error.message, "Mend the setting that is named."))))

const judge = (base: URL, target: Target, credential: string, odd: boolean, unverified: boolean): Found => {
  if (odd) {
    return {
      verdict: "warning",
      says: "The credential has a blank, a quote or a character in it that is none of a credential's.",
      remedy: "Copy it again, without quotes and line ends."
    }
  }
  if (/\/v1\/*$/.test(base.pathname)) {
    return {
      verdict: "warning",
      says: "The base URL ends in /v1, which the client adds itself.",
      remedy: "Take /v1 off ANTHROPIC_BASE_URL or baseUrl."
    }
  }
  if (!target.secure && !isLoopback(target)) {
    return {
      verdict: "warning",
      says: `The connection to ${target.hostname} is not encrypted: the credential can be read on the way.`,
      remedy: "Use an https: base URL."
    }
  }
  if (unverified) {
    return {
      verdict: "warning",
      says: "NODE_TLS_REJECT_UNAUTHORIZED=0 is set. NodeClaude verifies all the same; other clients of this process do not.",
      remedy: "Take it away; trust a private authority by NODE_EXTRA_CA_CERTS or pool: { ca }."
    }
  }
  return credential === "none"
    ? {
        verdict: "note",
        says: "No credential is set: what can be seen without one is examined.",
        remedy: "Set ANTHROPIC_API_KEY."
      }
    : { verdict: "ok", says: `The client would call ${target.hostname}, port ${target.port}.` }
}

const proxyNames = ["https_proxy", "http_proxy", "all_proxy", "no_proxy"]

const namesSet = Effect.map(
  Effect.forEach(
    proxyNames.flatMap((name) => [name, name.toUpperCase()]),
    (name) => Effect.map(variable(name), (value) => (value === undefined ? [] : [name]))
  ),
  (found) => found.flat()
)

/** Which way connections take, and which settings have no say in it. */
export const proxySettings =
  (given: NodeClaude.PoolOptions["proxy"]) =>
  ({ proxy, target }: Known): Effect.Effect<Found> =>
    Effect.map(namesSet, (names): Found => {
      const from = given === undefined ? "environment" : "pool.proxy"
      const evidence = {
        set: names,
        ...(proxy === undefined ? {} : { proxy: `${proxy.hostname}:${proxy.port}`, from })
      }
      if (proxy !== undefined) {
        const says = `Connections go through the proxy ${proxy.hostname}:${proxy.port}, from ${
          from === "environment" ? "the environment" : from
        }.`
        return { verdict: "ok", says, evidence }
      }
      if (given === false) {
        return { verdict: "ok", says: "Connections go straight to the API, as pool.proxy says.", evidence }
      }
      const unused = names.filter((name) => !/^no_proxy$/i.test(name))
      return unused.length === 0
        ? { verdict: "ok", says: "Connections go straight to the API: no proxy is set.", evidence }
        : { verdict: "note", ...unusedProxy(unused, target), evidence }
    })

const unusedProxy = (unused: ReadonlyArray<string>, target: Target): Pick<Found, "says" | "remedy"> => ({
  says: `Connections go straight to the API, though ${unused.join(", ")} is set.`,
  remedy: target.secure
    ? "If the proxy is meant, name it in HTTPS_PROXY (HTTP_PROXY and ALL_PROXY are not for https:) and take the host out of NO_PROXY."
    : "If the proxy is meant, name it in HTTP_PROXY and take the host out of NO_PROXY."
})
