import { assert, describe, it } from "@effect/vitest"
import { Cause, Effect, Either, Exit, Sink, Stream } from "effect"
import * as InvalidToolInput from "../../src/stream/InvalidToolInput.js"
import * as MessageStream from "../../src/stream/MessageStream.js"
import * as Fixture from "./fixtures.js"
import { between, callOf, collect, decode, messageOf, plain, streamOf } from "./streamSupport.js"

describe("MessageStream.message", () => {
  it.effect("joins text", () =>
    Effect.gen(function* () {
      const message = yield* messageOf(Fixture.helloThere)
      assert.deepStrictEqual<unknown>(message.content, [{ type: "text", text: "Hello there!" }])
      assert.strictEqual(message.stop_reason, "end_turn")
      assert.deepStrictEqual<unknown>(message.usage, { input_tokens: 11, output_tokens: 6 })
    })
  )

  it.effect("parses a tool's input once it is whole", () =>
    Effect.gen(function* () {
      const message = yield* messageOf(Fixture.weather)
      assert.deepStrictEqual<unknown>(message.content, [
        { type: "text", text: "I'll check the current weather in Paris for you." },
        { type: "tool_use", id: "toolu_01", name: "get_weather", input: { location: "Paris" } }
      ])
      assert.deepStrictEqual<unknown>(message.usage, { input_tokens: 377, output_tokens: 65 })
    })
  )

  it.effect("takes an input without a piece of JSON for an empty object", () =>
    Effect.gen(function* () {
      for (const events of [callOf(), callOf(""), callOf("", "")]) {
        const message = yield* messageOf(events)
        assert.deepStrictEqual<unknown>(message.content[0], { ...Fixture.toolUse("toolu_01", "act"), input: {} })
      }
    })
  )

  it.effect("parses the inputs of server tools and of blocks it does not know", () =>
    Effect.gen(function* () {
      const caller = { type: "direct" }
      const server = { type: "server_tool_use", id: "srvtoolu_1", name: "web_search", input: {}, caller }
      const mcp = { type: "mcp_tool_use", id: "mcptoolu_1", name: "echo", server_name: "s", input: {} }
      const message = yield* messageOf(
        between(
          Fixture.blockStart(0, server),
          Fixture.json(0, '{"query":"a"}'),
          Fixture.blockStop(0),
          Fixture.blockStart(1, mcp),
          Fixture.json(1, '{"b":1}'),
          Fixture.blockStop(1)
        )
      )
      assert.deepStrictEqual<unknown>(message.content, [
        { ...server, input: { query: "a" } },
        { type: "unknown", raw: { ...mcp, input: { b: 1 } } }
      ])
    })
  )

  it.effect("appends thinking and citations, and assigns signatures", () =>
    Effect.gen(function* () {
      const { citation } = Fixture
      const message = yield* messageOf(
        between(
          Fixture.blockStart(0, { type: "thinking", thinking: "", signature: "" }),
          Fixture.thinking(0, "Let me "),
          Fixture.thinking(0, "see."),
          Fixture.signature(0, "first"),
          Fixture.signature(0, "second"),
          Fixture.blockStop(0),
          Fixture.blockStart(1, { type: "text", text: "", citations: [citation(0)] }),
          Fixture.text(1, "Cited."),
          Fixture.delta(1, { type: "citations_delta", citation: citation(1) }),
          Fixture.delta(1, { type: "citations_delta", citation: citation(2) }),
          Fixture.blockStop(1)
        )
      )
      assert.deepStrictEqual<unknown>(message.content, [
        { type: "thinking", thinking: "Let me see.", signature: "second" },
        { type: "text", text: "Cited.", citations: [citation(0), citation(1), citation(2)] }
      ])
    })
  )

  it.effect("takes over what a block began with, and passes deltas over that do not belong to it", () =>
    Effect.gen(function* () {
      const message = yield* messageOf(
        between(
          Fixture.text(0, "before any block"),
          Fixture.blockStart(0, { type: "text", text: "He" }),
          Fixture.text(0, "llo"),
          Fixture.thinking(0, "no"),
          Fixture.json(0, "no"),
          Fixture.signature(0, "no"),
          Fixture.text(7, "no such block"),
          Fixture.blockStop(7),
          Fixture.blockStop(0)
        )
      )
      assert.deepStrictEqual<unknown>(message.content, [{ type: "text", text: "Hello" }])
    })
  )

  it.effect("overwrites counters with those of message_delta, and keeps what it leaves out or has as null", () =>
    Effect.gen(function* () {
      const container = { id: "container_1", expires_at: "2026-11-22T00:00:00Z", skills: null }
      const kept = {
        cache_creation: { ephemeral_5m_input_tokens: 2, ephemeral_1h_input_tokens: 0 },
        service_tier: "standard"
      }
      const start = {
        container: null,
        usage: {
          input_tokens: 10,
          output_tokens: 1,
          cache_creation_input_tokens: 2,
          cache_read_input_tokens: 3,
          ...kept
        }
      }
      const counted = {
        input_tokens: 42,
        output_tokens: 99,
        cache_creation_input_tokens: 7,
        cache_read_input_tokens: 8,
        server_tool_use: { web_search_requests: 1, web_fetch_requests: 2 },
        output_tokens_details: { thinking_tokens: 30 }
      }
      const second = {
        ...Fixture.messageDelta({ container: null }, { output_tokens: 100, input_tokens: null }),
        context_management: null
      }
      const all = yield* messageOf([
        Fixture.messageStart(start),
        Fixture.messageDelta({ stop_reason: "end_turn", container }, counted),
        second,
        Fixture.messageStop
      ])
      assert.notProperty(all, "context_management")
      assert.deepStrictEqual<unknown>(all.usage, { ...counted, ...kept, output_tokens: 100 })
      assert.deepStrictEqual<unknown>(all.container, container)
      assert.strictEqual(all.stop_reason, "end_turn")

      const few = yield* messageOf([Fixture.messageStart(start), Fixture.messageDelta(), Fixture.messageStop])
      assert.deepStrictEqual<unknown>(few.usage, { ...start.usage, output_tokens: 6 })
      assert.isNull(few.container)
    })
  )

  it.effect("carries refusals, and the fields of betas", () =>
    Effect.gen(function* () {
      const stop_details = { type: "refusal", category: "cyber", explanation: "no" }
      const usage = { output_tokens: 6, fallback_credit: { status: { type: "redeemed" } } }
      const context_management = { applied_edits: [] }
      const delta = {
        ...Fixture.messageDelta({ stop_reason: "refusal", stop_details }, usage),
        context_management,
        other: 1
      }
      const message = yield* messageOf([Fixture.messageStart(), delta, Fixture.messageStop])
      assert.deepStrictEqual<unknown>(message, {
        ...Fixture.messageStart().message,
        stop_reason: "refusal",
        stop_details,
        context_management,
        usage: { input_tokens: 11, ...usage }
      })
    })
  )

  it.effect("goes by the name of the model that a fallback block names", () =>
    Effect.gen(function* () {
      const message = yield* messageOf(Fixture.spliced)
      assert.strictEqual(message.model, "claude-opus-4-8")
      assert.deepStrictEqual(
        message.content.map((block) => (block.type === "unknown" ? block.raw.type : block.type)),
        ["thinking", "text", "fallback", "text"]
      )
      assert.deepStrictEqual(
        Reflect.get(message.usage, "iterations").map((item: { type: string }) => item.type),
        ["message", "fallback_message"]
      )
    })
  )

  it.effect("assigns the final values of a compaction block", () =>
    Effect.gen(function* () {
      const block = { type: "compaction", content: null, encrypted_content: null }
      const final = { content: "So far: much.", encrypted_content: "ZW5j" }
      const message = yield* messageOf(
        between(
          Fixture.blockStart(0, block),
          Fixture.delta(0, { type: "compaction_delta", content: "early", encrypted_content: null }),
          Fixture.delta(0, { type: "compaction_delta", ...final }),
          Fixture.delta(0, { type: "novel_delta", content: "no" }),
          Fixture.blockStop(0)
        )
      )
      assert.deepStrictEqual<unknown>(message.content, [{ type: "unknown", raw: { type: "compaction", ...final } }])
    })
  )

  it.effect("begins anew where the message starts a second time", () =>
    Effect.gen(function* () {
      const events = decode(Fixture.helloThere)
      const message = yield* MessageStream.message(Stream.fromIterable([...events.slice(0, 4), ...events]))
      assert.deepStrictEqual<unknown>(message, plain(yield* messageOf(Fixture.helloThere)))
    })
  )

  it.effect("leaves the prototype of the message alone", () =>
    Effect.gen(function* () {
      const evil: object = JSON.parse('{"stop_reason":"end_turn","__proto__":{"polluted":true}}')
      const message = yield* messageOf([Fixture.messageStart(), Fixture.messageDelta(evil), Fixture.messageStop])
      assert.strictEqual(Object.getPrototypeOf(message), Object.prototype)
    })
  )
})

