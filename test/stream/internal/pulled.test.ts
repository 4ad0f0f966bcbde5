import { assert, describe, it } from "@effect/vitest"
import { Cause, Context, Deferred, Effect, Exit, Fiber, Ref, Scope, Stream, Tracer } from "effect"
import * as Pulled from "../../../src/stream/internal/pulled.js"
import * as MessageStream from "../../../src/stream/MessageStream.js"
import * as Fixture from "../fixtures.js"
import { collect, decode } from "../streamSupport.js"

type Log = Array<string>

/** Gives each batch, then ends; the log says when it was opened and how it was closed. */
const pulled = <A, E = never>(
  batches: ReadonlyArray<ReadonlyArray<A>>,
  log: Log,
  last: Pulled.Pull<A, E> = Effect.succeed(undefined)
): Stream.Stream<A, E> =>
  Pulled.fromPull<A, E, never>((scope) =>
    Effect.gen(function* () {
      log.push("opened")
      yield* Scope.addFinalizerExit(scope, (exit) => Effect.sync(() => log.push(`closed: ${exit._tag}`)))
      let at = 0
      return Effect.suspend((): Pulled.Pull<A, E> => {
        const batch = batches[at++]
        return batch === undefined ? last : Effect.succeed(batch)
      })
    })
  )

/** The same elements, by an operator that remembers nothing. */
const foreign = <A, E, R>(stream: Stream.Stream<A, E, R>): Stream.Stream<A, E, R> => Stream.map(stream, (a) => a)

const steps = <A, E>(effect: Effect.Effect<A, E>): Effect.Effect<number, E> =>
  Effect.suspend(() => {
    let count = 0
    const tracer = Tracer.make({
      span: () => {
        throw new Error("nothing here is traced")
      },
      context: (step) => {
        count++
        return step()
      }
    })
    return Effect.map(Effect.withTracer(effect, tracer), () => count)
  })

const oneByOne = decode(Fixture.weather).map((event) => [event])

const readings: ReadonlyArray<
  readonly [string, <E>(stream: Stream.Stream<MessageStream.Event, E>) => Stream.Stream<unknown, E>]
> = [
  ["text", MessageStream.text],
  ["thinking", MessageStream.thinking],
  ["toolUse", MessageStream.toolUse],
  ["snapshots", MessageStream.snapshots],
  ["usage", MessageStream.usage],
  ["tapText", MessageStream.tapText(() => Effect.void)]
]

