/**
 * How many retries all calls together may cost: what keeps an outage from becoming a storm.
 *
 * A bucket of tokens. Each retry takes some, each success gives some back; while there are too few, calls end with
 * their error instead of trying again. Costs and credits are those of the AWS SDKs (November 2026): 500 tokens, 14 for
 * a retry after a transient error, 5 after a rate limit.
 *
 * What it bounds: while everything fails, `n` calls are sent no more than `n + 500 / 14` times, that is 35 times more
 * than calls. With 200 callers this is 1.175 times; with 176 or more it is under 1.2.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { ClaudeError } from "../ClaudeError.js"

/**
 * A bucket of tokens that the calls of a process share.
 *
 * @since 0.1.0
 * @category models
 */
export interface RetryBudget {
  /**
   * Takes the price of a retry after this error. The price, which is 0 for `CircuitOpen` (nothing was sent);
   * `undefined` if too little is left, and then nothing is taken.
   */
  readonly withdraw: (error: ClaudeError) => Effect.Effect<number | undefined>
  /** Notes a success: gives back the price of its last retry, or the credit of a call that needed none. */
  readonly deposit: (price?: number) => Effect.Effect<void>
  /** What is left. */
  readonly available: Effect.Effect<number>
}

/**
 * The options of {@link make}, all in tokens.
 *
 * @since 0.1.0
 * @category configuration
 */
export interface Options {
  /** The full bucket, which is what it begins with. Default 500. */
  readonly capacity?: number | undefined
  /** The price of a retry after anything but a rate limit. Default 14. */
  readonly transientCost?: number | undefined
  /** The price of a retry after a rate limit (429). Default 5. */
  readonly throttleCost?: number | undefined
  /** What a success without a retry gives. Default 1. */
  readonly successCredit?: number | undefined
}

/**
 * Makes a full bucket.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (options: Options = {}): Effect.Effect<RetryBudget> =>
  Effect.sync(() => {
    const { capacity = 500, successCredit = 1, throttleCost = 5, transientCost = 14 } = options
    let left = capacity
    const priceOf = (error: ClaudeError): number => {
      if (error._tag === "CircuitOpen") return 0
      return error._tag === "RateLimited" ? throttleCost : transientCost
    }
    return {
      withdraw: (error) =>
        Effect.sync(() => {
          const price = priceOf(error)
          if (price > left) return undefined
          left -= price
          return price
        }),
      deposit: (price = 0) =>
        Effect.sync(() => {
          left = Math.min(capacity, left + (price > 0 ? price : successCredit))
        }),
      available: Effect.sync(() => left)
    }
  })

/**
 * The budget of the calls below; `undefined` (the default) means that there is none.
 *
 * @since 0.1.0
 * @category tags
 */
export class CurrentRetryBudget extends Context.Reference<CurrentRetryBudget>()<
  "effect-claude/RetryBudget/CurrentRetryBudget",
  RetryBudget | undefined
>("effect-claude/RetryBudget/CurrentRetryBudget", { defaultValue: () => undefined }) {}

/**
 * One budget for the calls below. Layers are memoised by reference: two calls are two budgets; bind it to a const.
 *
 * @example
 * ```ts
 * import { RetryBudget } from "effect-claude"
 *
 * // half as patient as the standard one
 * const Budget = RetryBudget.layer({ capacity: 250 })
 * ```
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (options: Options = {}): Layer.Layer<CurrentRetryBudget> =>
  Layer.effect(CurrentRetryBudget, make(options))
