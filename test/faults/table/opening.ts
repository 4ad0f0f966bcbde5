import { certificate } from "../../transport/support/rawServer.js"
import {
  borrowed,
  type Expected,
  failed,
  final,
  givesUp,
  givesUpAtTwo,
  heals,
  inapplicable,
  type Row
} from "../support/row.js"

const ownProxy = inapplicable("the proxy is the HttpClient's affair")
const ownPool = inapplicable("the HttpClient's pool is not bounded, and not ours to watch")

const onlyNodeClaude = (why: Expected) =>
  why.kind === "inapplicable" ? { fetch: why, "node:http": why, undici: why } : {}

const noConnection = (reason: string, more: object = {}) => ({ mayHaveRun: false, fields: { reason, ...more } })

const untrusted = (file: string, name: string, code?: string): Row => ({
  name,
  server: {},
  setting: { tls: certificate(file) },
  expected: failed("ConnectionFailed", "connect", final, noConnection("Tls", code === undefined ? {} : { code }))
})

/** Before there is a connection. */
export const opening: ReadonlyArray<Row> = [
  {
    name: "the host is not known",
    server: {},
    setting: { target: "unknown host" },
    expected: failed("ConnectionFailed", "connect", "code", noConnection("Dns"))
  },
  {
    name: "nobody listens",
    server: {},
    setting: { target: "closed port" },
    expected: failed("ConnectionFailed", "connect", givesUp, noConnection("Refused", { code: "ECONNREFUSED" }))
  },
  {
    name: "RST as soon as the connection is accepted",
    server: borrowed("RST as soon as the connection is accepted"),
    expected: failed("ConnectionReset", ["connect", "send", "headers"], heals, { fields: { bytesReceived: 0 } })
  },
  untrusted("self-signed", "a certificate signed by itself", "DEPTH_ZERO_SELF_SIGNED_CERT"),
  untrusted("expired", "a certificate that has expired"),
  untrusted("other-host", "a certificate for another host"),
  {
    name: "the handshake of TLS stalls",
    server: { onAccept: () => {} },
    setting: {
      target: "https",
      timeouts: { connect: "150 millis", headers: "400 millis" },
      // undici gives up a handshake after 10 seconds and not before
      lingers: ["fetch", "undici"]
    },
    expected: failed("TimedOut", "headers", givesUpAtTwo, { fields: { limit: "headers" } }),
    but: {
      NodeClaude: { phase: ["connect"], standard: givesUp, mayHaveRun: false, fields: { limit: "connect" } }
    }
  },
  {
    name: "FIN in the handshake of TLS",
    server: borrowed("FIN in the handshake of TLS"),
    setting: { target: "https" },
    expected: failed("ConnectionReset", "connect", givesUp, { mayHaveRun: false })
  },
  {
    name: "plain text on a port for TLS",
    server: borrowed("plain text on a port for TLS"),
    setting: { target: "https" },
    expected: failed("ConnectionFailed", "connect", final, noConnection("Tls"))
  },
  {
    name: "the proxy asks for credentials (407)",
    server: {},
    setting: { proxy: 407 },
    expected: failed("ConnectionFailed", "connect", final, noConnection("Proxy", { proxyStatus: 407 })),
    but: onlyNodeClaude(ownProxy)
  },
  {
    name: "the proxy cannot reach the API (502)",
    server: {},
    setting: { proxy: 502 },
    expected: failed("ConnectionFailed", "connect", givesUp, noConnection("Proxy", { proxyStatus: 502 })),
    but: onlyNodeClaude(ownProxy)
  },
  {
    name: "the proxy hangs up",
    server: {},
    setting: { proxy: "hang up" },
    expected: failed("ConnectionFailed", "connect", givesUp, noConnection("Proxy")),
    but: onlyNodeClaude(ownProxy)
  },
  {
    name: "the proxy is silent",
    server: {},
    setting: { proxy: "silence", timeouts: { connect: "150 millis" } },
    expected: failed("TimedOut", "connect", givesUp, { mayHaveRun: false, fields: { limit: "connect" } }),
    but: onlyNodeClaude(ownProxy)
  },
  {
    name: "all connections of the pool are held",
    server: {},
    setting: { busy: true, timeouts: { pool: "100 millis" } },
    expected: failed("TimedOut", "queue", givesUp, { mayHaveRun: false, fields: { limit: "pool" } }),
    but: onlyNodeClaude(ownPool)
  }
]

const megabytes = 1024 * 1024

/** Between the connection and the response's headers. */
export const exchanging: ReadonlyArray<Row> = [
  {
    name: "RST on a connection that lay idle, when the next request comes",
    server: borrowed("RST on a connection that lay idle, when the next request comes"),
    setting: { warm: true },
    expected: failed("ConnectionReset", ["send", "headers"], heals),
    but: { NodeClaude: { attempts: 2 } }
  },
  {
    name: "FIN on a connection that lay idle, when the next request comes",
    server: borrowed("FIN on a connection that lay idle, when the next request comes"),
    setting: { warm: true },
    expected: failed("ConnectionReset", ["send", "headers"], heals),
    but: { NodeClaude: { attempts: 2 } }
  },
  {
    name: "RST in the middle of an upload of 20 MB",
    server: borrowed("RST in the middle of an upload of 20 MB"),
    setting: { upload: 20 * megabytes },
    expected: failed("ConnectionReset", ["send", "headers"], heals),
    but: { NodeClaude: { phase: ["send"], mayHaveRun: false } }
  },
  {
    name: "silence after the request",
    server: borrowed("silence after the request"),
    setting: { timeouts: { headers: "2 seconds" } },
    expected: failed("TimedOut", "headers", heals, { mayHaveRun: true, fields: { limit: "headers" } })
  },
  {
    name: "silence after half of the headers",
    server: borrowed("silence after half of the headers"),
    setting: { timeouts: { headers: "2 seconds" } },
    expected: failed("TimedOut", "headers", heals, { mayHaveRun: true, fields: { limit: "headers" } })
  },
  {
    name: "silence until the deadline of the whole call",
    server: borrowed("silence after the request"),
    setting: { timeouts: { total: "2 seconds" } },
    expected: failed("TimedOut", "headers", final, { mayHaveRun: true, fields: { limit: "total", duration: 2000 } })
  },
  ...[
    "RST before the headers",
    "FIN before the headers",
    "RST inside the headers",
    "FIN inside the headers",
    "RST after an answer of 103"
  ].map((name): Row => ({
    name,
    server: borrowed(name),
    expected: failed("ConnectionReset", "headers", heals, { mayHaveRun: true, fields: { bytesReceived: 0 } })
  })),
  ...["a first line that is not HTTP", "a header that is none", "headers without end"].map((name): Row => ({
    name,
    server: borrowed(name),
    expected: failed("UnexpectedResponse", "headers", final, { mayHaveRun: true })
  }))
]
