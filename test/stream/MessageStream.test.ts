import { assert, describe, it } from "@effect/vitest"
import { Cause, Effect, Either, Exit, Sink, Stream } from "effect"
import * as FastCheck from "effect/FastCheck"
import * as InvalidToolInput from "../../src/stream/InvalidToolInput.js"
import * as MessageStream from "../../src/stream/MessageStream.js"
import type { ResumeMarker } from "../../src/stream/ResumeMarker.js"
import * as Fixture from "./fixtures.js"
import { cuts } from "./sseSupport.js"
import { chunked, collect, decode, plain, sdkMessage, streamOf } from "./streamSupport.js"

const messageOf = (events: ReadonlyArray<{ readonly type: string }>) => MessageStream.message(streamOf(events))

const between = (...events: ReadonlyArray<{ readonly type: string }>) => [
  Fixture.messageStart(),
  ...events,
  Fixture.messageDelta(),
  Fixture.messageStop
]

const callOf = (...pieces: ReadonlyArray<string>) =>
  between(
    Fixture.blockStart(0, Fixture.toolUse("toolu_01", "act")),
    ...pieces.map((piece) => Fixture.json(0, piece)),
    Fixture.blockStop(0)
  )

const marker = (fields: Partial<ResumeMarker> = {}): ResumeMarker => ({
  type: "resume",
  status: "cut",
  attempt: 1,
  cut: { tag: "ConnectionReset", phase: "body", message: "The connection was reset" },
  ...fields
})

