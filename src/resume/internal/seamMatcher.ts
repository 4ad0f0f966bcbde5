/**
 * The matcher's state: what of a reply is held back, and when that ends.
 *
 * @internal
 */
import { isWeak, measure } from "./seamAnchor.js"
import { coreLength, Folded, isBlank, isHighSurrogate, leadingLength } from "./seamFold.js"
import type { Doubt, Ground, Match, Verdict } from "./seamJudge.js"
import { findAnchor, judge } from "./seamJudge.js"
import { findOverlap, findRestart, findWord, firstUnit } from "./seamOverlap.js"

/** @internal */
export type Method = "anchor" | "normalised" | "overlap" | "none"

/** @internal */
export interface Outcome {
  readonly certain: boolean
  readonly method: Method
  readonly failed: boolean
  readonly doubt?: Doubt | undefined
  readonly dropped: number
  readonly before: string
  readonly after: string
}

/** @internal */
export interface Step {
  readonly emit: string
  readonly resolved: Outcome | undefined
}

const context = 40
const runLength = 48

/** @internal */
export const groundOf = (partial: string, anchor: string | undefined, stopSequences: ReadonlyArray<string>): Ground => {
  const folded = new Folded(partial)
  const end = coreLength(partial)
  const core = folded.text.slice(0, folded.unitAt(end))
  const ground = { partial: folded, core, trail: partial.slice(end), anchor: undefined }
  const isUsable =
    anchor !== undefined
    && !isBlank(anchor)
    && partial.endsWith(anchor)
    && !stopSequences.some((stop) => stop !== "" && anchor.includes(stop))
  if (!isUsable) {
    return ground
  }
  const text = anchor.slice(0, coreLength(anchor))
  const { bits, unique } = measure(folded, anchor)
  const own = new Folded(text).text
  return { ...ground, anchor: { core: text, folded: own, unique, weak: isWeak(own, bits) } }
}

/** @internal */
export class Matcher {
  private readonly reply = new Folded()
  private match: Match | undefined
  private outcome: Outcome | undefined
  private carry = ""
  private searched = 0
  private departed = false
  private run: number | undefined = 0
  private credit = 0
  /** The offset in the partial answer of the character that comes next if the reply goes on repeating it. */
  private expected: number | undefined = 0
  private along = ""
  private closing: string | undefined
  private tail = ""
  private closed = false

  constructor(
    private readonly ground: Ground,
    private readonly window: number
  ) {}

  get held(): number {
    if (this.closed) {
      return 0
    }
    const held = this.outcome === undefined ? this.reply.raw.length + this.along.length : this.tail.length
    return held + this.carry.length
  }

  push(piece: string): Step {
    if (this.closed) {
      return { emit: "", resolved: undefined }
    }
    const text = this.carry + piece
    const isOpen = isHighSurrogate(text.charCodeAt(text.length - 1))
    this.carry = isOpen ? text.slice(-1) : ""
    const whole = isOpen ? text.slice(0, -1) : text
    if (this.outcome !== undefined) {
      return { emit: this.release(whole), resolved: undefined }
    }
    return this.take(whole) ?? { emit: "", resolved: undefined }
  }

  end(): Step {
    if (this.closed) {
      return { emit: "", resolved: undefined }
    }
    const rest = this.carry
    this.carry = ""
    if (this.outcome === undefined) {
      this.settleAlong()
      this.reply.append(rest)
      const step = this.advance(true, "") ?? this.settle(this.reply.raw.length, "none", "endedEarly", "")
      const tail = this.takeTail()
      this.closed = true
      return { emit: step.emit + tail, resolved: step.resolved }
    }
    const emit = this.release(rest) + this.takeTail()
    this.closed = true
    return { emit, resolved: undefined }
  }

  discard(): number {
    const held = this.held
    this.closed = true
    this.carry = ""
    this.tail = ""
    return held
  }

  /** One character at a time: the outcome must not depend on how the reply was cut into pieces. */
  private take(text: string): Step | undefined {
    for (let index = 0; index < text.length;) {
      const stride = this.strideIn(text, index)
      const length = stride > 0 ? stride : (text.codePointAt(index) ?? 0) > 0xffff ? 2 : 1
      const piece = text.slice(index, index + length)
      index += length
      const isAlong = this.expected !== undefined && this.ground.partial.raw.startsWith(piece, this.expected)
      this.expected = isAlong ? (this.expected ?? 0) + length : undefined
      if (stride > 0) {
        this.along += piece
        continue
      }
      this.settleAlong()
      this.reply.append(piece)
      const step = this.advance(false, text.slice(index))
      if (step !== undefined) {
        return step
      }
    }
    return undefined
  }

  private settleAlong(): void {
    if (this.along !== "") {
      this.reply.append(this.along)
      this.along = ""
      this.credit = this.departed ? this.credit : this.reply.raw.length
    }
  }

  /** How far the piece repeats the partial answer where nothing can be decided, so that a long repeat costs little. */
  private strideIn(text: string, index: number): number {
    const { anchor, partial } = this.ground
    if (this.expected === undefined || this.match !== undefined || anchor?.unique === false) {
      return 0
    }
    const limit = partial.raw.length - anchorLength(this.ground) - this.ground.trail.length - 2 * runLength
    let length = 0
    while (
      index + length < text.length
      && this.expected + length < limit
      && text.charCodeAt(index + length) === partial.raw.charCodeAt(this.expected + length)
    ) {
      length++
    }
    return isHighSurrogate(text.charCodeAt(index + length - 1)) ? length - 1 : length
  }

