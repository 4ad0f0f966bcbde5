import { assert, describe, it } from "@effect/vitest"
import { Duration } from "effect"
import * as FastCheck from "effect/FastCheck"
import {
  isKept,
  keepHeaders,
  parseLimits,
  parseRequestId,
  parseRetryAfter,
  parseShouldRetry
} from "../../src/internal/headers.js"

const now = Date.UTC(2026, 10, 22, 12, 0, 0)

const millis = (headers: Record<string, string>): number | undefined => {
  const duration = parseRetryAfter(headers, now)
  return duration === undefined ? undefined : Duration.toMillis(duration)
}

describe("retry-after", () => {
  it.each<[Record<string, string>, number | undefined]>([
    [{}, undefined],
    [{ "retry-after": "7" }, 7000],
    [{ "retry-after": " 7 " }, 7000],
    [{ "retry-after": "1.5" }, 1500],
    [{ "retry-after": "1.1" }, 1100],
    [{ "retry-after": "0.0001" }, 1],
    [{ "retry-after": "302539" }, 302_539_000],
    [{ "retry-after-ms": "302539000" }, 302_539_000],
    [{ "retry-after-ms": "250", "retry-after": "7" }, 250],
    [{ "retry-after-ms": "0", "retry-after": "7" }, 7000],
    [{ "retry-after-ms": "soon", "retry-after": "7" }, 7000],
    [{ "retry-after": "0" }, undefined],
    [{ "retry-after": "-3" }, undefined],
    [{ "retry-after": "" }, undefined],
    [{ "retry-after": "soon" }, undefined],
    [{ "retry-after": "1e3" }, undefined],
    [{ "retry-after": "0x10" }, undefined],
    [{ "retry-after": "Infinity" }, undefined],
    [{ "retry-after": "7, 30" }, 30_000],
    [{ "retry-after": "7, soon" }, undefined]
  ])("%j is a wait of %s ms", (headers, expected) => {
    assert.strictEqual(millis(headers), expected)
  })

  it.each<[string, number | undefined]>([
    ["Sun, 22 Nov 2026 12:00:30 GMT", 30_000],
    ["Sunday, 22-Nov-26 12:00:30 GMT", 30_000],
    ["Sun Nov 22 12:00:30 2026", 30_000],
    ["Sun, 22 Nov 2026 11:59:59 GMT", undefined],
    ["Sun, 22 Nov 2026 12:00:00 GMT", undefined],
    ["Sun, 22 Nov 2026 12:00:30", undefined],
    ["2026-11-22T12:00:30Z", undefined],
    ["page 1", undefined],
    ["Sun, 99 Nov 2026 12:00:30 GMT", undefined]
  ])("the date %s is a wait of %s ms", (value, expected) => {
    assert.strictEqual(millis({ "retry-after": value }), expected)
  })

  it("keeps a number too large for a timer, and stays finite", () => {
    const wait = parseRetryAfter({ "retry-after": "9".repeat(400) }, now)
    assert.isDefined(wait)
    assert.isTrue(wait !== undefined && Duration.isFinite(wait))
  })

  it("is never zero, negative or infinite, whatever the headers hold", () => {
    const value = FastCheck.oneof(
      FastCheck.string(),
      FastCheck.double().map(String),
      FastCheck.integer().map(String),
      FastCheck.date({ noInvalidDate: true }).map((date) => date.toUTCString())
    )
    FastCheck.assert(
      FastCheck.property(value, value, (a, b) => {
        const wait = parseRetryAfter({ "retry-after-ms": a, "retry-after": b }, now)
        return wait === undefined || (Duration.toMillis(wait) >= 1 && Duration.isFinite(wait))
      })
    )
  })
})

describe("limits", () => {
  it("are read from their headers, resets as epoch milliseconds", () => {
    assert.deepStrictEqual(
      parseLimits({
        "anthropic-ratelimit-requests-limit": "1000",
        "anthropic-ratelimit-requests-remaining": "0",
        "anthropic-ratelimit-requests-reset": "2026-11-22T12:00:01Z",
        "anthropic-ratelimit-input-tokens-limit": "2000000",
        "anthropic-ratelimit-output-tokens-remaining": "399000",
        "anthropic-ratelimit-tokens-reset": "2026-11-22T13:00:00+01:00"
      }),
      {
        requests: { limit: 1000, remaining: 0, reset: now + 1000 },
        tokens: { reset: now },
        inputTokens: { limit: 2_000_000 },
        outputTokens: { remaining: 399_000 }
      }
    )
  })

  it("are undefined where no header speaks of them", () => {
    assert.isUndefined(parseLimits({ "content-type": "application/json" }))
  })

  it.each(["2026", "soon", "Sun, 22 Nov 2026 12:00:30 GMT", "2026-13-45T99:99:99Z", ""])(
    "a reset of %j is left out",
    (reset) => {
      assert.deepStrictEqual(
        parseLimits({ "anthropic-ratelimit-requests-limit": "5", "anthropic-ratelimit-requests-reset": reset }),
        { requests: { limit: 5 } }
      )
    }
  )

  it.each(["-1", "many", "1.5", "9".repeat(400)])("a count of %s is left out", (remaining) => {
    assert.isUndefined(parseLimits({ "anthropic-ratelimit-requests-remaining": remaining }))
  })
})

describe("other headers", () => {
  it("x-should-retry is true, false or not said", () => {
    assert.isTrue(parseShouldRetry({ "x-should-retry": "true" }))
    assert.isFalse(parseShouldRetry({ "x-should-retry": " False" }))
    assert.isUndefined(parseShouldRetry({ "x-should-retry": "perhaps" }))
    assert.isUndefined(parseShouldRetry({}))
  })

  it("the request id is the API's own, or that of the cloud before it", () => {
    assert.strictEqual(parseRequestId({ "request-id": "req_1", "x-amzn-requestid": "aws" }), "req_1")
    assert.strictEqual(parseRequestId({ "x-amzn-requestid": "aws" }), "aws")
    assert.isUndefined(parseRequestId({ "request-id": " " }))
  })

  it("only harmless headers are kept", () => {
    assert.deepStrictEqual(
      keepHeaders({
        "request-id": "req_1",
        server: "nginx",
        "anthropic-ratelimit-unified-status": "allowed",
        "set-cookie": "session=1",
        "x-api-key": "sk-ant-api03-key",
        authorization: "Bearer abc",
        "x-internal-debug": "prompt"
      }),
      { "request-id": "req_1", server: "nginx", "anthropic-ratelimit-unified-status": "allowed" }
    )
  })

  it("a kept header holds no secret and is not long", () => {
    const kept = keepHeaders({ server: `sk-ant-api03-canary ${"x".repeat(5000)}` })
    assert.notInclude(kept["server"], "canary")
    assert.isAtMost((kept["server"] ?? "").length, 256)
  })

  it("no header that carries credentials is ever kept", () => {
    for (const name of ["authorization", "proxy-authorization", "cookie", "set-cookie", "x-api-key"]) {
      assert.isFalse(isKept(name), name)
    }
  })
})
