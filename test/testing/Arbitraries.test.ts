import { assert, describe, it } from "@effect/vitest"
import { Effect, FastCheck, Layer, Redacted, Schema, Stream } from "effect"
import type { MessageRequest } from "effect-claude"
import { Claude, ClaudeError, Message, MessageStream, RequestValidation, RetryPolicy, Transport } from "effect-claude"
import { Arbitraries, TestClaude } from "effect-claude/testing"

const request = { model: "claude-opus-5-5", max_tokens: 64, messages: [{ role: "user", content: "Hello" }] } as const

/** A client whose every answer is these chunks. */
const answering = (chunks: ReadonlyArray<Uint8Array>) => {
  const transport: Transport.Service = {
    execute: () =>
      Effect.sync(() => {
        const left = [...chunks]
        return {
          status: 200,
          headers: { "content-type": "text/event-stream" },
          reusedConnection: false,
          body: { read: Effect.sync(() => left.shift()), abort: () => Effect.void }
        }
      })
  }
  return Claude.layerTransport({ apiKey: Redacted.make("k") }).pipe(
    Layer.provide(Layer.succeed(Transport.Transport, transport))
  )
}

describe("requests", () => {
  it.prop(
    "are valid",
    [Arbitraries.request],
    ([request]) => {
      assert.deepStrictEqual(RequestValidation.validate(request), [])
    },
    { fastCheck: { numRuns: 200 } }
  )

  it.effect.prop(
    "are sent as they are",
    [Arbitraries.request],
    ([request]) =>
      Effect.gen(function* () {
        yield* Claude.create(request)
        const [seen] = yield* TestClaude.requests
        assert.deepStrictEqual(seen?.messageRequest, request)
      }).pipe(Effect.provide(TestClaude.layer([TestClaude.text("ok")]))),
    { fastCheck: { numRuns: 30 } }
  )

  it("are of many kinds", () => {
    const sample = FastCheck.sample(Arbitraries.request, { numRuns: 300, seed: 1 })
    const share = (predicate: (request: MessageRequest.MessageRequest) => boolean) =>
      sample.filter(predicate).length / sample.length
    const holds = (type: string) => (request: MessageRequest.MessageRequest) =>
      request.messages.some(({ content }) => Array.isArray(content) && content.some((block) => block.type === type))
    assert.isAbove(
      share(({ messages }) => messages.length > 3),
      0.2
    )
    assert.isAbove(
      share(({ tools }) => tools !== undefined),
      0.2
    )
    assert.isAbove(
      share(({ tool_choice }) => tool_choice !== undefined),
      0.1
    )
    assert.isAbove(
      share(({ thinking }) => thinking !== undefined),
      0.2
    )
    for (const type of ["text", "image", "thinking", "tool_use", "tool_result"]) {
      assert.isAbove(share(holds(type)), 0.05, type)
    }
  })
})

describe("messages", () => {
  it.prop(
    "are what the schema takes, without a warning",
    [Arbitraries.message],
    ([message]) => {
      const wire: unknown = JSON.parse(
        JSON.stringify({
          ...message,
          content: message.content.map((block) => (block.type === "unknown" ? block.raw : block))
        })
      )
      const decoded = Message.fromWire(wire)
      assert.strictEqual(decoded._tag, "Right")
      if (decoded._tag === "Right") {
        assert.deepStrictEqual(decoded.right.warnings, [])
        assert.deepStrictEqual(decoded.right.value, message)
      }
    },
    { fastCheck: { numRuns: 200 } }
  )

  it.effect.prop(
    "come out of a script as they went in, whole and streamed",
    [Arbitraries.message],
    ([message]) =>
      Effect.gen(function* () {
        assert.deepStrictEqual(yield* Claude.create(request), message)
        assert.deepStrictEqual(yield* MessageStream.message(Claude.stream(request)), message)
      }).pipe(Effect.provide(TestClaude.layer([TestClaude.message(message), TestClaude.message(message)]))),
    {
      fastCheck: { numRuns: 60 }
    }
  )
})

describe("event streams", () => {
  it.effect.prop(
    "give their events and fold to their message, however they are cut",
    [Arbitraries.eventStream],
    ([stream]) =>
      Effect.gen(function* () {
        const events = yield* Stream.runCollect(Claude.stream(request))
        assert.deepStrictEqual([...events], [...stream.events])
        assert.deepStrictEqual(yield* MessageStream.message(Stream.fromIterable(events)), stream.message)
      }).pipe(Effect.provide(answering(stream.chunks))),
    { fastCheck: { numRuns: 100 } }
  )

  it.prop("have no empty chunk, and lose no byte", [FastCheck.uint8Array({ maxLength: 300 })], ([bytes]) => {
    for (const chunks of FastCheck.sample(Arbitraries.chunks(bytes), 5)) {
      assert.isTrue(chunks.every(({ length }) => length > 0))
      assert.deepStrictEqual(
        chunks.flatMap((chunk) => [...chunk]),
        [...bytes]
      )
    }
  })
})

describe("errors", () => {
  it.prop(
    "survive JSON",
    [Arbitraries.error],
    ([error]) => {
      const back = Schema.decodeUnknownSync(ClaudeError.ClaudeError)(JSON.parse(JSON.stringify(error)))
      assert.deepStrictEqual(JSON.parse(JSON.stringify(back)), JSON.parse(JSON.stringify(error)))
    },
    { fastCheck: { numRuns: 200 } }
  )

  it("are of every tag", () => {
    const tags = new Set(FastCheck.sample(Arbitraries.error, { numRuns: 600, seed: 1 }).map(({ _tag }) => _tag))
    assert.strictEqual(tags.size, ClaudeError.ClaudeError.members.length)
  })

  /** What a scripted failure has to bring back: all but what belongs to the call itself. */
  const essence = (error: ClaudeError.ClaudeError) => {
    const own = ["attempt", "elapsed", "request", "headers", "description", "bytesReceived", "lastEvent", "cause"]
    const fields: object = JSON.parse(JSON.stringify(error))
    return Object.fromEntries(Object.entries(fields).filter(([name]) => !own.includes(name)))
  }

  it.effect.prop(
    "come out of a script as they went in",
    [Arbitraries.wireError],
    ([error]) =>
      Effect.gen(function* () {
        const seen = yield* Effect.flip(
          error._tag === "StreamTruncated" ? Stream.runDrain(Claude.stream(request)) : Claude.create(request)
        )
        assert.deepStrictEqual(essence(seen), essence(error))
        assert.strictEqual(seen.isRetryable, error.isRetryable)
      }).pipe(Effect.provide(TestClaude.layer([TestClaude.fail(error)], { retry: RetryPolicy.never }))),
    {
      fastCheck: { numRuns: 150 }
    }
  )

  it.effect.prop(
    "of a transport come out as errors of their phase",
    [Arbitraries.transportFault],
    ([fault]) =>
      Effect.gen(function* () {
        const seen = yield* Effect.flip(Claude.create(request))
        assert.strictEqual(seen.phase, fault.phase)
      }).pipe(Effect.provide(TestClaude.layer([TestClaude.fail(fault)], { retry: RetryPolicy.never }))),
    {
      fastCheck: { numRuns: 60 }
    }
  )
})
