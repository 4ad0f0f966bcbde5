import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { CurrentDeadline } from "../../ClaudeConfig.js"
import type { ClaudeError } from "../../ClaudeError.js"
import { RetryDriver, retryAfterOf } from "../../policy/internal/retryDriver.js"
import type { RetryPolicy } from "../../policy/RetryPolicy.js"

/** How often thinking alone, without a visible word, is begun again. */
const maxThinkingRestarts = 2

/** A cut sooner than this says nothing of a proxy's cap; in milliseconds. */
const shortestCap = 10_000

/** What a segment had brought when it was cut. */
export interface Brought {
  /** The text became longer than it ever was. */
  readonly newText: boolean
  /** The answer had begun: its call had done all that it could. */
  readonly begun: boolean
}

/** How long a stream is gone on with: as its policy says, and while that leads anywhere. */
export class Endurance {
  private readonly driver: RetryDriver
  /** Cuts since there was new text. */
  private fruitless = 0
  private thinkingRestarts = 0
  private fruitlessSince: number | undefined = undefined
  private lastCut: { readonly tag: string; readonly after: number } | undefined = undefined

  /** Where two cuts without new text came after the same time: after how many milliseconds. */
  cap: number | undefined = undefined

  constructor(
    private readonly policy: RetryPolicy,
    private readonly maxCuts: number
  ) {
    this.driver = new RetryDriver(policy)
  }

  get isExhausted(): boolean {
    return this.fruitless > this.maxCuts || this.cap !== undefined
  }

  /** Whether a failure is one that going on may mend. */
  mayMend(error: ClaudeError): boolean {
    if (error._tag === "TimedOut" && (error.limit === "total" || error.limit === "drain")) return false
    const retryAfter = retryAfterOf(error)
    if (retryAfter !== undefined && Duration.greaterThan(retryAfter, this.policy.maxRetryAfter)) return false
    // what was garbled on its way is lost as if it had not come
    return (error._tag === "UnexpectedResponse" && error.phase === "body") || this.policy.retryable(error)
  }

  /** New text begins the Schedule anew; a cut without any brings the end nearer. */
  count(error: ClaudeError, { begun, newText }: Brought): void {
    const cut = { tag: error._tag, after: Duration.toMillis(error.elapsed) }
    const isCap = isSame(this.lastCut, cut)
    this.lastCut = cut
    if (newText) {
      this.driver.reset()
      this.fruitless = 0
      this.fruitlessSince = undefined
    } else if (isCap) this.cap = cut.after
    // a call that failed before its answer began has been tried again by its own policy: the two do not multiply
    else this.fruitless += begun ? 1 : Math.max(1, error.attempt)
  }

  /** A reply that could not be joined. */
  countRejected(): void {
    this.fruitless++
  }

  /** Whether thinking may be begun again once more. */
  restartsThinking(): boolean {
    return ++this.thinkingRestarts <= maxThinkingRestarts
  }

  /** Waits until the next attempt may start; `false` if there is to be none. */
  wait(error: ClaudeError): Effect.Effect<boolean> {
    return Effect.gen(this, function* () {
      const now = yield* Clock.currentTimeMillis
      const deadline = yield* CurrentDeadline
      const { within } = this.policy
      this.fruitlessSince ??= now
      const latest = within === undefined ? Infinity : this.fruitlessSince + Duration.toMillis(within)
      const delay = yield* this.driver.next(error, now)
      if (delay === undefined || now + delay >= deadline || now + delay > latest) return false
      if (delay > 0) yield* Effect.sleep(Duration.millis(delay))
      return true
    })
  }
}

/** The same cut after the same time: a limit on the way, which a further attempt meets again. */
const isSame = (one: { readonly tag: string; readonly after: number } | undefined, other: typeof one): boolean =>
  one !== undefined
  && other !== undefined
  && one.tag === other.tag
  && other.after >= shortestCap
  && Math.abs(one.after - other.after) <= Math.max(1000, other.after / 50)
