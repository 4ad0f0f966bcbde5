/**
 * Credentials, base URL, API version, betas, headers and timeouts: of a client, and of a single call.
 *
 * @since 0.1.0
 */
import * as Config from "effect/Config"
import type * as ConfigError from "effect/ConfigError"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import { defined } from "./internal/defined.js"

/**
 * How long the parts of a call may take. `Infinity` switches a limit off. Each ends in a `TimedOut` of its own name.
 *
 * @since 0.1.0
 * @category models
 */
export interface Timeouts {
  /** Waiting for a connection of the pool; `NodeClaude` alone has one. Default 30 seconds. */
  readonly pool?: Duration.DurationInput | undefined
  /** Opening a connection, DNS and TLS included; seen by `NodeClaude` alone. Default 10 seconds. */
  readonly connect?: Duration.DurationInput | undefined
  /**
   * From sending to the response's headers. Default 10 minutes for a unary call; 180 seconds plus 1 second for every
   * 32 KB of the request for a stream. Node's own `fetch` ends at 300 seconds whatever is said here.
   */
  readonly headers?: Duration.DurationInput | undefined
  /** Without a byte of the body while somebody reads it; pings are bytes. Default 180 seconds. */
  readonly idle?: Duration.DurationInput | undefined
  /** Without a stream event other than `ping` while somebody reads. Default 300 seconds. */
  readonly stalled?: Duration.DurationInput | undefined
  /** The whole call by the wall clock: all attempts, the waits between them, the body. Default none. */
  readonly total?: Duration.DurationInput | undefined
}

/**
 * Timeouts by their defaults, resolved for one call.
 *
 * @since 0.1.0
 * @category models
 */
export interface ResolvedTimeouts {
  readonly pool: Duration.Duration | undefined
  readonly connect: Duration.Duration | undefined
  readonly headers: Duration.Duration | undefined
  readonly idle: Duration.Duration | undefined
  readonly stalled: Duration.Duration | undefined
  readonly total: Duration.Duration | undefined
}

/**
 * The most bytes that the parts of an answer may have: what a client may have to hold of each call, whatever the other
 * side sends. Beyond it is an `UnexpectedResponse` that names the option. A stream as a whole has no limit, since
 * nothing of it is kept but the event that is open. `Infinity` is 512 MB: no engine's text is longer.
 *
 * How large the head of an answer may be is the transport's affair: `pool.maxHeaderSize` of `NodeClaude`.
 *
 * @since 0.1.0
 * @category models
 */
export interface MaxSizes {
  /** One line, or the data of one event, of a stream. Default 16 MiB. */
  readonly event?: number | undefined
  /** An answer that comes whole. Default 256 MiB. */
  readonly reply?: number | undefined
  /** The body of a refusal. What is beyond it is not read, and no error: the status has spoken. Default 1 MiB. */
  readonly errorBody?: number | undefined
}

/**
 * The limits of size that hold where none are given, in bytes.
 *
 * @since 0.1.0
 * @category configuration
 */
export const defaultMaxSizes = {
  event: 16 * 1024 * 1024,
  reply: 256 * 1024 * 1024,
  errorBody: 1024 * 1024
} as const

/**
 * How strictly requests are checked before they are sent: `strict`, types and documented rules; `shape`, types alone;
 * `off`, nothing.
 *
 * @since 0.1.0
 * @category models
 */
export type Validation = "strict" | "shape" | "off"

/**
 * What a header may be given as: `Redacted` for secrets, which then show in no dump of the options; `undefined` for
 * none.
 *
 * @since 0.1.0
 * @category models
 */
export type HeaderValue = string | Redacted.Redacted | undefined

/**
 * The settings of a client.
 *
 * @since 0.1.0
 * @category models
 */
