/**
 * Faults as data: what a server does to a connection, and what each transport reports of it.
 * A suite of a higher floor can run its own client over the same servers.
 */
import { Effect } from "effect"
import type { TransportLimits } from "../../src/transport/Transport.js"
import type { TransportFault } from "../../src/transport/TransportFault.js"
import {
  certificate,
  chunk,
  closedPortUrl,
  lastChunk,
  lengthHead,
  type Peer,
  type RawServer,
  type Script,
  streamHead
} from "./support/rawServer.js"
import { limits, type TransportName } from "./support/transports.js"

type Phase = TransportFault["phase"]

/** What is expected of a fault; what is not named is not asserted. */
export interface Expected {
  readonly reason: TransportFault["reason"]
  /** One of these. */
  readonly phase: ReadonlyArray<Phase>
  readonly code?: RegExp
  readonly limit?: TransportFault["limit"]
  readonly requestSent?: boolean | undefined
  readonly reusedConnection?: boolean | undefined
}

/** The response came whole, as far as HTTP can tell. */
export interface Whole {
  readonly status: number
}

export type Outcome = Expected | Whole

export interface SocketFault {
  readonly name: string
  readonly script: Script
  readonly tls?: { readonly key: string; readonly cert: string }
  /** Where to send the request instead of to the server. */
  readonly target?: "closed port" | "unknown host" | "https"
  /** Bytes of the request's body. */
  readonly upload?: number
  readonly limits?: TransportLimits
  /** One good exchange goes before, to leave a connection in the pool. */
  readonly warm?: boolean
  /** A connection of the client's own outlives the exchange, on transports other than `NodeTransport`. */
  readonly lingers?: boolean
  /** The body's bytes that reach the client before the fault. */
  readonly received?: string | Uint8Array
  readonly outcome: Outcome
  /** Where a transport sees it differently. */
  readonly but?: Partial<Record<TransportName, Outcome>>
}

const events =
  'event: message_start\ndata: {"type":"message_start","message":{"id":"msg_1","type":"message",'
  + '"role":"assistant","content":[],"model":"claude-opus-5-5","stop_reason":null,"stop_sequence":null,'
  + '"usage":{"input_tokens":3,"output_tokens":1}}}\n\n'
  + 'event: content_block_start\ndata: {"type":"content_block_start","index":0,"content_block":'
  + '{"type":"text","text":""}}\n\n'
  + 'event: content_block_delta\ndata: {"type":"content_block_delta","index":0,"delta":'
  + '{"type":"text_delta","text":"Hello"}}\n\n'

const halfEvent = `${events}event: content_block_delta\ndata: {"type":"content_block_del`
const halfCharacter = Buffer.concat([Buffer.from(halfEvent), Buffer.from("\u20ac").subarray(0, 2)])
const json = '{"type":"message"}'

const respond = (act: (peer: Peer, index: number) => void): Script => ({ onRequest: act })

const fine = (peer: Peer): void => peer.write(`${lengthHead(json.length)}${json}`)

/** The first request is answered well, the second meets the fault. */
const afterOne = (act: (peer: Peer) => void): Script => ({
  onRequest: (peer, index) => (index === 0 ? fine(peer) : act(peer))
})

const text = (head: string, body: string | Uint8Array): Uint8Array =>
  Buffer.concat([Buffer.from(head), Buffer.from(body)])

const sentThenReset = (bytes: string | Uint8Array): Script =>
  respond((peer) => peer.write(bytes, () => settled(peer.reset)))

const sentThenEnded = (bytes: string | Uint8Array): Script => respond((peer) => peer.write(bytes, peer.end))

// The client is to see the bytes before what follows: its own loop runs in between.
const settled = (act: () => void): void => void setTimeout(act, 20)

const reset = (phase: ReadonlyArray<Phase>, more: Partial<Expected> = {}): Expected => ({
  reason: "Reset",
  phase,
  code: /^(?:ECONNRESET|EPIPE|UND_ERR_SOCKET)$/,
  ...more
})

