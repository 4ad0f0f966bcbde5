import { Outcomes } from "./outcomes.js"

/**
 * How an attempt ended, as the breaker sees it: `ignored` says nothing of the other side's health.
 *
 * @since 0.1.0
 * @category models
 */
export type Outcome = "success" | "failure" | "ignored"

/**
 * Calls go through; their outcomes are counted.
 *
 * @since 0.1.0
 * @category models
 */
export interface Closed {
  readonly _tag: "Closed"
  /** Failures within the window. */
  readonly failures: number
  /** Successes and failures within the window. */
  readonly outcomes: number
  /** Failures in a row. */
  readonly consecutive: number
  /** Closed by hand: outcomes are not counted until `reset`. */
  readonly forced: boolean
}

/**
 * Calls are refused.
 *
 * @since 0.1.0
 * @category models
 */
export interface Open {
  readonly _tag: "Open"
  /** In epoch milliseconds. */
  readonly since: number
  /** When a probe may be tried, in epoch milliseconds; `undefined` if it was opened by hand. */
  readonly until: number | undefined
  /** Opened by hand: it stays so until `reset` or `forceClosed`. */
  readonly forced: boolean
}

/**
 * One call may try whether the other side is well again.
 *
 * @since 0.1.0
 * @category models
 */
export interface HalfOpen {
  readonly _tag: "HalfOpen"
  /** In epoch milliseconds. */
  readonly since: number
  /** Probes under way. */
  readonly probes: number
  /** When the next probe may be tried, in epoch milliseconds: at once while none is under way. */
  readonly nextProbe: number
}

/**
 * What a breaker does with the calls of a key.
 *
 * @since 0.1.0
 * @category models
 */
export type State = Closed | Open | HalfOpen

/**
 * The state of a key changed.
 *
 * @since 0.1.0
 * @category models
 */
export interface Transition {
  /** Epoch milliseconds. */
  readonly at: number
  readonly key: string
  readonly from: State["_tag"]
  readonly to: State["_tag"]
  /**
   * `failures-in-a-row` and `failure-rate` open it; `elapsed` lets a probe try, which closes (`probe-succeeded`) or
   * opens it again (`probe-failed`); `forced` and `reset` are by hand.
   */
  readonly reason:
    "failures-in-a-row" | "failure-rate" | "elapsed" | "probe-succeeded" | "probe-failed" | "forced" | "reset"
  /** When a probe may be tried; of a transition to `Open` that was not forced. */
  readonly until: number | undefined
}

/** The options of a breaker, resolved. */
export interface Settings {
  readonly failureRate: number
  readonly minimumOutcomes: number
  readonly windowMillis: number
  readonly consecutiveFailures: number
  readonly openMillis: number
  readonly maxOpenMillis: number
}

/** A call that was let through. */
export interface Pass {
  readonly period: number
  readonly probe: boolean
}

/** How many milliseconds until it is worth asking again; infinite where only a hand can open the way. */
export interface Refusal {
  readonly wait: number
}

/**
 * The breaker of one key: a state machine that is told the time. An outcome counts only in the period in which its
 * call began: what comes late says nothing of how things are now.
 */
export class Circuit {
  /** How often what a refusal said stopped being true. */
  changes = 0
  private mode: State["_tag"] = "Closed"
  private forced = false
  private period = 0
  private since = 0
  private until = 0
  /** How often it opened since it was closed last. */
  private opened = 0
  private consecutive = 0
  private probes = 0
  private lastProbe = -Infinity
  private readonly outcomes: Outcomes
  private readonly waiting = new Set<() => void>()

  constructor(
    readonly key: string,
    private readonly settings: Settings,
    private readonly tell: (transition: Transition) => void
  ) {
    this.outcomes = new Outcomes(settings.windowMillis)
  }

