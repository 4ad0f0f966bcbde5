/** Fuzzing in a process of its own, which may hang or take all memory: both are faults like any other. */
import { spawn } from "node:child_process"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"

export interface Fault {
  readonly target: string
  readonly seed: number
  readonly faults: ReadonlyArray<string>
}

export interface Round {
  /** The cases that were begun, by their target. */
  readonly cases: ReadonlyMap<string, number>
  readonly wrong: ReadonlyArray<Fault>
}

/** In megabytes: a few times what the largest input takes, and far below what a leak or an explosion does. */
const heap = 768

/** No case takes a thousandth of it by itself; on a machine that is busy with other things it may take longer. */
const patience = 60_000

const program = fileURLToPath(new URL("../child.ts", import.meta.url))

/** Plays so many cases of each target, each made from its own seed: `from`, `from + 1`, … */
export const fuzz = (from: number, parts: ReadonlyArray<readonly [target: string, cases: number]>): Promise<Round> =>
  new Promise((resolve) => {
    const wrong: Array<Fault> = []
    const cases = new Map<string, number>()
    let current = { target: "", seed: from }
    let done = false
    let silent = false
    let said = ""
    const orders = parts.map(([target, cases]) => `${target}=${cases}`)
    const args = [`--max-old-space-size=${heap}`, "--import", "tsx", program, String(from), ...orders]
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] })
    const giveUp = () => {
      silent = true
      child.kill("SIGKILL")
    }
    let timer = setTimeout(giveUp, patience)
    child.stderr.on("data", (chunk: Buffer) => (said = `${said}${chunk.toString()}`.slice(-2000)))
    createInterface(child.stdout).on("line", (line) => {
      clearTimeout(timer)
      timer = setTimeout(giveUp, patience)
      const [word, target = "", seed] = line.split(" ", 3)
      if (word === "case") {
        current = { target, seed: Number(seed) }
        cases.set(target, (cases.get(target) ?? 0) + 1)
      } else if (word === "fault") wrong.push({ ...current, faults: JSON.parse(line.slice(6)) })
      else if (word === "done") done = true
    })
    child.on("close", (code, signal) => {
      clearTimeout(timer)
      const how = silent ? `no end within ${patience / 1000} s` : `the process died (${signal ?? code}): ${said}`
      if (!done) wrong.push({ ...current, faults: [how] })
      resolve({ cases, wrong })
    })
  })

/** How one finds it again. */
export const report = ({ faults, seed, target }: Fault): string =>
  `${target}, seed ${seed} (npm run fuzz -- --only ${target} --seed ${seed} --runs 1):\n  ${faults.join("\n  ")}`
