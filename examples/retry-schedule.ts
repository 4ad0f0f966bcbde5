/**
 * A Schedule of one's own as the retry policy: stateful, watched by `tapInput`, ended by elapsed time.
 *
 * Its input is the error. The client asks it only about errors that can be retried, starts each call with its initial
 * state, and waits no less than the API's `retry-after`.
 */
import { NodeRuntime } from "@effect/platform-node"
import { Claude, type ClaudeError } from "effect-claude"
import { NodeClaude } from "effect-claude/node"
import { Fault, Simulator } from "effect-claude/simulator"
import { Console, Duration, Effect, Layer, Redacted, Schedule, ScheduleDecision, ScheduleInterval } from "effect"
import * as assert from "node:assert/strict"

/** After `Overloaded` waits longer each time and gives up at the third; after all else tries again soon. */
const patience: Schedule.Schedule<number, ClaudeError.ClaudeError> = Schedule.makeWithState(
  0,
  (now, error, overloads) => {
    const count = error._tag === "Overloaded" ? overloads + 1 : overloads
    const next = ScheduleInterval.after(now + (error._tag === "Overloaded" ? 50 * 2 ** count : 10))
    const decision = count < 3 ? ScheduleDecision.continueWith(next) : ScheduleDecision.done
    return Effect.succeed([count, count, decision] as const)
  }
)

const seen: Array<string> = []

// upTo looks at the time that has gone by when it is asked; Claude.withDeadline would also end what still runs
const retry = patience.pipe(
  Schedule.tapInput((error: ClaudeError.ClaudeError) => Effect.sync(() => seen.push(error._tag))),
  Schedule.upTo("20 seconds")
)

const Simulated = Layer.unwrapEffect(
  Effect.map(Simulator.Simulator, ({ url }) =>
    NodeClaude.layerWith({ apiKey: Redacted.make("any"), baseUrl: url, retry, pool: { proxy: false } })
  )
).pipe(Layer.provideMerge(Simulator.layer()))

const hello = Claude.create({
  model: "claude-opus-5-5",
  max_tokens: 64,
  messages: [{ role: "user", content: "Hello" }]
})

const ask = hello.pipe(
  Effect.as("answered"),
  Effect.catchAll((error) => Effect.succeed(error._tag))
)

const program = Effect.gen(function* () {
  const simulator = yield* Simulator.Simulator

  yield* simulator.setFaults([Fault.overloaded(), Fault.serverError(), Fault.overloaded()])
  assert.equal(yield* ask, "answered")
  yield* Console.log(`answered after ${seen.join(", ")}`)
  assert.deepEqual(seen.splice(0), ["Overloaded", "ServerError", "Overloaded"])

  // the count began anew with the call
  yield* simulator.setFaults([Fault.times(Fault.overloaded(), 5)])
  assert.equal(yield* ask, "Overloaded")
  yield* Console.log(`gave up after ${seen.length} overloads`)
  assert.equal(seen.length, 3)

  // an outage without end, which only the time that has gone by can end; a call may have a Schedule of its own
  yield* simulator.setFaults([Fault.always(Fault.serverError())])
  const brief = Schedule.upTo(patience, "300 millis")
  const error = yield* Effect.flip(Claude.withOptions(hello, { retry: brief }))
  const elapsed = Duration.toMillis(error.elapsed)
  yield* Console.log(`gave up after ${error.attempt} attempts in ${Math.round(elapsed)} ms`)
  assert.equal(error._tag, "ServerError")
  assert.ok(error.attempt > 2)
  assert.ok(elapsed >= 300)
})

NodeRuntime.runMain(program.pipe(Effect.provide(Simulated)))
