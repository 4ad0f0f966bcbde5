import { assert, describe, it } from "@effect/vitest"
import { FastCheck } from "effect"
import { classifyCause } from "../../../src/transport/internal/classifyCause.js"
import { fromCause, type TransportFault } from "../../../src/transport/TransportFault.js"

const error = (message: string, fields: object = {}, name = "Error"): Error =>
  Object.assign(new Error(message), { name }, fields)

const code = (code: string, syscall?: string): Error =>
  error(`${syscall ?? "some"} ${code}`, { code, ...(syscall === undefined ? {} : { syscall }) })

const fetchFailed = (cause: unknown): Error => new TypeError("fetch failed", { cause })
const terminated = (cause: unknown): Error => new TypeError("terminated", { cause })
const both = (connect: Error): AggregateError =>
  Object.assign(new AggregateError([connect, code("ENETUNREACH", "connect")]), { code: "" })

type Row = readonly [what: string, cause: unknown, phase: TransportFault["phase"], expected: Partial<TransportFault>]

const connect = { phase: "connect", requestSent: false } as const

const socketError = (message: string, bytesRead: number): Error =>
  error(message, { code: "UND_ERR_SOCKET", socket: { bytesRead, bytesWritten: 100 } }, "SocketError")

const rows: ReadonlyArray<Row> = [
  [
    "an unknown host",
    fetchFailed(code("ENOTFOUND", "getaddrinfo")),
    "headers",
    {
      reason: "Dns",
      code: "ENOTFOUND",
      ...connect
    }
  ],
  [
    "a resolver that is down",
    code("EAI_AGAIN", "getaddrinfo"),
    "headers",
    { reason: "Dns", code: "EAI_AGAIN", ...connect }
  ],
  ["a resolver's other words", code("EAI_OVERFLOW", "getaddrinfo"), "headers", { reason: "Dns", ...connect }],
  ["a refused connection", code("ECONNREFUSED", "connect"), "headers", { reason: "Refused", ...connect }],
  [
    "a refused connection in Bun",
    error("Unable to connect", { code: "ConnectionRefused" }),
    "headers",
    {
      reason: "Refused",
      ...connect
    }
  ],
  [
    "several refused addresses",
    fetchFailed(new AggregateError([code("ECONNREFUSED", "connect"), code("ECONNREFUSED", "connect")])),
    "headers",
    {
      reason: "Refused",
      code: "ECONNREFUSED",
      ...connect
    }
  ],
  [
    "several addresses, the first of which decides",
    both(code("ECONNREFUSED", "connect")),
    "headers",
    {
      reason: "Refused",
      code: "ECONNREFUSED"
    }
  ],
  ...["EHOSTUNREACH", "ENETUNREACH", "EADDRNOTAVAIL", "ETIMEDOUT", "EHOSTDOWN"].map((name): Row => [
    `${name} of a connect`,
    fetchFailed(code(name, "connect")),
    "headers",
    { reason: "Unreachable", code: name, ...connect }
  ]),
  [
    "Bun's socket that cannot be opened",
    error("", { code: "FailedToOpenSocket" }),
    "headers",
    { reason: "Unreachable" }
  ],
  [
    "undici's connect timeout",
    fetchFailed(code("UND_ERR_CONNECT_TIMEOUT")),
    "headers",
    {
      reason: "TimedOut",
      limit: "connect",
      ...connect
    }
  ],
  [
    "a reset while connecting",
    code("ECONNRESET", "connect"),
    "headers",
    { reason: "Reset", code: "ECONNRESET", ...connect }
  ],
  ...[
    "DEPTH_ZERO_SELF_SIGNED_CERT",
    "SELF_SIGNED_CERT_IN_CHAIN",
    "CERT_HAS_EXPIRED",
    "CERT_NOT_YET_VALID",
    "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
    "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
    "ERR_TLS_CERT_ALTNAME_INVALID",
    "ERR_SSL_WRONG_VERSION_NUMBER"
  ].map((name): Row => [name, fetchFailed(code(name)), "headers", { reason: "Tls", code: name, ...connect }]),
  ["plain text on a port for TLS, to node:http", code("EPROTO", "write"), "headers", { reason: "Tls", ...connect }],
  [
    "FIN in the handshake",
    error("Client network socket disconnected before secure TLS connection was established", { code: "ECONNRESET" }),
    "headers",
    { reason: "Reset", code: "ECONNRESET", ...connect }
  ],
  ...[407, 502].map((status): Row => [
    `a proxy's ${status}`,
    fetchFailed(
      error(`Proxy response (${status}) !== 200 when HTTP Tunneling`, { code: "UND_ERR_ABORTED" }, "AbortError")
    ),
    "headers",
    { reason: "Proxy", proxyStatus: status, ...connect }
  ]),
  [
    "a proxy's 407 without a tunnel",
    error("Proxy Authentication Required (407)", { code: "UND_ERR_INVALID_ARG" }),
    "headers",
    {
      reason: "Proxy",
      proxyStatus: 407
    }
  ],
  ["a proxy's bad certificate", code("UND_ERR_PRX_TLS"), "headers", { reason: "Proxy", ...connect }],
  ["a proxy that cannot be reached", code("UND_ERR_PRX_CONN"), "headers", { reason: "Proxy", ...connect }],
  [
    "a reset while the request is written",
    code("EPIPE", "write"),
    "headers",
    { reason: "Reset", phase: "send", requestSent: undefined }
  ],
  ["a body shorter than declared", code("UND_ERR_REQ_CONTENT_LENGTH_MISMATCH"), "send", { reason: "Malformed" }],
  [
    "a reset before the headers",
    fetchFailed(code("ECONNRESET", "read")),
    "headers",
    {
      reason: "Reset",
      phase: "headers",
      code: "ECONNRESET",
      requestSent: undefined
    }
  ],
  [
    "the end before the headers, on a new connection",
    fetchFailed(socketError("other side closed", 0)),
    "headers",
    {
      reason: "Reset",
      code: "UND_ERR_SOCKET",
      reusedConnection: false
    }
  ],
  [
    "the end before the headers, after another answer or half a head",
    socketError("other side closed", 95),
    "headers",
    {
      reason: "Reset",
      reusedConnection: undefined
    }
  ],
  [
    "the end before the headers, to node:http",
    error("socket hang up", { code: "ECONNRESET" }),
    "headers",
    {
      reason: "Reset",
      code: "ECONNRESET"
    }
  ],
  [
    "silence before the headers",
    fetchFailed(code("UND_ERR_HEADERS_TIMEOUT")),
    "headers",
    { reason: "TimedOut", limit: "headers" }
  ],
  [
    "garbage, to undici",
    fetchFailed(error("Response does not match the HTTP/1.1 protocol (Expected HTTP/)", {}, "HTTPParserError")),
    "headers",
    {
      reason: "Malformed",
      phase: "headers",
      code: undefined
    }
  ],
  [
    "garbage, to node:http",
    error("Parse Error: Expected HTTP/", { code: "HPE_INVALID_CONSTANT" }),
    "headers",
    {
      reason: "Malformed",
      code: "HPE_INVALID_CONSTANT"
    }
  ],
  ["a header that is none", code("HPE_INVALID_HEADER_TOKEN"), "headers", { reason: "Malformed" }],
  ["headers too big, to undici", fetchFailed(code("UND_ERR_HEADERS_OVERFLOW")), "headers", { reason: "Malformed" }],
  ["headers too big, to node:http", code("HPE_HEADER_OVERFLOW"), "headers", { reason: "Malformed" }],
  [
    "a reset of the body",
    terminated(code("ECONNRESET", "read")),
    "body",
    {
      reason: "Reset",
      phase: "body",
      code: "ECONNRESET"
    }
  ],
  [
    "a body that ends early, to undici",
    terminated(socketError("other side closed", 500)),
    "body",
    {
      reason: "Reset",
      code: "UND_ERR_SOCKET",
      reusedConnection: undefined
    }
  ],
  ["a body that ends early, to node:http", error("aborted", { code: "ECONNRESET" }), "body", { reason: "Reset" }],
  ["a body that ends short of its length", code("UND_ERR_RES_CONTENT_LENGTH_MISMATCH"), "body", { reason: "Reset" }],
  [
    "a body that ends between its chunks",
    error("Response does not match the HTTP/1.1 protocol (Invalid EOF state)", {}, "HTTPParserError"),
    "body",
    { reason: "Reset" }
  ],
  [
    "a bad chunk, to undici",
    terminated(error("Response does not match the HTTP/1.1 protocol (x)", {}, "HTTPParserError")),
    "body",
    {
      reason: "Malformed"
    }
  ],
  ["a bad chunk, to node:http", code("HPE_INVALID_CHUNK_SIZE"), "body", { reason: "Malformed" }],
  ["bytes beyond the length, to node:http", code("HPE_INVALID_CONSTANT"), "body", { reason: "Malformed" }],
  ["broken gzip", terminated(code("Z_DATA_ERROR")), "body", { reason: "Malformed", code: "Z_DATA_ERROR" }],
  ["truncated gzip", terminated(code("Z_BUF_ERROR")), "body", { reason: "Malformed" }],
  ["silence in the body", terminated(code("UND_ERR_BODY_TIMEOUT")), "body", { reason: "TimedOut", limit: "idle" }],
  [
    "a peer that acknowledges nothing more",
    terminated(code("ETIMEDOUT", "read")),
    "body",
    { reason: "Reset", code: "ETIMEDOUT" }
  ],
  ["an abort", new DOMException("This operation was aborted", "AbortError"), "headers", { reason: "Reset" }],
  [
    "an abort of node:http",
    error("The operation was aborted", { code: "ABORT_ERR" }, "AbortError"),
    "body",
    { reason: "Reset" }
  ],
  [
    "AbortSignal.timeout before the headers",
    new DOMException("signal timed out", "TimeoutError"),
    "headers",
    {
      reason: "TimedOut",
      limit: "headers"
    }
  ],
  [
    "AbortSignal.timeout in the body",
    new DOMException("signal timed out", "TimeoutError"),
    "body",
    {
      reason: "TimedOut",
      limit: "idle"
    }
  ],
  ["a pipeline of streams", code("ERR_STREAM_PREMATURE_CLOSE"), "body", { reason: "Reset" }],
  ["a stream of HTTP/2 that was reset", code("ERR_HTTP2_STREAM_ERROR"), "body", { reason: "Reset" }],
  ["a session of HTTP/2 that was ended", code("ERR_HTTP2_SESSION_ERROR"), "headers", { reason: "Reset" }],
  ["GOAWAY", code("UND_ERR_INFO"), "headers", { reason: "Reset" }],
  ["a closed dispatcher", code("UND_ERR_CLOSED"), "headers", { reason: "Reset" }],
  ["a destroyed dispatcher", code("UND_ERR_DESTROYED"), "headers", { reason: "Reset" }],
  ["an agent of another undici", fetchFailed(code("UND_ERR_INVALID_ARG")), "headers", { reason: "Malformed" }],
  [
    "Bun, which gives no code",
    error("The socket connection was closed unexpectedly. For more information, pass `verbose: true`"),
    "body",
    {
      reason: "Reset",
      code: undefined
    }
  ],
  [
    "httpx, relayed",
    "peer closed connection without sending complete message body (incomplete chunked read)",
    "body",
    {
      reason: "Reset"
    }
  ],
  ["Safari", new TypeError("Load failed"), "headers", { reason: "Reset" }],
  ["something unknown before a connection was open", new Error("?"), "connect", { reason: "Unreachable", ...connect }],
  ["something unknown after", new Error("?"), "body", { reason: "Reset", phase: "body" }],
  ["nothing at all", undefined, "headers", { reason: "Reset", code: undefined }]
]