describe("MessageStream.message, at the end of the stream", () => {
  it.effect("fails where neither message_stop nor a stop reason came", () =>
    Effect.gen(function* () {
      for (const length of [0, 1, 5, 7]) {
        const error = yield* Effect.flip(messageOf(Fixture.helloThere.slice(0, length)))
        assert.strictEqual(error._tag, "StreamTruncated")
        assert.strictEqual(error.phase, "body")
        assert.strictEqual(error.request.model, length === 0 ? undefined : "claude-opus-5-5")
        assert.strictEqual(error.lastEvent, decode(Fixture.helloThere.slice(0, length)).at(-1)?.type)
      }
    })
  )

  it.effect("takes the stop reason for the end where message_stop is missing", () =>
    Effect.gen(function* () {
      const message = yield* messageOf(Fixture.helloThere.slice(0, -1))
      assert.deepStrictEqual(message, yield* messageOf(Fixture.helloThere))
    })
  )

  it.effect("fails with the stream's own error", () =>
    Effect.gen(function* () {
      const stream = Stream.concat(streamOf(Fixture.helloThere.slice(0, 5)), Stream.fail("reset"))
      assert.deepStrictEqual(yield* Effect.either(MessageStream.message(stream)), Either.left("reset"))
    })
  )
})

describe("MessageStream.text and MessageStream.thinking", () => {
  it.effect("give what is of their kind, in the pieces in which it came", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* collect(MessageStream.text(streamOf(Fixture.helloThere))), ["Hello", " there", "!"])
      assert.deepStrictEqual(yield* collect(MessageStream.text(streamOf(Fixture.spliced))), ["First, ", "the rest."])
      assert.deepStrictEqual(yield* collect(MessageStream.thinking(streamOf(Fixture.spliced))), ["Let me see."])
    })
  )

  it.effect("give what a block began with, as the message does", () =>
    Effect.gen(function* () {
      const events = between(
        Fixture.blockStart(0, { type: "thinking", thinking: "Hm", signature: "" }),
        Fixture.thinking(0, "m."),
        Fixture.blockStop(0),
        Fixture.blockStart(1, { type: "text", text: "He" }),
        Fixture.text(1, "llo"),
        Fixture.blockStop(1)
      )
      assert.deepStrictEqual(yield* collect(MessageStream.text(streamOf(events))), ["He", "llo"])
      assert.deepStrictEqual(yield* collect(MessageStream.thinking(streamOf(events))), ["Hm", "m."])
    })
  )

  it.effect("give what came before a failure", () =>
    Effect.gen(function* () {
      const seen: Array<string> = []
      const stream = Stream.concat(streamOf(Fixture.helloThere.slice(0, 5)), Stream.fail("reset"))
      const result = yield* MessageStream.text(stream).pipe(
        Stream.runForEach((piece) => Effect.sync(() => seen.push(piece))),
        Effect.either
      )
      assert.deepStrictEqual(seen, ["Hello", " there"])
      assert.deepStrictEqual(result, Either.left("reset"))
    })
  )
})

