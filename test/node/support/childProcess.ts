import { Effect, type Scope } from "effect"
import { spawn } from "node:child_process"
import { fileURLToPath } from "node:url"

/** How a process ended. */
export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/** A program of `test/node/child` in a process of its own. */
export interface Child {
  /** Waits for a line of its output that begins so, also one that came before, and gives what follows. */
  readonly line: (prefix: string) => Effect.Effect<string>
  /** All that it printed so far. */
  readonly output: () => string
  readonly write: (line: string) => Effect.Effect<void>
  readonly kill: (signal: NodeJS.Signals) => Effect.Effect<void>
  readonly ended: Effect.Effect<Ended>
}

const clean = (): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^ANTHROPIC_|_proxy$/i.test(name)))

/** Starts one; it is killed with the scope. What it waits for never comes if it has ended: the test's own bound. */
export const childProcess = (name: string, ...args: ReadonlyArray<string>): Effect.Effect<Child, never, Scope.Scope> =>
  Effect.gen(function* () {
    const file = fileURLToPath(new URL(`../child/${name}.ts`, import.meta.url))
    const child = yield* Effect.acquireRelease(
      Effect.sync(() =>
        spawn(process.execPath, ["--import", "tsx", file, ...args], { env: clean(), stdio: ["pipe", "pipe", "pipe"] })
      ),
      (child) => Effect.sync(() => void child.kill("SIGKILL"))
    )
    let output = ""
    let end: Ended | undefined
    const waiting = new Set<() => void>()
    const look = (): void => {
      for (const look of waiting) look()
    }
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        output += text
        look()
      })
    }
    child.on("close", (code, signal) => {
      end = { code, signal }
      look()
    })
    const until = <A>(find: () => A | undefined): Effect.Effect<A> =>
      Effect.async((resume) => {
        const look = (): void => {
          const found = find()
          if (found !== undefined) resume(Effect.succeed(found))
          else if (end !== undefined) resume(Effect.dieMessage(`it ended with ${JSON.stringify(end)}:\n${output}`))
        }
        waiting.add(look)
        look()
        return Effect.sync(() => waiting.delete(look))
      })
    const lines = (): ReadonlyArray<string> => output.split("\n").slice(0, -1)
    return {
      line: (prefix) =>
        until(() =>
          lines()
            .find((line) => line.startsWith(prefix))
            ?.slice(prefix.length)
        ),
      output: () => output,
      write: (line) => Effect.sync(() => void child.stdin.write(`${line}\n`)),
      kill: (signal) => Effect.sync(() => void child.kill(signal)),
      ended: until(() => end)
    }
  })
