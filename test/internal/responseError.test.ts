import { assert, describe, it } from "@effect/vitest"
import { Duration, Equal, Schema } from "effect"
import * as FastCheck from "effect/FastCheck"
import * as ClaudeError from "../../src/ClaudeError.js"
import { fromErrorEvent, fromResponse, unexpected } from "../../src/internal/responseError.js"
import * as Model from "../../src/schema/Model.js"
import { apiError, context, html } from "./errorFixtures.js"

const now = Date.UTC(2026, 10, 22)

const respond = (status: number, body: string, headers: Record<string, string> = {}): ClaudeError.CallError =>
  fromResponse({ status, headers, body, now, context })

const expectTag = <Tag extends ClaudeError.CallError["_tag"]>(
  error: ClaudeError.CallError,
  tag: Tag
): Extract<ClaudeError.CallError, { readonly _tag: Tag }> => {
  assert.strictEqual(error._tag, tag)
  // The line above has shown it.
  return error as Extract<ClaudeError.CallError, { readonly _tag: Tag }>
}

describe("an answer in the API's words", () => {
  it.each<[number, string, ClaudeError.CallError["_tag"], boolean]>([
    [400, "invalid_request_error", "InvalidRequest", false],
    [401, "authentication_error", "AuthenticationFailed", false],
    [402, "billing_error", "SpendLimitReached", false],
    [403, "permission_error", "PermissionDenied", false],
    [404, "not_found_error", "NotFound", false],
    [405, "invalid_request_error", "InvalidRequest", false],
    [408, "timeout_error", "ServerError", true],
    [409, "conflict_error", "Conflict", false],
    [412, "memory_precondition_failed_error", "Conflict", false],
    [413, "request_too_large", "InvalidRequest", false],
    [422, "invalid_request_error", "InvalidRequest", false],
    [429, "rate_limit_error", "RateLimited", true],
    [431, "invalid_request_error", "InvalidRequest", false],
    [500, "api_error", "ServerError", true],
    [500, "overloaded_error", "Overloaded", true],
    [503, "api_error", "ServerError", true],
    [504, "timeout_error", "ServerError", true],
    [529, "overloaded_error", "Overloaded", true],
    [599, "an_error_of_next_year", "ServerError", true]
  ])("of status %i and type %s is %s (retry: %s)", (status, type, tag, retry) => {
    const error = respond(status, apiError(type, "words"), { "request-id": "req_header" })
    assert.strictEqual(error._tag, tag)
    assert.strictEqual(error.isRetryable, retry)
    assert.strictEqual(error.requestId, "req_header")
    assert.include(error.message, "words")
    assert.include(error.message, "req_header")
    assert.strictEqual("status" in error ? error.status : undefined, status)
    assert.strictEqual("errorType" in error ? error.errorType : undefined, type)
  })

  it("is of its status, too, when its body is empty", () => {
    assert.strictEqual(respond(401, "")._tag, "AuthenticationFailed")
    assert.strictEqual(respond(404, " \r\n")._tag, "NotFound")
    assert.strictEqual(respond(429, "")._tag, "RateLimited")
    assert.strictEqual(respond(500, "")._tag, "ServerError")
  })

  it("takes its request id from the body where no header bears one", () => {
    assert.strictEqual(respond(500, apiError("api_error", "words")).requestId, "req_body")
  })

  it("of a rate limit says how long to wait and what is left", () => {
    const error = expectTag(
      respond(429, apiError("rate_limit_error", "slow down", "ramp_limit_exceeded"), {
        "retry-after": "7",
        "anthropic-ratelimit-requests-remaining": "0",
        "set-cookie": "session=1"
      }),
      "RateLimited"
    )
    assert.deepStrictEqual(error.retryAfter, Duration.seconds(7))
    assert.deepStrictEqual(error.limits, { requests: { remaining: 0 } })
    assert.strictEqual(error.errorCode, "ramp_limit_exceeded")
    assert.deepStrictEqual(error.headers, { "retry-after": "7", "anthropic-ratelimit-requests-remaining": "0" })
  })

  it("of a date to wait for counts from now", () => {
    const error = expectTag(
      respond(503, apiError("api_error", ""), { "retry-after": "Sun, 22 Nov 2026 00:01:00 GMT" }),
      "ServerError"
    )
    assert.deepStrictEqual(error.retryAfter, Duration.minutes(1))
  })

  it.each([
    [429, "enforced_spend_limit_reached"],
    [429, "contract_spend_limit_reached"],
    [402, "linked_organization_spend_limit_reached"],
    [402, "linked_organization_billing_unavailable"]
  ])("of status %i and code %s is a spend limit, not even revived by x-should-retry", (status, code) => {
    const error = respond(status, apiError("rate_limit_error", "words", code), { "x-should-retry": "true" })
    assert.strictEqual(error._tag, "SpendLimitReached")
    assert.isFalse(error.isRetryable)
  })

  it("of an unknown code counts as its bare type", () => {
    assert.strictEqual(respond(429, apiError("rate_limit_error", "words", "lunar_limit_exceeded"))._tag, "RateLimited")
  })

  it.each([
    "You have reached your specified API usage limits. You will regain access on 2026-12-01 at 00:00 UTC.",
    "You have reached your specified workspace API usage limits."
  ])("of status 400 that begins %j is a spend limit", (message) => {
    assert.strictEqual(respond(400, apiError("invalid_request_error", message))._tag, "SpendLimitReached")
  })

  it("that speaks of usage limits elsewhere stays an invalid request", () => {
    const message = "messages.0: You have reached your specified API usage limits"
    assert.strictEqual(respond(400, apiError("invalid_request_error", message))._tag, "InvalidRequest")
  })

  it("obeys x-should-retry in both directions", () => {
    assert.isFalse(respond(500, apiError("api_error", ""), { "x-should-retry": "false" }).isRetryable)
    assert.isFalse(respond(529, apiError("overloaded_error", ""), { "x-should-retry": "false" }).isRetryable)
    assert.isTrue(respond(400, apiError("invalid_request_error", ""), { "x-should-retry": "true" }).isRetryable)
    assert.isTrue(respond(409, apiError("conflict_error", ""), { "x-should-retry": "true" }).isRetryable)
  })

  it("under status 200 is still an error", () => {
    assert.strictEqual(respond(200, apiError("overloaded_error", "words"))._tag, "Overloaded")
  })

  it("of a gateway that imitates the API is of its status, with the gateway's words", () => {
    const error = expectTag(respond(403, JSON.stringify({ message: "Forbidden by policy" })), "PermissionDenied")
    assert.strictEqual(error.apiMessage, "Forbidden by policy")
    assert.strictEqual(expectTag(respond(500, '{"error":"boom"}'), "ServerError").apiMessage, "boom")
  })

  it("caps and redacts the words", () => {
    const error = expectTag(
      respond(401, apiError("authentication_error", `key sk-ant-api03-canary is wrong ${"x".repeat(100_000)}`)),
      "AuthenticationFailed"
    )
    assert.notInclude(JSON.stringify(error), "canary")
    assert.isAtMost((error.apiMessage ?? "").length, 4096)
    assert.isBelow(error.message.length, 800)
  })
})

