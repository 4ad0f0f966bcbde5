import type { Disturbance, Fault } from "../Disturbance.js"

/** A fault for the next request that fits. */
export const fault = (name: string, ...disturbances: ReadonlyArray<Disturbance>): Fault => ({
  name,
  disturbances,
  skip: 0,
  times: 1
})
