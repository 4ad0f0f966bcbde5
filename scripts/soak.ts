/**
 * `npm run soak`, for as long as one likes; it ends by itself, with 1 where anything was wrong.
 *
 * - `--minutes 10 --concurrency 64` (one minute by default) of unary calls, streams, resumed streams and interruptions
 *   over sockets, with 5 % resets, 2 % 429 and 1 % stalls: no character is lost or doubled, nothing is left behind
 * - `--plans 100000` streams cut by chance up to five times, by models of every manner
 * - `--kills 1000` deaths by SIGKILL of processes that read streams with checkpoints in files
 * - `--seed 7` another course of any; `plan` and `seed` are said with what went wrong
 */
import { parseArgs } from "node:util"
import { kills } from "./soak/kills.js"
import { plans } from "./soak/plans.js"
import { print } from "./soak/print.js"
import { traffic } from "./soak/traffic.js"

const numberOf = (name: string, text: string, isGood = Number.isInteger): number => {
  const value = Number(text)
  if (isGood(value) && value > 0) return value
  print(`--${name} is a ${isGood === Number.isInteger ? "whole " : ""}number above 0, not ${text}`)
  return process.exit(2)
}

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "1" },
    concurrency: { type: "string", default: "32" },
    plans: { type: "string" },
    kills: { type: "string" },
    seed: { type: "string", default: "1" }
  }
})
const seed = numberOf("seed", values.seed)

const soak = (): Promise<boolean> => {
  if (values.kills !== undefined) return kills(numberOf("kills", values.kills), seed)
  if (values.plans !== undefined) return plans(numberOf("plans", values.plans), seed)
  const minutes = numberOf("minutes", values.minutes, Number.isFinite)
  return traffic(minutes, numberOf("concurrency", values.concurrency), seed)
}

process.exitCode = (await soak()) ? 0 : 1
