const sampleSize = 24

/** The least that is believed to be a quotation wherever it stands in an answer: less must be its beginning. */
const leastTail = 10

const pairs: ReadonlyArray<readonly [open: string, close: string]> = [
  ["```", "```"],
  ["\"\"\"", "\"\"\""],
  ["\"", "\""],
  ["“", "”"],
  ["«", "»"],
  ["`", "`"],
  ["[", "]"],
  ["'", "'"],
  ["---\n", "\n---"],
  ["===\n", "\n==="]
]

const documented = /interrupted and ended with ([\s\S]*)\. Continue from where you left off/

// An answer does not begin with a line break: one after the opening mark may belong to the marks, as may the last.
const unwrapped = (text: string): ReadonlyArray<string> =>
  text.startsWith("\n") ? [text, text.slice(1, text.endsWith("\n") ? -1 : undefined)] : [text]

const placesOf = (text: string, mark: string): ReadonlyArray<number> => {
  const places: Array<number> = []
  for (let at = text.indexOf(mark); at >= 0 && places.length < 200; at = text.indexOf(mark, at + 1)) places.push(at)
  return places
}

// A quotation may hold the very marks it stands between: every pair of the first few openings and closings counts.
const between = (text: string, open: string, close: string): ReadonlyArray<string> => {
  const closings = placesOf(text, close)
  const ends = closings.length > 12 ? [...closings.slice(0, 6), ...closings.slice(-6)] : closings
  return placesOf(text, open).slice(0, 4).flatMap((at) => {
    const start = at + open.length
    return ends.filter((end) => end > start).flatMap((end) => unwrapped(text.slice(start, end)))
  })
}

const inTags = (text: string): ReadonlyArray<string> => {
  const names = new Set([...text.matchAll(/<([A-Za-z][\w-]*)>/g)].slice(0, 16).map((match) => match[1] ?? ""))
  return [...names].flatMap((name) => between(text, `<${name}>`, `</${name}>`))
}

/**
 * Everything in a turn that stands between marks, as quotations do.
 *
 * @internal
 */
export const marked = (turn: string): ReadonlyArray<string> => {
  const form = documented.exec(turn)?.[1]
  const betweenMarks = pairs.flatMap(([open, close]) => between(turn, open, close))
  return [...(form === undefined ? [] : [form]), ...inTags(turn), ...betweenMarks]
}

const exact = (text: string, limit: number, quote: string): number => {
  if (quote === "" || quote.length > limit) return 0
  if (text.startsWith(quote)) return quote.length
  if (quote.length < leastTail) return 0
  const at = text.slice(0, limit).lastIndexOf(quote)
  return at < 0 ? 0 : at + quote.length
}

const furthest = (text: string, limit: number, needle: number, haystack: string): number => {
  let best = 0
  const piece = text.slice(needle, Math.min(needle + sampleSize, limit))
  for (let found = haystack.indexOf(piece); found >= 0; found = haystack.indexOf(piece, found + 1)) {
    let end = needle + piece.length
    for (let at = found + piece.length; end < limit && haystack[at] === text[end]; at++) end++
    best = Math.max(best, end)
  }
  return best
}

/**
 * How far the first `limit` units of a text stand in another: the end of the furthest place, 0 for nowhere. Looks for
 * short samples from the end backwards, then reads on from the first that is found.
 *
 * @internal
 */
export const standsUpTo = (text: string, limit: number, haystack: string): number => {
  for (let needle = limit - sampleSize; needle > 0; needle -= sampleSize) {
    const end = furthest(text, limit, needle, haystack)
    if (end > 0) return end
  }
  const start = limit > 0 ? furthest(text, limit, 0, haystack) : 0
  if (start > 0) return start
  for (let length = Math.min(limit, sampleSize) - 1; length > 0; length--) {
    if (haystack.includes(text.slice(0, length))) return length
  }
  return 0
}

/**
 * Where in a text the partial answer ends that a turn quotes: 0 when it quotes none. A quotation between marks is taken
 * as it stands; without marks, as far as the words agree.
 *
 * @internal
 */
export const quotedUpTo = (text: string, limit: number, turn: string): number => {
  let best = { end: 0, length: 0 }
  for (const quote of marked(turn)) {
    const end = exact(text, limit, quote)
    if (end > 0 && quote.length > best.length) best = { end, length: quote.length }
  }
  return best.end > 0 ? best.end : standsUpTo(text, limit, turn)
}
