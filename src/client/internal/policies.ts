import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Admission from "../../policy/Admission.js"
import * as CircuitBreaker from "../../policy/CircuitBreaker.js"
import { CurrentRateLimits, type RateLimits } from "../../policy/RateLimits.js"
import * as RetryBudget from "../../policy/RetryBudget.js"

/** What stands before an attempt; each may be off. */
export interface Policies {
  readonly admission: Admission.Admission | undefined
  readonly breaker: CircuitBreaker.CircuitBreaker | undefined
  readonly budget: RetryBudget.RetryBudget | undefined
  readonly rateLimits: RateLimits | undefined
}

/** A Reference answers always: whether somebody set it shows in the map alone. */
export const ifPresent = <I, S>(context: Context.Context<never>, tag: Context.Reference<I, S>): S | undefined =>
  context.unsafeMap.has(tag.key) ? Context.get(context, tag) : undefined

/** What a context sets. One that was set to `undefined` is off, whatever lies below. */
export const policiesIn = (context: Context.Context<never>, below: Policies): Policies => {
  const pick = <I, S>(tag: Context.Reference<I, S | undefined>, otherwise: S | undefined): S | undefined =>
    context.unsafeMap.has(tag.key) ? Context.get(context, tag) : otherwise
  return {
    admission: pick(Admission.CurrentAdmission, below.admission),
    breaker: pick(CircuitBreaker.CurrentCircuitBreaker, below.breaker),
    budget: pick(RetryBudget.CurrentRetryBudget, below.budget),
    rateLimits: pick(CurrentRateLimits, below.rateLimits)
  }
}

const noPolicies: Policies = {
  admission: undefined,
  breaker: undefined,
  budget: undefined,
  rateLimits: undefined
}

/** What a client is told of its policies. */
export interface PolicyOptions {
  readonly admission?: boolean | Admission.Options | undefined
  readonly breaker?: boolean | CircuitBreaker.Options | undefined
  readonly budget?: boolean | RetryBudget.Options | undefined
}

/** `false` switches off what the context has. */
const chosen = <A, O extends object>(
  option: boolean | O | undefined,
  make: (options: O | undefined) => Effect.Effect<A>,
  ambient: A | undefined
): Effect.Effect<A | undefined> => {
  if (option === undefined) return Effect.succeed(ambient)
  return option === false ? Effect.succeed(undefined) : make(option === true ? undefined : option)
}

/** The policies of a client that is built in this context. */
export const policiesOf = (options: PolicyOptions, context: Context.Context<never>): Effect.Effect<Policies> => {
  const ambient = policiesIn(context, noPolicies)
  return Effect.all({
    admission: chosen(options.admission, Admission.make, ambient.admission),
    breaker: chosen(options.breaker, CircuitBreaker.make, ambient.breaker),
    budget: chosen(options.budget, RetryBudget.make, ambient.budget),
    rateLimits: Effect.succeed(ambient.rateLimits)
  })
}
