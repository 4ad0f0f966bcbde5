import { describe, it } from "@effect/vitest"
import { assertTrue, deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { Arbitrary, Either, FastCheck as fc } from "effect"
import * as ContentBlockParam from "../../src/schema/ContentBlockParam.js"
import * as Message from "../../src/schema/Message.js"
import * as MessageRequest from "../../src/schema/MessageRequest.js"
import * as TokenCount from "../../src/schema/TokenCount.js"
import * as Unknown from "../../src/schema/Unknown.js"
import { message } from "./fixtures.js"

const request = {
  model: "claude-opus-5-5",
  max_tokens: 10,
  messages: [{ role: "user", content: "Hello" }]
} as const

describe("MessageRequest.toWire", () => {
  it("sends a request without unknown things as the very object that was given", () => {
    assertTrue(Object.is(MessageRequest.toWire(request), request))
  })

  it("puts what an Unknown holds in its place, wherever one can stand", () => {
    const raw = { type: "new", x: { type: "unknown", raw: { type: "untouched" } } }
    const unknown = Unknown.make(raw)
    const given = MessageRequest.make({
      ...request,
      tools: [unknown],
      tool_choice: unknown,
      thinking: unknown,
      messages: [
        { role: "user", content: [unknown, { type: "image", source: unknown }] },
        { role: "assistant", content: [{ type: "text", text: "a", citations: [unknown] }] },
        { role: "user", content: [{ type: "tool_result", tool_use_id: "a", content: [unknown] }] }
      ]
    })
    deepStrictEqual(MessageRequest.toWire(given), {
      ...request,
      tools: [raw],
      tool_choice: raw,
      thinking: raw,
      messages: [
        { role: "user", content: [raw, { type: "image", source: raw }] },
        { role: "assistant", content: [{ type: "text", text: "a", citations: [raw] }] },
        { role: "user", content: [{ type: "tool_result", tool_use_id: "a", content: [raw] }] }
      ]
    })
  })

  it("does not reach into the input of a tool, which is the caller's own", () => {
    const input = { type: "unknown", raw: { type: "mine" } }
    const given = {
      ...request,
      messages: [{ role: "assistant", content: [{ type: "tool_use", id: "a", name: "n", input }] }]
    } as const
    assertTrue(Object.is(MessageRequest.toWire(given), given))
  })

  it("copies only the way to what it changes", () => {
    const first = { role: "user", content: [{ type: "text", text: "a" }] } as const
    const given = MessageRequest.make({
      ...request,
      messages: [first, { role: "user", content: [Unknown.make({ type: "new" })] }]
    })
    const wire = MessageRequest.toWire(given)
    assertTrue(typeof wire === "object" && wire !== null && "messages" in wire && Array.isArray(wire.messages))
    assertTrue(Object.is(wire.messages[0], first))
    deepStrictEqual(given.messages[1].content[0], { type: "unknown", raw: { type: "new" } })
  })

  it("takes out what travels as headers, and gives it as such", () => {
    const given = MessageRequest.make({
      ...request,
      user_profile_id: "profile",
      workspace_id: "wrkspc",
      betas: ["a-2026-01-01", "b-2026-01-01"]
    })
    deepStrictEqual(MessageRequest.toWire(given), request)
    deepStrictEqual(MessageRequest.toHeaders(given), {
      "anthropic-user-profile-id": "profile",
      "anthropic-workspace-id": "wrkspc",
      "anthropic-beta": "a-2026-01-01,b-2026-01-01"
    })
    deepStrictEqual(MessageRequest.toHeaders(request), {})
    deepStrictEqual(TokenCount.toHeaders({ ...request, workspace_id: "w" }), { "anthropic-workspace-id": "w" })
    deepStrictEqual(TokenCount.toWire({ ...request, workspace_id: "w" }), request)
  })

  it("survives any value where validation is off", () => {
    const fields = fc.constantFrom("messages", "tools", "system", "x")
    fc.assert(
      fc.property(fc.dictionary(fields, fc.jsonValue()), (given) => {
        // What a caller in JavaScript may pass.
        strictEqual(JSON.stringify(MessageRequest.toWire(given as never)), JSON.stringify(given))
      })
    )
  })

  it("sends an answer back byte for byte, broken and unknown blocks included", () => {
    const block = fc.oneof(
      fc.constantFrom(...message.content),
      Arbitrary.make(ContentBlockParam.ContentBlockParam),
      fc.record({ type: fc.constantFrom("text", "new", "tool_use"), text: fc.jsonValue(), x: fc.jsonValue() })
    )
    fc.assert(
      fc.property(fc.array(block), (content) => {
        const wire = JSON.stringify(content)
        const answer = Either.getOrThrow(Message.fromWire({ ...message, content: JSON.parse(wire) })).value
        const body = MessageRequest.toWire({ ...request, messages: [{ role: "assistant", content: answer.content }] })
        strictEqual(
          JSON.stringify(body),
          JSON.stringify({ ...request, messages: [{ role: "assistant", content: JSON.parse(wire) }] })
        )
      })
    )
  })
})
