import { assert, describe, it } from "@effect/vitest"
import { Effect, Either } from "effect"
import type { Resumable } from "effect-claude"
import {
  answers,
  block,
  byteOf,
  end,
  resumed,
  start,
  stop,
  story,
  text,
  textBlock,
  textOf,
  thinking,
  tool,
  types
} from "./resumed.js"
import type { Thought } from "./support.js"

const [head, tail] = [story.slice(0, 100), story.slice(100)]

const right = <A, E>(result: Either.Either<A, E>): A => Either.getOrThrow(result)

const withdrawn = (events: ReadonlyArray<Resumable.Event>) =>
  events.flatMap((event) => (event.type === "resume" ? (event.withdrawn ?? []) : []))

const starts = (events: ReadonlyArray<Resumable.Event>) =>
  events.flatMap((event) => (event.type === "content_block_start" ? [event.content_block.type] : []))

describe("blanks", () => {
  it.effect("before the first visible character are withheld, so that a cut there withdraws nothing", () =>
    Effect.gen(function* () {
      const model = answers(
        () => ({ events: [start(), ...textBlock(0, "\n", "\n").slice(0, -1)], how: "reset" }),
        () => ({ events: [start(), ...textBlock(0, story), end("end_turn"), stop] })
      )
      const { result, seen } = yield* resumed([], [], { model })
      assert.deepStrictEqual(withdrawn(seen), [])
      assert.strictEqual(textOf(seen), story)
      assert.deepStrictEqual(
        right(result).segments.map(({ mode }) => mode),
        ["first", "restart"]
      )
    })
  )

  it.effect("that are a block of their own are told when something follows, and are nothing to go on from", () =>
    Effect.gen(function* () {
      const whole = yield* resumed([], [], {
        model: answers(() => ({
          events: [start(), ...textBlock(0, "\n\n"), ...textBlock(1, story), end("end_turn"), stop]
        }))
      })
      assert.strictEqual(textOf(whole.seen), `\n\n${story}`)
      assert.deepStrictEqual(starts(whole.seen), ["text", "text"])
      const cut = yield* resumed([], [], {
        model: answers(
          () => ({ events: [start(), ...textBlock(0, "\n\n")], how: "fin" }),
          () => ({ events: [start(), ...textBlock(0, story), end("end_turn"), stop] })
        )
      })
      assert.strictEqual(textOf(cut.seen), story)
      assert.strictEqual(cut.requests[1]?.partial, undefined)
    })
  )
})

describe("the end of the message", () => {
  it.effect("is one message_delta, however many the API sends", () =>
    Effect.gen(function* () {
      const events = [start(), ...textBlock(0, story), end(null, {}, 5), end("end_turn", {}, 7), stop]
      const { result, seen } = yield* resumed([], [], { model: answers(() => ({ events })) })
      assert.strictEqual(types(seen).filter((type) => type === "message_delta").length, 1)
      assert.strictEqual(right(result).message.usage.output_tokens, 7)
      assert.strictEqual(right(result).message.stop_reason, "end_turn")
    })
  )

  it.effect("is not there yet with a message_delta that gives no reason", () =>
    Effect.gen(function* () {
      const model = answers(
        () => ({ events: [start(), ...textBlock(0, head).slice(0, -1), end(null)], how: "reset" }),
        ({ anchor }) => ({ events: [start(), ...textBlock(0, anchor + tail), end("end_turn"), stop] })
      )
      const { result, seen } = yield* resumed([], [], { model })
      assert.strictEqual(textOf(seen), story)
      assert.strictEqual(types(seen).filter((type) => type === "message_delta").length, 1)
      assert.strictEqual(right(result).segments.length, 2)
    })
  )
})

