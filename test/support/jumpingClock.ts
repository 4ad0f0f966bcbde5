import { Clock, Effect } from "effect"

/**
 * A clock on the wall that can jump, while timers go on as the clock of the test says: what a process sees that was
 * frozen. `program` runs by it; `freeze` makes it jump, in milliseconds.
 */
export const jumpingClock: Effect.Effect<{
  readonly freeze: (millis: number) => void
  readonly program: <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
}> = Effect.map(Effect.clock, (timers) => {
  let frozen = 0
  const millis = () => timers.unsafeCurrentTimeMillis() + frozen
  const nanos = () => timers.unsafeCurrentTimeNanos() + BigInt(frozen) * 1_000_000n
  const wall: Clock.Clock = {
    [Clock.ClockTypeId]: Clock.ClockTypeId,
    unsafeCurrentTimeMillis: millis,
    currentTimeMillis: Effect.sync(millis),
    unsafeCurrentTimeNanos: nanos,
    currentTimeNanos: Effect.sync(nanos),
    sleep: (duration) => timers.sleep(duration)
  }
  return {
    freeze: (millis) => {
      frozen += millis
    },
    program: Effect.withClock(wall)
  }
})