describe("MessageStream.message", () => {
  it.effect("joins text", () =>
    Effect.gen(function*() {
      const message = yield* messageOf(Fixture.helloThere)
      assert.deepStrictEqual<unknown>(message.content, [{ type: "text", text: "Hello there!" }])
      assert.strictEqual(message.stop_reason, "end_turn")
      assert.deepStrictEqual<unknown>(message.usage, { input_tokens: 11, output_tokens: 6 })
    }))

  it.effect("parses a tool's input once it is whole", () =>
    Effect.gen(function*() {
      const message = yield* messageOf(Fixture.weather)
      assert.deepStrictEqual<unknown>(message.content, [
        { type: "text", text: "I'll check the current weather in Paris for you." },
        { type: "tool_use", id: "toolu_01", name: "get_weather", input: { location: "Paris" } }
      ])
      assert.deepStrictEqual<unknown>(message.usage, { input_tokens: 377, output_tokens: 65 })
    }))

  it.effect("takes an input without a piece of JSON for an empty object", () =>
    Effect.gen(function*() {
      for (const events of [callOf(), callOf(""), callOf("", "")]) {
        const message = yield* messageOf(events)
        assert.deepStrictEqual<unknown>(message.content[0], { ...Fixture.toolUse("toolu_01", "act"), input: {} })
      }
    }))

  it.effect("parses the inputs of server tools and of blocks it does not know", () =>
    Effect.gen(function*() {
      const server = { type: "server_tool_use", id: "srvtoolu_1", name: "web_search", input: {}, caller: { type: "direct" } }
      const mcp = { type: "mcp_tool_use", id: "mcptoolu_1", name: "echo", server_name: "s", input: {} }
      const message = yield* messageOf(between(
        Fixture.blockStart(0, server),
        Fixture.json(0, "{\"query\":\"a\"}"),
        Fixture.blockStop(0),
        Fixture.blockStart(1, mcp),
        Fixture.json(1, "{\"b\":1}"),
        Fixture.blockStop(1)
      ))
      assert.deepStrictEqual<unknown>(message.content, [
        { ...server, input: { query: "a" } },
        { type: "unknown", raw: { ...mcp, input: { b: 1 } } }
      ])
    }))

  it.effect("appends thinking and citations, and assigns signatures", () =>
    Effect.gen(function*() {
      const citation = (n: number) => ({
        type: "char_location",
        cited_text: `c${n}`,
        document_index: 0,
        document_title: null,
        start_char_index: n,
        end_char_index: n + 1,
        file_id: null
      })
      const message = yield* messageOf(between(
        Fixture.blockStart(0, { type: "thinking", thinking: "", signature: "" }),
        Fixture.thinking(0, "Let me "),
        Fixture.thinking(0, "see."),
        Fixture.signature(0, "first"),
        Fixture.signature(0, "second"),
        Fixture.blockStop(0),
        Fixture.blockStart(1, { type: "text", text: "", citations: null }),
        Fixture.text(1, "Cited."),
        Fixture.delta(1, { type: "citations_delta", citation: citation(1) }),
        Fixture.delta(1, { type: "citations_delta", citation: citation(2) }),
        Fixture.blockStop(1)
      ))
      assert.deepStrictEqual<unknown>(message.content, [
        { type: "thinking", thinking: "Let me see.", signature: "second" },
        { type: "text", text: "Cited.", citations: [citation(1), citation(2)] }
      ])
    }))

  it.effect("takes over what a block began with, and passes deltas over that do not belong to it", () =>
    Effect.gen(function*() {
      const message = yield* messageOf(between(
        Fixture.text(0, "before any block"),
        Fixture.blockStart(0, { type: "text", text: "He" }),
        Fixture.text(0, "llo"),
        Fixture.thinking(0, "no"),
        Fixture.json(0, "no"),
        Fixture.signature(0, "no"),
        Fixture.text(7, "no such block"),
        Fixture.blockStop(7),
        Fixture.blockStop(0)
      ))
      assert.deepStrictEqual<unknown>(message.content, [{ type: "text", text: "Hello" }])
    }))

  it.effect("overwrites counters with those of message_delta, and keeps what it leaves out or has as null", () =>
    Effect.gen(function*() {
      const container = { id: "container_1", expires_at: "2026-11-22T00:00:00Z", skills: null }
      const kept = {
        cache_creation: { ephemeral_5m_input_tokens: 2, ephemeral_1h_input_tokens: 0 },
        service_tier: "standard"
      }
      const start = {
        container: null,
        usage: { input_tokens: 10, output_tokens: 1, cache_creation_input_tokens: 2, cache_read_input_tokens: 3, ...kept }
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
    }))

  it.effect("carries refusals, and the fields of betas", () =>
    Effect.gen(function*() {
      const stop_details = { type: "refusal", category: "cyber", explanation: "no" }
      const usage = { output_tokens: 6, fallback_credit: { status: { type: "redeemed" } } }
      const context_management = { applied_edits: [] }
      const delta = { ...Fixture.messageDelta({ stop_reason: "refusal", stop_details }, usage), context_management, other: 1 }
      const message = yield* messageOf([Fixture.messageStart(), delta, Fixture.messageStop])
      assert.deepStrictEqual<unknown>(message, {
        ...Fixture.messageStart().message,
        stop_reason: "refusal",
        stop_details,
        context_management,
        usage: { input_tokens: 11, ...usage }
      })
    }))

  it.effect("goes by the name of the model that a fallback block names", () =>
    Effect.gen(function*() {
      const message = yield* messageOf(Fixture.spliced)
      assert.strictEqual(message.model, "claude-opus-4-8")
      assert.deepStrictEqual(
        message.content.map((block) => block.type === "unknown" ? block.raw.type : block.type),
        ["thinking", "text", "fallback", "text"]
      )
      assert.deepStrictEqual(Reflect.get(message.usage, "iterations").map((item: { type: string }) => item.type), [
        "message",
        "fallback_message"
      ])
    }))

  it.effect("assigns the final values of a compaction block", () =>
    Effect.gen(function*() {
      const block = { type: "compaction", content: null, encrypted_content: null }
      const final = { content: "So far: much.", encrypted_content: "ZW5j" }
      const message = yield* messageOf(between(
        Fixture.blockStart(0, block),
        Fixture.delta(0, { type: "compaction_delta", content: "early", encrypted_content: null }),
        Fixture.delta(0, { type: "compaction_delta", ...final }),
        Fixture.delta(0, { type: "novel_delta", content: "no" }),
        Fixture.blockStop(0)
      ))
      assert.deepStrictEqual<unknown>(message.content, [{ type: "unknown", raw: { type: "compaction", ...final } }])
    }))

  it.effect("begins anew where the message starts a second time", () =>
    Effect.gen(function*() {
      const events = decode(Fixture.helloThere)
      const message = yield* MessageStream.message(Stream.fromIterable([...events.slice(0, 4), ...events]))
      assert.deepStrictEqual<unknown>(message, plain(yield* messageOf(Fixture.helloThere)))
    }))

  it.effect("leaves the prototype of the message alone", () =>
    Effect.gen(function*() {
      const evil: object = JSON.parse("{\"stop_reason\":\"end_turn\",\"__proto__\":{\"polluted\":true}}")
      const message = yield* messageOf([Fixture.messageStart(), Fixture.messageDelta(evil), Fixture.messageStop])
      assert.strictEqual(Object.getPrototypeOf(message), Object.prototype)
    }))
})

describe("MessageStream.message, at the end of the stream", () => {
  it.effect("fails where neither message_stop nor a stop reason came", () =>
    Effect.gen(function*() {
      for (const length of [0, 1, 5, 7]) {
        const error = yield* Effect.flip(messageOf(Fixture.helloThere.slice(0, length)))
        assert.strictEqual(error._tag, "StreamTruncated")
        assert.strictEqual(error.phase, "body")
        assert.strictEqual(error.request.model, length === 0 ? undefined : "claude-opus-5-5")
        assert.strictEqual(error.lastEvent, decode(Fixture.helloThere.slice(0, length)).at(-1)?.type)
      }
    }))

  it.effect("takes the stop reason for the end where message_stop is missing", () =>
    Effect.gen(function*() {
      const message = yield* messageOf(Fixture.helloThere.slice(0, -1))
      assert.deepStrictEqual(message, yield* messageOf(Fixture.helloThere))
    }))

  it.effect("fails with the stream's own error", () =>
    Effect.gen(function*() {
      const stream = Stream.concat(streamOf(Fixture.helloThere.slice(0, 5)), Stream.fail("reset"))
      assert.deepStrictEqual(yield* Effect.either(MessageStream.message(stream)), Either.left("reset"))
    }))
})

describe("a tool's input that cannot be used", () => {
  // Half of what the official SDK's lenient parser completes by guessing, and all that it refuses.
  const broken = [
    "{\"foo\": \"bar\", \"thing\": \"", "{\"foo\": \"bar\\", "{\"a\":\"\\u00", "{\"a\":12", "{\"a\":1e5", "{\"a\":1.", "{\"a\":-",
    "{\"a\":12 ", "{\"a\":12,", "{\"a\":[1,2", "{\"a\":[\"x\",\"y", "{\"k", "{\"k\":", "{", "[", "{\"a\":tru", "{\"a\":true",
    "{\"a\":truee", "{\"a\":1 /*c*/}", "{\"a\":1}}", "{\"a\":]", "{\"a\" 1}", "{\"a\":.5,", "\"abc", "nul", "{\"a\":{\"b\":[{\"c\":\"d"
  ]

  for (const raw of broken) {
    it.effect(`is a value that keeps the text: ${raw}`, () =>
      Effect.gen(function*() {
        const half = Math.floor(raw.length / 2)
        const events = callOf(raw.slice(0, half), raw.slice(half))
        const invalid = { _tag: "InvalidToolInput", id: "toolu_01", name: "act", index: 0, raw, reason: "not-json" }
        assert.deepStrictEqual<unknown>(yield* collect(MessageStream.toolUse(streamOf(events))), [invalid])
        const [block] = (yield* messageOf(events)).content
        assert.deepInclude<unknown>(block, {
          type: "unknown",
          raw: { type: "tool_use", id: "toolu_01", name: "act", input: { INVALID_JSON: raw } }
        })
        assert.deepStrictEqual<unknown>(block && InvalidToolInput.fromBlock(block), invalid)
      }))
  }

  it.effect("is one that is JSON, and no object", () =>
    Effect.gen(function*() {
      for (const raw of ["12", "\"a\"", "null", "[{}]", "true"]) {
        const [call] = yield* collect(MessageStream.toolUse(streamOf(callOf(raw))))
        assert.deepInclude<unknown>(call, { _tag: "InvalidToolInput", raw, reason: "not-object" })
      }
    }))

  it.effect("is one whose block the message's end cut off, where the official SDK completes it by guessing", () =>
    Effect.gen(function*() {
      const raw = "{\"filename\": \"taxes.txt\", \"lines_of_text\": [\"line one\", \"line two\", \"line thr"
      const invalid = { _tag: "InvalidToolInput", id: "toolu_02", name: "make_file", index: 1, raw, reason: "incomplete" }
      assert.deepStrictEqual<unknown>(yield* collect(MessageStream.toolUse(streamOf(Fixture.cutTool))), [invalid])
      const message = yield* messageOf(Fixture.cutTool)
      assert.strictEqual(message.stop_reason, "max_tokens")
      assert.deepStrictEqual(message.content.map((block) => block.type), ["text", "unknown"])
      assert.deepStrictEqual<unknown>(message.content.map(InvalidToolInput.fromBlock), [undefined, invalid])

      const theirs = yield* sdkMessage(Fixture.cutTool)
      assert.nestedPropertyVal(theirs, "content[1].input.lines_of_text.length", 2)
    }))

  it.effect("is one that was cut off where it might pass for whole", () =>
    Effect.gen(function*() {
      const events = Fixture.cutTool.filter((event) => event.type !== "content_block_delta")
      const [call] = yield* collect(MessageStream.toolUse(streamOf(events)))
      assert.deepInclude<unknown>(call, { _tag: "InvalidToolInput", raw: "", reason: "incomplete" })
      assert.strictEqual((yield* messageOf(events)).content[1]?.type, "unknown")
    }))

  it.effect("is one of a server's tool too, though it is not the caller's to answer", () =>
    Effect.gen(function*() {
      const server = { type: "server_tool_use", id: "srvtoolu_1", name: "web_search", input: {} }
      const events = between(Fixture.blockStart(0, server), Fixture.json(0, "{\"q"), Fixture.blockStop(0))
      assert.deepStrictEqual(yield* collect(MessageStream.toolUse(streamOf(events))), [])
      assert.deepStrictEqual<unknown>((yield* messageOf(events)).content, [
        { type: "unknown", raw: { ...server, input: { INVALID_JSON: "{\"q" } } }
      ])
    }))
})

describe("MessageStream.toolUse", () => {
  it.effect("hands each call out with the event that completes it", () =>
    Effect.gen(function*() {
      const seen: Array<string> = []
      const events = Stream.fromIterable(decode(Fixture.weather)).pipe(
        Stream.rechunk(1),
        Stream.tap((event) => Effect.sync(() => seen.push(event.type)))
      )
      yield* Stream.runForEach(MessageStream.toolUse(events), (call) =>
        Effect.sync(() => seen.push(InvalidToolInput.isInvalidToolInput(call) ? "invalid" : call.name)))
      assert.deepStrictEqual(seen.slice(-4), ["content_block_stop", "get_weather", "message_delta", "message_stop"])
    }))

  it.effect("hands out nothing of a call that a cut left half done", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* collect(MessageStream.toolUse(streamOf(Fixture.weather.slice(0, 9)))), [])
    }))
})

