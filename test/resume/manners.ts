/**
 * Replies that models give when they are asked to repeat the last words of a cut answer and to go on.
 */

/** Numbers in [0, 1) from a seed, the same on every run. */
export const randomOf = (seed: number) => {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
  const below = (limit: number): number => Math.floor(next() * limit)
  const pick = <A>(values: ReadonlyArray<A>): A => {
    const value = values[below(values.length)]
    if (value === undefined) {
      throw new Error("nothing to pick from")
    }
    return value
  }
  return { next, below, pick }
}

export type RandomSource = ReturnType<typeof randomOf>

const english = (
  "the of and to in is that it was for on are with as his they at be this from have or by one had not "
  + "but what all were when we there can an your which their said if do will each about how up out them then she many "
  + "some so these would other into has more her two like him see time could no make than first been its who now people "
  + "my made over did down only way find use may water long little very after words called just where most know get "
  + "through back much before go good new write our used me man too any day same right look think also around another "
  + "came come work three word must because does part even place well such here take why things help put years different "
  + "away again off went old number great tell men say small every found still between name should home big give air"
).split(" ")
const han = [
  ..."的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种",
  ..."面而方后多定行学法所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本",
  ..."去把性好应开它合还因由其些然前外天政四日那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比",
  ..."或但质气第向道命此变条只没结解问意建月公无系军很情最何"
]
const emoji = ["👩‍💻", "👍🏽", "🇫🇷", "❤️", "😀", "🧑‍🚀", "1️⃣", "🌍"]
const thai = "ภาษา ไทย เป็น ที่ คน ใช้ มาก ใน ประเทศ และ มี ความ สวย งาม ทุก วัน".split(" ")

const sentence = (random: RandomSource): string => {
  const words = Array.from({ length: 4 + random.below(14) }, () => random.pick(english))
  const first = words[0] ?? "the"
  const quoted = random.below(6) === 0 ? ` “${random.pick(english)} ${random.pick(english)},” she said` : ""
  const end = random.pick([".", ".", "?", "!", ":"])
  const apostrophe = random.below(8) === 0 ? " it’s" : ""
  return `${first[0]?.toUpperCase()}${first.slice(1)} ${words.slice(1).join(" ")}${apostrophe}${quoted}${end}`
}

const paragraphs = (random: RandomSource, make: () => string, between: string): string =>
  Array.from({ length: 1 + random.below(4) }, () =>
    Array.from({ length: 1 + random.below(5) }, make).join(between)
  ).join("\n\n")

/** Kinds of text: what they have in common with life is what makes a seam hard. */
export const texts: Readonly<Record<string, (random: RandomSource) => string>> = {
  prose: (random) => paragraphs(random, () => sentence(random), " "),
  cjk: (random) =>
    paragraphs(random, () => `${Array.from({ length: 6 + random.below(30) }, () => random.pick(han)).join("")}。`, ""),
  thai: (random) =>
    paragraphs(random, () => Array.from({ length: 5 + random.below(20) }, () => random.pick(thai)).join(""), " "),
  emoji: (random) =>
    paragraphs(
      random,
      () => {
        const [one, two, three] = [random.pick(emoji), random.pick(emoji), random.pick(emoji)]
        return `${sentence(random)} ${one}${two} café naïve ${three}`
      },
      " "
    ),
  table: (random) =>
    `| name | ok | value |\n|---|---|---|\n${Array.from(
      { length: 3 + random.below(20) },
      (_, row) => `| ${random.below(3) === 0 ? row : "row"} | ${random.pick(["yes", "no"])} | ${random.below(4)} |`
    ).join("\n")}\n\n${sentence(random)}`,
  lines: (random) => {
    const pool = Array.from({ length: 1 + random.below(3) }, () => sentence(random))
    const lines = Array.from({ length: 4 + random.below(12) }, () => random.pick(pool)).join("\n")
    return `${sentence(random)}\n${lines}\n${sentence(random)}`
  },
  chant: (random) => {
    const chant = random.pick(["ha ", "=", "na na ", "- \n", "0", "哈"]).repeat(10 + random.below(80))
    return `${sentence(random)} ${chant}${sentence(random)}`
  },
  code: (random) =>
    `\`\`\`ts\n${Array.from({ length: 3 + random.below(10) }, () => {
      const name = random.pick(english)
      return random.pick([
        `const ${name} = (${random.pick(english)}: string) => {\n  return ${name}.${random.pick(english)}("${random.pick(english)}")\n}\n`,
        `if (${name} === ${random.below(5)}) {\n    throw new Error("${sentence(random)}")\n}\n`,
        `  assert(${name})\n  assert(${name})\n`
      ])
    }).join("\n")}\`\`\`\n\n${sentence(random)}`,
  list: (random) =>
    `## ${sentence(random)}\n\n${Array.from(
      { length: 3 + random.below(10) },
      (_, row) => `${row + 1}. **${random.pick(english)}**: ${sentence(random)}`
    ).join("\n")}\n\n${sentence(random)}`
}