describe("what nobody knows", () => {
  it.effect("passes, with the indices of the one message", () =>
    Effect.gen(function* () {
      const model = answers(
        () => ({
          events: [start(), ...block(0, { type: "thinking", thinking: "", signature: "" }).slice(0, -1)],
          how: "reset"
        }),
        () => ({
          events: [
            start(),
            ...block(0, { type: "aura" }, { type: "aura_delta", glow: 1 }),
            ...textBlock(1, "Hm.").slice(0, -1),
            { type: "content_block_delta", index: 1, delta: { type: "tint_delta", hue: 2 } },
            { type: "content_block_weight", index: 1, grams: 3 },
            { type: "content_block_stop", index: 1 },
            { type: "weather", sky: "clear" },
            end("end_turn"),
            stop
          ]
        })
      )
      const { seen } = yield* resumed([], [], { model })
      const unknown = seen.flatMap((event): ReadonlyArray<unknown> => {
        if (event.type === "unknown") return [event.raw]
        if (event.type === "content_block_start" && event.content_block.type === "unknown") {
          return [event.content_block.raw]
        }
        return event.type === "content_block_delta" && event.delta.type === "unknown"
          ? [[event.index, event.delta.raw]]
          : []
      })
      assert.deepStrictEqual(unknown, [
        { type: "aura" },
        [1, { type: "aura_delta", glow: 1 }],
        [2, { type: "tint_delta", hue: 2 }],
        { type: "content_block_weight", index: 2, grams: 3 },
        { type: "weather", sky: "clear" }
      ])
    })
  )

  it.effect("is withdrawn with all else when the answer begins again", () =>
    Effect.gen(function* () {
      const model = answers(
        () => ({
          events: [start(), ...block(0, { type: "redacted_thinking", data: "x" }), ...block(1, { type: "aura" })],
          how: "reset"
        }),
        () => ({ events: [start(), ...textBlock(0, story), end("end_turn"), stop] })
      )
      const { result, seen } = yield* resumed([], [], { model })
      assert.deepStrictEqual(withdrawn(seen), [
        { index: 0, type: "redacted_thinking" },
        { index: 1, type: "aura" }
      ])
      assert.deepStrictEqual(
        right(result).message.content.map(({ type }) => type),
        ["text"]
      )
    })
  )
})

describe("citations", () => {
  const citation = (cited_text: string) => ({
    type: "citations_delta",
    citation: {
      type: "char_location",
      cited_text,
      document_index: 0,
      document_title: null,
      start_char_index: 0,
      end_char_index: 5,
      file_id: null
    }
  })
  const cited = (index: number, first: object, text: string, ...more: ReadonlyArray<object>) =>
    block(index, { type: "text", text: "", citations: [] }, first, { type: "text_delta", text }, ...more)

  it.effect("that were received are kept, and those that a continuation repeats do not come twice", () =>
    Effect.gen(function* () {
      const model = answers(
        () => ({ events: [start(), ...cited(0, citation("one"), head).slice(0, -1)], how: "reset" }),
        ({ anchor }) => ({
          events: [start(), ...cited(0, citation("one"), anchor + tail, citation("two")), end("end_turn"), stop]
        })
      )
      const { result, seen } = yield* resumed([], [], { model })
      const [only] = right(result).message.content
      assert.strictEqual(textOf(seen), story)
      assert.deepStrictEqual(
        only?.type === "text" ? only.citations?.map((one) => ("cited_text" in one ? one.cited_text : "")) : undefined,
        ["one", "two"]
      )
    })
  )
})

