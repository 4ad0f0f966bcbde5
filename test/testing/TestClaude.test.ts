import { assert, describe, it } from "@effect/vitest"
import { Cause, Duration, Effect, Exit, Fiber, Layer, Redacted, Schedule, Schema, Stream, TestClock } from "effect"
import { Claude, ClaudeError, MessageStream, Resumable, RetryPolicy, Transport, TransportFault } from "effect-claude"
import { TestClaude } from "effect-claude/testing"

const request = (content = "Hello", model = "claude-opus-5-5") =>
  ({ model, max_tokens: 64, messages: [{ role: "user", content }] }) as const

const words = (content?: string) => Claude.stream(request(content)).pipe(MessageStream.text, Stream.runCollect)

const textOf = (message: { readonly content: ReadonlyArray<{ readonly type: string }> }): string =>
  message.content.map((block) => ("text" in block ? block.text : "")).join("")

/** What a program dies of. */
const mismatchOf = <A, E>(exit: Exit.Exit<A, E>): TestClaude.ScriptMismatch => {
  assert.isTrue(Exit.isFailure(exit))
  const [defect] = Exit.isFailure(exit) ? Cause.defects(exit.cause) : []
  assert.instanceOf(defect, TestClaude.ScriptMismatch)
  return defect
}

const never = { retry: RetryPolicy.never }

describe("replies", () => {
  it.effect("bring a text whole or word by word", () =>
    Effect.gen(function* () {
      const message = yield* Claude.create(request())
      assert.strictEqual(textOf(message), "Hi there, you")
      assert.strictEqual(message.model, "claude-opus-5-5")
      assert.strictEqual(message.stop_reason, "end_turn")
      assert.deepStrictEqual([...(yield* words())], ["Hi", " there,", " you"])
    }).pipe(Effect.provide(TestClaude.layer([TestClaude.text("Hi there, you"), TestClaude.text("Hi there, you")])))
  )

  it.effect("bring tokens one after the other, by the Clock alone", () =>
    Effect.gen(function* () {
      const seen: Array<string> = []
      const fiber = yield* Claude.stream(request()).pipe(
        MessageStream.text,
        Stream.runForEach((token) => Effect.sync(() => seen.push(token))),
        Effect.fork
      )
      yield* TestClock.adjust("1 second")
      assert.deepStrictEqual(seen, [])
      yield* TestClock.adjust("100 millis")
      assert.deepStrictEqual(seen, ["a"])
      yield* TestClock.adjust("100 millis")
      assert.deepStrictEqual(seen, ["a", "b"])
      yield* Fiber.join(fiber)
    }).pipe(
      Effect.provide(TestClaude.layer([TestClaude.tokens(["a", "b"], { after: "1 second", delay: "100 millis" })]))
    )
  )

  it.effect("take as long in one piece as in tokens", () =>
    Effect.gen(function* () {
      const fiber = yield* Effect.fork(Effect.timed(Claude.create(request())))
      yield* TestClock.adjust("2 seconds")
      const [time] = yield* Fiber.join(fiber)
      assert.strictEqual(Duration.toMillis(time), 1200)
    }).pipe(
      Effect.provide(TestClaude.layer([TestClaude.tokens(["a", "b"], { after: "1 second", delay: "100 millis" })]))
    )
  )

  it.effect("call tools, think, and are any message", () =>
    Effect.gen(function* () {
      const tool = yield* MessageStream.message(Claude.stream(request()))
      assert.strictEqual(tool.stop_reason, "tool_use")
      assert.deepStrictEqual(tool.content[1], {
        type: "tool_use",
        id: "toolu_test_1",
        name: "weather",
        input: { city: "Bern" },
        caller: { type: "direct" }
      })
      const thought = yield* MessageStream.message(Claude.stream(request()))
      assert.deepStrictEqual(
        thought.content.map(({ type }) => type),
        ["thinking", "text"]
      )
      const refusal = yield* Claude.create(request())
      assert.strictEqual(refusal.stop_reason, "refusal")
      assert.strictEqual(refusal.usage.output_tokens, 7)
    }).pipe(
      Effect.provide(
        TestClaude.layer([
          TestClaude.toolUse("weather", { city: "Bern" }, { text: "One moment." }),
          TestClaude.thinking("hm", "so"),
          TestClaude.message({ stop_reason: "refusal", usage: { input_tokens: 1, output_tokens: 7 } })
        ])
      )
    )
  )

  it.effect("answer the other endpoints", () =>
    Effect.gen(function* () {
      const count = yield* Claude.countTokens({ model: "m", messages: request().messages })
      assert.deepStrictEqual(count, { input_tokens: 12 })
      const models = yield* Stream.runCollect(Claude.models.list())
      assert.deepStrictEqual(
        [...models].map(({ id }) => id),
        ["claude-x"]
      )
      const answer = yield* Claude.execute({
        method: "GET",
        path: "/v1/me",
        response: Schema.Struct({ id: Schema.String })
      })
      assert.strictEqual(answer.id, "org")
    }).pipe(
      Effect.provide(
        TestClaude.layer([
          TestClaude.tokenCount(12),
          TestClaude.models([
            {
              id: "claude-x",
              type: "model",
              display_name: "X",
              created_at: "2026-01-01T00:00:00Z"
            }
          ]),
          TestClaude.json({ id: "org" })
        ])
      )
    )
  )

  it.effect("are made of the request, where a function makes them", () =>
    Effect.gen(function* () {
      assert.strictEqual(textOf(yield* Claude.create(request("one"))), "one!")
      assert.strictEqual(textOf(yield* Claude.create(request("two"))), "two!")
    }).pipe(
      Effect.provide(
        TestClaude.layer([TestClaude.always(TestClaude.respond(({ prompt }) => TestClaude.text(`${prompt}!`)))])
      )
    )
  )
})

