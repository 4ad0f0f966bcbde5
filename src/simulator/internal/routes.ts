import * as Either from "effect/Either"
import type { Disturbance, Route } from "../Disturbance.js"
import type { Cache } from "./cache.js"
import { check } from "./checks.js"
import type { Answer } from "./deliver.js"
import { events, message } from "./events.js"
import { identifier } from "./dice.js"
import type { Json } from "./json.js"
import { parse } from "./json.js"
import type { Limits } from "./limits.js"
import type { Memory } from "./memory.js"
import * as models from "./models.js"
import { paged } from "./paging.js"
import type { Prompt } from "./prompt.js"
import { fromBody, inputTokens } from "./prompt.js"
import type { Rejection } from "./rejection.js"
import { bodyOf, invalid, rejection } from "./rejection.js"
import { frames } from "./sse.js"
import { tamper, tamperMessage } from "./tampering.js"
import type { Turn, Voice } from "./turn.js"
import { answer } from "./turn.js"

/** All that an answer depends on besides the request. */
export interface World {
  readonly voice: Voice
  readonly memory: Memory
  readonly cache: Cache
  readonly limits: Limits
  readonly keys: ReadonlyArray<string> | undefined
  readonly tokenDelay: number
}

/** A request that was read. */
export interface Call {
  readonly nth: number
  readonly method: string
  readonly path: string
  readonly route: Route
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
}

/** What is answered: `turn` when the model spoke. */
export interface Reply {
  readonly answer: Answer
  readonly turn: Turn | undefined
  readonly limitGroup: string
  readonly errorType: string | undefined
}

const encoder = new TextEncoder()

// Not by URL, which throws on some of what may come here.
const pathOf = (path: string): string => path.split("?")[0] ?? ""

/** The route of a path with its query. */
export const routeOf = (path: string): Route => {
  const pathname = pathOf(path)
  if (pathname === "/v1/messages") return "messages"
  if (pathname === "/v1/messages/count_tokens") return "count_tokens"
  if (pathname === "/v1/models") return "models"
  return /^\/v1\/models\/[^/]+$/.test(pathname) ? "model" : "unknown"
}

const versions = ["2026-10-21", "2023-06-01"]

const keyOf = (headers: Call["headers"]): string | undefined => {
  const bearer = /^bearer\s+(.*)$/i.exec(headers["authorization"] ?? "")?.[1]
  const key = (bearer ?? headers["x-api-key"] ?? "").trim()
  return key === "" ? undefined : key
}

const unauthorized = (message: string): Rejection => rejection(401, "authentication_error", message)

/** What keeps a request from its route: the path, the method, the key, the API version. */
const refused = (call: Call, world: World): Rejection | undefined => {
  if (call.route === "unknown") return rejection(404, "not_found_error", "Not Found")
  const method = call.route === "models" || call.route === "model" ? "GET" : "POST"
  if (call.method !== method) {
    return rejection(405, "invalid_request_error", "Method Not Allowed", { headers: { allow: method } })
  }
  const key = keyOf(call.headers)
  if (key === undefined) return unauthorized("Authentication is required: send `Authorization: Bearer <key>`.")
  if (world.keys !== undefined && !world.keys.includes(key)) return unauthorized("invalid API key")
  const version = call.headers["anthropic-version"]
  if (version === undefined) return invalid("anthropic-version: header is required")
  return versions.includes(version) ? undefined : invalid(`anthropic-version: "${version}" is not a valid API version`)
}

const common = (call: Call, seed: string): Record<string, string> => ({
  "content-type": "application/json",
  "request-id": identifier("req", seed, String(call.nth)),
  "anthropic-organization-id": "00000000-0000-4000-8000-000000000000"
})

const jsonFrame = (body: Json, text: string) => [
  { bytes: encoder.encode(JSON.stringify(body)), kind: "json", text, tokens: 0, type: "json" }
]

const json = (call: Call, seed: string, status: number, body: Json, more?: Call["headers"]): Reply => ({
  answer: {
    chunked: false,
    frames: jsonFrame(body, ""),
    headers: { ...common(call, seed), ...more },
    status,
    tokenDelay: 0
  },
  errorType: undefined,
  limitGroup: "",
  turn: undefined
})

/** The answer that says no. */
export const refusal = (call: Call, seed: string, no: Rejection): Reply => {
  const requestId = identifier("req", seed, String(call.nth))
  return { ...json(call, seed, no.status, bodyOf(no, requestId), no.headers), errorType: no.type }
}

const speak = (call: Call, world: World, prompt: Prompt, now: number, parts: ReadonlyArray<Disturbance>): Reply => {
  const seed = world.voice.seed
  const { id: model, limitGroup } = prompt.model
  const no = world.limits.admit(limitGroup, inputTokens(prompt), now)
  if (no !== undefined) return refusal(call, seed, no)
  const turn = answer(prompt, world.voice, world.memory)
  const envelope = { id: identifier("msg", seed, String(call.nth)), model, usage: world.cache.usage(prompt, now) }
  const headers = { ...common(call, seed), ...world.limits.headers(limitGroup, now) }
  const speech = parts.find((part) => part._tag === "Speak")
  const text = turn.blocks.map((block) => (block.type === "text" ? block.pieces.join("") : "")).join("")
  return {
    answer: prompt.stream
      ? {
          chunked: true,
          frames: frames(tamper(events(turn, envelope), parts), speech?.dialect ?? "lf"),
          headers: { ...headers, "cache-control": "no-cache", "content-type": "text/event-stream; charset=utf-8" },
          status: 200,
          tokenDelay: world.tokenDelay
        }
      : {
          chunked: false,
          frames: jsonFrame(tamperMessage(message(turn, envelope), parts), text),
          headers,
          status: 200,
          tokenDelay: 0
        },
    errorType: undefined,
    limitGroup,
    turn
  }
}

/**
 * What the API answers to a request.
 *
 * @internal
 */
export const reply = (call: Call, world: World, now: number, parts: ReadonlyArray<Disturbance>): Reply => {
  const seed = world.voice.seed
  const no = refused(call, world)
  if (no !== undefined) return refusal(call, seed, no)
  if (call.route === "models") {
    const query = new URLSearchParams(call.path.split("?").slice(1).join("?"))
    return Either.match(
      paged(
        models.all.map((model) => model.info),
        query
      ),
      {
        onLeft: (no) => refusal(call, seed, no),
        onRight: (page) => json(call, seed, 200, page)
      }
    )
  }
  if (call.route === "model") {
    const id = pathOf(call.path).slice("/v1/models/".length)
    const model = models.find(id)
    return model === undefined
      ? refusal(call, seed, rejection(404, "not_found_error", `model: ${id}`))
      : json(call, seed, 200, model.info)
  }
  const body = parse(call.text)
  if (body === undefined) return refusal(call, seed, invalid("The request body is not valid JSON"))
  const checked = check(body, call.headers["anthropic-version"] ?? "", call.route === "count_tokens")
  if (checked.kind === "rejection") return refusal(call, seed, checked)
  const prompt = fromBody(checked.body, checked.model)
  return call.route === "count_tokens"
    ? json(call, seed, 200, { input_tokens: inputTokens(prompt) })
    : speak(call, world, prompt, now, parts)
}
