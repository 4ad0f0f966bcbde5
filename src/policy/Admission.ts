/**
 * Lets calls in no faster than the API will take them.
 *
 * Calls wait in one queue, by priority and arrival, for a place (a cap on how many run at once) and for their share of
 * three rates, each a bucket that refills all the time: requests, input tokens and output tokens a minute. The rates
 * are given, or learnt from the headers of responses. What a call costs is estimated before it runs and settled after;
 * what did not run is given back. A 429 closes the gate of its limit group for as long as the API asks; then a few go
 * first.
 *
 * In any time `w` a group is let in no more than `rate × w + burst + one request`. The API meters continuously, so that
 * sixty at once may be too many for sixty a minute (its page on rate limits, September 2026).
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Random from "effect/Random"
import * as Scope from "effect/Scope"
import type { Limits } from "../ClaudeError.js"
import type { Usage } from "../schema/Usage.js"
import type { Entry } from "./internal/admissionQueue.js"
import { AdmissionQueue } from "./internal/admissionQueue.js"
import { AdmittedCall } from "./internal/admittedCall.js"
import { LimitGroup } from "./internal/limitGroup.js"
import { awaitTurn } from "./internal/turn.js"

/**
 * Rates a minute of a limit group. What is left out is not limited.
 *
 * @since 0.1.0
 * @category models
 */
export interface Rates {
  readonly requests?: number | undefined
  readonly inputTokens?: number | undefined
  readonly outputTokens?: number | undefined
}

/**
 * Tokens as the API meters them: input that was read from the cache does not count.
 *
 * @since 0.1.0
 * @category models
 */
export interface Tokens {
  readonly inputTokens: number
  readonly outputTokens: number
}

/**
 * A call that asks to be let in.
 *
 * @since 0.1.0
 * @category models
 */
export interface AdmissionRequest {
  /** The limit group it draws on. */
  readonly group: string
  /** What its input will count. Default: what `bodyBytes` are estimated to hold. */
  readonly inputTokens?: number | undefined
  /** The size of its body, from which its input is estimated. */
  readonly bodyBytes?: number | undefined
  /** What it will produce. Default: what calls of the group produced so far, a moving average. */
  readonly outputTokens?: number | undefined
  /** Its `max_tokens`: an estimate of its output is no higher. */
  readonly maxTokens?: number | undefined
  /** Higher ones go first; among equals the first that came. Default 0. */
  readonly priority?: number | undefined
  /** How long it waits at most, where that is less than the `maxWait` of all. */
  readonly maxWait?: Duration.DurationInput | undefined
  /** Waited for when its turn has come, before it is let in: while a circuit breaker is open, say. */
  readonly whenReady?: Effect.Effect<void> | undefined
  /**
   * Asked in the very moment in which it would be let in, with the time in epoch milliseconds. If it says no,
   * `whenReady` is waited for, and then it is asked again. It must neither throw nor block.
   */
  readonly tryEnter?: ((now: number) => boolean) | undefined
}

/**
 * A call that was let in. It holds its place until it is released, by hand or by its scope.
 *
 * @since 0.1.0
 * @category models
 */
export interface Ticket {
  /** How long it waited. */
  readonly waited: Duration.Duration
  /** The request goes out: from now on it counts, whatever becomes of it, unless it is refunded. */
  readonly sent: Effect.Effect<void>
  /** A response came that is no refusal. */
  readonly accepted: Effect.Effect<void>
  /** What it really used, in place of the estimate. May be told again; the last time counts. */
  readonly settle: (used: Tokens) => Effect.Effect<void>
  /** It provably never ran: it counts for nothing. */
  readonly refund: Effect.Effect<void>
  /** The API answered with an error: the request counts, its tokens do not. */
  readonly refused: Effect.Effect<void>
  /**
   * Gives the place back, once. If it was not settled, the estimate stands if a response came; if it was sent and none
   * came, its output is given back; if it was not sent, all of it.
   */
  readonly release: Effect.Effect<void>
}

