import Anthropic, {
  APIConnectionError,
  APIConnectionTimeoutError,
  APIError,
  APIUserAbortError
} from "@anthropic-ai/sdk"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Stream } from "effect"
import * as Claude from "../../src/Claude.js"
import type { ClaudeError } from "../../src/ClaudeError.js"
import * as RetryPolicy from "../../src/policy/RetryPolicy.js"
import { request } from "../support/fixtures.js"
import { events } from "../support/scriptedTransport.js"
import { closedPortUrl, rawServer, type Script } from "../transport/support/rawServer.js"
import { apiError, begun, reply, streamOf } from "./support/answers.js"
import { claudeLayer } from "./support/clients.js"

const question = { ...request, messages: [...request.messages] }

const official = (baseURL: string, more: object = {}) =>
  new Anthropic({ apiKey: "sk-ant-witness", baseURL, maxRetries: 0, ...more })

const thrown = (act: () => PromiseLike<unknown>): Effect.Effect<unknown> =>
  Effect.promise(async () => {
    try {
      await act()
      return undefined
    } catch (error) {
      return error
    }
  })

const nameOf = (error: unknown): string => (error instanceof Error ? error.constructor.name : String(error))

const failing = (baseUrl: string, options: Claude.Options = {}): Effect.Effect<ClaudeError> =>
  Effect.provide(
    Effect.orDie(Effect.flip(Claude.create(request))),
    claudeLayer("NodeClaude", { baseUrl, retry: RetryPolicy.never, ...options })
  )

interface Answer {
  readonly status: number
  readonly type: string
  readonly code?: string
  readonly tag: ClaudeError["_tag"]
  readonly theirs: string
  /** Where the SDK decides otherwise about a retry, and why we do not follow. */
  readonly retries?: { readonly theirs: boolean; readonly because: string }
}

const answers: ReadonlyArray<Answer> = [
  { status: 400, type: "invalid_request_error", tag: "InvalidRequest", theirs: "BadRequestError" },
  { status: 401, type: "authentication_error", tag: "AuthenticationFailed", theirs: "AuthenticationError" },
  { status: 402, type: "billing_error", tag: "SpendLimitReached", theirs: "PaymentRequiredError" },
  { status: 403, type: "permission_error", tag: "PermissionDenied", theirs: "PermissionDeniedError" },
  { status: 404, type: "not_found_error", tag: "NotFound", theirs: "NotFoundError" },
  { status: 408, type: "timeout_error", tag: "ServerError", theirs: "RequestTimeoutError" },
  {
    status: 409,
    type: "conflict_error",
    tag: "Conflict",
    theirs: "ConflictError",
    retries: { theirs: true, because: "the resource is as it is until somebody changes it" }
  },
  { status: 412, type: "memory_precondition_failed_error", tag: "Conflict", theirs: "PreconditionFailedError" },
  { status: 413, type: "request_too_large", tag: "InvalidRequest", theirs: "ContentTooLargeError" },
  { status: 418, type: "invalid_request_error", tag: "InvalidRequest", theirs: "APIError" },
  { status: 422, type: "invalid_request_error", tag: "InvalidRequest", theirs: "UnprocessableEntityError" },
  { status: 429, type: "rate_limit_error", tag: "RateLimited", theirs: "RateLimitError" },
  {
    status: 429,
    type: "rate_limit_error",
    code: "enforced_spend_limit_reached",
    tag: "SpendLimitReached",
    theirs: "EnforcedSpendLimitReachedError",
    retries: { theirs: true, because: "waiting does not give more money" }
  },
  { status: 431, type: "invalid_request_error", tag: "InvalidRequest", theirs: "RequestHeaderFieldsTooLargeError" },
  { status: 499, type: "invalid_request_error", tag: "InvalidRequest", theirs: "ClientClosedRequestError" },
  { status: 500, type: "api_error", tag: "ServerError", theirs: "InternalServerError" },
  { status: 500, type: "overloaded_error", tag: "Overloaded", theirs: "InternalServerError" },
  { status: 501, type: "api_error", tag: "ServerError", theirs: "NotImplementedError" },
  { status: 502, type: "api_error", tag: "ServerError", theirs: "InternalServerError" },
  { status: 503, type: "api_error", tag: "ServerError", theirs: "ServiceUnavailableError" },
  { status: 504, type: "timeout_error", tag: "ServerError", theirs: "GatewayTimeoutError" },
  { status: 520, type: "api_error", tag: "ServerError", theirs: "InternalServerError" },
  { status: 529, type: "overloaded_error", tag: "Overloaded", theirs: "OverloadedError" }
]

const written = ({ code, status, type }: Answer): string =>
  apiError(status, type, { "retry-after-ms": "1" }, code === undefined ? undefined : { error_code: code })

const always = (answer: string): Script => ({ onRequest: (peer) => peer.write(answer) })

