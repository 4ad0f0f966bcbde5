import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import * as FastCheck from "effect/FastCheck"
import { ContentBlockDelta, MessageStreamEvent } from "../../../src/schema/MessageStreamEvent.js"
import * as EventDecoder from "../../../src/stream/internal/eventDecoder.js"
import * as Fixture from "../fixtures.js"
import { bytesOf, cuts, splitAt } from "../sseSupport.js"

const withoutPings = (events: ReadonlyArray<{ readonly type: string }>) =>
  events.filter((event) => event.type !== "ping")

const feed = (...texts: ReadonlyArray<string>) => {
  const decoder = EventDecoder.make()
  const batches = texts.map((text) => decoder.feed(bytesOf(text)))
  return {
    events: batches.flatMap((batch) => batch.events),
    warnings: batches.flatMap((batch) => batch.warnings),
    failure: batches.at(-1)?.failure,
    progressed: batches.map((batch) => batch.progressed),
    state: decoder.state
  }
}

const data = (event: unknown) => `data: ${JSON.stringify(event)}\n\n`

const secret = "the-user-said-this"

describe("eventDecoder", () => {
  it("hands on the events of a message as they were sent, without pings", () => {
    for (const events of [Fixture.helloThere, Fixture.weather]) {
      const decoded = feed(Fixture.frames(events))
      assert.deepStrictEqual<unknown>(decoded.events, withoutPings(events))
      assert.deepStrictEqual(decoded.warnings, [])
      assert.isUndefined(decoded.failure)
    }
  })

  it("keeps unknown fields and the order of keys", () => {
    const sent = [
      `{"zeta":1,"type":"content_block_delta","index":0,"delta":{"text":"a","later":[true],"type":"text_delta"}}`,
      `{"usage":{"output_tokens":6,"new_counter":1},"type":"message_delta","delta":{"stop_reason":"new","x":null}}`
    ]
    const { events } = feed(...sent.map((json) => `data: ${json}\n\n`))
    assert.deepStrictEqual(
      events.map((event) => JSON.stringify(event)),
      sent
    )
  })

  it("goes by the data's type, whatever the event's name", () => {
    const { events } = feed(`event: ping\n${data(Fixture.messageStop)}`, data(Fixture.blockStop(3)))
    assert.deepStrictEqual<unknown>(events, [Fixture.messageStop, Fixture.blockStop(3)])
  })

  it("tells progress from pings", () => {
    const text = data(Fixture.text(0, "a"))
    const { progressed } = feed(data(Fixture.ping), ": comment\n\n", text, "data: {", data({ type: "novel" }), text)
    assert.deepStrictEqual(progressed.slice(0, 4), [false, false, true, false])
    assert.isTrue(feed(data({ type: "novel" })).progressed[0])
  })

  it("wraps events, blocks, deltas and citations that it does not know", () => {
    const novel = { type: "novel_event", payload: { deep: [1] } }
    const block = { type: "novel_block", a: 1 }
    const delta = { type: "novel_delta", b: 2 }
    const citation = { type: "novel_location", cited_text: "c" }
    const { events, failure, warnings } = feed(
      data(novel),
      data(Fixture.blockStart(0, block)),
      data(Fixture.delta(0, delta)),
      data(Fixture.delta(0, { type: "citations_delta", citation }))
    )
    assert.isUndefined(failure)
    assert.deepStrictEqual(warnings, [])
    assert.deepStrictEqual<unknown>(events, [
      { type: "unknown", raw: novel },
      Fixture.blockStart(0, { type: "unknown", raw: block }),
      Fixture.delta(0, { type: "unknown", raw: delta }),
      Fixture.delta(0, { type: "citations_delta", citation: { type: "unknown", raw: citation } })
    ])
  })

  it("sets a known block of a wrong shape aside, with a warning that holds no value", () => {
    const block = { type: "tool_use", id: 5, name: secret, input: {} }
    const { events, failure, warnings } = feed(data(Fixture.blockStart(0, block)), data(Fixture.messageStop))
    assert.isUndefined(failure)
    assert.deepStrictEqual<unknown>(events[0], Fixture.blockStart(0, { type: "unknown", raw: block }))
    assert.lengthOf(events, 2)
    assert.strictEqual(warnings[0]?.kind, "MalformedBlock")
    assert.include(warnings[0]?.message, "content_block_start.content_block")
    assert.notInclude(warnings[0]?.message, secret)
  })

  it("sets a misshapen citation aside, with a warning", () => {
    const citation = { type: "char_location", cited_text: secret }
    const { events, warnings } = feed(data(Fixture.delta(0, { type: "citations_delta", citation })))
    assert.lengthOf(events, 1)
    assert.strictEqual(warnings[0]?.kind, "MalformedDelta")
    assert.notInclude(JSON.stringify(warnings), secret)
  })

  it("sets a block and a delta without a type aside, with a warning", () => {
    const untyped = { text: secret }
    const { events, failure, warnings } = feed(data(Fixture.blockStart(0, untyped)), data(Fixture.delta(0, untyped)))
    assert.isUndefined(failure)
    assert.deepStrictEqual(
      events.map((event) => event.type),
      ["content_block_start", "content_block_delta"]
    )
    assert.deepStrictEqual(
      warnings.map((warning) => warning.kind),
      ["MalformedBlock", "MalformedDelta"]
    )
    assert.notInclude(JSON.stringify(warnings), secret)
  })

  it("does not fail an answer that has all come for a misshapen message_delta, and knows why it stopped", () => {
    const why = { stop_reason: "end_turn" }
    for (const last of [Fixture.messageDelta(why, { output_tokens: secret }), { type: "message_delta", delta: why }]) {
      const { events, failure, state, warnings } = feed(data(last), data(Fixture.messageStop))
      assert.isUndefined(failure)
      assert.lengthOf(events, 2)
      assert.strictEqual(warnings[0]?.kind, "MalformedEvent")
      assert.include(warnings[0]?.message, "message_delta.usage")
      assert.notInclude(warnings[0]?.message, secret)
      assert.strictEqual(state.stopReason, "end_turn")
    }
  })

  it("knows how the stream ended", () => {
    assert.deepStrictEqual(
      { ...pick(feed(Fixture.frames(Fixture.helloThere)).state) },
      {
        sawMessageStop: true,
        stopReason: "end_turn",
        lastEvent: "message_stop"
      }
    )
    assert.deepStrictEqual(
      { ...pick(feed(Fixture.frames(Fixture.helloThere.slice(0, 3))).state) },
      {
        sawMessageStop: false,
        stopReason: undefined,
        lastEvent: "ping"
      }
    )
  })
})

