/**
 * What the simulator saw and did, one entry a request: what tests hold a client's account against.
 *
 * @since 0.1.0
 */
import type { Route } from "./Disturbance.js"

/**
 * How a request ended: `open` (not yet), `complete` (the whole answer was sent), `cut` (a fault or `drop` ended it),
 * `left` (the client closed the connection first), `closed` (the simulator was shut down).
 *
 * @since 0.1.0
 * @category models
 */
export type Outcome = "open" | "complete" | "cut" | "left" | "closed"

/**
 * One request and its answer.
 *
 * @since 0.1.0
 * @category models
 */
export interface Entry {
  /** The how manieth request this was, from 1. */
  readonly nth: number
  /** Milliseconds since 1970, when the head of the request had arrived. */
  readonly time: number
  readonly method: string
  /** The path with its query. */
  readonly path: string
  readonly route: Route
  /** Lower-case names; the values of `authorization`, `x-api-key` and `proxy-authorization` are `<redacted>`. */
  readonly headers: Readonly<Record<string, string>>
  /** The parsed JSON; `undefined` when there was none, it did not parse, or a fault came before it was read. */
  readonly body: unknown
  readonly bodyBytes: number
  /** The status that was answered; `undefined` when no head was sent. */
  readonly status: number | undefined
  readonly requestId: string | undefined
  /** The `error.type` of an error answer. */
  readonly errorType: string | undefined
  readonly fault: string | undefined
  /** Bytes of the answer's body, without its framing. */
  readonly bytesSent: number
  /** How many events of a stream were sent whole. */
  readonly eventsSent: number
  /** The visible text that these events carried. */
  readonly textSent: string
  /** Whether the request was read as the continuation of an answer, and in which form. */
  readonly continues: "prefill" | "quoted" | "assistantTurn" | undefined
  readonly connection: { readonly id: number; readonly nth: number }
  readonly outcome: Outcome
  /** Milliseconds from `time` to the end; `undefined` while open. */
  readonly duration: number | undefined
}

/**
 * A connection that is open now.
 *
 * @since 0.1.0
 * @category models
 */
export interface Connection {
  readonly id: number
  /** How many requests it carried so far. */
  readonly requests: number
  /** Whether one of them is being answered. */
  readonly busy: boolean
}
