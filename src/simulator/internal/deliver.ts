import * as Effect from "effect/Effect"
import type { Disturbance } from "../Disturbance.js"
import type { Exchange } from "./exchange.js"
import { end, flushed, hangUp, raw, write, writeApart } from "./exchange.js"
import { bytesBefore } from "./position.js"
import type { Frame } from "./sse.js"
import { brokenGzip } from "./tampering.js"

/** An answer that is ready to be sent. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly frames: ReadonlyArray<Frame>
  /** Sent in chunks; otherwise with a `content-length`. */
  readonly chunked: boolean
  /** Milliseconds a token takes. */
  readonly tokenDelay: number
}

type Part<Tag> = Extract<Disturbance, { readonly _tag: Tag }>

const part = <Tag extends Disturbance["_tag"]>(parts: ReadonlyArray<Disturbance>, tag: Tag): Part<Tag> | undefined =>
  parts.find((each): each is Part<Tag> => each._tag === tag)

const joined = (frames: ReadonlyArray<Frame>): Uint8Array => Buffer.concat(frames.map((frame) => frame.bytes))

const bare = (bytes: Uint8Array): Frame => ({ bytes, kind: "bytes", text: "", tokens: 0, type: "bytes" })

/** What faults make of a whole body: damaged compression, JSON that stops in the middle. */
const reshaped = (answer: Answer, parts: ReadonlyArray<Disturbance>): Answer => {
  const gzip = part(parts, "Gzip")
  const truncate = part(parts, "Truncate")
  if (gzip !== undefined) {
    const bytes = brokenGzip(joined(answer.frames), gzip.how)
    return { ...answer, frames: [bare(bytes)], headers: { ...answer.headers, "content-encoding": "gzip" } }
  }
  if (truncate === undefined) return answer
  const whole = joined(answer.frames)
  return { ...answer, frames: [bare(whole.slice(0, Math.floor(whole.length * truncate.keep)))] }
}

const writeHead = (exchange: Exchange, answer: Answer, parts: ReadonlyArray<Disturbance>): void => {
  const length = part(parts, "Length")
  const total = answer.frames.reduce((sum, frame) => sum + frame.bytes.length, 0)
  const { entry, response } = exchange
  const framing: Record<string, string> =
    length !== undefined || !answer.chunked ? { "content-length": String(Math.max(0, total + (length?.by ?? 0))) } : {}
  // Said outright, so that Node adds no `keep-alive: timeout` of its own: the API sends none.
  const kept: Record<string, string> = response.shouldKeepAlive ? { connection: "keep-alive" } : {}
  response.writeHead(answer.status, { ...kept, ...answer.headers, ...framing })
  response.flushHeaders()
  entry.status = answer.status
  entry.requestId = answer.headers["request-id"]
}

const sent = (exchange: Exchange, answer: Answer, frame: Frame): Effect.Effect<void> =>
  Effect.sync(() => {
    exchange.entry.eventsSent += answer.chunked && frame.type !== "bytes" ? 1 : 0
    exchange.entry.textSent += frame.text
    exchange.onSent(frame)
  })

const slices = (bytes: Uint8Array, size: number): ReadonlyArray<Uint8Array> =>
  Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) => bytes.slice(at * size, (at + 1) * size))

const sendFrame = (
  exchange: Exchange,
  answer: Answer,
  frame: Frame,
  pace: Part<"Pace"> | undefined
): Effect.Effect<void> => {
  if (pace !== undefined) {
    const pause = pace.every > 0 ? Effect.sleep(pace.every) : Effect.void
    return Effect.forEach(
      slices(frame.bytes, pace.bytes),
      (slice) => Effect.zipRight(writeApart(exchange, slice), pause),
      { discard: true }
    ).pipe(Effect.zipRight(sent(exchange, answer, frame)))
  }
  const delay = answer.tokenDelay * frame.tokens
  const written = Effect.zipRight(write(exchange, frame.bytes), sent(exchange, answer, frame))
  return delay > 0 ? Effect.zipRight(Effect.sleep(delay), written) : written
}