describe("MessageStream.tapText", () => {
  it.effect("sees each piece of text, in order, and leaves the stream as it is", () =>
    Effect.gen(function* () {
      const seen: Array<string> = []
      const message = yield* streamOf(Fixture.weather).pipe(
        MessageStream.tapText((piece) => Effect.sync(() => seen.push(piece))),
        MessageStream.message
      )
      assert.deepStrictEqual(seen, ["I'll check the current weather", " in Paris for you."])
      assert.deepStrictEqual(message, yield* messageOf(Fixture.weather))
    })
  )

  it.effect("fails the stream with the effect's error", () =>
    Effect.gen(function* () {
      const tapped = MessageStream.tapText(streamOf(Fixture.helloThere), (piece) => Effect.fail(`no ${piece}`))
      assert.deepStrictEqual(yield* Effect.either(MessageStream.message(tapped)), Either.left("no Hello"))
    })
  )
})

describe("MessageStream.partial", () => {
  it.effect("gives what came before a failure, and the failure", () =>
    Effect.gen(function* () {
      const stream = Stream.concat(streamOf(Fixture.weather.slice(0, 9)), Stream.fail("reset"))
      const { complete, error, message } = yield* MessageStream.partial(stream)
      assert.isFalse(complete)
      assert.strictEqual(error, "reset")
      assert.deepStrictEqual<unknown>(message?.content[0], {
        type: "text",
        text: "I'll check the current weather in Paris for you."
      })
      assert.deepInclude<unknown>(message?.content[1] && InvalidToolInput.fromBlock(message.content[1]), {
        reason: "incomplete",
        raw: '{"location": "P'
      })
    })
  )

  it.effect("gives what came of a stream that just ended, and all of a whole one", () =>
    Effect.gen(function* () {
      const cut = yield* MessageStream.partial(streamOf(Fixture.helloThere.slice(0, 5)))
      assert.deepStrictEqual<unknown>(cut.message?.content, [{ type: "text", text: "Hello there" }])
      assert.deepStrictEqual([cut.complete, "error" in cut], [false, false])
      const whole = yield* MessageStream.partial(streamOf(Fixture.helloThere))
      assert.deepStrictEqual(whole, { message: yield* messageOf(Fixture.helloThere), complete: true })
      assert.deepStrictEqual(yield* MessageStream.partial(Stream.fail("refused")), {
        message: undefined,
        complete: false,
        error: "refused"
      })
    })
  )

  it.effect("lets defects through", () =>
    Effect.gen(function* () {
      const exit = yield* Effect.exit(MessageStream.partial(Stream.die("defect")))
      assert.isTrue(Exit.isFailure(exit) && Cause.isDie(exit.cause))
    })
  )
})

