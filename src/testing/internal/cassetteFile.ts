/** Cassettes as text: JSON with one chunk or event a line, so that they can be read and compared. */
import * as Encoding from "effect/Encoding"
import * as Either from "effect/Either"
import * as ParseResult from "effect/ParseResult"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import { fromBinary } from "./scrub.js"

export const version = 1

/** The bytes that came, so many milliseconds after those before. A text, several in a row, or JSON stand for UTF-8. */
const Chunk = Schema.Tuple(
  Schema.Number,
  Schema.Union(
    Schema.String,
    Schema.Array(Schema.String),
    // first, since a field of any kind may also be absent
    Schema.Struct({ base64: Schema.String }),
    Schema.Struct({ json: Schema.Unknown })
  )
)

const Fault = Schema.Struct({
  reason: Schema.Literal("Reset", "Dns", "Refused", "Unreachable", "Tls", "Proxy", "TimedOut", "Malformed"),
  phase: Schema.Literal("queue", "connect", "send", "headers", "body"),
  code: Schema.optional(Schema.String),
  limit: Schema.optional(Schema.Literal("pool", "connect", "headers", "idle", "stalled", "total", "drain")),
  /** Milliseconds. */
  duration: Schema.optional(Schema.Number),
  bytesReceived: Schema.Number,
  /** Milliseconds. */
  idleFor: Schema.optional(Schema.Number),
  reusedConnection: Schema.optional(Schema.Boolean),
  requestSent: Schema.optional(Schema.Boolean),
  proxyStatus: Schema.optional(Schema.Number)
})

export type RecordedFault = typeof Fault.Type

const Request = Schema.Struct({
  method: Schema.String,
  path: Schema.String,
  query: Schema.optional(Schema.Record({ key: Schema.String, value: Schema.String })),
  headers: Schema.Record({ key: Schema.String, value: Schema.String }),
  body: Schema.optional(Schema.Unknown)
})

export type RecordedRequest = typeof Request.Type

const Response = Schema.Struct({
  status: Schema.Number,
  headers: Schema.Record({ key: Schema.String, value: Schema.String }),
  /** Milliseconds until the headers. */
  after: Schema.Number,
  chunks: Schema.Array(Chunk),
  /**
   * How the body ended: whole; left by its reader; given up by its reader, who had waited too long; or by a fault.
   */
  end: Schema.Union(Schema.Literal("complete", "left", "abandoned"), Fault)
})

export type RecordedResponse = typeof Response.Type

const Exchange = Schema.Struct({
  request: Request,
  response: Schema.optional(Response),
  /** In place of a response; `after` milliseconds. */
  fault: Schema.optional(Schema.Struct({ after: Schema.Number, ...Fault.fields }))
})

export type Exchange = typeof Exchange.Type

const File = Schema.parseJson(
  Schema.Struct({
    cassette: Schema.Literal("effect-claude"),
    version: Schema.Number,
    exchanges: Schema.Array(Exchange)
  })
)

const decodeFile = Schema.decodeEither(File)

/** The exchanges of a file, or why they cannot be read. */
export const decode = (
  text: string
): Either.Either<
  ReadonlyArray<Exchange>,
  {
    readonly reason: "Unreadable" | "Newer"
    readonly description: string
  }
> =>
  Either.flatMap(
    Either.mapLeft(decodeFile(text), (error) => {
      const first = ParseResult.ArrayFormatter.formatErrorSync(error)[0]
      const where = first === undefined || first.path.length === 0 ? "" : ` at ${first.path.map(String).join(".")}`
      return { reason: "Unreadable" as const, description: `it is no cassette${where}` }
    }),
    (file) =>
      file.version <= version
        ? Either.right(file.exchanges)
        : Either.left({
            reason: "Newer" as const,
            description: `it is of version ${file.version}, and this library reads up to ${version}`
          })
  )

const indented = (value: unknown, by: number): string =>
  JSON.stringify(value, undefined, 2).replaceAll("\n", `\n${" ".repeat(by)}`)

const chunkLine = ([after, content]: typeof Chunk.Type): string =>
  Predicate.isString(content) || "base64" in content
    ? `[${after}, ${JSON.stringify(content)}]`
    : `[${after}, ${indented(content, 10)}]`

const responseText = ({ after, chunks, end, headers, status }: RecordedResponse): string =>
  [
    "{",
    `        "status": ${status},`,
    `        "headers": ${indented(headers, 8)},`,
    `        "after": ${after},`,
    `        "chunks": [${chunks.map((chunk) => `\n          ${chunkLine(chunk)}`).join(",")}${
      chunks.length === 0 ? "]," : "\n        ],"
    }`,
    `        "end": ${indented(end, 8)}`,
    "      }"
  ].join("\n")

const exchangeText = ({ fault, request, response }: Exchange): string =>
  [
    "    {",
    `      "request": ${indented(request, 6)},`,
    response === undefined ? `      "fault": ${indented(fault, 6)}` : `      "response": ${responseText(response)}`,
    "    }"
  ].join("\n")

export const encode = (exchanges: ReadonlyArray<Exchange>): string =>
  [
    "{",
    `  "cassette": "effect-claude",`,
    `  "version": ${version},`,
    exchanges.length === 0 ? `  "exchanges": []` : `  "exchanges": [\n${exchanges.map(exchangeText).join(",\n")}\n  ]`,
    "}",
    ""
  ].join("\n")

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })

const utf8 = (bytes: Uint8Array): string | undefined => {
  try {
    return strict.decode(bytes)
  } catch {
    return undefined
  }
}

/** JSON that is written as this library would write it, and can be shown with line breaks. */
const readableJson = (text: string): { readonly json: unknown } | undefined => {
  if (!/^[{[]/.test(text)) return undefined
  try {
    const json: unknown = JSON.parse(text)
    return JSON.stringify(json) === text ? { json } : undefined
  } catch {
    return undefined
  }
}

/** A chunk (one character a byte) as it is written. */
export const writeChunk = (chunk: string): (typeof Chunk.Type)[1] => {
  const text = utf8(fromBinary(chunk))
  if (text === undefined) return { base64: Encoding.encodeBase64(fromBinary(chunk)) }
  return readableJson(text) ?? eventsOf(text)
}

/** The network puts events together as it likes: one a line, a change of one is not a change of all. */
const eventsOf = (text: string): string | ReadonlyArray<string> => {
  const events = text.split(/(?<=\n\n)/)
  return events.length > 1 ? events : text
}

const encoder = new TextEncoder()

const isTexts = (content: (typeof Chunk.Type)[1]): content is ReadonlyArray<string> => Array.isArray(content)

export const readChunk = (content: (typeof Chunk.Type)[1]): Uint8Array => {
  if (Predicate.isString(content)) return encoder.encode(content)
  if (isTexts(content)) return encoder.encode(content.join(""))
  if ("json" in content) return encoder.encode(JSON.stringify(content.json))
  return Either.getOrElse(Encoding.decodeBase64(content.base64), () => new Uint8Array())
}