describe("MessageStream.text and MessageStream.thinking", () => {
  it.effect("give what is of their kind, in the pieces in which it came", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* collect(MessageStream.text(streamOf(Fixture.helloThere))), ["Hello", " there", "!"])
      assert.deepStrictEqual(yield* collect(MessageStream.text(streamOf(Fixture.spliced))), ["First, ", "the rest."])
      assert.deepStrictEqual(yield* collect(MessageStream.thinking(streamOf(Fixture.spliced))), ["Let me see."])
    }))

  it.effect("give what came before a failure", () =>
    Effect.gen(function*() {
      const seen: Array<string> = []
      const stream = Stream.concat(streamOf(Fixture.helloThere.slice(0, 5)), Stream.fail("reset"))
      const result = yield* MessageStream.text(stream).pipe(
        Stream.runForEach((piece) => Effect.sync(() => seen.push(piece))),
        Effect.either
      )
      assert.deepStrictEqual(seen, ["Hello", " there"])
      assert.deepStrictEqual(result, Either.left("reset"))
    }))
})

describe("MessageStream.tapText", () => {
  it.effect("sees each piece of text, in order, and leaves the stream as it is", () =>
    Effect.gen(function*() {
      const seen: Array<string> = []
      const message = yield* streamOf(Fixture.weather).pipe(
        MessageStream.tapText((piece) => Effect.sync(() => seen.push(piece))),
        MessageStream.message
      )
      assert.deepStrictEqual(seen, ["I'll check the current weather", " in Paris for you."])
      assert.deepStrictEqual(message, yield* messageOf(Fixture.weather))
    }))

  it.effect("fails the stream with the effect's error", () =>
    Effect.gen(function*() {
      const tapped = MessageStream.tapText(streamOf(Fixture.helloThere), (piece) => Effect.fail(`no ${piece}`))
      assert.deepStrictEqual(yield* Effect.either(MessageStream.message(tapped)), Either.left("no Hello"))
    }))
})

