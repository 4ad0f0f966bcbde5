/**
 * What the API said last of its rate limits, by limit group.
 *
 * Limits belong to groups of models, not to models: some draw on one bucket. The client notes the headers of every
 * response here; {@link RateLimits} can be read at any time and watched as a Stream.
 *
 * Source of the header names and of the groups: the API's page on rate limits, September 2026.
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import type { Limits } from "../ClaudeError.js"
import { limitGroupOf } from "../schema/ModelFacts.js"
import { makeEmitter } from "./internal/emitter.js"
import type { AllLimits } from "./internal/limitHeaders.js"
import { parseAllLimits } from "./internal/limitHeaders.js"

/**
 * The last limits of a group. Of each limit the API tells its size a minute, what is left of it (tokens rounded to
 * thousands) and when it is full again, in epoch milliseconds.
 *
 * @since 0.1.0
 * @category models
 */
export interface GroupLimits extends Limits {
  /** When they were told, in epoch milliseconds. */
  readonly at: number
  /** What the `anthropic-priority-*` headers said. */
  readonly priority?: Limits | undefined
  /** What the `anthropic-fast-*` headers said. */
  readonly fast?: Limits | undefined
  /** Further `anthropic-ratelimit-*` headers as they came, such as those of subscriptions. */
  readonly other?: Readonly<Record<string, string>> | undefined
}

/**
 * What of a request decides which limits it draws on.
 *
 * @since 0.1.0
 * @category models
 */
export interface Metered {
  readonly model?: string | undefined
  readonly path?: string | undefined
  /** The request's `speed`: fast mode has a pool of its own. */
  readonly speed?: string | null | undefined
}

/**
 * The limits of a group changed: other sizes, other remains, other resets.
 *
 * @since 0.1.0
 * @category models
 */
export interface LimitsChanged {
  readonly group: string
  readonly limits: GroupLimits
  readonly previous: GroupLimits | undefined
}

/**
 * The last limits by group.
 *
 * @since 0.1.0
 * @category models
 */
export interface RateLimits {
  /** The limit group of a request. */
  readonly groupOf: (request: Metered) => string
  /** The last limits of a group; `undefined` while nothing is known. */
  readonly current: (group: string) => Effect.Effect<GroupLimits | undefined>
  /** The last limits of all groups that are known. */
  readonly all: Effect.Effect<ReadonlyMap<string, GroupLimits>>
  /** Every change from the moment the stream runs. A reader that is 4,096 changes behind loses the oldest. */
  readonly changes: Stream.Stream<LimitsChanged>
  /** Notes the headers of a response that came now, and gives the limits of the group. */
  readonly update: (group: string, headers: Readonly<Record<string, string>>) => Effect.Effect<GroupLimits | undefined>
  /** As `update`, at once; `now` is in epoch milliseconds. */
  readonly unsafeUpdate: (
    group: string,
    headers: Readonly<Record<string, string>>,
    now: number
  ) => GroupLimits | undefined
}

/**
 * The options of {@link make}.
 *
 * @since 0.1.0
 * @category configuration
 */
export interface Options {
  /** The limit group of a request; what it leaves `undefined` goes by {@link groupOf}. */
  readonly groupOf?: ((request: Metered) => string | undefined) | undefined
}

const fastSuffix = "/fast"

/**
 * The limit group of a request: of the models that share a bucket (Opus 4.5 to 4.8, Sonnet 4.5 and 4.6, Fable 5 and
 * 5.1, Mythos 5 and 5.1) the name of that bucket, of others their own; a model that is not known is its own group by
 * its id. Fast mode and the counting of tokens have limits of their own. Requests without a model share one group.
 *
 * @since 0.1.0
 * @category combinators
 */
export const groupOf = (request: Metered): string => {
  const group = request.model === undefined ? "other" : limitGroupOf(request.model)
  if (request.path?.endsWith("/count_tokens") === true) return `${group}/count_tokens`
  return request.speed === "fast" ? `${group}${fastSuffix}` : group
}

