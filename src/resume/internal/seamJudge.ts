/**
 * What an anchor that was found in a reply is worth: where the new text begins, and every reason to doubt it.
 *
 * @internal
 */
import { coreLength, Folded, isBlank, leadingLength } from "./seamFold.js"
import { certainBits, noveltyFrom, retoldBits } from "./seamWeight.js"

/** @internal */
export type Doubt =
  | "weakAnchor"
  | "ambiguousAnchor"
  | "preamble"
  | "quoted"
  | "boundary"
  | "lineBreak"
  | "aside"
  | "repeated"
  | "noAnchor"
  | "window"
  | "endedEarly"

/** What is known of the partial answer before the reply begins. @internal */
export interface Ground {
  readonly partial: Folded
  /** The folded partial answer without the blanks at its end. */
  readonly core: string
  /** The blanks and invisible characters at the end of the partial answer. */
  readonly trail: string
  readonly anchor:
    | {
        readonly core: string
        readonly folded: string
        readonly unique: boolean
        readonly weak: boolean
      }
    | undefined
}

/** Where the anchor stands in a reply: raw offsets, and the folded unit at its start. @internal */
export interface Match {
  readonly start: number
  readonly end: number
  readonly unit: number
  readonly exact: boolean
}

/** @internal */
export interface Verdict {
  readonly at: number
  readonly doubt: Doubt | undefined
  /** What may stand at the very end of the reply, and belongs to what was opened before the anchor. */
  readonly closing?: string | undefined
}

const preambleLength = 300
const asideLength = 120
const look = 200
const doubled = 12
const headLength = 60

const closings: Readonly<Record<string, string>> = { "“": "”", "„": "“", "«": "»", "‘": "’", "「": "」", "『": "』" }

/** The next place of the anchor in the reply, from a folded unit on. @internal */
export const findAnchor = (ground: Ground, reply: Folded, from: number, final: boolean): Match | undefined => {
  const anchor = ground.anchor
  if (anchor === undefined) {
    return undefined
  }
  let unit = reply.text.indexOf(anchor.folded, from)
  while (unit >= 0 && !(reply.isAligned(unit) && reply.isAligned(unit + anchor.folded.length))) {
    unit = reply.text.indexOf(anchor.folded, unit + 1)
  }
  // A cut between a letter and its mark makes the exact text differ from every folded one.
  const raw = reply.raw.indexOf(anchor.core, reply.start(from))
  const isFolded = unit >= 0 && (raw < 0 || raw >= reply.start(unit))
  if (!isFolded && raw < 0) {
    return undefined
  }
  const start = isFolded ? reply.start(unit) : raw
  const end = isFolded ? reply.endBefore(unit + anchor.folded.length) : raw + anchor.core.length
  if (end >= reply.raw.length && !final) {
    return undefined
  }
  const exact = end - start === anchor.core.length && reply.raw.startsWith(anchor.core, start)
  return { start, end, unit: isFolded ? unit : reply.unitAt(raw), exact }
}

interface Boundary {
  readonly at: number
  readonly exact: boolean
}

/** Where the new text begins behind a repeat, and whether the blanks there are those of the cut. @internal */
export const boundary = (trail: string, reply: string, end: number): Boundary => {
  const rest = reply.slice(end)
  const run = rest.slice(0, leadingLength(rest))
  if (run.startsWith(trail)) {
    return { at: end + trail.length, exact: true }
  }
  // Blanks of another kind stand for those that were delivered, unless they break a line that was not broken.
  return { at: run.includes("\n") && !trail.includes("\n") ? end : end + run.length, exact: false }
}

/** Where the repeat begins: the anchor, and before it all that equals the partial answer. */
interface Repeat {
  readonly start: number
  /** How many folded units of it stand before the anchor. */
  readonly extra: number
}

