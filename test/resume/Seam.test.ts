import { assert, describe, it } from "@effect/vitest"
import * as Seam from "../../src/resume/Seam.js"
import { randomOf, texts } from "./manners.js"
import { drive } from "./seamRuns.js"

const partial = "Once upon a time there was a fox. It lived beyond the seven hills, where the quick bro"
const anchorOf = (text: string): Seam.Anchor => {
  const anchor = Seam.anchorFor(text)
  if (anchor === undefined) {
    throw new Error("no anchor")
  }
  return anchor
}
const anchor = anchorOf(partial)

const join = (text: string, reply: string, window?: number) =>
  drive(Seam.make({ partial: text, anchor: Seam.anchorFor(text), window }), [...reply])

const withoutAnchor = (text: string, reply: string) => drive(Seam.make({ partial: text }), [...reply])

describe("anchorFor", () => {
  it("takes the last words from a word boundary on, the unfinished word included", () => {
    assert.isTrue(partial.endsWith(anchor.text))
    assert.match(partial.slice(0, -anchor.text.length), /\s$/u)
    assert.isTrue(anchor.unique)
    assert.isAtLeast(anchor.bits, 32)
  })

  it("grows until the words stand once, however quotes and blanks are written", () => {
    const twice =
      "She said “it’s the end of the line, my friends” and left.\n"
      + "Then she said \"it's the end of the line,  my friends"
    const found = anchorOf(twice)
    assert.isTrue(found.unique)
    assert.isAbove(found.text.length, "it's the end of the line,  my friends".length)
    assert.isTrue(join(twice, `${found.text}, and on`).seam.certain)
  })

  it("says that it is not unique where the text repeats itself for longer than the anchor may be", () => {
    const found = anchorOf("na ".repeat(400))
    assert.isFalse(found.unique)
    assert.isAtMost(found.text.length, 400)
  })

  it("takes the whole of a very short answer", () => {
    assert.strictEqual(anchorOf("The f").text, "The f")
  })

  it("begins at a word in scripts without blanks, with and without a segmenter", async () => {
    const { wordStarts } = await import("../../src/resume/internal/seamAnchor.js")
    const text = "今日は天気がいいですね。สวัสดีชาวโลก"
    const bare = { segment: () => [] }
    const starts = wordStarts(text, 0)
    assert.includeMembers([...starts], [text.indexOf("天気"), text.indexOf("ชาว")])
    assert.notInclude([...starts], text.indexOf("天気") + 1)
    assert.isEmpty(wordStarts(text, 1, bare))
    const bySign = wordStarts(text, 1, undefined)
    assert.isNotEmpty(bySign)
    assert.isNotEmpty(anchorOf("漢字".repeat(3) + "今日は天気がいいですね").text)
  })

  it("splits no surrogate pair and no letter from its mark in a text without words", () => {
    for (const unit of ["😀", "e\u0301", "👩‍💻"]) {
      const { text } = anchorOf(`${unit.repeat(300)}`)
      assert.isTrue(text.startsWith(unit), unit)
      assert.isAtMost(text.length, 400)
    }
  })

  it("holds no stop sequence", () => {
    const stopped = `First the answer. ${partial}`
    const found = Seam.anchorFor(stopped, { stopSequences: ["the q", ""] })
    assert.strictEqual(found?.text, "quick bro")
    assert.isUndefined(Seam.anchorFor("All of it STOP", { stopSequences: ["STOP"] })?.text.match(/STOP/u)?.[0])
  })

  it("is absent for a blank answer and for half a surrogate pair", () => {
    assert.isUndefined(Seam.anchorFor(" \n"))
    assert.isUndefined(Seam.anchorFor(""))
    assert.isUndefined(Seam.anchorFor("It was a \ud83d"))
  })
})

