import * as DateTime from "effect/DateTime"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { IncomingMessage } from "node:http"
import type { Disturbance, ErrorObject, Fault, Seen } from "../Disturbance.js"
import type { Answer } from "./deliver.js"
import { deliver } from "./deliver.js"
import type { Exchange } from "./exchange.js"
import { hangUp, raw } from "./exchange.js"
import { identifier } from "./dice.js"
import { parse } from "./json.js"
import type { Plan } from "./plan.js"
import { bodyOf, rejection } from "./rejection.js"
import type { Call, Reply, World } from "./routes.js"
import { refusal, reply } from "./routes.js"
import * as tokens from "./tokens.js"
import type { Turn } from "./turn.js"

/** What a Messages request may weigh, by the documentation. */
const mostBytes = 32 * 1024 * 1024

/** Reads the body; `undefined` when it is larger than the API takes. */
const readBody = (request: IncomingMessage): Effect.Effect<Buffer | undefined> =>
  Effect.async<Buffer | undefined>((resume) => {
    const chunks: Array<Buffer> = []
    let size = 0
    request.on("data", (chunk: Buffer) => {
      size += chunk.length
      if (size <= mostBytes) chunks.push(chunk)
      else resume(Effect.succeed(undefined))
    })
    request.on("end", () => resume(Effect.succeed(Buffer.concat(chunks))))
  })

const readUpTo = (request: IncomingMessage, bytes: number): Effect.Effect<void> =>
  Effect.async<void>((resume) => {
    let size = 0
    request.on("data", (chunk: Buffer) => {
      size += chunk.length
      if (size >= bytes) resume(Effect.void)
    })
    request.on("end", () => resume(Effect.void))
  })

const isErrorObject = (body: string | ErrorObject): body is ErrorObject => typeof body !== "string"

type AnswerPart = Extract<Disturbance, { readonly _tag: "Answer" }>

const httpDate = (millis: number): string => DateTime.toDateUtc(DateTime.unsafeMake(millis)).toUTCString()

const encoder = new TextEncoder()

/** The answer that a fault gives in place of the API's. */
const answerOf = (part: AnswerPart, requestId: string, now: number): Answer => {
  const ours = isErrorObject(part.body)
  const body = ours ? JSON.stringify(bodyOf({ status: part.status, ...part.body }, requestId)) : part.body
  return {
    chunked: false,
    frames: [{ bytes: encoder.encode(body), kind: "bytes", text: "", tokens: 0, type: "bytes" }],
    headers: {
      ...(ours ? { "content-type": "application/json", "request-id": requestId } : {}),
      ...part.headers,
      ...(part.retryAt === undefined ? {} : { "retry-after": httpDate(now + part.retryAt) })
    },
    status: part.status,
    tokenDelay: 0
  }
}

// A server that answers early still reads for a moment what is on the way: closing at once would reset the
// connection under the client's eyes before it has read the answer.
const answerEarly = (exchange: Exchange, part: AnswerPart): Effect.Effect<boolean> => {
  const body = isErrorObject(part.body) ? JSON.stringify({ type: "error", error: part.body }) : part.body
  const headers = { ...part.headers, "content-length": String(encoder.encode(body).length) }
  const lines = Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join("")
  exchange.entry.status = part.status
  exchange.entry.bytesSent = encoder.encode(body).length
  return raw(exchange, `HTTP/1.1 ${part.status} Early\r\n${lines}\r\n${body}`).pipe(
    Effect.zipRight(
      Effect.sync(() => {
        // The client is expected to close now: it does not leave early by that.
        exchange.hungUp = true
        exchange.socket.end()
        exchange.request.resume()
      })
    ),
    Effect.zipRight(Effect.sleep("200 millis")),
    Effect.zipRight(Effect.sync(() => exchange.socket.destroy())),
    Effect.as(true)
  )
}

/** What a fault does on the head of a request. */
const onHead = (exchange: Exchange, fault: Fault): Effect.Effect<boolean> => {
  const part = fault.disturbances[0]
  if (part?._tag === "DropUpload") {
    return readUpTo(exchange.request, part.after).pipe(Effect.zipRight(hangUp(exchange, "reset")), Effect.as(false))
  }
  if (part?._tag === "Answer") return answerEarly(exchange, part)
  return Effect.as(hangUp(exchange, part?._tag === "Drop" ? part.how : "reset"), false)
}

