import type * as Duration from "effect/Duration"
import type { Fault } from "../Disturbance.js"
import { fault, millisOf } from "./fault.js"

/**
 * The connection is reset as soon as it is accepted, before a request. Of the conditions only `onRequest`, `times` and
 * `withProbability` apply, and they count connections.
 *
 * @since 0.1.0
 * @category constructors
 */
export const resetOnAccept = (): Fault => fault("reset-on-accept", { _tag: "Drop", moment: "accept", how: "reset" })

/**
 * A kept-alive connection is closed (`"fin"`) or reset at the very moment its next request arrives, without an
 * answer: the stale keep-alive race. Fits only requests on a connection that served one before.
 *
 * @since 0.1.0
 * @category constructors
 */
export const staleKeepAlive = (how: "reset" | "fin" = "reset"): Fault =>
  fault("stale-keep-alive", { _tag: "Drop", moment: "reuse", how })

/**
 * The connection is reset after this many bytes of the request's body were read (or at its end), without an answer.
 *
 * @since 0.1.0
 * @category constructors
 */
export const resetDuringUpload = (afterBytes = 1): Fault =>
  fault("reset-during-upload", { _tag: "DropUpload", after: afterBytes })

/**
 * The request is read, then the connection is reset before a byte of the answer.
 *
 * @since 0.1.0
 * @category constructors
 */
export const resetBeforeHeaders = (): Fault =>
  fault("reset-before-headers", { _tag: "Drop", moment: "beforeHeaders", how: "reset" })

/**
 * The request is read, then the connection is closed in order (FIN) before a byte of the answer.
 *
 * @since 0.1.0
 * @category constructors
 */
export const finBeforeHeaders = (): Fault =>
  fault("fin-before-headers", { _tag: "Drop", moment: "beforeHeaders", how: "fin" })

/**
 * The connection is reset within the headers of the answer.
 *
 * @since 0.1.0
 * @category constructors
 */
export const resetInHeaders = (): Fault =>
  fault("reset-in-headers", { _tag: "Drop", moment: "insideHeaders", how: "reset" })

/**
 * The connection is closed (FIN) within the headers of the answer.
 *
 * @since 0.1.0
 * @category constructors
 */
export const finInHeaders = (): Fault => fault("fin-in-headers", { _tag: "Drop", moment: "insideHeaders", how: "fin" })

/**
 * Nothing comes after the request was read: for ever, or for a time, after which the answer follows.
 *
 * @since 0.1.0
 * @category constructors
 */
export const stallBeforeHeaders = (duration?: Duration.DurationInput): Fault =>
  fault("stall-before-headers", { _tag: "Wait", millis: millisOf(duration) })

/**
 * The answer begins with something that is no HTTP status line.
 *
 * @since 0.1.0
 * @category constructors
 */
export const garbageStatusLine = (): Fault =>
  fault("garbage-status-line", { _tag: "Head", text: "SSH-2.0-OpenSSH_9.6\r\n" })

/**
 * A header of the answer has no name.
 *
 * @since 0.1.0
 * @category constructors
 */
export const garbageHeader = (): Fault =>
  fault("garbage-header", { _tag: "Head", text: "HTTP/1.1 200 OK\r\n: no name\u0001\r\n\r\n" })

/**
 * The headers of the answer are larger than clients take: 256 KB by default.
 *
 * @since 0.1.0
 * @category constructors
 */
export const headerOverflow = (bytes = 262_144): Fault =>
  fault("header-overflow", { _tag: "Head", text: `HTTP/1.1 200 OK\r\nx-filler: ${"x".repeat(bytes)}\r\n\r\n` })
