import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as FiberId from "effect/FiberId"
import { QueueFull, TimedOut } from "../../ClaudeError.js"
import { TransportFault } from "../../transport/TransportFault.js"
import type { Call } from "./call.js"

/** A call as those see it who wait for its end. */
export class RunningCall {
  private waited: Duration.Duration | undefined = undefined
  private end: (waited: Duration.Duration) => Effect.Effect<void> = () => Effect.void

  constructor(
    readonly call: Call,
    private readonly drains: ReadonlyArray<Drain>
  ) {}

  /** Begins, or says why it may not. */
  enter(): QueueFull | undefined {
    if (this.drains.some((drain) => drain.isDraining)) {
      return new QueueFull({ ...this.call.errorContext("queue", false), bound: "draining" })
    }
    for (const drain of this.drains) drain.add(this)
    return undefined
  }

  leave(): void {
    for (const drain of this.drains) drain.remove(this)
  }

  /** What ends it before its time, from now on. */
  endsBy(end: (waited: Duration.Duration) => Effect.Effect<void>): Effect.Effect<void> {
    this.end = end
    return this.waited === undefined ? Effect.void : end(this.waited)
  }

  /** Ends it, after it was waited for so long. */
  cut(waited: Duration.Duration): Effect.Effect<void> {
    return Effect.suspend(() => {
      this.waited ??= waited
      return this.end(waited)
    })
  }

  /** Why it was ended, if it was. */
  failure(): TimedOut | undefined {
    const { call, waited } = this
    if (waited === undefined) return undefined
    // an attempt that waits to be let in has not sent anything; an earlier one may have
    const mayHaveRun = call.attempt > 1 || (call.attempt === 1 && call.phase !== "queue")
    return new TimedOut({ ...call.errorContext(call.phase, mayHaveRun), limit: "drain", duration: waited })
  }
}

/**
 * Runs an effect in a fiber of its own, which can be ended with an error. An interruption from outside would end the
 * caller too.
 */
export const endable = <A, E, R>(
  running: RunningCall,
  effect: Effect.Effect<A, E, R>
): Effect.Effect<A, E | TimedOut, R> =>
  Effect.uninterruptibleMask((restore) =>
    Effect.flatMap(Effect.forkDaemon(restore(effect)), (fiber) => {
      const interrupt = Effect.sync(() => fiber.unsafeInterruptAsFork(FiberId.none))
      const ended = Effect.onInterrupt(restore(Fiber.await(fiber)), () => Fiber.interrupt(fiber))
      return Effect.zipRight(
        running.endsBy(() => interrupt),
        Effect.flatMap(ended, (exit): Effect.Effect<A, E | TimedOut> => {
          const failure = Exit.isFailure(exit) && Cause.isInterrupted(exit.cause) ? running.failure() : undefined
          return failure === undefined ? exit : Effect.fail(failure)
        })
      )
    })
  )

/** What ends a body that is being read: the read that waits, or the next one, fails. */
export const drained = (waited: Duration.Duration, bytesReceived: number): TransportFault =>
  new TransportFault({
    reason: "TimedOut",
    phase: "body",
    limit: "drain",
    duration: waited,
    bytesReceived,
    requestSent: true
  })

/** How a drain ended. */
export interface Result {
  readonly finished: number
  readonly cut: number
  readonly left: number
  readonly elapsed: Duration.Duration
}

/** How long calls that were ended get to be gone, and those who made them to use what came. */
export const lastMoment = "1 second"

/** The calls that run, of a client or of a program, and whether new ones may begin. */
export class Drain {
  private readonly running = new Set<RunningCall>()
  private readonly onEmpty = new Set<() => void>()
  private draining = false

  constructor(private readonly outer: Drain | undefined = undefined) {}

  get isDraining(): boolean {
    return this.draining || this.outer?.isDraining === true
  }

  add(call: RunningCall): void {
    this.running.add(call)
    this.outer?.add(call)
  }

  remove(call: RunningCall): void {
    this.running.delete(call)
    this.outer?.remove(call)
    if (this.running.size === 0) for (const tell of this.onEmpty) tell()
  }

  /** Lets no new call begin, waits for the others, and ends those that have not ended in time. */
  run(timeout: Duration.DurationInput): Effect.Effect<Result> {
    return Effect.gen(this, function* () {
      const clock = yield* Effect.clock
      const start = clock.unsafeCurrentTimeMillis()
      const limit = Duration.decode(timeout)
      this.draining = true
      const before = this.running.size
      yield* Effect.timeoutOption(this.whenEmpty, limit)
      const late = [...this.running]
      yield* Effect.forEach(late, (call) => call.cut(limit), { discard: true })
      yield* Effect.timeoutOption(this.whenEmpty, lastMoment)
      return {
        finished: before - late.length,
        cut: late.length,
        left: this.running.size,
        elapsed: Duration.millis(clock.unsafeCurrentTimeMillis() - start)
      }
    })
  }

  private readonly whenEmpty: Effect.Effect<void> = Effect.interruptible(
    Effect.async((resume) => {
      if (this.running.size === 0) return resume(Effect.void)
      const tell = (): void => {
        this.onEmpty.delete(tell)
        resume(Effect.void)
      }
      this.onEmpty.add(tell)
      return Effect.sync(() => this.onEmpty.delete(tell))
    })
  )
}

/** The drain of the program that the calls below belong to. */
export class CurrentDrain extends Context.Reference<CurrentDrain>()<
  "effect-claude/Drain/CurrentDrain",
  Drain | undefined
>("effect-claude/Drain/CurrentDrain", { defaultValue: () => undefined }) {}

/** A symbol, and a property: a client that was wrapped by spreading it is drained with what it wraps. */
const drainOf: unique symbol = Symbol.for("effect-claude/Drain")

type Draining = (timeout: Duration.DurationInput) => Effect.Effect<Result>

/** Lets a client be drained; what it then closes is its own affair. */
export const withDrain = <S extends object>(service: S, drain: Drain, close: Effect.Effect<void>): S => {
  const draining: Draining = (timeout) => Effect.zipLeft(drain.run(timeout), close)
  return Object.assign(service, { [drainOf]: draining })
}

const nothing: Result = { finished: 0, cut: 0, left: 0, elapsed: Duration.zero }

/** Services that are not this library's clients have no calls that anybody knows of. */
export const drain = (service: object, timeout: Duration.DurationInput): Effect.Effect<Result> => {
  // nobody else knows the symbol
  const draining = (service as { readonly [drainOf]?: Draining })[drainOf]
  return draining === undefined ? Effect.succeed(nothing) : draining(timeout)
}