/**
 * What a limit group is doing.
 *
 * @since 0.1.0
 * @category models
 */
export interface GroupStatus {
  readonly group: string
  readonly queued: number
  /** What keeps the gate closed, and until when (epoch milliseconds), if that is known. */
  readonly gate: { readonly reason: "rate-limit" | "spend-limit"; readonly until: number | undefined } | undefined
  /** A minute, as given or learnt. */
  readonly rates: Rates
  /** What may go at once; below zero is a debt. */
  readonly available: Rates
}

/**
 * What admission is doing.
 *
 * @since 0.1.0
 * @category models
 */
export interface Status {
  readonly running: number
  readonly concurrency: number
  readonly queued: number
  readonly groups: ReadonlyArray<GroupStatus>
}

/**
 * Lets calls in.
 *
 * @since 0.1.0
 * @category models
 */
export interface Admission {
  /** How many calls run at once at most. */
  readonly concurrency: number
  /** Waits for a place and for the rates; the scope gives the place back. */
  readonly acquire: (request: AdmissionRequest) => Effect.Effect<Ticket, AdmissionRefused, Scope.Scope>
  /** Notes what a response of the group said of its limits. */
  readonly onLimits: (group: string, limits: Limits) => Effect.Effect<void>
  /**
   * A 429: closes the gate of the group for `retryAfter` or, without one, until what is exhausted is full again
   * (`maxRetryAfter` at most), or else for a second. Each that follows before a response was accepted doubles a wait of
   * at least one second, up to 30 seconds. When the gate opens one call goes, and twice as many with each second.
   */
  readonly onRateLimited: (
    group: string,
    retryAfter: Duration.Duration | undefined,
    limits: Limits | undefined
  ) => Effect.Effect<void>
  /**
   * A spend limit was reached: closes the gate of the group until `open`, or for the `spendPause` of the options, and
   * refuses all who wait or come.
   */
  readonly onSpendLimit: (group: string) => Effect.Effect<void>
  /** Opens the gate of a group, whatever closed it. */
  readonly open: (group: string) => Effect.Effect<void>
  /** What is going on. */
  readonly status: Effect.Effect<Status>
}

/**
 * A call was not let in; nothing was sent. `bound` says which bound was reached, `wait` how long it would take: by the
 * rates and the gate at least so long, by how long other calls keep their places about so long; `undefined` while
 * neither says anything. `gate` is what keeps the gate of its group closed, if it is.
 *
 * @since 0.1.0
 * @category errors
 */
export class AdmissionRefused extends Data.TaggedError("AdmissionRefused")<{
  readonly group: string
  readonly bound: "length" | "wait"
  readonly wait: Duration.Duration | undefined
  readonly gate: "rate-limit" | "spend-limit" | undefined
}> {
  override get message(): string {
    if (this.gate === "spend-limit") return "a spend limit was reached"
    const why = this.bound === "length" ? "the queue is full" : "the wait is too long"
    return this.wait === undefined ? why : `${why}: it would take some ${Duration.format(this.wait)}`
  }
}

/**
 * The options of {@link make}.
 *
 * @since 0.1.0
 * @category configuration
 */
export interface Options {
  /** How many calls run at once at most, of all groups together. Default 256. */
  readonly concurrency?: number | undefined
  /** The rates of every group, or of each; learnt ones apply where they are lower. Default: as learnt. */
  readonly limits?: Rates | ((group: string) => Rates) | undefined
  /** Whether rates are learnt from the headers of responses. Default true. */
  readonly learn?: boolean | undefined
  /** Which part of the learnt rates is ours, where other processes draw on them too. Default 1. */
  readonly share?: number | undefined
  /** What may go at once after a pause: this time's worth of each rate. Default 1 second. */
  readonly burst?: Duration.DurationInput | undefined
  /** How many calls wait at most, of all groups together. Default 1,000. */
  readonly maxQueued?: number | undefined
  /** How long a call waits at most; one that is known to wait longer is refused at once. Default 2 minutes. */
  readonly maxWait?: Duration.DurationInput | undefined
  /** How long a 429 without `retry-after` closes the gate at most. Default 60 seconds. */
  readonly maxRetryAfter?: Duration.DurationInput | undefined
  /**
   * How long a spend limit closes the gate of its group; one call then finds out whether it still holds. Default: until
   * `open`. `NodeClaude.layer`, which shows nobody its admission, takes 5 minutes.
   */
  readonly spendPause?: Duration.DurationInput | undefined
  /**
   * How many calls go at once to a group that has not answered yet, twice as many with each second, until the first
   * response. Default 20; `Infinity` for all.
   */
  readonly coldStart?: number | undefined
  /** What a call is taken to produce while nothing is known, in tokens. Default 500. */
  readonly outputTokens?: number | undefined
}

