/**
 * The push parser under `Sse` and the event decoder.
 *
 * Linear in the bytes of a chunk and in the number of chunks that one event spans: a line that a chunk leaves open is
 * kept as fragments and joined once, when its end comes.
 *
 * @internal
 */

import { largestText } from "../../internal/largestText.js"

const LF = 10
const SPACE = 32
const COLON = 58
const LETTER_D = 100
const LETTER_E = 101
const BYTE_ORDER_MARK = 0xfeff

/** Of a stream, in UTF-16 units: what may be held beside the data of an event for the time that it saves. */
const chunksHeld = 1024 * 1024

const empty = new Uint8Array(0)

/** The bytes at the end of a chunk that begin a UTF-8 sequence and do not finish it: 0 to 3. */
const openTail = (bytes: Uint8Array): number => {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back] ?? 0
    if (byte < 0x80) return 0
    // Cutting before a lead byte never changes what a decoder makes of either side, valid or not.
    if (byte >= 0xc0) return back < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) ? back : 0
  }
  return 0
}

const utf8Length = (text: string, start: number, end: number): number => {
  let bytes = end - start
  for (let i = start; i < end; i++) {
    const unit = text.charCodeAt(i)
    // Each half of a surrogate pair counts two: four bytes for the pair.
    if (unit > 0x7f) bytes += unit > 0x7ff && (unit < 0xd800 || unit > 0xdfff) ? 2 : 1
  }
  return bytes
}

/** @internal */
export class SseParser {
  /** What was done so far, in bytes and UTF-16 units: the test of linear time reads it. */
  readonly work = { decoded: 0, scanned: 0, joined: 0 }

  private readonly decoder = new TextDecoder("utf-8", { ignoreBOM: true })
  private carry = empty
  private started = false
  private afterCarriageReturn = false
  private failed = false

  private fragments: Array<string> = []
  private fragmentUnits = 0
  private fragmentBytes = 0
  private measured = 0

  private event: string | undefined = undefined
  private data: string | undefined = undefined
  private moreData: Array<string> | undefined = undefined
  private dataBytes = 0

  private readonly maxEventSize: number
  private passed = 0

  constructor(maxEventSize: number) {
    this.maxEventSize = Math.min(maxEventSize, largestText)
  }

  /** False once a line, or the data of an event, was larger than `maxEventSize`: nothing is parsed from then on. */
  feed(bytes: Uint8Array, onEvent: (data: string, event: string | undefined) => void): boolean {
    if (this.failed) return false
    const text = this.decode(bytes)
    if (text.length > 0) this.split(text, onEvent)
    if (this.moreData !== undefined) this.disengage(this.moreData, text.length)
    return !this.failed
  }

  /** Without the decoder's own stream mode, which is several times slower: open sequences are carried here. */
  private decode(chunk: Uint8Array): string {
    let bytes = chunk
    if (this.carry.length > 0) {
      bytes = new Uint8Array(this.carry.length + chunk.length)
      bytes.set(this.carry)
      bytes.set(chunk, this.carry.length)
      this.carry = empty
    }
    const tail = openTail(bytes)
    if (tail > 0) {
      // A copy, since a transport may use its buffer again.
      this.carry = bytes.slice(bytes.length - tail)
      bytes = bytes.subarray(0, bytes.length - tail)
    }
    this.work.decoded += bytes.length
    const text = this.decoder.decode(bytes)
    if (this.started || text.length === 0) return text
    this.started = true
    return text.charCodeAt(0) === BYTE_ORDER_MARK ? text.slice(1) : text
  }

  private split(text: string, onEvent: (data: string, event: string | undefined) => void): void {
    let start = this.afterCarriageReturn && text.charCodeAt(0) === LF ? 1 : 0
    this.afterCarriageReturn = false
    let lf = this.find(text, "\n", start)
    let cr = this.find(text, "\r", start)
    while (lf !== -1 || cr !== -1) {
      const end = lf === -1 || (cr !== -1 && cr < lf) ? cr : lf
      this.endLine(text, start, end, onEvent)
      if (this.failed) return
      start = end + 1
      if (end === cr) {
        if (start === text.length) this.afterCarriageReturn = true
        else if (text.charCodeAt(start) === LF) start++
        cr = this.find(text, "\r", start)
      }
      // Each kind of line end is looked for once over the text: what was found and not yet reached is kept.
      if (lf !== -1 && lf < start) lf = this.find(text, "\n", start)
    }
    if (start < text.length) this.keep(start === 0 ? text : text.slice(start))
  }

