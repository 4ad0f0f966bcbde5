/** Inputs that are large in one way: long, deep or wide. Each is taken or refused, in time and within the caps. */
import { Either } from "effect"
import { RequestValidation, Sse, TransportFault } from "effect-claude"
import { fromResponse } from "../../../src/internal/responseError.js"
import * as journal from "../../../src/resume/internal/checkpointJournal.js"
import { fromWire as messageOf } from "../../../src/schema/Message.js"
import * as EventDecoder from "../../../src/stream/internal/eventDecoder.js"
import { toClaudeError } from "../../../src/transport/internal/faultError.js"
import type { RandomSource } from "../../resume/manners.js"
import { request } from "../../support/fixtures.js"
import { message } from "../../support/scriptedTransport.js"
import { nested, wide } from "../support/json.js"
import { bytesOf } from "../support/mutate.js"
import { judged, type Target, throwing } from "../support/target.js"
import { context, errorFaults } from "./faults.js"

const deep = 100_000
const keys = 1_000_000
const long = 50 * 1024 * 1024

const anyLarge = (random: RandomSource): string =>
  random.pick([
    () => nested(deep, random.pick(["objects", "arrays", "both"])),
    () => `[${"[".repeat(deep)}`,
    () => wide(keys),
    () => JSON.stringify("x".repeat(long)),
    () => `{"a":"${"\\u0000".repeat(keys)}"}`
  ])()

/** In network chunks, so that nothing but the decoder holds all of it. */
const fed = (text: string): ReadonlyArray<EventDecoder.Batch> => {
  const decoder = EventDecoder.make()
  const bytes = bytesOf(text)
  const batches: Array<EventDecoder.Batch> = []
  for (let at = 0; at < bytes.length; at += 65_536) {
    const batch = decoder.feed(bytes.subarray(at, at + 65_536))
    if (batch.events.length > 0 || batch.failure !== undefined) batches.push(batch)
  }
  return batches
}

const judges: ReadonlyArray<(text: string, random: RandomSource) => ReadonlyArray<string>> = [
  (text) => {
    const events = fed(`data: {"type":"novel","payload":${text}}\n\n`).flatMap((batch) => batch.events)
    return throwing("the JSON of the events", () => JSON.stringify(events))
  },
  (text) => {
    const failure = fed(`: ${text}\ndata: ${text}\ndata: ${text}\n\n`).at(-1)?.failure
    return failure === undefined && text.length > Sse.defaultMaxEventSize ? ["more than an event may have"] : []
  },
  (text) => {
    const scanned = journal.scan(bytesOf(`{"type":"opened","version":1,"request":${text}}\n`))
    return Either.isRight(scanned) && scanned.right.records.length > 0 ? ["a record without its fields"] : []
  },
  (text) => errorFaults(fromResponse({ status: 500, headers: {}, body: text, now: 0, context })),
  (text) => errorFaults(toClaudeError(TransportFault.fromCause(new Error(text), { phase: "body" }), context)),
  (text, random) => {
    const value = parsed(text)
    const given = random.pick<unknown>([
      { ...request, metadata: value },
      { ...request, messages: [{ role: "user", content: [{ type: "text", text: value }] }] },
      { ...request, tools: [{ name: "t", input_schema: { type: "object", properties: value } }] },
      value
    ])
    return throwing("validate", () => RequestValidation.validate(given))
  },
  (text) =>
    throwing("Message.fromWire", () => messageOf({ ...message("x"), content: parsed(text), more: parsed(text) })),
  // results of tools in results of tools
  () => {
    let content: unknown = []
    for (let level = 0; level < deep; level++) content = [{ type: "tool_result", tool_use_id: "t", content }]
    const issues = RequestValidation.validate({ ...request, messages: [{ role: "user", content }] })
    return issues.length === 0 ? ["a request without end is fine"] : []
  },
  // an array of a million wrong things
  () => {
    const issues = RequestValidation.validate({ ...request, messages: Array.from({ length: keys / 10 }, () => 1n) })
    return issues.length === 0 ? ["a million wrong things are fine"] : []
  }
]

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

export const large: Target = {
  about: "what reads inputs of 100,000 levels, a million keys or 50 MB",
  judge: judged((random) => random.pick(judges)(anyLarge(random), random))
}
