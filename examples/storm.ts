/**
 * 200 callers at once, a rate limit far below them, and an outage in the middle: all are answered, and the API is not
 * asked what it would refuse twice.
 *
 * A table shows what happens: the queue, the gate and the breaker of this program, and the health that it sees. In a
 * hurry by default; with `--full` the limit is 50 requests a minute and the outage a minute long, which takes some six
 * minutes.
 */
import { NodeRuntime } from "@effect/platform-node"
import { Admission, CircuitBreaker, Claude, ClaudeEvent, HealthMonitor } from "effect-claude"
import { NodeClaude } from "effect-claude/node"
import { Fault, Simulator } from "effect-claude/simulator"
import { Clock, Console, Duration, Effect, Either, Layer, Redacted, Schedule } from "effect"
import * as assert from "node:assert/strict"

const isFull = process.argv.includes("--full")

const callers = 200
const pace = isFull
  ? { requests: 50, outageAt: "30 seconds", outage: "60 seconds", every: "5 seconds", openFor: "5 seconds" } as const
  : { requests: 900, outageAt: "3 seconds", outage: "6 seconds", every: "1 second", openFor: "1 second" } as const

const Simulated = Layer.unwrapEffect(Effect.map(Simulator.Simulator, ({ url }) =>
  NodeClaude.layerWith({ apiKey: Redacted.make("any"), baseUrl: url, pool: { proxy: false } })
)).pipe(Layer.provideMerge(Simulator.layer({ limits: { requests: pace.requests }, answerTokens: 20, tokenDelay: 0 })))

/** What was counted, for the table and for the end. */
const counted = { answered: 0, refusedByCall: new Map<number, number>(), overloaded: 0, sent: 0 }

const count = ClaudeEvent.listen((event) => {
  if (event._tag === "HeadersReceived") counted.sent++
  if (event._tag === "CallFinished" && event.outcome === "success") counted.answered++
  if (event._tag !== "AttemptFailed") return
  if (event.error._tag === "Overloaded") counted.overloaded++
  if (event.error._tag === "RateLimited") {
    counted.refusedByCall.set(event.call, (counted.refusedByCall.get(event.call) ?? 0) + 1)
  }
})

const columns = ["time", "answered", "running", "queued", "gate", "breaker", "health", "sent", "429", "529"]

const print = (cells: ReadonlyArray<string | number>) =>
  Console.log(cells.map((cell) => String(cell).padStart(9)).join(" "))

const table = Effect.gen(function*() {
  const start = yield* Clock.currentTimeMillis
  const admission = yield* Admission.CurrentAdmission
  const breaker = yield* CircuitBreaker.CurrentCircuitBreaker
  const row = Effect.gen(function*() {
    const time = Duration.millis(Math.round(((yield* Clock.currentTimeMillis) - start) / 1000) * 1000)
    const status = admission === undefined ? undefined : yield* admission.status
    const circuits = breaker === undefined ? [] : yield* Effect.flatMap(breaker.keys, Effect.forEach(breaker.state))
    const health = yield* HealthMonitor.status
    const refused = [...counted.refusedByCall.values()].reduce((sum, times) => sum + times, 0)
    yield* print([
      Duration.format(time),
      counted.answered,
      status?.running ?? 0,
      status?.queued ?? 0,
      status?.groups.some(({ gate }) => gate !== undefined) === true ? "closed" : "open",
      circuits[0]?._tag ?? "Closed",
      health.level,
      counted.sent,
      refused,
      counted.overloaded
    ])
  })
  yield* print(columns)
  yield* Effect.repeat(row, Schedule.fixed(pace.every))
})

const outage = Effect.gen(function*() {
  const { setFaults } = yield* Simulator.Simulator
  yield* Effect.sleep(pace.outageAt)
  yield* setFaults([Fault.always(Fault.overloaded())])
  yield* Effect.sleep(pace.outage)
  yield* setFaults([])
})

const call = (n: number) =>
  Claude.create({
    model: "claude-opus-5-5",
    max_tokens: 64,
    messages: [{ role: "user", content: `Question ${n}` }]
  })

const program = Effect.gen(function*() {
  yield* count
  yield* Effect.forkScoped(table)
  yield* Effect.forkScoped(outage)
  const results = yield* Effect.forEach(
    Array.from({ length: callers }, (_, n) => n),
    (n) => Effect.either(call(n)),
    { concurrency: "unbounded" }
  )
  const lost = results.flatMap((result) => Either.isLeft(result) ? [result.left] : [])
  const refusedTwice = [...counted.refusedByCall.values()].filter((times) => times > 1).length
  yield* Console.log(`\n${callers - lost.length} of ${callers} answered in ${counted.sent} requests, ` +
    `${counted.overloaded} of them in the outage; refused twice: ${refusedTwice}`)
  assert.deepEqual(lost.map((error) => error.message), [])
  assert.equal(refusedTwice, 0)
  assert.ok(counted.overloaded > 0, "there was no outage")
  assert.ok(counted.sent < 1.2 * callers, "retries made the storm worse")
}).pipe(Effect.scoped)

const Policies = Layer.mergeAll(
  // the queue is long, so its callers have to have patience
  Layer.effect(Admission.CurrentAdmission, Admission.make({ maxWait: "30 minutes" })),
  CircuitBreaker.layer({ openFor: pace.openFor }),
  HealthMonitor.layer()
)

NodeRuntime.runMain(program.pipe(Effect.provide(Simulated), Effect.provide(Policies)))