describe.sequential("the official SDK is the witness: refusals", () => {
  for (const answer of answers) {
    const { code, retries, status, tag, theirs, type } = answer
    it.scopedLive(
      `${status} ${type}${code === undefined ? "" : ` (${code})`} is ${tag}, and ${theirs} there`,
      () =>
        Effect.gen(function* () {
          const server = yield* rawServer(always(written(answer)))
          const error = yield* failing(server.url)
          const witness = yield* thrown(() => official(server.url).messages.create(question))
          assert.strictEqual(error._tag, tag)
          assert.strictEqual(nameOf(witness), theirs)
          assert.isTrue(witness instanceof APIError)
          if (!(witness instanceof APIError) || !("errorType" in error)) return
          assert.deepStrictEqual(
            [error.status, error.errorType, error.errorCode, error.requestId, error.apiMessage],
            [witness.status, witness.type, witness.errorCode ?? undefined, witness.requestID, witness.apiMessage]
          )
          // With one retry allowed, the server sees what the SDK thinks of it.
          const before = server.requests()
          yield* thrown(() => official(server.url, { maxRetries: 1 }).messages.create(question))
          const retried = server.requests() - before === 2
          assert.strictEqual(retried, retries?.theirs ?? error.isRetryable)
          assert.strictEqual(retried === error.isRetryable, retries === undefined)
        }),
      60_000
    )
  }

  it("each of its classes is one tag of ours, but for overloads that come as 500", () => {
    const tags = new Map<string, Set<string>>()
    for (const { tag, theirs } of answers) tags.set(theirs, (tags.get(theirs) ?? new Set()).add(tag))
    const several = [...tags].filter(([, of]) => of.size > 1).map(([theirs]) => theirs)
    assert.deepStrictEqual(several, ["InternalServerError"])
  })

  it.scopedLive(
    "an answer of HTML is told as a page here, and thrown as a message there",
    () =>
      Effect.gen(function* () {
        const html = reply(502, "<html><title>Bad Gateway</title></html>", { "content-type": "text/html" })
        const server = yield* rawServer(always(html))
        const error = yield* failing(server.url)
        assert.strictEqual(error._tag, "UnexpectedResponse")
        assert.notInclude(error.message, "<html>")
        const witness = yield* thrown(() => official(server.url).messages.create(question))
        assert.strictEqual(nameOf(witness), "InternalServerError")
        assert.include(String(witness), "<html>")
      }),
    60_000
  )
})

describe.sequential("the official SDK is the witness: connections", () => {
  it.scopedLive(
    "a reset is ConnectionReset, and APIConnectionError there",
    () =>
      Effect.gen(function* () {
        const server = yield* rawServer({ onRequest: (peer) => peer.reset() })
        assert.strictEqual((yield* failing(server.url))._tag, "ConnectionReset")
        const witness = yield* thrown(() => official(server.url).messages.create(question))
        assert.isTrue(witness instanceof APIConnectionError)
      }),
    60_000
  )

  it.scopedLive(
    "a refused connection is ConnectionFailed, and APIConnectionError there",
    () =>
      Effect.gen(function* () {
        const url = yield* closedPortUrl
        assert.strictEqual((yield* failing(url))._tag, "ConnectionFailed")
        const witness = yield* thrown(() => official(url).messages.create(question))
        assert.isTrue(witness instanceof APIConnectionError)
      }),
    60_000
  )

  it.scopedLive(
    "silence is TimedOut, and APIConnectionTimeoutError there",
    () =>
      Effect.gen(function* () {
        const server = yield* rawServer({ onRequest: () => {} })
        const error = yield* failing(server.url, { timeouts: { headers: "100 millis" } })
        assert.strictEqual(error._tag, "TimedOut")
        const witness = yield* thrown(() => official(server.url, { timeout: 100 }).messages.create(question))
        assert.isTrue(witness instanceof APIConnectionTimeoutError)
      }),
    60_000
  )

  it.scopedLive(
    "a call that is given up is an interruption, and APIUserAbortError there",
    () =>
      Effect.gen(function* () {
        const server = yield* rawServer({ onRequest: () => {} })
        const fiber = yield* Effect.fork(failing(server.url))
        yield* Effect.repeat(Effect.sleep("5 millis"), { until: () => server.requests() === 1 })
        const exit = yield* Fiber.interrupt(fiber)
        assert.isTrue(exit._tag === "Failure" && exit.cause._tag !== "Fail")
        const aborting = AbortSignal.timeout(50)
        const witness = yield* thrown(() => official(server.url).messages.create(question, { signal: aborting }))
        assert.isTrue(witness instanceof APIUserAbortError)
      }),
    60_000
  )
})

describe.sequential("the official SDK is the witness: streams, where we say more", () => {
  const streaming = (baseUrl: string): Effect.Effect<ClaudeError> =>
    Effect.provide(
      Effect.orDie(Effect.flip(Stream.runDrain(Claude.stream(request)))),
      claudeLayer("NodeClaude", { baseUrl, retry: RetryPolicy.never })
    )

  const witnessed = (baseURL: string) =>
    thrown(async () => {
      for await (const _ of await official(baseURL).messages.create({ ...question, stream: true })) continue
    })

  it.scopedLive(
    "an error event has the tag of its status; there it is the bare APIError",
    () =>
      Effect.gen(function* () {
        const server = yield* rawServer(always(String(streamOf(begun + events.error("overloaded_error")))))
        assert.strictEqual((yield* streaming(server.url))._tag, "Overloaded")
        const witness = yield* witnessed(server.url)
        assert.strictEqual(nameOf(witness), "APIError")
        assert.isTrue(witness instanceof APIError && witness.type === "overloaded_error")
      }),
    60_000
  )

  it.scopedLive(
    "a clean end in the middle is StreamTruncated; there it is the end",
    () =>
      Effect.gen(function* () {
        const server = yield* rawServer(always(String(streamOf(begun))))
        assert.strictEqual((yield* streaming(server.url))._tag, "StreamTruncated")
        assert.isUndefined(yield* witnessed(server.url))
      }),
    60_000
  )

  it.scopedLive(
    "a reset in the middle is ConnectionReset; there it is fetch's TypeError",
    () =>
      Effect.gen(function* () {
        const cut: Script = {
          onRequest: (peer) => peer.write(streamOf(begun).subarray(0, -5), () => setTimeout(peer.reset, 20))
        }
        const server = yield* rawServer(cut)
        assert.strictEqual((yield* streaming(server.url))._tag, "ConnectionReset")
        assert.strictEqual(nameOf(yield* witnessed(server.url)), "TypeError")
      }),
    60_000
  )
})
