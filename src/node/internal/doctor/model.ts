import type * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Service } from "../../../Claude.js"
import type { Proxy } from "../proxy.js"
import type { SocketOptions, Target } from "../socket.js"

export const Check = Schema.Literal(
  "settings",
  "proxy",
  "dns",
  "tcp",
  "tunnel",
  "tls",
  "api",
  "clock",
  "latency",
  "upload",
  "stream",
  "idle"
)

export type Check = typeof Check.Type

export const Verdict = Schema.Literal("ok", "note", "warning", "failure", "skipped")

export type Verdict = typeof Verdict.Type

export const Finding = Schema.Struct({
  check: Check,
  verdict: Verdict,
  /** What was found, in a sentence. */
  says: Schema.String,
  /** What to do about it. */
  remedy: Schema.optional(Schema.String),
  /** The figures behind it; durations in milliseconds. */
  evidence: Schema.Record({ key: Schema.String, value: Schema.Unknown }),
  /** How long the check took. */
  took: Schema.DurationFromMillis
})

export interface Finding extends Schema.Schema.Type<typeof Finding> {}

export const Report = Schema.Struct({
  version: Schema.Literal(1),
  /** When the examination began, in epoch milliseconds. */
  at: Schema.JsonNumber,
  /** Scheme, host and port of the API; `undefined` where the settings do not tell. */
  origin: Schema.optional(Schema.String),
  findings: Schema.Array(Finding)
})

export interface Report extends Schema.Schema.Type<typeof Report> {}

/** What a check found. How long it took is for the one that runs it to tell. */
export interface Found {
  readonly verdict: Verdict
  readonly says: string
  readonly remedy?: string | undefined
  readonly evidence?: Readonly<Record<string, unknown>> | undefined
}

/** One step on the way to the API. */
export interface Probe {
  readonly check: Check
  readonly run: (known: Known) => Effect.Effect<Found>
}

/** What the probes go by. */
export interface Known {
  /** One attempt a call, nothing queued, told to nobody. */
  readonly claude: Service
  readonly hasCredential: boolean
  /** Where the API is, with its path. */
  readonly base: URL
  readonly target: Target
  readonly proxy: Proxy | undefined
  readonly ca: SocketOptions["ca"]
  /** How long the client keeps an idle connection. */
  readonly keepAlive: Duration.Duration
  /** How long one step may take. */
  readonly limit: Duration.Duration
}
