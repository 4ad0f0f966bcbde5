import { describe, it } from "@effect/vitest"
import { assertTrue, deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { Effect, Fiber, Option, Stream } from "effect"
import { Checkpoint, MessageStream, Resumable } from "effect-claude"
import { FileCheckpointStore } from "effect-claude/node"
import { Simulator } from "effect-claude/simulator"
import { TestClaude } from "effect-claude/testing"
import { emitted, open, seam, segment } from "./checkpointFixtures.js"
import { blockStart, emptyText, messageStart, text } from "../stream/fixtures.js"
import { Consumer } from "./kill/consumer.js"
import { type Orders, requestOf } from "./kill/orders.js"
import { compiled, reader } from "./kill/process.js"
import { answersTo, clientOf, folder, kill } from "./kill/runs.js"

/** More of them, and others: `KILLS=1000 SEED=7`. */
const kills = Number(process.env["KILLS"] ?? 50)
const seed = Number(process.env["SEED"] ?? 1)

const limit = 120_000 + kills * 3_000

describe("a stream whose process is killed", () => {
  it.live(
    "is shown whole, each character once, whatever the moment",
    () =>
      Effect.gen(function* () {
        const { faults, kills: done } = yield* kill({
          kills,
          seed,
          durability: "beforeDelivery",
          tokens: 160,
          lanes: 2,
          within: { time: 400, line: 120, disk: 100 }
        })
        deepStrictEqual(faults, [])
        strictEqual(done.time + done.line + done.disk, kills)
        assertTrue(kills < 20 || Object.values(done).every((count) => count > 0))
      }),
    limit
  )

  it.live(
    "takes back what a checkpoint did not know that is written now and then, and is shown whole",
    () =>
      Effect.gen(function* () {
        const wanted = Math.ceil(kills / 8)
        const { faults, kills: done } = yield* kill({
          kills: wanted,
          seed,
          durability: "bounded",
          tokens: 500,
          lanes: 3,
          within: { time: 1_000, line: 600, disk: 20 }
        })
        deepStrictEqual(faults, [])
        strictEqual(done.time + done.line + done.disk, wanted)
      }),
    limit
  )
})

const model = { answerTokens: 400, seed: "apart" }
const prompt = "Tell me about lighthouses, with emoji"

const setup = Effect.gen(function* () {
  const directory = yield* folder
  const simulator = yield* Simulator.make({ ...model, tokenDelay: 2 })
  const start = reader(yield* compiled, simulator.url, directory)
  return { directory, simulator, start: Effect.tap(start, ({ isReady }) => Effect.promise(() => isReady)) }
})

const ordersOf = (consumer: Consumer, durability: Orders["durability"]): Orders => ({
  life: 1,
  durability,
  lanes: [consumer.begin(1, 0)]
})

describe("a stream whose process is told to end", () => {
  it.scopedLive(
    "has written down all that it had shown, and goes on behind it elsewhere",
    () =>
      Effect.gen(function* () {
        const { directory, simulator, start } = yield* setup
        const process = yield* start
        const consumer = new Consumer("ended", prompt, "cursor")
        let isTold = false
        process.onLine((line) => {
          consumer.take(line)
          if (isTold || consumer.text.length <= 300) return
          // once: a second signal would end it at once
          isTold = true
          process.signal("SIGTERM")
        })
        process.order(ordersOf(consumer, "bounded"))
        strictEqual(yield* Effect.promise(() => process.ended), 0)
        assertTrue(!consumer.isDone)

        const store = yield* FileCheckpointStore.make({ directory })
        const kept = Checkpoint.text(Option.getOrThrow(yield* store.read("ended")))
        strictEqual(kept.slice(0, consumer.text.length), consumer.text)
        const rest = yield* Resumable.resume("ended", { store, after: { textLength: consumer.text.length } }).pipe(
          MessageStream.text,
          Stream.mkString,
          Effect.provide(clientOf(simulator.url))
        )
        deepStrictEqual([consumer.text + rest], yield* answersTo(prompt, 1, model))
        deepStrictEqual(yield* store.list, [])
      }),
    60_000
  )

  it.scoped("is written to its file by the interruption itself, not by the next turn of the clock", () =>
    Effect.gen(function* () {
      const store = yield* FileCheckpointStore.make({ directory: yield* folder })
      const shown: Array<string> = []
      const fiber = yield* Resumable.stream(requestOf(prompt), { id: "a", store }).pipe(
        MessageStream.text,
        Stream.tap((text) => Effect.sync(() => void shown.push(text))),
        Stream.runDrain,
        Effect.fork
      )
      yield* Effect.yieldNow().pipe(Effect.repeat({ until: () => shown.length === 3 }))
      deepStrictEqual(yield* store.read("a"), Option.none())
      yield* Fiber.interrupt(fiber)
      strictEqual(Checkpoint.text(Option.getOrThrow(yield* store.read("a"))), "one two three ")
    }).pipe(
      Effect.provide(
        TestClaude.layer([TestClaude.stallAfter(TestClaude.tokens(["one ", "two ", "three ", "four"]), 3)])
      )
    )
  )
})

describe("a stream that another process reads", () => {
  it.scopedLive(
    "is refused, begun or gone on with, and the other one reads on",
    () =>
      Effect.gen(function* () {
        const { simulator, start } = yield* setup
        const [first, second, third] = yield* Effect.all([start, start, start], { concurrency: 3 })
        const reading = new Consumer("a", prompt, "cursor")
        const refused = { id: "a", prompt, delay: 0 }
        first.onLine((line) => {
          if (reading.text === "" && line.event?.type === "content_block_delta") {
            second.order({ life: 2, durability: "beforeDelivery", lanes: [{ ...refused, after: undefined }] })
            third.order({ life: 3, durability: "bounded", lanes: [{ ...refused, after: { textLength: 0 } }] })
          }
          reading.take(line)
        })
        const errors: Array<unknown> = []
        for (const other of [second, third]) other.onLine(({ error, event }) => void errors.push(error ?? event?.type))
        first.order(ordersOf(reading, "beforeDelivery"))
        const ends = yield* Effect.promise(() => Promise.all([first.ended, second.ended, third.ended]))
        deepStrictEqual(ends, [0, 0, 0])
        const conflict = { tag: "CheckpointConflict", reason: "running" }
        deepStrictEqual(errors, [conflict, conflict])
        deepStrictEqual([reading.text], yield* answersTo(prompt, 1, model))
        strictEqual((yield* simulator.log).length, 1)
      }),
    60_000
  )
})

describe("a checkpoint whose process died between a seam and its text", () => {
  it.scoped("has no seam there, and the one that is found instead", () =>
    Effect.gen(function* () {
      const store = yield* FileCheckpointStore.make({ directory: yield* folder })
      yield* store.append(
        "a",
        [
          yield* open("a"),
          emitted(messageStart(), blockStart(0, emptyText), text(0, "A red fox")),
          { type: "ended", segment },
          { type: "seam", seam: { ...seam, before: "never told" } }
        ],
        { sync: false }
      )
      const { message, seams } = yield* Resumable.message(Resumable.resume("a", { store }))
      deepStrictEqual(
        message.content.map((block) => (block.type === "text" ? block.text : "")),
        ["A red fox jumps"]
      )
      deepStrictEqual(
        seams.map(({ after, attempt }) => [after, attempt]),
        [[" jumps", 2]]
      )
    }).pipe(Effect.provide(TestClaude.layer([TestClaude.text("A red fox jumps")])))
  )
})