describe("an answer about a model", () => {
  const retired = "claude-opus-4-1"
  const ask = (model: string, message: string) =>
    expectTag(
      fromResponse({
        status: 404,
        headers: { "request-id": "req_1" },
        body: apiError("not_found_error", message),
        now,
        context: { ...context, request: { ...context.request, model } }
      }),
      "NotFound"
    )

  it("that was retired names its successor", () => {
    const successor = Model.successorOf(retired)
    assert.isDefined(successor)
    const error = ask(retired, `model: ${retired}`)
    assert.strictEqual(error.successor, successor)
    assert.include(error.message, successor ?? "")
    assert.include(error.hint ?? "", successor ?? "")
  })

  it("that is not known names none", () => {
    const error = ask("claude-opsu-5-5", "model: claude-opsu-5-5")
    assert.isUndefined(error.successor)
    assert.include(error.hint ?? "", "claude-opsu-5-5")
  })

  it("says nothing of the model where something else was not found", () => {
    const error = ask(retired, "container: cont_1")
    assert.isUndefined(error.successor)
    assert.isUndefined(error.hint)
  })
})

describe("an answer that is not what the API speaks", () => {
  it.each<[number, boolean]>([
    [400, false],
    [403, false],
    [404, false],
    [500, true],
    [502, true],
    [503, true],
    [504, true]
  ])("an HTML page of status %i is an unexpected response (retry: %s)", (status, retry) => {
    const error = expectTag(respond(status, html("Bad Day"), { "content-type": "text/html" }), "UnexpectedResponse")
    assert.strictEqual(error.isRetryable, retry)
    assert.strictEqual(error.description, 'an HTML page, "Bad Day"')
    assert.strictEqual(error.excerpt, "Bad Day Bad Day nginx/1.25.3")
    assert.strictEqual(ClaudeError.UnexpectedResponse.body(error), html("Bad Day"))
  })

  it.each<[number, ClaudeError.CallError["_tag"]]>([
    [401, "AuthenticationFailed"],
    [408, "ServerError"],
    [413, "InvalidRequest"],
    [429, "RateLimited"],
    [431, "InvalidRequest"],
    [529, "Overloaded"]
  ])("an HTML page of status %i is %s all the same, and is not dumped", (status, tag) => {
    const error = respond(status, html("Bad Day"), { "content-type": "text/html" })
    assert.strictEqual(error._tag, tag)
    assert.notInclude(JSON.stringify(error), "<html")
    assert.notInclude(error.message, "<")
  })

  it.each<[string, string, string, string]>([
    ["a page under status 200", "text/html", html("Sign in"), 'an HTML page, "Sign in"'],
    ["a page that does not say so", "", html("Sign in"), 'an HTML page, "Sign in"'],
    ["a page without a title", "text/html; charset=utf-8", "<p>hello", "an HTML page"],
    ["broken JSON", "application/json", '{"id":"msg_1","con', "broken JSON"],
    ["JSON that is no object", "application/json", "[1]", "broken JSON"],
    ["JSON of another kind", "application/json", '{"ok":true}', "JSON of another kind"],
    ["nothing", "application/json", "", "an empty body"],
    ["plain text", "text/plain", "upstream connect error", "a body of type text/plain"],
    ["text of no type", "", "hello", "text that is not JSON"]
  ])("describes %s", (_name, contentType, body, description) => {
    const error = expectTag(respond(200, body, { "content-type": contentType }), "UnexpectedResponse")
    assert.strictEqual(error.description, description)
    assert.isFalse(error.isRetryable)
  })

  it("a redirect is not followed, and said to be one", () => {
    const error = expectTag(respond(302, "", { location: "https://login.example/?token=x" }), "UnexpectedResponse")
    assert.strictEqual(error.description, "a redirect, which the API does not send")
    assert.notInclude(JSON.stringify(error), "login.example")
  })

  it("a proxy that asks for its credentials got no further with the request", () => {
    const error = expectTag(respond(407, html("Proxy Authentication Required")), "ConnectionFailed")
    assert.strictEqual(error.reason, "Proxy")
    assert.strictEqual(error.proxyStatus, 407)
    assert.isFalse(error.mayHaveRun)
    assert.isFalse(error.isRetryable)
  })

  it("keeps the whole reply, and shows 8 KB of it, redacted", () => {
    const body = `oops sk-ant-api03-canary ${"é".repeat(50_000)}`
    const error = unexpected({ status: 200, headers: {}, body, now, context, description: "no message" })
    assert.strictEqual(error.description, "no message")
    assert.strictEqual(ClaudeError.UnexpectedResponse.body(error), body)
    assert.isAtMost(new TextEncoder().encode(error.excerpt).length, 8192)
    assert.isAbove(new TextEncoder().encode(error.excerpt).length, 8000)
    assert.notInclude(JSON.stringify(error), "canary")
  })

  it("keeps no more than 32 MB of the reply", () => {
    const body = "é".repeat(17 * 1024 * 1024)
    const error = unexpected({ status: 200, headers: {}, body, now, context })
    assert.strictEqual(ClaudeError.UnexpectedResponse.body(error)?.length, 16 * 1024 * 1024)
  })

  it("has no whole reply once it was encoded", () => {
    const error = unexpected({ status: 200, headers: {}, body: "{", now, context })
    const back = Schema.decodeUnknownSync(ClaudeError.UnexpectedResponse)(JSON.parse(JSON.stringify(error)))
    assert.isUndefined(ClaudeError.UnexpectedResponse.body(back))
  })

  it("summarises a page of nothing but open tags", () => {
    const page = "<script".repeat(2_000_000)
    const error = expectTag(respond(502, page, { "content-type": "text/html" }), "UnexpectedResponse")
    assert.strictEqual(error.description, "an HTML page")
  })
})

