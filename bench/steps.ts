/**
 * Counts the steps that Effect's interpreter makes for one call: `npx tsx bench/steps.ts`. Other than times, they are
 * the same on every machine, busy or not.
 */
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import * as Tracer from "effect/Tracer"
import { Claude, MessageStream } from "../src/index.js"
import { NodeClaude } from "../src/node/index.js"
import { apiKey, request } from "./clients/client.js"
import { compile } from "./compile.js"
import { startServer } from "./process.js"
import { table } from "./table.js"

type Program = Effect.Effect<unknown, unknown, Claude.Claude>

const programs: ReadonlyArray<readonly [name: string, answer: string, program: Program]> = [
  ["create", "unary", Claude.create(request)],
  [
    "stream of 8 deltas, text by the chunk",
    "each/8",
    Stream.runForEachChunk(MessageStream.text(Claude.stream(request)), () => Effect.void)
  ],
  ["stream of 8 deltas, folded", "each/8", MessageStream.message(Claude.stream(request))]
]

let steps = 0

/** The interpreter hands a tracer every step it makes. */
const counting = Tracer.make({
  span: () => {
    throw new Error("nothing here is traced")
  },
  context: (step) => {
    steps++
    return step()
  }
})

const runs = 50

const count = async (layer: Layer.Layer<Claude.Claude, unknown>, program: Program): Promise<number> => {
  const runtime = ManagedRuntime.make(layer)
  const counted = Effect.withTracer(program, counting)
  await runtime.runPromise(counted)
  steps = 0
  for (let run = 0; run < runs; run++) await runtime.runPromise(counted)
  await runtime.dispose()
  return Math.round(steps / runs)
}

const server = await startServer(compile())
const rows: Array<ReadonlyArray<string>> = []
for (const [name, answer, program] of programs) {
  const options = { apiKey: Redacted.make(apiKey), baseUrl: `${server.url}/${answer}` }
  const overNode = await count(NodeClaude.layerWith({ ...options, pool: { proxy: false } }), program)
  const overFetch = await count(Layer.provide(Claude.layer(options), FetchHttpClient.layer), program)
  rows.push([name, String(overNode), String(overFetch)])
}
const empty = await count(
  NodeClaude.layerWith({ apiKey: Redacted.make(apiKey) }),
  Stream.runForEachChunk(MessageStream.text(Stream.empty), () => Effect.void)
)
rows.push(["an empty `Stream`, text by the chunk", String(empty), ""])
process.stdout.write(`${table(["steps of", "`NodeClaude`", "`Claude.layer` over fetch"], rows)}\n`)
server.stop()
