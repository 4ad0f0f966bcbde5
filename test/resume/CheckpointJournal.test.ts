import { assert, describe, it } from "@effect/vitest"
import { assertNone, deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { Effect, Either, FastCheck, Option } from "effect"
import * as Checkpoint from "../../src/resume/Checkpoint.js"
import { encode, header, scan } from "../../src/resume/internal/checkpointJournal.js"
import { blockStart, messageDelta, messageStart, text } from "../stream/fixtures.js"
import { emitted, journal, open } from "./checkpointFixtures.js"

const read = (bytes: Uint8Array) => Either.getOrThrow(scan(bytes))

const concat = (...pieces: ReadonlyArray<Uint8Array | string>): Uint8Array =>
  Buffer.concat(pieces.map((piece) => Buffer.from(piece)))

const fault = (bytes: Uint8Array) => Either.getOrThrow(Either.flip(scan(bytes)))

describe("a journal", () => {
  it.effect("reads as what was written, and when", () =>
    Effect.gen(function* () {
      const records = journal(yield* open("a"))
      const bytes = encode(records, 4_000)
      const stamped = records.map((record) => (record.type === "opened" ? record : { at: 4_000, ...record }))
      deepStrictEqual(
        read(bytes).records.map((record) => ({ ...record })),
        stamped
      )
      strictEqual(read(bytes).length, bytes.length)
      strictEqual(Option.getOrThrow(Checkpoint.fold(read(bytes).records)).updatedAt, 5_000)
    })
  )

  it.effect("holds a block whose field of any type the server left out", () =>
    Effect.gen(function* () {
      const records = [yield* open("a"), emitted(blockStart(0, { type: "tool_use", id: "toolu_1", name: "weather" }))]
      strictEqual(read(encode(records, 1)).records.length, 2)
    })
  )

  it.effect("is at any of its bytes as good as its last whole line", () =>
    Effect.gen(function* () {
      const lines = journal(yield* open("a")).map((record) => encode([record], 1))
      const whole = concat(...lines)
      let count = 0
      let end = 0
      for (let cut = 0; cut <= whole.length; cut++) {
        const next = lines[count]
        if (next !== undefined && cut === end + next.length) {
          end = cut
          count++
        }
        const found = read(whole.subarray(0, cut))
        strictEqual(found.records.length, count)
        strictEqual(found.length, end)
      }
      strictEqual(count, lines.length)
    })
  )

  it.effect("goes on behind its last whole line, wherever it was cut off and whatever was said", () =>
    Effect.gen(function* () {
      const first = encode([yield* open("a")], 1)
      const said = FastCheck.array(FastCheck.string({ unit: "binary" }), { minLength: 1, maxLength: 6 })
      FastCheck.assert(
        FastCheck.property(said, FastCheck.double({ min: 0, max: 1, noNaN: true }), (pieces, where) => {
          const lines = pieces.map((piece) => encode([emitted(messageStart(), text(0, piece))], 1))
          const torn = concat(first, ...lines).subarray(0, Math.ceil(where * concat(first, ...lines).length))
          const before = read(torn)
          const after = read(concat(torn.subarray(0, before.length), ...(before.length === 0 ? [first] : lines)))
          deepStrictEqual(after.records.slice(0, before.records.length), before.records)
          strictEqual(after.records.length, before.length === 0 ? 1 : before.records.length + lines.length)
        })
      )
    })
  )

  it("of no bytes is no checkpoint", () => {
    assertNone(Checkpoint.fold(read(new Uint8Array(0)).records))
  })

  it.effect("passes over a damaged end, be it of several lines", () =>
    Effect.gen(function* () {
      const good = encode(journal(yield* open("a")).slice(0, 3), 1)
      for (const end of ["\0\0\0\0", "\0\0\n", '{"type":\n\0\0\n{"ty', "\n", new Uint8Array([0xff, 10])]) {
        strictEqual(read(concat(good, end)).length, good.length)
      }
    })
  )

  it.effect("is broken where a good line follows a damaged one", () =>
    Effect.gen(function* () {
      const [first, ...rest] = journal(yield* open("a")).map((record) => encode([record], 1))
      if (first === undefined) return assert.fail()
      deepStrictEqual(fault(concat(first, '{"type":"emi\n', ...rest)), {
        reason: "broken",
        description: "line 2 is no JSON"
      })
      deepStrictEqual(fault(concat("\0\n", first)).reason, "broken")
    })
  )

  it.effect("is broken where a line is none of its records, or the first one is missing", () =>
    Effect.gen(function* () {
      const [first, ...rest] = journal(yield* open("a")).map((record) => encode([record], 1))
      if (first === undefined) return assert.fail()
      strictEqual(fault(concat(first, '{"type":"canary"}\n')).description, "line 2 is no record")
      strictEqual(fault(concat(first, '{"type":"emitted","events":[{"type":"resume"}]}\n')).reason, "broken")
      strictEqual(fault(concat(...rest)).description, "it does not begin with what was asked for")
    })
  )

  it.effect("of a later version says so, and still tells its id and when it expires", () =>
    Effect.gen(function* () {
      const first = yield* open("a")
      const fields = { ...first, version: 2, request: undefined, prompt: "?" }
      const later = concat(`${JSON.stringify(fields)}\n`, '{"what":1}\n')
      strictEqual(fault(later).reason, "newer")
      deepStrictEqual(header(later), { id: "a", expiresAt: first.expiresAt })
    })
  )

  it.effect("takes fields that it does not know", () =>
    Effect.gen(function* () {
      const [first, ...rest] = journal(yield* open("a"))
      const bytes = concat(`${JSON.stringify({ ...first, origin: "elsewhere" })}\n`, encode(rest, 1))
      strictEqual(read(bytes).records.length, rest.length + 1)
    })
  )

  it("does not hold a credit token that came with a refusal", () => {
    const details = { type: "refusal", category: null, explanation: null, fallback_credit_token: "canary-credit" }
    const refusal = { stop_reason: "refusal", stop_details: details }
    const bytes = encode([emitted(messageStart(refusal), messageDelta(refusal), text(0, "canary-credit is a word"))], 1)
    const lines = Buffer.from(bytes).toString()
    strictEqual(lines.split("canary-credit").length - 1, 1)
    assert.include(lines, '"category":null')
  })
})
