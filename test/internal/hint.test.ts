import { assert, describe, it } from "@effect/vitest"
import { Duration, Schema } from "effect"
import * as ClaudeError from "../../src/ClaudeError.js"
import { patternFor, patterns } from "../../src/internal/hint.js"
import { fromErrorEvent, fromResponse } from "../../src/internal/responseError.js"
import { apiError, context, html } from "./errorFixtures.js"

const streaming = { ...context.request, stream: true }

const respond = (
  status: number,
  body: string,
  headers: Record<string, string> = {},
  request: Partial<ClaudeError.RequestInfo> = {}
) => {
  const asked = { ...context, request: { ...context.request, ...request } }
  return fromResponse({ status, headers, body, now: 0, context: asked })
}

const page = (status: number, headers: Record<string, string> = {}) =>
  respond(status, html("Page"), { "content-type": "text/html", ...headers })

type Fields<C extends abstract new (...args: never) => unknown> = Partial<ConstructorParameters<C>[0]>

const reset = (fields: Fields<typeof ClaudeError.ConnectionReset> = {}) =>
  new ClaudeError.ConnectionReset({ ...context, bytesReceived: 0, code: "ECONNRESET", ...fields })

/** A fresh connection that was silent for so long, all of it within the call. */
const silent = (seconds: number, fields: Fields<typeof ClaudeError.ConnectionReset> = {}) =>
  reset({ idleFor: Duration.seconds(seconds), elapsed: Duration.seconds(seconds + 2), ...fields })

const failed = (reason: ClaudeError.ConnectionFailed["reason"], code?: string, proxyStatus?: number) =>
  new ClaudeError.ConnectionFailed({ ...context, phase: "connect", mayHaveRun: false, reason, code, proxyStatus })

const timedOut = (
  limit: ClaudeError.TimedOut["limit"],
  seconds: number,
  fields: Fields<typeof ClaudeError.TimedOut> = {}
) => new ClaudeError.TimedOut({ ...context, limit, duration: Duration.seconds(seconds), ...fields })

const caused = (code: string): ClaudeError.ErrorCause => ({
  name: "TypeError",
  message: "fetch failed",
  cause: { name: "Error", message: "", code }
})

const strange = (code: string, phase: ClaudeError.Phase = "headers") =>
  new ClaudeError.UnexpectedResponse({ ...context, phase, description: "not HTTP", cause: caused(code) })

const megabyte = 1024 * 1024
const large = { ...context.request, bodyBytes: 5 * megabyte }

interface Case {
  /** Where the pattern speaks, and a word that its hint must hold. */
  readonly speaks: ReadonlyArray<readonly [error: ClaudeError.ClaudeError, word: string]>
  /** Near misses: the same look without the evidence. */
  readonly silent: ReadonlyArray<ClaudeError.ClaudeError>
}

