/** Real processes that read streams, and the build that they run. */
import { Effect } from "effect"
import { type ChildProcess, spawn } from "node:child_process"
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { bin, root } from "../../../scripts/gates/run.js"
import type { Line, Orders } from "./orders.js"

const ended = (child: ChildProcess): Promise<NodeJS.Signals | number | null> =>
  new Promise((resolve) => child.once("close", (code, signal) => resolve(signal ?? code)))

/**
 * The program as JavaScript, inside the repository so that packages resolve from it: what compiles as it loads takes
 * twice the time to start. Types are checked elsewhere.
 */
export const compiled = Effect.acquireRelease(
  Effect.promise(async () => {
    mkdirSync(join(root, ".tmp"), { recursive: true })
    const folder = mkdtempSync(join(root, ".tmp", "kill-"))
    const compilerOptions = {
      noEmit: false,
      noCheck: true,
      incremental: false,
      tsBuildInfoFile: null,
      rootDir: root,
      outDir: join(folder, "out"),
      paths: {}
    }
    const files = [join(root, "test/resume/kill/child.ts")]
    const config = { extends: join(root, "tsconfig.json"), compilerOptions, include: [], files }
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config))
    const compiler = spawn(process.execPath, [bin("typescript", "tsc"), "-p", folder], { stdio: "inherit" })
    const code = await ended(compiler)
    if (code !== 0) throw new Error(`the compiler ended with ${code}`)
    return { folder, program: join(folder, "out/test/resume/kill/child.js") }
  }),
  ({ folder }) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
).pipe(Effect.map(({ program }) => program))

/** A process that waits for its orders, or reads by them. */
export interface Reader {
  readonly order: (orders: Orders) => void
  readonly signal: (signal: "SIGKILL" | "SIGTERM") => void
  /** All that it says from now on; a line that it did not come to the end of is not said. */
  readonly onLine: (take: (line: Line) => void) => void
  /** What ended it, when all it said was taken: a signal, or the code of its exit. */
  readonly ended: Promise<NodeJS.Signals | number | null>
  /** Rejects where it ended before. */
  readonly isReady: Promise<void>
}

const startReader = (program: string, baseUrl: string, directory: string): Reader => {
  const child = spawn(process.execPath, [program, baseUrl, directory], { stdio: ["pipe", "pipe", "inherit"] })
  let whole = ""
  let take: (line: Line) => void = () => {}
  const end = ended(child)
  const isReady = new Promise<void>((resolve, reject) => {
    child.stdout.once("data", () => resolve())
    void end.then((how) => reject(new Error(`the process ended with ${how} before it could read`)))
  })
  isReady.catch(() => {})
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    const lines = (whole + text).split("\n")
    whole = lines.pop() ?? ""
    for (const line of lines) take(JSON.parse(line) as Line)
  })
  // it may have been killed before it read them
  child.stdin.on("error", () => {})
  return {
    order: (orders) => void child.stdin.write(`${JSON.stringify(orders)}\n`),
    signal: (signal) => void child.kill(signal),
    onLine: (next) => (take = next),
    ended: end,
    isReady
  }
}

/** Starts a process that ends with the scope, at the latest. */
export const reader = (program: string, baseUrl: string, directory: string) =>
  Effect.acquireRelease(
    Effect.sync(() => startReader(program, baseUrl, directory)),
    (reader) =>
      Effect.promise(() => {
        reader.signal("SIGKILL")
        return reader.ended
      })
  )
