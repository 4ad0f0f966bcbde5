/** Resumable streams against a scripted model, with as much time as they want. */
import { Effect, Fiber, Stream, TestClock } from "effect"
import { type Claude, Resumable, type Transport } from "effect-claude"
import { request as plain } from "../support/fixtures.js"
import {
  bytesOf,
  continuationIn,
  type Cut,
  eventsOf,
  model,
  type ModelOptions,
  responseOf,
  type Thought,
  type WireEvent
} from "./support.js"

export const story =
  "Once upon a time there was a fox that lived at the edge of a forest, and every evening it "
  + "went down to the river to drink. The water was cold, the stones were slippery, and the moon stood above the birches."

export const request = { ...plain, max_tokens: 4096 }

export const text = (text: string): Thought => ({ type: "text", text })
export const thinking = (text: string): Thought => ({ type: "thinking", text })
export const tool: Thought = { type: "tool_use", name: "weather", input: { city: "Oslo", days: [1, 2, 3] } }

/** Runs with as much time as the waits want. */
export const inTime = <A, E>(effect: Effect.Effect<A, E, Claude.Claude>, played: ReturnType<typeof model>) =>
  Effect.gen(function* () {
    const fiber = yield* Effect.fork(Effect.either(Effect.provide(effect, played.layer)))
    yield* TestClock.adjust("1 hour")
    return yield* Fiber.join(fiber)
  })

export const resumed = (
  thoughts: ReadonlyArray<Thought>,
  cuts: ReadonlyArray<Cut>,
  options: Resumable.Options & {
    readonly request?: typeof request & Record<string, unknown>
    readonly model?: Partial<Parameters<typeof model>[0]>
  } = {}
) =>
  Effect.gen(function* () {
    const { model: more, request: asked, ...rest } = options
    const played = model({ thoughts, cuts, ...more })
    const seen: Array<Resumable.Event> = []
    const result = yield* inTime(
      Resumable.message(
        Stream.tap(Resumable.stream(asked ?? request, rest), (event) => Effect.sync(() => seen.push(event)))
      ),
      played
    )
    return { seen, result, requests: played.seen, bodies: played.bodies }
  })

export const types = (events: ReadonlyArray<Resumable.Event>) =>
  events.map((event) => (event.type === "resume" ? `resume ${event.status}` : event.type))

export const textOf = (events: ReadonlyArray<Resumable.Event>) =>
  events
    .map((event) => (event.type === "content_block_delta" && event.delta.type === "text_delta" ? event.delta.text : ""))
    .join("")

/** Behind which byte of the stream its text holds so many characters. */
export const byteOf = (thoughts: ReadonlyArray<Thought>, needle: string): number => {
  const whole = new TextDecoder().decode(bytesOf(eventsOf(thoughts)))
  const at = whole.indexOf(needle)
  if (at < 0) throw new Error(`the stream does not hold ${needle}`)
  return new TextEncoder().encode(whole.slice(0, at)).length
}

export const half = (thoughts: ReadonlyArray<Thought>): number => Math.floor(bytesOf(eventsOf(thoughts)).length / 2)

/** An answer: events and how they are cut, or an error with its status. */
export type Answer =
  | { readonly events: ReadonlyArray<WireEvent>; readonly how?: Cut["how"] }
  | {
      readonly status: number
      readonly headers?: Readonly<Record<string, string>>
      readonly type: string
      readonly message: string
    }

const errorResponse = (answer: Extract<Answer, { readonly status: number }>): Transport.TransportResponse => {
  const { headers, message, status, type } = answer
  const response = responseOf(
    new TextEncoder().encode(JSON.stringify({ type: "error", error: { type, message } })),
    undefined,
    true
  )
  return { ...response, status, headers: { "content-type": "application/json", "request-id": "req_e", ...headers } }
}

/** A model that answers each request with the next of these, by what it is asked to repeat. */
export const answers = (
  ...all: ReadonlyArray<(asked: { readonly anchor: string; readonly partial: string }) => Answer>
): Partial<ModelOptions> => ({
  intercept: (body, nth) => {
    const answer = all[nth - 1]
    if (answer === undefined) throw new Error(`there was no request ${nth} to be`)
    const given = answer(continuationIn(body) ?? { anchor: "", partial: "" })
    return "status" in given ? errorResponse(given) : responseOf(bytesOf(given.events), given.how, true)
  }
})

/** The events of a message, by their gist. */
export const start = (usage: object = {}): WireEvent => ({
  type: "message_start",
  message: {
    id: "msg_1",
    type: "message",
    role: "assistant",
    model: "claude-opus-5-5",
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: { input_tokens: 100, output_tokens: 1, ...usage }
  }
})

export const block = (
  index: number,
  content_block: object,
  ...deltas: ReadonlyArray<object>
): ReadonlyArray<WireEvent> => [
  { type: "content_block_start", index, content_block },
  ...deltas.map((delta) => ({ type: "content_block_delta", index, delta })),
  { type: "content_block_stop", index }
]

export const textBlock = (index: number, ...pieces: ReadonlyArray<string>): ReadonlyArray<WireEvent> =>
  block(index, { type: "text", text: "", citations: null }, ...pieces.map((text) => ({ type: "text_delta", text })))

export const end = (stop_reason: string | null, more: object = {}, output_tokens = 20): WireEvent => ({
  type: "message_delta",
  delta: { stop_reason, stop_sequence: null, ...more },
  usage: { output_tokens }
})

export const stop: WireEvent = { type: "message_stop" }
