import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Either, Exit, Fiber, Option, Ref, Schedule, Stream, TestClock } from "effect"
import { CheckpointStore, Claude, Resumable, RetryPolicy } from "effect-claude"
import {
  answers,
  block,
  byteOf,
  end,
  half,
  inTime,
  request,
  resumed,
  start,
  stop,
  story,
  text,
  textBlock,
  textOf
} from "./resumed.js"
import { type Cut, model, responseOf } from "./support.js"

const [head, tail] = [story.slice(0, 100), story.slice(100)]

const thought = (index: number) =>
  block(
    index,
    { type: "thinking", thinking: "", signature: "" },
    { type: "thinking_delta", thinking: "Hm, let me see." }
  )

const cutHead = () => ({ events: [start(), ...textBlock(0, head).slice(0, -1)], how: "reset" as const })
const goOn = ({ anchor }: { readonly anchor: string }) => ({
  events: [start(), ...textBlock(0, anchor + tail), end("end_turn"), stop]
})
const refused =
  (status: number, type: string, message: string, headers = {}) =>
  () => ({ status, type, message, headers })

const failed = <A>(result: Either.Either<A, Resumable.ResumableError>) => {
  if (Either.isLeft(result) && result.left._tag === "ResumeFailed") return result.left
  throw new Error("it did not fail to resume")
}

describe("a stream that leads nowhere", () => {
  it.effect("begins again at most twice when it is cut in its thinking", () =>
    Effect.gen(function* () {
      const inThought = () => ({ events: [start(), ...thought(0)], how: "reset" as const })
      const { requests, result } = yield* resumed([], [], {
        model: answers(...Array.from({ length: 9 }, () => inThought)),
        maxCuts: 100
      })
      assert.strictEqual(requests.length, 3)
      // what was thought is not lost
      assert.deepStrictEqual(
        failed(result).partial?.content.map(({ type }) => type),
        ["thinking"]
      )
    })
  )

  it.effect("ends though each attempt begins again with text, as long as none comes further than one before", () =>
    Effect.gen(function* () {
      const thoughts = [text(story)]
      const cut: Cut = { at: half(thoughts), how: "reset" }
      const { requests, result } = yield* resumed(
        thoughts,
        Array.from({ length: 50 }, () => cut),
        { strategy: "restart" }
      )
      assert.isBelow(requests.length, 7)
      assert.notStrictEqual(failed(result).text, "")
    })
  )

  it.effect("fails at once when it is cut in the same way after the same time: a limit on the way", () =>
    Effect.gen(function* () {
      const played = model({
        thoughts: [text(story)],
        cuts: [],
        intercept: (_, nth) => {
          const bytes = half([text(story)])
          const response = responseOf(
            nth === 1 ? bytesOfStory(bytes) : bytesOfStory(byteOf([text(story)], "content_block_delta") - 7),
            "fin",
            true
          )
          const { body } = response
          let reads = 0
          const read = Effect.suspend(() => (reads++ === 1 ? Effect.delay(body.read, "60 seconds") : body.read))
          return { ...response, body: { ...body, read } }
        }
      })
      const result = yield* inTime(Resumable.message(Resumable.stream(request)), played)
      assert.strictEqual(played.seen.length, 2)
      const { cut, failure } = failed(result)
      assert.strictEqual(failure?._tag, "ConnectionReset")
      assert.include(cut.message, "after 60 s")
    })
  )

  it.effect("does not multiply its attempts with those of the calls", () =>
    Effect.gen(function* () {
      const overloaded = refused(529, "overloaded_error", "Overloaded")
      const { requests, result } = yield* resumed([], [], {
        model: answers(cutHead, ...Array.from({ length: 30 }, () => overloaded))
      })
      assert.strictEqual(requests.length, 6)
      assert.strictEqual(failed(result).failure?._tag, "Overloaded")
      // what cut the answer, not what befell the call to go on
      assert.strictEqual(failed(result).cut.tag, "ConnectionReset")
    })
  )
})

const bytesOfStory = (length: number): Uint8Array => {
  const played = model({ thoughts: [text(story)], cuts: [] })
  const response = Effect.runSync(
    Effect.scoped(
      played.transport.execute({
        method: "POST",
        url: "",
        headers: {},
        body: new TextEncoder().encode(JSON.stringify({ messages: [] })),
        limits: { pool: undefined, connect: undefined, headers: undefined },
        fresh: false
      })
    )
  )
  return (Effect.runSync(response.body.read) ?? new Uint8Array()).slice(0, length)
}

