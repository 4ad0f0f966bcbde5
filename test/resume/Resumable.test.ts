import { assert, describe, it } from "@effect/vitest"
import { Effect, Either, Stream } from "effect"
import { MessageStream, Resumable } from "effect-claude"
import { byteOf, half, inTime, request, resumed, story, text, textOf, thinking, tool, types } from "./resumed.js"
import { type Cut, model, type Seen, type Thought } from "./support.js"

const turnsOf = (seen: Seen | undefined): ReadonlyArray<{ readonly role: string }> => {
  const turns = seen?.body["messages"]
  return Array.isArray(turns) ? turns : []
}

describe("a stream that is not cut", () => {
  it.effect("is the stream of Claude, event for event", () =>
    Effect.gen(function* () {
      const thoughts = [thinking("Hm."), text(story), tool]
      const { requests, result, seen } = yield* resumed(thoughts, [])
      const { message, segments, turns } = Either.getOrThrow(result)
      assert.deepStrictEqual(
        types(seen).filter((type) => type.startsWith("resume")),
        []
      )
      assert.strictEqual(textOf(seen), story)
      assert.strictEqual(message.stop_reason, "tool_use")
      assert.strictEqual(segments.length, 1)
      assert.deepStrictEqual(turns.slice(0, 1), request.messages.slice())
      assert.deepStrictEqual(turns.at(-1)?.role, "assistant")
      assert.strictEqual(requests.length, 1)
    })
  )
})

describe("a cut in the text", () => {
  const thoughts = [text(story)]
  it.effect.each(["reset", "fin", "stall", "end", "error"] as const)(
    "by %s is gone on with: every character once",
    (how) =>
      Effect.gen(function* () {
        const { requests, result, seen } = yield* resumed(thoughts, [{ at: half(thoughts), how }])
        const { billed, message, seams, segments } = Either.getOrThrow(result)
        assert.strictEqual(textOf(seen), story)
        assert.strictEqual(requests.length, 2)
        assert.deepStrictEqual(
          message.content.map((block) => block.type),
          ["text"]
        )
        assert.strictEqual(types(seen).filter((type) => type === "message_start").length, 1)
        assert.strictEqual(types(seen).filter((type) => type === "message_stop").length, 1)
        assert.deepStrictEqual(
          types(seen).filter((type) => type.startsWith("resume")),
          ["resume cut", "resume resumed"]
        )
        assert.isTrue(seams.every((seam) => seam.certain))
        assert.deepStrictEqual(
          segments.map(({ mode }) => mode),
          ["first", "quoted"]
        )
        assert.deepStrictEqual(
          segments.map(({ cut }) => cut !== undefined),
          [true, false]
        )
        assert.isTrue(billed.estimated)
        assert.strictEqual(message.usage.input_tokens, 100)
      })
  )

  it.effect("is quoted byte for byte behind the conversation, which is not edited", () =>
    Effect.gen(function* () {
      const { requests } = yield* resumed(thoughts, [{ at: half(thoughts), how: "reset" }])
      const [first, second] = requests
      assert.deepStrictEqual(turnsOf(second).slice(0, 1), [...request.messages])
      assert.strictEqual(second?.partial, first?.text)
      assert.isBelow(Number(second?.body["max_tokens"]), request.max_tokens + 120)
    })
  )

  it.effect("three times is three seams", () =>
    Effect.gen(function* () {
      const at = Math.floor(half(thoughts) / 2)
      const cuts = [1, 2, 3].map((): Cut => ({ at: at + 400, how: "reset" }))
      const { requests, result, seen } = yield* resumed(thoughts, cuts)
      const { seams } = Either.getOrThrow(result)
      assert.strictEqual(textOf(seen), story)
      assert.strictEqual(seams.length, 3)
      assert.strictEqual(requests.length, 4)
    })
  )

  it.effect("is gone on with by the strategy that is asked for", () =>
    Effect.gen(function* () {
      for (const strategy of ["quoted", "assistantTurn", "prefill"] as const) {
        const { requests, result, seen } = yield* resumed(thoughts, [{ at: half(thoughts), how: "reset" }], {
          strategy
        })
        assert.isTrue(Either.isRight(result))
        assert.strictEqual(textOf(seen), story, strategy)
        const roles = turnsOf(requests[1]).map(({ role }) => role)
        assert.deepStrictEqual(
          roles,
          { quoted: ["user", "user"], assistantTurn: ["user", "assistant", "user"], prefill: ["user", "assistant"] }[
            strategy
          ]
        )
      }
    })
  )

  it.effect("with restart withdraws the text and tells the new one", () =>
    Effect.gen(function* () {
      const { result, seen } = yield* resumed(thoughts, [{ at: half(thoughts), how: "reset" }], { strategy: "restart" })
      const { message } = Either.getOrThrow(result)
      const [block] = message.content
      assert.isTrue(block?.type === "text" && block.text === `Attempt 1. ${story}`)
      const cut = seen.find((event) => event.type === "resume")
      assert.deepStrictEqual(cut?.type === "resume" ? cut.withdrawn : undefined, [{ index: 0, type: "text" }])
    })
  )
})

