/**
 * Faults: what goes wrong with a request, and which request it happens to.
 *
 * A fault is given to one request, the next that fits it. `onRequest`, `onRoute`, `onMatch`, `withProbability`, `times`
 * and `always` say otherwise. In a list of faults the first that fits a request is the one it gets, so that
 * `[Fault.resetBeforeHeaders(), Fault.rateLimited({ retryAfter: 1 })]` resets the first request, refuses the second
 * and leaves the third alone.
 *
 * @since 0.1.0
 */
import { dual } from "effect/Function"
import type { Fault, Route, Seen } from "./Disturbance.js"

export type { Disturbance, ErrorObject, Fault, Position, Route, Seen } from "./Disturbance.js"
export * from "./internal/answerFaults.js"
export * from "./internal/bodyFaults.js"
export * from "./internal/connectionFaults.js"
export * from "./internal/eventFaults.js"

/**
 * Several faults on one request, as `both(Fault.sliced(), Fault.resetAt(300))`. Conditions are those of the first.
 *
 * @since 0.1.0
 * @category combinators
 */
export const both: {
  (that: Fault): (self: Fault) => Fault
  (self: Fault, that: Fault): Fault
} = dual(2, (self: Fault, that: Fault): Fault => ({
  ...self,
  name: `${self.name}+${that.name}`,
  disturbances: [...self.disturbances, ...that.disturbances]
}))

/**
 * Only the nth of the requests that fit otherwise, counted from 1.
 *
 * @since 0.1.0
 * @category combinators
 */
export const onRequest: {
  (nth: number): (self: Fault) => Fault
  (self: Fault, nth: number): Fault
} = dual(2, (self: Fault, nth: number): Fault => ({ ...self, skip: Math.max(0, nth - 1) }))

/**
 * Only requests of a route.
 *
 * @since 0.1.0
 * @category combinators
 */
export const onRoute: {
  (route: Route): (self: Fault) => Fault
  (self: Fault, route: Route): Fault
} = dual(2, (self: Fault, route: Route): Fault => ({ ...self, route }))

/**
 * Only requests that the predicate holds for.
 *
 * @since 0.1.0
 * @category combinators
 */
export const onMatch: {
  (predicate: (seen: Seen) => boolean): (self: Fault) => Fault
  (self: Fault, predicate: (seen: Seen) => boolean): Fault
} = dual(2, (self: Fault, predicate: (seen: Seen) => boolean): Fault => ({ ...self, fits: predicate }))

/**
 * Each fitting request gets it with this probability (0 to 1), drawn from the simulator's seed, without end; `times`
 * set afterwards bounds it.
 *
 * @since 0.1.0
 * @category combinators
 */
export const withProbability: {
  (probability: number): (self: Fault) => Fault
  (self: Fault, probability: number): Fault
} = dual(2, (self: Fault, probability: number): Fault => ({ ...self, probability, times: Infinity }))

/**
 * So many requests get it, one after the other. Default: 1.
 *
 * @since 0.1.0
 * @category combinators
 */
export const times: {
  (count: number): (self: Fault) => Fault
  (self: Fault, count: number): Fault
} = dual(2, (self: Fault, count: number): Fault => ({ ...self, times: count }))

/**
 * Every fitting request gets it.
 *
 * @since 0.1.0
 * @category combinators
 */
export const always = (self: Fault): Fault => ({ ...self, times: Infinity })
