/**
 * A storm: 200 callers at once, an API that takes fewer, a neighbour who uses up the limits, and an outage in which
 * every connection is reset and every request refused. On a terminal a table shows, as it happens, who waits, what the
 * gate and the breaker do, and what came out; elsewhere a line a second does.
 *
 * With `--full`: 50 requests a minute and an outage of a minute, which takes five minutes. Under `node --import tsx`
 * Ctrl-C lets the calls that run go on for five seconds.
 */
import { NodeRuntime } from "@effect/platform-node"
import { Admission, CircuitBreaker, Claude, ClaudeEvent, HealthMonitor, Resumable } from "effect-claude"
import { NodeClaude } from "effect-claude/node"
import { Fault, Simulator } from "effect-claude/simulator"
import { Array, Clock, Duration, Effect, Either, Layer, Redacted, Schedule } from "effect"
import * as assert from "node:assert/strict"

const callers = 200
const isFull = process.argv.includes("--full")

/** The times of the story, in seconds. */
const story = isFull
  ? { perMinute: 50, neighbour: 20, pause: 15, outage: 60, outageLasts: 60, openFor: 5, maxOpenFor: 20 }
  : { perMinute: 2400, neighbour: 1, pause: 1, outage: 6, outageLasts: 3.5, openFor: 0.5, maxOpenFor: 2 }

const Api = Simulator.layer({
  answerTokens: 40,
  tokenDelay: isFull ? "100 millis" : "20 millis",
  limits: { requests: story.perMinute }
})

const Policies = Layer.mergeAll(
  Admission.layer({ concurrency: 64, maxWait: "1 hour" }),
  CircuitBreaker.layer({ openFor: Duration.seconds(story.openFor), maxOpenFor: Duration.seconds(story.maxOpenFor) }),
  HealthMonitor.layer({
    // how long a first token takes is a matter of the queue here, not of the API
    degraded: { timeToFirstToken: Infinity },
    window: "10 seconds",
    minimumVolume: 5,
    holdFor: "2 seconds"
  })
)

const Client = Layer.unwrapEffect(
  Effect.map(Simulator.Simulator, ({ url }) =>
    NodeClaude.layerWith({ apiKey: Redacted.make("any"), baseUrl: url, pool: { proxy: false } })
  )
)

/** What happened so far. */
const tally = {
  phase: "calm",
  answered: 0,
  lost: 0,
  retries: 0,
  cut: 0,
  resumed: 0,
  failures: new Map<string, number>(),
  waited: [0]
}

const count = (event: ClaudeEvent.ClaudeEvent): void => {
  switch (event._tag) {
    case "Admitted":
      tally.waited.push(Duration.toMillis(event.waited))
      break
    case "AttemptFailed":
    case "StreamCut":
      tally.failures.set(event.error._tag, (tally.failures.get(event.error._tag) ?? 0) + 1)
      tally.cut += event._tag === "StreamCut" ? 1 : 0
      break
    case "RetryScheduled":
      tally.retries++
      break
    case "StreamResumed":
      tally.resumed++
  }
}

/** One asks for a whole message, the next for one that goes on after a cut. */
const caller = (n: number) => {
  const request = {
    model: "claude-haiku-5-5",
    max_tokens: 200,
    messages: [{ role: "user" as const, content: `I am caller ${n}. A word on storms?` }]
  }
  return (n % 2 === 0 ? Claude.create(request) : Resumable.create(request)).pipe(
    // what goes on after a cut waits like all others, so that no call tries again and again what is down
    Claude.withOptions({ priority: 1 }),
    Effect.either,
    Effect.tap((result) =>
      Effect.sync(() => {
        if (Either.isRight(result) && result.right.stop_reason === "end_turn") tally.answered++
        else tally.lost++
      })
    )
  )
}

/** What befalls the API. */
const weather = Effect.gen(function* () {
  const api = yield* Simulator.Simulator
  yield* Effect.sleep(Duration.seconds(story.neighbour))
  tally.phase = "a neighbour uses up the limits"
  yield* api.inject(Fault.rateLimited({ retryAfter: story.pause }))
  yield* Effect.sleep(Duration.seconds(story.outage - story.neighbour))
  tally.phase = "outage"
  yield* api.setFaults([Fault.withProbability(Fault.resetBeforeHeaders(), 0.5), Fault.always(Fault.overloaded())])
  yield* api.drop({ how: "reset" })
  yield* Effect.sleep(Duration.seconds(story.outageLasts))
  tally.phase = "calm again"
  yield* api.setFaults([])
})

const seconds = (millis: number): string => `${(millis / 1000).toFixed(1)} s`

const until = (time: number | undefined, now: number): string =>
  time === undefined ? "until it is told otherwise" : `for ${seconds(Math.max(0, time - now))}`

const breakerText = (state: CircuitBreaker.State | undefined, now: number): string => {
  switch (state?._tag) {
    case "Open":
      return `open ${until(state.until, now)}: nobody asks`
    case "HalfOpen":
      return "half open: one call tries"
    default:
      return `closed, ${state?.consecutive ?? 0} failures in a row`
  }
}

