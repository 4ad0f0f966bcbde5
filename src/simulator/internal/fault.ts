import * as Duration from "effect/Duration"
import type { Disturbance, Fault } from "../Disturbance.js"

/** A fault for the next request that fits. */
export const fault = (name: string, ...disturbances: ReadonlyArray<Disturbance>): Fault => ({
  name,
  disturbances,
  skip: 0,
  times: 1
})

/** A duration that may be left out, which means without end. */
export const millisOf = (duration: Duration.DurationInput | undefined): number | undefined =>
  duration === undefined ? undefined : Duration.toMillis(duration)
