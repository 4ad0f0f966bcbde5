import type { Amounts, LimitGroup } from "./limitGroup.js"
import { nothing } from "./limitGroup.js"

/** Why a call was not let in, and about how long it would have to wait; `undefined` if that is not known. */
export interface Refusal {
  readonly bound: "length" | "wait"
  readonly wait: number | undefined
}

/** A call in the queue. */
export interface Entry {
  readonly group: LimitGroup
  readonly cost: Amounts
  readonly priority: number
  readonly order: number
  readonly since: number
  /** When it gives up waiting. */
  readonly deadline: number
  /** Whether it has something to wait for besides its turn. */
  readonly isConditional: boolean
  /** Asked in the moment in which it would be let in. */
  readonly tryEnter: ((now: number) => boolean) | undefined
  /** `checking`: it is its turn, as soon as what it waits for besides has come. */
  state: "waiting" | "checking" | "admitted" | "refused"
  refusal: Refusal | undefined
  isReady: boolean
  /** When its turn may come by the passing of time. */
  wakeAt: number
  isWoken: boolean
  resume: (() => void) | undefined
  admittedAt?: number
}

/** How much a new observation weighs in the average. */
const weight = 0.2

const wake = (entry: Entry): void => {
  entry.isWoken = true
  entry.resume?.()
}

const isBefore = (a: Entry, b: Entry): boolean =>
  a.priority === b.priority ? a.order < b.order : a.priority > b.priority

const mayEnter = (entry: Entry, now: number): boolean =>
  entry.tryEnter === undefined ? !entry.isConditional || entry.isReady : entry.tryEnter(now)

const known = (wait: number): number | undefined => (wait > 0 && wait < Infinity ? wait : undefined)

const sum = (entries: Iterable<Entry>): Amounts => {
  let { inputTokens, outputTokens, requests } = nothing
  for (const { cost } of entries) {
    requests += cost.requests
    inputTokens += cost.inputTokens
    outputTokens += cost.outputTokens
  }
  return { requests, inputTokens, outputTokens }
}

/**
 * Who is let in next. Each limit group has a queue by priority and arrival, of which the first alone may go: nobody
 * overtakes, so the heaviest gets its turn. A group whose turn cannot come holds up no other; among the rest, places go
 * by priority and arrival again. All of it is told the time and does not wait itself.
 */
export class AdmissionQueue {
  running = 0
  queued = 0
  private readonly lines = new Map<LimitGroup, Array<Entry>>()
  /** How long calls keep their place, in milliseconds; a moving average. */
  private meanHold: number | undefined

  constructor(
    readonly concurrency: number,
    private readonly maxQueued: number
  ) {}

  queuedIn(group: LimitGroup): number {
    return this.lines.get(group)?.length ?? 0
  }

  /** Takes a call in, or refuses it: then and later it is in its state what became of it. */
  enter(entry: Entry, now: number): void {
    this.insert(entry)
    this.advance(now)
    if (entry.state !== "waiting") return
    const wait = this.estimate(entry, now)
    if (this.queued > this.maxQueued) this.refuse(entry, "length", this.guess(entry, wait), now)
    else if (now + wait > entry.deadline) this.refuse(entry, "wait", this.guess(entry, wait), now)
  }

  /** Lets in all whose turn it is, for an entry that was woken or has waited long enough. */
  visit(entry: Entry, now: number): void {
    entry.wakeAt = Infinity
    this.advance(now)
    if ((entry.state === "waiting" || entry.state === "checking") && now >= entry.deadline) {
      this.refuse(entry, "wait", this.guess(entry, this.estimate(entry, now)), now)
    }
    entry.isWoken = false
  }

  /** What the entry waited for has come. If it is not let in now, it has to ask again when its turn comes. */
  ready(entry: Entry, now: number): void {
    if (entry.state !== "checking") return
    entry.state = "waiting"
    entry.isReady = true
    this.advance(now)
    entry.isReady = false
  }

  leave(entry: Entry, now: number): void {
    this.remove(entry)
    this.advance(now)
  }

  /** `entry` is one that held its place, and not one that never came to it. */
  release(now: number, entry?: Entry): void {
    if (entry?.admittedAt !== undefined) {
      const held = now - entry.admittedAt
      this.meanHold = this.meanHold === undefined ? held : this.meanHold + weight * (held - this.meanHold)
    }
    this.running--
    this.advance(now)
  }

  /** Refuses all of a group who would give up before its turn can come. */
  refuseHopeless(group: LimitGroup, now: number): void {
    const wait = group.waitFor(nothing, nothing, now)
    const hopeless = (this.lines.get(group) ?? []).filter((entry) => now + wait > entry.deadline)
    for (const entry of hopeless) this.refuse(entry, "wait", wait, now)
  }

  /** Lets in all whose turn it is. */
  advance(now: number): void {
    while (this.running < this.concurrency) {
      const entry = this.next(now)
      if (entry === undefined) break
      if (mayEnter(entry, now)) {
        this.remove(entry)
        this.running++
        entry.group.admit(entry.cost, now)
        entry.state = "admitted"
        entry.admittedAt = now
      } else {
        entry.state = "checking"
      }
      wake(entry)
    }
    this.arm(now)
  }

  private next(now: number): Entry | undefined {
    let best: Entry | undefined
    for (const [group, [first]] of this.lines) {
      if (
        first?.state === "waiting"
        && (best === undefined || isBefore(first, best))
        && group.waitFor(first.cost, nothing, now) === 0
      ) {
        best = first
      }
    }
    return best
  }

  /** The first of each group has to wake by itself when time alone keeps it. */
  private arm(now: number): void {
    if (this.running >= this.concurrency) return
    for (const [group, [first]] of this.lines) {
      if (first?.state !== "waiting") continue
      const at = now + group.waitFor(first.cost, nothing, now)
      if (at < first.wakeAt) {
        first.wakeAt = at
        wake(first)
      }
    }
  }

  /** At least; what keeps a place and for how long cannot be known. */
  private estimate(entry: Entry, now: number): number {
    const line = this.lines.get(entry.group) ?? []
    return entry.group.waitFor(entry.cost, sum(line.slice(0, line.indexOf(entry))), now)
  }

  /** What is told of the wait: until the rates let it go or, by how long others keep theirs, until a place is free. */
  private guess(entry: Entry, wait: number): number {
    if (this.running < this.concurrency || this.meanHold === undefined) return wait
    let ahead = 0
    for (const line of this.lines.values()) for (const other of line) if (isBefore(other, entry)) ahead++
    return Math.max(wait, Math.round((this.meanHold * (ahead + 1)) / this.concurrency))
  }

  private insert(entry: Entry): void {
    const line = this.lines.get(entry.group)
    this.queued++
    if (line === undefined) {
      this.lines.set(entry.group, [entry])
      return
    }
    let at = line.length
    while (at > 0) {
      const before = line[at - 1]
      if (before === undefined || isBefore(before, entry)) break
      at--
    }
    line.splice(at, 0, entry)
  }

  private remove(entry: Entry): void {
    const line = this.lines.get(entry.group)
    const at = line?.indexOf(entry) ?? -1
    if (line === undefined || at < 0) return
    line.splice(at, 1)
    this.queued--
    if (line.length === 0) this.lines.delete(entry.group)
  }

  private refuse(entry: Entry, bound: Refusal["bound"], wait: number, now: number): void {
    entry.state = "refused"
    entry.refusal = { bound, wait: known(wait) }
    this.leave(entry, now)
    wake(entry)
  }
}