/** A place to cut: anywhere but inside a surrogate pair, and behind something that is not blank. */
export const cutOf = (random: RandomSource, text: string): number => {
  const first = text.search(/\S/u) + 1
  const at = first + random.below(text.length - first)
  const code = text.charCodeAt(at - 1)
  return code >= 0xd800 && code <= 0xdbff ? at + 1 : at
}

export interface Scene {
  readonly partial: string
  readonly anchor: string
  /** The true continuation. */
  readonly rest: string
  readonly random: RandomSource
}

export interface Reply {
  readonly text: string
  /** What a reader who knows the model's mind would append; `undefined` where there is no such text. */
  readonly meant: string | undefined
}

const otherWords = (random: RandomSource): string => `${sentence(random)} ${sentence(random)}\n\n${sentence(random)}`

const restyle = (text: string): string =>
  text.replace(/[“”]/gu, '"').replace(/’/gu, "'").replace(/ /gu, "\u00a0").replace(/\n/gu, "\r\n").normalize("NFD")

const preambles = [
  "Sure, here is the rest:\n\n",
  "Continuing from where I left off:\n",
  "Of course! I'll go on.\n\n",
  "好的，继续：\n\n",
  "Natürlich, weiter geht es: "
]

const remarks = ["\n\nContinuing:\n\n", "\n\nHere is the rest.\n\n", "\n---\n", "…\n\n", "\n\n[…]\n\n"]

const wrap = (anchor: string, rest: string, open: string, close: string): string => `${open}${anchor}${close}${rest}`

