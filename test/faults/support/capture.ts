/** A server that keeps what it is asked, byte for byte, and answers well. */
import { Effect } from "effect"
import type { Scope } from "effect"
import * as Http from "node:http"
import type * as Net from "node:net"
import { json, rest, begun } from "./answers.js"

export interface Captured {
  readonly method: string
  /** Path and query. */
  readonly url: string
  readonly headers: Http.IncomingHttpHeaders
  readonly body: string
}

export interface Capture {
  readonly url: string
  /** The requests since the last look, oldest first. */
  readonly take: () => ReadonlyArray<Captured>
}

const model = JSON.stringify({ type: "model", id: "m", display_name: "M", created_at: "2026-01-01T00:00:00Z" })
const page = `{"data":[],"has_more":false,"first_id":null,"last_id":null}`

const answerTo = ({ body, url }: Captured): readonly [type: string, answer: string] => {
  if (url.includes("count_tokens")) return ["application/json", `{"input_tokens":3}`]
  if (url.includes("/v1/models/")) return ["application/json", model]
  if (url.includes("/v1/models")) return ["application/json", page]
  return JSON.parse(body).stream === true ? ["text/event-stream", begun + rest] : ["application/json", json]
}

export const capture: Effect.Effect<Capture, never, Scope.Scope> = Effect.map(
  Effect.acquireRelease(
    Effect.async<{ readonly server: Http.Server; readonly seen: Array<Captured> }>((resume) => {
      const seen: Array<Captured> = []
      const server = Http.createServer((request, response) => {
        const parts: Array<Buffer> = []
        request.on("data", (part: Buffer) => parts.push(part))
        request.on("end", () => {
          const body = Buffer.concat(parts).toString()
          const captured = { method: request.method ?? "", url: request.url ?? "", headers: request.headers, body }
          seen.push(captured)
          const [type, answer] = answerTo(captured)
          response.writeHead(200, { "content-type": type, "request-id": "req_1" }).end(answer)
        })
      })
      server.listen(0, "127.0.0.1", () => resume(Effect.succeed({ server, seen })))
    }),
    ({ server }) =>
      Effect.sync(() => {
        server.close()
        server.closeAllConnections()
      })
  ),
  ({ seen, server }) => ({
    // a server that listens on a port has an address of this kind
    url: `http://127.0.0.1:${(server.address() as Net.AddressInfo).port}`,
    take: () => seen.splice(0)
  })
)
