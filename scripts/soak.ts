/**
 * `npm run soak`, for as long as one likes; it ends by itself, with 1 where anything was wrong.
 *
 * - `--plans 100000` streams cut by chance up to five times, by models of every manner
 * - `--kills 1000` deaths by SIGKILL of processes that read streams with checkpoints in files
 * - `--seed 7` another course of either; `plan` and `seed` are said with what went wrong
 */
import { parseArgs } from "node:util"
import { kills } from "./soak/kills.js"
import { plans } from "./soak/plans.js"
import { print } from "./soak/print.js"

const numberOf = (name: string, text: string): number => {
  const value = Number(text)
  if (Number.isInteger(value) && value > 0) return value
  print(`--${name} is a whole number above 0, not ${text}`)
  return process.exit(2)
}

const { values } = parseArgs({
  options: { plans: { type: "string" }, kills: { type: "string" }, seed: { type: "string", default: "1" } }
})
const seed = numberOf("seed", values.seed)

const soak = (): Promise<boolean> => {
  if (values.kills !== undefined) return kills(numberOf("kills", values.kills), seed)
  return plans(numberOf("plans", values.plans ?? "10000"), seed)
}

process.exitCode = (await soak()) ? 0 : 1
