import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema, Stream } from "effect"
import * as MessageStream from "../../src/stream/MessageStream.js"
import * as ResumeMarker from "../../src/stream/ResumeMarker.js"
import * as Fixture from "./fixtures.js"
import { collect, decode, messageOf, plain } from "./streamSupport.js"

const marker = (fields: Partial<ResumeMarker.ResumeMarker> = {}): ResumeMarker.ResumeMarker => ({
  type: "resume",
  status: "cut",
  attempt: 1,
  cut: { tag: "ConnectionReset", phase: "body", message: "The connection was reset" },
  ...fields
})

describe("resume markers", () => {
  const at = (index: number, ...markers: ReadonlyArray<ResumeMarker.ResumeMarker>) =>
    Stream.fromIterable(decode(Fixture.weather).flatMap((event, i) => (i === index ? [...markers, event] : [event])))

  it.effect("change nothing by themselves", () =>
    Effect.gen(function* () {
      const seam = { certain: true, before: "weather", after: " in" }
      const marked = at(3, marker(), marker({ status: "resumed", attempt: 2, seam }))
      assert.deepStrictEqual(yield* MessageStream.message(marked), yield* messageOf(Fixture.weather))
      assert.strictEqual((yield* collect(MessageStream.text(marked))).length, 2)
      assert.strictEqual((yield* collect(MessageStream.toolUse(marked))).length, 1)
    })
  )

  it.effect("withdraw blocks from the message and from the calls, of which a new one may take the index", () =>
    Effect.gen(function* () {
      const withdrawn = [{ index: 1, type: "tool_use" }]
      const events = decode(Fixture.weather)
      const cut = [...events.slice(0, 8), marker({ withdrawn })]
      const given = yield* MessageStream.partial(Stream.fromIterable(cut))
      assert.deepStrictEqual(
        given.message?.content.map((block) => block.type),
        ["text"]
      )

      const late = [...cut, ...events.slice(6, 8)]
      const after = yield* collect(MessageStream.snapshots(Stream.fromIterable(late)))
      assert.deepStrictEqual(
        after.at(-1)?.content.map((block) => block.type),
        ["text"]
      )
      assert.lengthOf(after, 9)

      const again = Stream.fromIterable([...cut, ...events.slice(5)])
      assert.deepStrictEqual(yield* MessageStream.message(again), yield* messageOf(Fixture.weather))
      assert.strictEqual((yield* collect(MessageStream.toolUse(again))).length, 1)

      const never = Stream.fromIterable([...cut, ...events.slice(-2)])
      assert.deepStrictEqual(yield* collect(MessageStream.toolUse(never)), [])
    })
  )
})

describe("ResumeMarker", () => {
  it("goes through JSON and comes back", () => {
    const seam = { certain: false, before: "a", after: "b" }
    const withdrawn = [{ index: 0, type: "thinking" }]
    for (const sent of [marker(), marker({ status: "resumed", attempt: 2, seam, withdrawn })]) {
      assert.deepStrictEqual(Schema.decodeUnknownSync(ResumeMarker.ResumeMarker)(plain(sent)), sent)
    }
  })

  it("is told from events", () => {
    assert.isTrue(ResumeMarker.isResumeMarker(marker()))
    for (const event of decode(Fixture.weather)) assert.isFalse(ResumeMarker.isResumeMarker(event))
  })
})
