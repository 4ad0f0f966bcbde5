import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Either, Fiber, Layer, Redacted, Stream, TestClock } from "effect"
import { CircuitBreaker, Claude, ClaudeEvent, Resumable } from "effect-claude"
import { NodeClaude } from "effect-claude/node"
import { Simulator } from "effect-claude/simulator"
import { bytesOf, eventsOf, model, type Thought } from "../resume/support.js"
import { request } from "../support/fixtures.js"
import { events, ok, reset, script, streamed, wholeStream } from "../support/scriptedTransport.js"
import { client, inTime } from "./support.js"

type Event = ClaudeEvent.ClaudeEvent

/** The events of a program's hub. */
const told = <A, E, R>(program: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const seen: Array<Event> = []
    yield* ClaudeEvent.listen((event) => void seen.push(event))
    yield* Effect.either(program)
    return seen
  }).pipe(Effect.scoped)

const only = <Tag extends Event["_tag"]>(seen: ReadonlyArray<Event>, tag: Tag) =>
  seen.filter((event): event is Extract<Event, { readonly _tag: Tag }> => event._tag === tag)

const story: ReadonlyArray<Thought> = [
  {
    type: "text",
    text:
      "Once upon a time there was a fox that lived at the edge of a forest, and every evening it went down to the "
      + "river to drink. The water was cold, the stones were slippery, and the moon stood above the birches."
  }
]

describe("a stream that breaks after its first content", () => {
  it.effect("tells the cut, and no failure that a retry could follow", () =>
    Effect.gen(function* () {
      const played = script(streamed(events.start, events.block, events.text("a"), { fault: reset({ phase: "body" }) }))
      const seen = Either.getOrThrow(
        yield* inTime(Effect.provide(told(Stream.runDrain(Claude.stream(request))), client(played)))
      )
      assert.deepStrictEqual(
        seen.map(({ _tag }) => _tag),
        ["CallStarted", "AttemptStarted", "HeadersReceived", "FirstContent", "StreamCut", "CallFinished"]
      )
      const [cut] = only(seen, "StreamCut")
      assert.deepStrictEqual([cut?.attempt, cut?.error._tag], [1, "ConnectionReset"])
    })
  )

  it.effect("and goes on tells the seam, in the call that goes on", () =>
    Effect.gen(function* () {
      const half = Math.floor(bytesOf(eventsOf(story)).length / 2)
      const played = model({ thoughts: story, cuts: [{ at: half, how: "reset" }] })
      const long = { ...request, max_tokens: 4096 }
      const seen = Either.getOrThrow(
        yield* inTime(Effect.provide(told(Stream.runDrain(Resumable.stream(long))), played.layer))
      )
      const [cut] = only(seen, "StreamCut")
      const [resumed, ...more] = only(seen, "StreamResumed")
      assert.deepStrictEqual(more, [])
      assert.deepStrictEqual(
        [cut?.call, resumed?.call, resumed?.segment, resumed?.cut, resumed?.certain],
        [1, 2, 2, "ConnectionReset", true]
      )
      assert.deepStrictEqual(
        only(seen, "CallFinished").map(({ call, outcome }) => [call, outcome]),
        [
          [1, "failure"],
          [2, "success"]
        ]
      )
    })
  )
})

describe("a hub that only the client was built in", () => {
  it.effect("is told of its calls and of what goes on in them", () =>
    Effect.gen(function* () {
      const hub = ClaudeEvent.unsafeMakeHub()
      const tags: Array<string> = []
      hub.unsafeListen(({ _tag }) => tags.push(_tag))
      const half = Math.floor(bytesOf(eventsOf(story)).length / 2)
      const played = model({ thoughts: story, cuts: [{ at: half, how: "reset" }] })
      const fiber = yield* Effect.fork(
        Stream.runDrain(Resumable.stream({ ...request, max_tokens: 4096 })).pipe(
          Effect.provide(Layer.provide(played.layer, Layer.succeed(ClaudeEvent.CurrentHub, hub)))
        )
      )
      yield* TestClock.adjust("1 hour")
      yield* Fiber.join(fiber)
      assert.includeMembers(tags, ["CallStarted", "StreamCut", "StreamResumed", "CallFinished"])
    })
  )
})