  state(now: number): State {
    this.advance(now)
    const { forced, since } = this
    switch (this.mode) {
      case "Closed": {
        this.outcomes.expire(now)
        const { failures, total } = this.outcomes
        return { _tag: "Closed", failures, outcomes: total, consecutive: this.consecutive, forced }
      }
      case "Open":
        return { _tag: "Open", since, until: forced ? undefined : this.until, forced }
      case "HalfOpen":
        return { _tag: "HalfOpen", since, probes: this.probes, nextProbe: Math.max(since, this.nextProbe()) }
    }
  }

  /** How long until a call may be let through; 0 if it may be now. */
  waitFor(now: number): number {
    this.advance(now)
    switch (this.mode) {
      case "Closed":
        return 0
      case "Open":
        return this.forced ? Infinity : this.until - now
      case "HalfOpen":
        return Math.max(0, this.nextProbe() - now)
    }
  }

  enter(now: number): Pass | Refusal {
    const wait = this.waitFor(now)
    if (wait > 0) return { wait }
    const probe = this.mode === "HalfOpen"
    if (probe) {
      this.probes++
      this.lastProbe = now
    }
    return { period: this.period, probe }
  }

  /** Must be told once for each pass. */
  record(pass: Pass, outcome: Outcome, now: number): void {
    if (pass.period !== this.period || this.forced) return
    if (pass.probe) this.endProbe(outcome, now)
    else if (outcome !== "ignored") this.count(outcome === "failure", now)
  }

  forceOpen(now: number): void {
    this.go("Open", "forced", now, true)
  }

  forceClosed(now: number): void {
    this.go("Closed", "forced", now, true)
  }

  reset(now: number): void {
    this.go("Closed", "reset", now, false)
  }

  /** Calls back, once, when a call that was refused may ask again before its time: at once if that was since `seen`. */
  onChange(seen: number, callback: () => void): () => void {
    if (seen === this.changes) this.waiting.add(callback)
    else callback()
    return () => {
      this.waiting.delete(callback)
    }
  }

  private advance(now: number): void {
    if (this.mode === "Open" && !this.forced && now >= this.until) this.go("HalfOpen", "elapsed", now, false)
  }

  /** A probe that never comes back must not keep all others out: after another open period the next may try. */
  private nextProbe(): number {
    return this.probes === 0 ? -Infinity : this.lastProbe + this.openMillis(this.opened - 1)
  }

  private openMillis(before: number): number {
    return Math.min(this.settings.maxOpenMillis, this.settings.openMillis * 2 ** Math.min(before, 52))
  }

  private count(failed: boolean, now: number): void {
    const { consecutiveFailures, failureRate, minimumOutcomes } = this.settings
    this.outcomes.add(failed, now)
    this.consecutive = failed ? this.consecutive + 1 : 0
    const { failures, total } = this.outcomes
    if (this.consecutive >= consecutiveFailures) this.open("failures-in-a-row", now)
    else if (failures > 0 && total >= minimumOutcomes && failures >= failureRate * total) this.open("failure-rate", now)
  }

  private endProbe(outcome: Outcome, now: number): void {
    if (outcome === "success") {
      this.go("Closed", "probe-succeeded", now, false)
    } else if (outcome === "failure") {
      this.open("probe-failed", now)
    } else {
      this.probes--
      this.wake()
    }
  }

  private open(reason: Transition["reason"], now: number): void {
    this.until = now + this.openMillis(this.opened)
    this.opened++
    this.go("Open", reason, now, false)
  }

  private go(to: State["_tag"], reason: Transition["reason"], now: number, forced: boolean): void {
    const from = this.mode
    const isNews = from !== to || forced !== this.forced
    this.mode = to
    this.forced = forced
    this.period++
    this.since = now
    this.probes = 0
    this.consecutive = 0
    this.outcomes.clear()
    if (to === "Closed") this.opened = 0
    const until = to === "Open" && !forced ? this.until : undefined
    if (isNews) this.tell({ at: now, key: this.key, from, to, reason, until })
    this.wake()
  }

  private wake(): void {
    this.changes++
    const callbacks = [...this.waiting]
    this.waiting.clear()
    for (const callback of callbacks) callback()
  }
}