  private advance(final: boolean, rest: string): Step | undefined {
    const anchor = this.ground.anchor
    if (this.match === undefined && anchor !== undefined) {
      this.match = findAnchor(this.ground, this.reply, this.searched, final)
      this.searched = Math.max(0, this.reply.text.length - anchor.folded.length - 4)
    }
    if (this.match !== undefined) {
      const isLate = this.reply.raw.length - this.match.end > this.window + anchorLength(this.ground)
      const verdict = judge(this.ground, this.reply, this.match, final || isLate)
      return verdict === undefined ? undefined : this.settleMatch(this.match, verdict, rest)
    }
    return final ? this.finish() : this.search(rest)
  }

  /** No anchor yet: holds on, unless an overlap already speaks, there is none to wait for, or the window is full. */
  private search(rest: string): Step | undefined {
    this.follow()
    const isEarly = !this.departed && this.run === undefined
    if (isEarly) {
      this.departed = true
      const overlap = findOverlap(this.ground, this.reply)
      if (overlap !== undefined) {
        return this.settle(overlap.at, "overlap", "noAnchor", rest)
      }
    }
    if (this.ground.anchor === undefined && this.departed) {
      return this.fallback(rest, "noAnchor")
    }
    const isFull = this.reply.raw.length - this.credit > this.window
    return isFull && this.expected === undefined && !this.runs() ? this.fallback(rest, "window") : undefined
  }

  /** Keeps the place in the partial answer at which the whole reply stands, while there is one. */
  private follow(): void {
    const text = this.reply.settled.slice(firstUnit(this.reply))
    if (this.run === undefined || this.departed) {
      return
    }
    if (!this.ground.partial.text.startsWith(text, this.run)) {
      const next = this.ground.partial.text.indexOf(text, this.run)
      this.run = next < 0 ? undefined : next
    }
    this.credit = this.run === undefined ? Math.max(0, this.reply.raw.length - 1) : this.reply.raw.length
  }

  /** Whether the end of the reply runs along the partial answer, on its way to the anchor. */
  private runs(): boolean {
    const tail = this.reply.text.slice(-runLength)
    const known = this.ground.partial.text
    const at = tail.length < runLength ? -1 : known.indexOf(tail)
    const isFound = at >= 0 && at === known.lastIndexOf(tail)
    this.expected = isFound ? this.ground.partial.endBefore(at + tail.length) : undefined
    return isFound
  }

  private fallback(rest: string, doubt: Doubt): Step {
    const repeat =
      findOverlap(this.ground, this.reply) ?? findRestart(this.ground, this.reply) ?? findWord(this.ground, this.reply)
    return repeat === undefined
      ? this.settle(0, "none", doubt, rest)
      : this.settle(repeat.at, "overlap", repeat.kind === "restart" ? "repeated" : doubt, rest)
  }

  private finish(): Step {
    const raw = this.reply.raw
    const anchor = this.ground.anchor?.folded ?? ""
    const text = this.reply.text.slice(firstUnit(this.reply)).trimEnd()
    let ending = Math.min(anchor.length - 1, text.length)
    while (ending > 0 && !text.endsWith(anchor.slice(0, ending))) {
      ending--
    }
    // The whole reply, or enough of its end, is the beginning of the anchor: it stopped inside.
    const isHead = this.ground.anchor?.core.startsWith(raw.slice(leadingLength(raw), coreLength(raw))) ?? false
    if (isBlank(raw) || isHead || (ending > 0 && (ending === text.length || ending >= 8))) {
      return this.settle(raw.length, "none", "endedEarly", "")
    }
    return this.fallback("", "noAnchor")
  }

  private settleMatch(match: Match, verdict: Verdict, rest: string): Step {
    this.closing = verdict.closing
    return this.settle(verdict.at, match.exact ? "anchor" : "normalised", verdict.doubt, rest)
  }

  private settle(at: number, method: Method, doubt: Doubt | undefined, rest: string): Step {
    const text = this.reply.raw.slice(at) + rest
    const isMatch = method === "anchor" || method === "normalised"
    this.outcome = {
      certain: doubt === undefined,
      method,
      failed: !isMatch && isBlank(text),
      doubt,
      dropped: at,
      before: aroundEnd(this.ground.partial.raw),
      after: aroundStart(text)
    }
    return { emit: this.release(text), resolved: this.outcome }
  }

  /** Lets text go, but for what may be the closing of something opened before the anchor. */
  private release(text: string): string {
    if (this.closing === undefined) {
      return text
    }
    const all = this.tail + text
    const at = closingStart(all, this.closing)
    this.tail = all.slice(at)
    return all.slice(0, at)
  }

  private takeTail(): string {
    const tail = this.tail
    this.tail = ""
    return tail.trim() === this.closing ? "" : tail
  }
}

const anchorLength = (ground: Ground): number => ground.anchor?.core.length ?? 0

/** Where the end of a text begins that may be `closing` with blanks around it, whole or unfinished. */
const closingStart = (text: string, closing: string): number => {
  const end = coreLength(text)
  for (let length = Math.min(closing.length, end); length > 0; length--) {
    if (text.slice(0, end).endsWith(closing.slice(0, length)) && (end === text.length || length === closing.length)) {
      return closing.length > 2 ? coreLength(text.slice(0, end - length)) : end - length
    }
  }
  return closing.length > 2 ? end : text.length
}

const aroundEnd = (text: string): string => {
  const at = Math.max(0, text.length - context)
  return text.slice(at > 0 && isHighSurrogate(text.charCodeAt(at - 1)) ? at + 1 : at)
}

const aroundStart = (text: string): string => {
  const at = Math.min(text.length, context)
  return text.slice(0, at > 0 && isHighSurrogate(text.charCodeAt(at - 1)) ? at - 1 : at)
}
