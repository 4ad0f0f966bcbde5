/** What a scripted transport does with one request. */
import type { TransportFault } from "../../transport/TransportFault.js"
import type { Piece } from "./scriptedBody.js"
import { text } from "./scriptedBody.js"

/** A fault instead of a response. */
export interface Broken {
  readonly _tag: "Broken"
  readonly fault: TransportFault
  /** Milliseconds until then. */
  readonly after: number
}

export interface Answered {
  readonly _tag: "Answered"
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** Milliseconds until the headers. */
  readonly after: number
  readonly body: ReadonlyArray<Piece>
  /** Which pieces of the body are deltas of content: cuts are counted in them. */
  readonly deltas: ReadonlySet<Piece>
}

export type Exchange = Broken | Answered

export const requestId = (nth: number): string => `req_test_${nth}`

export const json = (
  nth: number,
  body: unknown,
  options: {
    readonly status?: number | undefined
    readonly headers?: Readonly<Record<string, string>> | undefined
    readonly after?: number | undefined
  } = {}
): Answered => ({
  _tag: "Answered",
  status: options.status ?? 200,
  headers: { "content-type": "application/json", "request-id": requestId(nth), ...options.headers },
  after: options.after ?? 0,
  body: body === undefined ? [] : [text(typeof body === "string" ? body : JSON.stringify(body))],
  deltas: new Set()
})