describe("an error event in a stream", () => {
  it.each<[string, ClaudeError.CallError["_tag"], boolean]>([
    ["overloaded_error", "Overloaded", true],
    ["rate_limit_error", "RateLimited", true],
    ["api_error", "ServerError", true],
    ["timeout_error", "ServerError", true],
    ["invalid_request_error", "InvalidRequest", false],
    ["request_too_large", "InvalidRequest", false],
    ["authentication_error", "AuthenticationFailed", false],
    ["permission_error", "PermissionDenied", false],
    ["not_found_error", "NotFound", false],
    ["billing_error", "SpendLimitReached", false],
    ["conflict_error", "Conflict", false],
    ["memory_path_conflict_error", "Conflict", false],
    ["an_error_of_next_year", "ServerError", true]
  ])("of type %s is %s (retry: %s)", (type, tag, retry) => {
    const error = fromErrorEvent(
      { error: { type, message: "words" }, request_id: "req_event" },
      { ...context, phase: "body" }
    )
    assert.strictEqual(error._tag, tag)
    assert.strictEqual(error.isRetryable, retry)
    assert.strictEqual(error.phase, "body")
    assert.strictEqual(error.requestId, "req_event")
    assert.include(error.message, "words")
  })

  it("of a spend limit's code is a spend limit", () => {
    const error = fromErrorEvent(
      { error: { type: "rate_limit_error", message: "", details: { error_code: "enforced_spend_limit_reached" } } },
      context
    )
    assert.strictEqual(error._tag, "SpendLimitReached")
  })

  it("keeps the request id of the response's headers", () => {
    const error = fromErrorEvent(
      { error: { type: "api_error", message: "" }, request_id: "req_event" },
      { ...context, requestId: "req_header" }
    )
    assert.strictEqual(error.requestId, "req_header")
  })
})

