import { assert, describe, it } from "@effect/vitest"
import {
  Deferred,
  Effect,
  Either,
  Exit,
  Fiber,
  Layer,
  Logger,
  Option,
  Redacted,
  Schedule,
  Scope,
  Stream,
  TestClock
} from "effect"
import { type Claude, Resumable } from "effect-claude"
import * as CheckpointStore from "../../src/resume/CheckpointStore.js"
import type * as Checkpoint from "../../src/resume/Checkpoint.js"
import { CheckpointStoreError } from "../../src/resume/ResumeError.js"
import { byteOf, half, request, story, text, thinking, tool } from "./resumed.js"
import { model, type Thought } from "./support.js"

const thoughts: ReadonlyArray<Thought> = [
  thinking("First I think about the fox."),
  text(story.slice(0, 120)),
  text(story.slice(120)),
  tool
]

const policy = { policy: Schedule.recurs(5) }

/** What a consumer has made of the events, in one process or several. */
const consumer = () => {
  const blocks = new Map<number, { type: string; content: string }>()
  let cursor: Checkpoint.Cursor | undefined
  let ended = 0
  const take = ([event, next]: readonly [Resumable.Event, Checkpoint.Cursor]) => {
    if (event.type === "message_start" && cursor !== undefined) truncate(next)
    cursor = next
    if (event.type === "message_stop") ended++
    if (event.type === "resume") for (const { index } of event.withdrawn ?? []) blocks.delete(index)
    if (event.type === "content_block_start" && !blocks.has(event.index)) {
      blocks.set(event.index, { type: event.content_block.type, content: "" })
    }
    const block = event.type === "content_block_delta" ? blocks.get(event.index) : undefined
    if (event.type !== "content_block_delta" || block === undefined) return
    const { delta } = event
    if (delta.type === "text_delta") block.content += delta.text
    if (delta.type === "thinking_delta") block.content += delta.thinking
    if (delta.type === "input_json_delta") block.content += delta.partial_json
  }
  const truncate = (to: Checkpoint.Cursor) => {
    for (const [index, block] of blocks) {
      if (index > to.block) blocks.delete(index)
      if (index === to.block) block.content = block.content.slice(0, to.offset)
    }
  }
  return { take, blocks, cursor: () => cursor, ended: () => ended }
}

/** What stands, of each type: how text is parted into blocks is the model's affair. */
const contentOf = ({ blocks }: ReturnType<typeof consumer>): Readonly<Record<string, string>> => {
  const content: Record<string, string> = {}
  for (const block of blocks.values()) content[block.type] = (content[block.type] ?? "") + block.content
  return content
}

const whole = {
  thinking: "First I think about the fox.",
  text: story,
  tool_use: JSON.stringify({ city: "Oslo", days: [1, 2, 3] })
}

const patient = { thoughts, cuts: [], inOnePiece: false, sameAgain: true }

const memory = CheckpointStore.makeMemory()

const play =
  (played: ReturnType<typeof model>) =>
  <A, E>(effect: Effect.Effect<A, E, Claude.Claude>) =>
    Effect.provide(effect, played.layer)

/** A store that knows what another one knew in a moment, as if the process had been killed in it. */
const killed = (store: CheckpointStore.Service, id: string) =>
  Effect.gen(function* () {
    const found = Option.getOrThrow(yield* store.read(id))
    const { events, seams, segments, status: _, updatedAt: __, ...opened } = found
    const copy = yield* memory
    yield* copy.append(
      id,
      [
        { type: "opened", ...opened },
        { type: "emitted", events },
        ...segments.map((segment) => ({ type: "ended" as const, segment })),
        ...seams.map((seam) => ({ type: "seam" as const, seam }))
      ],
      { sync: true }
    )
    return copy
  })