const cases: Readonly<Record<string, Case>> = {
  "idle-60": {
    speaks: [
      [silent(60), "proxy_read_timeout"],
      [silent(55), "Resumable.create"],
      [silent(65), "Claude.stream"],
      [silent(60, { phase: "body", request: streaming, bytesReceived: 900 }), "proxy_buffering"],
      [silent(60, { reusedConnection: true }), "60 s"]
    ],
    silent: [
      silent(54),
      silent(66),
      silent(60, { phase: "send" }),
      // The silence was before the call: the connection lay in the pool.
      silent(60, { reusedConnection: true, elapsed: Duration.seconds(1) }),
      timedOut("idle", 60)
    ]
  },
  "idle-120": { speaks: [[silent(120), "120 s"]], silent: [silent(114), silent(126)] },
  "idle-350": { speaks: [[silent(350), "TCP keep-alive"]], silent: [silent(339), silent(361)] },
  "idle-400": { speaks: [[silent(400), "edge"]], silent: [silent(394), silent(406)] },
  "large-body": {
    speaks: [
      [reset({ request: large }), "client_max_body_size"],
      [reset({ request: large, phase: "send", reusedConnection: true }), "5.0 MB"],
      [reset({ request: { ...large, bodyBytes: 40 * megabyte }, phase: "send" }), "32 MB"]
    ],
    silent: [
      reset(),
      reset({ request: large, phase: "body", bytesReceived: 10 }),
      reset({ request: large, reusedConnection: true }),
      silent(30, { request: large })
    ]
  },
  "stale-keep-alive": {
    speaks: [
      [reset({ reusedConnection: true }), "stale keep-alive"],
      [reset({ reusedConnection: true, phase: "send", idleFor: Duration.seconds(400) }), "fresh connection"],
      [reset({ reusedConnection: true, attempt: 3, elapsed: Duration.minutes(2) }), "keepAlive"]
    ],
    silent: [
      reset({ reusedConnection: false }),
      reset(),
      reset({ reusedConnection: true, phase: "body", bytesReceived: 10 }),
      reset({ reusedConnection: true, elapsed: Duration.seconds(30) })
    ]
  },
  "reset-in-handshake": { speaks: [[reset({ phase: "connect" }), "firewall"]], silent: [reset()] },
  "fetch-300": {
    speaks: [
      [
        timedOut("headers", 300, { cause: caused("UND_ERR_HEADERS_TIMEOUT"), elapsed: Duration.seconds(301) }),
        "NodeClaude.layer"
      ],
      [timedOut("idle", 300, { cause: caused("UND_ERR_BODY_TIMEOUT"), elapsed: Duration.seconds(310) }), "300 s"]
    ],
    silent: [
      timedOut("headers", 300, { elapsed: Duration.seconds(301) }),
      timedOut("headers", 20, { cause: caused("UND_ERR_HEADERS_TIMEOUT"), elapsed: Duration.seconds(20) })
    ]
  },
  "host-unknown": {
    speaks: [[failed("Dns", "ENOTFOUND"), "ANTHROPIC_BASE_URL"]],
    silent: [failed("Dns"), failed("Dns", "EAI_FAIL"), failed("Refused", "ECONNREFUSED")]
  },
  "dns-down": { speaks: [[failed("Dns", "EAI_AGAIN"), "DNS"]], silent: [failed("Dns", "ENOTFOUND"), failed("Dns")] },
  "proxy-credentials": {
    speaks: [
      [failed("Proxy", "UND_ERR_ABORTED", 407), "HTTPS_PROXY"],
      [respond(407, html("Proxy Authentication Required")), "407"]
    ],
    silent: [failed("Proxy", "UND_ERR_ABORTED", 502), failed("Proxy")]
  },
  "proxy-refused": {
    speaks: [[failed("Proxy", "UND_ERR_ABORTED", 403), "answered 403"]],
    silent: [failed("Proxy", "UND_ERR_ABORTED"), failed("Proxy", undefined, 407)]
  },
  "tls-untrusted": {
    speaks: [
      [failed("Tls", "SELF_SIGNED_CERT_IN_CHAIN"), "NODE_EXTRA_CA_CERTS"],
      [failed("Tls", "UNABLE_TO_GET_ISSUER_CERT_LOCALLY"), "company proxy"]
    ],
    silent: [failed("Tls"), failed("Tls", "CERT_HAS_EXPIRED"), failed("Tls", "ERR_TLS_CERT_ALTNAME_INVALID")]
  },
  "tls-clock": {
    speaks: [[failed("Tls", "CERT_NOT_YET_VALID"), "clock"]],
    silent: [failed("Tls", "DEPTH_ZERO_SELF_SIGNED_CERT")]
  },
  "tls-wrong-host": {
    speaks: [[failed("Tls", "ERR_TLS_CERT_ALTNAME_INVALID"), "sign-in page"]],
    silent: [failed("Tls", "CERT_HAS_EXPIRED")]
  },
  "tls-plaintext": {
    speaks: [[failed("Tls", "ERR_SSL_WRONG_VERSION_NUMBER"), "does not speak TLS"]],
    silent: [failed("Unreachable", "EPROTO"), failed("Tls", "CERT_HAS_EXPIRED")]
  },
  refused: {
    speaks: [[failed("Refused", "ECONNREFUSED"), "Nothing listens"]],
    silent: [failed("Refused"), failed("Unreachable", "ETIMEDOUT")]
  },
  "no-route": {
    speaks: [[failed("Unreachable", "ENETUNREACH"), "VPN"]],
    silent: [failed("Unreachable", "ETIMEDOUT")]
  },
  "ports-exhausted": {
    speaks: [[failed("Unreachable", "EADDRNOTAVAIL"), "share one client"]],
    silent: [failed("Unreachable", "EHOSTUNREACH")]
  },
  "pool-exhausted": {
    speaks: [[timedOut("pool", 30, { phase: "queue" }), "pool.connections"]],
    silent: [timedOut("headers", 30)]
  },
  "connect-silence": {
    speaks: [[timedOut("connect", 10, { phase: "connect" }), "firewall"]],
    silent: [timedOut("headers", 10), timedOut("pool", 10)]
  },
  "dead-connection": {
    speaks: [[timedOut("idle", 180, { phase: "body", request: streaming }), "pings"]],
    silent: [
      // Unary answers have no pings; a short limit of the user's own proves nothing.
      timedOut("idle", 180, { phase: "body" }),
      timedOut("idle", 5, { phase: "body", request: streaming })
    ]
  },
  "only-pings": {
    speaks: [[timedOut("stalled", 300, { phase: "body", request: streaming }), "timeouts.stalled"]],
    silent: [timedOut("total", 300, { phase: "body", request: streaming })]
  },
  "long-unary-headers": {
    speaks: [
      [timedOut("headers", 600), "Resumable.create"],
      [silent(200), "Claude.stream"]
    ],
    silent: [
      timedOut("headers", 600, { request: streaming }),
      timedOut("headers", 5),
      silent(200, { request: streaming }),
      silent(200, { reusedConnection: true, elapsed: Duration.seconds(90) }),
      timedOut("headers", 600, { request: { method: "GET", path: "/v1/models" } })
    ]
  },
  "ramp-limit": {
    speaks: [[respond(429, apiError("rate_limit_error", "", "ramp_limit_exceeded")), "slowly"]],
    silent: [respond(429, apiError("rate_limit_error", ""))]
  },
  "limit-exhausted": {
    speaks: [
      [
        respond(429, apiError("rate_limit_error", ""), { "anthropic-ratelimit-input-tokens-remaining": "0" }),
        "limit of input tokens"
      ],
      [
        respond(429, apiError("rate_limit_error", ""), { "anthropic-ratelimit-output-tokens-remaining": "0" }),
        "limit of output tokens"
      ],
      [
        respond(429, apiError("rate_limit_error", ""), { "anthropic-ratelimit-requests-remaining": "0" }),
        "limit of requests"
      ],
      [respond(429, apiError("rate_limit_error", ""), { "anthropic-ratelimit-tokens-remaining": "0" }), "of tokens"]
    ],
    silent: [
      respond(429, apiError("rate_limit_error", ""), { "anthropic-ratelimit-requests-remaining": "12" }),
      respond(429, apiError("rate_limit_error", ""))
    ]
  },
  "limit-elsewhere": {
    speaks: [[respond(429, html("Slow down"), { server: "gateway" }), '"gateway"']],
    silent: [respond(429, "", { "request-id": "req_1" }), respond(429, apiError("rate_limit_error", ""))]
  },
  overloaded: {
    speaks: [
      [respond(529, apiError("overloaded_error", "")), "capacity"],
      [fromErrorEvent({ error: { type: "overloaded_error", message: "" } }, context), "another model"]
    ],
    silent: [respond(529, apiError("overloaded_error", "", "compaction_unavailable")), respond(503, "")]
  },
  "long-unary-504": {
    speaks: [[respond(504, apiError("timeout_error", "")), "Claude.stream"]],
    silent: [respond(504, apiError("timeout_error", ""), {}, { stream: true }), respond(500, apiError("api_error", ""))]
  },
  "spend-tier": {
    speaks: [[respond(429, apiError("rate_limit_error", "", "enforced_spend_limit_reached")), "first of the month"]],
    silent: [respond(429, apiError("rate_limit_error", ""))]
  },
  "spend-contract": {
    speaks: [[respond(429, apiError("rate_limit_error", "", "contract_spend_limit_reached")), "contract"]],
    silent: [respond(402, apiError("billing_error", "", "linked_organization_spend_limit_reached"))]
  },
  "spend-own": {
    speaks: [
      [
        respond(400, apiError("invalid_request_error", "You have reached your specified API usage limits.")),
        "set for itself"
      ]
    ],
    silent: [respond(400, apiError("invalid_request_error", "usage limits"))]
  },
  billing: {
    speaks: [[respond(402, apiError("billing_error", "")), "payment"]],
    silent: [respond(429, apiError("rate_limit_error", "", "enforced_spend_limit_reached"))]
  },
  credential: {
    speaks: [[respond(401, apiError("authentication_error", "invalid x-api-key")), "ANTHROPIC_API_KEY"]],
    silent: [respond(401, html("Sign in")), respond(401, "", { "request-id": "req_1" })]
  },
  "credential-elsewhere": {
    speaks: [[respond(401, html("Sign in")), "gateway"]],
    silent: [respond(401, apiError("authentication_error", "")), respond(401, "", { "request-id": "req_1" })]
  },
  "key-scope": {
    speaks: [[respond(403, apiError("permission_error", "", "api_key_scope_missing")), "scope"]],
    silent: [respond(403, apiError("permission_error", ""))]
  },
  "blocked-at-edge": {
    speaks: [[page(403, { "cf-ray": "8f-FRA", server: "cloudflare" }), "another network"]],
    silent: [page(403), respond(403, apiError("permission_error", ""), { "cf-ray": "8f-FRA" })]
  },
  "too-large": {
    speaks: [
      [respond(413, apiError("request_too_large", "")), "32 MB"],
      [respond(413, html("413"), { "cf-ray": "8f-FRA" }, { bodyBytes: 33_000_000 }), "Files API"]
    ],
    silent: [respond(400, apiError("invalid_request_error", "")), respond(413, html("413"), { "cf-ray": "8f-FRA" })]
  },
  "too-large-elsewhere": {
    speaks: [[respond(413, html("413"), { server: "nginx" }, { bodyBytes: 2_000_000 }), "client_max_body_size"]],
    silent: [
      respond(413, html("413"), { "cf-ray": "8f-FRA" }),
      respond(413, apiError("request_too_large", "")),
      respond(413, "", { "request-id": "req_1" })
    ]
  },
  "slow-upload": {
    speaks: [[respond(400, apiError("invalid_request_error", "", "request_body_timeout")), "uplink"]],
    silent: [respond(400, apiError("invalid_request_error", "timeout"))]
  },
  "headers-too-large": {
    speaks: [[respond(431, ""), "ANTHROPIC_CUSTOM_HEADERS"]],
    silent: [respond(400, "")]
  },
  prefill: {
    speaks: [
      [respond(400, apiError("invalid_request_error", "This model does not support prefilling.")), "user turn"],
      [respond(400, apiError("invalid_request_error", "Prefill is not supported")), "4.6"]
    ],
    silent: [respond(400, apiError("invalid_request_error", "messages: final assistant content cannot be empty"))]
  },
  "thinking-modified": {
    speaks: [
      [
        respond(400, apiError("invalid_request_error", "`thinking` blocks in the latest message cannot be modified")),
        "signatures"
      ]
    ],
    silent: [respond(400, apiError("invalid_request_error", "thinking.budget_tokens: too small"))]
  },
  "model-retired": {
    speaks: [
      [respond(404, apiError("not_found_error", "model: claude-opus-4-1"), {}, { model: "claude-opus-4-1" }), "retired"]
    ],
    silent: [
      respond(404, apiError("not_found_error", "model: claude-x"), {}, { model: "claude-x" }),
      respond(404, apiError("not_found_error", "file_1"), {}, { model: "claude-opus-4-1" })
    ]
  },
  "model-unknown": {
    speaks: [
      [respond(404, apiError("not_found_error", "model: claude-x"), {}, { model: "claude-x" }), "Claude.models.list"]
    ],
    silent: [respond(404, apiError("not_found_error", "file: file_1")), respond(404, html("404"))]
  },
  "path-unknown": {
    speaks: [
      [respond(404, ""), "/v1"],
      [page(404, { server: "nginx" }), '"nginx"']
    ],
    silent: [respond(404, apiError("not_found_error", "")), respond(404, "", { "request-id": "req_1" })]
  },
  "sign-in-page": {
    speaks: [
      [page(200), "sign-in page"],
      [respond(302, ""), "browser"]
    ],
    silent: [
      respond(200, '{"id":', { "content-type": "application/json" }),
      page(200, { "request-id": "req_1" }),
      page(200, { "cf-ray": "8f-FRA" })
    ]
  },
  "gateway-timeout": {
    speaks: [[page(504), "proxy_read_timeout"]],
    silent: [page(502), page(504, { "request-id": "req_1" })]
  },
  "bad-gateway": {
    speaks: [
      [page(502, { server: "nginx/1.25" }), '"nginx/1.25"'],
      [page(503, { "cf-ray": "8f-FRA" }), "edge"],
      [respond(503, "upstream connect error", { "content-type": "text/plain" }), "gateway"]
    ],
    silent: [page(500), page(502, { "request-id": "req_1" }), respond(502, apiError("api_error", ""))]
  },
  "corrupt-compression": {
    speaks: [[strange("Z_DATA_ERROR", "body"), "compression"]],
    silent: [strange("HPE_INVALID_CHUNK_SIZE", "body")]
  },
  "response-headers-too-large": {
    speaks: [[strange("UND_ERR_HEADERS_OVERFLOW"), "max-http-header-size"]],
    silent: [strange("HPE_INVALID_HEADER_TOKEN")]
  },
  "not-http": {
    speaks: [[strange("HPE_INVALID_CONSTANT"), "does not speak HTTP/1.1"]],
    // In a body the same code means bytes beyond its length.
    silent: [strange("HPE_INVALID_CONSTANT", "body")]
  }
}

