import { assert, describe, it } from "@effect/vitest"
import { Effect, Stream } from "effect"
import * as FastCheck from "effect/FastCheck"
import * as MessageStream from "../../../src/stream/MessageStream.js"
import * as Fixture from "../fixtures.js"
import { cuts } from "../sseSupport.js"
import { chunked, collect, decode, messageOf, plain, sdkMessage, streamOf } from "../streamSupport.js"

describe("the fold, by properties", () => {
  const word = FastCheck.string({ maxLength: 6 })
  const closed = (index: number, block: object, ...deltas: ReadonlyArray<{ readonly type: string }>) => [
    Fixture.blockStart(index, block),
    ...deltas,
    Fixture.blockStop(index)
  ]
  const blocks: FastCheck.Arbitrary<(index: number) => Array<{ readonly type: string }>> = FastCheck.oneof(
    FastCheck.array(word).map(
      (texts) => (index: number) =>
        closed(index, Fixture.emptyText, ...texts.map((piece) => Fixture.text(index, piece)))
    ),
    FastCheck.array(word).map(
      (texts) => (index: number) =>
        closed(
          index,
          { type: "thinking", thinking: "", signature: "" },
          ...texts.map((piece) => Fixture.thinking(index, piece)),
          Fixture.signature(index, "c2ln")
        )
    ),
    FastCheck.tuple(FastCheck.dictionary(word, FastCheck.jsonValue()), FastCheck.array(FastCheck.nat({ max: 40 }))).map(
      ([input, at]) =>
        (index: number) => {
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
    )
  )

  it.effect("gives the same for any chunks, by every way of folding", () =>
    Effect.promise(() =>
      FastCheck.assert(
        FastCheck.asyncProperty(streams, cuts, async (events, at) => {
          const split = chunked<MessageStream.Event>(decode(events), at)
          const whole = streamOf(events)
          const [expected, ...others] = await Effect.runPromise(
            Effect.all([
              MessageStream.message(whole),
              MessageStream.message(split),
              Effect.map(MessageStream.partial(split), (partial) => partial.message),
              Effect.map(collect(MessageStream.snapshots(split)), (all) => all.at(-1)),
              Stream.run(split, MessageStream.sink)
            ])
          )
          for (const other of others) assert.deepStrictEqual(other, expected)
          const text = await Effect.runPromise(collect(MessageStream.text(split)))
          const expectedText = expected.content.map((block) => (block.type === "text" ? block.text : "")).join("")
          assert.strictEqual(text.join(""), expectedText)
          const calls = await Effect.runPromise(collect(MessageStream.toolUse(split)))
          assert.deepStrictEqual<unknown>(
            calls,
            expected.content.filter((block) => block.type === "tool_use")
          )
        }),
        { numRuns: 150 }
      )
    )
  )
})
