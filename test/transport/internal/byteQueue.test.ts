import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, FastCheck, Fiber } from "effect"
import { ByteQueue } from "../../../src/transport/internal/byteQueue.js"
import { TransportFault } from "../../../src/transport/TransportFault.js"

const fault = new TransportFault({ reason: "Reset", phase: "body", bytesReceived: 0 })

const readAll = Effect.fnUntraced(function* (queue: ByteQueue) {
  const bytes: Array<number> = []
  while (true) {
    const next = yield* Effect.exit(queue.read)
    if (Exit.isFailure(next) || next.value === undefined) {
      return { bytes, ending: next }
    }
    assert.isAbove(next.value.length, 0)
    bytes.push(...next.value)
  }
})

describe("ByteQueue", () => {
  it.effect("is ready while it holds bytes, and once it has ended", () =>
    Effect.gen(function* () {
      const queue = new ByteQueue(10, () => {})
      assert.isFalse(queue.isReady())
      queue.offer(new Uint8Array([1]))
      assert.isTrue(queue.isReady())
      yield* queue.read
      assert.isFalse(queue.isReady())
      queue.fail(fault)
      assert.isTrue(queue.isReady())
    })
  )

  it.effect.prop(
    "hands on every byte once, in order, and its ending after them, whoever is faster",
    [
      FastCheck.array(FastCheck.oneof(FastCheck.uint8Array({ maxLength: 9 }), FastCheck.constant("turn" as const))),
      FastCheck.boolean(),
      FastCheck.integer({ min: 1, max: 20 })
    ],
    ([steps, clean, highWaterMark]) =>
      Effect.gen(function* () {
        let drained = 0
        const queue = new ByteQueue(highWaterMark, () => {
          drained += 1
        })
        const reader = yield* Effect.fork(readAll(queue))
        const sent: Array<number> = []
        let full = 0
        let more = true
        for (const step of steps) {
          if (step === "turn") {
            yield* Effect.yieldNow()
            more = true
          } else {
            sent.push(...step)
            const before = more
            more = queue.offer(step)
            full += before && !more ? 1 : 0
          }
        }
        if (clean) {
          queue.end()
        } else {
          queue.fail(fault)
        }
        queue.offer(new Uint8Array([1]))
        const { bytes, ending } = yield* Fiber.join(reader)
        assert.deepStrictEqual(bytes, sent)
        assert.strictEqual(queue.received, sent.length)
        assert.deepStrictEqual(ending, clean ? Exit.succeed(undefined) : Exit.fail(fault))
        assert.isAtMost(drained, full)
      })
  )

  it.effect("asks the writer to wait when it is full, and calls back when it was emptied", () =>
    Effect.gen(function* () {
      let drained = 0
      const queue = new ByteQueue(4, () => {
        drained += 1
      })
      assert.isTrue(queue.offer(new Uint8Array(3)))
      assert.isFalse(queue.offer(new Uint8Array(1)))
      assert.isFalse(queue.offer(new Uint8Array(1)))
      assert.strictEqual((yield* queue.read)?.length, 5)
      assert.strictEqual(drained, 1)
      assert.isTrue(queue.offer(new Uint8Array(1)))
    })
  )

  it.effect("has one reader at a time, and tells the second", () =>
    Effect.gen(function* () {
      const queue = new ByteQueue(4, () => {})
      const first = yield* Effect.fork(queue.read)
      yield* Effect.yieldNow()
      assert.isTrue(Exit.isFailure(yield* Effect.exit(queue.read)))
      queue.offer(new Uint8Array([7]))
      assert.deepStrictEqual(yield* Fiber.join(first), new Uint8Array([7]))
    })
  )

  it.effect("aborts before the bytes that wait", () =>
    Effect.gen(function* () {
      const queue = new ByteQueue(4, () => {})
      queue.offer(new Uint8Array(3))
      queue.abort(fault)
      assert.strictEqual(yield* Effect.flip(queue.read), fault)
    })
  )
})
