import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Exit, Fiber, Random, Scope, TestClock } from "effect"
import * as Admission from "../../src/policy/Admission.js"
import { groupStatus } from "./admissionSupport.js"

const groups = ["a", "b", "c"]
/** A tenth of a second's worth is 100 requests, 100,000 input tokens and 50,000 output tokens. */
const rates = { requests: 60_000, inputTokens: 60_000_000, outputTokens: 30_000_000 }
const concurrency = 16

interface Caller {
  readonly fiber: Fiber.RuntimeFiber<Admission.Ticket, Admission.AdmissionRefused>
  readonly scope: Scope.CloseableScope
}

/** Numbers from 0 to below `end`, the same in every run. */
const makeDice = () => {
  let state = 20_261_122
  return (end: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * end)
  }
}

const dice = makeDice()

const pick = <A>(all: ReadonlyArray<A>): A => all[dice(all.length)] ?? assert.fail("nothing to pick from")

/** Counts those who hold a place, by themselves and not by what the admission says. */
class Held {
  now = 0
  most = 0
  readonly one = Effect.zipRight(
    Effect.sync(() => {
      this.now++
      this.most = Math.max(this.most, this.now)
    }),
    Effect.addFinalizer(() => Effect.sync(() => this.now--))
  )
}

const come = (admission: Admission.Admission, held: Held) =>
  Effect.gen(function* () {
    const scope = yield* Scope.make()
    const request = {
      group: pick(groups),
      inputTokens: dice(3000),
      outputTokens: dice(1000),
      priority: dice(3),
      maxWait: dice(50) === 0 ? Duration.millis(1 + dice(20)) : Duration.infinity,
      whenReady: dice(20) === 0 ? Effect.sleep(Duration.millis(dice(20))) : undefined
    }
    const acquire = Effect.uninterruptibleMask((restore) =>
      Effect.zipLeft(restore(admission.acquire(request)), held.one)
    )
    return { scope, fiber: yield* Effect.forkDaemon(Scope.extend(acquire, scope)) }
  })

/** Something that is told of a call on its way; nothing if it has no ticket. */
const tell = ({ fiber }: Caller): Effect.Effect<void> => {
  const exit = fiber.unsafePoll()
  if (exit === null || Exit.isFailure(exit)) return Effect.void
  const { accepted, refund, refused, sent, settle } = exit.value
  return pick([sent, refund, refused, accepted, settle({ inputTokens: dice(4000), outputTokens: dice(1500) })])
}

/** Ends a call wherever it is: interrupts it, or closes its scope, with or without a release by hand. */
const end = ({ fiber, scope }: Caller): Effect.Effect<void> => {
  const close = Scope.close(scope, Exit.void)
  const exit = fiber.unsafePoll()
  if (exit === null) {
    return Effect.zipRight(Fiber.interruptFork(fiber), Effect.forkDaemon(Effect.zipRight(Fiber.await(fiber), close)))
  }
  return Exit.isSuccess(exit) && dice(3) === 0 ? Effect.zipRight(close, exit.value.release) : close
}

const trouble = (admission: Admission.Admission) => {
  const group = pick(groups)
  return pick([
    admission.onRateLimited(group, Duration.millis(20), undefined),
    admission.onLimits(group, { requests: { limit: rates.requests, remaining: dice(100) } }),
    admission.onSpendLimit(group),
    admission.open(group)
  ])
}

describe("over 100,000 random operations with interruption", () => {
  it.effect(
    "no place, no queue entry and no token is lost, and the cap holds throughout",
    () =>
      Effect.gen(function* () {
        // a wait without a bound needs no entry in the clock of the test, which is slow to pass many
        const bounds = { maxQueued: 40, maxWait: Duration.infinity }
        const admission = yield* Admission.make({ concurrency, limits: rates, burst: "100 millis", ...bounds })
        const held = new Held()
        const callers: Array<Caller> = []
        let queued = 0
        for (let operation = 0; operation < 100_000; operation++) {
          const side = dice(100)
          const at = dice(callers.length)
          const caller = callers[at]
          if (side < 30 || caller === undefined) {
            callers.push(yield* come(admission, held))
          } else if (side < 65) {
            yield* tell(caller)
          } else if (side < 95) {
            callers.splice(at, 1)
            yield* end(caller)
          } else {
            yield* Effect.yieldNow()
          }
          if (operation % 2000 === 0) {
            const status = yield* admission.status
            assert.isAtMost(status.running, concurrency)
            assert.isAtMost(status.queued, 40)
            queued = Math.max(queued, status.queued)
            yield* trouble(admission)
            yield* TestClock.adjust(Duration.millis(pick([0, 1, 5, 50])))
            if (operation % 4000 === 0) yield* Effect.forEach(groups, admission.open)
          }
        }
        // what was to be put under strain was
        assert.strictEqual(held.most, concurrency)
        assert.isAbove(queued, 20)
        yield* Effect.forEach(callers, end)
        yield* TestClock.adjust("10 minutes")
        const status = yield* admission.status
        assert.deepInclude(status, { queued: 0, running: 0 })
        assert.strictEqual(held.now, 0)
        for (const group of groups) {
          const { available, gate } = yield* groupStatus(admission, group)
          assert.isUndefined(gate)
          assert.deepStrictEqual(available, { requests: 100, inputTokens: 100_000, outputTokens: 50_000 })
        }
      }).pipe(Effect.withRandom(Random.make("leaks"))),
    120_000
  )
})
