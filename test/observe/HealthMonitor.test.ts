import { assert, describe, it } from "@effect/vitest"
import { Chunk, Duration, Effect, Layer, Stream, TestClock } from "effect"
import { Claude, ClaudeError, ClaudeEvent, HealthMonitor, RetryPolicy } from "effect-claude"
import { context } from "../internal/errorFixtures.js"
import { request } from "../support/fixtures.js"
import { ok, refusal, reset, script, type Step } from "../support/scriptedTransport.js"
import { client } from "./support.js"

const overloaded = new ClaudeError.Overloaded({ ...context, status: 529, requestId: "req_1" })
const refused = new ClaudeError.InvalidRequest({ ...context, source: "api", issues: [] })
const broken = new ClaudeError.ConnectionReset({ ...context, bytesReceived: 0 })

/** Tells a hub what happens to calls. */
const teller = Effect.gen(function* () {
  const hub = yield* ClaudeEvent.CurrentHub
  const clock = yield* Effect.clock
  const base = () => ({ at: clock.unsafeCurrentTimeMillis(), call: hub.nextCall(), request: context.request })
  const finished = (outcome: "success" | "failure" | "interrupted", error?: ClaudeError.ClaudeError, seconds = 1) =>
    hub.publish({
      _tag: "CallFinished",
      ...base(),
      outcome,
      error,
      attempts: 1,
      elapsed: Duration.seconds(seconds),
      requestId: undefined,
      stopReason: undefined,
      inputTokens: undefined,
      outputTokens: undefined,
      usage: outcome === "success" ? { input_tokens: 1, cache_read_input_tokens: 9, output_tokens: 2 } : undefined,
      messageId: undefined,
      responseModel: undefined
    })
  const attemptFailed = (error: ClaudeError.ClaudeError) =>
    hub.publish({ _tag: "AttemptFailed", ...base(), attempt: 1, error })
  const times = (count: number, f: () => void) => Effect.sync(() => Array.from({ length: count }, f))
  return {
    succeed: (count: number, seconds?: number) => times(count, () => finished("success", undefined, seconds)),
    fail: (count: number, error: ClaudeError.ClaudeError = overloaded) =>
      times(count, () => {
        attemptFailed(error)
        finished("failure", error)
      }),
    interrupt: (count: number) => times(count, () => finished("interrupted")),
    failAttempts: (count: number, error: ClaudeError.ClaudeError) => times(count, () => attemptFailed(error)),
    firstToken: (count: number, seconds: number) =>
      times(count, () =>
        hub.publish({ _tag: "FirstContent", ...base(), attempt: 1, elapsed: Duration.seconds(seconds) })
      ),
    resume: (cut: string) =>
      Effect.sync(() => hub.publish({ _tag: "StreamResumed", ...base(), segment: 2, cut, certain: true }))
  }
})

type Teller = Effect.Effect.Success<typeof teller>

/** Gives a monitor, what tells it, and the alerts so far. */
const watched = <A, E>(
  body: (
    tell: Teller,
    monitor: HealthMonitor.Service,
    alerts: ReadonlyArray<HealthMonitor.Alert>
  ) => Effect.Effect<A, E>,
  options: HealthMonitor.Options = {}
) =>
  Effect.gen(function* () {
    const monitor = yield* HealthMonitor.make(options)
    const alerts: Array<HealthMonitor.Alert> = []
    yield* Effect.forkScoped(Stream.runForEach(monitor.alerts, (alert) => Effect.sync(() => alerts.push(alert))))
    yield* TestClock.adjust("1 millis")
    return yield* body(yield* teller, monitor, alerts)
  }).pipe(Effect.scoped, Effect.provide(ClaudeEvent.layerHub))

const changes = (alerts: ReadonlyArray<HealthMonitor.Alert>) =>
  alerts.map(({ change, level, measure }) => `${measure} ${change} ${level}`)

