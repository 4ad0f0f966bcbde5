import { assert, describe, it } from "@effect/vitest"
import {
  Cause,
  Duration,
  Effect,
  Either,
  Exit,
  FastCheck,
  Fiber,
  Layer,
  Logger,
  Option,
  Ref,
  Stream,
  TestClock
} from "effect"
import {
  Admission,
  CheckpointStore,
  Claude,
  type ClaudeError,
  ClaudeEvent,
  Fallback,
  MessageStream,
  Resumable,
  RetryPolicy,
  Transport
} from "effect-claude"
import { request, secret } from "../support/fixtures.js"
import { events, ok, refusal, script, type Step, streamed, wholeStream } from "../support/scriptedTransport.js"

const create = Claude.create(request)
const text = Stream.mkString(MessageStream.text(Claude.stream(request)))

/** Begins a call and lets it come as far as it does by itself. */
const begin = <A, E, R>(call: Effect.Effect<A, E, R>) =>
  Effect.zipLeft(Effect.fork(Effect.either(call)), TestClock.adjust(0))

const outcome = (result: Either.Either<unknown, ClaudeError.ClaudeError>): string => {
  if (Either.isRight(result)) return "answered"
  const error = result.left
  if (error._tag === "QueueFull") return `QueueFull ${error.bound}`
  return error._tag === "TimedOut" ? `TimedOut ${error.limit}` : error._tag
}

const outcomeOf = <A>(fiber: Fiber.Fiber<Either.Either<A, ClaudeError.ClaudeError>>) =>
  Effect.map(Fiber.join(fiber), outcome)

const late = (after: Duration.DurationInput): Step => ({ ...ok("late"), after })
const begun = [events.start, events.block, events.text("Hel")]

/** A client over a script of exchanges. */
const playing = (steps: ReadonlyArray<Step>, options: Claude.Options = {}) => {
  const played = script(...steps)
  return { ...played, client: Claude.layerTransport({ apiKey: secret, ...options }).pipe(Layer.provide(played.layer)) }
}

/** None of these hangs for longer than a minute. */
const patience: Claude.Options = { timeouts: { headers: "1 minute", idle: "1 minute" }, retry: RetryPolicy.never }

const answers = {
  whole: wholeStream("a"),
  refusal: refusal(400, "invalid_request_error"),
  late: late("20 millis"),
  cut: streamed(...begun),
  silent: streamed(...begun, "silence")
}

type Run = Effect.Effect<unknown, ClaudeError.ClaudeError, Claude.Claude>

const runs: Readonly<Record<"create" | "stream" | "head", Run>> = {
  create,
  stream: text,
  head: Stream.runHead(Claude.stream(request))
}

const calls = FastCheck.array(
  FastCheck.record({
    how: FastCheck.constantFrom(...(["create", "stream", "head"] as const)),
    answer: FastCheck.constantFrom(...(["whole", "refusal", "late", "cut", "silent"] as const)),
    interruptedAfter: FastCheck.option(FastCheck.nat(30), { nil: undefined })
  }),
  { minLength: 1, maxLength: 8 }
)