const pick = ({ lastEvent, sawMessageStop, stopReason }: EventDecoder.State) => ({
  lastEvent,
  sawMessageStop,
  stopReason
})

describe("eventDecoder, when the stream cannot go on", () => {
  it("passes an error event on after the events before it, and takes nothing after it", () => {
    const overloaded = { type: "overloaded_error", message: "Overloaded", details: null }
    const error = { type: "error", error: overloaded, request_id: "req_1" }
    const decoder = EventDecoder.make()
    const batch = decoder.feed(bytesOf(data(Fixture.text(0, "a")) + data(error) + data(Fixture.text(0, "b"))))
    assert.deepStrictEqual<unknown>(batch.events, [Fixture.text(0, "a")])
    assert.deepStrictEqual<unknown>(batch.failure, { _tag: "ErrorEvent", error })
    const next = decoder.feed(bytesOf(data(Fixture.messageStop)))
    assert.deepStrictEqual(next.events, [])
    assert.deepStrictEqual(next.failure, batch.failure)
  })

  it("passes an error event on however little of it is as promised", () => {
    const lame: ReadonlyArray<[object, string, string]> = [
      [{ type: "error" }, "api_error", "The API sent an error without a message"],
      [{ type: "error", error: { type: "novel_error" } }, "novel_error", "The API sent an error without a message"],
      [{ error: { message: "no type" } }, "api_error", "no type"]
    ]
    for (const [event, type, message] of lame) {
      const { failure } = feed(data(event))
      assert.strictEqual(failure?._tag, "ErrorEvent")
      if (failure?._tag === "ErrorEvent") assert.deepInclude(failure.error.error, { type, message })
    }
  })

  const deltaOf = (delta: object) => JSON.stringify(Fixture.delta(0, delta))

  const malformed: ReadonlyArray<[title: string, data: string, description: string]> = [
    ["JSON that does not parse", `{"type":"content_block_delta","x":"${secret}`, "JSON"],
    ["no object", `"${secret}"`, "an object"],
    ["null", "null", "null"],
    ["no type", `{"text":"${secret}"}`, "type"],
    ["a text_delta without text", deltaOf({ type: "text_delta", text: 5, x: secret }), "delta.text"],
    ["an input_json_delta without JSON", deltaOf({ type: "input_json_delta" }), "delta.partial_json"],
    ["a thinking_delta without thinking", deltaOf({ type: "thinking_delta", thinking: null }), "delta.thinking"],
    ["a signature_delta without signature", deltaOf({ type: "signature_delta" }), "delta.signature"],
    ["a delta without an index", deltaOf({ type: "text_delta", text: secret }).replace(`"index":0,`, ""), "index"],
    ["a block_stop without an index", `{"type":"content_block_stop"}`, "index"],
    ["a message_start without a message", `{"type":"message_start"}`, "message"],
    ["a message without an id", JSON.stringify(Fixture.messageStart({ id: [secret] })), "id"]
  ]

  for (const [title, json, description] of malformed) {
    it(`says what is wrong with ${title}, keeps the data, and repeats no value`, () => {
      const { events, failure } = feed(data(Fixture.messageStop), `data: ${json}\n\n`)
      assert.lengthOf(events, 1)
      assert.strictEqual(failure?._tag, "Malformed")
      if (failure?._tag !== "Malformed") return
      assert.include(failure.description, description)
      assert.notInclude(failure.description, secret)
      assert.strictEqual(failure.raw, json)
    })
  }

  it("fails on an event that is too large, after those before it", () => {
    const decoder = EventDecoder.make({ maxEventSize: 100 })
    const batch = decoder.feed(bytesOf(data(Fixture.messageStop) + data(Fixture.text(0, "x".repeat(200)))))
    assert.lengthOf(batch.events, 1)
    assert.strictEqual(batch.failure?._tag, "Malformed")
    if (batch.failure?._tag === "Malformed") assert.include(batch.failure.description, "100 bytes")
  })
})