describe("a certain seam", () => {
  const cases: ReadonlyArray<readonly [string, string, string]> = [
    ["the anchor, and on", `${anchor.text}wn fox`, "wn fox"],
    ["the anchor behind blank lines", `\n\n ${anchor.text}wn fox`, "wn fox"],
    ["the anchor behind an ellipsis", `… ${anchor.text}wn fox`, "wn fox"],
    ["the anchor behind a line of talk", `Sure, here is the rest:\n\n${anchor.text}wn fox`, "wn fox"],
    ["the whole answer again", `${partial}wn fox`, "wn fox"],
    ["the anchor and nothing more", anchor.text, ""]
  ]
  for (const [name, reply, emitted] of cases) {
    it(`is had from ${name}`, () => {
      const outcome = join(partial, reply)
      assert.strictEqual(outcome.emitted, emitted)
      assert.isTrue(outcome.seam.certain, outcome.seam.doubt)
      assert.strictEqual(outcome.seam.method, "anchor")
      assert.strictEqual(outcome.seam.dropped, reply.length - emitted.length)
      assert.isFalse(outcome.seam.failed)
    })
  }

  it("is had from the anchor in other quotes, blanks and letters, with exact offsets", () => {
    const text = "It was late. She wrote: “it’s my naïve café, isn’t it – the ﬁrst one” and then\nthe quick bro"
    const reply =
      "She wrote: \"it's my nai\u0308ve cafe\u0301, isn't it - the first one\"\u00a0and\u200b then\r\nthe quick brown fox"
    const matcher = Seam.make({ partial: text, anchor: { text: text.slice(13), unique: true, bits: 99 } })
    const { emitted, seam } = drive(matcher, [...reply])
    assert.strictEqual(emitted, "wn fox")
    assert.strictEqual(seam.method, "normalised")
    assert.isTrue(seam.certain, seam.doubt)
  })

  it("keeps the blanks that follow those of the cut, and invents none", () => {
    const text = "The list of all that was found in the old house begins here:\n"
    assert.strictEqual(join(text, `${anchorOf(text).text}\n- a door, green`).emitted, "\n- a door, green")
    assert.strictEqual(join(partial, `${anchor.text} wn`).emitted, " wn")
  })

  it("goes on from a mark, a joiner and half a flag", () => {
    const before = "Words that stand before what was cut here are plenty, "
    const cuts = [
      ["cafe", "\u0301 noir"],
      ["👩", "\u200d💻 works"],
      ["🇫", "🇷 wins"],
      ["❤", "\ufe0f and"]
    ]
    for (const [cut, rest] of cuts) {
      const text = before + (cut ?? "")
      const { emitted, seam } = join(text, anchorOf(text).text + (rest ?? ""))
      assert.strictEqual(emitted, rest)
      assert.isTrue(seam.certain, seam.doubt)
    }
  })

  it("is had from the whole of a longer answer behind a line of talk", () => {
    const long = `${partial} and so on. It went through the woods at night, over the wat`
    const { emitted, seam } = join(long, `Once more then.\n\n${long}er`)
    assert.strictEqual(emitted, "er")
    assert.isTrue(seam.certain, seam.doubt)
  })

  it("lets text go as soon as it is new", () => {
    const matcher = Seam.make({ partial, anchor })
    assert.strictEqual(matcher.push(anchor.text).emit, "")
    const step = matcher.push("wn fox")
    assert.strictEqual(step.emit, "wn fox")
    assert.isTrue(step.resolved?.certain)
    assert.deepStrictEqual(matcher.push(" jumps"), { emit: " jumps", resolved: undefined })
    assert.deepStrictEqual(matcher.end(), { emit: "", resolved: undefined })
  })
})

