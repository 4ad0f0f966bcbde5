import { assert, describe, it } from "@effect/vitest"
import { FastCheck as fc } from "effect"
import { Histogram } from "../../../src/observe/internal/histogram.js"
import { Rolling, type Totals } from "../../../src/observe/internal/rolling.js"

const nearestRank = (values: ReadonlyArray<number>, part: number): number => {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.max(1, Math.ceil(part * sorted.length)) - 1] ?? 0
}

const millis = fc.oneof(fc.double({ min: 0, max: 100, noNaN: true }), fc.integer({ min: 0, max: 86_400_000 }))

const isNear = (estimate: number, exact: number): boolean => Math.abs(estimate - exact) <= Math.max(1, exact * 0.025)

describe("a histogram of durations", () => {
  const parts = [0.01, 0.5, 0.9, 0.95, 0.99, 1]

  it("tells percentiles as sorting all values would, within 2.5 percent or a millisecond", () => {
    fc.assert(
      fc.property(fc.array(millis, { minLength: 1, maxLength: 300 }), (values) => {
        const histogram = new Histogram()
        values.forEach((value) => histogram.add(value))
        histogram.percentiles(parts).forEach((estimate, index) => {
          const exact = nearestRank(values, parts[index] ?? 0)
          assert.isTrue(isNear(estimate, exact), `${estimate} for ${exact}`)
        })
        assert.strictEqual(histogram.max, Math.max(...values))
      })
    )
  })

  it("that was merged is that of all values", () => {
    fc.assert(
      fc.property(fc.array(millis), fc.array(millis), (some, others) => {
        const whole = new Histogram()
        const left = new Histogram()
        const right = new Histogram()
        ;[...some, ...others].forEach((value) => whole.add(value))
        some.forEach((value) => left.add(value))
        others.forEach((value) => right.add(value))
        left.merge(right)
        assert.deepStrictEqual(left.percentiles(parts), whole.percentiles(parts))
        assert.deepStrictEqual([left.count, left.max], [whole.count, whole.max])
      })
    )
  })

  it("stays small, whatever is added", () => {
    const histogram = new Histogram()
    for (let value = 0.01; value < 1e12; value *= 1.001) histogram.add(value)
    assert.isAbove(histogram.count, 30_000)
    // the buckets are private, so they are counted by the distinct values that percentiles can take
    const values = new Set(histogram.percentiles(Array.from({ length: 10_000 }, (_, index) => index / 10_000)))
    assert.isBelow(values.size, 400)
  })
})

describe("a rolling window", () => {
  const slot = 5
  const length = 90

  type Happening =
    | { readonly type: "succeeded"; readonly after: number; readonly latency: number; readonly tokens: number }
    | { readonly type: "failed"; readonly after: number; readonly tag: string; readonly counts: boolean }
    | { readonly type: "look"; readonly after: number; readonly length: number; readonly but: number }

  const after = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 200 }))
  const happening: fc.Arbitrary<Happening> = fc.oneof(
    fc.record({ type: fc.constant("succeeded" as const), after, latency: millis, tokens: fc.nat(1000) }),
    fc.record({
      type: fc.constant("failed" as const),
      after,
      tag: fc.constantFrom("Overloaded", "RateLimited", "ConnectionReset"),
      counts: fc.boolean()
    }),
    fc.record({ type: fc.constant("look" as const), after, length: fc.integer({ min: 1, max: 120 }), but: fc.nat(60) })
  )

  const seen = (totals: Totals) => ({
    succeeded: totals.succeeded,
    tokens: totals.outputTokens,
    latencies: totals.latency.count,
    errors: Object.fromEntries([...totals.callErrors].filter(([, { all }]) => all > 0).sort()),
    firstFailureAt: totals.firstFailureAt
  })

  it("says what a list of all that happened says, to the slot", () => {
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 200 }), (happenings) => {
        const rolling = new Rolling(slot, length)
        const all: Array<{ readonly at: number; readonly what: Happening }> = []
        let now = 1_000_000
        for (const what of happenings) {
          now += what.after
          if (what.type === "look") {
            const current = Math.floor(now / slot)
            const first = current - Math.min(Math.ceil(what.length / slot), length / slot) + 1
            const last = current - Math.ceil(what.but / slot)
            const within = all.filter(({ at }) => Math.floor(at / slot) >= first && Math.floor(at / slot) <= last)
            assert.deepStrictEqual(seen(rolling.sum(now, what.length, what.but)), naive(within))
            continue
          }
          all.push({ at: now, what })
          const totals = rolling.at(now)
          if (what.type === "failed") totals.callFailed(what.tag, what.counts, now)
          else {
            totals.succeeded++
            totals.outputTokens += what.tokens
            totals.latency.add(what.latency)
          }
        }
      })
    )
  })

  const naive = (within: ReadonlyArray<{ readonly at: number; readonly what: Happening }>) => {
    const succeeded = within.flatMap(({ what }) => (what.type === "succeeded" ? [what] : []))
    const failed = within.flatMap(({ at, what }) => (what.type === "failed" ? [{ ...what, at }] : []))
    const tags = [...new Set(failed.map(({ tag }) => tag))].sort()
    return {
      succeeded: succeeded.length,
      tokens: succeeded.reduce((sum, { tokens }) => sum + tokens, 0),
      latencies: succeeded.length,
      errors: Object.fromEntries(
        tags.map((tag) => {
          const same = failed.filter((failure) => failure.tag === tag)
          return [tag, { all: same.length, counted: same.filter(({ counts }) => counts).length }]
        })
      ),
      firstFailureAt: failed.find(({ counts }) => counts)?.at
    }
  }

  it("keeps its newest slot when the clock is set back", () => {
    const rolling = new Rolling(slot, length)
    rolling.at(1000).succeeded++
    rolling.at(400).succeeded++
    assert.strictEqual(rolling.sum(400, length).succeeded, 2)
  })
})