describe("what cannot be mended", () => {
  it.effect.each([
    [401, "authentication_error"],
    [404, "not_found_error"],
    [402, "billing_error"]
  ] as const)("a %i of the continuation is its failure, at once, with what was received", ([status, type]) =>
    Effect.gen(function* () {
      const { requests, result } = yield* resumed([], [], { model: answers(cutHead, refused(status, type, "no")) })
      assert.strictEqual(requests.length, 2)
      assert.strictEqual(failed(result).text, head)
      assert.strictEqual(failed(result).failure?.phase, "headers")
    })
  )

  it.effect("a retry-after above what the policy waits for is not slept", () =>
    Effect.gen(function* () {
      const limited = refused(429, "rate_limit_error", "later", { "retry-after": "600" })
      const { requests, result } = yield* resumed([], [], { model: answers(cutHead, limited) })
      assert.strictEqual(requests.length, 2)
      assert.strictEqual(failed(result).failure?._tag, "RateLimited")
    })
  )

  it.effect("an error event that says the request is wrong ends it; one that says overloaded does not", () =>
    Effect.gen(function* () {
      const broken = (type: string) => () => ({
        events: [start(), ...textBlock(0, head).slice(0, -1), { type: "error", error: { type, message: "x" } }]
      })
      const wrong = yield* resumed([], [], { model: answers(broken("invalid_request_error")) })
      assert.strictEqual(failed(wrong.result).failure?._tag, "InvalidRequest")
      const busy = yield* resumed([], [], { model: answers(broken("overloaded_error"), goOn) })
      assert.strictEqual(textOf(busy.seen), story)
    })
  )

  it.effect("an event that is garbled is a cut", () =>
    Effect.gen(function* () {
      const garbled = { type: "content_block_delta", index: 0, delta: { type: "text_delta" } }
      const { seen } = yield* resumed([], [], {
        model: answers(() => ({ events: [start(), ...textBlock(0, head).slice(0, -1), garbled] }), goOn)
      })
      assert.strictEqual(textOf(seen), story)
    })
  )
})

describe("a prefill that the API refuses", () => {
  const message =
    "This model does not support assistant message prefill. The conversation must end with a user message."

  it.effect("becomes the form that it takes, once, and is remembered for the model", () =>
    Effect.gen(function* () {
      const asked = { ...request, model: "claude-haiku-4-5-20990101" } as unknown as typeof request
      const model = () => answers(cutHead, refused(400, "invalid_request_error", message), goOn)
      const first = yield* resumed([], [], { model: model(), request: asked, strategy: "prefill" })
      assert.strictEqual(textOf(first.seen), story)
      const modes = Either.getOrThrow(first.result).segments.map(({ mode }) => mode)
      assert.deepStrictEqual(modes, ["first", "prefill", "quoted"])
      const second = yield* resumed([], [], { model: answers(cutHead, goOn), request: asked, strategy: "prefill" })
      assert.strictEqual(textOf(second.seen), story)
    })
  )
})

describe("the policy", () => {
  it.effect("gives the waits, and begins anew when there was new text", () =>
    Effect.gen(function* () {
      const thoughts = [text(story)]
      const waits: Array<number> = []
      const schedule = Schedule.exponential("1 second").pipe(
        Schedule.onDecision((_, decision) =>
          Effect.sync(() => void waits.push(decision._tag === "Continue" ? decision.intervals.intervals.length : -1))
        )
      )
      const starts: Array<number> = []
      const played = model({
        thoughts,
        cuts: [0, 1].map((): Cut => ({ at: half(thoughts), how: "reset" }))
      })
      yield* inTime(
        Resumable.stream(request, { policy: schedule }).pipe(
          Stream.tap((event) =>
            event.type !== "resume"
              ? Effect.void
              : TestClock.currentTimeMillis.pipe(Effect.map((now) => void starts.push(now)))
          ),
          Stream.runDrain
        ),
        played
      )
      // each cut came with new text, so that each wait is the first one
      const cuts = starts.filter((_, at) => at % 2 === 0)
      const resumes = starts.filter((_, at) => at % 2 === 1)
      assert.deepStrictEqual(
        resumes.map((at, index) => at - (cuts[index] ?? 0)),
        [1000, 1000]
      )
      assert.strictEqual(waits.length, 2)
    })
  )

  it.effect("never is no continuation at all", () =>
    Effect.gen(function* () {
      const { requests, result } = yield* resumed([], [], { model: answers(cutHead), policy: RetryPolicy.never })
      assert.strictEqual(requests.length, 1)
      assert.strictEqual(failed(result).text, head)
    })
  )
})

