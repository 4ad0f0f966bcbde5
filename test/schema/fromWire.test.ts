import { describe, it } from "@effect/vitest"
import { assertLeft, assertRight, assertTrue, deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { Arbitrary, Either, FastCheck as fc, Schema } from "effect"
import * as ContentBlock from "../../src/schema/ContentBlock.js"
import * as ErrorResponse from "../../src/schema/ErrorResponse.js"
import * as Message from "../../src/schema/Message.js"
import * as MessageStreamEvent from "../../src/schema/MessageStreamEvent.js"
import * as Model from "../../src/schema/Model.js"
import * as Page from "../../src/schema/Page.js"
import * as TokenCount from "../../src/schema/TokenCount.js"
import * as Unknown from "../../src/schema/Unknown.js"
import { bareMessage, message } from "./fixtures.js"

const clone = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

const valueOf = <A>(decoded: Either.Either<{ readonly value: A }, string>): A => Either.getOrThrow(decoded).value

describe("Message.fromWire", () => {
  it.each([
    ["a whole answer", message],
    ["an answer without optional fields", bareMessage]
  ])("hands on %s as the very object that was parsed", (_, wire) => {
    const decoded = Either.getOrThrow(Message.fromWire(wire))
    assertTrue(Object.is(decoded.value, wire))
    deepStrictEqual(decoded.warnings, [])
  })

  it("keeps unknown fields and the order of keys, without rebuilding anything", () => {
    const wire = { zebra: 1, ...message, usage: { iterations: [], ...message.usage }, apple: { x: 2 } }
    strictEqual(JSON.stringify(valueOf(Message.fromWire(wire))), JSON.stringify(wire))
  })

  it("keeps open strings that it does not know", () => {
    const usage = { ...message.usage, speed: "warp", service_tier: "gold" }
    const wire = { ...message, stop_reason: "compaction", model: "claude-next", usage }
    assertTrue(Object.is(valueOf(Message.fromWire(wire)), wire))
  })

  it("wraps an unknown block and leaves its neighbours the same objects", () => {
    const raw = { type: "connector_text", payload: [1] }
    const wire = { ...message, content: [message.content[0], raw, message.content[1]] }
    const decoded = Either.getOrThrow(Message.fromWire(wire))
    deepStrictEqual(decoded.warnings, [])
    deepStrictEqual(decoded.value.content[1], { type: "unknown", raw })
    assertTrue(Object.is(decoded.value.content[0], message.content[0]))
    assertTrue(Object.is(decoded.value.content[2], message.content[1]))
  })

  it("wraps a known block of wrong shape, and says where and what type it found", () => {
    const raw = { type: "text", text: 42 }
    const decoded = Either.getOrThrow(Message.fromWire({ ...message, content: [raw] }))
    deepStrictEqual(decoded.value.content, [{ type: "unknown", raw }])
    deepStrictEqual(decoded.warnings, [{ path: ["content", 0, "text"], message: "expected string, found number" }])
  })

  it("wraps a citation of wrong shape alone, so that the text around it stays known", () => {
    const wire = { ...message, content: [{ type: "text", text: "Hi", citations: [{ type: "moon_location" }] }] }
    deepStrictEqual(valueOf(Message.fromWire(wire)).content, [
      {
        type: "text",
        text: "Hi",
        citations: [{ type: "unknown", raw: { type: "moon_location" } }]
      }
    ])
  })

  it("wraps what has no type at all", () => {
    const decoded = Either.getOrThrow(Message.fromWire({ ...message, content: [null, "text", {}] }))
    deepStrictEqual(
      decoded.value.content,
      [null, "text", {}].map((value) => ({ type: "unknown", raw: { type: "untyped", value } }))
    )
    strictEqual(decoded.warnings.length, 3)
  })

  it("does not lose an answer for a field beside its content", () => {
    const decoded = Either.getOrThrow(
      Message.fromWire({ ...message, usage: { input_tokens: 3 }, container: 7, stop_reason: [] })
    )
    deepStrictEqual(decoded.value.usage, { input_tokens: 3, output_tokens: 0 })
    strictEqual(decoded.value.container, undefined)
    strictEqual(decoded.value.stop_reason, undefined)
    deepStrictEqual(decoded.value.content, message.content)
    deepStrictEqual(
      decoded.warnings.map(({ path }) => path.join(".")),
      ["stop_reason", "container", "usage.output_tokens"]
    )
  })

  it("counts no tokens where usage is missing", () => {
    const { usage: _, ...wire } = bareMessage
    deepStrictEqual(valueOf(Message.fromWire(wire)).usage, { input_tokens: 0, output_tokens: 0 })
  })

  it.each([
    ["null", null, "expected object, found null"],
    ["a text", "secret", "expected object, found string"],
    ["an error", { type: "error" }, "id: expected string, found nothing"],
    ["content that is no list", { ...message, content: "secret" }, "content: expected array, found string"],
    ["another type", { ...message, type: "secret" }, 'type: expected "message", found string']
  ])("refuses %s in one line that holds no value", (_, wire, expected) => {
    assertLeft(Message.fromWire(wire), expected)
  })

  it("takes what it gave, when that goes through JSON and the Schema", () => {
    const value = valueOf(Message.fromWire({ ...message, extra: 1, content: [...message.content, { type: "new" }] }))
    const decoded = Schema.decodeUnknownSync(Message.Message)(clone(Schema.encodeSync(Message.Message)(value)))
    strictEqual(JSON.stringify(decoded), JSON.stringify(value))
  })

  it("gives, for anything at all, either one line or what the Schema takes", () => {
    const content = fc.array(
      fc.oneof(
        fc.jsonValue(),
        fc.record({ type: fc.constantFrom("text", "tool_use", "thinking", "unknown", "new"), text: fc.jsonValue() }),
        fc.constantFrom(...message.content)
      )
    )
    const anyMessage = fc.record(
      {
        ...Object.fromEntries(
          Object.entries(message).map(([key, value]) => [
            key,
            fc.oneof(
              { weight: 9, arbitrary: fc.constant(value) },
              {
                weight: 1,
                arbitrary: fc.jsonValue()
              }
            )
          ])
        ),
        content
      },
      { requiredKeys: [] }
    )
    const is = Schema.is(Message.Message)
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), anyMessage), (wire) => {
        const decoded = Message.fromWire(wire)
        return Either.isLeft(decoded) ? !decoded.left.includes("\n") : is(decoded.right.value)
      })
    )
  })
})

