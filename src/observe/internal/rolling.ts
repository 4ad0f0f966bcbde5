import { Histogram } from "./histogram.js"

/** Errors of one tag. */
export interface Tally {
  all: number
  /** Those that say something of the API's health. */
  counted: number
}

const tally = (tallies: Map<string, Tally>, tag: string, all: number, counted: number): void => {
  const found = tallies.get(tag)
  if (found === undefined) tallies.set(tag, { all, counted })
  else {
    found.all += all
    found.counted += counted
  }
}

export type Tallies = ReadonlyMap<string, Tally>

/** A part of so many. */
export interface Rate {
  readonly value: number
  readonly volume: number
}

const rateOf = (errors: Tallies, succeeded: number, mended: number): Rate => {
  let counted = 0
  for (const tally of errors.values()) counted += tally.counted
  const failed = Math.max(0, counted - mended)
  const volume = failed + succeeded
  return { value: volume === 0 ? 0 : failed / volume, volume }
}

/** What happened within some time. */
export class Totals {
  succeeded = 0
  interrupted = 0
  retries = 0
  cuts = 0
  resumes = 0
  /** Calls whose failure the caller did not see, since their stream went on. */
  mended = 0
  inputTokens = 0
  outputTokens = 0
  readonly callErrors = new Map<string, Tally>()
  readonly attemptErrors = new Map<string, Tally>()
  readonly latency = new Histogram()
  readonly firstToken = new Histogram()
  /** When the first counted failure was, of a call or an attempt. */
  firstFailureAt: number | undefined = undefined

  callFailed(tag: string, counts: boolean, at: number): void {
    tally(this.callErrors, tag, 1, counts ? 1 : 0)
    if (counts) this.firstFailureAt ??= at
  }

  attemptFailed(tag: string, counts: boolean, at: number): void {
    tally(this.attemptErrors, tag, 1, counts ? 1 : 0)
    if (counts) this.firstFailureAt ??= at
  }

  /** Of calls that ended: failures that count and that the caller saw, and all that can be compared with them. */
  get callRate(): Rate {
    return rateOf(this.callErrors, this.succeeded, this.mended)
  }

  /** Of attempts that were made. */
  get attemptRate(): Rate {
    return rateOf(this.attemptErrors, this.succeeded, 0)
  }

  /** Adds what happened later. */
  merge(other: Totals): void {
    this.succeeded += other.succeeded
    this.interrupted += other.interrupted
    this.retries += other.retries
    this.cuts += other.cuts
    this.resumes += other.resumes
    this.mended += other.mended
    this.inputTokens += other.inputTokens
    this.outputTokens += other.outputTokens
    for (const [tag, { all, counted }] of other.callErrors) tally(this.callErrors, tag, all, counted)
    for (const [tag, { all, counted }] of other.attemptErrors) tally(this.attemptErrors, tag, all, counted)
    this.latency.merge(other.latency)
    this.firstToken.merge(other.firstToken)
    this.firstFailureAt ??= other.firstFailureAt
  }
}

interface Slot {
  readonly index: number
  readonly totals: Totals
}

/** The last while in slots of equal length, of which old ones make room for new ones. */
export class Rolling {
  private readonly slots: Array<Slot | undefined>
  private newest = 0

  /** Both in milliseconds. */
  constructor(
    readonly slotMillis: number,
    readonly length: number
  ) {
    this.slots = Array.from({ length: Math.ceil(length / slotMillis) })
  }

  /** Where what happens now is counted. A clock that was set back does not bring old slots back. */
  at(millis: number): Totals {
    const index = Math.max(this.newest, Math.floor(millis / this.slotMillis))
    this.newest = index
    const place = index % this.slots.length
    const found = this.slots[place]
    if (found?.index === index) return found.totals
    const totals = new Totals()
    this.slots[place] = { index, totals }
    return totals
  }

  /**
   * What happened in the last `length` milliseconds but the last `but`, both rounded up to whole slots; the running
   * slot counts as one.
   */
  sum(now: number, length: number, but = 0): Totals {
    const current = Math.max(this.newest, Math.floor(now / this.slotMillis))
    const last = current - Math.ceil(but / this.slotMillis)
    const first = Math.max(current - Math.min(Math.ceil(length / this.slotMillis), this.slots.length) + 1, 0)
    const sum = new Totals()
    for (let index = first; index <= last; index++) {
      const slot = this.slots[index % this.slots.length]
      if (slot?.index === index) sum.merge(slot.totals)
    }
    return sum
  }
}
