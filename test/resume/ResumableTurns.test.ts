import { assert, describe, it } from "@effect/vitest"
import { Effect, Either } from "effect"
import { Claude, Resumable } from "effect-claude"
import { Fault } from "../../src/simulator/index.js"
import { answers, block, end, resumed, start, stop, story, textBlock } from "./resumed.js"
import { atOnce, withSimulator } from "./simulated.js"

const thinking = { type: "adaptive" } as const
const weather = {
  name: "weather",
  description: "The weather of a place",
  input_schema: { type: "object" as const, properties: { city: { type: "string" } }, required: ["city"] }
}

const asked = {
  model: "claude-opus-5-5",
  max_tokens: 4000,
  messages: [{ role: "user", content: "About 150 words on tides and harbours." }]
} as const

const call = {
  ...asked,
  tools: [weather],
  messages: [{ role: "user", content: "Ask the weather tool about Oslo." }]
} as const

const cutAt = (text: number) => Fault.resetAt({ text })

describe("the turns of an answer that was cut", () => {
  it.scopedLive.each(["quoted", "assistantTurn"] as const)(
    "by %s begin the next request, thinking and all",
    (strategy) =>
      withSimulator((simulator) =>
        Effect.gen(function* () {
          const request = { ...asked, thinking }
          yield* simulator.setFaults([cutAt(200), cutAt(300)])
          const { message, segments, turns } = yield* Resumable.message(
            Resumable.stream(request, { ...atOnce, strategy })
          )
          assert.deepStrictEqual(
            segments.map(({ mode }) => mode),
            ["first", strategy, strategy]
          )
          assert.isTrue((yield* simulator.log).slice(1).every(({ continues }) => continues !== undefined))
          // the answer of the last segment has thinking of its own, which is bound to what was asked there
          const content = turns.at(-1)?.content
          assert.isTrue(Array.isArray(content) && content.some((block) => block.type === "thinking"))
          const next = yield* Claude.create({
            ...request,
            messages: [...turns, { role: "user", content: "And rivers?" }]
          })
          assert.strictEqual(next.stop_reason, "end_turn")
          const moved = yield* Effect.either(
            Claude.create({
              ...request,
              messages: [...request.messages, ...turns.slice(-1), { role: "user", content: "And rivers?" }]
            })
          )
          assert.isTrue(Either.isLeft(moved) && moved.left._tag === "InvalidRequest" && moved.left.source === "api")
          assert.strictEqual(message.content.filter(({ type }) => type === "thinking").length, 1)
        })
      )
  )

  it.scopedLive("end in its tool call, whose result can be sent behind them", () =>
    withSimulator((simulator) =>
      Effect.gen(function* () {
        for (const more of [{}, { thinking }]) {
          yield* simulator.reset
          const request = { ...call, ...more }
          yield* simulator.setFaults([cutAt(10)])
          const { message, seams, turns } = yield* Resumable.message(Resumable.stream(request, atOnce))
          assert.strictEqual(seams.length, 1)
          assert.strictEqual(message.stop_reason, "tool_use")
          const use = message.content.find((block) => block.type === "tool_use")
          const results = [
            { type: "tool_result" as const, tool_use_id: use?.type === "tool_use" ? use.id : "", content: "Rain" }
          ]
          const next = yield* Claude.create({ ...request, messages: [...turns, { role: "user", content: results }] })
          assert.strictEqual(next.stop_reason, "end_turn")
        }
      })
    )
  )

  it.scopedLive("end in a tool call that came whole before the cut", () =>
    withSimulator((simulator) =>
      Effect.gen(function* () {
        yield* simulator.setFaults([Fault.resetAt({ after: "content_block_stop", nth: 3 })])
        const { message, synthesized, turns } = yield* Resumable.message(
          Resumable.stream({ ...call, thinking }, atOnce)
        )
        assert.isTrue(synthesized)
        assert.strictEqual(message.stop_reason, "tool_use")
        const use = message.content.find((block) => block.type === "tool_use")
        const results = [
          { type: "tool_result" as const, tool_use_id: use?.type === "tool_use" ? use.id : "", content: "Rain" }
        ]
        yield* Claude.create({ ...call, thinking, messages: [...turns, { role: "user", content: results }] })
      })
    )
  )

  it.scopedLive("by prefill are one turn of the model", () =>
    withSimulator((simulator) =>
      Effect.gen(function* () {
        const request = { ...asked, model: "claude-haiku-4-5" } as const
        yield* simulator.setFaults([cutAt(200)])
        const { message, turns } = yield* Resumable.message(Resumable.stream(request, atOnce))
        assert.deepStrictEqual(
          (yield* simulator.log).map(({ continues }) => continues),
          [undefined, "prefill"]
        )
        assert.deepStrictEqual(
          turns.map(({ role }) => role),
          ["user", "assistant"]
        )
        assert.deepStrictEqual(
          turns.at(-1)?.content,
          message.content.map((block) => (block.type === "text" ? { ...block } : block))
        )
        yield* Claude.create({ ...request, messages: [...turns, { role: "user", content: "And rivers?" }] })
      })
    )
  )
})