describe("a client that is drained", () => {
  it.effect("refuses new calls of every kind, and sends nothing", () =>
    Effect.gen(function* () {
      const { client, received } = playing([])
      const errors = yield* Effect.zipRight(
        Claude.drain("10 seconds"),
        Effect.all([
          Effect.flip(create),
          Effect.flip(text),
          Effect.flip(Claude.countTokens(request)),
          Effect.flip(Claude.models.get("claude-opus-5-5")),
          Effect.flip(Stream.runDrain(Claude.models.list()))
        ])
      ).pipe(Effect.provide(client))
      for (const error of errors) {
        assert.strictEqual(outcome(Either.left(error)), "QueueFull draining")
        assert.deepInclude(error, { phase: "queue", attempt: 0, mayHaveRun: false, isRetryable: false })
        assert.include(error.message, "The client is draining and takes no new calls")
      }
      assert.lengthOf(received, 0)
    })
  )

  it.effect("waits until the last call has ended, and refuses others meanwhile", () => {
    const { client, received } = playing([late("10 seconds"), { ...wholeStream("one", "two"), after: "20 seconds" }])
    return Effect.gen(function* () {
      const unary = yield* begin(create)
      const streaming = yield* begin(text)
      const drain = yield* Effect.fork(Claude.drain("1 minute"))
      yield* TestClock.adjust("19 seconds")
      assert.strictEqual(yield* outcomeOf(unary), "answered")
      assert.strictEqual(outcome(yield* Effect.either(create)), "QueueFull draining")
      assert.isTrue(Option.isNone(yield* Fiber.poll(drain)))
      yield* TestClock.adjust("1 seconds")
      const { elapsed, ...result } = yield* Fiber.join(drain)
      assert.deepStrictEqual(result, { finished: 2, cut: 0, left: 0 })
      assert.strictEqual(Duration.toSeconds(elapsed), 20)
      assert.deepStrictEqual(yield* Fiber.join(streaming), Either.right("onetwo"))
      assert.lengthOf(received, 2)
    }).pipe(Effect.provide(client))
  })

  it.effect("lets a call that waits to be tried again go on", () => {
    const { client } = playing([refusal(529, "overloaded_error", { "retry-after": "5" }), ok("at last")])
    return Effect.gen(function* () {
      const call = yield* begin(create)
      const drain = yield* Effect.fork(Claude.drain("1 minute"))
      yield* TestClock.adjust("10 seconds")
      assert.strictEqual((yield* Fiber.join(drain)).finished, 1)
      assert.strictEqual(yield* outcomeOf(call), "answered")
    }).pipe(Effect.provide(client))
  })

  it.effect("is drained at once where nothing runs, and again and again", () =>
    Effect.gen(function* () {
      const nothing = { finished: 0, cut: 0, left: 0, elapsed: Duration.zero }
      assert.deepStrictEqual(yield* Claude.drain("1 minute"), nothing)
      assert.deepStrictEqual(yield* Claude.drain(0), nothing)
    }).pipe(Effect.provide(playing([]).client))
  )

  it.effect("closes idle connections when all calls have ended, and not before", () =>
    Effect.gen(function* () {
      const { transport } = script(late("5 seconds"))
      let closed = 0
      const closeIdle = Effect.sync(() => void closed++)
      const claude = yield* Effect.provideService(Claude.makeTransport({ apiKey: secret }), Transport.Transport, {
        ...transport,
        closeIdle
      })
      yield* begin(claude.create(request))
      const drain = yield* Effect.fork(Effect.provideService(Claude.drain("1 minute"), Claude.Claude, claude))
      yield* TestClock.adjust("4 seconds")
      assert.strictEqual(closed, 0)
      yield* TestClock.adjust("1 seconds")
      yield* Fiber.join(drain)
      assert.strictEqual(closed, 1)
    })
  )

  it.effect("leaves other clients alone", () =>
    Effect.gen(function* () {
      const other = playing([ok("hello")])
      yield* Effect.provide(Claude.drain("1 second"), playing([]).client)
      assert.strictEqual(outcome(yield* Effect.either(Effect.provide(create, other.client))), "answered")
    })
  )

  it.effect("is found under a wrapper of it; what is no client of ours has nothing to drain", () =>
    Effect.gen(function* () {
      const wrapped = Fallback.layer([{ model: "claude-haiku-5-5" }]).pipe(Layer.provide(playing([]).client))
      const refused = yield* Effect.provide(Effect.zipRight(Claude.drain("1 second"), Effect.either(create)), wrapped)
      assert.strictEqual(outcome(refused), "QueueFull draining")
      const double = Claude.Claude.of({
        create: () => Effect.never,
        stream: () => Stream.never,
        countTokens: () => Effect.never,
        models: { list: () => Stream.never, get: () => Effect.never },
        execute: () => Effect.never
      })
      const { finished } = yield* Effect.provideService(Claude.drain("1 hour"), Claude.Claude, double)
      assert.strictEqual(finished, 0)
    })
  )

  it.effect.prop(
    "keeps no count of a call that is over, however it ended",
    [calls],
    ([list]) =>
      Effect.gen(function* () {
        const clients = yield* Effect.forEach(list, ({ answer, how, interruptedAfter }) =>
          Effect.gen(function* () {
            const claude = yield* Layer.build(playing([answers[answer]], patience).client)
            const fiber = yield* begin(Effect.provide(runs[how], claude))
            if (interruptedAfter !== undefined) {
              yield* TestClock.adjust(interruptedAfter)
              yield* Fiber.interrupt(fiber)
            }
            return claude
          })
        )
        yield* TestClock.adjust("2 minutes")
        for (const claude of clients) {
          const { cut, finished, left } = yield* Effect.provide(Claude.drain(0), claude)
          assert.deepStrictEqual({ cut, finished, left }, { cut: 0, finished: 0, left: 0 })
        }
      }).pipe(Effect.scoped),
    { fastCheck: { numRuns: 20 } }
  )
})

