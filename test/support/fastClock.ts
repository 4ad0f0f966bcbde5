import { Clock, Duration, Effect } from "effect"

/**
 * A clock that runs `times` as fast as the one on the wall, for programs over real sockets that wait for minutes.
 */
export const fastClock = (times: number): Clock.Clock => {
  const real = Clock.make()
  const start = real.unsafeCurrentTimeNanos()
  const nanos = () => start + (real.unsafeCurrentTimeNanos() - start) * BigInt(times)
  const millis = () => Number(nanos() / 1_000_000n)
  return {
    [Clock.ClockTypeId]: Clock.ClockTypeId,
    unsafeCurrentTimeMillis: millis,
    currentTimeMillis: Effect.sync(millis),
    unsafeCurrentTimeNanos: nanos,
    currentTimeNanos: Effect.sync(nanos),
    sleep: (duration) => real.sleep(Duration.millis(Duration.toMillis(duration) / times))
  }
}