const gateText = (group: Admission.GroupStatus | undefined, now: number): string =>
  group?.gate === undefined ? "open" : `closed ${until(group.gate.until, now)}: ${group.gate.reason}`

const listed = (counts: ReadonlyMap<string, number>): string =>
  counts.size === 0
    ? "none"
    : Array.join(
        Array.map([...counts], ([name, n]) => `${n} × ${name}`),
        ", "
      )

/** The state of everything, as the rows of a table. */
const look = (start: number) =>
  Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    const { groups, queued, running } = yield* Effect.flatMap(
      Admission.CurrentAdmission,
      (admission) => admission?.status ?? Effect.dieMessage("no admission")
    )
    const breaker = yield* CircuitBreaker.CurrentCircuitBreaker
    const [key] = yield* breaker?.keys ?? Effect.succeed([])
    const state = breaker === undefined || key === undefined ? undefined : yield* breaker.state(key)
    const health = yield* HealthMonitor.status
    const [group] = groups
    const rate = group?.rates.requests
    const rows: ReadonlyArray<readonly [string, string]> = [
      ["weather", tally.phase],
      ["queue", `${queued} wait, ${running} run`],
      ["rate", rate === undefined ? "not known yet" : `${rate} requests a minute, as the API said`],
      ["gate", gateText(group, now)],
      ["breaker", breakerText(state, now)],
      ["health", [health.level, ...health.reasons.slice(0, 1).map(({ what }) => what)].join(": ")],
      ["failed", listed(tally.failures)],
      ["mended", `retries ${tally.retries}, cut answers that went on ${tally.resumed} of ${tally.cut}`],
      ["answered", `${tally.answered} of ${callers}, ${tally.lost} lost`]
    ]
    return { rows, elapsed: now - start }
  })

const bar = (part: number, width: number): string => "█".repeat(Math.round(part * width)).padEnd(width, "░")

/** Draws the table over the one before. */
const draw = ({ elapsed, rows }: Effect.Effect.Success<ReturnType<typeof look>>, isFirst: boolean): void => {
  const width = Math.max(40, process.stdout.columns)
  const lines = [
    `\u001b[1m${callers} callers, ${story.perMinute} requests a minute\u001b[0m  ${seconds(elapsed)}`,
    ...rows.map(([name, text]) => `\u001b[2m${name.padEnd(9)}\u001b[0m ${text}`.slice(0, width + 7)),
    bar(tally.answered / callers, Math.min(width - 1, 60))
  ]
  const home = isFirst ? "" : `\u001b[${lines.length}A`
  process.stdout.write(`${home}${lines.map((line) => `${line}\u001b[K\n`).join("")}`)
}

/** One line for a log. */
const tell = ({ elapsed, rows }: Effect.Effect.Success<ReturnType<typeof look>>): void => {
  const of = new Map(rows)
  const parts = ["weather", "queue", "gate", "breaker", "health", "answered"].map((name) => `${name} ${of.get(name)}`)
  process.stdout.write(`${seconds(elapsed).padStart(7)}  ${parts.join(" | ")}\n`)
}

const show = Effect.gen(function* () {
  const start = yield* Clock.currentTimeMillis
  const isTerminal = process.stdout.isTTY === true
  let isFirst = true
  const once = Effect.map(look(start), (seen) => {
    if (isTerminal) draw(seen, isFirst)
    else tell(seen)
    isFirst = false
  })
  const every = isTerminal ? "200 millis" : isFull ? "10 seconds" : "1 second"
  return { once, live: Effect.repeat(once, Schedule.spaced(every)) }
})

/** The caller that a request is for. */
const callerOf = (body: unknown): string => /I am caller \d+/.exec(JSON.stringify(body) ?? "")?.[0] ?? "nobody"

const program = Effect.gen(function* () {
  yield* ClaudeEvent.listen(count)
  const { live, once } = yield* show
  yield* Effect.forkScoped(weather)
  yield* Effect.raceFirst(
    Effect.forEach(Array.range(1, callers), caller, { concurrency: "unbounded", discard: true }),
    live
  )
  yield* once

  const log = yield* Effect.flatMap(Simulator.Simulator, (api) => api.log)
  const refused = log.filter(({ status }) => status === 429 || status === 529)
  const byCaller = Array.groupBy(refused, ({ body }) => callerOf(body))
  const most = Math.max(0, ...Object.values(byCaller).map((entries) => entries.length))
  const longest = Math.max(...tally.waited)
  process.stdout.write(`\n${log.length} requests for ${callers} calls; the API refused ${refused.length} of them, `)
  process.stdout.write(`of no caller more than ${most}; the longest wait was ${seconds(longest)}\n`)

  assert.equal(tally.answered, callers, "a call was lost")
  assert.ok(refused.length > 0, "there was no storm")
  assert.ok(most <= 1, "the API refused the same call twice")
}).pipe(Effect.scoped)

program.pipe(
  Effect.provide(Client),
  Effect.provide(Layer.merge(Api, Policies)),
  Claude.drainOnInterrupt("5 seconds"),
  NodeRuntime.runMain
)
