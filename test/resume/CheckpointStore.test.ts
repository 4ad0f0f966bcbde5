import * as KeyValueStore from "@effect/platform/KeyValueStore"
import { describe, it } from "@effect/vitest"
import { assertNone, assertTrue, deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { Deferred, Effect, Exit, Fiber, Layer, Option, TestClock } from "effect"
import * as Checkpoint from "../../src/resume/Checkpoint.js"
import * as CheckpointStore from "../../src/resume/CheckpointStore.js"
import type { Backend } from "../../src/resume/internal/checkpointBackend.js"
import { make } from "../../src/resume/internal/checkpointJournals.js"
import { make as keyValue } from "../../src/resume/internal/checkpointKeyValue.js"
import { make as memory } from "../../src/resume/internal/checkpointMemory.js"
import { CheckpointStoreError } from "../../src/resume/ResumeError.js"
import { blockStart, emptyText, messageStart, text } from "../stream/fixtures.js"
import { keepsCheckpoints, keepsProcessesApart } from "./checkpointContract.js"
import { emitted, open } from "./checkpointFixtures.js"

const keyValueMemory = Effect.provide(KeyValueStore.KeyValueStore, KeyValueStore.layerMemory)

const inKeyValueStore = Effect.map(keyValueMemory, (store) => Effect.sync(() => keyValue(store, "test/", 0)))

keepsCheckpoints(
  "the store in memory",
  Effect.sync(() => Effect.succeed(memory()))
)
keepsCheckpoints("the store over a KeyValueStore", inKeyValueStore)
keepsProcessesApart("the store over a KeyValueStore", inKeyValueStore)

const later = { sync: true }

const said = (word: string) => emitted(text(0, word))

const begin = (store: CheckpointStore.Service, id: string) =>
  Effect.gen(function* () {
    yield* store.claim(id)
    yield* store.append(id, [yield* open(id), emitted(messageStart(), blockStart(0, emptyText))], later)
  })

const textOf = (store: CheckpointStore.Service, id: string) =>
  Effect.map(store.read(id), (found) => Checkpoint.text(Option.getOrThrow(found)))

const broken = new CheckpointStoreError({ operation: "append", reason: "full", description: "there is no space left" })

describe("writes of a journal", () => {
  it.scoped("that wait for one another go together, and are synced once", () =>
    Effect.gen(function* () {
      const backend = memory()
      const gate = yield* Deferred.make<void>()
      const begun = yield* Deferred.make<void>()
      const writes: Array<boolean> = []
      const store = yield* make({
        ...backend,
        extend: (id, length, bytes, sync) => {
          writes.push(sync)
          const first = Effect.zipRight(Deferred.succeed(begun, undefined), Deferred.await(gate))
          return Effect.zipRight(first, backend.extend(id, length, bytes, sync))
        }
      })
      yield* begin(store, "a")
      const append = (at: number) => store.append("a", [said(`${at} `)], { sync: at === 50 })
      const first = yield* Effect.fork(append(0))
      yield* Deferred.await(begun)
      const others = Array.from({ length: 99 }, (_, at) => at + 1)
      const rest = yield* Effect.fork(Effect.forEach(others, append, { concurrency: "unbounded" }))
      yield* TestClock.adjust("1 second")
      yield* Deferred.succeed(gate, undefined)
      yield* Fiber.join(first)
      yield* Fiber.join(rest)
      deepStrictEqual(writes, [false, true])
      strictEqual((yield* textOf(store, "a")).split(" ").length, 101)
    })
  )

  it.scoped("fail together, and nothing follows them but a new claim or a new journal", () =>
    Effect.gen(function* () {
      const backend = memory()
      let fails = false
      const extend: Backend["extend"] = (id, length, bytes, sync) =>
        Effect.suspend(() => (fails ? Effect.fail(broken) : backend.extend(id, length, bytes, sync)))
      const store = yield* make({ ...backend, extend })
      yield* Effect.scoped(
        Effect.gen(function* () {
          yield* begin(store, "a")
          yield* store.append("a", [said("one ")], later)
          fails = true
          const all = yield* Effect.forEach(["x", "y"], (word) => Effect.flip(store.append("a", [said(word)], later)), {
            concurrency: "unbounded"
          })
          deepStrictEqual(
            all.map((error) => error.reason),
            ["full", "full"]
          )
          fails = false
          strictEqual((yield* Effect.flip(store.append("a", [said("z")], later))).reason, "closed")
        })
      )
      yield* Effect.scoped(Effect.zipRight(store.claim("a"), store.append("a", [said("two")], later)))
      strictEqual(yield* textOf(store, "a"), "one two")
      fails = true
      yield* Effect.ignore(store.append("a", [said("x")], later))
      yield* store.append("a", [yield* open("a")], later)
      fails = false
      yield* store.append("a", [emitted(messageStart(), blockStart(0, emptyText), text(0, "new"))], later)
      strictEqual(yield* textOf(store, "a"), "new")
    })
  )

  it.scoped("that die take nobody's answer with them", () =>
    Effect.gen(function* () {
      const store = yield* make({ ...memory(), extend: () => Effect.die("a defect") })
      yield* begin(store, "a")
      deepStrictEqual(yield* Effect.exit(store.append("a", [said("one")], later)), Exit.die("a defect"))
    })
  )
})

describe("the store over a KeyValueStore", () => {
  const over = (store: KeyValueStore.KeyValueStore, settle = 0) => make(keyValue(store, "test/", settle))

  it.scoped("rewrites the last part of a journal alone, and leaves nothing behind when it goes", () =>
    Effect.gen(function* () {
      const values = yield* keyValueMemory
      let largest = 0
      const watched: KeyValueStore.KeyValueStore = {
        ...values,
        set: (key, value) => {
          largest = Math.max(largest, value.length)
          return values.set(key, value)
        }
      }
      const store = yield* over(watched)
      const words = Array.from({ length: 300 }, (_, at) => `${at}`.padEnd(1_000, "."))
      yield* Effect.scoped(
        Effect.gen(function* () {
          yield* begin(store, "a")
          for (const word of words) yield* store.append("a", [said(word)], later)
          strictEqual(yield* textOf(store, "a"), words.join(""))
          assertTrue(largest <= 64 * 1024)
          assertTrue((yield* values.size) > 5)
          yield* store.append("a", [yield* open("a")], later)
          // the list of ids, the claim, the head and one part
          strictEqual(yield* values.size, 4)
          yield* store.remove("a")
        })
      )
      strictEqual(yield* values.size, 1)
    })
  )

  it.scoped("cuts off in the last part what was not written whole", () =>
    Effect.gen(function* () {
      const values = yield* keyValueMemory
      const store = yield* over(values)
      yield* Effect.scoped(Effect.zipRight(begin(store, "a"), store.append("a", [said("one ")], later)))
      const head = JSON.parse(Option.getOrThrow(yield* values.get("test/a/head")))
      yield* values.modify(`test/a/${head.generation}/0`, (lines) => `${lines}{"type":"emi`)
      strictEqual(yield* textOf(store, "a"), "one ")
      yield* Effect.scoped(Effect.zipRight(store.claim("a"), store.append("a", [said("two")], later)))
      strictEqual(yield* textOf(store, "a"), "one two")
    })
  )

  it.scoped("says that a part is gone rather than leave a gap", () =>
    Effect.gen(function* () {
      const values = yield* keyValueMemory
      const store = yield* over(values)
      yield* begin(store, "a")
      const head = JSON.parse(Option.getOrThrow(yield* values.get("test/a/head")))
      yield* values.remove(`test/a/${head.generation}/0`)
      const error = yield* Effect.flip(store.read("a"))
      strictEqual(error._tag === "CheckpointStoreError" ? error.reason : error._tag, "missing")
    })
  )

  it.scoped("lets one of two claims through whose reads and writes cross", () =>
    Effect.gen(function* () {
      const values = yield* keyValueMemory
      const slow: KeyValueStore.KeyValueStore = {
        ...values,
        get: (key) => Effect.zipLeft(values.get(key), Effect.sleep("10 millis")),
        set: (key, value) => Effect.zipRight(Effect.sleep("20 millis"), values.set(key, value))
      }
      const claim = (delay: number) =>
        Effect.flatMap(over(slow, 100), (store) => Effect.delay(Effect.exit(store.claim("a")), delay))
      const both = yield* Effect.fork(Effect.scoped(Effect.all([claim(0), claim(5)], { concurrency: "unbounded" })))
      yield* TestClock.adjust("1 second")
      deepStrictEqual((yield* Fiber.join(both)).map(Exit.isSuccess), [false, true])
    })
  )

  it.scoped("gives a claim back that was interrupted while it waited", () =>
    Effect.gen(function* () {
      const values = yield* keyValueMemory
      const store = yield* over(values, 100)
      const fiber = yield* Effect.fork(store.claim("a"))
      yield* TestClock.adjust("50 millis")
      assertTrue(Option.isSome(yield* values.get("test/a/claim")))
      yield* Fiber.interrupt(fiber)
      assertNone(yield* values.get("test/a/claim"))
    })
  )

  it.effect("is a layer over whatever KeyValueStore there is", () =>
    Effect.gen(function* () {
      const store = yield* CheckpointStore.CheckpointStore
      yield* store.append("a", [yield* open("a")], later)
      strictEqual((yield* store.list).length, 1)
      const keys = yield* KeyValueStore.KeyValueStore
      assertTrue(yield* keys.has("effect-claude/checkpoint/a/head"))
    }).pipe(Effect.provide(CheckpointStore.layerKeyValueStore().pipe(Layer.provideMerge(KeyValueStore.layerMemory))))
  )
})

describe("the store in memory", () => {
  it.effect("is a layer", () =>
    Effect.gen(function* () {
      const store = yield* CheckpointStore.CheckpointStore
      yield* store.append("a", [yield* open("a")], later)
      assertTrue(Option.isSome(yield* store.read("a")))
    }).pipe(Effect.provide(CheckpointStore.layerMemory))
  )
})
