import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import { readPlainDelta } from "../../../src/stream/internal/plainDelta.js"
import * as Fixture from "../fixtures.js"

const read = (json: string) => {
  const event = readPlainDelta(json, false)
  assert.deepStrictEqual(readPlainDelta(json, true), event)
  return event
}

describe("plainDelta", () => {
  it("reads text and thinking as the API writes them, padded or not", () => {
    for (const text of ["", "Hello", " a longer piece of text than that", "известни €😀\u2028\u007f"]) {
      for (const event of [Fixture.text(0, text), Fixture.thinking(12, text)]) {
        const json = JSON.stringify(event)
        assert.deepStrictEqual<unknown>(read(json), event)
        assert.deepStrictEqual<unknown>(read(json.replace(/\}$/, "      }")), event)
      }
    }
  })

  it("leaves all else to the parser", () => {
    const start = `{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"`
    const others = [
      start,
      `${start}a\\nb"}}`,
      `${start}a"b"}}`,
      `${start}a\tb"}}`,
      `${start}a\u0000b"}}`,
      `${start}a"}} x`,
      `${start}a"},"more":1}`,
      `${start}a","more":1}}`,
      `${start}a"}`,
      `${start}a`,
      `${start}${"x".repeat(600)}"}}`,
      ` ${start}a"}}`,
      `${start}a"}}\n`,
      `${start}a"}}"}}`,
      start.replace("0", "01") + `a"}}`,
      start.replace("0", "-1") + `a"}}`,
      start.replace("0", "") + `a"}}`,
      start.replace("0", "1e3") + `a"}}`,
      start.replace("text_delta", "thinking_delta") + `a"}}`,
      JSON.stringify(Fixture.json(0, "a")),
      JSON.stringify(Fixture.blockStop(0)),
      ""
    ]
    for (const json of others) assert.isUndefined(read(json), json)
  })

  it("gives what the parser gives, or nothing, for anything like a delta", () => {
    const character = FastCheck.oneof(
      FastCheck.constantFrom('"', "\\", "}", "{", " ", "\t", "\u0000", "\u001f", "\u2028", ","),
      FastCheck.string({ unit: "grapheme", minLength: 1, maxLength: 3 })
    )
    const body = FastCheck.array(character, { maxLength: 20 }).map((all) => all.join(""))
    const deltas = FastCheck.tuple(
      FastCheck.constantFrom('text_delta","text', 'thinking_delta","thinking', 'text_delta","thinking'),
      FastCheck.oneof(FastCheck.nat({ max: 10_000 }).map(String), FastCheck.constantFrom("00", "1.5", "null", "")),
      FastCheck.oneof(
        body,
        body.map((text) => JSON.stringify(text).slice(1, -1))
      ),
      FastCheck.constantFrom('"}}', '"}  }', '"}', '" }}', '"}}}', "}}")
    )
    const json = deltas.map(
      ([type, index, text, end]) =>
        `{"type":"content_block_delta","index":${index},"delta":{"type":"${type}":"${text}${end}`
    )
    let plain = 0
    FastCheck.assert(
      FastCheck.property(json, (text) => {
        const event = read(text)
        if (event === undefined) return
        plain++
        assert.deepStrictEqual<unknown>(event, JSON.parse(text))
        assert.strictEqual(JSON.stringify(event), JSON.stringify(JSON.parse(text)))
      }),
      { numRuns: 3000 }
    )
    assert.isAbove(plain, 100)
  })
})