const cited = between(
  Fixture.blockStart(0, { type: "text", text: "", citations: null }),
  ...[0, 1, 2].map((n) => Fixture.delta(0, { type: "citations_delta", citation: Fixture.citation(n) })),
  Fixture.blockStop(0)
)

const freeze = (value: unknown): void => {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return
  Object.freeze(value)
  for (const child of Object.values(value)) freeze(child)
}

describe("MessageStream.snapshots and MessageStream.usage", () => {
  it.effect("give the message after each event, as values that never change", () =>
    Effect.gen(function* () {
      for (const events of [Fixture.helloThere, Fixture.weather, Fixture.spliced, cited]) {
        const seen: Array<string> = []
        const frozen = streamOf(events).pipe(
          Stream.rechunk(1),
          MessageStream.snapshots,
          Stream.tap((message) =>
            Effect.sync(() => {
              freeze(message)
              seen.push(JSON.stringify(message))
            })
          )
        )
        const all = yield* collect(frozen)
        assert.deepStrictEqual(
          all.map((message) => JSON.stringify(message)),
          seen
        )
        assert.deepStrictEqual(plain(all.at(-1)), plain(yield* messageOf(events)))
        assert.lengthOf(all, decode(events).length)
      }
    })
  )

  it.effect("share what did not change", () =>
    Effect.gen(function* () {
      const all = yield* collect(MessageStream.snapshots(streamOf(Fixture.weather)))
      const [first] = all.at(-1)?.content ?? []
      assert.isAbove(all.filter((message) => message.content[0] === first).length, 5)
    })
  )

  it.effect("show a tool's input as an empty object until it is whole", () =>
    Effect.gen(function* () {
      const all = yield* collect(MessageStream.snapshots(streamOf(Fixture.weather)))
      const whole = { location: "Paris" }
      const inputs = all.flatMap(({ content: [, block] }) => (block?.type === "tool_use" ? [block.input] : []))
      assert.deepStrictEqual(inputs, [{}, {}, {}, {}, {}, {}, whole, whole, whole])
    })
  )

  it.effect("count usage with the start of the message and each time the API counts", () =>
    Effect.gen(function* () {
      const all = yield* collect(MessageStream.usage(streamOf(Fixture.helloThere)))
      assert.deepStrictEqual<unknown>(all, [
        { input_tokens: 11, output_tokens: 1 },
        { input_tokens: 11, output_tokens: 6 }
      ])
    })
  )
})

describe("MessageStream.sink", () => {
  it.effect("folds anew for each stream, beside other sinks", () =>
    Effect.gen(function* () {
      for (let i = 0; i < 2; i++) {
        const [message, count] = yield* Stream.run(
          streamOf(Fixture.helloThere),
          Sink.zip(MessageStream.sink, Sink.count, { concurrent: true })
        )
        assert.deepStrictEqual(message, yield* messageOf(Fixture.helloThere))
        assert.strictEqual(count, 8)
      }
    })
  )

  it.effect("fails on a truncated stream", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(Stream.run(streamOf(Fixture.helloThere.slice(0, 4)), MessageStream.sink))
      assert.strictEqual(error._tag, "StreamTruncated")
    })
  )
})
