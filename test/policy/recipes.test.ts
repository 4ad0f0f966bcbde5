import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Fiber, Layer, Logger, Random, type Schedule, TestClock } from "effect"
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { afterAll } from "vitest"
import * as Claude from "../../src/Claude.js"
import type { ClaudeError } from "../../src/ClaudeError.js"
import type * as RetryPolicy from "../../src/policy/RetryPolicy.js"
import { request, secret } from "../support/fixtures.js"
import { refusal, reset as broken, script, type Step } from "../support/scriptedTransport.js"
import { everyError, overloaded, rateLimited, reset } from "./support.js"

const page = readFileSync(new URL("../../docs/policies.md", import.meta.url), "utf8")
const section = page.split("## Ten retry policies")[1]?.split("\n## ")[0] ?? ""
const blocks = [...section.matchAll(/```ts\n([^]*?)```/g)].map(([, code = ""]) => code)

/** The blocks of the page as modules. */
const folder = fileURLToPath(new URL(`../../node_modules/.cache/recipes-${process.pid}`, import.meta.url))

afterAll(() => rmSync(folder, { recursive: true, force: true }))

type Plain = Schedule.Schedule<unknown, ClaudeError>

type Ask = Effect.Effect<unknown, ClaudeError, Claude.Claude>
type Change = (ask: Ask) => Ask

/** What the page exports; the gate for snippets holds the types of each. */
interface Exports {
  readonly three: RetryPolicy.RetryPolicy
  readonly once: Change
  readonly patientForTwentySeconds: Change
  readonly overAfterThirty: Change
  readonly atMostOnce: Change
  readonly capped: Plain
  readonly full: Plain
  readonly equal: Plain
  readonly narrow: Plain
  readonly gentle: Plain
  readonly notOverload: RetryPolicy.RetryPolicy
  readonly quickThenSlow: Plain
  readonly untilThere: RetryPolicy.RetryPolicy
  readonly allNight: RetryPolicy.RetryPolicy
}

const exported = async (): Promise<Exports> => {
  mkdirSync(folder, { recursive: true })
  const modules = blocks.map(async (code, index): Promise<object> => {
    const file = `${folder}/${index}.ts`
    writeFileSync(file, code)
    return import(/* @vite-ignore */ file)
  })
  return Object.assign({}, ...(await Promise.all(modules)))
}

const recipes = await exported()

/** When the retries of a call that always fails begin, in milliseconds after its start; 20 at most. */
const retries = (schedule: Schedule.Schedule<unknown, ClaudeError>, error: ClaudeError = reset) =>
  Effect.gen(function* () {
    const start = yield* TestClock.currentTimeMillis
    const times: Array<number> = []
    const attempt = Effect.flatMap(TestClock.currentTimeMillis, (now) => {
      times.push(now - start)
      return times.length > 20 ? Effect.void : Effect.fail(error)
    })
    yield* Effect.fork(Effect.retry(attempt, schedule))
    yield* TestClock.adjust("10 hours")
    return times.slice(1)
  })

const fixed = (random: number) => Effect.withRandom(Random.fixed([random]))

