/** What a gate is, and how gates start programs. */
import { spawn } from "node:child_process"
import type { ChildProcess } from "node:child_process"
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs"
import { join, resolve } from "node:path"
import { fileURLToPath } from "node:url"

export type Write = (text: string) => void

export interface Outcome {
  readonly passed: number
  readonly failed: number
}

export interface Gate {
  readonly name: string
  readonly title: string
  /** Gates that this one stands on: they are run too, and when one is red this one is not run and counts as failed. */
  readonly needs?: ReadonlyArray<string>
  readonly run: (write: Write) => Promise<Outcome>
}

export const root = resolve(fileURLToPath(new URL("../..", import.meta.url)))

let made: string | undefined

/** A folder of this run alone, inside the repository so that packages resolve from it. */
export const scratch = (): string => {
  if (made === undefined) {
    mkdirSync(join(root, ".tmp"), { recursive: true })
    made = mkdtempSync(join(root, ".tmp", "gates-"))
  }
  return made
}

/** The script behind a package's command, to be run by this Node: no shell, no PATH. */
export const bin = (packageName: string, command: string = packageName): string => {
  const folder = join(root, "node_modules", packageName)
  const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {
    readonly bin: string | Record<string, string>
  }
  const path = typeof manifest.bin === "string" ? manifest.bin : manifest.bin[command]
  if (path === undefined) {
    throw new Error(`${packageName} has no command ${command}`)
  }
  return join(folder, path)
}

const running = new Set<ChildProcess>()

// Each program leads a group of its own, so that what it started ends with it.
const kill = (child: ChildProcess): void => {
  if (child.pid === undefined) {
    return
  }
  try {
    process.kill(process.platform === "win32" ? child.pid : -child.pid, "SIGKILL")
  } catch {
    // It is gone already.
  }
}

/** Ends what was started and removes the folder. */
export const cleanUp = (): void => {
  running.forEach(kill)
  if (made !== undefined) {
    rmSync(made, { recursive: true, force: true })
  }
}

/** Starts a Node program that is killed, with all it started, when the run ends. */
export const start = (script: string, args: ReadonlyArray<string>, env: NodeJS.ProcessEnv = process.env) => {
  const child = spawn(process.execPath, [script, ...args], {
    cwd: root,
    env,
    detached: process.platform !== "win32",
    stdio: ["ignore", "pipe", "pipe"]
  })
  running.add(child)
  child.on("close", () => running.delete(child))
  return { child, stop: () => kill(child) }
}

export interface Finished {
  readonly code: number | undefined
  readonly timedOut: boolean
  readonly output: string
}

export interface RunOptions {
  readonly write?: Write
  readonly env?: NodeJS.ProcessEnv
  /** Default: 300. */
  readonly seconds?: number
}

/** Runs a Node program to its end, or to the end of its time. */
export const run = (script: string, args: ReadonlyArray<string>, options: RunOptions = {}): Promise<Finished> =>
  new Promise((settle, fail) => {
    const { child, stop } = start(script, args, options.env)
    const seconds = options.seconds ?? 300
    const parts: Array<string> = []
    let timedOut = false
    const timer = setTimeout(() => {
      timedOut = true
      stop()
    }, seconds * 1000)
    const take = (text: string): void => {
      parts.push(text)
      options.write?.(text)
    }
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8")
      stream.on("data", take)
    }
    child.on("error", fail)
    child.on("close", (code) => {
      clearTimeout(timer)
      if (timedOut) {
        take(`\nstopped after ${seconds} s\n`)
      }
      settle({ code: code ?? undefined, timedOut, output: parts.join("") })
    })
  })

/** A program that is one check: green when it ends with 0. */
export const command = async (
  script: string,
  args: ReadonlyArray<string>,
  options: RunOptions = {}
): Promise<Outcome> => {
  const { code } = await run(script, args, options)
  return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 }
}

/** Runs the tasks with at most `width` at a time; results keep the order of the tasks. */
export const pooled = async <A>(width: number, tasks: ReadonlyArray<() => Promise<A>>): Promise<Array<A>> => {
  const results: Array<A> = []
  const queue = tasks.entries()
  const worker = async (): Promise<void> => {
    for (const [index, task] of queue) {
      results[index] = await task()
    }
  }
  await Promise.all(Array.from({ length: width }, worker))
  return results
}

export const total = (outcomes: ReadonlyArray<Outcome>): Outcome => ({
  passed: outcomes.reduce((sum, outcome) => sum + outcome.passed, 0),
  failed: outcomes.reduce((sum, outcome) => sum + outcome.failed, 0)
})