describe("MessageStream.partial", () => {
  it.effect("gives what came before a failure, and the failure", () =>
    Effect.gen(function*() {
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
        raw: "{\"location\": \"P"
      })
    }))

  it.effect("gives what came of a stream that just ended, and all of a whole one", () =>
    Effect.gen(function*() {
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
    }))

  it.effect("lets defects through", () =>
    Effect.gen(function*() {
      const exit = yield* Effect.exit(MessageStream.partial(Stream.die("defect")))
      assert.isTrue(Exit.isFailure(exit) && Cause.isDie(exit.cause))
    }))
})

const freeze = (value: unknown): void => {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return
  Object.freeze(value)
  for (const child of Object.values(value)) freeze(child)
}

describe("MessageStream.snapshots and MessageStream.usage", () => {
  it.effect("give the message after each event, as values that never change", () =>
    Effect.gen(function*() {
      for (const events of [Fixture.helloThere, Fixture.weather, Fixture.spliced]) {
        const seen: Array<string> = []
        const frozen = streamOf(events).pipe(
          MessageStream.snapshots,
          Stream.tap((message) => Effect.sync(() => {
            freeze(message)
            seen.push(JSON.stringify(message))
          }))
        )
        const all = yield* collect(frozen)
        assert.deepStrictEqual(all.map((message) => JSON.stringify(message)), seen)
        assert.deepStrictEqual(plain(all.at(-1)), plain(yield* messageOf(events)))
        assert.lengthOf(all, decode(events).length)
      }
    }))

  it.effect("share what did not change", () =>
    Effect.gen(function*() {
      const all = yield* collect(MessageStream.snapshots(streamOf(Fixture.weather)))
      const [first] = all.at(-1)?.content ?? []
      assert.isAbove(all.filter((message) => message.content[0] === first).length, 5)
    }))

  it.effect("show a tool's input as an empty object until it is whole", () =>
    Effect.gen(function*() {
      const all = yield* collect(MessageStream.snapshots(streamOf(Fixture.weather)))
      const inputs = all.flatMap(({ content: [, block] }) => block?.type === "tool_use" ? [block.input] : [])
      assert.deepStrictEqual(inputs, [...Array(6).fill({}), ...Array(3).fill({ location: "Paris" })])
    }))

  it.effect("count usage with the start of the message and each time the API counts", () =>
    Effect.gen(function*() {
      const all = yield* collect(MessageStream.usage(streamOf(Fixture.helloThere)))
      assert.deepStrictEqual<unknown>(all, [{ input_tokens: 11, output_tokens: 1 }, { input_tokens: 11, output_tokens: 6 }])
    }))
})