describe("an interleaved thinking block from behind a seam", () => {
  it.effect("is not sent back in an assistant turn, to whose prefix it is not bound", () =>
    Effect.gen(function* () {
      const [head, middle, tail] = [story.slice(0, 80), story.slice(80, 150), story.slice(150)]
      const thought = (index: number, signature: string) =>
        block(
          index,
          { type: "thinking", thinking: "", signature: "" },
          { type: "thinking_delta", thinking: "Hm." },
          {
            type: "signature_delta",
            signature
          }
        )
      const model = answers(
        () => ({ events: [start(), ...thought(0, "first"), ...textBlock(1, head).slice(0, -1)], how: "reset" }),
        ({ anchor }) => ({
          events: [
            start(),
            ...textBlock(0, anchor + middle),
            ...thought(1, "second"),
            ...textBlock(2, tail.slice(0, 20)).slice(0, -1)
          ],
          how: "reset"
        }),
        ({ anchor }) => ({ events: [start(), ...textBlock(0, anchor + tail.slice(20)), end("end_turn"), stop] })
      )
      const { requests, result } = yield* resumed([], [], { model, strategy: "assistantTurn" })
      const signatures = requests.map(({ body }) =>
        [...JSON.stringify(body).matchAll(/"signature":"(\w+)"/g)].map(([, s]) => s)
      )
      assert.deepStrictEqual(signatures, [[], ["first"], ["first"]])
      const types = Either.getOrThrow(result).message.content.map(({ type }) => type)
      assert.deepStrictEqual(types, ["thinking", "text", "thinking", "text"])
    })
  )
})

describe("the account", () => {
  const [head, tail] = [story.slice(0, 100), story.slice(100)]

  it.effect("shows the usage of one uncut message, and bills each segment", () =>
    Effect.gen(function* () {
      const model = answers(
        () => ({
          events: [start({ input_tokens: 90, cache_read_input_tokens: 30 }), ...textBlock(0, head).slice(0, -1)],
          how: "reset"
        }),
        ({ anchor }) => ({
          events: [
            start({ input_tokens: 200 }),
            ...block(
              0,
              { type: "thinking", thinking: "", signature: "" },
              { type: "thinking_delta", thinking: "x".repeat(40) }
            ),
            ...textBlock(1, anchor + tail),
            end("end_turn", {}, 200),
            stop
          ]
        })
      )
      const { requests, result } = yield* resumed([], [], { model })
      const { billed, message, segments } = Either.getOrThrow(result)
      assert.strictEqual(message.usage.input_tokens, 90)
      assert.strictEqual(message.usage.cache_read_input_tokens, 30)
      // what was told before, and what the reply reported without its thinking and without the repeated words
      const anchor = requests[1]?.anchor.length ?? 0
      const again = Math.ceil((40 + anchor + tail.length) / 4) - Math.ceil(tail.length / 4)
      assert.strictEqual(message.usage.output_tokens, Math.ceil(head.length / 4) + 200 - again)
      assert.deepStrictEqual(
        segments.map(({ billed }) => [billed.inputTokens, billed.outputTokens, billed.estimated]),
        [
          [120, Math.ceil(head.length / 4), true],
          [200, 200, false]
        ]
      )
      assert.deepStrictEqual(billed, {
        inputTokens: 320,
        outputTokens: Math.ceil(head.length / 4) + 200,
        estimated: true
      })
      assert.deepStrictEqual(
        segments.map(({ characters }) => characters),
        [head.length, tail.length]
      )
    })
  )
})