describe("the context of the stream", () => {
  it.effect("reaches every segment", () =>
    Effect.gen(function* () {
      const thoughts = [text(story)]
      const played = model({ thoughts, cuts: [{ at: half(thoughts), how: "reset" }] })
      const headers: Array<string | undefined> = []
      const execute: typeof played.transport.execute = (request) => {
        headers.push(request.headers["x-test"])
        return played.transport.execute(request)
      }
      const other = model({ thoughts, cuts: [], transport: { execute } })
      yield* inTime(
        Stream.runDrain(Resumable.stream(request)).pipe(Claude.withOptions({ headers: { "x-test": "yes" } })),
        other
      )
      assert.deepStrictEqual(headers, ["yes", "yes"])
    })
  )

  it.effect("sets a deadline for all segments together: no wait begins that would end behind it", () =>
    Effect.gen(function* () {
      const thoughts = [text(story)]
      const played = model({
        thoughts,
        cuts: Array.from({ length: 9 }, (): Cut => ({ at: half(thoughts), how: "reset" }))
      })
      const policy = Schedule.spaced("10 seconds")
      const result = yield* inTime(
        Resumable.message(Resumable.stream(request, { policy })).pipe(Claude.withDeadline("15 seconds")),
        played
      )
      assert.strictEqual(played.seen.length, 2)
      assert.notStrictEqual(failed(result).text, "")
    })
  )
})

describe("interruption", () => {
  it.effect("closes the running segment at once, also one that goes on, also one that waits", () =>
    Effect.gen(function* () {
      const thoughts = [text(story)]
      for (const hangs of [1, 2]) {
        const reached = yield* Deferred.make<void>()
        const played = model({
          thoughts,
          cuts: [{ at: half(thoughts), how: "reset" }],
          hang: (nth) => (nth === hangs ? Deferred.complete(reached, Effect.void) : undefined)
        })
        const fiber = yield* Effect.fork(Effect.provide(Stream.runDrain(Resumable.stream(request)), played.layer))
        yield* TestClock.adjust("1 minute")
        yield* Deferred.await(reached)
        assert.strictEqual(played.bodies.open, 1)
        yield* Fiber.interrupt(fiber)
        assert.strictEqual(played.bodies.open, 0)
      }
    })
  )

  it.scoped("waits a second for a store that hangs, and no longer", () =>
    Effect.gen(function* () {
      const thoughts = [text(story)]
      const reached = yield* Deferred.make<void>()
      const hang = () => Deferred.complete(reached, Effect.void)
      const played = model({ thoughts, cuts: [{ at: half(thoughts), how: "reset" }], hang })
      const store = { ...(yield* CheckpointStore.makeMemory()), append: () => Effect.never }
      const stream = Resumable.stream(request, { id: "a", store })
      const fiber = yield* Effect.fork(Effect.provide(Stream.runDrain(stream), played.layer))
      yield* Deferred.await(reached)
      const interrupted = yield* Effect.fork(Fiber.interrupt(fiber))
      yield* TestClock.adjust("999 millis")
      assert.isTrue(Option.isNone(yield* Fiber.poll(interrupted)))
      yield* TestClock.adjust("1 millis")
      assert.isTrue(Exit.isInterrupted(yield* Fiber.join(interrupted)))
    })
  )

  it.effect("ends a wait", () =>
    Effect.gen(function* () {
      const thoughts = [text(story)]
      const waiting = yield* Ref.make(false)
      const played = model({ thoughts, cuts: [{ at: half(thoughts), how: "reset" }] })
      const stream = Stream.tap(Resumable.stream(request, { policy: Schedule.spaced("1 hour") }), (event) =>
        event.type === "resume" ? Ref.set(waiting, true) : Effect.void
      )
      const fiber = yield* Effect.fork(Effect.provide(Stream.runDrain(stream), played.layer))
      yield* TestClock.adjust("1 minute")
      assert.isTrue(yield* Ref.get(waiting))
      yield* Fiber.interrupt(fiber)
      assert.strictEqual(played.seen.length, 1)
      assert.strictEqual(played.bodies.open, 0)
    })
  )
})

describe("a finished body", () => {
  it.effect("is read to its end, so that its connection can be used again", () =>
    Effect.gen(function* () {
      const thoughts = [text(story)]
      const played = model({ thoughts, cuts: [{ at: half(thoughts), how: "reset" }] })
      yield* inTime(Stream.runDrain(Resumable.stream(request)), played)
      assert.deepStrictEqual(played.bodies, { open: 0, most: 1, drained: 1 })
    })
  )
})