describe("fromCause", () => {
  for (const [what, cause, phase, expected] of rows) {
    it(`tells ${what}`, () => {
      const fault = fromCause(cause, { phase })
      const found = Object.fromEntries(Object.keys(expected).map((key) => [key, Reflect.get(fault, key)]))
      assert.deepStrictEqual(found, { ...expected })
      assert.strictEqual(fault.cause, cause)
    })
  }

  it("believes a transport that knows whether the request was sent", () => {
    const fault = fromCause(code("EPROTO"), { phase: "headers", requestSent: true })
    assert.strictEqual(fault.phase, "headers")
    assert.strictEqual(fault.requestSent, true)
  })

  it("takes a failure of TLS in a body for a reset: a connection was open", () => {
    assert.strictEqual(fromCause(code("ERR_SSL_BAD_RECORD_TYPE"), { phase: "body" }).reason, "Reset")
  })

  it("tells a code by its name, not by its class: two undicis may live in one process", () => {
    assert.strictEqual(classifyCause({ name: "x", code: "UND_ERR_SOCKET" }).reason, "Reset")
  })
})

const reasons = ["Reset", "Dns", "Refused", "Unreachable", "Tls", "Proxy", "TimedOut", "Malformed"]

// Graphs of causes with every kind of shape, circles too.
const graph = FastCheck.array(
  FastCheck.record({
    kind: FastCheck.constantFrom("error", "aggregate", "plain", "throwing", "text", "number", "null"),
    message: FastCheck.oneof(FastCheck.string(), FastCheck.constantFrom("terminated", "other side closed")),
    code: FastCheck.oneof(
      FastCheck.constantFrom("ECONNRESET", "UND_ERR_SOCKET", "HPE_X", "", "toString", "__proto__"),
      FastCheck.integer(),
      FastCheck.constant(undefined)
    ),
    links: FastCheck.array(FastCheck.nat(40), { maxLength: 4 })
  }),
  { minLength: 1, maxLength: 40 }
).map((nodes) => {
  const values = nodes.map((node): unknown => {
    switch (node.kind) {
      case "error":
        return Object.assign(new Error(node.message), { code: node.code })
      case "aggregate":
        return Object.assign(new AggregateError([], node.message), { code: node.code })
      case "plain":
        return { message: node.message, code: node.code }
      case "throwing":
        return Object.defineProperty({}, "code", {
          get: () => {
            throw new Error("no")
          }
        })
      case "text":
        return node.message
      case "number":
        return node.message.length
      default:
        return null
    }
  })
  for (const [index, node] of nodes.entries()) {
    const value = values[index]
    if (typeof value === "object" && value !== null) {
      const others = node.links.map((link) => values[link % values.length])
      Object.assign(value, { cause: others[0], errors: node.links.length > 1 ? others : "none" })
    }
  }
  return values[0]
})

describe("classifyCause", () => {
  it("has an answer for every graph of causes, circles and throwing getters included", () => {
    FastCheck.assert(
      FastCheck.property(graph, (cause) => {
        const found = classifyCause(cause)
        assert.include(reasons, found.reason)
        assert.isTrue(found.code === undefined || typeof found.code === "string")
      }),
      { numRuns: 500 }
    )
  })

  it("finds a known cause under any number of wrappers up to sixty", () => {
    FastCheck.assert(
      FastCheck.property(FastCheck.nat(60), (depth) => {
        let cause: unknown = code("ECONNREFUSED", "connect")
        for (let wrapped = 0; wrapped < depth; wrapped++) {
          cause = new Error("wrapper", { cause })
        }
        const found = classifyCause(cause)
        assert.strictEqual(found.reason, "Refused")
        assert.isTrue(found.known)
      })
    )
  })
})
