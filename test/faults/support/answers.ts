/** Answers of the API as bytes, whole and begun, for both operations. */
import { events, message } from "../../support/scriptedTransport.js"
import { chunk, lastChunk, lengthHead, streamHead } from "../../transport/support/rawServer.js"

export const operations = ["stream", "create"] as const

/** How a message is asked for. */
export type Operation = (typeof operations)[number]

/** The text of the answer that is cut, as far as it comes. */
export const begunText = "Hello"

/** The text of the whole answer. */
export const wholeText = "Hello, world"

/** The events of an answer up to its first words. */
export const begun = events.start + events.block + events.text(begunText)

/** The events that are left. */
export const rest = events.text(", world") + events.blockStop + events.delta + events.stop

export const json = JSON.stringify(message(wholeText))

export const halfJson = json.slice(0, json.indexOf(", world"))

export const bytes = (...parts: ReadonlyArray<string | Uint8Array>): Buffer =>
  Buffer.concat(parts.map((part) => (typeof part === "string" ? Buffer.from(part) : part)))

/** A stream of these events that ends as HTTP wants it. */
export const streamOf = (events: string): Buffer => bytes(streamHead, chunk(events), lastChunk)

/** A stream of these events that goes on. */
export const openStreamOf = (events: string): Buffer => bytes(streamHead, chunk(events))

/** A whole reply of this status. */
export const reply = (status: number, body: string, headers: Readonly<Record<string, string>> = {}): string => {
  const all = { "content-type": "application/json", ...headers, "content-length": String(Buffer.byteLength(body)) }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
  return `HTTP/1.1 ${status} Status\r\n${lines.join("")}\r\n${body}`
}

/** An answer to which nothing is wrong. */
export const wholeAnswer = (operation: Operation): Uint8Array =>
  operation === "stream" ? streamOf(begun + rest) : bytes(lengthHead(json.length), json)

/** The head of an answer and nothing of its body. */
export const headOf = (operation: Operation): string => (operation === "stream" ? streamHead : lengthHead(json.length))

/** An answer up to its first words; its end is still to come. */
export const begunAnswer = (operation: Operation): Uint8Array =>
  operation === "stream" ? openStreamOf(begun) : bytes(lengthHead(json.length), halfJson)

/** A refusal as the API words it. */
export const apiError = (
  status: number,
  type: string,
  headers: Readonly<Record<string, string>> = {},
  details?: object
): string =>
  reply(
    status,
    JSON.stringify({
      type: "error",
      error: { type, message: `a ${type}`, ...(details === undefined ? {} : { details }) },
      request_id: `req_${status}`
    }),
    { "request-id": `req_${status}`, ...headers }
  )
