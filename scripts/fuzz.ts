/**
 * `npm run fuzz -- --runs 100000 --seed 1`: random things for everything that reads what others wrote, each target in
 * turn (or those of `--only`), several processes at a time. Each case is made from its own seed: one that goes wrong is
 * run alone with its seed and `--runs 1`.
 */
import { availableParallelism } from "node:os"
import { parseArgs } from "node:util"
import { fuzz, report } from "../test/fuzz/support/isolated.js"
import { targets } from "../test/fuzz/targets/index.js"

/** The cases that one process plays. */
const step = 2000

const print = (text: string): void => void process.stdout.write(text)

const usage = (text: string): never => {
  print(`${text}\n`)
  return process.exit(2)
}

const numberOf = (name: string, text: string): number => {
  const value = Number(text)
  return Number.isInteger(value) && value >= 0 ? value : usage(`--${name} is a whole number, not ${text}`)
}

const namesOf = (only: string | undefined): ReadonlyArray<string> => {
  const names = only?.split(",") ?? Object.keys(targets)
  const unknown = names.filter((name) => targets[name] === undefined)
  return unknown.length === 0
    ? names
    : usage(`no such target: ${unknown.join(", ")}; ${Object.keys(targets).join(", ")}`)
}

interface Part {
  readonly name: string
  readonly from: number
  readonly cases: number
}

const main = async (): Promise<number> => {
  const { values } = parseArgs({
    options: {
      runs: { type: "string", default: "2000" },
      seed: { type: "string", default: "1" },
      only: { type: "string" }
    }
  })
  const runs = numberOf("runs", values.runs)
  const seed = numberOf("seed", values.seed)
  const parts = namesOf(values.only).flatMap((name) =>
    Array.from({ length: Math.ceil(runs / step) }, (_, at): Part => ({
      name,
      from: seed + at * step,
      cases: Math.min(step, runs - at * step)
    }))
  )
  const played = new Map<string, number>()
  let wrong = 0
  const work = async (): Promise<void> => {
    for (let part = parts.shift(); part !== undefined; part = parts.shift()) {
      const { cases, from, name } = part
      const round = await fuzz(from, [[name, cases]])
      const total = (played.get(name) ?? 0) + (round.cases.get(name) ?? 0)
      played.set(name, total)
      wrong += round.wrong.length
      print(`${name.padEnd(12)} ${String(total).padStart(8)} of ${runs}   ${round.wrong.length} wrong\n`)
      for (const fault of round.wrong.slice(0, 5)) print(`${report(fault)}\n`)
    }
  }
  await Promise.all(Array.from({ length: Math.min(4, availableParallelism()) }, work))
  const all = [...played.values()].reduce((sum, count) => sum + count, 0)
  print(`\n${all} cases from seed ${seed}, ${wrong} wrong\n`)
  return wrong === 0 ? 0 : 1
}

process.exitCode = await main()