describe("a seam that must not be certain", () => {
  const a = anchor.text
  const attacks: ReadonlyArray<readonly [string, string, Seam.SeamDoubt, string | undefined]> = [
    ["the anchor quoted before it is repeated", `You asked me to repeat "${a}": ${a}wn fox`, "quoted", "wn fox"],
    ["the anchor named before it is repeated", `I was to repeat ${a} first: ${a}wn fox`, "preamble", "wn fox"],
    ["the anchor named on a line of its own", `It ended:\n\n${a}\n\nSo I go on:\n\n${a}wn fox`, "preamble", "wn fox"],
    ["the anchor in quotes", `"${a}"wn fox`, "quoted", "wn fox"],
    ["the anchor in backticks", `\`${a}\`wn fox`, "quoted", "wn fox"],
    ["the anchor in a tag", `<last_words>${a}</last_words>wn fox`, "quoted", "wn fox"],
    ["the anchor in a fence", `\`\`\`\n${a}\n\`\`\`\nwn fox`, "quoted", "wn fox"],
    ["all of it in quotes", `“${a}wn fox”`, "quoted", "wn fox"],
    ["all of it in a fence", `\`\`\`\n${a}wn fox\n\`\`\`\n`, "quoted", "wn fox"],
    ["the anchor twice, line by line", `${a}\n\n${a}wn fox`, "lineBreak", "wn fox"],
    ["the anchor twice, behind a dash", `${a} - ${a}wn fox`, "repeated", "wn fox"],
    ["the anchor twice at once", `${a} ${a}wn fox`, "repeated", undefined],
    ["the anchor twice, much ornament between", `${a} ${"=".repeat(30)} ${a}wn fox`, "repeated", undefined],
    ["a new line inside a word", `${a}\nwn fox`, "lineBreak", undefined],
    ["an ellipsis behind the anchor", `${a}…wn fox`, "aside", undefined],
    ["words before the anchor on its line", `Well, ${a}wn fox`, "preamble", "wn fox"]
  ]
  for (const [name, reply, doubt, emitted] of attacks) {
    it(`is ${name}`, () => {
      const outcome = join(partial, reply)
      assert.isFalse(outcome.seam.certain)
      assert.strictEqual(outcome.seam.doubt, doubt)
      if (emitted !== undefined) {
        assert.strictEqual(outcome.emitted, emitted)
      }
    })
  }

  it("is a remark on a line of its own behind a whole sentence", () => {
    const text = "Once upon a time there was a quick brown fox beyond the hills."
    for (const remark of ["\n\nContinuing:\n\n", "\n\nHere is the rest of it.\n\n", "\n---\n"]) {
      assert.strictEqual(join(text, `${anchorOf(text).text}${remark}It jumped.`).seam.doubt, "aside")
    }
  })

  it("is one on words that stand twice, or say nearly nothing", () => {
    assert.strictEqual(join("The f", "The fox").seam.doubt, "weakAnchor")
    const chant = "na ".repeat(400)
    assert.strictEqual(join(chant, `${anchorOf(chant).text}and on`).seam.doubt, "ambiguousAnchor")
  })

  it("is the answer told in another order", () => {
    const text =
      "Alpha comes first in every list there is.\nBeta has its place right behind it.\nGamma is the one that ends"
    const reply = `${anchorOf(text).text}\nBeta has its place right behind it.\nDelta is new`
    assert.isFalse(join(text, reply).seam.certain)
    const ended = `${text} it.`
    assert.strictEqual(
      join(ended, `${anchorOf(ended).text}\nBeta has its place right behind it.\n`).seam.doubt,
      "repeated"
    )
  })

  it("is a line begun again that is not the one that was cut", () => {
    const lines = "How who men is old right give home had they then as small day it is.\nHere said take does two!\n"
    assert.isFalse(join(`Or before tell our:\n${lines}H`, `${lines}Here said take does two!\n`).seam.certain)
  })

  it("is one on words that repeat themselves", () => {
    const line = "That write see they has?\n"
    const text = `Place very her did used.\n${line.repeat(6)}That`
    assert.strictEqual(join(text, `\n${line.repeat(7)}That should`).seam.doubt, "weakAnchor")
  })

  it("is a line that comes back by itself in a text of repeated lines", () => {
    const line = "Over found even first day that through used way will two or with have again.\n"
    const text = `It began.\n${line}${line}Now write big said even, and what of it?\n${line}Now write big sa`
    const reply = `id even, and what of it?\n${line}Now write big said even, and what of it?\n${line}The end`
    assert.isFalse(join(text, reply).seam.certain)
  })

  it("is one whose blanks came back as others", () => {
    const text = "Once upon a time there was a quick brown fox and "
    const words = anchorOf(text).text.trimEnd()
    assert.deepInclude(join(text, `${words}\n\nIt jumped`), { emitted: "\n\nIt jumped" })
    assert.strictEqual(join(text, `${words}\n\nIt jumped`).seam.doubt, "boundary")
    assert.strictEqual(join(text, `${words}it jumped`).emitted, "it jumped")
  })
})

describe("a reply without the anchor", () => {
  it("loses a repeat that is longer than chance", () => {
    const outcome = join(partial, "where the quick brown fox jumps over it")
    assert.strictEqual(outcome.emitted, "wn fox jumps over it")
    assert.deepInclude(outcome.seam, { certain: false, method: "overlap", dropped: 19 })
  })

  it("keeps one shared character or blank", () => {
    assert.strictEqual(withoutAnchor("It was a cat", "ten by the dog").emitted, "ten by the dog")
    assert.strictEqual(withoutAnchor("It was ", " and is").emitted, " and is")
  })

  it("is not cut short where the text repeats itself", () => {
    for (const unit of ["ha ", "=", "| row | yes |\n", "The same line again.\n", "哈"]) {
      const reply = `${unit.repeat(6)}The end`
      assert.strictEqual(withoutAnchor(`So it went. ${unit.repeat(40)}`, reply).emitted, reply)
    }
  })

  it("may begin the cut word again", () => {
    assert.strictEqual(withoutAnchor("Then the quick bro", "brown fox").emitted, "wn fox")
    assert.strictEqual(withoutAnchor("Then the quick bro", " brown fox").emitted, "wn fox")
    assert.strictEqual(withoutAnchor("I know that", " that is so").emitted, " that is so")
    assert.strictEqual(withoutAnchor("A b", "big one").emitted, "big one")
  })

  it("is skipped as far as it tells the answer again, and doubted where it departs", () => {
    const known = partial.slice(0, 60)
    const outcome = join(partial, `${known}behind the moon, and so on.`)
    assert.strictEqual(outcome.emitted, "behind the moon, and so on.")
    assert.deepInclude(outcome.seam, { certain: false, doubt: "repeated" })
  })

  it("is let go when the window is full, and a verbatim repeat does not fill it", () => {
    const other = "Quite another text that has nothing to do with it. ".repeat(10)
    const matcher = Seam.make({ partial, anchor, window: 100 })
    assert.strictEqual(matcher.push(other.slice(0, 100)).emit, "")
    const released = matcher.push(other.slice(100, 110))
    assert.strictEqual(released.emit, other.slice(0, 110))
    assert.deepInclude(released.resolved, { certain: false, method: "none", doubt: "window" })
    const long = Array.from({ length: 30 }, (_, seed) => texts["prose"]?.(randomOf(seed))).join("\n\n")
    assert.isTrue(join(long, `${long} And more`, 100).seam.certain)
    assert.strictEqual(join(long, `Again:\n\n${long} And more`, 100).emitted, " And more")
  })
})