const malformed = (phase: ReadonlyArray<Phase>): Expected => ({ reason: "Malformed", phase })

/** `node:http` of Node 24 and later tells that the upload broke, and not of the answer that had come before. */
export const losesEarlyAnswers = Number(process.versions.node.split(".")[0]) >= 24

const resetByServer = reset(["body"])
const beforeHeaders = reset(["headers"])
const sentAndKnown = { requestSent: true, reusedConnection: false }

const opening: ReadonlyArray<SocketFault> = [
  {
    name: "the host is not known",
    script: {},
    target: "unknown host",
    outcome: { reason: "Dns", phase: ["connect"], code: /^(?:ENOTFOUND|EAI_AGAIN)$/, requestSent: false }
  },
  {
    name: "nobody listens",
    script: {},
    target: "closed port",
    outcome: { reason: "Refused", phase: ["connect"], code: /^ECONNREFUSED$/, requestSent: false }
  },
  {
    name: "RST as soon as the connection is accepted",
    script: { onAccept: (peer) => peer.reset() },
    outcome: reset(["connect", "send", "headers"])
  },
  {
    name: "a certificate signed by itself",
    script: respond(fine),
    tls: certificate("self-signed"),
    outcome: { reason: "Tls", phase: ["connect"], code: /^DEPTH_ZERO_SELF_SIGNED_CERT$/, requestSent: false }
  },
  {
    name: "the handshake of TLS stalls",
    script: { onAccept: () => {} },
    target: "https",
    limits: limits({ connect: 150, headers: 400 }),
    lingers: true,
    outcome: { reason: "TimedOut", phase: ["headers"], limit: "headers" },
    but: {
      NodeTransport: { reason: "TimedOut", phase: ["connect"], limit: "connect", requestSent: false }
    }
  },
  {
    name: "FIN in the handshake of TLS",
    script: { onAccept: (peer) => peer.end() },
    target: "https",
    outcome: reset(["connect"], { requestSent: false })
  },
  {
    name: "plain text on a port for TLS",
    script: { onAccept: (peer) => peer.write("HTTP/1.1 302 Found\r\nlocation: http://portal.test/\r\n\r\n") },
    target: "https",
    outcome: { reason: "Tls", phase: ["connect"], code: /^(?:ERR_SSL_\w+|EPROTO)$/, requestSent: false }
  }
]

const reused: ReadonlyArray<SocketFault> = [
  {
    name: "RST on a connection that lay idle, when the next request comes",
    warm: true,
    lingers: true,
    script: { onHead: (peer, index) => void (index === 1 && peer.reset()), ...afterOne(() => {}) },
    outcome: reset(["headers"]),
    but: { NodeTransport: reset(["send", "headers"], { reusedConnection: true, requestSent: true }) }
  },
  {
    name: "FIN on a connection that lay idle, when the next request comes",
    warm: true,
    lingers: true,
    script: { onHead: (peer, index) => void (index === 1 && peer.end()), ...afterOne(() => {}) },
    outcome: reset(["headers"]),
    but: {
      NodeTransport: reset(["send", "headers"], { reusedConnection: true, requestSent: true })
    }
  }
]

const megabytes = 1024 * 1024

const sending: ReadonlyArray<SocketFault> = [
  {
    name: "RST in the middle of an upload of 20 MB",
    upload: 20 * megabytes,
    script: {
      onHead: (peer) => {
        peer.socket.pause()
        settled(peer.reset)
      }
    },
    outcome: reset(["send", "headers"]),
    but: { NodeTransport: reset(["send"], { requestSent: false, reusedConnection: false }) }
  }
]