describe("a cut elsewhere", () => {
  it.effect("in thinking begins again, and withdraws the thinking", () =>
    Effect.gen(function* () {
      const thoughts = [thinking("First I think about the fox and where it lives."), text(story)]
      const { requests, result, seen } = yield* resumed(thoughts, [
        {
          at: byteOf(thoughts, "signature_delta"),
          how: "reset"
        }
      ])
      const { message, segments } = Either.getOrThrow(result)
      assert.deepStrictEqual(
        message.content.map((block) => block.type),
        ["thinking", "text"]
      )
      assert.deepStrictEqual(
        segments.map(({ mode }) => mode),
        ["first", "restart"]
      )
      assert.strictEqual(requests[1]?.partial, undefined)
      const indices = seen.flatMap((event) => (event.type === "content_block_start" ? [event.index] : []))
      assert.deepStrictEqual(indices, [0, 1, 2])
    })
  )

  it.effect("in a tool's input drops the half and goes on behind the text", () =>
    Effect.gen(function* () {
      const thoughts = [text(story), tool]
      const { result, seen } = yield* resumed(thoughts, [
        { at: byteOf(thoughts, "input_json_delta") + 200, how: "fin" }
      ])
      const { message, synthesized } = Either.getOrThrow(result)
      assert.strictEqual(textOf(seen), story)
      assert.isFalse(synthesized)
      const uses = message.content.filter((block) => block.type === "tool_use")
      assert.deepStrictEqual(
        uses.map((use) => use.type === "tool_use" && use.input),
        [{ city: "Oslo", days: [1, 2, 3] }]
      )
      assert.strictEqual(types(seen).filter((type) => type === "content_block_start").length, 2)
    })
  )

  it.effect("behind a whole tool call ends the message there, and runs nothing twice", () =>
    Effect.gen(function* () {
      const thoughts = [text(story), tool]
      const { requests, result } = yield* resumed(thoughts, [
        { at: byteOf(thoughts, "event: message_delta"), how: "reset" }
      ])
      const { message, synthesized, turns } = Either.getOrThrow(result)
      assert.isTrue(synthesized)
      assert.strictEqual(message.stop_reason, "tool_use")
      assert.strictEqual(requests.length, 1)
      assert.strictEqual(turns.length, 2)
    })
  )

  it.effect("behind the stop reason is no loss", () =>
    Effect.gen(function* () {
      const thoughts = [text(story)]
      const { requests, result, seen } = yield* resumed(thoughts, [
        { at: byteOf(thoughts, "event: message_stop"), how: "reset" }
      ])
      assert.isTrue(Either.isRight(result))
      assert.strictEqual(textOf(seen), story)
      assert.strictEqual(requests.length, 1)
    })
  )

  it.effect("behind the beginning of a server tool fails with what was received, unless asked otherwise", () =>
    Effect.gen(function* () {
      const thoughts: ReadonlyArray<Thought> = [
        text(story),
        { type: "server_tool_use", input: { query: "fox" } },
        text("There.")
      ]
      const cut: Cut = { at: byteOf(thoughts, "There."), how: "reset" }
      const failed = yield* resumed(thoughts, [cut])
      assert.isTrue(Either.isLeft(failed.result) && failed.result.left._tag === "ResumeFailed")
      if (Either.isLeft(failed.result) && failed.result.left._tag === "ResumeFailed") {
        assert.strictEqual(failed.result.left.text, story)
      }
      assert.strictEqual(failed.requests.length, 1)
      const again = yield* resumed(thoughts, [cut], { serverTools: "again" })
      assert.strictEqual(again.requests.length, 2)
    })
  )

  it.effect("before anything was received is the call's own failure, after its own retries", () =>
    Effect.gen(function* () {
      const { requests, result } = yield* resumed(
        [text(story)],
        Array.from({ length: 9 }, (): Cut => ({ at: 0, how: "reset" }))
      )
      assert.isTrue(Either.isLeft(result) && result.left._tag === "ConnectionReset")
      assert.strictEqual(requests.length, 5)
    })
  )
})