/** How models answer. The first is the one that does as it is asked. */
export const manners: Readonly<Record<string, (scene: Scene) => Reply>> = {
  obeys: ({ anchor, rest }) => ({ text: anchor + rest, meant: rest }),
  "obeys behind a blank line": ({ anchor, rest }) => ({ text: `\n\n${anchor}${rest}`, meant: rest }),
  "repeats and stops": ({ anchor }) => ({ text: anchor, meant: "" }),
  "preamble first": ({ anchor, random, rest }) => ({ text: random.pick(preambles) + anchor + rest, meant: rest }),
  "names the anchor first": ({ anchor, random, rest }) => ({
    text: random.pick([
      `You asked me to repeat "${anchor}": ${anchor}${rest}`,
      `You asked me to repeat ${anchor} and to go on: ${anchor}${rest}`,
      `My response ended with:\n\n${anchor}\n\nHere is the rest:\n\n${anchor}${rest}`,
      `It ended with:\n${anchor}\nSo:\n${anchor}${rest}`,
      `> ${anchor}\n\n${anchor}${rest}`
    ]),
    meant: rest
  }),
  "quotes the anchor": ({ anchor, random, rest }) => ({
    text: random.pick([
      wrap(anchor, rest, '"', '"'),
      wrap(anchor, rest, "“", "”"),
      wrap(anchor, rest, "`", "`"),
      wrap(anchor, rest, "**", "**"),
      wrap(anchor, rest, "...", "..."),
      wrap(anchor, rest, "<last_words>", "</last_words>")
    ]),
    meant: rest
  }),
  "fences the anchor": ({ anchor, rest }) => ({ text: `\`\`\`\n${anchor}\n\`\`\`\n${rest}`, meant: rest }),
  "fences everything": ({ anchor, random, rest }) => ({
    text: random.pick([
      `\`\`\`\n${anchor}${rest}\n\`\`\``,
      `"${anchor}${rest}"`,
      `<last_words>${anchor}${rest}</last_words>`
    ]),
    meant: rest
  }),
  "repeats the anchor twice": ({ anchor, random, rest }) => ({
    text: anchor + random.pick(["", " ", "\n", "\n\n", "…", "...", " - ", "\n---\n"]) + anchor + rest,
    meant: rest
  }),
  "remarks behind the anchor": ({ anchor, random, rest }) => ({
    text: anchor + random.pick(remarks) + rest,
    meant: rest
  }),
  "other quotes and blanks": ({ anchor, rest }) => ({ text: restyle(anchor) + rest, meant: rest }),
  "other blanks at the cut": ({ anchor, random, rest }) => {
    const gap = random.pick(["", " ", "\n", "\n\n"])
    const trail = anchor.slice(anchor.trimEnd().length)
    // Blanks that go on from those at the cut are the model's own text; others stand for them in a way nobody knows.
    const meant = gap.startsWith(trail) ? gap.slice(trail.length) + rest.trimStart() : undefined
    return { text: anchor.trimEnd() + gap + rest.trimStart(), meant }
  },
  "goes on without the anchor": ({ rest }) => ({ text: rest, meant: rest }),
  "strips the leading blank": ({ rest }) => ({ text: rest.trimStart(), meant: rest.trimStart() }),
  "begins the cut word again": ({ partial, rest }) => ({
    text: (/\S+$/u.exec(partial)?.[0] ?? "") + rest,
    meant: rest
  }),
  "repeats 17 characters": ({ partial, rest }) => ({ text: partial.slice(-17) + rest, meant: rest }),
  "repeats 80 characters": ({ partial, rest }) => ({ text: partial.slice(-80) + rest, meant: rest }),
  "starts over": ({ partial, rest }) => ({ text: partial + rest, meant: rest }),
  "starts over behind a preamble": ({ partial, random, rest }) => ({
    text: random.pick(preambles) + partial + rest,
    meant: rest
  }),
  "starts over and departs": ({ partial, random }) => {
    const text = partial.slice(0, random.below(partial.length)) + otherWords(random)
    // The other words may begin with the very characters that were left out.
    return { text, meant: text.startsWith(partial) ? text.slice(partial.length) : undefined }
  },
  "tells it in another order": ({ anchor, partial, random, rest }) => {
    const lines = partial
      .slice(0, -anchor.length)
      .split("\n")
      .filter((line) => line.length > 60)
    const text = lines.length === 0 ? otherWords(random) : `${anchor}\n${random.pick(lines)}\n${rest}`
    return { text, meant: undefined }
  },
  rephrases: ({ random }) => ({ text: otherWords(random), meant: undefined }),
  "answers in another language": ({ random }) => ({
    text: Array.from({ length: 40 }, () => random.pick(thai)).join(""),
    meant: undefined
  }),
  "stops inside the anchor": ({ anchor, random }) => ({
    text: anchor.slice(0, random.below(anchor.trimEnd().length)),
    meant: undefined
  }),
  "ends at once": ({ random }) => ({ text: random.pick(["Done.", ".", "(end)"]), meant: undefined }),
  "is empty": ({ random }) => ({ text: random.pick(["", " ", "\n\n"]), meant: undefined })
}

/** Cuts a text into pieces of 1 to `longest` UTF-16 units, pairs split too. */
export const split = (random: RandomSource, text: string, longest: number): ReadonlyArray<string> => {
  const pieces: Array<string> = []
  for (let at = 0; at < text.length;) {
    const length = 1 + random.below(longest)
    pieces.push(text.slice(at, at + length))
    at += length
  }
  return pieces
}
