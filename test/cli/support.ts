import { Effect } from "effect"
import { spawn } from "node:child_process"

export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

const run = (args: ReadonlyArray<string>, environment: Record<string, string>, interruptAt?: RegExp) =>
  Effect.async<Ended>((resume) => {
    const { ANTHROPIC_API_KEY: _key, ANTHROPIC_AUTH_TOKEN: _token, ...rest } = process.env
    const child = spawn(process.execPath, ["--import", "tsx", "src/cli/main.ts", ...args], {
      env: { ...rest, ...environment },
      stdio: ["ignore", "pipe", "pipe"]
    })
    let stdout = ""
    let stderr = ""
    child.stdout.on("data", (chunk) => {
      stdout += String(chunk)
      if (interruptAt?.test(stdout) === true) child.kill("SIGINT")
    })
    child.stderr.on("data", (chunk) => (stderr += String(chunk)))
    child.on("close", (code) => resume(Effect.succeed({ code, stdout, stderr })))
    return Effect.sync(() => child.kill())
  })

/** The command as a process, without a credential unless one is given. */
export const runCommand = (args: ReadonlyArray<string>, environment: Record<string, string> = {}) =>
  run(args, environment)

/** The same, with SIGINT as soon as its output is of a form. */
export const interruptCommand = (args: ReadonlyArray<string>, at: RegExp) => run(args, {}, at)