describe("tools", () => {
  it.effect("whose input is told live are withdrawn when they are cut, and told again whole", () =>
    Effect.gen(function* () {
      const thoughts = [text(story), tool]
      const cut = { at: byteOf(thoughts, "input_json_delta") + 200, how: "reset" } as const
      const { result, seen } = yield* resumed(thoughts, [cut], { liveToolInput: true })
      assert.deepStrictEqual(withdrawn(seen), [{ index: 1, type: "tool_use" }])
      assert.deepStrictEqual(starts(seen), ["text", "tool_use", "tool_use"])
      const { message } = right(result)
      assert.deepStrictEqual(
        message.content.map(({ type }) => type),
        ["text", "tool_use"]
      )
      assert.strictEqual(message.stop_reason, "tool_use")
    })
  )

  it.effect("that run at the API are asked for again only on request, and a call without result goes", () =>
    Effect.gen(function* () {
      const call = block(1, {
        type: "server_tool_use",
        id: "srvtoolu_1",
        name: "web_search",
        input: {},
        caller: { type: "direct" }
      })
      const model = answers(
        () => ({ events: [start(), ...textBlock(0, head), ...call], how: "reset" }),
        ({ anchor }) => ({ events: [start(), ...textBlock(0, anchor + tail), end("end_turn"), stop] })
      )
      const failed = yield* resumed([], [], { model })
      assert.isTrue(Either.isLeft(failed.result) && failed.result.left._tag === "ResumeFailed")
      assert.deepStrictEqual(withdrawn(failed.seen), [])
      const { result, seen } = yield* resumed([], [], { model, serverTools: "again" })
      assert.deepStrictEqual(withdrawn(seen), [{ index: 1, type: "server_tool_use" }])
      assert.strictEqual(textOf(seen), story)
      assert.deepStrictEqual(
        right(result).message.content.map(({ type }) => type),
        ["text", "text"]
      )
    })
  )

  it.effect("that began in a reply that could not be joined count as begun", () =>
    Effect.gen(function* () {
      const call = { type: "mcp_tool_use", id: "mcptoolu_1", name: "write", server_name: "files", input: {} }
      const model = answers(
        () => ({ events: [start(), ...textBlock(0, head).slice(0, -1)], how: "reset" }),
        () => ({ events: [start(), ...block(0, call), end("end_turn"), stop] })
      )
      const { requests, result } = yield* resumed([], [], { model })
      assert.strictEqual(requests.length, 2)
      assert.isTrue(
        Either.isLeft(result) && result.left._tag === "ResumeFailed" && result.left.cut.tag === "SeamFailed"
      )
    })
  )

  it.effect("that were delivered whole end the message, whatever was begun behind them", () =>
    Effect.gen(function* () {
      const second: Thought = { type: "tool_use", name: "tide", input: { port: "Bergen" } }
      const thoughts = [text(story), tool, second]
      for (const liveToolInput of [true, false]) {
        const cut = { at: byteOf(thoughts, "tide") + 150, how: "reset" } as const
        const { requests, result } = yield* resumed(thoughts, [cut], { liveToolInput })
        const { message, synthesized } = right(result)
        assert.isTrue(synthesized)
        assert.strictEqual(message.stop_reason, "tool_use")
        assert.deepStrictEqual(
          message.content.map((one) => (one.type === "tool_use" ? one.name : one.type)),
          ["text", "weather"]
        )
        assert.strictEqual(requests.length, 1)
      }
    })
  )
})

describe("a surrogate pair", () => {
  it.effect("that comes in two halves is told in one piece, and half of one is not told before a cut", () =>
    Effect.gen(function* () {
      const model = answers(
        () => ({ events: [start(), ...textBlock(0, `${head}\ud83e`).slice(0, -1)], how: "reset" }),
        ({ anchor }) => ({
          events: [start(), ...textBlock(0, anchor, "\ud83e", "\udd8a", tail), end("end_turn"), stop]
        })
      )
      const { requests, seen } = yield* resumed([], [], { model })
      assert.strictEqual(requests[1]?.partial, head)
      assert.strictEqual(textOf(seen), `${head}🦊${tail}`)
      const deltas = seen.flatMap((event) =>
        event.type === "content_block_delta" && event.delta.type === "text_delta" ? [event.delta.text] : []
      )
      assert.isTrue(deltas.every((delta) => !/[\ud800-\udbff]$/.test(delta)))
    })
  )
})

describe("blocks around a seam", () => {
  it.effect("are closed before the next one begins, where the model repeats the last words and calls a tool", () =>
    Effect.gen(function* () {
      const thoughts = [text(story), tool]
      const cut = { at: byteOf(thoughts, "tool_use") - 150, how: "reset" } as const
      const { result, seen } = yield* resumed(thoughts, [cut])
      assert.strictEqual(textOf(seen), story)
      assert.deepStrictEqual(
        right(result).message.content.map(({ type }) => type),
        ["text", "tool_use"]
      )
      const order = types(seen).filter((type) => type === "content_block_start" || type === "content_block_stop")
      assert.deepStrictEqual(order, [
        "content_block_start",
        "content_block_stop",
        "content_block_start",
        "content_block_stop"
      ])
    })
  )

  it.effect("of thinking about how to go on are no part of the message", () =>
    Effect.gen(function* () {
      const thoughts = [thinking("Hm."), text(story)]
      const { result, seen } = yield* resumed(thoughts, [{ at: byteOf(thoughts, "stones"), how: "reset" }], {
        model: { thinksAgain: true }
      })
      assert.deepStrictEqual(starts(seen), ["thinking", "text"])
      assert.isTrue(right(result).turns.at(-1)?.content.toString() !== "")
    })
  )
})