const headers: ReadonlyArray<SocketFault> = [
  {
    name: "silence after the request",
    script: respond(() => {}),
    limits: limits({ headers: 200 }),
    outcome: { reason: "TimedOut", phase: ["headers"], limit: "headers" },
    but: { NodeTransport: { reason: "TimedOut", phase: ["headers"], limit: "headers", ...sentAndKnown } }
  },
  {
    name: "silence after half of the headers",
    script: respond((peer) => peer.write("HTTP/1.1 200 OK\r\ncontent-ty")),
    limits: limits({ headers: 200 }),
    outcome: { reason: "TimedOut", phase: ["headers"], limit: "headers" },
    but: { NodeTransport: { reason: "TimedOut", phase: ["headers"], limit: "headers", ...sentAndKnown } }
  },
  {
    name: "RST before the headers",
    script: respond((peer) => peer.reset()),
    outcome: beforeHeaders,
    but: { NodeTransport: reset(["headers"], { code: /^ECONNRESET$/, ...sentAndKnown }) }
  },
  {
    name: "FIN before the headers",
    script: respond((peer) => peer.end()),
    outcome: beforeHeaders,
    but: { NodeTransport: reset(["headers"], { code: /^UND_ERR_SOCKET$/, ...sentAndKnown }) }
  },
  {
    name: "RST inside the headers",
    script: sentThenReset("HTTP/1.1 200 OK\r\ncontent-type: text/eve"),
    outcome: beforeHeaders,
    but: { NodeTransport: reset(["headers"], { ...sentAndKnown }) }
  },
  {
    name: "FIN inside the headers",
    script: sentThenEnded("HTTP/1.1 200 OK\r\ncontent-type: text/eve"),
    outcome: beforeHeaders,
    but: { NodeTransport: reset(["headers"], { ...sentAndKnown }) }
  },
  {
    name: "RST after an answer of 103",
    script: sentThenReset("HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n"),
    outcome: beforeHeaders
  },
  {
    name: "a first line that is not HTTP",
    script: sentThenEnded("HELLO THERE 200 OK\r\n\r\n"),
    outcome: malformed(["headers"])
  },
  {
    name: "a header that is none",
    script: sentThenEnded("HTTP/1.1 200 OK\r\nconte nt\u0001type text\r\n\r\n"),
    outcome: malformed(["headers"])
  },
  {
    name: "headers without end",
    script: sentThenEnded(`HTTP/1.1 200 OK\r\nx-long: ${"a".repeat(128 * 1024)}\r\n\r\n`),
    outcome: malformed(["headers"])
  }
]

const body: ReadonlyArray<SocketFault> = [
  {
    name: "RST after the headers, before the first byte",
    script: sentThenReset(streamHead),
    received: "",
    outcome: resetByServer
  },
  {
    name: "FIN after the headers, before the first byte",
    script: sentThenEnded(streamHead),
    received: "",
    outcome: resetByServer
  },
  {
    name: "headers and RST in one breath",
    script: respond((peer) => peer.write(streamHead, peer.reset)),
    received: "",
    outcome: reset(["headers", "body"])
  },
  {
    name: "headers, events and RST in one breath",
    script: respond((peer) => peer.write(text(streamHead, chunk(events)), peer.reset)),
    received: events,
    outcome: reset(["headers", "body"])
  },
  {
    name: "RST in the middle of a character",
    script: sentThenReset(text(streamHead, chunk(halfCharacter))),
    received: halfCharacter,
    outcome: resetByServer
  },
  {
    name: "RST in the middle of an event",
    script: sentThenReset(text(streamHead, chunk(halfEvent))),
    received: halfEvent,
    outcome: resetByServer
  },
  {
    name: "FIN in the middle of a chunk",
    script: sentThenEnded(text(streamHead, chunk(halfEvent).subarray(0, -12))),
    received: halfEvent.slice(0, -10),
    outcome: resetByServer
  },
  {
    name: "FIN between two chunks",
    script: sentThenEnded(text(streamHead, chunk(events))),
    received: events,
    outcome: resetByServer
  },
  {
    name: "FIN between two chunks of a response that closes its connection",
    script: sentThenEnded(text(streamHead.replace("\r\n\r\n", "\r\nconnection: close\r\n\r\n"), chunk(events))),
    received: events,
    outcome: { reason: "Reset", phase: ["body"] }
  },
  {
    name: "RST where a response without length goes on",
    script: sentThenReset(
      `HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n${halfEvent}`
    ),
    received: halfEvent,
    outcome: resetByServer,
    // undici takes the reset for the end that such a response is waiting for, and shows nothing of it.
    but: { fetch: { status: 200 }, undici: { status: 200 } }
  },
  {
    name: "FIN short of the content-length",
    script: sentThenEnded(`${lengthHead(json.length + 5)}${json}`),
    received: json,
    outcome: resetByServer
  },
  {
    name: "FIN short of the content-length of a response that closes its connection",
    script: sentThenEnded(`${lengthHead(json.length + 5).replace("\r\n\r\n", "\r\nconnection: close\r\n\r\n")}${json}`),
    received: json,
    outcome: { reason: "Reset", phase: ["body"] }
  },
  {
    name: "RST short of the content-length",
    script: sentThenReset(`${lengthHead(json.length + 5)}${json}`),
    received: json,
    outcome: resetByServer
  },
  {
    name: "a chunk whose size is none",
    script: respond((peer) =>
      peer.write(text(streamHead, chunk(events)), () => settled(() => peer.write("zz\r\nabc")))
    ),
    received: events,
    outcome: malformed(["body"]),
    but: { "node:http": { reason: "Reset", phase: ["body"] } }
  }
]

