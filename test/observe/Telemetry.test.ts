import { assert, describe, it } from "@effect/vitest"
import { Cause, Effect, Exit, Fiber, Stream, TestClock } from "effect"
import { CircuitBreaker, Claude, ClaudeEvent, RateLimits, RetryPolicy, Telemetry } from "effect-claude"
import { request } from "../support/fixtures.js"
import { events, ok, refusal, reset, script, type Script, streamed, wholeStream } from "../support/scriptedTransport.js"
import { client, inTime, points, recordingTracer, type Seen } from "./support.js"

interface Run {
  readonly spans: ReadonlyArray<Seen>
  readonly result: unknown
}

/** The spans that a program leaves. */
const traced = <A, E>(
  program: Effect.Effect<A, E, Claude.Claude>,
  played: Script,
  options: Telemetry.Options = {},
  claude: Claude.Options = {}
): Effect.Effect<Run> =>
  Effect.gen(function* () {
    const { seen, tracer } = recordingTracer()
    const result = yield* inTime(
      program.pipe(
        Effect.provide(client(played, claude)),
        Effect.provide(Telemetry.layer(options)),
        Effect.withTracer(tracer)
      )
    )
    return { spans: seen(), result }
  })

const drain = Stream.runDrain(Claude.stream(request))

describe("the span of a call", () => {
  it.effect("is a client span under the caller's, and says what was asked and what came", () =>
    Effect.gen(function* () {
      const { spans } = yield* traced(
        Claude.create({ ...request, stop_sequences: ["END"], output_config: { effort: "high" } }).pipe(
          Effect.withSpan("handler")
        ),
        script(ok("Hi"))
      )
      const [handler, chat, attempt, ...others] = spans
      assert.deepStrictEqual(
        [handler?.name, chat?.name, attempt?.name],
        ["handler", "chat claude-opus-5-5", "POST /v1/messages"]
      )
      assert.deepStrictEqual(others, [])
      assert.strictEqual(chat?.parent, handler?.span.spanId)
      assert.strictEqual(chat?.kind, "client")
      assert.deepStrictEqual(chat?.attributes, {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "anthropic",
        "gen_ai.request.model": "claude-opus-5-5",
        "gen_ai.request.max_tokens": 64,
        "gen_ai.request.stop_sequences": ["END"],
        "gen_ai.request.reasoning.level": "high",
        "gen_ai.request.stream": false,
        "server.address": "api.anthropic.com",
        "gen_ai.response.id": "msg_1",
        "gen_ai.response.model": "claude-opus-5-5",
        "gen_ai.response.finish_reasons": ["end_turn"],
        "gen_ai.usage.input_tokens": 3,
        "gen_ai.usage.output_tokens": 2,
        "anthropic.request.id": "req_ok",
        "claude.attempts": 1
      })
      assert.isTrue(chat?.exit !== undefined && Exit.isSuccess(chat.exit))
    })
  )

  it.effect("covers the body of a stream", () =>
    Effect.gen(function* () {
      const slow = streamed(
        events.start,
        events.block,
        { after: "40 seconds", bytes: events.text("Hi") },
        { after: "20 seconds", bytes: events.blockStop + events.delta + events.stop }
      )
      const { spans } = yield* traced(drain, script(slow))
      const [chat] = spans
      assert.strictEqual((chat?.end ?? 0) - (chat?.start ?? 0), 60_000)
      assert.strictEqual(chat?.attributes["gen_ai.response.time_to_first_chunk"], 0)
      assert.strictEqual(chat?.attributes["gen_ai.usage.output_tokens"], 5)
    })
  )

  it.effect("has a child for each attempt, with its status, its count and its error", () =>
    Effect.gen(function* () {
      const played = script(reset(), refusal(529, "overloaded_error"), ok("there"))
      const { spans } = yield* traced(Claude.create(request), played)
      const [chat, ...attempts] = spans
      assert.deepStrictEqual(
        attempts.map(({ parent }) => parent),
        attempts.map(() => chat?.span.spanId)
      )
      assert.deepStrictEqual(
        attempts.map(({ attributes }) => [
          attributes["http.request.resend_count"],
          attributes["http.response.status_code"],
          attributes["error.type"],
          attributes["anthropic.request.id"]
        ]),
        [
          [undefined, undefined, "ConnectionReset", undefined],
          [1, 529, "Overloaded", "req_529"],
          [2, 200, undefined, "req_ok"]
        ]
      )
      assert.deepStrictEqual(
        attempts.map(({ exit }) => exit?._tag),
        ["Failure", "Failure", "Success"]
      )
      assert.deepStrictEqual(
        chat?.events.map(({ name }) => name),
        ["claude.retry", "claude.retry"]
      )
      assert.strictEqual(chat?.attributes["claude.attempts"], 3)
      assert.notProperty(chat?.attributes ?? {}, "error.type")
    })
  )

  it.effect("of a failed call says what failed, and what to try", () =>
    Effect.gen(function* () {
      const { spans } = yield* traced(Claude.create(request), script(refusal(401, "authentication_error")))
      const [chat, attempt] = spans
      assert.strictEqual(chat?.attributes["error.type"], "AuthenticationFailed")
      assert.isString(chat?.attributes["claude.hint"])
      assert.strictEqual(attempt?.attributes["error.type"], "AuthenticationFailed")
      const failure = chat?.exit !== undefined && Exit.isFailure(chat.exit) ? Cause.squash(chat.exit.cause) : undefined
      assert.propertyVal(failure, "_tag", "AuthenticationFailed")
    })
  )

  it.effect("of a cut stream ends with the cut, and so does its attempt's", () =>
    Effect.gen(function* () {
      const broken = { fault: reset({ phase: "body" }) }
      const played = script(streamed(events.start, events.block, events.text("Hel"), broken))
      const { spans } = yield* traced(drain, played)
      const [chat, attempt] = spans
      assert.deepStrictEqual(
        chat?.events.map(({ name }) => name),
        ["claude.cut"]
      )
      assert.strictEqual(chat?.attributes["error.type"], "ConnectionReset")
      assert.strictEqual(attempt?.exit?._tag, "Failure")
      assert.strictEqual(chat?.exit?._tag, "Failure")
    })
  )

  it.effect("of an interrupted call ends as interrupted, with the span of its attempt", () =>
    Effect.gen(function* () {
      const played = script({ after: "10 minutes", body: [] })
      const { spans } = yield* traced(Effect.timeoutOption(Claude.create(request), "5 seconds"), played)
      assert.lengthOf(spans, 2)
      for (const { end, exit, start } of spans) {
        assert.isTrue(exit !== undefined && Exit.isFailure(exit) && Cause.isInterruptedOnly(exit.cause))
        assert.strictEqual((end ?? 0) - start, 5000)
      }
    })
  )

  it.effect("of another endpoint is named by method and path, without ids", () =>
    Effect.gen(function* () {
      const model = { type: "model", id: "claude-opus-5-5", display_name: "Opus", created_at: "2026-01-01T00:00:00Z" }
      const played = script({ body: [JSON.stringify(model)] }, { body: [JSON.stringify({ input_tokens: 7 })] })
      const { spans } = yield* traced(
        Effect.zip(
          Effect.either(Claude.models.get("claude-opus-5-5")),
          Claude.countTokens({ model: request.model, messages: request.messages })
        ),
        played
      )
      assert.deepStrictEqual(
        spans.map(({ name }) => name),
        ["GET /v1/models/{id}", "GET /v1/models/{id}", "count_tokens claude-opus-5-5", "POST /v1/messages/count_tokens"]
      )
    })
  )

  it.effect("has the caller's annotations, and is not made where tracing is off", () =>
    Effect.gen(function* () {
      const call = Claude.create(request)
      const { spans } = yield* traced(
        Effect.zip(Effect.annotateSpans(call, "tenant", "a"), Effect.withTracerEnabled(call, false)),
        script(ok("one"), ok("two"))
      )
      assert.deepStrictEqual(
        spans.map(({ attributes }) => attributes["tenant"]),
        ["a", "a"]
      )
    })
  )

  it.effect("is not made after its layer was closed, and not where it is switched off", () =>
    Effect.gen(function* () {
      const { seen, tracer } = recordingTracer()
      yield* inTime(
        Effect.zip(
          Effect.provide(Claude.create(request), Telemetry.layer({ spans: false })),
          Claude.create(request)
        ).pipe(Effect.provide(client(script(ok("one"), ok("two")))), Effect.withTracer(tracer))
      )
      assert.deepStrictEqual(seen(), [])
    })
  )
})