describe("the schedules of the page on policies", () => {
  it("are ten", () => {
    assert.lengthOf(blocks, 10)
    assert.lengthOf([...section.matchAll(/^\*\*\d+\. /gm)], 10)
  })

  it.effect("more or fewer attempts: three in all", () =>
    Effect.gen(function* () {
      assert.lengthOf(yield* retries(recipes.three.schedule), 2)
    })
  )

  /** How many attempts a call makes to which nothing else is answered, what it fails with, and when. */
  const fate = (change: Change, step: Step) =>
    Effect.gen(function* () {
      const played = script(...Array.from({ length: 5 }, () => step))
      const client = Claude.layerTransport({ apiKey: secret }).pipe(Layer.provide(played.layer))
      const fiber = yield* Effect.fork(Effect.flip(Effect.provide(change(Claude.create(request)), client)))
      yield* TestClock.adjust("1 hour")
      const { _tag, elapsed } = yield* Fiber.join(fiber)
      return [played.received.length, _tag, Duration.toSeconds(elapsed)]
    })

  it.effect("none", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* fate(recipes.once, broken()), [1, "ConnectionReset", 0])
    })
  )

  it.effect("no longer than the caller waits", () =>
    Effect.gen(function* () {
      const limited = refusal(429, "rate_limit_error", { "retry-after": "15" })
      assert.deepStrictEqual(yield* fixed(0)(fate(recipes.patientForTwentySeconds, limited)), [2, "RateLimited", 15])
      const slow = { ...refusal(529, "overloaded_error"), after: "20 seconds" } as const
      assert.deepStrictEqual(yield* fixed(0)(fate(recipes.overAfterThirty, slow)), [2, "TimedOut", 30])
    })
  )

  it.effect("never twice", () =>
    Effect.gen(function* () {
      const [sent] = yield* fate(recipes.atMostOnce, broken({ requestSent: true }))
      const [unsent] = yield* fate(recipes.atMostOnce, broken({ requestSent: false }))
      assert.deepStrictEqual([sent, unsent], [1, 5])
    })
  )

  it.effect("your own backoff: doubles to a cap, six retries", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* retries(recipes.capped), [200, 600, 1400, 3000, 6200, 12_600])
    })
  )

  it.effect("other jitter: full, equal and narrow", () =>
    Effect.gen(function* () {
      const firstRange = (schedule: Plain) =>
        Effect.all([fixed(0)(retries(schedule)), fixed(1)(retries(schedule))]).pipe(
          Effect.map((both) => both.map(([first]) => first))
        )
      assert.deepStrictEqual(yield* firstRange(recipes.full), [0, 500])
      assert.deepStrictEqual(yield* firstRange(recipes.equal), [250, 500])
      assert.deepStrictEqual(yield* firstRange(recipes.narrow), [400, 600])
    })
  )

  it.effect("by the error: three times as long when the API is overloaded, or not at all", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* retries(recipes.gentle), [1000, 3000, 7000, 15_000])
      assert.deepStrictEqual(yield* retries(recipes.gentle, overloaded), [3000, 9000, 21_000, 45_000])
      assert.isFalse(recipes.notOverload.retryable(overloaded))
      assert.isTrue(recipes.notOverload.retryable(reset))
    })
  )

  it.effect("quick first, then slow", () =>
    Effect.gen(function* () {
      const times = yield* retries(recipes.quickThenSlow)
      assert.deepStrictEqual(times.slice(0, 5), [200, 400, 15_400, 30_400, 45_400])
    })
  )

  it.effect("errors that are final otherwise: every two seconds for a minute", () =>
    Effect.gen(function* () {
      const { retryable, schedule } = recipes.untilThere
      assert.isTrue(retryable(everyError.NotFound))
      assert.isTrue(retryable(rateLimited()))
      assert.isFalse(retryable(everyError.PermissionDenied))
      assert.deepStrictEqual((yield* retries(schedule)).slice(0, 2), [2000, 4000])
    })
  )

  it.effect("all night: a minute apart at last, each retry told", () =>
    Effect.gen(function* () {
      const told: Array<unknown> = []
      const logger = Logger.make(({ message }) => void told.push(message))
      const times = yield* fixed(0.5)(retries(recipes.allNight.schedule)).pipe(
        Effect.provide(Logger.replace(Logger.defaultLogger, logger))
      )
      assert.deepStrictEqual(
        times.slice(0, 8),
        [1, 3, 7, 15, 31, 63, 123, 183].map((seconds) => seconds * 1000)
      )
      assert.lengthOf(told, 20)
      assert.deepStrictEqual(recipes.allNight.maxRetryAfter, Duration.hours(1))
    })
  )
})
