/**
 * Faults of the network and of the API, put between a client and any transport, by a plan and a seed.
 *
 * A fault is given to one request, the next that fits it; `onRequest`, `onMatch`, `withProbability`, `times` and
 * `always` say otherwise. In a plan the first fault that fits a request is the one it gets, so that
 * `[Faults.resetBeforeHeaders(), Faults.rateLimited({ retryAfter: 1 })]` resets the first request, refuses the second
 * and leaves the third alone. The same plan, seed and order of requests give the same run.
 *
 * @since 0.1.0
 */
import * as HttpClient from "@effect/platform/HttpClient"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import { dual } from "effect/Function"
import * as Layer from "effect/Layer"
import type { Service as TransportService, TransportRequest } from "../transport/Transport.js"
import { fromHttpClient, Transport } from "../transport/Transport.js"
import type { Fault, Seen } from "./internal/faultPlan.js"
import { fault, Plan } from "./internal/faultPlan.js"
import * as before from "./internal/faultsBeforeBody.js"
import * as within from "./internal/faultsInBody.js"

export type { Fault, Seen } from "./internal/faultPlan.js"
export * from "./internal/faultsBeforeBody.js"
export * from "./internal/faultsInBody.js"

/**
 * The faults of a transport in the context of a test.
 *
 * @since 0.1.0
 * @category tags
 */
export class Faults extends Context.Tag("effect-claude/Faults")<Faults, Service>() {}

/**
 * What a test may ask of the faults, and change.
 *
 * @since 0.1.0
 * @category models
 */
export interface Service {
  /** Every request so far, oldest first, with the fault it got. */
  readonly log: Effect.Effect<ReadonlyArray<Entry>>
  /** Puts faults before those that are still to come. */
  readonly inject: (...faults: ReadonlyArray<Fault>) => Effect.Effect<void>
  /** Replaces all faults that are still to come. */
  readonly setFaults: (faults: ReadonlyArray<Fault>) => Effect.Effect<void>
}

/**
 * What was done to one request.
 *
 * @since 0.1.0
 * @category models
 */
export interface Entry {
  readonly nth: number
  readonly method: TransportRequest["method"]
  /** Without the query. */
  readonly path: string
  /** When it came, in milliseconds by the Clock. */
  readonly at: number
  /** The name of the fault that it got; `undefined` for none. */
  readonly fault: string | undefined
  /** Whether the fault came to pass: not if the body ended, or was left, before its place. */
  readonly struck: boolean
  /** Where and how, in words. */
  readonly detail: string | undefined
}

/**
 * Puts faults before a transport. The seed is `"effect-claude"` unless another one is given.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (
  transport: TransportService,
  plan: ReadonlyArray<Fault>,
  seed: string | number = "effect-claude"
): Effect.Effect<{ readonly service: Service; readonly transport: TransportService }> =>
  Effect.sync(() => {
    const drawn = new Plan(plan, seed)
    const log: Array<{ -readonly [K in keyof Entry]: Entry[K] }> = []
    const execute: TransportService["execute"] = (request) =>
      Effect.flatMap(Clock.currentTimeMillis, (at) => {
        const seen = look(request, log.length + 1)
        const { dice, fault } = drawn.draw(seen)
        const { method, nth, path } = seen
        const entry: (typeof log)[number] = {
          nth,
          method,
          path,
          at,
          fault: fault?.name,
          struck: false,
          detail: undefined
        }
        log.push(entry)
        const note = (detail: string): void => {
          entry.struck = true
          entry.detail ??= detail
        }
        const exchange = transport.execute(request)
        return fault === undefined ? exchange : fault.happen(exchange, { request, dice, note })
      })
    return {
      service: {
        log: Effect.sync(() => log.map((entry) => ({ ...entry }))),
        inject: (...faults) => Effect.sync(() => drawn.inject(faults)),
        setFaults: (faults) => Effect.sync(() => drawn.set(faults))
      },
      transport: { execute }
    }
  })

const look = (request: TransportRequest, nth: number): Seen => ({
  nth,
  method: request.method,
  path: new URL(request.url).pathname,
  headers: request.headers,
  body: request.body,
  streaming: request.headers["accept"]?.includes("text/event-stream") === true,
  fresh: request.fresh
})

/**
 * A transport with faults, over the transport of the context.
 *
 * @example
 * ```ts
 * import { Claude, Transport } from "effect-claude"
 * import { NodeTransport } from "effect-claude/node"
 * import { Faults } from "effect-claude/testing"
 * import { Layer, Redacted } from "effect"
 *
 * const plan = [Faults.staleKeepAlive(), Faults.resetAt({ event: 5 }), Faults.always(Faults.sliced(7))]
 *
 * const ClaudeUnderFaults = Claude.layerTransport({ apiKey: Redacted.make("sk-ant-...") }).pipe(
 *   Layer.provideMerge(Faults.layer(plan, "a seed")),
 *   Layer.provide(Layer.scoped(Transport.Transport, NodeTransport.make()))
 * )
 * ```
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (
  plan: ReadonlyArray<Fault>,
  seed?: string | number
): Layer.Layer<Transport | Faults, never, Transport> => layerOver(Transport, plan, seed)

/**
 * A transport with faults, over the `HttpClient` of the context.
 *
 * @since 0.1.0
 * @category layers
 */
