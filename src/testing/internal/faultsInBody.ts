import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { TransportBody } from "../../transport/Transport.js"
import { TransportFault } from "../../transport/TransportFault.js"
import type { Spot, Strike } from "./faultBodies.js"
import * as bodies from "./faultBodies.js"
import type { Fault, Moment } from "./faultPlan.js"
import { fault } from "./faultPlan.js"
import { frame } from "./messageEvents.js"

/**
 * A place in the body of an answer: a number of bytes, after so many events (pings included; for streams), or at a
 * number of bytes below this one that the seed decides. A body that ends before its place is left alone.
 *
 * @since 0.1.0
 * @category models
 */
export type Place = number | { readonly event: number } | { readonly below: number }

const spotOf = (place: Place, { dice }: Moment): Spot => {
  if (typeof place === "number") return { bytes: Math.max(0, place) }
  return "event" in place ? place : { bytes: dice.below(place.below) }
}

const streams: Fault["fits"] = ({ streaming }) => streaming

const onBody = (
  name: string,
  change: (moment: Moment) => (body: TransportBody) => TransportBody,
  fits?: Fault["fits"]
): Fault =>
  fault(
    name,
    (exchange, moment) => Effect.map(exchange, (response) => ({ ...response, body: change(moment)(response.body) })),
    fits
  )

const at = (name: string, place: Place, strike: Strike): Fault =>
  onBody(
    name,
    (moment) => bodies.struck(spotOf(place, moment), strike, moment.note),
    typeof place === "object" && "event" in place ? streams : undefined
  )

const failing = (reason: "Reset" | "Malformed", code: string): Strike => ({
  _tag: "Fail",
  fault: (bytesReceived) => new TransportFault({ reason, phase: "body", code, bytesReceived, requestSent: true })
})

/**
 * The connection is reset when exactly this much of the body was read.
 *
 * @since 0.1.0
 * @category constructors
 */
export const resetAt = (place: Place): Fault => at("reset-in-body", place, failing("Reset", "ECONNRESET"))

/**
 * The connection is closed (FIN) in the middle of the body.
 *
 * @since 0.1.0
 * @category constructors
 */
export const finAt = (place: Place): Fault => at("fin-in-body", place, failing("Reset", "UND_ERR_SOCKET"))

/**
 * The body ends here as if it were whole: by HTTP nothing is wrong.
 *
 * @since 0.1.0
 * @category constructors
 */
export const endAt = (place: Place): Fault => at("clean-end", place, { _tag: "End" })

/**
 * From here the bytes are no HTTP, as after a chunk whose size is no number.
 *
 * @since 0.1.0
 * @category constructors
 */
export const malformedAt = (place: Place): Fault =>
  at("malformed-body", place, failing("Malformed", "HPE_INVALID_CHUNK_SIZE"))

/**
 * Silence from here: for ever, so that the client's own limits end it, or for a time, after which the rest follows.
 *
 * @since 0.1.0
 * @category constructors
 */
export const stallAt = (place: Place, duration?: Duration.DurationInput): Fault =>
  at("stall", place, { _tag: "Stall", millis: duration === undefined ? undefined : Duration.toMillis(duration) })

const inserted = (name: string, event: number, text: string, last: boolean): Fault =>
  at(name, { event }, { _tag: "Insert", bytes: new TextEncoder().encode(text), last })

/**
 * The stream ends with an `error` event of this type (`overloaded_error`) after so many events (3).
 *
 * @since 0.1.0
 * @category constructors
 */
export const errorEvent = (
  options: {
    readonly event?: number | undefined
    readonly type?: string | undefined
    readonly message?: string | undefined
  } = {}
): Fault => {
  const { event = 3, type = "overloaded_error" } = options
  return inserted(
    "error-event",
    event,
    frame("error", { type: "error", error: { type, message: options.message ?? type } }),
    true
  )
}

/**
 * An event whose data is no JSON comes after so many events.
 *
 * @since 0.1.0
 * @category constructors
 */
export const malformedEvent = (event = 3): Fault =>
  inserted("malformed-event", event, `event: content_block_delta\ndata: {"type":"content_block_delta",\n\n`, false)

/**
 * An event of a type that nobody knows comes after so many events; a client has to let it pass.
 *
 * @since 0.1.0
 * @category constructors
 */
export const unknownEvent = (event = 1): Fault =>
  inserted("unknown-event", event, frame("message_weather", { type: "message_weather", sky: "clear" }), false)

/**
 * The body comes in slices of up to so many bytes, one by default, each of a length that the seed decides.
 *
 * @since 0.1.0
 * @category constructors
 */
export const sliced = (most = 1): Fault =>
  onBody("sliced", ({ dice, note }) => bodies.sliced(() => 1 + dice.below(most), note))

/**
 * Each chunk of the body comes so long after it was asked for.
 *
 * @since 0.1.0
 * @category constructors
 */
export const slow = (every: Duration.DurationInput): Fault =>
  onBody("slow", ({ note }) => bodies.slow(Duration.decode(every), note))
