/** An API that answers in every bad way, and repeats in each what it was sent: key, tokens, cookies and all. */
import { Effect } from "effect"
import type { Scope } from "effect"
import * as Http from "node:http"
import type * as Net from "node:net"
import * as events from "../stream/fixtures.js"
import { secrets } from "./canaries.js"

interface Asked {
  readonly headers: Http.IncomingHttpHeaders
  readonly url: string
  readonly body: string
}

export type Answer = (response: Http.ServerResponse, asked: Asked) => void

/** What it was sent, but for the prompt, as text in several spellings. */
const echo = ({ body, headers, url }: Asked): string => {
  const { fallback_credit_token, mcp_servers }: Record<string, unknown> = body === "" ? {} : JSON.parse(body)
  const sent = { headers, url, mcp_servers, fallback_credit_token }
  const values = Object.values(headers).map(String)
  return [
    JSON.stringify(sent),
    decodeURIComponent(url),
    ...values.map(encodeURIComponent),
    ...values.map((value) => Buffer.from(value).toString("base64"))
  ].join("; ")
}

const send = (response: Http.ServerResponse, status: number, type: string, body: string): void => {
  response.writeHead(status, {
    "content-type": type,
    "set-cookie": `session=${secrets.setCookie}`,
    "request-id": "req_011CSHoEeqs5C35K2UUqR7Fy"
  })
  response.end(body)
}

const refusal =
  (status: number, type: string): Answer =>
  (response, asked) =>
    send(
      response,
      status,
      "application/json",
      JSON.stringify({ type: "error", error: { type, message: `not with ${echo(asked)}` }, request_id: "req_2" })
    )

const page = (asked: Asked): string =>
  `<html><head><title>${echo(asked)}</title></head><body><h1>Bad gateway</h1><p>${echo(asked)}</p></body></html>`

const begun = [events.messageStart(), events.blockStart(0, events.emptyText), events.text(0, "Good morning")]
const ended = [events.blockStop(0), events.messageDelta(), events.messageStop]

/** The first events of a stream, and then this. */
const streamed =
  (then: (response: Http.ServerResponse, asked: Asked) => void): Answer =>
  (response, asked) => {
    response.writeHead(200, { "content-type": "text/event-stream" })
    response.write(events.frames(begun), () => then(response, asked))
  }

/** Ways to answer, by name. */
export const answers = {
  "400": refusal(400, "invalid_request_error"),
  "401": refusal(401, "authentication_error"),
  "402": refusal(402, "billing_error"),
  "403": refusal(403, "permission_error"),
  "404": refusal(404, "not_found_error"),
  "409": refusal(409, "conflict_error"),
  "413 as a page": (response, asked) => send(response, 413, "text/html", page(asked)),
  "407 of a proxy": (response, asked) => send(response, 407, "text/html", page(asked)),
  "429": refusal(429, "rate_limit_error"),
  "500": refusal(500, "api_error"),
  "529": refusal(529, "overloaded_error"),
  "502 as a page": (response, asked) => send(response, 502, "text/html", page(asked)),
  "503 as text that is cut behind its 8th KB": (response, asked) =>
    send(response, 503, "text/plain", `${"-".repeat(8170)}${echo(asked)}`),
  "a redirect": (response, asked) => {
    response.setHeader("location", `http://127.0.0.1:1/?${encodeURIComponent(echo(asked))}`)
    send(response, 307, "text/plain", echo(asked))
  },
  "200 as a page": (response, asked) => send(response, 200, "text/html", page(asked)),
  "200 as JSON that is cut": (response, asked) =>
    send(response, 200, "application/json", JSON.stringify({ id: echo(asked) }).slice(0, -1)),
  "200 as JSON of another kind": (response, asked) =>
    send(response, 200, "application/json", JSON.stringify({ [echo(asked)]: echo(asked), type: echo(asked) })),
  "an id that repeats the key": (response, asked) => {
    response.writeHead(500, {
      "request-id": String(asked.headers["authorization"] ?? asked.headers["x-api-key"]).slice(0, 200),
      "content-type": "application/json",
      server: String(asked.headers["x-gateway"] ?? "")
    })
    response.end("{}")
  },
  "a reset before the headers": (response) => {
    if (response.socket !== null && "resetAndDestroy" in response.socket) response.socket.resetAndDestroy()
  },
  "a head that is none": (response, asked) => {
    response.socket?.end(`HTTP/1.1 200 OK\r\n${echo(asked)}\r\n\u0000\r\n\r\n`)
  },
  "an error event": streamed((response, asked) => {
    const error = { type: "api_error", message: echo(asked), details: { error_code: echo(asked) } }
    const event = { type: "error", error }
    response.end(events.frame(event))
  }),
  "an event that is no JSON": streamed((response, asked) => {
    response.end(`event: content_block_delta\ndata: {"type":"content_block_delta","x":${echo(asked)}\n\n`)
  }),
  "a delta that is none": streamed((response, asked) => {
    response.end(events.frame(events.delta(0, { type: "text_delta", text: [echo(asked)] })))
  }),
  "a reset of the body": streamed((response) => {
    if (response.socket !== null && "resetAndDestroy" in response.socket) response.socket.resetAndDestroy()
  }),
  "a body that ends too soon": streamed((response) => void response.end()),
  "a whole answer": streamed((response) => void response.end(events.frames(ended)))
} satisfies Record<string, Answer>

export type AnswerName = keyof typeof answers

export const answerNames = Object.keys(answers) as ReadonlyArray<AnswerName>

export interface Parrot {
  readonly url: string
  /** What was asked, in order. */
  readonly asked: () => ReadonlyArray<Asked>
  /** How it answers from now on. */
  readonly answer: (how: AnswerName | Answer) => void
}

/** Listens on loopback until the scope closes. */
export const parrot: Effect.Effect<Parrot, never, Scope.Scope> = Effect.map(
  Effect.acquireRelease(
    Effect.async<{ readonly server: Http.Server; readonly parrot: Parrot }>((resume) => {
      let answer: Answer = answers["a whole answer"]
      const asked: Array<Asked> = []
      const server = Http.createServer((request, response) => {
        const chunks: Array<Buffer> = []
        request.on("data", (chunk: Buffer) => chunks.push(chunk))
        request.on("end", () => {
          const one = { headers: request.headers, url: request.url ?? "", body: Buffer.concat(chunks).toString() }
          asked.push(one)
          answer(response, one)
        })
      })
      server.listen(0, "127.0.0.1", () => {
        // a server that listens on a port has an address of this kind
        const { port } = server.address() as Net.AddressInfo
        const parrot: Parrot = {
          url: `http://127.0.0.1:${port}`,
          asked: () => asked,
          answer: (how) => {
            answer = typeof how === "string" ? answers[how] : how
          }
        }
        resume(Effect.succeed({ server, parrot }))
      })
    }),
    ({ server }) =>
      Effect.sync(() => {
        server.close()
        server.closeAllConnections()
      })
  ),
  ({ parrot }) => parrot
)
