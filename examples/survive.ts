/**
 * A stream that survives the death of its process: killed with SIGKILL in the middle of an answer and started again,
 * the program prints only what was missing.
 *
 * The program is `survive/tell.ts`; this one runs it twice, kills it once, and checks what it printed.
 */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import { Claude, MessageStream } from "effect-claude"
import { NodeClaude } from "effect-claude/node"
import { Simulator } from "effect-claude/simulator"
import { Console, Effect, Redacted, Schedule, Stream } from "effect"
import * as assert from "node:assert/strict"
import { fork } from "node:child_process"
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { request } from "./survive/request.js"

const answerIn = (folder: string): string => {
  const file = join(folder, "answer.txt")
  return existsSync(file) ? readFileSync(file, "utf8") : ""
}

/** Runs the program in a process of its own, and says what ended it. */
const run = (folder: string, url: string, killBehind = Infinity) =>
  Effect.gen(function* () {
    const child = fork(fileURLToPath(new URL("survive/tell.ts", import.meta.url)), [folder], {
      env: { ...process.env, ANTHROPIC_API_KEY: "any", ANTHROPIC_BASE_URL: url, no_proxy: "127.0.0.1" }
    })
    const ended = Effect.async<string>((resume) => {
      child.once("close", (code, signal) => resume(Effect.succeed(signal ?? `exit code ${code}`)))
    })
    const hasTold = Effect.repeat(
      Effect.sync(() => answerIn(folder).length),
      {
        until: (length) => length >= killBehind,
        schedule: Schedule.spaced("10 millis")
      }
    )
    const kill = Effect.sync(() => void child.kill("SIGKILL"))
    return yield* Effect.raceFirst(ended, Effect.zipRight(Effect.zipRight(hasTold, kill), Effect.never)).pipe(
      Effect.onInterrupt(() => kill)
    )
  })

const folders = Effect.acquireRelease(
  Effect.promise(() => mkdtemp(join(tmpdir(), "survive-"))),
  (folder) => Effect.promise(() => rm(folder, { recursive: true, force: true }))
)

/** What the same model says to it when nothing breaks. */
const whole = Effect.gen(function* () {
  const { url } = yield* Simulator.make({ tokenDelay: 0 })
  const Uncut = NodeClaude.layerWith({ apiKey: Redacted.make("any"), baseUrl: url, pool: { proxy: false } })
  return yield* Stream.mkString(MessageStream.text(Claude.stream(request))).pipe(Effect.provide(Uncut))
})

const program = Effect.gen(function* () {
  const folder = yield* folders
  const simulator = yield* Simulator.make({ tokenDelay: 5 })

  const first = yield* run(folder, simulator.url, 400)
  const before = answerIn(folder)
  yield* Console.log(`\n\n— ${first}, behind ${before.length} characters —\n`)
  const second = yield* run(folder, simulator.url)
  const after = answerIn(folder)
  yield* Console.log(`\n\n— ${second} —\n`)

  assert.deepEqual([first, second], ["SIGKILL", "exit code 0"])
  assert.equal(after, yield* whole)
  assert.ok(after.startsWith(before) && after.length > before.length)
  // asked twice: once for the answer, once for what was missing of it
  const log = yield* simulator.log
  assert.deepEqual(
    log.map(({ continues, outcome }) => [continues, outcome]),
    [
      [undefined, "left"],
      ["quoted", "complete"]
    ]
  )
  assert.deepEqual(readdirSync(join(folder, "checkpoints")), [])
  yield* Console.log(`whole: ${before.length} + ${after.length - before.length} characters, each printed once`)
}).pipe(Effect.scoped)

NodeRuntime.runMain(program)