describe("failures", () => {
  const tags = [
    "ConnectionReset",
    "ConnectionFailed",
    "TimedOut",
    "RateLimited",
    "SpendLimitReached",
    "Overloaded",
    "ServerError",
    "InvalidRequest",
    "AuthenticationFailed",
    "PermissionDenied",
    "NotFound",
    "Conflict",
    "UnexpectedResponse"
  ] as const

  for (const tag of tags) {
    it.effect(`${tag} comes as itself, whole and streamed`, () =>
      Effect.gen(function* () {
        const whole = yield* Effect.flip(Claude.create(request()))
        assert.strictEqual(whole._tag, tag)
        const streamed = yield* Effect.flip(words())
        assert.strictEqual(streamed._tag, tag)
      }).pipe(Effect.provide(TestClaude.layer([TestClaude.fail(tag), TestClaude.fail(tag)], never)))
    )
  }

  it.effect("carry what they are told to", () =>
    Effect.gen(function* () {
      const limited = yield* Effect.flip(Claude.create(request()))
      assert.strictEqual(limited._tag, "RateLimited")
      if (limited._tag === "RateLimited") {
        assert.strictEqual(Duration.toMillis(limited.retryAfter ?? 0), 7000)
        assert.strictEqual(limited.errorCode, "ramp_limit_exceeded")
      }
      const failed = yield* Effect.flip(Claude.create(request()))
      assert.strictEqual(failed._tag === "ConnectionFailed" && failed.reason, "Tls")
      const timedOut = yield* Effect.flip(Claude.create(request()))
      assert.strictEqual(timedOut._tag === "TimedOut" && timedOut.limit, "idle")
      const truncated = yield* Effect.flip(words())
      assert.strictEqual(truncated._tag, "StreamTruncated")
      const fault = yield* Effect.flip(Claude.create(request()))
      assert.strictEqual(fault._tag === "ConnectionFailed" && fault.code, "ENOTFOUND")
    }).pipe(
      Effect.provide(
        TestClaude.layer(
          [
            TestClaude.fail("RateLimited", { retryAfter: "7 seconds", code: "ramp_limit_exceeded" }),
            TestClaude.fail("ConnectionFailed", { reason: "Tls" }),
            TestClaude.fail("TimedOut", { limit: "idle" }),
            TestClaude.fail("StreamTruncated"),
            TestClaude.fail(
              new TransportFault.TransportFault({
                reason: "Dns",
                phase: "connect",
                code: "ENOTFOUND",
                bytesReceived: 0
              })
            )
          ],
          never
        )
      )
    )
  )

  it.effect("are retried by the real policy, each retry a step", () =>
    Effect.gen(function* () {
      const fiber = yield* Effect.fork(Claude.create(request()))
      yield* TestClock.adjust("1 minute")
      assert.strictEqual(textOf(yield* Fiber.join(fiber)), "third")
      const requests = yield* TestClaude.requests
      assert.deepStrictEqual(
        requests.map(({ at }) => at),
        [0, 1000, 3000]
      )
    }).pipe(
      Effect.provide(
        TestClaude.layer(
          [TestClaude.fail("ConnectionReset"), TestClaude.fail("Overloaded"), TestClaude.text("third")],
          { retry: Schedule.exponential("1 second") }
        )
      )
    )
  )

  it.effect("come again as the error they are given as", () => {
    const error = new ClaudeError.RateLimited({
      phase: "headers",
      attempt: 1,
      elapsed: Duration.zero,
      requestId: "req_given",
      mayHaveRun: true,
      request: { method: "POST", path: "/v1/messages" },
      status: 429,
      errorType: "rate_limit_error",
      apiMessage: "slow down",
      shouldRetry: false,
      retryAfter: Duration.seconds(3),
      limits: { requests: { limit: 5, remaining: 0, reset: 60_000 } }
    })
    return Effect.gen(function* () {
      const seen = yield* Effect.flip(Claude.create(request()))
      assert.instanceOf(seen, ClaudeError.RateLimited)
      assert.deepInclude(JSON.parse(JSON.stringify(seen)), {
        requestId: "req_given",
        apiMessage: "slow down",
        shouldRetry: false,
        retryAfter: 3000,
        limits: { requests: { limit: 5, remaining: 0, reset: 60_000 } }
      })
    }).pipe(Effect.provide(TestClaude.layer([TestClaude.fail(error)])))
  })
})

