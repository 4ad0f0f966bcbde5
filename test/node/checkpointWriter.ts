/** A process with a file store, for tests: told by its arguments what to do, it says on each line what it has done. */
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import * as FileCheckpointStore from "../../src/node/FileCheckpointStore.js"
import { opened } from "../../src/resume/Checkpoint.js"

const [directory = "", job = "", id = ""] = process.argv.slice(2)

const say = (line: string) => Effect.sync(() => void process.stdout.write(`${line}\n`))

const delta = (text: string) => ({
  type: "emitted" as const,
  events: [{ type: "content_block_delta" as const, index: 0, delta: { type: "text_delta" as const, text } }]
})

const first = opened({
  id,
  request: { model: "claude-opus-5-5", max_tokens: 1024, messages: [{ role: "user", content: "Hello" }] },
  baseUrl: "http://127.0.0.1"
})

const program = Effect.gen(function* () {
  const store = yield* FileCheckpointStore.make({ directory })
  const claimed = yield* Effect.either(store.claim(id, { lease: "1 hour" }))
  yield* say(claimed._tag === "Right" ? "claimed" : (claimed.left.reason ?? ""))
  if (claimed._tag === "Left") return
  if (job === "hold") return yield* Effect.never
  yield* store.append(id, [yield* first], { sync: true })
  for (let count = 0; count < 100_000; count++) {
    // lines of many lengths, so that a kill or a limit may fall anywhere in one
    const length = yield* Random.nextIntBetween(1, 4_000)
    const word = `${count}:${"x".repeat(job === "fill" ? 400 : length)};`
    const appended = yield* Effect.either(store.append(id, [delta(word)], { sync: job !== "fill" }))
    yield* say(appended._tag === "Right" ? `${count}` : appended.left.reason)
    if (appended._tag === "Left") return
  }
})

Effect.runPromise(Effect.scoped(program)).catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`)
  process.exitCode = 1
})