const sendAll = (
  exchange: Exchange,
  answer: Answer,
  frames: ReadonlyArray<Frame>,
  parts: ReadonlyArray<Disturbance>
): Effect.Effect<void> => {
  const pace = part(parts, "Pace")
  return Effect.forEach(frames, (frame) => sendFrame(exchange, answer, frame, pace), { discard: true })
}

/** The frames before a byte, what of the next one stands before it, and what is left. */
const divide = (frames: ReadonlyArray<Frame>, at: number) => {
  let before = 0
  const index = frames.findIndex((frame) => {
    const within = before + frame.bytes.length > at
    if (!within) before += frame.bytes.length
    return within
  })
  const next = index < 0 ? undefined : frames[index]
  return {
    after: index < 0 ? [] : frames.slice(index + 1),
    before: index < 0 ? frames : frames.slice(0, index),
    head: next === undefined ? new Uint8Array() : next.bytes.slice(0, at - before),
    next,
    tail: next === undefined ? new Uint8Array() : next.bytes.slice(at - before)
  }
}

// The size of the chunk promises more than comes, so that the cut is within a chunk, as in life.
const halfChunk = (exchange: Exchange, chunked: boolean, head: Uint8Array, whole: number): Effect.Effect<void> => {
  if (!chunked) return write(exchange, head)
  return raw(exchange, `${Math.max(whole, head.length + 16).toString(16)}\r\n`).pipe(
    Effect.zipRight(raw(exchange, head)),
    Effect.zipRight(
      Effect.sync(() => {
        exchange.entry.bytesSent += head.length
      })
    )
  )
}

const ping = bare(new TextEncoder().encode('event: ping\ndata: {"type":"ping"}\n\n'))

const pause = (exchange: Exchange, cut: Part<"Cut">): Effect.Effect<void> => {
  if (cut.how === "stall") return cut.millis === undefined ? Effect.never : Effect.sleep(cut.millis)
  const every = cut.every ?? 1000
  const one = Effect.zipRight(write(exchange, ping.bytes), Effect.sleep(every))
  return cut.millis === undefined
    ? Effect.forever(one)
    : Effect.asVoid(Effect.repeatN(one, Math.max(0, Math.ceil(cut.millis / every) - 1)))
}

/** Sends up to the place of the cut, and does there what the fault says. True when the answer was whole in the end. */
const sendCut = Effect.fnUntraced(function* (
  exchange: Exchange,
  answer: Answer,
  cut: Part<"Cut">,
  parts: ReadonlyArray<Disturbance>
) {
  const { after, before, head, next, tail } = divide(answer.frames, bytesBefore(cut.at, answer.frames))
  yield* sendAll(exchange, answer, before, parts)
  switch (cut.how) {
    case "reset":
    case "fin":
      yield* flushed(exchange)
      yield* halfChunk(exchange, answer.chunked && part(parts, "Length") === undefined, head, next?.bytes.length ?? 0)
      yield* hangUp(exchange, cut.how)
      return false
    case "badChunk":
      yield* writeApart(exchange, head)
      yield* raw(exchange, "not-a-size\r\n")
      yield* hangUp(exchange, "fin")
      return false
    case "end":
      yield* write(exchange, head)
      yield* end(exchange)
      return false
    default:
      yield* write(exchange, head)
      yield* pause(exchange, cut)
      if (next !== undefined) yield* sendFrame(exchange, answer, { ...next, bytes: tail }, undefined)
      yield* sendAll(exchange, answer, after, parts)
      yield* end(exchange)
      return true
  }
})

/**
 * Sends an answer, with what the faults of the request do to its body. Succeeds with whether all of it was sent.
 *
 * @internal
 */
export const deliver = Effect.fnUntraced(function* (
  exchange: Exchange,
  given: Answer,
  parts: ReadonlyArray<Disturbance>
) {
  const answer = reshaped(given, parts)
  writeHead(exchange, answer, parts)
  const cut = part(parts, "Cut")
  if (cut !== undefined) return yield* sendCut(exchange, answer, cut, parts)
  yield* sendAll(exchange, answer, answer.frames, parts)
  const length = part(parts, "Length")
  if (length !== undefined) {
    yield* hangUp(exchange, "fin")
    return false
  }
  yield* end(exchange)
  return answer === given
})