describe("the events of a call", () => {
  it.effect("say what answered, and what it used", () =>
    Effect.gen(function* () {
      const seen = Either.getOrThrow(
        yield* inTime(Effect.provide(told(Stream.runDrain(Claude.stream(request))), client(script(wholeStream("Hi")))))
      )
      const [end] = only(seen, "CallFinished")
      assert.deepStrictEqual([end?.messageId, end?.responseModel], ["msg_1", "claude-opus-5-5"])
      assert.deepStrictEqual([end?.usage?.input_tokens, end?.usage?.output_tokens], [3, 5])
      const [start] = only(seen, "CallStarted")
      assert.deepStrictEqual([start?.origin, start?.streaming], ["https://api.anthropic.com", true])
      assert.deepStrictEqual(start?.body(), { ...request, stream: true })
    })
  )

  it.effect("name the call as its metadata does", () =>
    Effect.gen(function* () {
      const stream = Effect.flatMap(Claude.withMetadataStream(Claude.stream(request)), ([events, info]) =>
        Effect.zipRight(Stream.runDrain(events), info)
      )
      const both = Effect.zipWith(Claude.withMetadata(Claude.create(request)), stream, ([, unary], streamed) => [
        unary.call,
        streamed.call
      ])
      const result = yield* inTime(Effect.provide(both, client(script(ok("a"), wholeStream("b")))))
      assert.deepStrictEqual(result, Either.right([1, 2]))
    })
  )
})

describe("the pieces of an answer", () => {
  it.effect("go to those who ask for them, as they come", () =>
    Effect.gen(function* () {
      const hub = ClaudeEvent.unsafeMakeHub()
      const pieces: Array<ClaudeEvent.OutputReceived> = []
      const stop = hub.unsafeListenOutput((piece) => pieces.push(piece))
      const slow = { after: "5 seconds", bytes: events.text("b") } as const
      const played = script(
        streamed(events.start, events.block, events.text("a"), slow, events.blockStop, events.delta, events.stop),
        wholeStream("unseen")
      )
      const drain = Stream.runDrain(Claude.stream(request))
      const fiber = yield* Effect.fork(
        Effect.zipRight(drain, Effect.zipRight(Effect.sync(stop), drain)).pipe(
          Effect.provide(client(played)),
          Effect.provideService(ClaudeEvent.CurrentHub, hub)
        )
      )
      yield* TestClock.adjust("1 minute")
      yield* Fiber.join(fiber)
      const deltas = pieces.flatMap(({ at, call, output }) =>
        "role" in output ? [] : output.flatMap((event) => (event.type === "content_block_delta" ? [[call, at]] : []))
      )
      assert.deepStrictEqual(deltas, [
        [1, 0],
        [1, 5000]
      ])
      assert.isFalse(hub.wantsOutput())
    })
  )
})

describe("what calls share", () => {
  it.effect("a breaker tells the hub where it was made, whoever moves it", () =>
    Effect.gen(function* () {
      const seen = Either.getOrThrow(
        yield* inTime(
          told(
            Effect.gen(function* () {
              const breaker = yield* CircuitBreaker.make()
              yield* breaker.forceOpen("somewhere")
              yield* breaker.reset("somewhere")
            })
          )
        )
      )
      assert.deepStrictEqual(
        only(seen, "BreakerChanged").map(({ key, reason, to }) => [key, to, reason]),
        [
          ["somewhere", "Open", "forced"],
          ["somewhere", "Closed", "reset"]
        ]
      )
    })
  )

  it.live("a pool tells when exchanges begin to wait for a connection, and when one is free again", () =>
    Effect.gen(function* () {
      const relieved = yield* Deferred.make<void>()
      const seen: Array<ClaudeEvent.PoolPressure> = []
      yield* ClaudeEvent.listen((event) => {
        if (event._tag !== "PoolPressure") return
        seen.push(event)
        if (event.pressure === "relieved") Deferred.unsafeDone(relieved, Effect.void)
      })
      const calls = Effect.all(
        Array.from({ length: 3 }, () => Claude.create(request)),
        { concurrency: "unbounded" }
      )
      yield* Effect.zipRight(calls, Deferred.await(relieved)).pipe(Effect.provide(Pooled))
      assert.deepStrictEqual(
        seen.map(({ pressure }) => pressure),
        ["full", "relieved"]
      )
      const [full, free] = seen
      assert.deepStrictEqual([full?.size, full?.queued, full?.running], [1, 1, 1])
      assert.deepStrictEqual([free?.queued, free?.running, free?.free], [0, 0, 1])
    }).pipe(Effect.scoped, Effect.provide(ClaudeEvent.layerHub))
  )
})

const Pooled = Layer.unwrapEffect(
  Effect.map(Simulator.Simulator, ({ url }) =>
    NodeClaude.layerWith({
      apiKey: Redacted.make("any"),
      baseUrl: url,
      admission: false,
      pool: { proxy: false, connections: 1 }
    })
  )
).pipe(Layer.provide(Simulator.layer()))
