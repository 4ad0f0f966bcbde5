/**
 * Text folded for comparison, with the way back to exact offsets.
 *
 * Folding makes equal what a model may write in another way when it repeats words: quotes and dashes, compatibility
 * forms, composed and decomposed letters, runs of blanks, invisible characters.
 *
 * @internal
 */

const blanks = "\\t-\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000"
const invisibles = "\\u00ad\\u200b-\\u200f\\u2060-\\u2064\\ufe00-\\ufe0f\\ufeff"

// Decomposed Hangul is made of letters, not of marks, and is composed as one cluster.
const cluster = new RegExp(
  `([${blanks}][${blanks}${invisibles}]*)|[${invisibles}]+|[\\u1100-\\u115f][\\u1160-\\u11a7][\\u11a8-\\u11ff]?`
    + `|[^${blanks}${invisibles}](?:(?![${invisibles}])\\p{M})*`,
  "suy"
)
const space = new RegExp(`^[${blanks}]$`, "u")
const invisible = new RegExp(`[${invisibles}]+`, "gu")
const trailingSpace = new RegExp(`[${blanks}${invisibles}]*$`, "u")
const leadingSpace = new RegExp(`^[${blanks}${invisibles}]*`, "u")
const scripts = ["Han", "Hiragana", "Katakana", "Thai", "Lao", "Khmer", "Myanmar"]

/** A letter of a script that writes words without blanks between them. @internal */
export const unspaced = new RegExp(`[${scripts.map((script) => `\\p{Script=${script}}`).join("")}]`, "u")

const single = /[‘’‚‛ʼ′`´‹›]/gu
const double = /[“”„‟″«»]/gu
const dash = /[‐‑‒–—―−]/gu

const foldCluster = (text: string): string => {
  if (text.length === 1 && text.charCodeAt(0) < 128) {
    return text === "`" ? "'" : text
  }
  // Quotes before NFKC: it would take the accent off a spacing one and leave a blank.
  return text.replace(single, "'").replace(double, '"').normalize("NFKC").replace(dash, "-").replace(invisible, "")
}

/** @internal */
export const isBlank = (text: string): boolean => leadingLength(text) === text.length

/** Whether it is one blank, and no invisible character. @internal */
export const isSpace = (character: string): boolean => space.test(character)

/** @internal */
export const leadingLength = (text: string): number => leadingSpace.exec(text)?.[0].length ?? 0

/** The offset at which the blanks and invisible characters at the end of `text` begin. @internal */
export const coreLength = (text: string): number => trailingSpace.exec(text)?.index ?? text.length

/** @internal */
export const isHighSurrogate = (code: number): boolean => code >= 0xd800 && code <= 0xdbff

/**
 * A text that grows, and its folded form. `starts[i]` and `ends[i]` bound in `raw` what the folded unit `i` stands for.
 *
 * @internal
 */
export class Folded {
  raw = ""
  text = ""
  private readonly starts: Array<number> = []
  private readonly ends: Array<number> = []

  constructor(text = "") {
    this.append(text)
  }

  /** The folded text without the last cluster, which the next piece may still change. */
  get settled(): string {
    const last = this.starts.at(-1)
    return last === undefined ? "" : this.text.slice(0, this.starts.indexOf(last, Math.max(0, this.starts.length - 24)))
  }

  append(piece: string): void {
    // The last cluster may still grow: a mark, a blank, the other half of a pair.
    const from = this.starts.at(-1) ?? 0
    while (this.starts.length > 0 && this.starts.at(-1) === from) {
      this.starts.pop()
      this.ends.pop()
    }
    this.raw += piece
    const pieces: Array<string> = [this.text.slice(0, this.starts.length)]
    cluster.lastIndex = from
    for (let found = cluster.exec(this.raw); found !== null; found = cluster.exec(this.raw)) {
      const folded = found[1] !== undefined ? " " : foldCluster(found[0])
      for (let unit = 0; unit < folded.length; unit++) {
        this.starts.push(found.index)
        this.ends.push(found.index + found[0].length)
      }
      pieces.push(folded)
      if (cluster.lastIndex >= this.raw.length) {
        break
      }
    }
    this.text = pieces.join("")
  }

  /** The raw offset at which what the folded unit stands for begins. */
  start(unit: number): number {
    return this.starts[unit] ?? this.raw.length
  }

  /** The raw offset at which the folded text before `unit` ends. */
  endBefore(unit: number): number {
    return unit <= 0 ? 0 : (this.ends[unit - 1] ?? this.raw.length)
  }

  /** Whether a cluster begins at the unit, so that a boundary there maps to one place in the raw text. */
  isAligned(unit: number): boolean {
    return unit <= 0 || unit >= this.starts.length || this.starts[unit] !== this.starts[unit - 1]
  }

  /** The first unit which stands for something after the raw offset. */
  unitAt(offset: number): number {
    let low = 0
    let high = this.ends.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.ends[middle] ?? 0) > offset) {
        high = middle
      } else {
        low = middle + 1
      }
    }
    return low
  }
}
