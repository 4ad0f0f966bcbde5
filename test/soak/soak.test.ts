/** A short soak, and a crowd. `npm run soak` goes on for as long as one likes. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { crowd } from "./crowd.js"
import { soak } from "./traffic.js"

describe("traffic over sockets that break", () => {
  it.live(
    "loses and doubles no character, and leaves no fiber, socket, descriptor or memory behind",
    () =>
      Effect.gen(function* () {
        const operations = 300
        const report = yield* soak({ concurrency: 24, seed: 1, goesOn: (begun) => begun < operations }, 60)
        const { done, struck, wrong } = report.tally
        assert.deepStrictEqual(wrong, [])
        assert.strictEqual(done.unary + done.stream + done.resumed + done.interrupted, operations)
        // the promise would be cheap if nothing were ever broken
        for (const fault of ["reset-in-body", "429"]) assert.isAbove(struck[fault] ?? 0, 0, fault)
        assert.isAbove((struck["stall"] ?? 0) + (struck["stall-before-headers"] ?? 0), 0)
        assert.isAbove(report.tally.continued, 0)
        assert.strictEqual(report.fibers, 0)
        assert.deepStrictEqual(report.kept, [])
      }),
    120_000
  )

  it.live(
    "2,000 streams that are open at once finish exact",
    () =>
      Effect.gen(function* () {
        const { connections, wrong } = yield* crowd(2000)
        assert.deepStrictEqual(wrong, [])
        // most of them on a socket of their own even when the last has begun
        assert.isAbove(connections, 500)
      }),
    120_000
  )
})
