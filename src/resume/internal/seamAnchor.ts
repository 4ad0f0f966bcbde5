/**
 * The choice of an anchor.
 *
 * @internal
 */
import { coreLength, Folded, isBlank, isHighSurrogate, isSpace, unspaced } from "./seamFold.js"
import { anchorBits, certainBits, noveltyFrom, plainBits } from "./seamWeight.js"

/** @internal */
export interface Measured {
  readonly text: string
  readonly unique: boolean
  readonly bits: number
}

interface Segmenter {
  readonly segment: (text: string) => Iterable<{ readonly index: number; readonly isWordLike?: boolean | undefined }>
}

const continuing = /\p{M}|\p{Emoji_Modifier}|\u200c|\u200d/u

let known: Segmenter | undefined

const defaultSegmenter = (): Segmenter | undefined => {
  if (known === undefined && typeof Intl !== "undefined" && typeof Intl.Segmenter === "function") {
    known = new Intl.Segmenter("und", { granularity: "word" })
  }
  return known
}

const codePointAt = (text: string, index: number): string => String.fromCodePoint(text.codePointAt(index) ?? 0)

/** Whether a text may begin here without splitting a pair, a letter from its marks, or an emoji. */
const isBoundary = (text: string, index: number): boolean => {
  const before = text.charCodeAt(index - 1)
  return !isHighSurrogate(before) && before !== 0x200d && !continuing.test(codePointAt(text, index))
}

/**
 * The offsets in `text` from `from` on at which a word begins, rising. Scripts without blanks are cut by the segmenter,
 * or at any character where there is none.
 *
 * @internal
 */
export const wordStarts = (
  text: string,
  from: number,
  segmenter: Segmenter | undefined = defaultSegmenter()
): ReadonlyArray<number> => {
  const starts: Array<number> = []
  const words = new Set<number>()
  if (segmenter !== undefined) {
    for (const segment of segmenter.segment(text.slice(from))) {
      if (segment.isWordLike === true) {
        words.add(from + segment.index)
      }
    }
  }
  for (let index = from; index < text.length; index++) {
    if (isBlank(text.charAt(index))) {
      continue
    }
    const isFirst = index === 0 || isSpace(text.charAt(index - 1))
    const isInner =
      index > from
      && unspaced.test(codePointAt(text, index))
      && isBoundary(text, index)
      && (segmenter === undefined || words.has(index))
    if (isFirst || isInner) {
      starts.push(index)
    }
  }
  return starts
}

const unbrokenStart = (text: string, from: number): number => {
  let index = from
  while (index < text.length && (isBlank(text.charAt(index)) || (index > 0 && !isBoundary(text, index)))) {
    index++
  }
  return index
}

/** Whether the folded anchor stands once in the folded text, and what it weighs there. @internal */
export const measure = (folded: Folded, anchor: string): Measured => {
  const from = folded.unitAt(folded.raw.length - anchor.length)
  const core = new Folded(anchor.slice(0, coreLength(anchor))).text
  const unique = core !== "" && folded.text.indexOf(core) === folded.text.lastIndexOf(core)
  return { text: anchor, unique, bits: core === "" ? 0 : noveltyFrom(folded.text, from) }
}

/**
 * Whether an anchor is too weak for certainty: it says too little, nearly all of it was written before, or it ends as
 * it begins, so that a text that repeats itself comes to the same words from another place.
 *
 * @internal
 */
export const isWeak = (folded: string, bits: number): boolean => {
  for (let length = folded.length - 1; length >= 12; length--) {
    if (folded.endsWith(folded.slice(0, length))) {
      return true
    }
  }
  return bits < certainBits || 4 * bits < plainBits(folded)
}

/** @internal */
export const choose = (
  partial: string,
  maxLength: number,
  stopSequences: ReadonlyArray<string>
): Measured | undefined => {
  if (isBlank(partial) || isHighSurrogate(partial.charCodeAt(partial.length - 1))) {
    return undefined
  }
  // An anchor that begins behind the start of the last stop sequence cannot hold one.
  const barred = stopSequences.filter((stop) => stop !== "").map((stop) => partial.lastIndexOf(stop) + 1)
  const from = Math.max(0, partial.length - maxLength, ...barred)
  const end = coreLength(partial)
  const words = wordStarts(partial, from).filter((start) => start < end)
  const starts = words.length > 0 ? words : [unbrokenStart(partial, from)].filter((start) => start < end)
  const folded = new Folded(partial)
  let best: Measured | undefined
  for (const start of [...starts].reverse()) {
    best = measure(folded, partial.slice(start))
    if (best.unique && best.bits >= anchorBits) {
      return best
    }
  }
  return best
}
