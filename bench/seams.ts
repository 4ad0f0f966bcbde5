/**
 * Prints how seams turn out by the manner of the model: `npx tsx bench/seams.ts [runs of each kind] [seed]`.
 */
import { account, allRuns, isFalse } from "../test/resume/seamRuns.js"

const count = Number(process.argv[2] ?? 20)
const seed = Number(process.argv[3] ?? 1)
const share = (part: number, whole: number): string => `${((100 * part) / whole).toFixed(1)} %`

let runs = 0
let wrong = 0
console.log("| manner | runs | certain | uncertain, exact | uncertain, other | failed | false certain | twofold |")
console.log("|---|---:|---:|---:|---:|---:|---:|---:|")
const all = [...allRuns(count, seed)]
for (const [manner, entry] of account(all)) {
  runs += entry.runs
  wrong += entry.false
  const shares = [entry.certain, entry.uncertainExact, entry.uncertainOther, entry.failed].map((part) =>
    share(part, entry.runs)
  )
  console.log(`| ${[manner, entry.runs, ...shares, entry.false, entry.twofold].join(" | ")} |`)
}
for (const run of all.filter(isFalse)) {
  console.log(`false certain: ${run.manner}, ${run.kind}, seed ${run.seed}`)
}
console.log(`\n${runs} runs, seed ${seed}: ${wrong} false certain`)
process.exitCode = wrong === 0 ? 0 : 1
