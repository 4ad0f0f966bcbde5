import * as Context from "effect/Context"
import { type Admission, CurrentAdmission } from "../../policy/Admission.js"
import { type CircuitBreaker, CurrentCircuitBreaker } from "../../policy/CircuitBreaker.js"
import { CurrentRateLimits, type RateLimits } from "../../policy/RateLimits.js"
import { CurrentRetryBudget, type RetryBudget } from "../../policy/RetryBudget.js"

/** What stands before an attempt; each may be off. */
export interface Policies {
  readonly admission: Admission | undefined
  readonly breaker: CircuitBreaker | undefined
  readonly budget: RetryBudget | undefined
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
    admission: pick(CurrentAdmission, below.admission),
    breaker: pick(CurrentCircuitBreaker, below.breaker),
    budget: pick(CurrentRetryBudget, below.budget),
    rateLimits: pick(CurrentRateLimits, below.rateLimits)
  }
}

export const noPolicies: Policies = {
  admission: undefined,
  breaker: undefined,
  budget: undefined,
  rateLimits: undefined
}
