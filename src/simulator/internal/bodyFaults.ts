import * as Duration from "effect/Duration"
import type { Fault, Position } from "../Disturbance.js"
import { fault, millisOf } from "./fault.js"
import type { Dialect } from "./sse.js"

/**
 * The connection is reset (RST) when exactly this much of the body was sent.
 *
 * @since 0.1.0
 * @category constructors
 */
export const resetAt = (at: Position): Fault => fault("reset-in-body", { _tag: "Cut", at, how: "reset" })

/**
 * The connection is closed (FIN) in the middle of a chunk when exactly this much of the body was sent.
 *
 * @since 0.1.0
 * @category constructors
 */
export const finAt = (at: Position): Fault => fault("fin-in-body", { _tag: "Cut", at, how: "fin" })

/**
 * The body ends here as if it were whole: by HTTP nothing is wrong. `endAt({ after: "message_delta" })` leaves out just
 * `message_stop`.
 *
 * @since 0.1.0
 * @category constructors
 */
export const endAt = (at: Position): Fault => fault("clean-end", { _tag: "Cut", at, how: "end" })

/**
 * Silence from here: for ever, or for a time, after which the rest follows.
 *
 * @since 0.1.0
 * @category constructors
 */
export const stallAt = (at: Position, duration?: Duration.DurationInput): Fault =>
  fault("stall", { _tag: "Cut", at, how: "stall", millis: millisOf(duration) })

/**
 * Nothing but `ping` events from here (one a second by default): for ever, or for a time, after which the rest follows.
 *
 * @since 0.1.0
 * @category constructors
 */
export const pingsAt = (
  at: Position,
  options?: {
    readonly every?: Duration.DurationInput | undefined
    readonly duration?: Duration.DurationInput | undefined
  }
): Fault =>
  fault("pings-only", {
    _tag: "Cut",
    at,
    every: Duration.toMillis(options?.every ?? "1 second"),
    how: "pings",
    millis: millisOf(options?.duration)
  })

/**
 * A chunk whose size is no number, from here. For streams.
 *
 * @since 0.1.0
 * @category constructors
 */
export const badChunkAt = (at: Position): Fault => fault("bad-chunk", { _tag: "Cut", at, how: "badChunk" })

/**
 * `content-length` says this many bytes more than are sent; then the connection is closed.
 *
 * @since 0.1.0
 * @category constructors
 */
export const lengthTooLong = (by = 100): Fault => fault("content-length-too-long", { _tag: "Length", by })

/**
 * `content-length` says this many bytes fewer than are sent.
 *
 * @since 0.1.0
 * @category constructors
 */
export const lengthTooShort = (by = 20): Fault => fault("content-length-too-short", { _tag: "Length", by: -by })

/**
 * The JSON of a unary answer (or the text of a stream) is cut to this share of itself, with a matching length: by HTTP
 * nothing is wrong.
 *
 * @since 0.1.0
 * @category constructors
 */
export const brokenJson = (keep = 0.5): Fault => fault("broken-json", { _tag: "Truncate", keep })

/**
 * The body says it is gzip, and is damaged in the middle.
 *
 * @since 0.1.0
 * @category constructors
 */
export const gzipCorrupt = (): Fault => fault("gzip-corrupt", { _tag: "Gzip", how: "corrupt" })

/**
 * The body is gzip that ends too early, cleanly.
 *
 * @since 0.1.0
 * @category constructors
 */
export const gzipTruncated = (): Fault => fault("gzip-truncated", { _tag: "Gzip", how: "truncated" })

/**
 * The body comes this many bytes at a time, with a pause after each.
 *
 * @since 0.1.0
 * @category constructors
 */
export const trickle = (bytes: number, every: Duration.DurationInput): Fault =>
  fault("trickle", { _tag: "Pace", bytes, every: Duration.toMillis(every) })

/**
 * The body comes in slices of this many bytes, one by default, each its own chunk.
 *
 * @since 0.1.0
 * @category constructors
 */
export const sliced = (bytes = 1): Fault => fault("sliced", { _tag: "Pace", bytes, every: 0 })

/**
 * The events of a stream are written in another valid way: other line ends, a byte order mark, comments, no blanks
 * after colons, `id` and `retry` fields, data in two lines.
 *
 * @since 0.1.0
 * @category constructors
 */
export const dialect = (kind: Dialect): Fault => fault(`sse-${kind}`, { _tag: "Speak", dialect: kind })
