import type { Dice } from "./dice.js"
import { dice } from "./dice.js"
import * as tokens from "./tokens.js"
import * as words from "./words.js"

/** What a prompt asks of a text's form. */
export interface Wishes {
  readonly topics: ReadonlyArray<string>
  readonly table: boolean
  readonly list: boolean
  readonly code: boolean
  readonly scripts: ReadonlyArray<string>
  readonly emoji: boolean
  /** How long the text wants to be, in tokens. */
  readonly length: number
}

const common = new Set(
  (
    "about after again answer because before being could every first please paragraphs should something tell there "
    + "these thing think those through under using where which while words would write your"
  ).split(" ")
)

const topicsOf = (prompt: string): ReadonlyArray<string> => {
  const seen =
    prompt
      .slice(0, 20_000)
      .toLowerCase()
      .match(/[a-z]{5,14}/g) ?? []
  return [...new Set(seen)].filter((word) => !common.has(word)).slice(0, 16)
}

const units: Record<string, number> = { token: 1, word: 1.25, character: 0.25, sentence: 16, paragraph: 80 }

const lengthOf = (prompt: string, seed: Dice): number => {
  const asked = /(\d[\d,]*)[\s-]+(token|word|character|sentence|paragraph)s?\b/i.exec(prompt)
  if (asked !== null) {
    const each = units[(asked[2] ?? "").toLowerCase()] ?? 1
    return Math.max(1, Math.round(Number((asked[1] ?? "1").replaceAll(",", "")) * each))
  }
  if (/\b(brief|briefly|short|in a word|one line|one sentence)\b/i.test(prompt)) return 12 + seed.below(24)
  if (/\b(long|essay|detailed|in depth|story|report)\b/i.test(prompt)) return 1200 + seed.below(1200)
  return 140 + seed.below(420)
}

/**
 * Reads off a prompt how its answer should look. A number of words, tokens, characters, sentences or paragraphs in it
 * decides the length; "table", "list", "code", "emoji", "Chinese", "Japanese" (or "CJK") ask for these.
 *
 * @internal
 */
export const wishes = (prompt: string, ...seed: ReadonlyArray<string>): Wishes => ({
  topics: topicsOf(prompt),
  table: /\btable\b/i.test(prompt),
  list: /\b(list|bullets?)\b/i.test(prompt),
  code: /\b(code|snippet|program|function)\b/i.test(prompt),
  scripts: [
    ...(/\b(chinese|cjk)\b|[\u4e00-\u9fff]/i.test(prompt) ? words.chinese : []),
    ...(/\b(japanese|cjk)\b|[\u3040-\u30ff]/i.test(prompt) ? words.japanese : [])
  ],
  emoji: /\bemojis?\b/i.test(prompt),
  length: lengthOf(prompt, dice("length", ...seed))
})

const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1)

const thing = (roll: Dice, wish: Wishes): string => {
  const noun = wish.topics.length > 0 && roll.chance(0.3) ? roll.from(wish.topics) : roll.from(words.nouns)
  const adjective = roll.from(words.adjectives)
  const article = roll.pick("the", "the", /^[aeiou]/.test(adjective) ? "an" : "a", "every", "one")
  return `${article} ${adjective} ${noun}`
}

/** One English sentence, without the blank after it. */
const sentence = (roll: Dice, wish: Wishes): string => {
  const core = `${thing(roll, wish)} ${roll.from(words.verbs)} ${thing(roll, wish)}`
  const opened = roll.chance(0.4) ? `${roll.from(words.openers)} ${core}` : capital(core)
  const figure = roll.chance(0.12) ? ` (about ${1 + roll.below(98)}% of ${10 * (1 + roll.below(90))} cases)` : ""
  const tail = roll.chance(0.6) ? `, ${roll.from(words.tails)}` : ""
  const mark = wish.emoji && roll.chance(0.4) ? ` ${roll.from(words.emoji)}` : ""
  return `${opened}${figure}${tail}${roll.pick(".", ".", ".", ".", "!", "; that much is settled.")}${mark}`
}

const paragraph = (roll: Dice, wish: Wishes): string => {
  const sentences = Array.from({ length: 2 + roll.below(4) }, () => sentence(roll, wish))
  if (wish.scripts.length === 0) return sentences.join(" ")
  return sentences.map((text) => (roll.chance(0.5) ? `${text} ${roll.from(wish.scripts)}` : text)).join(" ")
}

const table = (roll: Dice, wish: Wishes): string => {
  const row = () => {
    const name = `${roll.from(words.adjectives)} ${roll.from(words.nouns)}`
    return `| ${name} | ${roll.below(900) / 10} | ${roll.pick("yes", "no", "partly")} |`
  }
  const rows = Array.from({ length: 3 + roll.below(3) }, row)
  return [`| ${capital(roll.from(wish.topics) || "part")} | Share | Checked |`, "|---|---:|---|", ...rows].join("\n")
}

const list = (roll: Dice, wish: Wishes): string =>
  Array.from({ length: 3 + roll.below(3) }, () => `- ${capital(thing(roll, wish))}, ${roll.from(words.tails)}`).join(
    "\n"
  )

const code = (roll: Dice): string => {
  const name = `${roll.from(words.verbs).split(" ")[0] ?? "make"}${capital(roll.from(words.nouns))}`
  const n = 2 + roll.below(40)
  return [
    "```ts",
    `const ${name} = (n: number) => {`,
    `  if (n > ${n}) return "${roll.from(words.tails)}"`,
    `  return n * ${n}`,
    "}",
    "```"
  ].join("\n")
}

const specials = (wish: Wishes): Array<(roll: Dice) => string> => [
  ...(wish.table ? [(roll: Dice) => table(roll, wish)] : []),
  ...(wish.list ? [(roll: Dice) => list(roll, wish)] : []),
  ...(wish.code ? [code] : [])
]

/**
 * A text of paragraphs that the seed decides, as long as the wishes say (in tokens, ending with a whole sentence or cut
 * after the last token when only a few were asked for).
 *
 * @internal
 */
export const write = (wish: Wishes, ...seed: ReadonlyArray<string>): string => {
  const roll = dice("prose", ...seed)
  const special = specials(wish)
  const parts: Array<string> = []
  for (let written = 0; written < wish.length;) {
    const next = parts.length % 2 === 1 ? special.shift() : undefined
    const part = next === undefined ? paragraph(roll, wish) : next(roll)
    parts.push(part)
    written += tokens.count(part) + 1
  }
  // A short text still shows what was asked for.
  for (const left of special) parts.push(left(roll))
  const text = parts.join("\n\n")
  return special.length > 0 || wish.table || wish.list || wish.code ? text : trim(text, wish.length)
}

/** Cuts near the wanted length: at the last sentence that ends within 20% of it, else after the last token. */
const trim = (text: string, length: number): string => {
  const parts = tokens.split(text)
  const cut = parts.slice(0, length).join("")
  const end = Math.max(cut.lastIndexOf(". "), cut.lastIndexOf(".\n"), cut.lastIndexOf("! "), cut.lastIndexOf("。"))
  return end > cut.length * 0.8 ? cut.slice(0, end + 1) : cut
}