describe("at the timeout of a drain", () => {
  const cutAfter = (timeout: Duration.DurationInput) =>
    Effect.gen(function* () {
      const drain = yield* Effect.fork(Claude.drain(timeout))
      yield* TestClock.adjust(timeout)
      const result = yield* Effect.zipLeft(Effect.fork(Fiber.join(drain)), TestClock.adjust("1 seconds"))
      return yield* Fiber.join(result)
    })

  it.effect("a call that waits for its answer fails with TimedOut, and its exchange is closed", () => {
    const { client, open } = playing([late("1 hour")])
    return Effect.gen(function* () {
      const call = yield* begin(create)
      const { cut, finished, left } = yield* cutAfter("10 seconds")
      const result = yield* Fiber.join(call)
      assert.strictEqual(outcome(result), "TimedOut drain")
      if (Either.isLeft(result)) {
        assert.deepInclude(result.left, { phase: "headers", mayHaveRun: true, isRetryable: false, attempt: 1 })
        assert.include(result.left.message, "The client was drained, and the call did not end within 10s")
      }
      assert.deepStrictEqual({ cut, finished, left }, { cut: 1, finished: 0, left: 0 })
      assert.strictEqual(open(), 0)
    }).pipe(Effect.provide(client))
  })

  it.effect("a call between two attempts fails too, and the second is never made", () => {
    const { client, received } = playing([refusal(529, "overloaded_error", { "retry-after": "50" }), ok("never")])
    return Effect.gen(function* () {
      const call = yield* begin(create)
      yield* cutAfter("10 seconds")
      yield* TestClock.adjust("1 hour")
      assert.strictEqual(yield* outcomeOf(call), "TimedOut drain")
      assert.lengthOf(received, 1)
    }).pipe(Effect.provide(client))
  })

  it.effect("a call that waits for admission fails unsent, and gives its place in the queue back", () =>
    Effect.gen(function* () {
      const admission = yield* Admission.make({ concurrency: 1 })
      const { client, received } = playing([late("1 hour")])
      const ends = yield* Effect.gen(function* () {
        yield* begin(create)
        const waiting = yield* begin(create)
        yield* cutAfter("10 seconds")
        return yield* Fiber.join(waiting)
      }).pipe(Effect.provide(client), Effect.provideService(Admission.CurrentAdmission, admission))
      assert.strictEqual(outcome(ends), "TimedOut drain")
      assert.isTrue(Either.isLeft(ends) && ends.left.phase === "queue" && !ends.left.mayHaveRun)
      assert.lengthOf(received, 1)
      const { queued, running } = yield* admission.status
      assert.deepStrictEqual({ queued, running }, { queued: 0, running: 0 })
    })
  )

  it.effect("a stream fails after all that it delivered", () => {
    const { client, open } = playing([streamed(...begun, { after: "5 seconds", bytes: events.text("lo") }, "silence")])
    return Effect.gen(function* () {
      const seen: Array<string> = []
      const reading = Claude.stream(request).pipe(MessageStream.tapText((piece) => Effect.sync(() => seen.push(piece))))
      const call = yield* begin(Stream.runDrain(reading))
      yield* cutAfter("10 seconds")
      const result = yield* Fiber.join(call)
      assert.strictEqual(outcome(result), "TimedOut drain")
      assert.isTrue(Either.isLeft(result) && result.left.phase === "body" && result.left.mayHaveRun)
      assert.strictEqual(seen.join(""), "Hello")
      assert.strictEqual(open(), 0)
    }).pipe(Effect.provide(client))
  })

  it.effect("a stream whose reader is busy elsewhere is left, closed, and fails when it is read again", () => {
    const { client } = playing([streamed(...begun, { after: "1 hour", bytes: events.text("lo") })])
    return Effect.gen(function* () {
      const call = yield* begin(Stream.runForEach(Claude.stream(request), () => Effect.sleep("5 minutes")))
      const { cut, left } = yield* cutAfter("10 seconds")
      assert.deepStrictEqual({ cut, left }, { cut: 1, left: 1 })
      yield* TestClock.adjust("20 minutes")
      assert.strictEqual(yield* outcomeOf(call), "TimedOut drain")
    }).pipe(Effect.provide(client))
  })

  it.effect("the fibers that called are not interrupted, and the hub hears how their calls ended", () => {
    const { client } = playing([late("1 hour"), streamed(...begun, "silence")])
    return Effect.gen(function* () {
      const told: Array<string> = []
      yield* ClaudeEvent.listen((event) => {
        if (event._tag === "CallFinished") told.push(`${event.outcome} ${event.error?._tag ?? ""}`)
      })
      const after: Array<string> = []
      const goOn = Effect.sync(() => after.push("on"))
      const both = yield* begin(
        Effect.zip(Effect.zipRight(Effect.ignore(create), goOn), Effect.zipRight(Effect.ignore(text), goOn), {
          concurrent: true
        })
      )
      yield* cutAfter("10 seconds")
      yield* Fiber.join(both)
      assert.deepStrictEqual(after, ["on", "on"])
      assert.deepStrictEqual(told, ["failure TimedOut", "failure TimedOut"])
    }).pipe(Effect.scoped, Effect.provide(client), Effect.provide(ClaudeEvent.layerHub))
  })

  it.effect("a resumable stream asks no more and keeps its checkpoint", () =>
    Effect.gen(function* () {
      const { client, received } = playing([streamed(...begun, "silence")])
      const failure = yield* Effect.gen(function* () {
        const call = yield* begin(Stream.runDrain(Resumable.stream(request, { id: "drained" })))
        yield* cutAfter("10 seconds")
        return yield* Fiber.join(call)
      }).pipe(Effect.provide(client))
      assert.isTrue(Either.isLeft(failure) && failure.left._tag === "ResumeFailed")
      assert.lengthOf(received, 1)
      const store = yield* CheckpointStore.CheckpointStore
      const kept = Option.getOrThrow(yield* store.read("drained"))
      assert.deepInclude(kept, { status: "running" })
      assert.deepStrictEqual(
        kept.segments.map(({ cut }) => cut?.tag),
        ["TimedOut"]
      )
      assert.include(JSON.stringify(kept.events), "Hel")
    }).pipe(Effect.provide(CheckpointStore.layerMemory))
  )
})

