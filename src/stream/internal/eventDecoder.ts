/**
 * From bytes to the events of a message in one pass: what `Claude.stream` runs on each chunk.
 *
 * The deltas that make up nearly all of a stream are checked by hand, at a hundredth of a Schema's cost; all else goes
 * through the Schemas. What was parsed is handed on as it is, unknown fields and all.
 *
 * @internal
 */
import * as Either from "effect/Either"
import * as Predicate from "effect/Predicate"
import type { ErrorResponse } from "../../schema/ErrorResponse.js"
import * as MessageStreamEvent from "../../schema/MessageStreamEvent.js"
import type { SchemaWarning } from "../../schema/SchemaWarning.js"
import type { Unknown } from "../../schema/Unknown.js"
import { isNestedTooDeep, maxNesting } from "../../schema/internal/nesting.js"
import { defaultMaxEventSize } from "../Sse.js"
import { readPlainDelta } from "./plainDelta.js"
import { SseParser } from "./sseParser.js"

/**
 * Something that was not as the API promises and did not stop the stream.
 *
 * @internal
 */
export interface Warning {
  readonly kind: "MalformedBlock" | "MalformedDelta" | "MalformedEvent"
  /** Names places and types, never a value. */
  readonly message: string
}

/**
 * Why a stream cannot go on: the API's `error` event, or bytes that are not what the API speaks.
 *
 * @internal
 */
export type Failure =
  | { readonly _tag: "ErrorEvent"; readonly error: ErrorResponse }
  | {
      readonly _tag: "Malformed"
      /** Names the rule and the type that was found, never a value. */
      readonly description: string
      /** The data of the event, whole. */
      readonly raw: string
    }

/**
 * What one chunk of bytes gave.
 *
 * @internal
 */
export interface Batch {
  /** The events before the failure, if there is one. Without `ping` and `error`. */
  readonly events: Array<MessageStreamEvent.MessageStreamEvent>
  /** Whether an event other than `ping` came. */
  readonly progressed: boolean
  readonly warnings: ReadonlyArray<Warning>
  readonly failure: Failure | undefined
}

/**
 * What must be known to judge a stream's end.
 *
 * @internal
 */
export interface State {
  readonly sawMessageStop: boolean
  /** From `message_delta`. */
  readonly stopReason: string | undefined
  /** The `type` of the last event, `ping` included. */
  readonly lastEvent: string | undefined
}

/** @internal */
export interface EventDecoder {
  readonly feed: (bytes: Uint8Array) => Batch
  readonly state: State
}

type Json = { readonly [key: string]: unknown }

interface Decoded {
  readonly event: MessageStreamEvent.MessageStreamEvent
  readonly warnings: ReadonlyArray<Warning>
}

const isObject = (value: unknown): value is Json => Predicate.isRecord(value)

const isTagged = (value: unknown): value is Unknown.Raw => isObject(value) && typeof value["type"] === "string"

const typeName = (value: unknown): string =>
  value === null ? "null" : value === undefined ? "nothing" : Array.isArray(value) ? "an array" : `a ${typeof value}`

const expected = (path: string, type: string, found: unknown): string =>
  `${path} must be ${type}, found ${typeName(found)}`

/** The rule a delta of a known, hot type breaks; `undefined` if it breaks none, `null` if its type is not a hot one. */
const checkHotDelta = (delta: Unknown.Raw): string | null | undefined => {
  switch (delta.type) {
    case "text_delta":
      return typeof delta["text"] === "string" ? undefined : expected("delta.text", "a string", delta["text"])
    case "input_json_delta":
      return typeof delta["partial_json"] === "string"
        ? undefined
        : expected("delta.partial_json", "a string", delta["partial_json"])
    case "thinking_delta":
      return typeof delta["thinking"] === "string"
        ? undefined
        : expected("delta.thinking", "a string", delta["thinking"])
    case "signature_delta":
      return typeof delta["signature"] === "string"
        ? undefined
        : expected("delta.signature", "a string", delta["signature"])
    default:
      return null
  }
}

const kinds: Readonly<Record<string, Warning["kind"]>> = {
  message_start: "MalformedBlock",
  content_block_start: "MalformedBlock",
  content_block_delta: "MalformedDelta"
}

const known: ReadonlySet<string> = new Set([
  "message_start",
  "content_block_start",
  "content_block_delta",
  "content_block_stop",
  "message_stop"
])

const toWarning = (type: string, { message, path }: SchemaWarning): Warning => ({
  kind: kinds[type] ?? "MalformedEvent",
  message: `${[type, ...path].join(".")}: ${message}`
})

