const sampleSize = 24

/** How far back from what was sent last a quotation without marks is looked for: it ends near there. */
const searched = 65_536

/** The least that is believed to be a quotation wherever it stands in an answer: less must be its beginning. */
const leastTail = 10

const pairs: ReadonlyArray<readonly [open: string, close: string]> = [
  ["```", "```"],
  ['"""', '"""'],
  ['"', '"'],
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
  for (let at = text.indexOf(mark); at >= 0 && places.length < 400; at = text.indexOf(mark, at + 1)) places.push(at)
  return places
}

// A quotation may hold the very marks it stands between: every pair of the first few openings and closings counts.
const between = (text: string, open: string, close: string): ReadonlyArray<string> => {
  const closings = placesOf(text, close)
  const ends = closings.length > 12 ? [...closings.slice(0, 6), ...closings.slice(-6)] : closings
  return placesOf(text, open)
    .slice(0, 4)
    .flatMap((at) => {
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

/** A part of an answer that stands somewhere else, too: where it ends in the answer, and how long it is. */
export interface Found {
  readonly end: number
  readonly length: number
}

const nowhere: Found = { end: 0, length: 0 }

const exact = (text: string, limit: number, quote: string): Found => {
  if (quote === "" || quote.length > limit) return nowhere
  if (text.startsWith(quote)) return { end: quote.length, length: quote.length }
  if (quote.length < leastTail) return nowhere
  const at = text.slice(0, limit).lastIndexOf(quote)
  return at < 0 ? nowhere : { end: at + quote.length, length: quote.length }
}

/** The longest common run around each place where a sample of the text stands. */
const runAround = (text: string, limit: number, needle: number, haystack: string): Found => {
  const piece = text.slice(needle, Math.min(needle + sampleSize, limit))
  let best = nowhere
  for (const found of placesOf(haystack, piece)) {
    let end = needle + piece.length
    for (let at = found + piece.length; end < limit && haystack[at] === text[end]; at++) end++
    let start = needle
    for (let at = found - 1; start > 0 && at >= 0 && haystack[at] === text[start - 1]; at--) start--
    if (end - start > best.length) best = { end, length: end - start }
  }
  return best
}

/** The longest run of the first `limit` units of a text that stands in another; the last of equally long ones. */
const longestRun = (text: string, limit: number, haystack: string): Found => {
  let best = nowhere
  const first = Math.max(0, limit - searched)
  for (let needle = limit - sampleSize; needle > first;) {
    const run = runAround(text, limit, needle, haystack)
    if (run.length > best.length) best = run
    // What is shorter than the best cannot come before its own length is left.
    needle = run.length === 0 ? needle - sampleSize : Math.min(needle - 1, run.end - run.length - sampleSize)
    if (best.length > needle + sampleSize) break
  }
  const start = limit > 0 ? runAround(text, limit, 0, haystack) : nowhere
  return start.length > best.length ? start : best
}

const shortest = (text: string, limit: number, haystack: string): Found => {
  for (let length = Math.min(limit, sampleSize) - 1; length > 0; length--) {
    if (haystack.includes(text.slice(0, length))) return { end: length, length }
  }
  return nowhere
}

/**
 * Where in a text the partial answer ends that a turn quotes. A quotation between marks is taken as it stands; without
 * marks, the longest run of agreeing words.
 *
 * @internal
 */
export const quoted = (text: string, limit: number, turn: string): Found => {
  let best = nowhere
  for (const quote of marked(turn)) {
    const found = exact(text, limit, quote)
    if (found.length > best.length) best = found
  }
  if (best.length > 0) return best
  const run = longestRun(text, limit, turn)
  return run.length > 0 ? run : shortest(text, limit, turn)
}

/**
 * Where in a text the partial answer ends with which another text ends, blanks at its end aside: 0 for nowhere.
 *
 * @internal
 */
export const endsAt = (text: string, limit: number, other: string): number => {
  const tail = other.trimEnd()
  if (tail === "" || limit === 0) return 0
  if (text.startsWith(tail)) return text.startsWith(other) ? other.length : tail.length
  const last = tail.slice(-leastTail)
  if (last.length < leastTail) return 0
  let best = nowhere
  for (const found of placesOf(text.slice(0, limit), last)) {
    const end = found + last.length
    let length = last.length
    while (length < end && length < tail.length && text[end - 1 - length] === tail[tail.length - 1 - length]) length++
    if (length >= best.length) best = { end, length }
  }
  if (best.length < Math.min(sampleSize, tail.length)) return 0
  const blanks = other.slice(tail.length)
  return text.startsWith(blanks, best.end) ? best.end + blanks.length : best.end
}
