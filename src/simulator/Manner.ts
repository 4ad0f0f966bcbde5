/**
 * How the simulated model goes on with an answer that broke off.
 *
 * @since 0.1.0
 */

import { marked } from "./internal/quotes.js"

/**
 * What the model knows when it is asked to go on.
 *
 * @since 0.1.0
 * @category models
 */
export interface Continuation {
  /** The whole text of the answer, as it would have been without a cut. */
  readonly text: string
  /** Where the partial answer of the request ends, in UTF-16 units of `text`. */
  readonly at: number
  /** How the request carried the partial answer. */
  readonly form: "prefill" | "quoted" | "assistantTurn"
  /** The user turn that asks to go on, blocks joined by newlines; empty for a prefill. */
  readonly turn: string
}

/**
 * What a model writes when it is asked to go on: the whole text of its reply.
 *
 * @since 0.1.0
 * @category models
 */
export type Manner = (continuation: Continuation) => string

/**
 * Goes on exactly where the text stopped. When the turn asks to repeat the last words first (it says "repeat", "begin
 * with" or "start with" and quotes them), these come before, just as they stand in the answer.
 *
 * @since 0.1.0
 * @category constructors
 */
export const obedient: Manner = (continuation) => continuation.text.slice(anchorStart(continuation))

/**
 * Goes on exactly where the text stopped, whatever else the turn asks for.
 *
 * @since 0.1.0
 * @category constructors
 */
export const exact: Manner = ({ at, text }) => text.slice(at)

/**
 * Repeats this many UTF-16 units of what was already said, asked or not.
 *
 * @since 0.1.0
 * @category constructors
 */
export const overlapping =
  (units: number): Manner =>
  ({ at, text }) =>
    text.slice(Math.max(0, at - units))

/**
 * Starts the answer again from its first word.
 *
 * @since 0.1.0
 * @category constructors
 */
export const forgetful: Manner = ({ text }) => text

/**
 * Says a sentence of its own before it goes on.
 *
 * @since 0.1.0
 * @category constructors
 */
export const chatty =
  (preface = "Sure, here is the rest of my previous response:\n\n"): Manner =>
  (continuation) =>
    preface + obedient(continuation)

/**
 * Where the words begin that the turn of a continuation asks to repeat: `at` itself when it asks for none. For manners
 * of your own.
 *
 * @since 0.1.0
 * @category combinators
 */
export const anchorStart = ({ at, form, text, turn }: Continuation): number => {
  const said = text.slice(0, at).trimEnd()
  if (form === "prefill" || said === "") return at
  // What was said may itself speak of repeating, and repeats itself: only the words around it ask for something.
  const around = turn.split(said)
  const asking = around.join("\n")
  if (!/\b(repeat\w*|(begin|beginning|start|starting)( \w+){0,4} (with|by))\b/i.test(asking)) return at
  const counted = /\blast (\d+) (character|word)s?\b/i.exec(asking)
  if (counted !== null) return said.length - tailLength(said, Number(counted[1]), counted[2]?.toLowerCase() === "word")
  if (around.length > 2) return 0
  const shared = sharedEnd(said, asking)
  return shared === 0 ? at : said.length - shared
}

const tailLength = (said: string, wanted: number, words: boolean): number =>
  words ? (said.match(new RegExp(`(?:\\S+\\s*){0,${wanted}}$`))?.[0].length ?? 0) : Math.min(wanted, said.length)

// The longest of the last words that stands between marks, or that stands there at all if it is too long for chance.
const sharedEnd = (said: string, asking: string): number => {
  const quoted = marked(asking)
    .map((quote) => quote.trimEnd())
    .filter((quote) => quote !== "" && said.endsWith(quote))
  if (quoted.length > 0) return Math.max(...quoted.map((quote) => quote.length))
  const last = said.slice(-10)
  let longest = 0
  for (let found = asking.indexOf(last); found >= 0; found = asking.indexOf(last, found + 1)) {
    let length = last.length
    for (let at = found - 1; at >= 0 && asking[at] === said[said.length - 1 - length]; at--) length++
    longest = Math.max(longest, length)
  }
  return longest
}