export const layerHttpClient = (
  plan: ReadonlyArray<Fault>,
  seed?: string | number
): Layer.Layer<Transport | Faults, never, HttpClient.HttpClient> =>
  layerOver(
    Effect.map(HttpClient.HttpClient, (client) => fromHttpClient(client)),
    plan,
    seed
  )

const layerOver = <R>(
  transport: Effect.Effect<TransportService, never, R>,
  plan: ReadonlyArray<Fault>,
  seed: string | number | undefined
): Layer.Layer<Transport | Faults, never, R> =>
  Layer.effectContext(
    Effect.map(
      Effect.flatMap(transport, (transport) => make(transport, plan, seed)),
      ({ service, transport }) => Context.add(Context.make(Transport, transport), Faults, service)
    )
  )

/**
 * Every request so far, oldest first, with the fault it got.
 *
 * @since 0.1.0
 * @category combinators
 */
export const log: Effect.Effect<ReadonlyArray<Entry>, never, Faults> = Effect.flatMap(Faults, ({ log }) => log)

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
 * Only requests that the predicate holds for too.
 *
 * @since 0.1.0
 * @category combinators
 */
export const onMatch: {
  (predicate: (seen: Seen) => boolean): (self: Fault) => Fault
  (self: Fault, predicate: (seen: Seen) => boolean): Fault
} = dual(2, (self: Fault, predicate: (seen: Seen) => boolean): Fault => ({
  ...self,
  fits: (seen) => self.fits(seen) && predicate(seen)
}))

/**
 * Each fitting request gets it with this probability (0 to 1), drawn from the seed, without end; `times` set
 * afterwards bounds it.
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

/**
 * Both on one request: the first happens to what the second made of the exchange. Conditions are those of the first,
 * and what the second needs.
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
  fits: (seen) => self.fits(seen) && that.fits(seen),
  happen: (exchange, moment) => self.happen(that.happen(exchange, moment), moment)
}))

/**
 * One of these, as the seed decides for each request; what does not fit a request is not chosen for it.
 *
 * @since 0.1.0
 * @category constructors
 */
export const oneOf = (first: Fault, ...rest: ReadonlyArray<Fault>): Fault => {
  const all = [first, ...rest]
  return fault(
    "one-of",
    (exchange, moment) => {
      const seen = look(moment.request, 0)
      const fitting = all.filter(({ fits }) => fits(seen))
      const chosen = fitting[moment.dice.below(fitting.length)]
      if (chosen === undefined) return exchange
      return chosen.happen(exchange, {
        ...moment,
        note: (detail) => moment.note(`${chosen.name}, ${detail}`)
      })
    },
    (seen) => all.some(({ fits }) => fits(seen))
  )
}

/**
 * Anything that a client has to survive, in any phase, for this share of all requests (0 to 1), as the seed decides:
 * no connection, resets and closes before the headers and anywhere in the first 4 KB of the body, truncation, 429, 500,
 * 529, HTML, `error` events. Nothing of it stalls.
 *
 * @since 0.1.0
 * @category constructors
 */
export const anything = (probability: number): Fault => ({
  ...withProbability(
    oneOf(
      before.connectionRefused(),
      before.dns(),
      before.staleKeepAlive(),
      before.resetDuringUpload(),
      before.resetBeforeHeaders(),
      before.finBeforeHeaders(),
      before.rateLimited(),
      before.serverError(),
      before.overloaded(),
      before.html(),
      within.resetAt({ below: 4096 }),
      within.finAt({ below: 4096 }),
      within.endAt({ below: 4096 }),
      within.errorEvent()
    ),
    probability
  ),
  name: "anything"
})
