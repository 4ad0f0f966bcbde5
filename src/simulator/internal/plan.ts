import type { Disturbance, Fault, Seen } from "../Disturbance.js"
import type { Dice } from "./dice.js"
import { dice } from "./dice.js"
import { isObject } from "./json.js"

/** When a fault acts: on a new connection, on the head of a request, or when the request was read. */
type Stage = "accept" | "head" | "body"

/** The faults that are still to come. */
export interface Plan {
  readonly onAccept: () => Fault | undefined
  readonly onHead: (seen: Seen) => Fault | undefined
  readonly onBody: (seen: Seen) => Fault | undefined
  readonly set: (faults: ReadonlyArray<Fault>) => void
  readonly inject: (faults: ReadonlyArray<Fault>) => void
}

interface Planned {
  readonly fault: Fault
  readonly stage: Stage
  passed: number
  used: number
}

const stageOf = ({ disturbances }: Fault): Stage => {
  const first = disturbances[0]
  if (first?._tag === "Drop" && first.moment === "accept") return "accept"
  if (first?._tag === "Drop" && first.moment === "reuse") return "head"
  return first?._tag === "DropUpload" || (first?._tag === "Answer" && first.early === true) ? "head" : "body"
}

const eventBound = (part: Disturbance): boolean => {
  switch (part._tag) {
    case "Cut":
      return typeof part.at !== "number" || part.how === "pings" || part.how === "badChunk"
    case "Insert":
    case "Malform":
    case "Speak":
    case "UnknownBlock":
      return true
    case "Stop":
      return part.at !== undefined
    default:
      return false
  }
}

const streams = (seen: Seen): boolean =>
  seen.route === "messages" && isObject(seen.body) && seen.body["stream"] === true

const fits = (fault: Fault, seen: Seen): boolean => {
  const reuse = fault.disturbances.some((part) => part._tag === "Drop" && part.moment === "reuse")
  if (reuse && seen.connection.nth < 2) return false
  if (fault.disturbances.some(eventBound) && !streams(seen)) return false
  if (fault.disturbances.some((part) => part._tag === "Stop") && seen.route !== "messages") return false
  return (fault.route === undefined || fault.route === seen.route) && (fault.fits === undefined || fault.fits(seen))
}

const left = (planned: Planned): boolean => planned.used < planned.fault.times

/** Counts a fitting request: whether this is one that gets the fault. */
const strikes = (planned: Planned, roll: Dice): boolean => {
  planned.passed++
  if (planned.passed <= planned.fault.skip) return false
  if (planned.fault.probability !== undefined && !roll.chance(planned.fault.probability)) return false
  planned.used++
  return true
}

// Whether a fault that acts later is sure to have this request: one that acts earlier must not push in before it.
const claims = (planned: Planned, seen: Seen): boolean =>
  planned.stage === "body"
  && left(planned)
  && planned.passed >= planned.fault.skip
  && planned.fault.probability === undefined
  && planned.fault.fits === undefined
  && !planned.fault.disturbances.some(eventBound)
  && fits(planned.fault, seen)

/** @internal */
export const make = (faults: ReadonlyArray<Fault>, seed: string): Plan => {
  const roll = dice("plan", seed)
  const planned = (list: ReadonlyArray<Fault>): Array<Planned> =>
    list.map((fault) => ({ fault, passed: 0, stage: stageOf(fault), used: 0 }))
  let plan = planned(faults)

  const take = (stage: Stage, seen: Seen | undefined): Fault | undefined => {
    for (const each of plan) {
      if (stage === "head" && seen !== undefined && claims(each, seen)) return undefined
      if (each.stage !== stage || !left(each)) continue
      if (seen !== undefined && !fits(each.fault, seen)) continue
      if (strikes(each, roll)) return each.fault
    }
    return undefined
  }

  return {
    inject: (faults) => {
      plan = [...planned(faults), ...plan]
    },
    onAccept: () => take("accept", undefined),
    onBody: (seen) => take("body", seen),
    onHead: (seen) => take("head", seen),
    set: (faults) => {
      plan = planned(faults)
    }
  }
}