describe("a consumer that is interrupted at any event", () => {
  const run = (durability: "bounded" | "beforeDelivery", cut: boolean, after: "cursor" | "nothing") =>
    Effect.gen(function* () {
      let events = 0
      for (let stop = 1; stop === 1 || events === stop - 1; stop++) {
        const store = yield* memory
        const options = { ...policy, store, durability }
        const cuts = cut ? [{ at: half(thoughts) - 300, how: "reset" as const }] : []
        const played = model({ ...patient, cuts })
        const one = consumer()
        const reached = yield* Deferred.make<void>()
        events = 0
        const first = Resumable.stream(request, { ...options, id: "a" }).pipe(
          Resumable.withCursor,
          Stream.tap((pair) =>
            Effect.suspend(() => {
              one.take(pair)
              return ++events === stop
                ? Effect.zipRight(Deferred.succeed(reached, undefined), Effect.never)
                : Effect.void
            })
          ),
          Stream.runDrain,
          Effect.tap(() => Deferred.succeed(reached, undefined)),
          play(played)
        )
        const fiber = yield* Effect.fork(first)
        yield* Deferred.await(reached)
        if (events < stop) return stop
        yield* Fiber.interrupt(fiber)
        assert.strictEqual(played.bodies.open, 0)
        const other = after === "cursor" ? one : consumer()
        const from = after === "cursor" ? one.cursor() : undefined
        yield* Resumable.resume("a", { ...options, after: from }).pipe(
          Resumable.withCursor,
          Stream.runForEach((pair) => Effect.sync(() => other.take(pair))),
          play(played)
        )
        assert.deepStrictEqual(contentOf(other), whole, `at event ${stop}`)
        assert.isAtLeast(other.ended(), 1, `at event ${stop}`)
        assert.deepStrictEqual(yield* store.list, [])
      }
      return events
    })

  it.scopedLive.each(["bounded", "beforeDelivery"] as const)("gets exactly the rest, %s", (durability) =>
    Effect.gen(function* () {
      assert.isAbove(yield* run(durability, false, "cursor"), 20)
      assert.isAbove(yield* run(durability, true, "cursor"), 20)
    })
  )

  it.scopedLive("gets all of it without a cursor", () =>
    Effect.gen(function* () {
      assert.isAbove(yield* run("bounded", true, "nothing"), 20)
    })
  )
})

describe("a process that is killed at any event", () => {
  it.scopedLive("with beforeDelivery loses nothing that was shown", () =>
    Effect.gen(function* () {
      for (let stop = 1; stop < 40; stop++) {
        const store = yield* memory
        const played = model({ ...patient, cuts: [{ at: half(thoughts) - 300, how: "reset" }] })
        const one = consumer()
        let events = 0
        const scope = yield* Effect.scope
        let copy: CheckpointStore.Service | undefined
        yield* Resumable.stream(request, { ...policy, store, durability: "beforeDelivery", id: "a" }).pipe(
          Resumable.withCursor,
          Stream.tap((pair) =>
            Effect.gen(function* () {
              one.take(pair)
              if (++events === stop) copy = yield* Scope.extend(killed(store, "a"), scope)
            })
          ),
          Stream.take(stop),
          Stream.runDrain,
          play(played)
        )
        if (copy === undefined) return assert.isAbove(stop, 20)
        const had = one.cursor()
        let from: Checkpoint.Cursor | undefined
        yield* Resumable.resume("a", { ...policy, store: copy, after: had }).pipe(
          Resumable.withCursor,
          Stream.runForEach((pair) =>
            Effect.sync(() => {
              from ??= pair[1]
              one.take(pair)
            })
          ),
          play(played)
        )
        assert.deepStrictEqual(from, had, `at event ${stop}`)
        assert.deepStrictEqual(contentOf(one), whole, `at event ${stop}`)
      }
    })
  )

  it.scoped("with a journal that is behind learns where it ends, and takes back what it has more", () =>
    Effect.gen(function* () {
      const store = yield* memory
      const played = model({ thoughts: [text(story)], cuts: [], inOnePiece: false })
      const one = consumer()
      const scope = yield* Effect.scope
      let copy: CheckpointStore.Service | undefined
      let events = 0
      const fiber = yield* Resumable.stream(request, { ...policy, store, id: "a" }).pipe(
        Resumable.withCursor,
        Stream.runForEach((pair) =>
          Effect.gen(function* () {
            one.take(pair)
            // a quarter of a second passes once: what follows is not written yet
            if (++events === 6) {
              yield* Effect.sleep("300 millis")
              copy = yield* Scope.extend(killed(store, "a"), scope)
            }
            if (events === 15) return yield* Effect.never
          })
        ),
        play(played),
        Effect.fork
      )
      yield* TestClock.adjust("1 second")
      const had = one.cursor()
      assert.isTrue(copy !== undefined && had !== undefined)
      const pairs: Array<readonly [Resumable.Event, Checkpoint.Cursor]> = []
      const rest = Resumable.resume("a", { ...policy, store: copy, after: had }).pipe(
        Resumable.withCursor,
        Stream.runForEach((pair) =>
          Effect.sync(() => {
            pairs.push(pair)
            one.take(pair)
          })
        ),
        play(played)
      )
      yield* rest
      const [first] = pairs
      assert.isBelow(first?.[1].offset ?? Infinity, had?.offset ?? 0)
      assert.deepStrictEqual(contentOf(one), { text: story })
      yield* Fiber.interrupt(fiber)
    })
  )

  it.scopedLive("can be killed again and again: the cursors go on", () =>
    Effect.gen(function* () {
      const store = yield* memory
      const played = model(patient)
      const one = consumer()
      const part = (stream: Stream.Stream<Resumable.Event, Resumable.ResumableError, Claude.Claude>, count: number) =>
        stream.pipe(
          Resumable.withCursor,
          Stream.take(count),
          Stream.runForEach((pair) => Effect.sync(() => one.take(pair))),
          play(played)
        )
      yield* part(Resumable.stream(request, { ...policy, store, id: "a" }), 9)
      for (let times = 0; times < 40 && one.ended() === 0; times++) {
        yield* part(Resumable.resume("a", { ...policy, store, after: one.cursor() }), 6)
      }
      assert.deepStrictEqual(contentOf(one), whole)
    })
  )
})