describe("ContentBlock.fromWire", () => {
  it("hands on every documented block as it is", () => {
    for (const block of message.content) {
      assertTrue(Object.is(valueOf(ContentBlock.fromWire(block)), block))
    }
  })

  // through JSON, which knows no NaN
  const known = Arbitrary.make(ContentBlock.ContentBlock)
    .filter((block) => !JSON.stringify(block).includes("unknown"))
    .map((block): ContentBlock.ContentBlock => JSON.parse(JSON.stringify(block)))
  const spoiled = fc.tuple(known, fc.nat(), fc.jsonValue()).map(([block, at, value]) => {
    const keys = Object.keys(block)
    return { ...block, [keys[at % keys.length] ?? "type"]: value }
  })

  it("leaves alone exactly the blocks that the Schema takes", () => {
    // a field of any type may be absent where a server left it out
    const is = Schema.is(ContentBlock.ContentBlock, { exact: false })
    fc.assert(
      fc.property(fc.oneof(known, spoiled), (block) => {
        const decoded = ContentBlock.fromWire(block)
        // Schema.is makes a string of what should be one, and throws where it cannot
        const takes = typeof block.type === "string" && is(block)
        return takes === (Either.isRight(decoded) && Object.is(decoded.right.value, block))
      }),
      { numRuns: 500 }
    )
  })

  it("wraps a block called unknown on the wire, which is a type like any other there", () => {
    const raw = { type: "unknown", raw: { type: "text" } }
    deepStrictEqual(valueOf(ContentBlock.fromWire(raw)), { type: "unknown", raw })
  })

  it("refuses what has no type", () => {
    assertLeft(ContentBlock.fromWire([]), "expected an object with a type, found array")
  })

  it("calls exactly the wrapped things unknown", () => {
    assertTrue(Unknown.isUnknown(Unknown.make({ type: "new" })))
    for (const value of [null, {}, { type: "unknown" }, { type: "text", raw: { type: "x" } }, message.content[0]]) {
      assertTrue(!Unknown.isUnknown(value))
    }
  })
})

