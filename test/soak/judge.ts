/** What a consumer was told, held against what the simulator says that it sent. */
import { Predicate } from "effect"
import type { RequestLog } from "../../src/simulator/index.js"

export type Entry = RequestLog.Entry

/** What the user said first. */
export const promptOf = ({ body }: Entry): unknown => {
  const messages: unknown = Predicate.hasProperty(body, "messages") ? body.messages : undefined
  const first: unknown = Array.isArray(messages) ? messages[0] : undefined
  return Predicate.hasProperty(first, "content") ? first.content : undefined
}

/** The requests of one operation, which alone has this prompt. */
export const entriesOf = (log: ReadonlyArray<Entry>, prompt: string): ReadonlyArray<Entry> =>
  log.filter((entry) => promptOf(entry) === prompt)

/**
 * The texts that the consumer may have: what was sent of the last answer that was begun, and, if it was gone on with,
 * all that the model meant to say. What is meant is not known by its request, but no two tales are the same.
 */
const candidates = (entries: ReadonlyArray<Entry>, meant: ReadonlySet<string>): ReadonlyArray<string> => {
  const begun = entries.findLast(({ continues, textSent }) => continues === undefined && textSent !== "")
  const sent = begun?.textSent ?? ""
  const isContinued = entries.some(({ continues }) => continues !== undefined)
  const whole = isContinued ? [...meant].filter((text) => text.startsWith(sent)) : []
  return whole.length > 0 ? whole : [sent]
}

/** How the first of two texts differs from the second. */
const difference = (told: string, sent: string): string => {
  let at = 0
  while (at < told.length && told[at] === sent[at]) at++
  const around = (text: string): string => JSON.stringify(text.slice(Math.max(0, at - 20), at + 20))
  return `${told.length} characters told, ${sent.length} sent, other from ${at} on: ${around(told)} and ${around(sent)}`
}

/** What is wrong with a text: nothing, if it is what was sent, or the beginning of it where it was cut off. */
export const textFaults = (
  told: string,
  isWhole: boolean,
  entries: ReadonlyArray<Entry>,
  meant: ReadonlySet<string>
): ReadonlyArray<string> => {
  const sent = candidates(entries, meant)
  const fits = sent.some((text) => (isWhole ? told === text : text.startsWith(told)))
  return fits ? [] : sent.map((text) => difference(told, text))
}