/** What faults do in place of an answer; `undefined` when the answer is to follow. */
const instead = Effect.fnUntraced(function* (
  exchange: Exchange,
  call: Call,
  seed: string,
  parts: ReadonlyArray<Disturbance>
) {
  for (const part of parts) {
    switch (part._tag) {
      case "Wait":
        yield* part.millis === undefined ? Effect.never : Effect.sleep(part.millis)
        break
      case "Drop":
        if (part.moment === "insideHeaders") yield* raw(exchange, "HTTP/1.1 200 OK\r\ncontent-type: text/ev")
        yield* hangUp(exchange, part.how)
        return false
      case "Head":
        yield* raw(exchange, part.text)
        yield* hangUp(exchange, "fin")
        return false
      case "Answer": {
        const now = yield* Clock.currentTimeMillis
        if (isErrorObject(part.body)) exchange.entry.errorType = part.body.type
        return yield* deliver(exchange, answerOf(part, identifier("req", seed, String(call.nth)), now), parts)
      }
    }
  }
  return undefined
})

/** Whether a client cannot have the whole answer, whatever it does. */
const spoils = (part: Disturbance): boolean => {
  switch (part._tag) {
    case "Cut":
      return (part.how !== "stall" && part.how !== "pings") || part.millis === undefined
    case "Insert":
      return part.last
    case "Malform":
    case "Gzip":
    case "Truncate":
      return true
    case "Length":
      return true
    default:
      return false
  }
}

const said = (turn: Turn, entry: Exchange["entry"], whole: boolean): number =>
  whole ? turn.outputTokens : tokens.count(entry.textSent)

/** Sends the reply, and keeps the memory of what was said in step with what went out. */
const send = (
  exchange: Exchange,
  world: World,
  given: Reply,
  parts: ReadonlyArray<Disturbance>
): Effect.Effect<boolean> => {
  const { answer, turn } = given
  if (turn === undefined) return deliver(exchange, answer, parts)
  const spoiled = answer.chunked && parts.some(spoils)
  exchange.entry.continues = turn.continues
  exchange.onSent = (frame) => {
    if (frame.text === "") return
    const out = turn.from + exchange.entry.textSent.length
    turn.answer.sent = Math.min(turn.answer.text.length, Math.max(turn.answer.sent, out))
    // Told at the first word, not at the end: a client may ask again before the end is noticed here.
    if (spoiled) world.memory.cut(turn.answer)
  }
  return deliver(exchange, answer, parts).pipe(
    Effect.map((whole) => whole && !spoiled),
    Effect.onExit((exit) =>
      Effect.map(Clock.currentTimeMillis, (now) => {
        const whole = exit._tag === "Success" && exit.value
        if (!whole && exchange.entry.textSent !== "") world.memory.cut(turn.answer)
        world.limits.spend(given.limitGroup, said(turn, exchange.entry, whole), now)
      })
    )
  )
}

/**
 * Answers one request. Succeeds with whether the answer was sent whole.
 *
 * @internal
 */
export const handle = Effect.fnUntraced(function* (exchange: Exchange, world: World, plan: Plan, seen: Seen) {
  const { entry } = exchange
  const early = plan.onHead(seen)
  if (early !== undefined) {
    entry.fault = early.name
    return yield* onHead(exchange, early)
  }
  const bytes = yield* readBody(exchange.request)
  const text = bytes === undefined ? "" : bytes.toString("utf8")
  const { headers, method, nth, path, route } = seen
  const call: Call = { headers, method, nth, path, route, text }
  if (bytes === undefined) {
    const tooLarge = rejection(413, "request_too_large", "Request exceeds the maximum size")
    entry.errorType = tooLarge.type
    yield* send(exchange, world, refusal(call, world.voice.seed, tooLarge), [])
    yield* hangUp(exchange, "fin")
    return true
  }
  entry.body = text === "" ? undefined : parse(text)
  entry.bodyBytes = bytes.length
  const fault = plan.onBody({ ...seen, body: entry.body })
  const parts = fault?.disturbances ?? []
  entry.fault = fault?.name
  const done = yield* instead(exchange, call, world.voice.seed, parts)
  if (done !== undefined) return done
  const given = reply(call, world, yield* Clock.currentTimeMillis, parts)
  entry.errorType = given.errorType
  return yield* send(exchange, world, given, parts)
})