describe("cuts", () => {
  const four = TestClaude.tokens(["a", "b", "c", "d"])

  const cutWith = (reply: TestClaude.Part) =>
    Effect.gen(function* () {
      const seen: Array<string> = []
      const error = yield* Claude.stream(request()).pipe(
        MessageStream.text,
        Stream.runForEach((token) => Effect.sync(() => seen.push(token))),
        Effect.flip
      )
      return [seen.join(""), error._tag, error.phase]
    }).pipe(Effect.provide(TestClaude.layer([reply], never)))

  it.effect("come after so many tokens, with the failure asked for", () =>
    Effect.gen(function* () {
      const check = (reply: TestClaude.Part, ...gives: ReadonlyArray<string>) =>
        Effect.map(cutWith(reply), (seen) => assert.deepStrictEqual(seen, [...gives]))
      yield* check(TestClaude.cutAfter(four, 2), "ab", "ConnectionReset", "body")
      yield* check(four.pipe(TestClaude.cutAfter(3, "Overloaded")), "abc", "Overloaded", "body")
      yield* check(TestClaude.cutAfter(four, 1, "StreamTruncated"), "a", "StreamTruncated", "body")
      yield* check(TestClaude.cutAfter(four, 1, "UnexpectedResponse"), "a", "UnexpectedResponse", "body")
      yield* check(TestClaude.cutAfter(four, 0, "TimedOut", { limit: "idle" }), "", "TimedOut", "body")
      yield* check(TestClaude.cutAfter(four, 99), "abcd", "ConnectionReset", "body")
      yield* check(TestClaude.cutAfter(3), "one two three", "ConnectionReset", "body")
    })
  )

  it.effect("end an answer in one piece in its middle, or refuse it", () =>
    Effect.gen(function* () {
      const errors = [
        yield* Effect.flip(Claude.create(request())),
        yield* Effect.flip(Claude.create(request())),
        yield* Effect.flip(Claude.create(request()))
      ]
      assert.deepStrictEqual(
        errors.map(({ _tag }) => _tag),
        ["ConnectionReset", "Overloaded", "UnexpectedResponse"]
      )
      assert.isAbove(errors[0]?._tag === "ConnectionReset" ? errors[0].bytesReceived : 0, 50)
    }).pipe(
      Effect.provide(
        TestClaude.layer(
          [
            TestClaude.cutAfter(four, 2),
            TestClaude.cutAfter(four, 2, "Overloaded"),
            TestClaude.cutAfter(four, 2, "StreamTruncated")
          ],
          never
        )
      )
    )
  )

  it.effect("of silence end when the client's own watchdog does", () =>
    Effect.gen(function* () {
      const fiber = yield* Effect.fork(Effect.timed(Effect.flip(words())))
      yield* TestClock.adjust("179 seconds")
      assert.isNull(yield* Fiber.poll(fiber).pipe(Effect.map((exit) => (exit._tag === "None" ? null : exit))))
      yield* TestClock.adjust("1 second")
      const [time, error] = yield* Fiber.join(fiber)
      assert.strictEqual(error._tag === "TimedOut" && error.limit, "idle")
      assert.strictEqual(Duration.toSeconds(time), 180)
    }).pipe(Effect.provide(TestClaude.layer([TestClaude.stallAfter(four, 2)])))
  )

  it.effect("are what Resumable makes whole", () =>
    Effect.gen(function* () {
      const fiber = yield* Effect.fork(Resumable.message(Resumable.stream(request())))
      yield* TestClock.adjust("5 minutes")
      const { message, segments } = yield* Fiber.join(fiber)
      assert.strictEqual(textOf(message), "One two three four five.")
      assert.strictEqual(segments.length, 2)
      const [, second] = yield* TestClaude.requests
      assert.include(second?.prompt, "One two three")
    }).pipe(
      Effect.provide(
        TestClaude.layer([
          TestClaude.cutAfter(TestClaude.text("One two three four five."), 3),
          TestClaude.text("One two three four five.")
        ])
      )
    )
  )
})