describe("the classifier", () => {
  const header = FastCheck.constantFrom(
    "content-type",
    "retry-after",
    "retry-after-ms",
    "x-should-retry",
    "request-id",
    "anthropic-ratelimit-requests-reset",
    "anthropic-ratelimit-tokens-remaining",
    "server"
  )
  const headers = FastCheck.dictionary(header, FastCheck.string(), { maxKeys: 5 })
  const body = FastCheck.oneof(
    FastCheck.string(),
    FastCheck.json(),
    FastCheck.record({
      type: FastCheck.constant("error"),
      error: FastCheck.oneof(
        FastCheck.anything(),
        FastCheck.record(
          {
            type: FastCheck.constantFrom("rate_limit_error", "overloaded_error", "billing_error", "new_error", 7),
            message: FastCheck.anything(),
            details: FastCheck.anything()
          },
          { requiredKeys: [] }
        )
      ),
      request_id: FastCheck.anything()
    }).map((value) => JSON.stringify(value)),
    FastCheck.string().map(html)
  )
  const status = FastCheck.oneof(
    FastCheck.integer({ min: 100, max: 599 }),
    FastCheck.constantFrom(0, -1, 200, 301, 407, 413, 429, 529, 1000, Number.NaN, Number.POSITIVE_INFINITY)
  )

  it("is total: any answer is an error that can be told, encoded and decoded", () => {
    FastCheck.assert(
      FastCheck.property(status, headers, body, (status, headers, body) => {
        const error = fromResponse({ status, headers, body, now, context })
        assert.isTrue(ClaudeError.isCallError(error))
        assert.isAbove(error.message.length, 0)
        assert.isTrue(error.hint === undefined || error.hint.length > 0)
        const back = Schema.decodeUnknownSync(ClaudeError.CallError)(JSON.parse(JSON.stringify(error)))
        assert.isTrue(Equal.equals(back, error))
      }),
      { numRuns: 500 }
    )
  })

  it("lets no secret through, wherever the answer holds it", () => {
    const secret = "sk-ant-api03-canary"
    const places = [
      (status: number) => respond(status, secret),
      (status: number) => respond(status, html(secret), { "content-type": "text/html" }),
      (status: number) => respond(status, apiError(secret, secret, secret)),
      (status: number) => respond(status, JSON.stringify({ message: secret, request_id: secret })),
      (status: number) =>
        respond(status, "", { "request-id": secret, server: secret, "content-type": secret, location: secret })
    ]
    for (const place of places) {
      for (const status of [200, 302, 400, 401, 402, 403, 404, 407, 409, 413, 429, 500, 502, 529]) {
        const error = place(status)
        assert.notInclude(JSON.stringify(error) + error.message + error.hint + error.stack, "canary")
      }
    }
  })
})