describe("resume markers", () => {
  const at = (index: number, ...markers: ReadonlyArray<ResumeMarker>) =>
    Stream.fromIterable([...decode(Fixture.weather).slice(0, index), ...markers, ...decode(Fixture.weather).slice(index)])

  it.effect("change nothing by themselves", () =>
    Effect.gen(function*() {
      const marked = at(3, marker(), marker({ status: "resumed", seam: { certain: true, before: "weather", after: " in" } }))
      assert.deepStrictEqual(yield* MessageStream.message(marked), yield* messageOf(Fixture.weather))
      assert.strictEqual((yield* collect(MessageStream.text(marked))).length, 2)
      assert.strictEqual((yield* collect(MessageStream.toolUse(marked))).length, 1)
    }))

  it.effect("withdraw blocks from the message and from the calls, of which a new one may take the index", () =>
    Effect.gen(function*() {
      const withdrawn = [{ index: 1, type: "tool_use" }]
      const events = decode(Fixture.weather)
      const cut = [...events.slice(0, 8), marker({ withdrawn })]
      const given = yield* MessageStream.partial(Stream.fromIterable(cut))
      assert.deepStrictEqual(given.message?.content.map((block) => block.type), ["text"])

      const again = Stream.fromIterable([...cut, ...events.slice(5)])
      assert.deepStrictEqual(yield* MessageStream.message(again), yield* messageOf(Fixture.weather))
      assert.strictEqual((yield* collect(MessageStream.toolUse(again))).length, 1)

      const never = Stream.fromIterable([...cut, ...events.slice(-2)])
      assert.deepStrictEqual(yield* collect(MessageStream.toolUse(never)), [])
    }))
})