describe("which step a request takes", () => {
  it.effect("is decided by part of the request, by a predicate, or by the order", () =>
    Effect.gen(function* () {
      const ask = (content: string, model?: string) => Effect.map(Claude.create(request(content, model)), textOf)
      assert.strictEqual(yield* ask("What is the Weather?"), "rain")
      assert.strictEqual(yield* ask("one"), "first")
      assert.strictEqual(yield* ask("one", "claude-haiku-4-5"), "small")
      assert.strictEqual(yield* ask("x".repeat(100)), "long")
      assert.strictEqual(yield* ask("one", "claude-haiku-4-5"), "smaller")
      assert.strictEqual(yield* ask("two"), "second")
    }).pipe(
      Effect.provide(
        TestClaude.layer([
          TestClaude.when(
            { model: "claude-haiku-4-5" },
            TestClaude.sequence(TestClaude.text("small"), TestClaude.text("smaller"))
          ),
          TestClaude.when({ messages: [{ role: "user", content: /weather/i }] }, TestClaude.text("rain")),
          TestClaude.when(({ prompt }) => prompt.length > 50, TestClaude.text("long")),
          TestClaude.text("first"),
          TestClaude.text("second")
        ])
      )
    )
  )

  it.effect("leaves steps of other endpoints alone", () =>
    Effect.gen(function* () {
      assert.strictEqual(textOf(yield* Claude.create(request())), "hi")
      assert.deepStrictEqual(yield* TestClaude.remaining, ["tokenCount(1)"])
      yield* Claude.countTokens({ model: "m", messages: request().messages })
    }).pipe(Effect.provide(TestClaude.layer([TestClaude.tokenCount(1), TestClaude.text("hi")])))
  )

  it.effect("may be a step that was added later", () =>
    Effect.gen(function* () {
      yield* TestClaude.add(TestClaude.text("late"))
      assert.strictEqual(textOf(yield* Claude.create(request())), "late")
    }).pipe(Effect.provide(TestClaude.layer([])))
  )
})

