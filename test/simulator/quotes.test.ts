import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import * as prose from "../../src/simulator/internal/prose.js"
import { endsAt, quoted } from "../../src/simulator/internal/quotes.js"
import * as tokens from "../../src/simulator/internal/tokens.js"
import { anchorStart } from "../../src/simulator/Manner.js"

const forms: ReadonlyArray<readonly [name: string, turn: (partial: string) => string]> = [
  [
    "the documented form",
    (partial) => `Your previous response was interrupted and ended with ${partial}. Continue from where you left off.`
  ],
  ["tags on their own lines", (partial) => `It broke off:\n<partial_answer>\n${partial}\n</partial_answer>\nContinue.`],
  ["tags", (partial) => `The answer so far is <so-far>${partial}</so-far>, go on from there.`],
  ["brackets", (partial) => `Your previous response ended with [${partial}]. Continue.`],
  ["quotation marks", (partial) => `You said "${partial}" and were cut off; continue.`]
]

const prompts = ["Explain tides.", "A table and a list about trains, please.", "Some code, in Chinese with emoji: 日本"]

const cut = FastCheck.tuple(
  FastCheck.constantFrom(...prompts),
  FastCheck.integer({ min: 0, max: 40 }),
  FastCheck.integer({ min: 1, max: 700 }),
  FastCheck.integer({ min: 0, max: 90 })
).map(([prompt, seed, at, lost]) => {
  const text = prose.write(prose.wishes(prompt, String(seed)), String(seed))
  const end = Math.min(at, text.length)
  return { end, sent: Math.min(text.length, end + lost), text }
})

describe("the place where a quoted answer ends", () => {
  for (const [name, turn] of forms) {
    it(`is found at any length, also when more was sent than was quoted: ${name}`, () => {
      FastCheck.assert(
        FastCheck.property(cut, ({ end, sent, text }) => {
          assert.strictEqual(quoted(text, sent, turn(text.slice(0, end))).end, end)
        }),
        { numRuns: 300 }
      )
    })

    it(`is known together with the last words that are to be repeated: ${name}`, () => {
      FastCheck.assert(
        FastCheck.property(cut, FastCheck.integer({ min: 8, max: 80 }), ({ end, sent, text }, length) => {
          const partial = text.slice(0, end)
          const anchor = partial.trimEnd().slice(-length)
          FastCheck.pre(anchor.length >= 4)
          const asking = `${turn(partial)} First repeat these last words, exactly:\n<last_words>${anchor}</last_words>`
          const at = quoted(text, sent, asking).end
          const start = anchorStart({ at, form: "quoted", text, turn: asking })
          assert.strictEqual(text.slice(start, at).trimEnd(), anchor)
        }),
        { numRuns: 300 }
      )
    })
  }
})

describe("the place where another text ends", () => {
  it("is found at any length, whole or only its last words, blanks at its end aside", () => {
    const amount = FastCheck.integer({ min: 40, max: 400 })
    FastCheck.assert(
      FastCheck.property(cut, amount, ({ end, sent, text }, length) => {
        const partial = text.slice(0, end)
        assert.strictEqual(endsAt(text, sent, partial), end)
        const trimmed = partial.trimEnd()
        assert.strictEqual(endsAt(text, sent, trimmed), trimmed.length)
        if (trimmed.length > length) assert.strictEqual(endsAt(text, sent, trimmed.slice(-length)), trimmed.length)
      }),
      { numRuns: 300 }
    )
  })

  it("is found in a long answer, whose phrases come again and again", () => {
    const text = prose.write({ ...prose.wishes("trains", "a"), length: 20_000 }, "a")
    for (let end = 1000; end < text.length - 500; end += 7919) {
      const bare = text.slice(0, end)
      assert.strictEqual(endsAt(text, end + 400, bare), end)
      assert.strictEqual(endsAt(text, end + 400, bare.slice(-200)), end)
      assert.strictEqual(quoted(text, end + 400, `Continue: ${bare}`).end, end)
      assert.strictEqual(quoted(text, end + 400, `Continue: ${bare.slice(-300)}`).end, end)
      assert.strictEqual(quoted(text, end + 400, `Continue: <x>${bare}</x>`).end, end)
    }
    assert.strictEqual(endsAt(text, text.length, "Something else altogether, and long enough to be told apart."), 0)
  })
})

describe("texts", () => {
  it("are the same for the same seed, and as long as was asked for", () => {
    const wish = prose.wishes("Please write 300 words", "a")
    assert.strictEqual(prose.write(wish, "a"), prose.write(wish, "a"))
    assert.notStrictEqual(prose.write(wish, "a"), prose.write(wish, "b"))
    const length = tokens.count(prose.write(wish, "a"))
    assert.isTrue(length > 280 && length <= 375, String(length))
  })

  it("hold what the prompt names: a table, a list, code, emoji, other scripts", () => {
    const text = prose.write(prose.wishes("a table, a list, code and emoji in Chinese and Japanese", "a"), "a")
    assert.match(text, /\n\|---\|/)
    assert.match(text, /\n- /)
    assert.match(text, /```ts\n/)
    assert.match(text, /\p{Emoji_Presentation}/u)
    assert.match(text, /[\u4e00-\u9fff]/)
    assert.match(text, /[\u3040-\u30ff]/)
  })

  it("are cut into tokens that give them back, none of which splits a character", () => {
    FastCheck.assert(
      FastCheck.property(FastCheck.string({ unit: "grapheme", maxLength: 60 }), (text) => {
        const parts = tokens.split(text)
        assert.strictEqual(parts.join(""), text)
        assert.isTrue(parts.every((part) => Buffer.from(part).toString() === part))
      })
    )
  })
})
