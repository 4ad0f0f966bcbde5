/** The parser of server-sent events, and the decoder of a message's events. */
import { Effect, Either, Schema } from "effect"
import { Sse } from "effect-claude"
import { fromWire, MessageStreamEvent } from "../../../src/schema/MessageStreamEvent.js"
import * as EventDecoder from "../../../src/stream/internal/eventDecoder.js"
import { MessageBuilder } from "../../../src/stream/internal/messageBuilder.js"
import { ToolCalls } from "../../../src/stream/internal/toolCalls.js"
import * as journal from "../../../src/resume/internal/checkpointJournal.js"
import * as checkpoints from "../../resume/checkpointFixtures.js"
import type { RandomSource } from "../../resume/manners.js"
import * as Fixture from "../../stream/fixtures.js"
import { reference } from "../../stream/sseSupport.js"
import { mutatedJson, textOf } from "../support/json.js"
import { bytesOf, concat, mutated, randomBytes, split } from "../support/mutate.js"
import { judged, type Target, throwing } from "../support/target.js"

const opened = Effect.runSync(checkpoints.open("fuzz"))

const samples = [Fixture.helloThere, Fixture.weather]

const frame = (event: unknown): string => `event: x\ndata: ${textOf(event)}\n\n`

/** A stream with changes in its JSON, in its bytes, in both, or one that was never a stream. */
export const anyStream = (random: RandomSource): Uint8Array => {
  const events: ReadonlyArray<unknown> = random.pick(samples)
  const often = random.pick([2, 8, 40])
  const changed = events.map((event) => (random.below(often) === 0 ? mutatedJson(random, event) : event))
  const bytes = bytesOf(changed.map(frame).join(""))
  switch (random.below(8)) {
    case 0:
      return randomBytes(random, random.below(600))
    case 1:
    case 2:
      return bytes
    default:
      return mutated(random, bytes, bytesOf(Fixture.frames(random.pick(samples))))
  }
}

const parse = (chunks: ReadonlyArray<Uint8Array>, maxEventSize?: number) => {
  const parser = Sse.make({ maxEventSize })
  const events: Array<Sse.SseEvent> = []
  let failure: Sse.EventTooLarge | undefined
  for (const chunk of chunks) {
    failure = parser.feed(chunk, (data, event) => void events.push({ event, data })) ?? failure
  }
  return { events, failure }
}

const sizeOf = (text: string): number => bytesOf(text).length

export const sse: Target = {
  about: "the parser of server-sent events",
  judge: judged((random) => {
    const bytes = anyStream(random)
    const faults: Array<string> = []
    const expected = JSON.stringify(reference(bytes))
    if (JSON.stringify(parse([bytes]).events) !== expected) faults.push("not what the specification says")
    if (JSON.stringify(parse(split(random, bytes)).events) !== expected) faults.push("another outcome when split")
    const most = 1 + random.below(200)
    const capped = parse(split(random, bytes), most)
    if (capped.events.some(({ data }) => sizeOf(data) > most)) faults.push(`data larger than ${most} bytes`)
    const whole = parse([bytes], most)
    if (JSON.stringify(whole.events) !== JSON.stringify(capped.events)) faults.push("a cap that depends on the split")
    if ((whole.failure === undefined) !== (capped.failure === undefined)) faults.push("a verdict that depends on it")
    return faults
  })
}

// a field of any type may be absent
const isEvent = Schema.is(MessageStreamEvent, { exact: false })

const decoded = (chunks: ReadonlyArray<Uint8Array>, maxEventSize?: number) => {
  const decoder = EventDecoder.make({ maxEventSize })
  const batches = chunks.map((chunk) => decoder.feed(chunk))
  return {
    events: batches.flatMap((batch) => batch.events),
    warnings: batches.flatMap((batch) => batch.warnings),
    failure: batches.at(-1)?.failure
  }
}

/** All that is made of events must stand them. */
const foldFaults = (events: ReadonlyArray<MessageStreamEvent>): ReadonlyArray<string> => {
  const builder = new MessageBuilder()
  const calls = new ToolCalls()
  return throwing("the fold of a message", () => {
    for (const event of events) {
      builder.apply(event)
      builder.current()
      calls.apply(event, [])
    }
    builder.final()
  })
}

/** What was delivered can be read again from a checkpoint. */
const keptFaults = (events: ReadonlyArray<MessageStreamEvent>): ReadonlyArray<string> => {
  const scanned = journal.scan(journal.encode([opened, { type: "emitted", events }], 1))
  return Either.isRight(scanned) && scanned.right.records.length === 2 ? [] : ["a checkpoint that cannot be read"]
}

export const events: Target = {
  about: "the decoder of a message's events, and their fold",
  judge: judged((random) => {
    const bytes = anyStream(random)
    const whole = decoded([bytes])
    const pieces = decoded(split(random, bytes))
    const faults: Array<string> = [
      ...foldFaults(whole.events),
      ...throwing("the JSON of the events", () => JSON.stringify(whole.events))
    ]
    if (faults.length > 0) return faults
    if (!whole.events.every((event) => isEvent(event))) faults.push("an event that is none by its Schema")
    if (JSON.stringify(whole) !== JSON.stringify({ ...pieces, failure: pieces.failure ?? whole.failure })) {
      faults.push("another outcome when split")
    }
    if (whole.events.length > 0) faults.push(...keptFaults(whole.events))
    decoded(split(random, concat(bytes, randomBytes(random, 20))), 1 + random.below(500))
    return faults
  })
}

export const wire: Target = {
  about: "events as JSON values, straight into their Schema",
  judge: judged((random) => {
    const value = mutatedJson(random, random.pick(random.pick<ReadonlyArray<object>>(samples)))
    const result = fromWire(value)
    return Either.isRight(result) && !isEvent(result.right.value) ? ["an event that is none by its Schema"] : []
  })
}
