import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import * as ScheduleDecision from "effect/ScheduleDecision"
import * as ScheduleIntervals from "effect/ScheduleIntervals"
import type { ClaudeError } from "../../ClaudeError.js"
import type { RetryPolicy } from "../RetryPolicy.js"

/** What the API asked to wait for, where it did. */
export const retryAfterOf = (error: ClaudeError): Duration.Duration | undefined =>
  "retryAfter" in error ? error.retryAfter : undefined

/** Where one call is in the Schedule of its policy. */
export class RetryDriver {
  private state: unknown

  constructor(private readonly policy: RetryPolicy) {
    this.state = policy.schedule.initial
  }

  /** From the Schedule's beginning again: there was progress. */
  reset(): void {
    this.state = this.policy.schedule.initial
  }

  /** The wait in milliseconds: what the Schedule says, or what the API asked for where that is longer. */
  next(error: ClaudeError, now: number): Effect.Effect<number | undefined> {
    return Effect.flatMap(this.policy.schedule.step(now, error, this.state), ([state, , decision]) => {
      this.state = state
      if (ScheduleDecision.isDone(decision)) return Effect.succeed(undefined)
      const scheduled = Math.max(0, ScheduleIntervals.start(decision.intervals) - now)
      const retryAfter = retryAfterOf(error)
      if (retryAfter === undefined) return Effect.succeed(scheduled)
      const floor = Duration.toMillis(retryAfter)
      // callers who were told the same moment must not wake together
      return Effect.map(Random.nextRange(0, Math.min(1000, floor / 10)), (spread) =>
        Math.max(scheduled, Math.ceil(floor + spread))
      )
    })
  }
}
