import type { Outcome } from "../../../src/policy/CircuitBreaker.js"

/** Something that can be done to a breaker, or the passing of time. */
export type Action =
  | { readonly _tag: "enter" }
  /** Of the calls that were let in, the `which`-th from the last. */
  | { readonly _tag: "record"; readonly which: number; readonly outcome: Outcome }
  | { readonly _tag: "wait"; readonly millis: number }
  | { readonly _tag: "forceOpen" | "forceClosed" | "reset" }

/** What is seen of it. */
export interface Seen {
  readonly state: "Closed" | "Open" | "HalfOpen"
  /** How long until a call may enter; 0 if it may. */
  readonly wait: number
}

interface Known {
  readonly life: number
  readonly probe: boolean
  done: boolean
}

/**
 * A breaker as one would tell it: it keeps everything that ever happened and looks through all of it each time. A life
 * is the time between two changes of state.
 */
export class BreakerModel {
  now = 0
  private life = 0
  private state: Seen["state"] = "Closed"
  private byHand = false
  private failedProbes = 0
  private openedAt = 0
  private readonly calls: Array<Known> = []
  private readonly ends: Array<{ readonly life: number; readonly at: number; readonly failed: boolean }> = []
  private readonly probes: Array<{ readonly call: Known; readonly at: number }> = []

  see(): Seen {
    if (this.state === "Open" && !this.byHand && this.now >= this.openedAt + this.openFor()) {
      this.begin("HalfOpen", false)
    }
    return { state: this.state, wait: this.wait() }
  }

  enter(): boolean {
    const { state, wait } = this.see()
    if (wait > 0) return false
    const call = { life: this.life, probe: state === "HalfOpen", done: false }
    this.calls.push(call)
    if (call.probe) this.probes.push({ call, at: this.now })
    return true
  }

  record(which: number, outcome: Outcome): void {
    const call = this.calls.at(-1 - which)
    if (call === undefined || call.done) return
    call.done = true
    if (call.life !== this.life || this.byHand) return
    if (call.probe) {
      if (outcome === "success") this.begin("Closed", false)
      if (outcome === "failure") {
        this.failedProbes++
        this.begin("Open", false)
      }
    } else if (outcome !== "ignored") {
      this.ends.push({ life: this.life, at: this.now, failed: outcome === "failure" })
      if (this.isBad()) this.begin("Open", false)
    }
  }

  force(state: "Closed" | "Open"): void {
    this.begin(state, true)
  }

  reset(): void {
    this.begin("Closed", false)
  }

  private begin(state: Seen["state"], byHand: boolean): void {
    this.life++
    this.state = state
    this.byHand = byHand
    if (state === "Open") this.openedAt = this.now
    if (state === "Closed") this.failedProbes = 0
  }

  private openFor(): number {
    return [5000, 10_000, 20_000, 40_000][this.failedProbes] ?? 60_000
  }

  private wait(): number {
    if (this.state === "Closed") return 0
    if (this.state === "Open") return this.byHand ? Infinity : this.openedAt + this.openFor() - this.now
    const running = this.probes.filter(({ call }) => call.life === this.life && !call.done)
    const last = this.probes.at(-1)
    return running.length === 0 || last === undefined ? 0 : Math.max(0, last.at + this.openFor() - this.now)
  }

  private isBad(): boolean {
    const mine = this.ends.filter(({ life }) => life === this.life)
    if (mine.length >= 5 && mine.slice(-5).every(({ failed }) => failed)) return true
    const recent = mine.filter(({ at }) => this.now - at < 30_000)
    return recent.length >= 20 && recent.filter(({ failed }) => failed).length * 2 >= recent.length
  }
}
