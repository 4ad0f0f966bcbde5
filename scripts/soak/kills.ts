/** Processes that are killed while they read streams, and what their successors make of it. */
import { Effect } from "effect"
import { kill, type Report } from "../../test/resume/kill/runs.js"
import { print } from "./print.js"

const step = 25

const told = ({ kills, requests, streams }: Report): string =>
  `${kills.time} by time, ${kills.line} behind a line, ${kills.disk} at a write; `
  + `${streams} streams, ${requests} requests`

/** In runs of 25 with a seed each, so that one that goes wrong can be run again. */
export const kills = async (count: number, seed: number): Promise<boolean> => {
  for (let done = 0, at = seed; done < count; done += step, at++) {
    const durability = "beforeDelivery"
    const within = { time: 400, line: 120, disk: 100 }
    const plan = { kills: Math.min(step, count - done), seed: at, durability, tokens: 160, lanes: 2, within } as const
    const report = await Effect.runPromise(kill(plan))
    print(`${done + plan.kills} kills (seed ${at}: ${told(report)}), ${report.faults.length} faults`)
    for (const fault of report.faults) print(fault)
    if (report.faults.length > 0) return false
  }
  return true
}