describe("prompts and answers", () => {
  const said = {
    ...request,
    system: "Be brief",
    messages: [{ role: "user", content: [{ type: "text", text: "A secret wish" }] }],
    tools: [{ name: "look", description: "looks", input_schema: { type: "object" } }]
  } as const

  it.effect("are not recorded unless asked for, neither in spans nor in events that are written down", () =>
    Effect.gen(function* () {
      const written: Array<string> = []
      const { spans } = yield* traced(
        Effect.zipRight(
          ClaudeEvent.listen((event) => void written.push(JSON.stringify(event))),
          Claude.create(said)
        ).pipe(Effect.scoped),
        script(ok("A secret answer"))
      )
      const all = JSON.stringify(spans.map(({ attributes, events }) => [attributes, events])) + written.join()
      assert.isAbove(written.length, 3)
      assert.notInclude(all, "secret")
      assert.notInclude(all, "Be brief")
    })
  )

  const recorded = (played: Script, program: Effect.Effect<unknown, unknown, Claude.Claude>) =>
    Effect.map(traced(program, played, { content: { maxLength: 40 } }), ({ spans }) => {
      const parsed = (name: string): unknown => JSON.parse(String(spans[0]?.attributes[name] ?? "null"))
      return {
        input: parsed("gen_ai.input.messages"),
        system: parsed("gen_ai.system_instructions"),
        tools: parsed("gen_ai.tool.definitions"),
        output: parsed("gen_ai.output.messages")
      }
    })

  it.effect("are recorded where asked for, in the form of the conventions", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* recorded(script(ok("An answer")), Claude.create(said)), {
        input: [{ role: "user", parts: [{ type: "text", content: "A secret wish" }] }],
        system: [{ type: "text", content: "Be brief" }],
        tools: [{ type: "function", name: "look", description: "looks", parameters: { type: "object" } }],
        output: [{ role: "assistant", parts: [{ type: "text", content: "An answer" }], finish_reason: "end_turn" }]
      })
    })
  )

  it.effect("of a stream are what the last attempt said, each text up to its limit", () =>
    Effect.gen(function* () {
      const played = script(
        streamed(events.start, { fault: reset({ phase: "body" }) }),
        wholeStream("x".repeat(30), "y".repeat(30))
      )
      const { output } = yield* recorded(played, Stream.runDrain(Claude.stream(said)))
      const content = `${"x".repeat(30)}${"y".repeat(10)}… (20 more characters)`
      assert.deepStrictEqual(output, [
        { role: "assistant", parts: [{ type: "text", content }], finish_reason: "end_turn" }
      ])
    })
  )
})

