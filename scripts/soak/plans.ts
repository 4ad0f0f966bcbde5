/** Streams cut by chance, by models of every manner, against a scripted transport. */
import { Effect } from "effect"
import { randomPlan, wrongOf } from "../../test/resume/sweepRuns.js"
import { print } from "./print.js"

const step = 1000

function* plansFrom(from: number, count: number) {
  for (let seed = from; seed < from + count; seed++) yield [`plan ${seed}`, randomPlan(seed)] as const
}

/** Each plan is made from its number, so that one that goes wrong can be run alone: `--plans 1 --seed 4711`. */
export const plans = async (count: number, from: number): Promise<boolean> => {
  let runs = 0
  let certain = 0
  const wrong: Array<string> = []
  for (let at = 0; at < count && wrong.length === 0; at += step) {
    const done = await Effect.runPromise(wrongOf(plansFrom(from + at, Math.min(step, count - at))))
    runs += done.runs
    certain += done.certain
    wrong.push(...done.wrong)
    print(`${runs} plans, ${((100 * certain) / runs).toFixed(1)} % with certain seams alone, ${wrong.length} wrong`)
  }
  for (const line of wrong) print(line)
  return wrong.length === 0
}