/** All but the hot deltas. `Left` says why the stream cannot be understood from here on. */
const decode = (value: Unknown.Raw): Either.Either<Decoded, string> => {
  const hot = value.type === "content_block_delta" && isTagged(value["delta"]) ? checkHotDelta(value["delta"]) : null
  if (typeof hot === "string") return Either.left(`${value.type}: ${hot}`)
  return Either.flatMap(MessageStreamEvent.fromWire(value), (decoded) => {
    const warnings = decoded.warnings.map((warning) => toWarning(value.type, warning))
    // Without these the message has no shape. A misshapen `message_delta` may pass: all of the answer has come by then.
    return decoded.value.type === "unknown" && known.has(value.type)
      ? Either.left(warnings[0]?.message ?? `${value.type}: not shaped as its type says`)
      : Either.right({ event: decoded.value, warnings })
  })
}

/** An error is passed on however little of it is as promised: it says more than that it is malformed. */
const errorOf = (value: Json): ErrorResponse => {
  const error = isObject(value["error"]) ? value["error"] : {}
  return {
    ...value,
    type: "error",
    error: {
      ...error,
      type: typeof error["type"] === "string" ? error["type"] : "api_error",
      message: typeof error["message"] === "string" ? error["message"] : "The API sent an error without a message",
      details: isObject(error["details"]) ? error["details"] : null
    }
  }
}

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** In bytes: what a piece of text may keep alive beside itself, for the time that it saves. */
const smallChunk = 1024

class Decoder implements EventDecoder {
  sawMessageStop = false
  stopReason: string | undefined = undefined
  lastEvent: string | undefined = undefined

  private readonly parser: SseParser
  private events: Array<MessageStreamEvent.MessageStreamEvent> = []
  private progressed = false
  private warnings: Array<Warning> = []
  private failure: Failure | undefined = undefined
  private ownText = false

  constructor(private readonly maxEventSize: number) {
    this.parser = new SseParser(maxEventSize)
  }

  get state(): State {
    return this
  }

  readonly feed = (bytes: Uint8Array): Batch => {
    this.events = []
    this.warnings = []
    this.progressed = false
    this.ownText = bytes.length > smallChunk
    if (this.failure === undefined && !this.parser.feed(bytes, this.take)) {
      this.failure ??= {
        _tag: "Malformed",
        description: `an event of more than ${this.maxEventSize} bytes, which maxSizes.event allows`,
        raw: ""
      }
    }
    return { events: this.events, progressed: this.progressed, warnings: this.warnings, failure: this.failure }
  }

  private readonly take = (data: string): void => {
    if (this.failure !== undefined || data === "") return
    const plain = readPlainDelta(data, this.ownText)
    if (plain !== undefined) return this.takeDelta(plain)
    if (isNestedTooDeep(data)) {
      this.progressed = true
      return this.fail(`the data of an event may be nested ${maxNesting} levels deep`, data)
    }
    const value = parseJson(data)
    if (!isObject(value)) {
      this.progressed = true
      const rule = value === undefined ? "the data of an event must be JSON" : expected("data", "an object", value)
      return this.fail(rule, data)
    }
    const type = value["type"]
    if (type === "content_block_delta") {
      // The path of nearly every event, so it is spared the objects of the others.
      const delta = value["delta"]
      if (typeof value["index"] === "number" && isTagged(delta) && checkHotDelta(delta) === undefined) {
        // The line above checks all that the Schema of this delta does, which the compiler cannot see.
        return this.takeDelta(value as unknown as MessageStreamEvent.ContentBlockDelta)
      }
    }
    this.takeRare(value, data)
  }

  private takeDelta(event: MessageStreamEvent.ContentBlockDelta): void {
    this.progressed = true
    this.lastEvent = event.type
    this.events.push(event)
  }

  private takeRare(value: Json, data: string): void {
    const type = value["type"]
    if (type === "ping") {
      this.lastEvent = type
      return
    }
    this.progressed = true
    if (type === "error" || (type === undefined && isObject(value["error"]))) {
      this.lastEvent = "error"
      this.failure = { _tag: "ErrorEvent", error: errorOf(value) }
      return
    }
    if (!isTagged(value)) return this.fail(expected("type", "a string", type), data)
    this.lastEvent = value.type
    const decoded = decode(value)
    if (Either.isLeft(decoded)) return this.fail(decoded.left, data)
    for (const warning of decoded.right.warnings) this.warnings.push(warning)
    this.events.push(decoded.right.event)
    this.judgeEnd(value)
  }

  private judgeEnd(value: Unknown.Raw): void {
    if (value.type === "message_stop") this.sawMessageStop = true
    if (value.type !== "message_delta" || !isObject(value["delta"])) return
    const reason = value["delta"]["stop_reason"]
    if (typeof reason === "string") this.stopReason = reason
  }

  private fail(description: string, raw: string): void {
    this.failure = { _tag: "Malformed", description, raw }
  }
}

/**
 * Makes a decoder for one stream.
 *
 * @internal
 */
export const make = (options?: {
  /** In bytes. Default: 16 MiB. */
  readonly maxEventSize?: number | undefined
}): EventDecoder => new Decoder(options?.maxEventSize ?? defaultMaxEventSize)
