/**
 * A process that is killed, for tests: it reads streams as it is told on its input, with checkpoints in files, and says
 * on a line each what it has taken.
 */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import { writeSync } from "node:fs"
import { createInterface } from "node:readline"
import * as FileCheckpointStore from "../../../src/node/FileCheckpointStore.js"
import * as NodeClaude from "../../../src/node/NodeClaude.js"
import * as Resumable from "../../../src/resume/Resumable.js"
import { dieAt } from "./disk.js"
import { type Lane, type Line, type Orders, requestOf } from "./orders.js"

const [baseUrl = "", directory = ""] = process.argv.slice(2)

/** Out of the process when it returns: what is shown stays shown. */
const say = (line: Line): Effect.Effect<void> => Effect.sync(() => void writeSync(1, `${JSON.stringify(line)}\n`))

const read = ({ after, delay, id, prompt }: Lane, { durability }: Orders) =>
  (after === undefined
    ? Resumable.stream(requestOf(prompt), { id, durability })
    : Resumable.resume(id, { after, durability })
  ).pipe(
    Resumable.withCursor,
    Stream.runForEach(([event, cursor]) => say({ id, event, cursor })),
    Effect.catchAll((error) =>
      say({ id, error: { tag: error._tag, reason: "reason" in error ? String(error.reason) : undefined } })
    ),
    Effect.delay(delay)
  )

const orders = Effect.async<Orders>((resume) => {
  const lines = createInterface({ input: process.stdin })
  lines.once("line", (line) => {
    resume(Effect.succeed(JSON.parse(line) as Orders))
    lines.close()
    process.stdin.destroy()
  })
  // whoever started it has ended
  lines.once("close", () => resume(Effect.interrupt))
})

const program = Effect.gen(function* () {
  yield* say({})
  const given = yield* orders
  const { dieAt: death } = given
  if (death !== undefined) yield* Effect.promise(() => dieAt(death))
  const claude = NodeClaude.layerWith({
    apiKey: Redacted.make("any"),
    baseUrl,
    headers: { "x-life": String(given.life) },
    pool: { proxy: false }
  })
  yield* Effect.forEach(given.lanes, (lane) => read(lane, given), { concurrency: "unbounded", discard: true }).pipe(
    Effect.provide(Layer.merge(claude, FileCheckpointStore.layer({ directory })))
  )
})

NodeRuntime.runMain(program)