describe("metrics", () => {
  /** A model of its own for each test, since there is one registry for the process. */
  const metered = (
    model: string,
    played: Script,
    program: Effect.Effect<unknown, unknown, Claude.Claude>,
    options: Telemetry.Options = {}
  ) =>
    Effect.map(traced(program, played, { spans: false, ...options }, { validation: "off" }), () => {
      const all = points("gen_ai.request.model", model)
      return (name: string, labels: Readonly<Record<string, string>> = {}) =>
        all.filter(
          (point) => point.name === name && Object.entries(labels).every(([key, value]) => point.labels[key] === value)
        )
    })

  const asks = (model: string) => ({ ...request, model })

  it.effect("count calls, attempts, failures and retries", () =>
    Effect.gen(function* () {
      const played = script(
        reset(),
        refusal(529, "overloaded_error"),
        ok("there"),
        refusal(400, "invalid_request_error")
      )
      const calls = Effect.zip(Claude.create(asks("m-count")), Effect.either(Claude.create(asks("m-count"))))
      const found = yield* metered("m-count", played, calls)
      const sums = (name: string, label: string) =>
        Object.fromEntries(found(name).map(({ labels, sum }) => [labels[label] ?? "", sum]))
      assert.deepStrictEqual(sums("claude.client.calls", "claude.outcome"), { success: 1, failure: 1 })
      assert.deepStrictEqual(sums("claude.client.attempts", "gen_ai.operation.name"), { chat: 4 })
      assert.deepStrictEqual(sums("claude.client.attempt_failures", "error.type"), {
        ConnectionReset: 1,
        Overloaded: 1,
        InvalidRequest: 1
      })
      assert.deepStrictEqual(sums("claude.client.retries", "error.type"), { ConnectionReset: 1, Overloaded: 1 })
      assert.strictEqual(found("claude.client.retry_delay").length, 2)
      const [failed] = found("gen_ai.client.operation.duration", { "error.type": "InvalidRequest" })
      assert.deepStrictEqual([failed?.count, failed?.sum, failed?.labels["unit"]], [1, 0, "s"])
    })
  )

  it.effect("measure durations in seconds and tokens with the cache's", () =>
    Effect.gen(function* () {
      const usage = { input_tokens: 3, cache_creation_input_tokens: 20, cache_read_input_tokens: 100, output_tokens: 2 }
      const message = JSON.stringify({
        id: "msg_1",
        type: "message",
        role: "assistant",
        model: "m-tokens-2026",
        content: [],
        stop_reason: "end_turn",
        stop_sequence: null,
        usage: { ...usage, output_tokens_details: { thinking_tokens: 1 } }
      })
      const played = script({ after: "1500 millis", body: [message] })
      const found = yield* metered("m-tokens", played, Claude.create(asks("m-tokens")), { names: "both" })
      const both = (name: string, labels = {}) => found(name, labels).map(({ count, sum }) => [count, sum])
      assert.deepStrictEqual(both("gen_ai.client.operation.duration"), [[1, 1.5]])
      assert.deepStrictEqual(both("gen_ai.client.inference.duration"), [[1, 1.5]])
      assert.deepStrictEqual(both("gen_ai.client.token.usage", { "gen_ai.token.type": "input" }), [[1, 123]])
      assert.deepStrictEqual(both("gen_ai.client.token.usage", { "gen_ai.token.type": "output" }), [[1, 2]])
      assert.deepStrictEqual(both("gen_ai.client.inference.usage.input_tokens"), [[1, 123]])
      assert.deepStrictEqual(both("gen_ai.client.inference.usage.cache_read.input_tokens"), [[1, 100]])
      assert.deepStrictEqual(both("gen_ai.client.inference.usage.cache_write.input_tokens"), [[1, 20]])
      assert.deepStrictEqual(both("gen_ai.client.inference.usage.reasoning.output_tokens"), [[1, 1]])
      assert.deepStrictEqual(both("gen_ai.client.inference.operation.output_tokens"), [[1, 2]])
      const [point] = found("gen_ai.client.operation.duration")
      assert.strictEqual(point?.labels["gen_ai.response.model"], "m-tokens-2026")
    })
  )

  it.effect("have one set of names by default, the newer ones on request", () =>
    Effect.gen(function* () {
      const old = yield* metered("m-old", script(ok("a")), Claude.create(asks("m-old")))
      const newer = yield* metered("m-new", script(ok("a")), Claude.create(asks("m-new")), { names: "latest" })
      assert.lengthOf(old("gen_ai.client.operation.duration"), 1)
      assert.lengthOf(old("gen_ai.client.inference.duration"), 0)
      assert.lengthOf(newer("gen_ai.client.operation.duration"), 0)
      assert.lengthOf(newer("gen_ai.client.inference.duration"), 1)
    })
  )

  it.effect("measure the first piece of a stream and the time between pieces", () =>
    Effect.gen(function* () {
      const slow = (text: string, after: number) => ({ after: `${after} seconds` as const, bytes: events.text(text) })
      const played = script({
        ...streamed(
          events.start,
          events.block,
          slow("a", 1),
          events.ping,
          slow("b", 2),
          slow("c", 4),
          events.blockStop,
          events.delta,
          events.stop
        ),
        after: "3 seconds"
      })
      const found = yield* metered("m-pieces", played, Stream.runDrain(Claude.stream(asks("m-pieces"))))
      const [first] = found("gen_ai.client.operation.time_to_first_chunk")
      assert.deepStrictEqual([first?.count, first?.sum], [1, 3])
      const [between] = found("gen_ai.client.operation.time_per_output_chunk")
      assert.deepStrictEqual([between?.count, between?.sum], [2, 6])
    })
  )

  it.effect("count cuts and stalls", () =>
    Effect.gen(function* () {
      const played = script(
        streamed(events.start, events.block, events.text("a"), "silence"),
        streamed(events.start, events.block, events.text("a"))
      )
      const read = Effect.either(Stream.runDrain(Claude.stream(asks("m-cuts"))))
      const found = yield* metered("m-cuts", played, Effect.zip(read, read))
      assert.sameMembers(
        found("claude.client.cuts").map(({ labels }) => labels["error.type"]),
        ["TimedOut", "StreamTruncated"]
      )
      assert.deepStrictEqual(
        found("claude.client.stalls").map(({ labels, sum }) => [labels["claude.limit"], sum]),
        [["idle", 1]]
      )
    })
  )

  it.effect("keep the labels of the caller's fiber", () =>
    Effect.gen(function* () {
      const call = Claude.create(asks("m-tenant"))
      const found = yield* metered(
        "m-tenant",
        script(ok("a"), ok("b")),
        Effect.zip(Effect.tagMetrics(call, "tenant", "one"), Effect.tagMetrics(call, "tenant", "two"))
      )
      assert.sameMembers(
        found("gen_ai.client.operation.duration").map(({ labels }) => labels["tenant"]),
        ["one", "two"]
      )
      assert.sameMembers(
        found("claude.client.attempts").map(({ labels }) => labels["tenant"]),
        ["one", "two"]
      )
    })
  )

  it.effect("show the limits that the API told last", () =>
    Effect.gen(function* () {
      const headers = {
        "anthropic-ratelimit-requests-limit": "50",
        "anthropic-ratelimit-requests-remaining": "41",
        "anthropic-ratelimit-input-tokens-remaining": "30000"
      }
      yield* metered("m-limits", script(ok("a", headers)), Claude.create(asks("m-limits")))
      const found = points("claude.limit_group", "m-limits")
      assert.deepStrictEqual(found.map(({ labels, name, sum }) => [name, labels["claude.limit"], sum]).sort(), [
        ["claude.client.ratelimit.limit", "requests", 50],
        ["claude.client.ratelimit.remaining", "input_tokens", 30000],
        ["claude.client.ratelimit.remaining", "requests", 41]
      ])
    })
  )

  const breakerState = (key: string) =>
    points("claude.breaker.key", key).find(({ name }) => name === "claude.client.breaker.state")?.sum

  it.effect("show the state of breakers", () =>
    Effect.gen(function* () {
      const options: Claude.Options = {
        baseUrl: "https://breaker.test",
        breaker: { consecutiveFailures: 2, openFor: "5 seconds" },
        retry: RetryPolicy.never
      }
      const key = CircuitBreaker.keyOf("https://breaker.test", RateLimits.groupOf(request))
      const states: Array<number | undefined> = []
      const note = Effect.sync(() => states.push(breakerState(key)))
      const call = Effect.zipRight(Effect.either(Claude.create(request)), note)
      yield* traced(
        Effect.gen(function* () {
          yield* call
          yield* call
          yield* Effect.sleep("6 seconds")
          yield* call
        }),
        script(reset(), reset(), ok("well")),
        {},
        options
      )
      assert.deepStrictEqual(states, [undefined, 2, 0])
    })
  )

  it.effect("sample a pool, and set what is gone to 0", () =>
    Effect.gen(function* () {
      const origin = "https://pool.test"
      let stats = new Map([[origin, { connected: 3, free: 1, queued: 4, running: 2 }]])
      const gauges = () =>
        points("claude.origin", origin)
          .map(({ name, sum }) => `${name.slice("claude.client.pool.".length)} ${sum}`)
          .sort()
      yield* Effect.scoped(
        Effect.gen(function* () {
          yield* Telemetry.samplePool(
            Effect.sync(() => stats),
            "5 seconds"
          )
          yield* TestClock.adjust("1 second")
          assert.deepStrictEqual(gauges(), ["connected 3", "free 1", "queued 4", "running 2"])
          stats = new Map()
          yield* TestClock.adjust("5 seconds")
          assert.deepStrictEqual(gauges(), ["connected 0", "free 0", "queued 0", "running 0"])
        })
      )
    })
  )
})

describe("without a listener", () => {
  it.effect("the runtime of the caller is not even looked for", () =>
    Effect.gen(function* () {
      const told: Array<string> = []
      const hub = ClaudeEvent.unsafeMakeHub()
      const silent: ClaudeEvent.Hub = {
        ...hub,
        publish: ({ _tag }) => void told.push(_tag),
        publishOutput: () => void told.push("output")
      }
      const fiber = yield* Effect.fork(
        drain.pipe(
          Effect.provide(client(script(wholeStream("Hi")))),
          Effect.provideService(ClaudeEvent.CurrentHub, silent)
        )
      )
      yield* TestClock.adjust("1 minute")
      yield* Fiber.join(fiber)
      assert.deepStrictEqual(told, [])
    })
  )
})
