/** What goes wrong with which request, decided by a seed. */
import type * as Effect from "effect/Effect"
import * as Hash from "effect/Hash"
import type * as Scope from "effect/Scope"
import { PCGRandom } from "effect/Utils"
import type { TransportRequest, TransportResponse } from "../../transport/Transport.js"
import type { TransportFault } from "../../transport/TransportFault.js"

/**
 * What a fault may look at to decide whether it fits.
 *
 * @since 0.1.0
 * @category models
 */
export interface Seen {
  /** How many requests came before, plus one: retries are requests of their own. */
  readonly nth: number
  readonly method: TransportRequest["method"]
  /** Without the query. */
  readonly path: string
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** The body as bytes. */
  readonly body: Uint8Array | undefined
  /** Whether a stream was asked for. */
  readonly streaming: boolean
  /** Whether a connection was asked for that has carried nothing before. */
  readonly fresh: boolean
}

export type Exchange = Effect.Effect<TransportResponse, TransportFault, Scope.Scope>

/** Choices that the seed decides. */
export interface Dice {
  /** At least 0, below 1. */
  readonly number: () => number
  /** A whole number, at least 0, below this one. */
  readonly below: (n: number) => number
}

/** The circumstances under which a fault strikes. */
export interface Moment {
  readonly request: TransportRequest
  readonly dice: Dice
  /** Tells that it was done, and what; the first word is kept. */
  readonly note: (detail: string) => void
}

export type Happen = (exchange: Exchange, moment: Moment) => Exchange

/**
 * A fault: what goes wrong, for whom, how often.
 *
 * @since 0.1.0
 * @category models
 */
export interface Fault {
  /** The name under which the log tells of it. */
  readonly name: string
  /** How many requests get it. */
  readonly times: number
  /** How many fitting requests pass before the first gets it. */
  readonly skip: number
  /** With which probability a fitting request gets it. */
  readonly probability: number
  readonly fits: (seen: Seen) => boolean
  /** @internal */
  readonly happen: Happen
}

export const fault = (name: string, happen: Happen, fits: Fault["fits"] = () => true): Fault => ({
  name,
  times: 1,
  skip: 0,
  probability: 1,
  fits,
  happen
})

/** 32 bits. */
const word = (random: PCGRandom): number => Math.floor(random.number() * 2 ** 32)

const diceOf = (random: PCGRandom): Dice => ({
  number: () => random.number(),
  below: (n) => Math.floor(random.number() * n)
})

interface Slot {
  readonly fault: Fault
  skipped: number
  done: number
}

/** The faults that are still to come. */
export class Plan {
  private readonly random: PCGRandom
  private slots: Array<Slot> = []

  constructor(faults: ReadonlyArray<Fault>, seed: string | number) {
    this.random = new PCGRandom(Hash.string(String(seed)))
    this.set(faults)
  }

  set(faults: ReadonlyArray<Fault>): void {
    this.slots = faults.map((fault) => ({ fault, skipped: 0, done: 0 }))
  }

  inject(faults: ReadonlyArray<Fault>): void {
    const later = this.slots
    this.set(faults)
    this.slots.push(...later)
  }

  /** The fault that this request gets, and the choices it may make: its own, however many others run meanwhile. */
  draw(seen: Seen): { readonly fault: Fault | undefined; readonly dice: Dice } {
    const dice = diceOf(new PCGRandom(word(this.random), word(this.random)))
    for (const slot of this.slots) {
      const { fault } = slot
      if (slot.done >= fault.times || !fault.fits(seen)) continue
      if (slot.skipped < fault.skip) {
        slot.skipped++
      } else if (fault.probability >= 1 || dice.number() < fault.probability) {
        slot.done++
        return { fault, dice }
      }
    }
    return { fault: undefined, dice }
  }
}