describe("hints", () => {
  it("have a case where they speak and one where they are silent, every one of them", () => {
    assert.sameMembers(
      Object.keys(cases),
      patterns.map((pattern) => pattern.id)
    )
    for (const [id, { silent, speaks }] of Object.entries(cases)) {
      assert.isNotEmpty(speaks, id)
      assert.isNotEmpty(silent, id)
    }
  })

  it.each(Object.entries(cases))("%s speaks on its evidence", (id, { speaks }) => {
    for (const [error, word] of speaks) {
      assert.strictEqual(patternFor(error)?.id, id, error.message)
      assert.include(error.hint, word)
    }
  })

  it.each(Object.entries(cases))("%s is silent without it", (id, { silent }) => {
    for (const error of silent) {
      assert.notStrictEqual(patternFor(error)?.id, id, error.message)
    }
  })

  it("are the same after an error was encoded and decoded", () => {
    for (const { speaks } of Object.values(cases)) {
      for (const [error] of speaks) {
        const back = Schema.decodeUnknownSync(ClaudeError.ClaudeError)(JSON.parse(JSON.stringify(error)))
        assert.strictEqual(back.hint, error.hint)
        assert.strictEqual(back.message, error.message)
      }
    }
  })

  it("are one or two sentences of a length that a line of a log can take", () => {
    for (const { speaks } of Object.values(cases)) {
      for (const [error] of speaks) {
        assert.match(error.hint ?? "", /^[A-Z].*\.$/)
        assert.isBelow(error.hint?.length ?? 0, 420)
        assert.notMatch(error.hint ?? "", /undefined|NaN/)
      }
    }
  })

  it("are absent where nothing is known", () => {
    const unknown: ReadonlyArray<ClaudeError.ClaudeError> = [
      reset({ phase: "body", bytesReceived: 10 }),
      new ClaudeError.StreamTruncated({ ...context, phase: "body", bytesReceived: 10 }),
      new ClaudeError.InvalidRequest({ ...context, source: "local", issues: [] }),
      respond(500, apiError("api_error", "Internal server error")),
      respond(409, apiError("conflict_error", "")),
      new ClaudeError.CircuitOpen(context),
      new ClaudeError.QueueFull({ ...context, bound: "length" })
    ]
    for (const error of unknown) assert.isUndefined(error.hint, error._tag)
  })
})