describe("the windows", () => {
  it.effect("count calls, errors by tag, tokens and times, each for its own length", () =>
    watched((tell, monitor) =>
      Effect.gen(function* () {
        yield* tell.fail(2)
        yield* TestClock.adjust("6 minutes")
        yield* tell.fail(1, broken)
        yield* tell.succeed(3, 2)
        yield* TestClock.adjust("2 minutes")
        yield* tell.succeed(1, 10)
        yield* tell.interrupt(1)
        yield* tell.firstToken(4, 3)
        const { fifteenMinutes, fiveMinutes, oneMinute } = yield* monitor.windows
        assert.deepStrictEqual(oneMinute.calls, { succeeded: 1, failed: 0, interrupted: 1, errorRate: 0, errors: {} })
        assert.deepStrictEqual(fiveMinutes.calls, {
          succeeded: 4,
          failed: 1,
          interrupted: 1,
          errorRate: 0.2,
          errors: { ConnectionReset: 1 }
        })
        assert.deepStrictEqual(fifteenMinutes.calls.errors, { Overloaded: 2, ConnectionReset: 1 })
        assert.deepStrictEqual(fifteenMinutes.tokens, { input: 40, output: 8 })
        assert.strictEqual(Duration.toMillis(fifteenMinutes.latency?.max ?? 0), 10_000)
        assert.closeTo(Duration.toMillis(fifteenMinutes.latency?.p50 ?? 0), 2000, 50)
        assert.strictEqual(oneMinute.timeToFirstToken?.count, 4)
        assert.strictEqual((yield* monitor.window("1 second")).latency?.count, 1)
        yield* TestClock.adjust("15 minutes")
        const later = yield* monitor.windows
        assert.deepStrictEqual(later.fifteenMinutes.calls.errors, {})
        assert.isUndefined(later.fifteenMinutes.latency)
      })
    )
  )

  it.effect("do not count a cut that was mended as a failure of the caller's", () =>
    watched((tell, monitor) =>
      Effect.gen(function* () {
        yield* tell.fail(1, broken)
        yield* tell.resume("ConnectionReset")
        yield* tell.succeed(1)
        const { attempts, calls, resumes } = yield* monitor.window("1 minute")
        assert.deepStrictEqual([calls.errorRate, calls.failed, attempts.errorRate, resumes], [0, 1, 0.5, 1])
        // a process that was lost is no failure that was counted here
        yield* tell.fail(1, broken)
        yield* tell.resume("Interrupted")
        assert.strictEqual((yield* monitor.window("1 minute")).calls.errorRate, 0.5)
      })
    )
  )
})

describe("the status", () => {
  it.effect("is healthy while nothing happens, and for few failures", () =>
    watched((tell, { status }) =>
      Effect.gen(function* () {
        assert.deepStrictEqual(yield* status, { level: "healthy", reasons: [] })
        yield* tell.fail(9)
        assert.strictEqual((yield* status).level, "healthy")
      })
    )
  )

  it.effect("says what is the case, since when, why, and what to do", () =>
    watched((tell, { status }) =>
      Effect.gen(function* () {
        yield* tell.succeed(96)
        yield* TestClock.adjust("10 minutes")
        yield* tell.succeed(4)
        yield* TestClock.adjust("7 seconds")
        yield* tell.fail(1, broken)
        yield* tell.fail(5)
        const { level, reasons } = yield* status
        assert.strictEqual(level, "down")
        const [reason] = reasons
        assert.strictEqual(reason?.measure, "errorRate")
        assert.strictEqual(reason?.what, "60% of 10 calls failed in the last 1m; before it was 0% of 96.")
        assert.strictEqual(reason?.since, 607_001)
        assert.deepStrictEqual(
          [reason?.cause?.tag, reason?.cause?.count, reason?.cause?.requestId, reason?.cause?.hint],
          ["Overloaded", 5, "req_1", overloaded.hint]
        )
        assert.isString(overloaded.hint)
        assert.closeTo(reason?.cause?.share ?? 0, 5 / 6, 1e-9)
        assert.include(reason?.advice, "short of capacity")
      })
    )
  )

  it.effect("ignores what the requests themselves are to blame for, unless told otherwise", () =>
    Effect.gen(function* () {
      const levelOf = (options: HealthMonitor.Options) =>
        watched(
          (tell, { status }) =>
            Effect.zipRight(
              tell.fail(30, refused),
              Effect.map(status, ({ level }) => level)
            ),
          options
        )
      assert.strictEqual(yield* levelOf({}), "healthy")
      assert.strictEqual(yield* levelOf({ counts: () => true }), "down")
    })
  )

  it.effect("is degraded where attempts fail though calls succeed", () =>
    watched((tell, { status }) =>
      Effect.gen(function* () {
        yield* tell.succeed(12)
        yield* tell.failAttempts(8, broken)
        const { level, reasons } = yield* status
        assert.strictEqual(level, "degraded")
        assert.deepStrictEqual(
          reasons.map(({ measure }) => measure),
          ["attemptErrorRate"]
        )
        assert.strictEqual(reasons[0]?.what, "40% of 20 attempts failed in the last 1m.")
      })
    )
  )

  it.effect("is degraded where first tokens are late, and goes by the times of whole messages on request alone", () =>
    Effect.gen(function* () {
      const reasonsOf = (options: HealthMonitor.Options) =>
        watched(
          (tell, { status }) =>
            tell.succeed(20, 600).pipe(
              Effect.zipRight(tell.firstToken(18, 2)),
              Effect.zipRight(tell.firstToken(2, 40)),
              Effect.zipRight(status),
              Effect.map(({ reasons }) => reasons.map(({ level, measure }) => `${measure} ${level}`))
            ),
          options
        )
      assert.deepStrictEqual(yield* reasonsOf({}), ["timeToFirstToken degraded"])
      assert.deepStrictEqual(
        yield* reasonsOf({
          degraded: { timeToFirstToken: "41 seconds", latency: "1 minute" },
          down: { latency: "5 minutes" }
        }),
        ["latency down"]
      )
    })
  )

  it.effect("puts the worst reason first", () =>
    watched(
      (tell, { status }) =>
        Effect.gen(function* () {
          yield* tell.fail(10)
          yield* tell.firstToken(10, 100)
          const { reasons } = yield* status
          assert.deepStrictEqual(
            reasons.map(({ level }) => level),
            ["down", "degraded", "degraded"]
          )
        }),
      { down: { errorRate: Infinity, attemptErrorRate: Infinity, timeToFirstToken: "90 seconds" } }
    )
  )
})