describe("requests", () => {
  it.effect("can be looked at as they were sent", () =>
    Effect.gen(function* () {
      yield* words("What?").pipe(Claude.withOptions({ headers: { "x-mine": "1" } }))
      const [seen] = yield* TestClaude.requests
      assert.strictEqual(seen?.method, "POST")
      assert.strictEqual(seen?.path, "/v1/messages")
      assert.strictEqual(seen?.prompt, "What?")
      assert.isTrue(seen?.streaming)
      assert.strictEqual(seen?.headers["x-mine"], "1")
      assert.strictEqual(seen?.headers["authorization"], "Bearer test-key")
      assert.strictEqual(seen?.messageRequest?.max_tokens, 64)
    }).pipe(Effect.provide(TestClaude.layer([TestClaude.text("hi")])))
  )

  it.effect("that our validation refuses never come", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(Claude.create({ ...request(), max_tokens: -1 }))
      assert.strictEqual(error._tag === "InvalidRequest" && error.source, "local")
      assert.deepStrictEqual(yield* TestClaude.requests, [])
    }).pipe(Effect.provide(TestClaude.layer([])))
  )

  it.effect("carry the credential of the options", () =>
    Effect.gen(function* () {
      yield* Claude.create(request())
      const [seen] = yield* TestClaude.requests
      assert.strictEqual(seen?.headers["authorization"], "Bearer mine")
    }).pipe(Effect.provide(TestClaude.layer([TestClaude.text("hi")], { authToken: Redacted.make("mine") })))
  )
})

describe("a script that does not agree with the calls", () => {
  it.effect("kills an unexpected call, with a report that names each step and why it does not fit", () =>
    Effect.gen(function* () {
      const exit = yield* Effect.exit(
        Effect.zipRight(Claude.create(request("one")), Claude.create(request("Say two"))).pipe(
          Effect.provide(
            TestClaude.layer([
              TestClaude.text("only"),
              TestClaude.when({ model: "claude-haiku-4-5", messages: [{ content: "Say one" }] }, TestClaude.text("x")),
              TestClaude.when(({ prompt }) => prompt === "", TestClaude.text("y")),
              TestClaude.tokenCount(3)
            ])
          )
        )
      )
      const mismatch = mismatchOf(exit)
      assert.strictEqual(mismatch.kind, "unexpected")
      assert.strictEqual(
        mismatch.message,
        [
          "TestClaude: request 2 was not expected.",
          "  POST /v1/messages",
          '  model "claude-opus-5-5", 1 message, last prompt "Say two"',
          "No step of the script fits it:",
          '  step 1, text("only")',
          "    used up by request 1",
          '  step 2, when({"model":"claude-haiku-4-5","messages":[{"conten …, text("x"))',
          "    model",
          '      - "claude-haiku-4-5"',
          '      + "claude-opus-5-5"',
          "    messages[0].content",
          '      - "Say one"',
          '      + "Say two"',
          '  step 3, when(predicate, text("y"))',
          "    its predicate is false of this request",
          "  step 4, tokenCount(3)",
          "    it answers POST /v1/messages/count_tokens, not POST /v1/messages"
        ].join("\n")
      )
    })
  )

  it.effect("fails at the end where steps are unused, and says which requests took the others", () =>
    Effect.gen(function* () {
      const exit = yield* Effect.exit(
        Claude.create(request()).pipe(
          Effect.provide(
            TestClaude.layer([
              TestClaude.text("hi"),
              TestClaude.sequence(TestClaude.text("a"), TestClaude.text("b")),
              TestClaude.always(TestClaude.text("c"))
            ])
          )
        )
      )
      const mismatch = mismatchOf(exit)
      assert.strictEqual(mismatch.kind, "unused")
      assert.strictEqual(
        mismatch.message,
        [
          "TestClaude: 1 of 3 steps was not used up by 1 request.",
          '  step 1, text("hi"): request 1',
          '- step 2, sequence(text("a"), text("b")): no request, 2 of 2 replies left',
          '  step 3, always(text("c")): no request'
        ].join("\n")
      )
    })
  )

  it.effect("fails at the end where an unexpected call was swallowed", () =>
    Effect.gen(function* () {
      const exit = yield* Effect.exit(
        Claude.create(request()).pipe(
          Effect.catchAllCause(() => Effect.succeed("swallowed")),
          Effect.provide(TestClaude.layer([]))
        )
      )
      assert.strictEqual(mismatchOf(exit).kind, "unexpected")
    })
  )

  it.effect("adds the unused steps to what the program failed with", () =>
    Effect.gen(function* () {
      const layer = TestClaude.layer([TestClaude.text("hi")])
      const exit = yield* Effect.exit(Effect.provide(Effect.fail("mine"), layer))
      assert.strictEqual(mismatchOf(exit).kind, "unused")
      assert.deepStrictEqual(Exit.isFailure(exit) ? [...Cause.failures(exit.cause)] : [], ["mine"])
    })
  )

  it.effect("says nothing where the program was interrupted", () =>
    Effect.gen(function* () {
      const exit = yield* Effect.exit(Effect.interrupt.pipe(Effect.provide(TestClaude.layer([TestClaude.text("hi")]))))
      assert.isTrue(Exit.isInterrupted(exit))
      assert.deepStrictEqual(Exit.isFailure(exit) ? [...Cause.defects(exit.cause)] : [undefined], [])
    })
  )
})