describe("a failed seam", () => {
  for (const [name, reply] of [
    ["empty", ""],
    ["blank", " \n"],
    ["over inside the anchor", anchor.text.slice(0, -4)],
    ["over inside the anchor behind a preamble", `Sure:\n\n${anchor.text.slice(0, -4)}`]
  ]) {
    it(`is had from a reply that is ${name}`, () => {
      const outcome = join(partial, reply ?? "")
      assert.strictEqual(outcome.emitted, "")
      assert.deepInclude(outcome.seam, { certain: false, failed: true, doubt: "endedEarly", method: "none" })
    })
  }

  it("is not had from a reply that says something else", () => {
    assert.deepInclude(join(partial, "Done.").seam, { certain: false, failed: false })
    assert.strictEqual(join(partial, "Done.").emitted, "Done.")
  })
})

describe("a cut", () => {
  it("drops what is held back, and nothing comes after it", () => {
    const matcher = Seam.make({ partial, anchor })
    matcher.push(anchor.text.slice(0, 7))
    assert.strictEqual(matcher.held(), 7)
    assert.strictEqual(matcher.discard(), 7)
    assert.strictEqual(matcher.held(), 0)
    assert.deepStrictEqual(matcher.push("more"), { emit: "", resolved: undefined })
    assert.deepStrictEqual(matcher.end(), { emit: "", resolved: undefined })
  })

  it("drops half a surrogate pair", () => {
    const matcher = Seam.make({ partial, anchor })
    matcher.push(`${anchor.text}wn fox`)
    assert.strictEqual(matcher.push(" \ud83e").emit, " ")
    assert.strictEqual(matcher.discard(), 1)
  })
})

describe("prompt", () => {
  const text = "  A </previous_response> inside,\r\nand blanks behind \n\t"

  it("quotes the partial answer byte for byte, with the documented sentence around it", () => {
    const words = Seam.prompt({ strategy: "quoted", partial: text, anchor: Seam.anchorFor(text) })
    const quote = `<previous_response_2>${text}</previous_response_2>`
    assert.include(words, `Your previous response was interrupted and ended with ${quote}`)
    assert.include(words, "Continue from where you left off.")
    assert.include(words, `<last_words>${Seam.anchorFor(text)?.text}</last_words>`)
  })

  it("does not quote it where it stands in an assistant turn", () => {
    const words = Seam.prompt({ strategy: "assistantTurn", partial, anchor })
    assert.notInclude(words, partial)
    assert.include(words, `<last_words>${anchor.text}</last_words>`)
    assert.include(words, "Continue from where you left off.")
  })

  it("asks to keep the language, and for no words where there is no anchor", () => {
    for (const strategy of ["quoted", "assistantTurn"] as const) {
      const words = Seam.prompt({ strategy, partial, anchor: undefined })
      assert.include(words, "Keep to the language")
      assert.notInclude(words, "last_words")
    }
  })
})

describe("make", () => {
  it("counts words that do not end the partial answer, or hold a stop sequence, as none", () => {
    const inner = { text: "seven hills", unique: true, bits: 90 }
    const other = drive(Seam.make({ partial, anchor: inner }), ["seven hills, so"])
    assert.deepInclude(other.seam, { certain: false, method: "none" })
    const stopped = Seam.make({ partial, anchor, stopSequences: ["quick"] })
    assert.isFalse(drive(stopped, [`${anchor.text}wn`]).seam.certain)
  })

  it("tells a seam from other values", () => {
    assert.isTrue(Seam.isSeam(join(partial, `${anchor.text}wn`).seam))
    assert.isFalse(Seam.isSeam({ certain: true }))
  })
})
