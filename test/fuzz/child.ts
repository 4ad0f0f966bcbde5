/**
 * Fuzzes in a process of its own: `child.ts <first seed> <target>=<cases> …`. It says which case it begins, so that
 * whoever started it knows the seed of one that never ends, or that takes all memory.
 */
import { writeSync } from "node:fs"
import { faultsOf } from "./support/target.js"
import { targets } from "./targets/index.js"

const [from = "1", ...parts] = process.argv.slice(2)

// at once, unlike process.stdout: what hangs must have said so before
const say = (line: string): void => void writeSync(1, `${line}\n`)

for (const part of parts) {
  const [name = "", cases] = part.split("=")
  const target = targets[name]
  if (target === undefined) throw new Error(`no such target: ${name}`)
  for (let seed = Number(from); seed < Number(from) + Number(cases); seed++) {
    say(`case ${name} ${seed}`)
    const faults = await faultsOf(target, seed)
    if (faults.length > 0) say(`fault ${JSON.stringify(faults.map((fault) => fault.slice(0, 2000)))}`)
  }
}
say("done")