describe("drainOnInterrupt", () => {
  /** What a program did, in order. */
  const diary = () => {
    const lines: Array<string> = []
    return { lines, note: (line: string) => Effect.sync(() => void lines.push(line)) }
  }

  it.effect("lets running calls end, refuses new ones, and interrupts the program only then", () =>
    Effect.gen(function* () {
      const { client } = playing([late("10 seconds")])
      const { lines, note } = diary()
      const Layered = Layer.provideMerge(Layer.scopedDiscard(Effect.addFinalizer(() => note("layers close"))), client)
      const program = Effect.gen(function* () {
        yield* Effect.fork(Effect.zipRight(create, note("answered")))
        yield* Effect.sleep("5 seconds")
        yield* note(outcome(yield* Effect.either(create)))
        yield* Effect.never
      }).pipe(
        Effect.onInterrupt(() => note("interrupted")),
        Effect.provide(Layered)
      )
      const fiber = yield* Effect.fork(Claude.drainOnInterrupt(program, "1 minute"))
      yield* TestClock.adjust("1 seconds")
      const ending = yield* Effect.fork(Fiber.interrupt(fiber))
      yield* TestClock.adjust("20 seconds")
      const exit = yield* Fiber.join(ending)
      assert.deepStrictEqual(lines, ["QueueFull draining", "answered", "interrupted", "layers close"])
      assert.isTrue(Exit.isFailure(exit) && Cause.isInterruptedOnly(exit.cause))
    })
  )

  it.effect("ends the calls at the timeout with an error that the program can act upon", () =>
    Effect.gen(function* () {
      const { client, open } = playing([late("1 hour")])
      const { lines, note } = diary()
      const call = Effect.flatMap(Effect.either(create), (result) => note(outcome(result)))
      const program = Effect.provide(call, client)
      const fiber = yield* Effect.fork(Claude.drainOnInterrupt(program, "10 seconds"))
      yield* TestClock.adjust("1 seconds")
      const ending = yield* Effect.fork(Fiber.interrupt(fiber))
      yield* TestClock.adjust("9 seconds")
      assert.deepStrictEqual(lines, [])
      yield* TestClock.adjust("1 seconds")
      yield* Fiber.join(ending)
      assert.deepStrictEqual(lines, ["TimedOut drain"])
      assert.strictEqual(open(), 0)
    })
  )

  it.effect("drains the calls of any client: one of a layer around it, one in the background of a layer below", () =>
    Effect.gen(function* () {
      const around = playing([late("10 seconds")])
      const below = playing([late("20 seconds")])
      const { lines, note } = diary()
      const Background = Layer.scopedDiscard(Effect.forkScoped(Effect.zipRight(create, note("background")))).pipe(
        Layer.provide(below.client)
      )
      const program = Effect.zipRight(create, Effect.zipRight(note("foreground"), Effect.never)).pipe(
        Effect.provide(Background),
        Claude.drainOnInterrupt("1 minute"),
        Effect.provide(around.client)
      )
      const fiber = yield* Effect.fork(program)
      yield* TestClock.adjust("1 seconds")
      const ending = yield* Effect.fork(Fiber.interrupt(fiber))
      yield* TestClock.adjust("30 seconds")
      yield* Fiber.join(ending)
      assert.deepStrictEqual(lines, ["foreground", "background"])
    })
  )

  it.effect("nested, the inner one drains its own calls, and the outer one all of them", () =>
    Effect.gen(function* () {
      const { client } = playing([late("10 seconds"), late("20 seconds"), late("30 seconds")])
      const { lines, note } = diary()
      const named = (name: string) =>
        Effect.flatMap(Effect.either(create), (result) => note(`${name} ${outcome(result)}`))
      const program = Effect.gen(function* () {
        const inner = yield* Effect.fork(Claude.drainOnInterrupt(named("inner"), "1 minute"))
        yield* Effect.sleep("1 seconds")
        yield* Effect.fork(named("outer"))
        yield* Effect.sleep("1 seconds")
        yield* Fiber.interrupt(inner)
        yield* named("later")
      }).pipe(Claude.drainOnInterrupt("1 minute"), Effect.provide(client))
      const fiber = yield* Effect.fork(program)
      yield* TestClock.adjust("15 seconds")
      const ending = yield* Effect.fork(Fiber.interrupt(fiber))
      yield* TestClock.adjust("30 seconds")
      yield* Fiber.join(ending)
      assert.deepStrictEqual(lines, ["inner answered", "outer answered", "later answered"])
    })
  )

  it.effect("is not to be seen in a program that ends by itself", () =>
    Effect.gen(function* () {
      const ref = yield* Ref.make(0)
      const ends = Claude.drainOnInterrupt("1 minute")
      assert.strictEqual(yield* ends(Effect.as(Ref.set(ref, 1), "done")), "done")
      assert.strictEqual(yield* Effect.flip(ends(Effect.fail("no"))), "no")
      assert.isTrue(Exit.isInterrupted(yield* Effect.exit(ends(Effect.interrupt))))
      const died = yield* Effect.exit(ends(Effect.die("oh")))
      assert.isTrue(Exit.isFailure(died) && Cause.isDie(died.cause))
      assert.strictEqual(yield* Ref.get(ref), 1)
    })
  )

  const ended = (program: Effect.Effect<unknown, string>) =>
    Effect.gen(function* () {
      const fiber = yield* Effect.fork(Claude.drainOnInterrupt(program, "1 minute"))
      yield* TestClock.adjust(0)
      return yield* Fiber.interrupt(fiber)
    })

  it.effect("keeps a defect of the program's end, but no failure: the exit code is that of an interruption", () =>
    Effect.gen(function* () {
      const failing = Effect.onInterrupt(Effect.never, () => Effect.die("finalizer"))
      const defect = yield* ended(failing)
      assert.isTrue(Exit.isFailure(defect) && Cause.isDie(defect.cause))
      const failure = yield* ended(Effect.catchAllCause(Effect.never, () => Effect.fail("because of it")))
      assert.isTrue(Exit.isFailure(failure) && Cause.isInterruptedOnly(failure.cause))
    })
  )

  it.effect("says how many calls it waited for, and nothing where there were none", () =>
    Effect.gen(function* () {
      const { lines } = diary()
      const logger = Logger.replace(
        Logger.defaultLogger,
        Logger.make(({ message }) => void lines.push(Array.isArray(message) ? message.join(" ") : String(message)))
      )
      const { client } = playing([late("10 seconds")])
      yield* Effect.gen(function* () {
        yield* ended(Effect.never)
        const fiber = yield* Effect.fork(Claude.drainOnInterrupt(Effect.provide(create, client), "1 minute"))
        yield* TestClock.adjust(0)
        const ending = yield* Effect.fork(Fiber.interrupt(fiber))
        yield* TestClock.adjust("10 seconds")
        yield* Fiber.join(ending)
      }).pipe(Effect.provide(logger))
      assert.deepStrictEqual(lines, ["drained the calls: 1 finished, 0 cut off, 0 left"])
    })
  )
})
