/**
 * What can go wrong with a request, as data: the types behind the constructors of `Fault`.
 *
 * @since 0.1.0
 */
import type { Dialect } from "./internal/sse.js"

/**
 * A place in the body of an answer: a number of bytes, or after so many events, after so many UTF-16 units of text, or
 * after the nth event or delta of a type (`"message_delta"`, `"thinking_delta"`; `nth` counts from 1, the default).
 * `plus` adds bytes: the place is then inside of the next event. A place that the body does not reach is its end.
 *
 * @since 0.1.0
 * @category models
 */
export type Position =
  | number
  | { readonly event: number; readonly plus?: number | undefined }
  | { readonly text: number; readonly plus?: number | undefined }
  | { readonly after: string; readonly nth?: number | undefined; readonly plus?: number | undefined }

/**
 * The routes of the simulator.
 *
 * @since 0.1.0
 * @category models
 */
export type Route = "messages" | "count_tokens" | "models" | "model" | "unknown"

/**
 * What a fault may look at to decide whether it fits. `body` is absent for faults that act before it was read.
 *
 * @since 0.1.0
 * @category models
 */
export interface Seen {
  /** How many requests came before, plus one. */
  readonly nth: number
  readonly method: string
  readonly path: string
  readonly route: Route
  readonly headers: Readonly<Record<string, string>>
  readonly body?: unknown
  readonly connection: { readonly id: number; readonly nth: number }
}

/**
 * The `error` object of an answer or an event.
 *
 * @since 0.1.0
 * @category models
 */
export interface ErrorObject {
  readonly type: string
  readonly message: string
  readonly details?: { readonly [key: string]: unknown } | undefined
}

/**
 * One thing that goes wrong. Made by the constructors of this module.
 *
 * @since 0.1.0
 * @category models
 */
export type Disturbance =
  | {
      readonly _tag: "Drop"
      readonly moment: "accept" | "reuse" | "beforeHeaders" | "insideHeaders"
      readonly how: "reset" | "fin"
    }
  | { readonly _tag: "DropUpload"; readonly after: number }
  | { readonly _tag: "Wait"; readonly millis: number | undefined }
  | { readonly _tag: "Head"; readonly text: string }
  | {
      readonly _tag: "Answer"
      readonly status: number
      readonly headers: Readonly<Record<string, string>>
      readonly body: string | ErrorObject
      /** Milliseconds from now that a `retry-after` HTTP date names. */
      readonly retryAt?: number | undefined
      /** Answered while the body is still being sent, and closed. */
      readonly early?: boolean | undefined
    }
  | {
      readonly _tag: "Cut"
      readonly at: Position
      readonly how: "reset" | "fin" | "end" | "stall" | "pings" | "badChunk"
      readonly every?: number | undefined
      readonly millis?: number | undefined
    }
  | { readonly _tag: "Length"; readonly by: number }
  | { readonly _tag: "Gzip"; readonly how: "corrupt" | "truncated" }
  | { readonly _tag: "Truncate"; readonly keep: number }
  | { readonly _tag: "Pace"; readonly bytes: number; readonly every: number }
  | { readonly _tag: "Speak"; readonly dialect: Dialect }
  | {
      readonly _tag: "Insert"
      readonly at: Position
      readonly event: string
      readonly data: string
      readonly last: boolean
    }
  | { readonly _tag: "Malform"; readonly at: Position }
  | { readonly _tag: "UnknownBlock" }
  | {
      readonly _tag: "Stop"
      readonly at: Position | undefined
      readonly reason: string
      readonly details: { readonly [key: string]: unknown } | null
    }

/**
 * A fault: what goes wrong, for whom, how often.
 *
 * @since 0.1.0
 * @category models
 */
export interface Fault {
  /** The name under which the log tells of it. */
  readonly name: string
  readonly disturbances: ReadonlyArray<Disturbance>
  /** How many requests get it. */
  readonly times: number
  /** How many fitting requests pass before the first gets it. */
  readonly skip: number
  readonly route?: Route | undefined
  readonly fits?: ((seen: Seen) => boolean) | undefined
  readonly probability?: number | undefined
}
