import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, Cause, Duration, Effect, Equal, Exit, Hash, Schema } from "effect"
import * as FastCheck from "effect/FastCheck"
import { inspect } from "node:util"
import * as ClaudeError from "../src/ClaudeError.js"
import { context } from "./internal/errorFixtures.js"

type Member = Schema.Schema.AnyNoContext & { readonly _tag: ClaudeError.ClaudeError["_tag"] }

const everything: ReadonlyArray<Member> = ClaudeError.ClaudeError.members
const arbitraryOf = (member: Member): FastCheck.Arbitrary<ClaudeError.ClaudeError> => Arbitrary.make(member)
const arbitrary = FastCheck.oneof(...everything.map(arbitraryOf))
const decode = Schema.decodeUnknownSync(ClaudeError.ClaudeError)

const answered = { ...context, requestId: "req_1", status: 500, errorType: "api_error" }

describe("errors", () => {
  it.each(everything.map((member) => [member._tag, member] as const))("%s survives JSON", (tag, member) => {
    FastCheck.assert(
      FastCheck.property(arbitraryOf(member), (error) => {
        const text = JSON.stringify(error)
        const back = decode(JSON.parse(text))
        assert.strictEqual(back._tag, tag)
        assert.isTrue(Equal.equals(back, error), text)
        assert.strictEqual(Hash.hash(back), Hash.hash(error))
        assert.strictEqual(JSON.stringify(back), text)
        assert.strictEqual(back.message, error.message)
        assert.strictEqual(back.hint, error.hint)
        assert.strictEqual(back.isRetryable, error.isRetryable)
      }),
      { numRuns: 50 }
    )
  })

  it("are errors, with a stack and the sentence that is their message", () => {
    FastCheck.assert(
      FastCheck.property(arbitrary, (error) => {
        assert.instanceOf(error, Error)
        assert.strictEqual(error.name, error._tag)
        assert.isAbove(error.message.length, 10)
        assert.include(error.message, `[${error.request.method} ${error.request.path}`)
        assert.notMatch(error.message, /undefined|\[object/)
        assert.include(error.stack, error._tag)
      })
    )
  })

  it("differ where one field differs", () => {
    const error = new ClaudeError.ConnectionReset({ ...context, bytesReceived: 1 })
    assert.isTrue(Equal.equals(error, new ClaudeError.ConnectionReset({ ...context, bytesReceived: 1 })))
    assert.isFalse(Equal.equals(error, new ClaudeError.ConnectionReset({ ...context, bytesReceived: 2 })))
    assert.isFalse(Equal.equals(error, new ClaudeError.StreamTruncated({ ...context, bytesReceived: 1 })))
    assert.isFalse(Equal.equals(error, { ...error }))
  })

  it("take a field that is undefined for one that is absent", () => {
    const request = { method: "POST", path: "/v1/messages" }
    const said = new ClaudeError.ConnectionReset({
      ...context,
      request: { ...request, model: undefined },
      bytesReceived: 1,
      code: undefined
    })
    const unsaid = new ClaudeError.ConnectionReset({ ...context, request, bytesReceived: 1 })
    assert.isTrue(Equal.equals(said, unsaid))
    assert.deepStrictEqual(Object.keys(said), Object.keys(unsaid))
  })

  it("encode durations in milliseconds, and refuse those that JSON has no number for", () => {
    const error = new ClaudeError.RateLimited({ ...context, retryAfter: Duration.seconds(7) })
    assert.deepInclude(JSON.parse(JSON.stringify(error)), { retryAfter: 7000, elapsed: 3000 })
    assert.throws(() => new ClaudeError.RateLimited({ ...context, retryAfter: Duration.infinity }))
    assert.throws(() => new ClaudeError.ConnectionReset({ ...context, bytesReceived: Number.NaN }))
  })

  it("show in a log what they say, and no more than their fields", () => {
    const error = new ClaudeError.ConnectionReset({ ...context, phase: "body", bytesReceived: 512, code: "ECONNRESET" })
    assert.include(inspect(error), "ConnectionReset: The connection was reset while the response's body arrived")
    assert.include(Cause.pretty(Cause.fail(error)), "ConnectionReset: The connection was reset")
  })

  it.effect("are caught by their tags, and fail an Effect as they are", () =>
    Effect.gen(function* () {
      const error = new ClaudeError.Overloaded({ ...context, status: 529 })
      const failing: Effect.Effect<never, ClaudeError.CallError> = error
      assert.deepStrictEqual(yield* Effect.exit(failing), Exit.fail(error))
      const caught = yield* failing.pipe(
        Effect.catchTag("Overloaded", (overloaded) => Effect.succeed(overloaded.status)),
        Effect.orDie
      )
      assert.strictEqual(caught, 529)
    })
  )
})

describe("messages", () => {
  it.each<[ClaudeError.ClaudeError, string]>([
    [
      new ClaudeError.ConnectionReset({
        ...context,
        phase: "body",
        bytesReceived: 512,
        idleFor: Duration.seconds(60),
        code: "ECONNRESET",
        requestId: "req_1"
      }),
      "The connection was reset while the response's body arrived, after 512 bytes of it, after a silence of 1m"
        + " (ECONNRESET) [POST /v1/messages, attempt 1, request id req_1]"
    ],
    [
      new ClaudeError.ConnectionFailed({ ...context, reason: "Proxy", proxyStatus: 407, code: "UND_ERR_ABORTED" }),
      "The proxy opened no way to the host (status 407) [POST /v1/messages, attempt 1]"
    ],
    [
      new ClaudeError.TimedOut({ ...context, limit: "total", duration: Duration.seconds(5) }),
      "The call was not done within 5s: it ran out while waiting for the response's headers"
        + " [POST /v1/messages, attempt 1]"
    ],
    [
      new ClaudeError.StreamTruncated({ ...context, phase: "body", bytesReceived: 9, lastEvent: "ping" }),
      "The stream ended without message_stop, after 9 bytes of it; the last event was ping"
        + " [POST /v1/messages, attempt 1]"
    ],
    [
      new ClaudeError.RateLimited({
        ...answered,
        status: 429,
        errorType: "rate_limit_error",
        retryAfter: Duration.seconds(7),
        apiMessage: "slow\ndown"
      }),
      "A rate limit was reached; not before 7s (429 rate_limit_error): slow down"
        + " [POST /v1/messages, attempt 1, request id req_1]"
    ],
    [
      new ClaudeError.InvalidRequest({
        ...context,
        phase: "validate",
        attempt: 0,
        source: "local",
        issues: [
          { path: ["messages", 0, "content"], rule: "content", message: "is empty", remedy: "say something" },
          { path: ["max_tokens"], rule: "max-tokens", message: "is a string", remedy: "give a number" }
        ]
      }),
      "The request is invalid and was not sent: messages.0.content: is empty (and 1 more) [POST /v1/messages]"
    ]
  ])("%# say what broke and where", (error, message) => {
    assert.strictEqual(error.message, message)
  })
})

describe("isRetryable", () => {
  const answer = { ...context, source: "api", issues: [], description: "" } as const

  it.each<[ClaudeError.ClaudeError, boolean]>([
    [new ClaudeError.RateLimited(answer), true],
    [new ClaudeError.Overloaded(answer), true],
    [new ClaudeError.ServerError(answer), true],
    [new ClaudeError.InvalidRequest(answer), false],
    [new ClaudeError.AuthenticationFailed(answer), false],
    [new ClaudeError.PermissionDenied(answer), false],
    [new ClaudeError.NotFound(answer), false],
    [new ClaudeError.Conflict(answer), false],
    [new ClaudeError.UnexpectedResponse(answer), false],
    [new ClaudeError.UnexpectedResponse({ ...answer, status: 502 }), true]
  ])("%# is what the tag says, unless x-should-retry says otherwise", (error, standard) => {
    assert.strictEqual(error.isRetryable, standard)
    for (const shouldRetry of [true, false]) {
      const encoded = Schema.encodeSync(ClaudeError.ClaudeError)(error)
      assert.strictEqual(decode({ ...encoded, shouldRetry }).isRetryable, shouldRetry)
    }
  })

  it("is never true of a spend limit", () => {
    assert.isFalse(new ClaudeError.SpendLimitReached({ ...context, shouldRetry: true }).isRetryable)
  })

  it("is true of a broken connection and of a limit that ran out, but for the call's deadline and a drain's", () => {
    assert.isTrue(new ClaudeError.ConnectionReset({ ...context, bytesReceived: 0 }).isRetryable)
    assert.isTrue(new ClaudeError.StreamTruncated({ ...context, bytesReceived: 0 }).isRetryable)
    assert.isTrue(new ClaudeError.CircuitOpen(context).isRetryable)
    assert.isFalse(new ClaudeError.QueueFull({ ...context, bound: "length" }).isRetryable)
    const { limit } = ClaudeError.TimedOut.fields
    for (const name of limit.literals) {
      const error = new ClaudeError.TimedOut({ ...context, limit: name, duration: Duration.seconds(1) })
      assert.strictEqual(error.isRetryable, name !== "total" && name !== "drain")
    }
  })

  it.each<[ClaudeError.ConnectionFailed["reason"], string | undefined, number | undefined, boolean]>([
    ["Dns", "ENOTFOUND", undefined, false],
    ["Dns", "EAI_AGAIN", undefined, true],
    ["Refused", undefined, undefined, true],
    ["Unreachable", undefined, undefined, true],
    ["Tls", undefined, undefined, false],
    ["Proxy", undefined, 407, false],
    ["Proxy", undefined, 502, true]
  ])("of a connection that failed by %s (%s, %s) is %s", (reason, code, proxyStatus, expected) => {
    const error = new ClaudeError.ConnectionFailed({ ...context, reason, code, proxyStatus })
    assert.strictEqual(error.isRetryable, expected)
  })
})

describe("guards", () => {
  it("know every error, and tell those of streams from those of calls", () => {
    FastCheck.assert(
      FastCheck.property(arbitrary, (error) => {
        assert.isTrue(ClaudeError.isClaudeError(error))
        assert.strictEqual(ClaudeError.isCallError(error), error._tag !== "StreamTruncated")
        assert.strictEqual(Schema.is(ClaudeError.StreamError)(error), error._tag === "StreamTruncated")
      })
    )
  })

  it("know nothing else", () => {
    const others = [undefined, null, "Overloaded", { _tag: "Overloaded" }, new Error("Overloaded"), Exit.void]
    for (const other of others) {
      assert.isFalse(ClaudeError.isClaudeError(other))
      assert.isFalse(ClaudeError.isCallError(other))
    }
  })
})
