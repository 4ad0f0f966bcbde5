/** What a process holds, and whether it is back where it was. */
import { Effect, Schedule } from "effect"
import { existsSync, readdirSync } from "node:fs"
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"

export interface Holdings {
  readonly sockets: number
  /** Open file descriptors; `undefined` where the system does not list them. */
  readonly descriptors: number | undefined
  /** In bytes, after a collection. */
  readonly heap: number
}

const list = "/proc/self/fd"

const countOf = (kind: RegExp): number => process.getActiveResourcesInfo().filter((name) => kind.test(name)).length

const collect = (): void => {
  // without a flag of the command line, so that it is the same in a test
  setFlagsFromString("--expose-gc")
  const gc: unknown = runInNewContext("gc")
  if (typeof gc === "function") gc()
}

const now = (): Omit<Holdings, "heap"> => ({
  sockets: countOf(/^T(CP|LS)/),
  descriptors: existsSync(list) ? readdirSync(list).length : undefined
})

export const holdings: Effect.Effect<Holdings> = Effect.sync(() => {
  collect()
  return { ...now(), heap: process.memoryUsage().heapUsed }
})

/** What is held once the other side of closed connections has noticed, or after five seconds as it is. */
export const settled = (before: Holdings): Effect.Effect<Holdings> =>
  Effect.sync(now).pipe(
    Effect.repeat({
      until: ({ descriptors, sockets }) => sockets <= before.sockets && (descriptors ?? 0) <= (before.descriptors ?? 0),
      schedule: Schedule.intersect(Schedule.spaced("20 millis"), Schedule.recurs(250))
    }),
    Effect.zipRight(holdings)
  )

/** What code that was compiled, and caches that were filled, may weigh: a tenth of what was held, and 16 MB. */
export const heapTolerance = (before: Holdings): number => before.heap / 10 + 16 * 1024 * 1024

/** What was not given back. */
export const kept = (before: Holdings, after: Holdings): ReadonlyArray<string> => [
  ...(after.sockets > before.sockets ? [`${after.sockets - before.sockets} sockets are open`] : []),
  ...((after.descriptors ?? 0) > (before.descriptors ?? 0)
    ? [`${(after.descriptors ?? 0) - (before.descriptors ?? 0)} file descriptors are open`]
    : []),
  ...(after.heap > before.heap + heapTolerance(before)
    ? [`${Math.round((after.heap - before.heap) / 1024 / 1024)} MB of heap are kept`]
    : [])
]
