import { assert, describe, it } from "@effect/vitest"
import { Effect, Stream } from "effect"
import * as InvalidToolInput from "../../src/stream/InvalidToolInput.js"
import * as MessageStream from "../../src/stream/MessageStream.js"
import * as Fixture from "./fixtures.js"
import { between, callOf, collect, decode, messageOf, sdkMessage, streamOf } from "./streamSupport.js"

describe("a tool's input that cannot be used", () => {
  // Half of what the official SDK's lenient parser completes by guessing, and all that it refuses.
  const broken = [
    `{"foo": "bar", "thing": "`,
    `{"foo": "bar\\`,
    `{"a":"\\u00`,
    `{"a":12`,
    `{"a":1e5`,
    `{"a":1.`,
    `{"a":-`,
    `{"a":12 `,
    `{"a":12,`,
    `{"a":[1,2`,
    `{"a":["x","y`,
    `{"k`,
    `{"k":`,
    `{`,
    `[`,
    `{"a":tru`,
    `{"a":true`,
    `{"a":truee`,
    `{"a":1 /*c*/}`,
    `{"a":1}}`,
    `{"a":]`,
    `{"a" 1}`,
    `{"a":.5,`,
    `"abc`,
    `nul`,
    `{"a":{"b":[{"c":"d`
  ]

  for (const raw of broken) {
    it.effect(`is a value that keeps the text: ${raw}`, () =>
      Effect.gen(function* () {
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
      })
    )
  }

  it.effect("is one that is JSON, and no object", () =>
    Effect.gen(function* () {
      for (const raw of ["12", '"a"', "null", "[{}]", "true"]) {
        const [call] = yield* collect(MessageStream.toolUse(streamOf(callOf(raw))))
        assert.deepInclude<unknown>(call, { _tag: "InvalidToolInput", raw, reason: "not-object" })
      }
    })
  )

  it.effect("is one whose block the message's end cut off, where the official SDK completes it by guessing", () =>
    Effect.gen(function* () {
      const raw = '{"filename": "taxes.txt", "lines_of_text": ["line one", "line two", "line thr'
      const call = { id: "toolu_02", name: "make_file", index: 1 }
      const invalid = { _tag: "InvalidToolInput", ...call, raw, reason: "incomplete" }
      for (const events of [Fixture.cutTool, Fixture.cutTool.slice(0, -1)]) {
        assert.deepStrictEqual<unknown>(yield* collect(MessageStream.toolUse(streamOf(events))), [invalid])
      }
      const message = yield* messageOf(Fixture.cutTool)
      assert.strictEqual(message.stop_reason, "max_tokens")
      assert.deepStrictEqual(
        message.content.map((block) => block.type),
        ["text", "unknown"]
      )
      assert.deepStrictEqual<unknown>(message.content.map(InvalidToolInput.fromBlock), [undefined, invalid])

      const theirs = yield* sdkMessage(Fixture.cutTool)
      assert.nestedPropertyVal(theirs, "content[1].input.lines_of_text.length", 2)
    })
  )

  it.effect("is one that was cut off where it might pass for whole", () =>
    Effect.gen(function* () {
      const events = Fixture.cutTool.filter((event) => event.type !== "content_block_delta")
      const [call] = yield* collect(MessageStream.toolUse(streamOf(events)))
      assert.deepInclude<unknown>(call, { _tag: "InvalidToolInput", raw: "", reason: "incomplete" })
      assert.strictEqual((yield* messageOf(events)).content[1]?.type, "unknown")
    })
  )

  it.effect("is one of a server's tool too, though it is not the caller's to answer", () =>
    Effect.gen(function* () {
      const server = { type: "server_tool_use", id: "srvtoolu_1", name: "web_search", input: {} }
      const events = between(Fixture.blockStart(0, server), Fixture.json(0, '{"q'), Fixture.blockStop(0))
      assert.deepStrictEqual(yield* collect(MessageStream.toolUse(streamOf(events))), [])
      assert.deepStrictEqual<unknown>((yield* messageOf(events)).content, [
        { type: "unknown", raw: { ...server, input: { INVALID_JSON: '{"q' } } }
      ])
    })
  )
})

describe("MessageStream.toolUse", () => {
  it.effect("hands each call out with the event that completes it", () =>
    Effect.gen(function* () {
      const seen: Array<string> = []
      const events = Stream.fromIterable(decode(Fixture.weather)).pipe(
        Stream.rechunk(1),
        Stream.tap((event) => Effect.sync(() => seen.push(event.type)))
      )
      yield* Stream.runForEach(MessageStream.toolUse(events), (call) =>
        Effect.sync(() => seen.push(InvalidToolInput.isInvalidToolInput(call) ? "invalid" : call.name))
      )
      assert.deepStrictEqual(seen.slice(-4), ["content_block_stop", "get_weather", "message_delta", "message_stop"])
    })
  )

  it.effect("hands out nothing of a call that a cut left half done", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* collect(MessageStream.toolUse(streamOf(Fixture.weather.slice(0, 9)))), [])
    })
  )
})
