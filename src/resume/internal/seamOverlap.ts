/**
 * What is left to go by when a reply holds no anchor: an overlap, the answer begun again, the cut word begun again.
 *
 * @internal
 */
import type { Folded } from "./seamFold.js"
import { leadingLength, unspaced } from "./seamFold.js"
import type { Ground } from "./seamJudge.js"
import { boundary } from "./seamJudge.js"
import { noveltyFrom, overlapBits, retoldBits } from "./seamWeight.js"

/** @internal */
export interface Repeat {
  readonly kind: "overlap" | "restart" | "word"
  /** The raw offset in the reply at which the new text begins. */
  readonly at: number
}

const longest = 4_000

/** The folded unit at which a reply begins, its leading blank left out. @internal */
export const firstUnit = (reply: Folded): number => (reply.text.startsWith(" ") ? 1 : 0)

/** The longest end of the partial answer that begins the reply, if it says enough and stands there once. @internal */
export const findOverlap = (ground: Ground, reply: Folded): Repeat | undefined => {
  const from = firstUnit(reply)
  const text = reply.text.slice(from)
  let length = Math.min(text.length, ground.core.length, longest)
  while (length > 0 && !(ground.core.endsWith(text.slice(0, length)) && reply.isAligned(from + length))) {
    length--
  }
  const repeat = text.slice(0, length)
  if (length === 0 || ground.core.indexOf(repeat) !== ground.core.length - length) {
    return undefined
  }
  return noveltyFrom(ground.core, ground.core.length - length) < overlapBits
    ? undefined
    : { kind: "overlap", at: boundary(ground.trail, reply.raw, reply.endBefore(from + length)).at }
}

/** The answer begun again and told in the same words, as far as it goes. @internal */
export const findRestart = (ground: Ground, reply: Folded): Repeat | undefined => {
  const from = firstUnit(reply)
  const base = ground.core.startsWith(" ") ? 1 : 0
  const limit = Math.min(reply.text.length - from, ground.core.length - base)
  let length = 0
  while (length < limit && reply.text[from + length] === ground.core[base + length]) {
    length++
  }
  while (!reply.isAligned(from + length)) {
    length--
  }
  return length === 0 || noveltyFrom(reply.text.slice(from, from + length), 0) < retoldBits
    ? undefined
    : { kind: "restart", at: reply.endBefore(from + length) }
}

/** The cut word written again from its first letter: joined as it stands, it would be there twice. @internal */
export const findWord = (ground: Ground, reply: Folded): Repeat | undefined => {
  const word = /[\p{L}\p{N}\p{M}]+$/u.exec(ground.partial.raw)?.[0] ?? ""
  if (word.length < 3 || word.length > 40 || unspaced.test(word) || new Set(word).size < 3) {
    return undefined
  }
  const lead = leadingLength(reply.raw)
  if (!reply.raw.startsWith(word, lead)) {
    return undefined
  }
  const at = lead + word.length
  // Behind a blank it may be a word said twice: only a longer one is the cut word made whole.
  return lead === 0 || /^[\p{L}\p{N}]/u.test(reply.raw.slice(at)) ? { kind: "word", at } : undefined
}