describe("the fold, by properties", () => {
  const word = FastCheck.string({ maxLength: 6 })
  const closed = (index: number, block: object, ...deltas: ReadonlyArray<{ readonly type: string }>) => [
    Fixture.blockStart(index, block),
    ...deltas,
    Fixture.blockStop(index)
  ]
  const blocks: FastCheck.Arbitrary<(index: number) => Array<{ readonly type: string }>> = FastCheck.oneof(
    FastCheck.array(word).map((texts) => (index: number) =>
      closed(index, Fixture.emptyText, ...texts.map((piece) => Fixture.text(index, piece)))
    ),
    FastCheck.array(word).map((texts) => (index: number) =>
      closed(
        index,
        { type: "thinking", thinking: "", signature: "" },
        ...texts.map((piece) => Fixture.thinking(index, piece)),
        Fixture.signature(index, "c2ln")
      )
    ),
    FastCheck.tuple(FastCheck.dictionary(word, FastCheck.jsonValue()), FastCheck.array(FastCheck.nat({ max: 40 }))).map(
      ([input, at]) => (index: number) => {
        const json = JSON.stringify(input)
        const ends = [...at.sort((a, b) => a - b), json.length]
        const cut = ends.map((end, i) => json.slice(ends[i - 1] ?? 0, end))
        return closed(index, Fixture.toolUse("toolu_01", "act"), ...cut.map((piece) => Fixture.json(index, piece)))
      }
    ),
    FastCheck.constant((index: number) => closed(index, { type: "redacted_thinking", data: "ZGF0YQ==" })),
    FastCheck.constant((index: number) => closed(index, { type: "container_upload", file_id: "file_1" }))
  )
  const usage = FastCheck.record({
    output_tokens: FastCheck.nat(),
    input_tokens: FastCheck.option(FastCheck.nat()),
    cache_read_input_tokens: FastCheck.option(FastCheck.nat())
  })
  const streams = FastCheck.tuple(FastCheck.array(blocks, { maxLength: 5 }), usage).map(([made, counted]) => [
    Fixture.messageStart(),
    Fixture.ping,
    ...made.flatMap((make, index) => make(index)),
    Fixture.messageDelta({ stop_reason: "end_turn", stop_sequence: null }, counted),
    Fixture.messageStop
  ])

  it.effect("gives the message that the official SDK gives", () =>
    Effect.promise(() =>
      FastCheck.assert(
        FastCheck.asyncProperty(streams, async (events) => {
          const [ours, theirs] = await Effect.runPromise(Effect.all([messageOf(events), sdkMessage(events)]))
          assert.deepStrictEqual(plain(ours), theirs)
        }),
        { numRuns: 150 }
      )
    ))

  it.effect("gives the same for any chunks, by every way of folding", () =>
    Effect.promise(() =>
      FastCheck.assert(
        FastCheck.asyncProperty(streams, cuts, async (events, at) => {
          const split = chunked<MessageStream.Event>(decode(events), at)
          const whole = streamOf(events)
          const [expected, ...others] = await Effect.runPromise(Effect.all([
            MessageStream.message(whole),
            MessageStream.message(split),
            Effect.map(MessageStream.partial(split), (partial) => partial.message),
            Effect.map(collect(MessageStream.snapshots(split)), (all) => all.at(-1)),
            Stream.run(split, MessageStream.sink)
          ]))
          for (const other of others) assert.deepStrictEqual(other, expected)
          const text = await Effect.runPromise(collect(MessageStream.text(split)))
          assert.strictEqual(text.join(""), expected.content.map((block) => block.type === "text" ? block.text : "").join(""))
          const calls = await Effect.runPromise(collect(MessageStream.toolUse(split)))
          assert.deepStrictEqual<unknown>(calls, expected.content.filter((block) => block.type === "tool_use"))
        }),
        { numRuns: 150 }
      )
    ))
})

describe("MessageStream.sink", () => {
  it.effect("folds anew for each stream, beside other sinks", () =>
    Effect.gen(function*() {
      for (let i = 0; i < 2; i++) {
        const [message, count] = yield* Stream.run(
          streamOf(Fixture.helloThere),
          Sink.zip(MessageStream.sink, Sink.count, { concurrent: true })
        )
        assert.deepStrictEqual(message, yield* messageOf(Fixture.helloThere))
        assert.strictEqual(count, 8)
      }
    }))

  it.effect("fails on a truncated stream", () =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(Stream.run(streamOf(Fixture.helloThere.slice(0, 4)), MessageStream.sink))
      assert.strictEqual(error._tag, "StreamTruncated")
    }))
})
