/**
 * Time in which the process did not run: stopped by a signal, by a serverless platform between two requests, or with
 * the whole machine. A limit that ran out meanwhile says nothing: what came in that time has not been read yet.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"

/** How late a timer may be, in milliseconds. What blocks the event loop for longer is no different from a stop. */
const tolerance = 1000

/** Whether a timer that was due in the past tells of time in which nothing ran. */
export const wasFrozen = (due: number, now: number): boolean => now - due > tolerance

/** Sleeps a time limit out, which begins anew if the process was frozen. */
export const sleepAwake = (limit: Duration.Duration): Effect.Effect<void> =>
  Effect.clockWith((clock) =>
    Effect.suspend(() => {
      const due = clock.unsafeCurrentTimeMillis() + Duration.toMillis(limit)
      return Effect.flatMap(clock.sleep(limit), () =>
        wasFrozen(due, clock.unsafeCurrentTimeMillis()) ? sleepAwake(limit) : Effect.void
      )
    })
  )