const groupMaker = (options: Options) => {
  const { limits } = options
  const settings = {
    learn: options.learn ?? true,
    share: options.share ?? 1,
    burstMillis: Duration.toMillis(options.burst ?? "1 second"),
    maxRetryAfterMillis: Duration.toMillis(options.maxRetryAfter ?? "60 seconds"),
    spendPauseMillis: Duration.toMillis(options.spendPause ?? Duration.infinity),
    coldStart: options.coldStart ?? 20,
    outputTokens: options.outputTokens ?? 500
  }
  return (group: string, now: number): LimitGroup =>
    new LimitGroup(group, { ...settings, given: (typeof limits === "function" ? limits(group) : limits) ?? {} }, now)
}

/**
 * Makes an admission with an empty queue and full buckets.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (options: Options = {}): Effect.Effect<Admission> =>
  Effect.sync(() => {
    const queue = new AdmissionQueue(options.concurrency ?? 256, options.maxQueued ?? 1000)
    const maxWait = Duration.toMillis(options.maxWait ?? "2 minutes")
    const makeGroup = groupMaker(options)
    const groups = new Map<string, LimitGroup>()
    const groupOf = (name: string, now: number): LimitGroup => {
      const group = groups.get(name) ?? makeGroup(name, now)
      groups.set(name, group)
      return group
    }
    const withGroup = (name: string, f: (group: LimitGroup, now: number) => void): Effect.Effect<void> =>
      withNow((now) => {
        f(groupOf(name, now), now)
        queue.advance(now)
      })
    return {
      concurrency: queue.concurrency,
      acquire: acquire(queue, groupOf, maxWait),
      onLimits: (group, limits) => withGroup(group, (group, now) => group.learn(limits, now)),
      onRateLimited: (group, retryAfter, limits) =>
        Effect.flatMap(Random.next, (spread) =>
          withGroup(group, (group, now) => {
            if (limits !== undefined) group.learn(limits, now)
            group.rateLimited(retryAfter === undefined ? undefined : Duration.toMillis(retryAfter), limits, spread, now)
            queue.refuseHopeless(group, now)
          })
        ),
      onSpendLimit: (group) =>
        withGroup(group, (group, now) => {
          group.spendLimitReached(now)
          queue.refuseHopeless(group, now)
        }),
      open: (group) => withGroup(group, (group, now) => group.open(now)),
      status: Effect.map(Clock.currentTimeMillis, (now) => statusOf(queue, groups.values(), now))
    }
  })

const acquire = (
  queue: AdmissionQueue,
  groupOf: (name: string, now: number) => LimitGroup,
  maxWait: number
): Admission["acquire"] => {
  let order = 0
  const enter = (request: AdmissionRequest, now: number): Entry => {
    const group = groupOf(request.group, now)
    const ownWait = request.maxWait === undefined ? Infinity : Duration.toMillis(request.maxWait)
    const entry: Entry = {
      group,
      cost: {
        requests: 1,
        inputTokens: request.inputTokens ?? group.estimateInput(request.bodyBytes ?? 0),
        outputTokens: request.outputTokens ?? group.estimateOutput(request.maxTokens)
      },
      priority: request.priority ?? 0,
      order: order++,
      since: now,
      deadline: now + Math.min(maxWait, ownWait),
      isConditional: request.whenReady !== undefined || request.tryEnter !== undefined,
      tryEnter: request.tryEnter,
      state: "waiting",
      refusal: undefined,
      isReady: false,
      wakeAt: Infinity,
      isWoken: false,
      resume: undefined
    }
    queue.enter(entry, now)
    return entry
  }
  return (request) =>
    Effect.uninterruptibleMask((restore) =>
      Effect.flatMap(Effect.scope, (scope) =>
        Effect.clockWith((clock) => {
          const entry = enter(request, clock.unsafeCurrentTimeMillis())
          const admitted = (waited: number): Effect.Effect<Ticket> => {
            const ticket = ticketOf(new AdmittedCall(queue, entry, request.bodyBytes), waited)
            return Effect.as(Scope.addFinalizer(scope, ticket.release), ticket)
          }
          // a clock that ticks meanwhile is no wait
          if (entry.state === "admitted") return admitted(0)
          return Effect.flatMap(awaitTurn(queue, entry, request.whenReady ?? Effect.never, restore), (now) =>
            entry.state === "admitted" ? admitted(now - entry.since) : Effect.fail(refused(entry, now))
          )
        })
      )
    )
}

const refused = ({ group, refusal }: Entry, now: number): AdmissionRefused =>
  new AdmissionRefused({
    group: group.name,
    bound: refusal?.bound ?? "wait",
    wait: refusal?.wait === undefined ? undefined : Duration.millis(refusal.wait),
    gate: group.gate(now)?.reason
  })

const withNow = (f: (now: number) => void): Effect.Effect<void> =>
  Effect.clockWith((clock) => {
    f(clock.unsafeCurrentTimeMillis())
    return Effect.void
  })

const ticketOf = (call: AdmittedCall, waited: number): Ticket => ({
  waited: Duration.millis(waited),
  sent: Effect.sync(() => call.sent()),
  accepted: withNow((now) => call.accepted(now)),
  settle: (used) => withNow((now) => call.settle(used, now)),
  refund: withNow((now) => call.refund(now)),
  refused: withNow((now) => call.refused(now)),
  release: withNow((now) => call.release(now))
})

const statusOf = (queue: AdmissionQueue, groups: Iterable<LimitGroup>, now: number): Status => ({
  running: queue.running,
  concurrency: queue.concurrency,
  queued: queue.queued,
  groups: Array.from(groups, (group) => ({
    group: group.name,
    queued: queue.queuedIn(group),
    gate: group.gate(now),
    rates: group.rates(),
    available: group.available(now)
  }))
})

/**
 * The admission of the calls below; `undefined` (the default) means that there is none.
 *
 * @since 0.1.0
 * @category tags
 */
export class CurrentAdmission extends Context.Reference<CurrentAdmission>()<
  "effect-claude/Admission/CurrentAdmission",
  Admission | undefined
>("effect-claude/Admission/CurrentAdmission", { defaultValue: () => undefined }) {}

/**
 * One admission for the calls below. Layers are memoised by reference: two calls are two queues; bind it to a const.
 *
 * @example
 * ```ts
 * import { Admission } from "effect-claude"
 *
 * const AdmissionLive = Admission.layer({
 *   concurrency: 32,
 *   limits: { requests: 50, inputTokens: 30_000, outputTokens: 8_000 },
 *   maxWait: "5 minutes"
 * })
 * ```
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (options: Options = {}): Layer.Layer<CurrentAdmission> =>
  Layer.effect(CurrentAdmission, make(options))

/**
 * What of an answer's usage counts against the limits: input that was read from the cache does not, input that was
 * written to it does. Source: the API's page on rate limits, September 2026.
 *
 * @since 0.1.0
 * @category combinators
 */
export const countedTokens = (usage: Usage): Tokens => ({
  inputTokens: usage.input_tokens + (usage.cache_creation_input_tokens ?? 0),
  outputTokens: usage.output_tokens
})