describe("streams that remember their pull", () => {
  it.effect("are read as any other stream is, run after run", () =>
    Effect.gen(function* () {
      for (const [name, read] of readings) {
        const short = read(pulled(oneByOne, []))
        const long = read(foreign(pulled(oneByOne, [])))
        const expected = yield* collect(long)
        assert.isAbove(name === "thinking" ? 1 : expected.length, 0, name)
        assert.deepStrictEqual(yield* collect(short), expected, name)
        assert.deepStrictEqual(yield* collect(short), expected, `${name}, run again`)
      }
    })
  )

  it.effect("are opened and closed once a run, whatever ends it", () =>
    Effect.gen(function* () {
      for (const [name, read] of readings) {
        const log: Log = []
        yield* Stream.runDrain(read(pulled(oneByOne, log)))
        assert.deepStrictEqual(log.splice(0), ["opened", "closed: Success"], name)
        const broken = read(pulled(oneByOne, log, Effect.fail("cut")))
        assert.deepStrictEqual(yield* Effect.exit(Stream.runDrain(broken)), Exit.fail("cut"), name)
        assert.deepStrictEqual(log.splice(0), ["opened", "closed: Failure"], name)
        yield* Stream.runDrain(Stream.take(read(pulled(oneByOne, log, Effect.never)), name === "thinking" ? 0 : 1))
        assert.deepStrictEqual(log, name === "thinking" ? [] : ["opened", "closed: Success"], name)
      }
    })
  )

  it.effect("are not run ahead of their reader", () =>
    Effect.gen(function* () {
      const asked: Array<number> = []
      const source = Pulled.fromPull<MessageStream.Event, never, never>(() =>
        Effect.succeed(
          Effect.sync(() => {
            asked.push(asked.length)
            return oneByOne[asked.length - 1]
          })
        )
      )
      const first = yield* Stream.runHead(MessageStream.text(source))
      assert.strictEqual(first._tag, "Some")
      const needed = oneByOne.findIndex(([event]) => event?.type === "content_block_delta") + 1
      assert.strictEqual(asked.length, needed)
    })
  )

  it.effect("tell an effect on the way each piece of text before the next batch is asked for", () =>
    Effect.gen(function* () {
      const log: Log = []
      const source = Pulled.mapBatches(pulled(oneByOne, []), () => (events) => {
        log.push(...events.map((event) => event.type))
        return events
      })
      yield* MessageStream.message(MessageStream.tapText(source, (piece) => Effect.sync(() => log.push(piece))))
      const expected = oneByOne.flatMap(([event]) =>
        event?.type === "content_block_delta" && event.delta.type === "text_delta"
          ? [event.type, event.delta.text]
          : [event?.type]
      )
      assert.deepStrictEqual<unknown>(log, expected)
    })
  )

  it.effect("fail with what the effect on the way fails with, and are closed by it", () =>
    Effect.gen(function* () {
      const log: Log = []
      const tapped = MessageStream.tapText(pulled(oneByOne, log), () => Effect.fail("no paper"))
      assert.deepStrictEqual(yield* Effect.exit(MessageStream.message(tapped)), Exit.fail("no paper"))
      assert.deepStrictEqual(log, ["opened", "closed: Failure"])
    })
  )

  it.effect("close before a fold is handed out", () =>
    Effect.gen(function* () {
      const log: Log = []
      const message = yield* MessageStream.message(pulled(oneByOne, log))
      assert.deepStrictEqual(log, ["opened", "closed: Success"])
      assert.deepStrictEqual(message, yield* MessageStream.message(foreign(pulled(oneByOne, []))))
    })
  )

  it.effect("close when a fold is interrupted, before the interruption ends", () =>
    Effect.gen(function* () {
      const log: Log = []
      const waiting = yield* Deferred.make<void>()
      const last = Effect.zipRight(Deferred.succeed(waiting, undefined), Effect.never)
      const fiber = yield* Effect.fork(MessageStream.message(pulled(oneByOne, log, last)))
      yield* Deferred.await(waiting)
      const exit = yield* Fiber.interrupt(fiber)
      assert.isTrue(Exit.isFailure(exit) && Cause.isInterruptedOnly(exit.cause))
      assert.deepStrictEqual(log, ["opened", "closed: Failure"])
    })
  )

  it.effect("keep what came when a fold is cut, and pass defects through", () =>
    Effect.gen(function* () {
      const cut = yield* MessageStream.partial(pulled(oneByOne.slice(0, 4), [], Effect.fail("cut")))
      const same = yield* MessageStream.partial(foreign(pulled(oneByOne.slice(0, 4), [], Effect.fail("cut"))))
      assert.isDefined(cut.message)
      assert.deepStrictEqual(cut, same)
      const exit = yield* Effect.exit(MessageStream.partial(pulled(oneByOne, [], Effect.die("defect"))))
      assert.deepStrictEqual(exit, Exit.die("defect"))
    })
  )

  it.effect("are made in the context of whoever runs them", () =>
    Effect.gen(function* () {
      class Name extends Context.Tag("test/Name")<Name, string>() {}
      const seen = yield* Ref.make<ReadonlyArray<string>>([])
      const named = Pulled.unwrap(
        Effect.flatMap(Name, (name) =>
          Effect.as(
            Ref.update(seen, (names) => [...names, name]),
            pulled(oneByOne, [])
          )
        )
      )
      yield* Effect.provideService(MessageStream.message(named), Name, "fold")
      yield* Effect.provideService(Stream.runDrain(MessageStream.text(named)), Name, "stream")
      yield* Effect.provideService(Stream.runDrain(named), Name, "itself")
      assert.deepStrictEqual(yield* Ref.get(seen), ["fold", "stream", "itself"])
    })
  )

  it.effect("are folded in less than half of the steps that another stream takes", () =>
    Effect.gen(function* () {
      const short = yield* steps(MessageStream.message(pulled(oneByOne, [])))
      const long = yield* steps(MessageStream.message(foreign(pulled(oneByOne, []))))
      assert.isBelow(short * 2, long)
    })
  )
})