describe("the transport under the script", () => {
  it.effect("gives up a response that takes longer than the limit on headers", () =>
    Effect.gen(function* () {
      const fiber = yield* Effect.fork(Effect.flip(words()))
      yield* TestClock.adjust("10 seconds")
      const error = yield* Fiber.join(fiber)
      assert.strictEqual(error._tag === "TimedOut" && error.limit, "headers")
    }).pipe(
      Effect.provide(
        TestClaude.layer([TestClaude.text("late", { after: "1 minute" })], {
          ...never,
          timeouts: { headers: "10 seconds" }
        })
      )
    )
  )

  it.effect("serves a client of one's own making", () =>
    Effect.gen(function* () {
      assert.strictEqual(textOf(yield* Claude.create(request())), "hi")
      assert.strictEqual((yield* TestClaude.requests)[0]?.headers["x-api-key"], "k")
    }).pipe(
      Effect.provide(
        Claude.layerTransport({ apiKey: Redacted.make("k"), apiVersion: "2023-06-01" }).pipe(
          Layer.provideMerge(TestClaude.layerTransport([TestClaude.text("hi")]))
        )
      )
    )
  )

  it.effect("loses no bytes and no time to an interrupted read", () =>
    Effect.gen(function* () {
      const { body } = yield* Effect.flatMap(Transport.Transport, (transport) =>
        transport.execute({
          method: "POST",
          url: "http://test/v1/messages",
          headers: {},
          body: new TextEncoder().encode(JSON.stringify({ ...request(), stream: true })),
          limits: { pool: undefined, connect: undefined, headers: undefined },
          fresh: false
        })
      )
      yield* body.read // message_start
      yield* body.read // content_block_start
      const first = yield* Effect.fork(body.read)
      yield* TestClock.adjust("60 millis")
      yield* Fiber.interrupt(first)
      const second = yield* Effect.fork(body.read)
      yield* TestClock.adjust("40 millis")
      assert.include(new TextDecoder().decode(yield* Fiber.join(second)), '"text":"a"')
    }).pipe(
      Effect.scoped,
      Effect.provide(TestClaude.layerTransport([TestClaude.tokens(["a"], { delay: "100 millis" })]))
    )
  )
})
