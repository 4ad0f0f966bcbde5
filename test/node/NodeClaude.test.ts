import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Effect, Layer, Redacted, Stream } from "effect"
import { Admission, Claude, MessageStream, RetryBudget } from "effect-claude"
import { readFileSync } from "node:fs"
import { NodeClaude } from "../../src/node/index.js"
import { Fault, Simulator } from "../../src/simulator/index.js"
import { fastClock } from "../support/fastClock.js"
import { request } from "../support/fixtures.js"

const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8")

/** The first block of code in TypeScript. */
const firstProgram = readme.split("```ts\n")[1]?.split("```")[0] ?? ""

/** What the first program of the README does, but for its output. */
const program = Effect.zipRight(Claude.create(request), Stream.runDrain(MessageStream.text(Claude.stream(request))))

const callers = 200

/** How many requests come of so many callers at once, while everything fails: hours, as far as they can see. */
const sendsOf = (fault: Fault.Fault, layer: typeof NodeClaude.layer, callers: number): Effect.Effect<number> =>
  Effect.gen(function* () {
    const simulator = yield* Simulator.make({ faults: [Fault.always(fault)] })
    const environment = { ANTHROPIC_API_KEY: "any", ANTHROPIC_BASE_URL: simulator.url, NO_PROXY: "*" }
    const failures = yield* Effect.forEach(Array.from({ length: callers }), () => Effect.flip(program), {
      concurrency: "unbounded"
    }).pipe(
      Effect.provide(layer),
      Effect.withConfigProvider(ConfigProvider.fromMap(new Map(Object.entries(environment)))),
      Effect.withClock(fastClock(20))
    )
    assert.lengthOf(failures, callers)
    return (yield* simulator.log).length
  }).pipe(Effect.scoped, Effect.orDie)

describe("the first program of the README, run by 200 callers while everything fails", () => {
  it("is over NodeClaude.layer, as it comes", () => {
    assert.include(firstProgram, "Claude.create(request)")
    assert.include(firstProgram, "Effect.provide(NodeClaude.layer)")
  })

  const faults: ReadonlyArray<readonly [string, Fault.Fault]> = [
    ["connections that are reset", Fault.resetBeforeHeaders()],
    ["overload", Fault.overloaded()],
    ["rate limits", Fault.rateLimited({ retryAfter: 1 })]
  ]
  it.live.each(faults)(
    "sends under 1.2 times what it calls: %s",
    ([, fault]) =>
      Effect.gen(function* () {
        const sends = yield* sendsOf(fault, NodeClaude.layer, callers)
        assert.isBelow(sends, 1.2 * callers)
        assert.isAbove(sends, 0)
      }),
    60_000
  )

  it.live(
    "sends several times as much where budget and admission are switched off",
    () =>
      Effect.gen(function* () {
        // half a second of a busy machine is ten by this clock
        const timeouts = { connect: "1 hour", pool: "1 hour" } as const
        const bare = NodeClaude.layerWith({ admission: false, budget: false, timeouts })
        assert.isAbove(yield* sendsOf(Fault.overloaded(), bare, 50), 3 * 50)
      }),
    60_000
  )
})

describe("the pool of a NodeClaude", () => {
  const sizeOf = (options: NodeClaude.Options, context: Layer.Layer<never> = Layer.empty) =>
    Effect.map(NodeClaude.Pool, ({ poolSize }) => poolSize).pipe(
      Effect.provide(NodeClaude.layerWithPool({ apiKey: Redacted.make("any"), ...options })),
      Effect.provide(context)
    )

  it.effect("is as large as the cap of its admission, unless it is told otherwise", () =>
    Effect.gen(function* () {
      const seven = Admission.layer({ concurrency: 7 })
      assert.strictEqual(yield* sizeOf({}), 256)
      assert.strictEqual(yield* sizeOf({ admission: { concurrency: 3 } }), 3)
      assert.strictEqual(yield* sizeOf({}, seven), 7)
      assert.strictEqual(yield* sizeOf({ admission: { concurrency: 3 } }, seven), 3)
      assert.strictEqual(yield* sizeOf({ admission: false }, seven), 256)
      assert.strictEqual(yield* sizeOf({ admission: { concurrency: 3 }, pool: { connections: 9 } }, seven), 9)
    })
  )
})

describe("the policies of a NodeClaude", () => {
  it.scopedLive("are those of the context that it is built in, where that has some", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator.make({ faults: [Fault.always(Fault.overloaded())] })
      const admission = yield* Admission.make()
      const budget = yield* RetryBudget.make({ capacity: 0 })
      const Live = NodeClaude.layerWith({
        apiKey: Redacted.make("any"),
        baseUrl: simulator.url,
        pool: { proxy: false }
      }).pipe(
        Layer.provide(Layer.succeed(Admission.CurrentAdmission, admission)),
        Layer.provide(Layer.succeed(RetryBudget.CurrentRetryBudget, budget))
      )
      yield* Effect.flip(Effect.provide(Claude.create(request), Live))
      // the budget of the context allows no retry, and its queue knows the group
      assert.lengthOf(yield* simulator.log, 1)
      assert.deepStrictEqual(
        (yield* admission.status).groups.map(({ group }) => group),
        ["opus-5-5"]
      )
    })
  )
})