export interface ClientOptions {
  /** An API key, sent as `Authorization: Bearer` (as `x-api-key` before API version 2026-10-21). */
  readonly apiKey?: Redacted.Redacted | undefined
  /** A bearer token. An `apiKey` given beside it wins. */
  readonly authToken?: Redacted.Redacted | undefined
  /** Where the API is; may carry a path prefix, but no user, password or query. Default `https://api.anthropic.com`. */
  readonly baseUrl?: string | undefined
  /** The `anthropic-version` header. Default `2026-10-21`; `2023-06-01` works too. */
  readonly apiVersion?: string | undefined
  /** `anthropic-beta` values, added to those of a call. */
  readonly betas?: ReadonlyArray<string> | undefined
  /** More headers; `undefined` takes one of the client's own away. Wrap secrets in `Redacted`. */
  readonly headers?: Readonly<Record<string, HeaderValue>> | undefined
  /** Default: see {@link Timeouts}. */
  readonly timeouts?: Timeouts | undefined
  /** Default: see {@link MaxSizes}. */
  readonly maxSizes?: MaxSizes | undefined
  /** How strictly requests are checked before they are sent. Default `strict`. */
  readonly validation?: Validation | undefined
  /**
   * Whether to ask `/v1/models` once for each model, and to refuse what the model does not support (thinking types,
   * effort, images, …) before it is sent. A model that is not there fails the call. Default `false`.
   */
  readonly checkCapabilities?: boolean | undefined
  /** Whether to send `traceparent` to the API. Default `false`. */
  readonly traceHeaders?: boolean | undefined
}

/**
 * What can be set for single calls, over the settings of the client.
 *
 * @since 0.1.0
 * @category models
 */
export interface CallOptions {
  /** Default: the client's credential. */
  readonly apiKey?: Redacted.Redacted | undefined
  /** Field by field over the client's. */
  readonly timeouts?: Timeouts | undefined
  /** Added to the client's. */
  readonly betas?: ReadonlyArray<string> | undefined
  /** Over the client's; `undefined` takes one away. Wrap secrets in `Redacted`. */
  readonly headers?: Readonly<Record<string, HeaderValue>> | undefined
}

/**
 * The API version that the wire schemas describe (`@anthropic-ai/sdk` 1.12.0, `client.ts`).
 *
 * @since 0.1.0
 * @category configuration
 */
export const defaultApiVersion = "2026-10-21"

/**
 * Where the API is.
 *
 * @since 0.1.0
 * @category configuration
 */
export const defaultBaseUrl = "https://api.anthropic.com"

/**
 * The options of the calls below, set by `Claude.withOptions`.
 *
 * @since 0.1.0
 * @category tags
 */
export class CurrentCallOptions extends Context.Reference<CurrentCallOptions>()<
  "effect-claude/ClaudeConfig/CurrentCallOptions",
  CallOptions
>("effect-claude/ClaudeConfig/CurrentCallOptions", { defaultValue: () => ({}) }) {}

/**
 * The moment, in epoch milliseconds by the Clock, at which the calls below must have ended; set by
 * `Claude.withDeadline`. Default none.
 *
 * @since 0.1.0
 * @category tags
 */
export class CurrentDeadline extends Context.Reference<CurrentDeadline>()<
  "effect-claude/ClaudeConfig/CurrentDeadline",
  number
>("effect-claude/ClaudeConfig/CurrentDeadline", { defaultValue: () => Infinity }) {}

/**
 * Where the calls below stand among those that wait for admission: higher ones go first. Default 0; set by
 * `Claude.withOptions({ priority })`, and to 1 by `Resumable` for continuations, since the prompt cache lives for five
 * minutes.
 *
 * @since 0.1.0
 * @category tags
 */
export class CurrentPriority extends Context.Reference<CurrentPriority>()<
  "effect-claude/ClaudeConfig/CurrentPriority",
  number
>("effect-claude/ClaudeConfig/CurrentPriority", { defaultValue: () => 0 }) {}

/**
 * Lays the options of an inner scope over those of an outer one: timeouts and headers field by field, betas added.
 *
 * @since 0.1.0
 * @category combinators
 */