const compressed =
  "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-encoding: gzip\r\n"
  + "transfer-encoding: chunked\r\n\r\n"

const whole: ReadonlyArray<SocketFault> = [
  {
    name: "a chunked stream that ends cleanly in the middle",
    script: sentThenEnded(text(streamHead, Buffer.concat([chunk(events), Buffer.from(lastChunk)]))),
    received: events,
    outcome: { status: 200 }
  },
  {
    name: "a stream without length that ends by FIN in the middle",
    script: sentThenEnded(`HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n${events}`),
    received: events,
    outcome: { status: 200 }
  },
  {
    name: "bytes that claim to be gzip and are not",
    script: sentThenEnded(text(compressed, Buffer.concat([chunk(events), Buffer.from(lastChunk)]))),
    received: "",
    outcome: malformed(["body"])
  },
  {
    name: "an error page of 502",
    script: respond((peer) =>
      peer.write("HTTP/1.1 502 Bad Gateway\r\ncontent-type: text/html\r\ncontent-length: 13\r\n\r\n<html></html>")
    ),
    received: "<html></html>",
    outcome: { status: 502 }
  },
  {
    name: "an early 413, and the connection closed while the request is uploaded",
    upload: 20 * megabytes,
    script: {
      onHead: (peer) =>
        peer.write(
          "HTTP/1.1 413 Payload Too Large\r\ncontent-type: text/html\r\nconnection: close\r\ncontent-length: 3\r\n\r\nbig",
          () => settled(() => peer.socket.destroySoon())
        )
    },
    received: "big",
    outcome: { status: 413 },
    ...(losesEarlyAnswers ? { but: { "node:http": reset(["send", "headers"]) } } : {})
  },
  {
    name: "a redirect",
    script: respond((peer) =>
      peer.write("HTTP/1.1 307 Temporary Redirect\r\nlocation: /elsewhere\r\ncontent-length: 0\r\n\r\n")
    ),
    received: "",
    outcome: { status: 307 }
  }
]

export const faults: ReadonlyArray<SocketFault> = [...opening, ...reused, ...sending, ...headers, ...body, ...whole]

/** Where the request of a fault goes. */
export const baseUrl = (fault: SocketFault, server: RawServer): Effect.Effect<string> => {
  switch (fault.target) {
    case "closed port":
      return closedPortUrl
    case "unknown host":
      return Effect.succeed("http://nowhere.invalid")
    case "https":
      return Effect.succeed(`https://127.0.0.1:${server.port}`)
    default:
      return Effect.succeed(server.url)
  }
}