describe("eventDecoder, by properties", () => {
  const anything = FastCheck.oneof(FastCheck.string(), FastCheck.constantFrom(null, 1, true, [], {}))
  const hot = FastCheck.constantFrom("text_delta", "input_json_delta", "thinking_delta", "signature_delta")
  const field = FastCheck.constantFrom("text", "partial_json", "thinking", "signature", "other")
  const deltas = FastCheck.record({
    type: FastCheck.constant("content_block_delta"),
    index: FastCheck.oneof({ weight: 9, arbitrary: FastCheck.nat() }, { weight: 1, arbitrary: anything }),
    delta: FastCheck.tuple(hot, FastCheck.dictionary(field, anything, { maxKeys: 5 })).map(([type, fields]) => ({
      ...fields,
      type
    }))
  })

  it("judges the hot deltas exactly as their Schema does", () => {
    const isDelta = Schema.is(ContentBlockDelta)
    let good = 0
    FastCheck.assert(
      FastCheck.property(deltas, (event) => {
        const { events, failure } = feed(data(event))
        assert.strictEqual(failure === undefined, isDelta(event))
        if (failure === undefined) {
          good++
          assert.deepStrictEqual<unknown>(events, [event])
        }
      }),
      { numRuns: 1000 }
    )
    assert.isAbove(good, 50)
  })

  it("gives only what the Schema of events knows, and the same for any split", () => {
    const isEvent = Schema.is(MessageStreamEvent)
    const event = FastCheck.oneof(
      deltas,
      FastCheck.constantFrom<object>(...Fixture.helloThere, ...Fixture.weather),
      FastCheck.constantFrom<object>({ type: "novel" }, { type: "unknown", raw: 1 }),
      FastCheck.record({
        type: FastCheck.constantFrom("content_block_start", "ping", "message_delta"),
        index: FastCheck.nat(),
        content_block: anything
      })
    )
    FastCheck.assert(
      FastCheck.property(FastCheck.array(event, { maxLength: 8 }), cuts, (events, at) => {
        const bytes = bytesOf(events.map(data).join(""))
        const whole = EventDecoder.make().feed(bytes)
        for (const decoded of whole.events) assert.isTrue(isEvent(decoded), JSON.stringify(decoded))
        const decoder = EventDecoder.make()
        const batches = splitAt(bytes, at).map(decoder.feed)
        assert.deepStrictEqual(
          batches.flatMap((batch) => batch.events),
          whole.events
        )
        assert.deepStrictEqual(
          batches.flatMap((batch) => batch.warnings),
          whole.warnings
        )
        assert.deepStrictEqual(batches.at(-1)?.failure, whole.failure)
      }),
      { numRuns: 500 }
    )
  })
})