describe("text that was taken", () => {
  it.scopedLive("is enough to go on, without a cursor", () =>
    Effect.gen(function* () {
      const store = yield* memory
      const played = model(patient)
      let taken = ""
      const collect = (stream: Stream.Stream<Resumable.Event, Resumable.ResumableError, Claude.Claude>) =>
        Stream.runForEach(stream, (event) =>
          Effect.sync(() => {
            if (event.type === "content_block_delta" && event.delta.type === "text_delta") taken += event.delta.text
          })
        ).pipe(play(played))
      yield* collect(Stream.take(Resumable.stream(request, { ...policy, store, id: "a" }), 24))
      assert.isAbove(taken.length, 20)
      yield* collect(Resumable.resume("a", { ...policy, store, after: { textLength: taken.length } }))
      assert.strictEqual(taken, story)
    })
  )
})

describe("the same id", () => {
  it.scopedLive("with the same request goes on; with another one, or in a second reader, it is a conflict", () =>
    Effect.gen(function* () {
      const store = yield* memory
      const played = model(patient)
      const options = { ...policy, store, id: "a" }
      yield* Stream.runDrain(Stream.take(Resumable.stream(request, options), 20)).pipe(play(played))
      const other = yield* Effect.either(
        Stream.runDrain(Resumable.stream({ ...request, max_tokens: 7 }, options)).pipe(play(played))
      )
      assert.isTrue(Either.isLeft(other) && other.left._tag === "CheckpointConflict" && other.left.reason === "request")
      const result = yield* Resumable.message(Resumable.stream(request, options)).pipe(play(played))
      assert.strictEqual(result.message.stop_reason, "tool_use")
      assert.deepStrictEqual(
        result.segments.map(({ cut }) => cut?.tag),
        ["Interrupted", undefined]
      )
      assert.isTrue(result.billed.estimated)
      const reader = yield* Scope.make()
      yield* Scope.extend(store.claim("b"), reader)
      const second = yield* Effect.either(
        Stream.runDrain(Resumable.stream(request, { ...options, id: "b" })).pipe(play(played))
      )
      assert.isTrue(
        Either.isLeft(second) && second.left._tag === "CheckpointConflict" && second.left.reason === "running"
      )
      yield* Scope.close(reader, Exit.void)
    })
  )

  it.scopedLive("that nobody knows is missing", () =>
    Effect.gen(function* () {
      const store = yield* memory
      const played = model({ thoughts, cuts: [] })
      for (const options of [{ store }, {}]) {
        const result = yield* Effect.either(Stream.runDrain(Resumable.resume("nobody", options)).pipe(play(played)))
        assert.isTrue(
          Either.isLeft(result) && result.left._tag === "CheckpointStoreError" && result.left.reason === "missing"
        )
      }
    })
  )
})

describe("an end that was made here", () => {
  it.scopedLive("removes the checkpoint as the API's own does", () =>
    Effect.gen(function* () {
      const store = yield* memory
      const played = model({ thoughts: [tool], cuts: [{ at: byteOf([tool], "event: message_delta"), how: "reset" }] })
      const { message, synthesized } = yield* Resumable.message(
        Resumable.stream(request, { ...policy, store, id: "a" })
      ).pipe(play(played))
      assert.isTrue(synthesized)
      assert.strictEqual(message.stop_reason, "tool_use")
      assert.deepStrictEqual(yield* store.list, [])
    })
  )
})