describe("MessageStreamEvent.fromWire", () => {
  it.each([
    { type: "message_start", message: { ...message, content: [], stop_reason: null } },
    { type: "content_block_start", index: 0, content_block: { type: "text", text: "", citations: null } },
    { type: "content_block_delta", index: 0, delta: { type: "text_delta", text: "a" } },
    { type: "content_block_delta", index: 0, delta: { type: "input_json_delta", partial_json: "{" } },
    { type: "content_block_delta", index: 0, delta: { type: "thinking_delta", thinking: "a", estimated_tokens: 3 } },
    { type: "content_block_delta", index: 0, delta: { type: "signature_delta", signature: "a" } },
    { type: "content_block_stop", index: 0 },
    { type: "message_delta", delta: { stop_reason: "end_turn" }, usage: { output_tokens: 5 }, new_field: null },
    { type: "message_stop" }
  ])("hands on $type $delta.type as it is", (wire) => {
    const decoded = Either.getOrThrow(MessageStreamEvent.fromWire(wire))
    assertTrue(Object.is(decoded.value, wire))
    deepStrictEqual(decoded.warnings, [])
  })

  it("wraps unknown events, blocks and deltas, each in its place", () => {
    deepStrictEqual(valueOf(MessageStreamEvent.fromWire({ type: "vibe", x: 1 })), {
      type: "unknown",
      raw: { type: "vibe", x: 1 }
    })
    deepStrictEqual(
      valueOf(MessageStreamEvent.fromWire({ type: "content_block_delta", index: 1, delta: { type: "vibe_delta" } })),
      { type: "content_block_delta", index: 1, delta: { type: "unknown", raw: { type: "vibe_delta" } } }
    )
    deepStrictEqual(
      valueOf(MessageStreamEvent.fromWire({ type: "content_block_start", index: 1, content_block: { type: "vibe" } })),
      { type: "content_block_start", index: 1, content_block: { type: "unknown", raw: { type: "vibe" } } }
    )
  })

  it("keeps a message_start whose usage is broken", () => {
    const event = valueOf(MessageStreamEvent.fromWire({ type: "message_start", message: { ...message, usage: "?" } }))
    strictEqual(event.type, "message_start")
  })
})

describe("other answers", () => {
  it("a token count is handed on as it is", () => {
    const wire = { input_tokens: 3, context_management: null }
    assertRight(TokenCount.fromWire(wire), { value: wire, warnings: [] })
    assertLeft(TokenCount.fromWire({}), "input_tokens: expected number, found nothing")
  })

  it("a model is taken with and without capabilities", () => {
    const created_at = "2026-10-01T00:00:00Z"
    const wire = { type: "model", id: "claude-opus-5-5", display_name: "Claude", created_at } as const
    assertRight(Model.fromWire(wire), { value: wire, warnings: [] })
    const capable = { ...wire, capabilities: { batch: { supported: true }, new_thing: { supported: true } } } as const
    assertRight(Model.fromWire(capable), { value: capable, warnings: [] })
    const odd = Either.getOrThrow(Model.fromWire({ ...wire, capabilities: { batch: "yes" } }))
    deepStrictEqual(
      odd.warnings.map(({ path }) => path),
      [["capabilities", "batch"]]
    )
  })

  it("an error keeps unknown types and the fields of its details", () => {
    const wire = {
      type: "error",
      error: { type: "new_error", message: "no", details: { error_code: "x", max_side_length_pixels: 1 } },
      request_id: "req_1"
    } as const
    assertRight(ErrorResponse.fromWire(wire), { value: wire, warnings: [] })
    assertLeft(ErrorResponse.fromWire({ type: "error", error: "no" }), "error: expected object, found string")
  })

  it("a page checks its items", () => {
    const is = Schema.is(Page.Page(Model.ModelInfo))
    assertTrue(is({ data: [], has_more: false, first_id: null, last_id: null }))
    assertTrue(!is({ data: [{}], has_more: false }))
  })
})
