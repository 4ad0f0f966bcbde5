/**
 * `npm run soak -- --plans 100000`: streams cut by chance, by models of every manner, for as long as one likes. Each
 * plan is made from its number, so that one that goes wrong can be run alone: `--from 4711 --plans 1`.
 */
import { Effect } from "effect"
import { parseArgs } from "node:util"
import { randomPlan, wrongOf } from "../test/resume/sweepRuns.js"

const step = 1000

const print = (text: string) => void process.stdout.write(text)

function* plansFrom(from: number, count: number) {
  for (let seed = from; seed < from + count; seed++) yield [`plan ${seed}`, randomPlan(seed)] as const
}

const numberOf = (name: string, text: string): number => {
  const value = Number(text)
  if (Number.isInteger(value) && value > 0) return value
  print(`--${name} is a whole number above 0, not ${text}\n`)
  return process.exit(2)
}

const main = async (): Promise<number> => {
  const { values } = parseArgs({
    options: { plans: { type: "string", default: "10000" }, from: { type: "string", default: "1" } }
  })
  const plans = numberOf("plans", values.plans)
  const from = numberOf("from", values.from)
  let runs = 0
  let certain = 0
  const wrong: Array<string> = []
  for (let at = 0; at < plans && wrong.length === 0; at += step) {
    const done = await Effect.runPromise(wrongOf(plansFrom(from + at, Math.min(step, plans - at))))
    runs += done.runs
    certain += done.certain
    wrong.push(...done.wrong)
    print(`${runs} plans, ${((100 * certain) / runs).toFixed(1)} % with certain seams alone, ${wrong.length} wrong\n`)
  }
  for (const line of wrong) print(`${line}\n`)
  return wrong.length === 0 ? 0 : 1
}

process.exitCode = await main()
