import { gzipSync } from "node:zlib"
import type { Disturbance, Position } from "../Disturbance.js"
import type { Event } from "./events.js"
import { event } from "./events.js"
import type { Json } from "./json.js"
import { isObject, parse } from "./json.js"
import { stepsBefore } from "./position.js"

const insert = (events: ReadonlyArray<Event>, part: Extract<Disturbance, { _tag: "Insert" }>): ReadonlyArray<Event> => {
  const at = stepsBefore(part.at, events)
  const own: Event = { data: part.data, kind: part.event, text: "", tokens: 0, type: part.event }
  return part.last ? [...events.slice(0, at), own] : [...events.slice(0, at), own, ...events.slice(at)]
}

const malform = (events: ReadonlyArray<Event>, at: Position): ReadonlyArray<Event> => {
  const index = Math.min(stepsBefore(at, events), events.length - 1)
  return events.map((each, n) =>
    n === index ? { ...each, data: each.data.slice(0, Math.max(1, each.data.length - 3)), text: "" } : each
  )
}

const shifted = (each: Event): Event => {
  const data = parse(each.data)
  return isObject(data) && typeof data["index"] === "number"
    ? { ...each, data: JSON.stringify({ ...data, index: data["index"] + 1 }) }
    : each
}

const unknownBlock = (events: ReadonlyArray<Event>): ReadonlyArray<Event> => [
  ...events.slice(0, 1),
  event({
    type: "content_block_start",
    index: 0,
    content_block: { type: "connector_text", connector: "calendar", lines: [] }
  }),
  event({ type: "content_block_stop", index: 0 }),
  ...events.slice(1).map(shifted)
]

const openBlock = (events: ReadonlyArray<Event>): ReadonlyArray<Event> => {
  const starts = events.filter((each) => each.type === "content_block_start").length
  const stops = events.filter((each) => each.type === "content_block_stop").length
  return starts > stops ? [event({ type: "content_block_stop", index: starts - 1 })] : []
}

const stop = (events: ReadonlyArray<Event>, part: Extract<Disturbance, { _tag: "Stop" }>): ReadonlyArray<Event> => {
  const end = events.findIndex((each) => each.type === "message_delta")
  if (end < 0) return events
  const said = events.slice(0, part.at === undefined ? end : Math.min(end, Math.max(1, stepsBefore(part.at, events))))
  const delta = parse(events[end]?.data ?? "")
  const usage = isObject(delta) && isObject(delta["usage"]) ? delta["usage"] : {}
  return [
    ...said,
    ...openBlock(said),
    event({
      type: "message_delta",
      delta: { stop_reason: part.reason, stop_sequence: null, stop_details: part.details, container: null },
      usage
    }),
    event({ type: "message_stop" })
  ]
}

/** Does to the events of a stream what the faults say. */
export const tamper = (events: ReadonlyArray<Event>, parts: ReadonlyArray<Disturbance>): ReadonlyArray<Event> =>
  parts.reduce<ReadonlyArray<Event>>((all, part) => {
    switch (part._tag) {
      case "Insert":
        return insert(all, part)
      case "Malform":
        return malform(all, part.at)
      case "UnknownBlock":
        return unknownBlock(all)
      case "Stop":
        return stop(all, part)
      default:
        return all
    }
  }, events)

/** Does to the message of a unary answer what the faults say. */
export const tamperMessage = (message: Json, parts: ReadonlyArray<Disturbance>): Json =>
  parts.reduce<Json>(
    (all, part) => (part._tag === "Stop" ? { ...all, stop_reason: part.reason, stop_details: part.details } : all),
    message
  )

/** Gzip that does not unpack: damaged in its middle, or cut short. */
export const brokenGzip = (bytes: Uint8Array, how: "corrupt" | "truncated"): Uint8Array => {
  const packed = new Uint8Array(gzipSync(bytes))
  if (how === "truncated") return packed.slice(0, Math.floor(packed.length * 0.6))
  return packed.map((byte, at) => (at >= packed.length / 2 && at < packed.length / 2 + 8 ? byte ^ 0xff : byte))
}