const repeatOf = (ground: Ground, reply: Folded, match: Match): Repeat => {
  const before = ground.core.length - (ground.anchor?.folded.length ?? 0)
  let length = 0
  while (
    length < before
    && length < match.unit
    && reply.text[match.unit - 1 - length] === ground.core[before - 1 - length]
  ) {
    length++
  }
  const start = reply.start(match.unit - length)
  const extension = reply.raw.slice(start, match.start)
  return /[\p{L}\p{N}]/u.test(extension)
    ? { start: start + leadingLength(extension), extra: length }
    : { start: match.start, extra: 0 }
}

/** Where in the partial answer, folded, the repeat begins. */
const originOf = (ground: Ground, extra: number): number =>
  ground.core.length - (ground.anchor?.folded.length ?? 0) - extra

const rawOrigin = (ground: Ground, unit: number): number =>
  ground.partial.start(unit + (ground.core[unit] === " " ? 1 : 0))

const beginsLine = (ground: Ground, unit: number): boolean =>
  /\n[^\S\n]*$/u.test(ground.partial.raw.slice(0, rawOrigin(ground, unit)))

/**
 * More than the anchor was repeated, and a text that repeats itself might run on like this by itself. It cannot where
 * the repeat is the answer from its beginning, or from the beginning of the line that was cut in the middle.
 */
const isStale = (ground: Ground, extra: number): boolean => {
  const start = originOf(ground, extra)
  if (extra === 0 || start <= 1) {
    return false
  }
  const head = ground.core.slice(start, start + headLength)
  const isCutLine = beginsLine(ground, start) && !ground.partial.raw.slice(rawOrigin(ground, start)).includes("\n")
  return (
    !isCutLine
    || !isBrokenOff(ground)
    || ground.core.indexOf(head) !== ground.core.lastIndexOf(head)
    || noveltyFrom(ground.core.slice(0, start + headLength), start) < certainBits
  )
}

/**
 * Behind lines of its own, a repeat is one that was asked for only if no text would run into it: it begins a line
 * where the answer had the words inside one, or it is the whole answer again. Repeated lines come back by themselves.
 */
const isDeliberate = (ground: Ground, extra: number): boolean => {
  const start = originOf(ground, extra)
  return start <= 1 ? ground.core.length >= 120 : extra === 0 && !beginsLine(ground, start)
}

const openingOf = (lead: string): string | undefined => {
  const text = lead.slice(0, coreLength(lead))
  const fence = /(?:^|\n)[ \t]*(```|~~~)[^\n]*$/u.exec(text)
  if (fence?.[1] !== undefined && text.length < lead.length) {
    return fence[1]
  }
  const tag = /<([A-Za-z][\w-]*)>$/u.exec(text)
  if (tag?.[1] !== undefined) {
    return `</${tag[1]}>`
  }
  const mark = /(?:["'“„«‘「『]|[*_`]{1,3})$/u.exec(text)
  return mark === null ? undefined : (closings[mark[0]] ?? mark[0])
}