  private find(text: string, lineEnd: "\n" | "\r", from: number): number {
    const at = text.indexOf(lineEnd, from)
    this.work.scanned += (at === -1 ? text.length : at) - from
    return at
  }

  private keep(fragment: string): void {
    this.fragments.push(fragment)
    this.fragmentUnits += fragment.length
    if (this.fragmentUnits * 3 <= this.maxEventSize) return
    for (; this.measured < this.fragments.length; this.measured++) {
      const part = this.fragments[this.measured] ?? ""
      this.fragmentBytes += this.measure(part, 0, part.length)
    }
    if (this.fragmentBytes > this.maxEventSize) this.fail()
  }

  private endLine(
    text: string,
    start: number,
    end: number,
    onEvent: (data: string, event: string | undefined) => void
  ): void {
    if (this.fragments.length === 0) return this.takeLine(text, start, end, onEvent)
    this.fragments.push(text.slice(start, end))
    const line = this.fragments.join("")
    this.work.joined += line.length
    this.dropFragments()
    this.takeLine(line, 0, line.length, onEvent)
  }

  private takeLine(
    text: string,
    start: number,
    end: number,
    onEvent: (data: string, event: string | undefined) => void
  ): void {
    if (start === end) return this.dispatch(onEvent)
    if ((end - start) * 3 > this.maxEventSize && this.measure(text, start, end) > this.maxEventSize) return this.fail()
    const first = text.charCodeAt(start)
    if (first === LETTER_D && text.startsWith("data", start)) {
      const value = this.valueStart(text, start + 4, end)
      if (value !== -1) this.takeData(text.slice(value, end))
    } else if (first === LETTER_E && text.startsWith("event", start)) {
      const value = this.valueStart(text, start + 5, end)
      if (value !== -1) this.event = text.slice(value, end)
    }
    // Comments, `id`, `retry` and unknown fields mean nothing to this API.
  }

  /** Where a field's value begins, given where its name ends; -1 if the name goes on. */
  private valueStart(text: string, nameEnd: number, end: number): number {
    if (nameEnd === end) return end
    if (text.charCodeAt(nameEnd) !== COLON) return -1
    return nameEnd + 1 < end && text.charCodeAt(nameEnd + 1) === SPACE ? nameEnd + 2 : nameEnd + 1
  }

  private takeData(value: string): void {
    if (this.data === undefined) {
      this.data = value
      return
    }
    if (this.moreData === undefined) {
      this.moreData = [this.data]
      this.dataBytes = this.measure(this.data, 0, this.data.length)
    }
    this.moreData.push(value)
    this.dataBytes += 1 + this.measure(value, 0, value.length)
    if (this.dataBytes > this.maxEventSize) this.fail()
  }

  /**
   * A piece that was cut out of a chunk keeps all of that alive. Joined, the pieces of an open event are a text of
   * their own: often enough that comments between them weigh no more than the event may, and seldom enough to stay
   * linear.
   */
  private disengage(pieces: Array<string>, units: number): void {
    this.passed += units
    if (this.passed <= Math.max(chunksHeld, this.dataBytes)) return
    this.passed = 0
    const data = pieces.join("\n")
    this.work.joined += data.length
    pieces.length = 0
    pieces.push(data)
  }

  private dispatch(onEvent: (data: string, event: string | undefined) => void): void {
    const event = this.event
    let data = this.data
    if (this.moreData !== undefined) {
      data = this.moreData.join("\n")
      this.work.joined += data.length
    }
    this.event = this.data = this.moreData = undefined
    this.passed = 0
    if (data !== undefined) onEvent(data, event)
    else if (event !== undefined && event !== "") onEvent("", event)
  }

  private measure(text: string, start: number, end: number): number {
    this.work.scanned += end - start
    return utf8Length(text, start, end)
  }

  private dropFragments(): void {
    this.fragments = []
    this.fragmentUnits = this.fragmentBytes = this.measured = 0
  }

  private fail(): void {
    this.failed = true
    this.dropFragments()
    this.event = this.data = this.moreData = undefined
    this.carry = empty
  }
}