/** For a group in fast mode the tokens that count are those of fast mode. */
const ofGroup = (group: string, limits: AllLimits): AllLimits =>
  group.endsWith(fastSuffix) && limits.fast !== undefined ? { ...limits, ...limits.fast } : limits

/**
 * What the headers of one response say of the limits of a group; `undefined` where they say nothing.
 *
 * @since 0.1.0
 * @category combinators
 */
export const limitsOf = (group: string, headers: Readonly<Record<string, string>>): Limits | undefined => {
  const told = parseAllLimits(headers)
  return told === undefined ? undefined : ofGroup(group, told)
}

const merge = (previous: GroupLimits | undefined, told: AllLimits, at: number): GroupLimits => ({
  ...previous,
  ...told,
  at
})

const isSame = (a: GroupLimits | undefined, b: GroupLimits): boolean =>
  a !== undefined && JSON.stringify({ ...a, at: 0 }) === JSON.stringify({ ...b, at: 0 })

/**
 * Makes an empty account of limits.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (options: Options = {}): Effect.Effect<RateLimits> =>
  Effect.sync(() => {
    const groups = new Map<string, GroupLimits>()
    const emitter = makeEmitter<LimitsChanged>()
    const unsafeUpdate: RateLimits["unsafeUpdate"] = (group, headers, now) => {
      const previous = groups.get(group)
      const told = parseAllLimits(headers)
      if (told === undefined) return previous
      const limits = merge(previous, ofGroup(group, told), now)
      groups.set(group, limits)
      if (emitter.isActive() && !isSame(previous, limits)) emitter.emit({ group, limits, previous })
      return limits
    }
    return {
      groupOf: (request) => options.groupOf?.(request) ?? groupOf(request),
      current: (group) => Effect.sync(() => groups.get(group)),
      all: Effect.sync(() => new Map(groups)),
      changes: emitter.stream,
      update: (group, headers) => Effect.map(Clock.currentTimeMillis, (now) => unsafeUpdate(group, headers, now)),
      unsafeUpdate
    }
  })

/**
 * The account of limits that calls note in; `undefined` (the default) means that none is kept.
 *
 * @since 0.1.0
 * @category tags
 */
export class CurrentRateLimits extends Context.Reference<CurrentRateLimits>()<
  "effect-claude/RateLimits/CurrentRateLimits",
  RateLimits | undefined
>("effect-claude/RateLimits/CurrentRateLimits", { defaultValue: () => undefined }) {}

/**
 * Keeps the limits of the calls below.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (options: Options = {}): Layer.Layer<CurrentRateLimits> =>
  Layer.effect(CurrentRateLimits, make(options))

/**
 * The last limits that a model draws on; `undefined` while nothing is known, or where no account is kept.
 *
 * @example
 * ```ts
 * import { RateLimits } from "effect-claude"
 * import { Console, Effect } from "effect"
 *
 * const left = Effect.gen(function*() {
 *   const limits = yield* RateLimits.current("claude-opus-5-5")
 *   yield* Console.log(`requests left: ${limits?.requests?.remaining ?? "not known yet"}`)
 * })
 * ```
 *
 * @since 0.1.0
 * @category combinators
 */
export const current = (model: string): Effect.Effect<GroupLimits | undefined> =>
  Effect.flatMap(CurrentRateLimits, (limits) =>
    limits === undefined ? Effect.succeed(undefined) : limits.current(limits.groupOf({ model }))
  )

/**
 * Every change of the limits from the moment the stream runs; empty where no account is kept.
 *
 * @since 0.1.0
 * @category combinators
 */
export const changes: Stream.Stream<LimitsChanged> = Stream.unwrap(
  Effect.map(CurrentRateLimits, (limits) => (limits === undefined ? Stream.empty : limits.changes))
)