describe("a complete message", () => {
  it.scopedLive.each(["bounded", "beforeDelivery"] as const)(
    "that is to be kept, %s, is replayed without a request, and removed by who does not keep it",
    (durability) =>
      Effect.gen(function* () {
        const store = yield* memory
        const played = model({ thoughts, cuts: [{ at: half(thoughts), how: "reset" }] })
        const options = { ...policy, store, id: "a", durability, keep: true } as const
        const told = (stream: ReturnType<typeof Resumable.stream>) => Resumable.message(stream).pipe(play(played))
        const first = yield* told(Resumable.stream(request, options))
        assert.deepStrictEqual(
          (yield* store.list).map(({ id, status }) => [id, status]),
          [["a", "complete"]]
        )
        const asked = played.seen.length
        for (const again of [Resumable.stream(request, options), Resumable.resume("a", options)]) {
          const { billed, message, seams } = yield* told(again)
          assert.deepStrictEqual([message, billed], [first.message, first.billed])
          assert.strictEqual(JSON.stringify(seams), JSON.stringify(first.seams))
        }
        const other = { ...request, max_tokens: 17 }
        const conflict = yield* Effect.flip(told(Resumable.stream(other, options)))
        assert.strictEqual(conflict._tag, "CheckpointConflict")
        yield* told(Resumable.resume("a", { ...policy, store, durability }))
        assert.deepStrictEqual(yield* store.list, [])
        assert.strictEqual(played.seen.length, asked)
      })
  )
})

describe("a store", () => {
  const failing = (store: CheckpointStore.Service, operation: "append" | "claim"): CheckpointStore.Service => ({
    ...store,
    [operation]: () =>
      Effect.fail(
        new CheckpointStoreError({ operation, reason: "unavailable", description: "the disk is gone", id: "a" })
      )
  })

  it.scopedLive.each(["append", "claim"] as const)(
    "that fails to %s is reported once, and does not break a stream unless it was asked to",
    (operation) =>
      Effect.gen(function* () {
        const warnings: Array<string> = []
        const noting = Logger.make(({ logLevel, message }) => {
          if (logLevel._tag === "Warning") warnings.push(String(message))
        })
        const store = failing(yield* memory, operation)
        const played = model({ thoughts, cuts: [] })
        const kept = Resumable.stream(request, { ...policy, store, id: "a", keep: true })
        const good = yield* Resumable.message(kept).pipe(
          play(played),
          Effect.provide(Logger.replace(Logger.defaultLogger, noting))
        )
        assert.strictEqual(good.message.stop_reason, "tool_use")
        assert.strictEqual(warnings.length, 1)
        assert.match(warnings[0] ?? "", /the disk is gone.*the stream goes on without a checkpoint/)
        const asked = Resumable.stream(request, { ...policy, store, id: "a", durability: "beforeDelivery" })
        const bad = yield* Effect.either(Resumable.message(asked).pipe(play(played)))
        assert.isTrue(Either.isLeft(bad) && bad.left._tag === "CheckpointStoreError")
      })
  )

  it.scopedLive("of the context is used where none is given", () =>
    Effect.gen(function* () {
      const store = yield* memory
      const played = model(patient)
      const layer = Layer.merge(played.layer, Layer.succeed(CheckpointStore.CheckpointStore, store))
      yield* Effect.provide(Stream.runDrain(Stream.take(Resumable.stream(request, { ...policy, id: "a" }), 5)), layer)
      assert.deepStrictEqual(
        (yield* store.list).map(({ id }) => id),
        ["a"]
      )
      const { message } = yield* Effect.provide(Resumable.message(Resumable.resume("a", policy)), layer)
      assert.strictEqual(message.stop_reason, "tool_use")
    })
  )

  it.scopedLive("keeps no secrets: they are given again", () =>
    Effect.gen(function* () {
      const store = yield* memory
      const played = model(patient)
      const mcp_servers = [{ type: "url", name: "files", url: "https://example.com", authorization_token: "hush" }]
      const asked = Object.assign({}, request, { mcp_servers })
      yield* Stream.runDrain(Stream.take(Resumable.stream(asked, { ...policy, store, id: "a" }), 20)).pipe(play(played))
      const without = yield* Effect.either(
        Stream.runDrain(Resumable.resume("a", { ...policy, store })).pipe(play(played))
      )
      assert.isTrue(Either.isLeft(without) && without.left._tag === "InvalidRequest")
      const secrets = { "/mcp_servers/0/authorization_token": Redacted.make<unknown>("hush") }
      yield* Stream.runDrain(Resumable.resume("a", { ...policy, store, secrets })).pipe(play(played))
      assert.deepStrictEqual(played.seen.at(-1)?.body["mcp_servers"], mcp_servers)
    })
  )
})
