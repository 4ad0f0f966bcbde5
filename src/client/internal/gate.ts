import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { CircuitOpen, type ClaudeError, QueueFull, RateLimited, SpendLimitReached } from "../../ClaudeError.js"
import { type Admission, type AdmissionRefused, countedTokens, type Ticket } from "../../policy/Admission.js"
import * as CircuitBreaker from "../../policy/CircuitBreaker.js"
import * as RateLimits from "../../policy/RateLimits.js"
import type { Usage } from "../../schema/Message.js"
import type { TransportResponse } from "../../transport/Transport.js"
import type { Call } from "./call.js"

/** An attempt that was let through, telling the policies how it goes. */
export interface Pass {
  readonly sent: Effect.Effect<void>
  readonly headers: (response: TransportResponse) => Effect.Effect<void>
  readonly settle: (usage: Usage) => Effect.Effect<void>
  /** The body came to its end. */
  readonly succeeded: Effect.Effect<void>
  readonly failed: (error: ClaudeError) => Effect.Effect<void>
}

const open: Pass = {
  sent: Effect.void,
  headers: () => Effect.void,
  settle: () => Effect.void,
  succeeded: Effect.void,
  failed: () => Effect.void
}

/** Why admission does not let a call in. */
type Refusal = QueueFull | RateLimited | SpendLimitReached

/** Runs one attempt behind the gate, and tells it of a failure. */
export const through = <A, E extends ClaudeError, R>(
  call: Call,
  demand: Demand,
  attempt: (pass: Pass) => Effect.Effect<A, E, R>
): Effect.Effect<A, E | CircuitOpen | Refusal, R | Scope.Scope> => {
  const { admission, breaker, rateLimits } = call.policies
  if (admission === undefined && breaker === undefined && rateLimits === undefined) return attempt(open)
  return Effect.flatMap(enter(call, demand), (pass) => Effect.tapError(attempt(pass), pass.failed))
}

/** What a request draws on. */
export interface Demand {
  readonly origin: string
  readonly speed: string | null | undefined
  readonly maxTokens: number | undefined
}

/**
 * Waits for a place and for the rates, and asks the breaker. What was taken is given back with the scope, so before any
 * wait for another attempt. While the breaker is open the queue waits; without a queue the call is refused.
 */
const enter = (call: Call, demand: Demand): Effect.Effect<Pass, CircuitOpen | Refusal, Scope.Scope> => {
  const { admission, breaker, rateLimits } = call.policies
  const group = (rateLimits?.groupOf ?? RateLimits.groupOf)({
    model: call.request.model,
    path: call.request.path,
    speed: demand.speed
  })
  const key = CircuitBreaker.keyOf(demand.origin, group)
  if (admission === undefined) {
    const entered = breaker === undefined ? Effect.succeed(undefined) : refusable(call, breaker.enter(key))
    return Effect.map(entered, (permit) => passOf({ call, group, admission, ticket: undefined, permit }))
  }
  if (breaker === undefined) {
    return Effect.map(queue(call, admission, demand, group, undefined), (ticket) =>
      passOf({ call, group, admission, ticket, permit: undefined })
    )
  }
  return Effect.gen(function* () {
    // the queue waits at the breaker's turnstile, so that the place of a probe is taken as its turn comes
    const way = yield* breaker.turnstile(key)
    const ticket = yield* queue(call, admission, demand, group, way)
    const permit = yield* way.permit
    return passOf({ call, group, admission, ticket, permit })
  })
}

const queue = (
  call: Call,
  admission: Admission,
  demand: Demand,
  group: string,
  way: CircuitBreaker.Turnstile | undefined
): Effect.Effect<Ticket, Refusal, Scope.Scope> => {
  call.phase = "queue"
  const left = call.deadline - call.now()
  const acquired = admission.acquire({
    group,
    bodyBytes: call.request.bodyBytes,
    maxTokens: demand.maxTokens,
    priority: call.priority,
    ...(Number.isFinite(left) ? { maxWait: Duration.millis(Math.max(0, left)) } : {}),
    ...(way === undefined ? {} : { whenReady: way.whenReady, tryEnter: way.tryEnter })
  })
  return Effect.matchEffect(acquired, {
    onFailure: (refused) => Effect.fail(refusalOf(call, refused)),
    onSuccess: (ticket) => {
      call.phase = "headers"
      const { waited } = ticket
      if (Duration.toMillis(waited) > 0) {
        call.admitted(waited)
      }
      return Effect.succeed(ticket)
    }
  })
}

const refusalOf = (call: Call, { bound, gate, wait }: AdmissionRefused): Refusal => {
  const context = call.errorContext("queue", false)
  if (gate === "spend-limit") {
    return new SpendLimitReached({
      ...context,
      apiMessage: "an earlier call reached a spend limit; nothing is sent for now"
    })
  }
  // the API said so to an earlier call, and would say it again
  return gate === "rate-limit" && bound === "wait" && wait !== undefined
    ? new RateLimited({ ...context, retryAfter: wait, apiMessage: "an earlier call was told to wait so long" })
    : new QueueFull({ ...context, bound, wait })
}

const refusable = <A, R>(
  call: Call,
  permit: Effect.Effect<A, CircuitBreaker.CircuitRefused, R>
): Effect.Effect<A, CircuitOpen, R> =>
  Effect.mapError(permit, ({ retryAfter }) => new CircuitOpen({ ...call.errorContext("queue", false), retryAfter }))

const passOf = (parts: {
  readonly call: Call
  readonly group: string
  readonly admission: Admission | undefined
  readonly ticket: Ticket | undefined
  readonly permit: CircuitBreaker.Permit | undefined
}): Pass => {
  const { admission, call, group, permit, ticket } = parts
  const { rateLimits } = call.policies
  return {
    sent: ticket?.sent ?? Effect.void,
    headers: (response) =>
      Effect.suspend(() => {
        rateLimits?.unsafeUpdate(group, response.headers, call.now())
        const limits = admission === undefined ? undefined : RateLimits.limitsOf(group, response.headers)
        const accepted = ticket !== undefined && response.status < 400 ? ticket.accepted : Effect.void
        return admission === undefined || limits === undefined
          ? accepted
          : Effect.zipRight(admission.onLimits(group, limits), accepted)
      }),
    settle: (usage) => ticket?.settle(countedTokens(usage)) ?? Effect.void,
    succeeded: permit?.record("success") ?? Effect.void,
    failed: (error) =>
      Effect.all(
        [
          permit?.record(CircuitBreaker.classify(error)) ?? Effect.void,
          admission === undefined ? Effect.void : tellAdmission(admission, group, error),
          ticket === undefined ? Effect.void : givenBack(ticket, error)
        ],
        { discard: true }
      )
  }
}

/** What an attempt that failed is not charged for. */
const givenBack = (ticket: Ticket, error: ClaudeError): Effect.Effect<void> => {
  if (!error.mayHaveRun) return ticket.refund
  const isRefused = error.phase === "headers" && "status" in error && (error.status ?? 0) >= 400
  return isRefused ? ticket.refused : Effect.void
}

const tellAdmission = (admission: Admission, group: string, error: ClaudeError): Effect.Effect<void> => {
  if (error._tag === "RateLimited") {
    // the error tells the standard limits; those of fast mode are in the headers beside them
    const limits = RateLimits.limitsOf(group, error.headers ?? {}) ?? error.limits
    return admission.onRateLimited(group, error.retryAfter, limits)
  }
  return error._tag === "SpendLimitReached" ? admission.onSpendLimit(group) : Effect.void
}