export const mergeCallOptions = (outer: CallOptions, inner: CallOptions): CallOptions => ({
  apiKey: inner.apiKey ?? outer.apiKey,
  timeouts: { ...outer.timeouts, ...defined(inner.timeouts ?? {}) },
  betas: [...(outer.betas ?? []), ...(inner.betas ?? [])],
  headers: { ...outer.headers, ...inner.headers }
})

const finite = (input: Duration.DurationInput): Duration.Duration | undefined => {
  const duration = Duration.decode(input)
  return Duration.isFinite(duration) ? duration : undefined
}

const streamHeaders = (bodyBytes: number): Duration.Duration => Duration.seconds(180 + Math.ceil(bodyBytes / 32_768))

// Made once: to read durations out of strings would take longer than all else that a call is prepared with.
const defaultTimeouts = {
  pool: Duration.seconds(30),
  connect: Duration.seconds(10),
  headers: Duration.minutes(10),
  idle: Duration.seconds(180),
  stalled: Duration.seconds(300)
}

/**
 * The time limits of one call: what was said for it, else for its client, else the defaults.
 *
 * @since 0.1.0
 * @category configuration
 */
export const resolveTimeouts = (
  call: Timeouts | undefined,
  client: Timeouts | undefined,
  request: { readonly streaming: boolean; readonly bodyBytes: number }
): ResolvedTimeouts => {
  const pick = (key: keyof Timeouts, fallback: Duration.Duration | undefined) => {
    const given = call?.[key] ?? client?.[key]
    return given === undefined ? fallback : finite(given)
  }
  return {
    pool: pick("pool", defaultTimeouts.pool),
    connect: pick("connect", defaultTimeouts.connect),
    headers: pick("headers", request.streaming ? streamHeaders(request.bodyBytes) : defaultTimeouts.headers),
    idle: pick("idle", defaultTimeouts.idle),
    stalled: pick("stalled", defaultTimeouts.stalled),
    total: pick("total", undefined)
  }
}

const text = (name: string): Config.Config<Option.Option<string>> =>
  Config.string(name).pipe(
    Config.option,
    Config.map((value) =>
      Option.filter(
        Option.map(value, (s) => s.trim()),
        (s) => s !== ""
      )
    )
  )

const secret = (name: string) => Config.map(text(name), Option.map(Redacted.make))

/** Who puts headers into the environment often puts a gateway's key there. */
const parseHeaders = (lines: string): Readonly<Record<string, Redacted.Redacted>> => {
  const headers: Record<string, Redacted.Redacted> = {}
  for (const line of lines.split("\n")) {
    const colon = line.indexOf(":")
    if (colon > 0) headers[line.slice(0, colon).trim().toLowerCase()] = Redacted.make(line.slice(colon + 1).trim())
  }
  return headers
}

/**
 * What the environment says: `ANTHROPIC_API_KEY`, `ANTHROPIC_AUTH_TOKEN` (ignored where the key is set),
 * `ANTHROPIC_BASE_URL`, `ANTHROPIC_CUSTOM_HEADERS` (lines of `Name: value`). Values are trimmed; a blank one counts as
 * absent, as in the official SDK.
 *
 * @since 0.1.0
 * @category configuration
 */
export const fromEnvironment: Effect.Effect<ClientOptions, ConfigError.ConfigError> = Effect.map(
  Config.all({
    apiKey: secret("ANTHROPIC_API_KEY"),
    authToken: secret("ANTHROPIC_AUTH_TOKEN"),
    baseUrl: text("ANTHROPIC_BASE_URL"),
    headers: text("ANTHROPIC_CUSTOM_HEADERS")
  }),
  (found) => ({
    apiKey: Option.getOrUndefined(found.apiKey),
    authToken: Option.isSome(found.apiKey) ? undefined : Option.getOrUndefined(found.authToken),
    baseUrl: Option.getOrUndefined(found.baseUrl),
    headers: Option.getOrUndefined(Option.map(found.headers, parseHeaders))
  })
)