describe("giving up", () => {
  it.effect("after more than maxCuts cuts without new text, with what was received", () =>
    Effect.gen(function* () {
      const thoughts = [text(story)]
      const first: Cut = { at: half(thoughts), how: "reset" }
      // far enough for the block to begin, not for the anchor to end
      const nothing: Cut = { at: byteOf(thoughts, "content_block_delta"), how: "reset" }
      const { requests, result } = yield* resumed(thoughts, [first, ...Array.from({ length: 9 }, () => nothing)])
      assert.isTrue(Either.isLeft(result) && result.left._tag === "ResumeFailed")
      if (Either.isLeft(result) && result.left._tag === "ResumeFailed") {
        assert.strictEqual(result.left.text, requests[0]?.text)
        assert.strictEqual(result.left.cut.tag, "ConnectionReset")
      }
      assert.strictEqual(requests.length, 5)
    })
  )

  it.effect("where continuations would cost more than maxExtraTokens", () =>
    Effect.gen(function* () {
      const thoughts = [text(story)]
      const { requests, result } = yield* resumed(thoughts, [{ at: half(thoughts), how: "reset" }], {
        maxExtraTokens: 50
      })
      assert.isTrue(Either.isLeft(result) && result.left._tag === "ResumeFailed")
      assert.strictEqual(requests.length, 1)
    })
  )

  it.effect("a request that cannot be asked twice is refused before it is sent", () =>
    Effect.gen(function* () {
      const asked = Object.assign({}, request, { thread: { type: "continue", previous_message_id: "msg_0" } })
      const { requests, result } = yield* resumed([text(story)], [], { request: asked })
      assert.isTrue(Either.isLeft(result) && result.left._tag === "InvalidRequest")
      assert.strictEqual(requests.length, 0)
      assert.deepStrictEqual(Resumable.canContinue(asked).action, "refuse")
      assert.deepStrictEqual(Resumable.canContinue(request).action, "continue")
    })
  )

  it.effect("nothing left of max_tokens ends the message as max_tokens", () =>
    Effect.gen(function* () {
      const thoughts = [text(story)]
      const { requests, result } = yield* resumed(thoughts, [{ at: half(thoughts), how: "reset" }], {
        request: { ...request, max_tokens: 8 }
      })
      const { message, synthesized } = Either.getOrThrow(result)
      assert.isTrue(synthesized)
      assert.strictEqual(message.stop_reason, "max_tokens")
      assert.strictEqual(requests.length, 1)
    })
  )
})

describe("an uncertain seam", () => {
  const thoughts = [text(story)]
  const rephrases = {
    manner: ({ rest }: { readonly rest: string }) => ({ text: `It was then that ${rest}`, meant: undefined })
  }
  const cuts: ReadonlyArray<Cut> = [{ at: half(thoughts), how: "reset" }]

  it.effect("is marked, by default", () =>
    Effect.gen(function* () {
      const { result, seen } = yield* resumed(thoughts, cuts, { model: rephrases })
      const { seams } = Either.getOrThrow(result)
      assert.deepStrictEqual(
        seams.map(({ certain }) => certain),
        [false]
      )
      const marker = seen.find((event) => event.type === "resume" && event.status === "resumed")
      assert.isTrue(marker?.type === "resume" && marker.seam?.certain === false)
    })
  )

  it.effect("fails the stream where that was asked for", () =>
    Effect.gen(function* () {
      const { result } = yield* resumed(thoughts, cuts, { model: rephrases, onUncertain: "fail" })
      assert.isTrue(Either.isLeft(result) && result.left._tag === "ResumeFailed")
    })
  )

  it.effect("begins again where that was asked for", () =>
    Effect.gen(function* () {
      const { result } = yield* resumed(thoughts, cuts, { model: rephrases, onUncertain: "restart" })
      const { message, segments } = Either.getOrThrow(result)
      assert.deepStrictEqual(
        segments.map(({ mode }) => mode),
        ["first", "quoted", "restart"]
      )
      const [block] = message.content
      assert.isTrue(block?.type === "text" && block.text === `Attempt 1. ${story}`)
    })
  )
})

describe("structured output", () => {
  const format = {
    type: "json_schema" as const,
    schema: { type: "object", properties: {}, additionalProperties: false }
  }
  const asked = { ...request, output_config: { format } }
  const json = JSON.stringify({ title: "The fox", lines: story.split(", ") })

  it.effect("is told when its block is whole, so that a cut takes nothing back", () =>
    Effect.gen(function* () {
      const thoughts = [text(json)]
      const { result, seen } = yield* resumed(thoughts, [{ at: half(thoughts), how: "reset" }], { request: asked })
      const told = seen.filter((event) => event.type === "content_block_delta")
      assert.strictEqual(told.length, 1)
      assert.isTrue(Either.isRight(result))
    })
  )

  it.effect("is told live where that was asked for, and withdrawn", () =>
    Effect.gen(function* () {
      const thoughts = [text(json)]
      const { result, seen } = yield* resumed(thoughts, [{ at: half(thoughts), how: "reset" }], {
        request: asked,
        live: true
      })
      const cut = seen.find((event) => event.type === "resume")
      assert.deepStrictEqual(cut?.type === "resume" ? cut.withdrawn : undefined, [{ index: 0, type: "text" }])
      const { message } = Either.getOrThrow(result)
      assert.strictEqual(message.content.length, 1)
    })
  )
})

describe("the text of MessageStream over it", () => {
  it.effect("is the whole text, once", () =>
    Effect.gen(function* () {
      const thoughts = [thinking("Hm."), text(story)]
      const played = model({ thoughts, cuts: [{ at: half(thoughts), how: "reset" }] })
      const result = yield* inTime(Stream.mkString(MessageStream.text(Resumable.stream(request))), played)
      assert.deepStrictEqual(result, Either.right(story))
    })
  )
})