const isPreamble = (lead: string): boolean => {
  if (lead.length > preambleLength || !/\n[^\S\n]*$/u.test(lead) || lead.includes("```") || lead.includes("~~~")) {
    return false
  }
  const line = lead.trimEnd().split("\n").at(-1)?.trim() ?? ""
  return /\p{L}/u.test(line) && !/^[<>`~|#*_+=[({"“„«‘'-]/u.test(line) && !/["“”„«»'‘’`([{<>*_]$/u.test(line)
}

/** A line of its own behind the anchor that speaks about the answer rather than belonging to it. */
const asideOf = (between: string, rest: string, final: boolean): boolean | undefined => {
  const text = rest.slice(leadingLength(rest))
  const newline = text.indexOf("\n")
  if (newline < 0 ? text.length > asideLength : newline > asideLength) {
    return false
  }
  if (newline < 0 && !final) {
    return undefined
  }
  const line = (newline < 0 ? text : text.slice(0, newline)).trim()
  if (/[:：…]$/u.test(line) || /^([-*_=~])\1{2,}$/u.test(line)) {
    return true
  }
  if (newline < 0 || !/\n[^\S\n]*\n/u.test(between) || /^[#\-*|>\d`[(+<{}]/u.test(line)) {
    return false
  }
  const next = text.slice(newline + 1).replace(/^[^\S\n]+/u, "")
  return next === "" && !final ? undefined : next.startsWith("\n") || next === ""
}

/** Whether what follows the anchor is told a second time: `undefined` while it may be. */
const isRetold = (ground: Ground, follow: string, final: boolean): boolean | undefined => {
  const text = new Folded(follow).text.replace(/^[^\p{L}\p{N}]+/u, "")
  if (text === "") {
    return follow.length > 24 ? true : final ? false : undefined
  }
  const anchor = ground.anchor?.folded.replace(/^[^\p{L}\p{N}]+/u, "") ?? ""
  let common = 0
  while (common < text.length && common < anchor.length && text[common] === anchor[common]) {
    common++
  }
  if (common >= Math.min(doubled, anchor.length)) {
    return true
  }
  if (common === text.length) {
    return final ? common >= 4 : undefined
  }
  // Beyond this length the weight is known, and a search of a long partial answer for every piece would be waste.
  const known = text.slice(0, 120)
  if (!ground.partial.text.includes(known)) {
    const head = longestKnown(ground.partial.text, known)
    return noveltyFrom(head, 0) >= retoldBits
  }
  if (noveltyFrom(known, 0) >= retoldBits || known.length >= 120) {
    return true
  }
  return final ? false : undefined
}

const longestKnown = (partial: string, text: string): string => {
  let length = text.length
  while (length > 0 && !partial.includes(text.slice(0, length))) {
    length--
  }
  return text.slice(0, length)
}

const isBrokenOff = (ground: Ground): boolean =>
  !ground.trail.includes("\n") && /[\p{L}\p{N}\p{M},，、;—–-]$/u.test(ground.core)

/** Doubts that only what follows can raise or settle: `"wait"` while more of it is needed. */
const followDoubt = (
  ground: Ground,
  reply: Folded,
  match: Match,
  at: number,
  hasPreamble: boolean,
  final: boolean
): Doubt | "wait" | undefined => {
  const raw = reply.raw
  const rest = raw.slice(match.end)
  const run = rest.slice(0, leadingLength(rest))
  const follow = raw.slice(at)
  const broken = follow.slice(0, leadingLength(follow)).includes("\n")
  // With lines of its own on both sides the anchor is named rather than begun with.
  if ((hasPreamble && run.includes("\n")) || (broken && isBrokenOff(ground))) {
    return "lineBreak"
  }
  if (run.length === rest.length && !final) {
    return "wait"
  }
  const text = follow.slice(leadingLength(follow))
  if (/^(?:\.{3}|…|\[…|\[\.{3})/u.test(text)) {
    return "aside"
  }
  if (/^\[?\.{0,2}$/u.test(text) && text !== "" && !final) {
    return "wait"
  }
  const aside = run.includes("\n") ? asideOf(run, rest, final) : false
  const retold = isRetold(ground, follow, final)
  if (aside === true || retold === true) {
    return aside === true ? "aside" : "repeated"
  }
  if (aside === undefined || retold === undefined) {
    return "wait"
  }
  return lookAhead(ground, reply, match, text, hasPreamble, final)
}

const lookAhead = (
  ground: Ground,
  reply: Folded,
  match: Match,
  text: string,
  hasPreamble: boolean,
  final: boolean
): Doubt | "wait" | undefined => {
  if (!hasPreamble && !/^[—–"“”«»'‘’*`[(-]/u.test(text)) {
    return undefined
  }
  const second = findAnchor(ground, reply, match.unit + 1, final)
  if (second !== undefined) {
    return "repeated"
  }
  return final || reply.raw.length - match.end > look + (ground.anchor?.core.length ?? 0) ? undefined : "wait"
}

/** A reply that names the anchor before it repeats it: the second place is the likelier one, and nothing is certain. */
const judgeLoose = (ground: Ground, reply: Folded, match: Match, lead: string, final: boolean): Verdict | undefined => {
  const opening = openingOf(lead)
  const doubt: Doubt = opening === undefined ? "preamble" : "quoted"
  const second = findAnchor(ground, reply, match.unit + 1, final)
  if (second !== undefined) {
    return { at: boundary(ground.trail, reply.raw, second.end).at, doubt }
  }
  if (!final && reply.raw.length - match.end < look + (ground.anchor?.core.length ?? 0)) {
    return undefined
  }
  const place = boundary(ground.trail, reply.raw, match.end)
  if (opening === undefined) {
    return { at: place.at, doubt }
  }
  const rest = reply.raw.slice(place.at)
  const gap = leadingLength(rest)
  if (!rest.startsWith(opening, gap)) {
    return { at: place.at, doubt, closing: opening }
  }
  const closed = rest.slice(gap + opening.length)
  // A closed fence or block leaves a line break behind that is not the answer's.
  const lines = gap > 0 || opening.length > 2 ? (/^[^\S\n]*\n+/u.exec(closed)?.[0].length ?? 0) : 0
  return { at: place.at + gap + opening.length + lines, doubt }
}

/** Said again at once, behind no more than a line break or a quote: then the second place is the one to go on from. */
const afterDouble = (ground: Ground, reply: Folded, match: Match, at: number): number | undefined => {
  const second = findAnchor(ground, reply, match.unit + 1, true)
  if (second === undefined) {
    return undefined
  }
  const between = reply.raw.slice(match.end, second.start)
  const isBreak = /[^\p{L}\p{N}\s]|\n/u.test(between.slice(ground.trail.length)) && !/[\p{L}\p{N}]/u.test(between)
  return isBreak ? Math.max(at, boundary(ground.trail, reply.raw, second.end).at) : undefined
}

/** Whether what follows may still become the whole anchor a second time. */
const waitsForDouble = (ground: Ground, reply: Folded, match: Match): boolean => {
  const raw = reply.raw.slice(match.end)
  const follow = new Folded(raw).text.replace(/^[^\p{L}\p{N}]+/u, "")
  const anchor = ground.anchor?.folded.replace(/^[^\p{L}\p{N}]+/u, "") ?? ""
  return follow === "" ? raw.length < 24 : follow.length <= anchor.length && anchor.startsWith(follow)
}

/**
 * Judges the first place of the anchor in a reply. `undefined` asks for more of it; `final` says that there is none.
 *
 * @internal
 */
export const judge = (ground: Ground, reply: Folded, match: Match, final: boolean): Verdict | undefined => {
  const { extra, start } = repeatOf(ground, reply, match)
  const lead = reply.raw.slice(0, start)
  const isClean = isBlank(lead) || /^\s*(?:\.{2,3}|…)\s*$/u.test(lead)
  const hasPreamble = !isClean && isPreamble(lead)
  if (!isClean && !hasPreamble) {
    return judgeLoose(ground, reply, match, lead, final)
  }
  const place = boundary(ground.trail, reply.raw, match.end)
  const isOpen = leadingLength(reply.raw.slice(match.end)) === reply.raw.length - match.end
  if (isOpen && !final) {
    return undefined
  }
  const anchor = ground.anchor
  if (anchor === undefined || !anchor.unique || anchor.weak) {
    return { at: place.at, doubt: anchor?.unique === false ? "ambiguousAnchor" : "weakAnchor" }
  }
  if (hasPreamble && !isDeliberate(ground, extra)) {
    return judgeLoose(ground, reply, match, lead, final)
  }
  if (isStale(ground, extra)) {
    return { at: place.at, doubt: "repeated" }
  }
  const doubt = place.exact ? followDoubt(ground, reply, match, place.at, hasPreamble, final) : "boundary"
  if (doubt === "wait") {
    return undefined
  }
  if (doubt === undefined) {
    return { at: place.at, doubt }
  }
  if (hasPreamble) {
    return judgeLoose(ground, reply, match, lead, final)
  }
  return !final && waitsForDouble(ground, reply, match)
    ? undefined
    : { at: afterDouble(ground, reply, match, place.at) ?? place.at, doubt }
}