describe("the alerts", () => {
  it.effect("come within five seconds, once, and clear after a calm", () =>
    watched((tell, _, alerts) =>
      Effect.gen(function* () {
        yield* tell.succeed(8)
        yield* tell.fail(2)
        yield* TestClock.adjust("5 seconds")
        assert.deepStrictEqual(changes(alerts), ["errorRate raised degraded"])
        yield* tell.fail(10)
        yield* TestClock.adjust("5 seconds")
        assert.deepStrictEqual(changes(alerts), [
          "errorRate raised degraded",
          "errorRate escalated down",
          "attemptErrorRate raised degraded"
        ])
        yield* TestClock.adjust("20 seconds")
        assert.lengthOf(alerts, 3)
        // the failures leave the window after a minute, then it has to be calm for 30 seconds
        yield* TestClock.adjust("59 seconds")
        assert.lengthOf(alerts, 3)
        yield* TestClock.adjust("6 seconds")
        assert.deepStrictEqual(changes(alerts).slice(3), [
          "errorRate cleared healthy",
          "attemptErrorRate cleared healthy"
        ])
        const cleared = alerts[3]
        assert.strictEqual(cleared?.since, alerts[0]?.since)
        assert.strictEqual(cleared?.previous, "down")
        assert.isUndefined(cleared?.cause)
        assert.strictEqual(cleared?.what, "No calls ended in the last 1m; before it was 60% of 20.")
      })
    )
  )

  it.effect("do not flutter while the rate swings about its threshold", () =>
    watched((tell, _, alerts) =>
      Effect.gen(function* () {
        for (let minute = 0; minute < 10; minute++) {
          yield* tell.succeed(20)
          yield* tell.fail(minute % 2 === 0 ? 3 : 2) // 13 % and 9 % of a minute
          yield* TestClock.adjust("1 minute")
        }
        assert.deepStrictEqual(changes(alerts), ["errorRate raised degraded"])
      })
    )
  )

  it.effect("tell that a circuit opened, with the error that opened it, and that it closed", () =>
    Effect.gen(function* () {
      const steps: ReadonlyArray<Step> = [reset(), reset(), ok("well")]
      const alerts = yield* Effect.gen(function* () {
        const { alerts } = yield* HealthMonitor.HealthMonitor
        const reader = yield* Effect.forkScoped(Stream.runCollect(Stream.take(alerts, 2)))
        yield* TestClock.adjust("1 millis")
        yield* Effect.either(Claude.create(request))
        yield* Effect.either(Claude.create(request))
        yield* TestClock.adjust("10 seconds")
        yield* Claude.create(request)
        return Chunk.toReadonlyArray(yield* reader)
      }).pipe(
        Effect.scoped,
        Effect.provide(
          client(script(...steps), {
            breaker: { consecutiveFailures: 2, openFor: "5 seconds" },
            retry: RetryPolicy.never
          })
        ),
        Effect.provide(HealthMonitor.layer()),
        Effect.provide(ClaudeEvent.layerHub)
      )
      assert.deepStrictEqual(changes(alerts), ["circuit raised degraded", "circuit cleared healthy"])
      assert.strictEqual(alerts[0]?.cause?.tag, "ConnectionReset")
      assert.include(alerts[0]?.what, "https://api.anthropic.com")
    })
  )

  it.effect("of calls that a breaker holds back name what opened it", () =>
    watched((tell, { status }) =>
      Effect.gen(function* () {
        yield* tell.fail(12, broken)
        yield* tell.fail(300, new ClaudeError.CircuitOpen({ ...context, phase: "queue" }))
        const { reasons } = yield* status
        assert.strictEqual(reasons[0]?.cause?.tag, "ConnectionReset")
      })
    )
  )
})

describe("the layer", () => {
  it.effect("watches the calls of a client, retries among them", () =>
    Effect.gen(function* () {
      const played = script(refusal(529, "overloaded_error", { "retry-after-ms": "1" }), ok("there"))
      const call = Effect.gen(function* () {
        yield* Claude.create(request)
        return yield* Effect.flatMap(HealthMonitor.HealthMonitor, ({ window }) => window("1 minute"))
      })
      const fiber = yield* Effect.fork(
        call.pipe(
          Effect.provide(Layer.merge(client(played), HealthMonitor.layer())),
          Effect.provide(ClaudeEvent.layerHub)
        )
      )
      yield* TestClock.adjust("30 seconds")
      const { attempts, calls, retries } = yield* fiber
      assert.deepStrictEqual(calls.errorRate, 0)
      assert.deepStrictEqual(attempts.errors, { Overloaded: 1 })
      assert.strictEqual(attempts.errorRate, 0.5)
      assert.strictEqual(retries, 1)
    })
  )
})
