import type { ErrorObject, Fault, Position } from "../Disturbance.js"
import { fault } from "./fault.js"

/**
 * The stream ends with an `error` event of this type here (`overloaded_error` after the third event by default).
 *
 * @since 0.1.0
 * @category constructors
 */
export const errorEvent = (options?: {
  readonly at?: Position | undefined
  readonly type?: string | undefined
  readonly message?: string | undefined
  readonly code?: string | undefined
}): Fault => {
  const type = options?.type ?? "overloaded_error"
  const error: ErrorObject = {
    type,
    message: options?.message ?? (type === "overloaded_error" ? "Overloaded" : type),
    ...(options?.code === undefined ? {} : { details: { error_code: options.code } })
  }
  return fault("error-event", {
    _tag: "Insert",
    at: options?.at ?? { event: 3 },
    data: JSON.stringify({ type: "error", error }),
    event: "error",
    last: true
  })
}

/**
 * The event that begins here carries JSON that does not parse.
 *
 * @since 0.1.0
 * @category constructors
 */
export const malformedEvent = (at: Position): Fault => fault("malformed-event", { _tag: "Malform", at })

/**
 * An event of a type that nobody knows comes here, between the others.
 *
 * @since 0.1.0
 * @category constructors
 */
export const unknownEvent = (at: Position = { event: 1 }): Fault =>
  fault("unknown-event", {
    _tag: "Insert",
    at,
    data: JSON.stringify({ type: "message_weather", outlook: { sky: "clear" } }),
    event: "message_weather",
    last: false
  })

/**
 * A delta of a type that nobody knows comes here, for the first block.
 *
 * @since 0.1.0
 * @category constructors
 */
export const unknownDelta = (at: Position = { event: 3 }): Fault =>
  fault("unknown-delta", {
    _tag: "Insert",
    at,
    data: JSON.stringify({ type: "content_block_delta", index: 0, delta: { type: "colour_delta", colour: "green" } }),
    event: "content_block_delta",
    last: false
  })

/**
 * The message begins with a block of a type that nobody knows.
 *
 * @since 0.1.0
 * @category constructors
 */
export const unknownBlock = (): Fault => fault("unknown-block", { _tag: "UnknownBlock" })

/**
 * The message stops for this reason (`refusal`, `pause_turn`, `model_context_window_exceeded`…), here or at its end. A
 * refusal has `stop_details`.
 *
 * @since 0.1.0
 * @category constructors
 */
export const stopsWith = (reason: string, at?: Position): Fault =>
  fault(`stops-with-${reason.replaceAll("_", "-")}`, {
    _tag: "Stop",
    at,
    details: reason === "refusal" ? { type: "refusal", category: "cyber", explanation: null } : null,
    reason
  })
