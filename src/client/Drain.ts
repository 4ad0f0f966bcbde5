/**
 * How a program ends its calls before it ends itself. `Claude` passes all of it on.
 *
 * @since 0.1.0
 */
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import { dual } from "effect/Function"
import { CurrentDrain, Drain, lastMoment } from "./internal/drain.js"

/**
 * How a drain ended, in calls; one that waits to be tried again is one that runs.
 *
 * @since 0.1.0
 * @category models
 */
export interface DrainResult {
  /** Ran when it began, and came to their end, well or not. */
  readonly finished: number
  /** Were ended at the timeout. */
  readonly cut: number
  /** Of those that were ended: had not taken notice a second later, since nobody read their stream, say. */
  readonly left: number
  readonly elapsed: Duration.Duration
}

/**
 * Lets a program end its calls before it is interrupted. When something asks it to end (`runMain` on SIGTERM and
 * SIGINT, `Fiber.interrupt`), the calls made below by whatever client are drained first, while the program runs on: new
 * ones are refused with `QueueFull` (`bound: "draining"`), running ones go on until the timeout, then fail with
 * `TimedOut` (`limit: "drain"`). The program has a second to use what came, then it is interrupted, and its layers
 * close. Where no call ran it is interrupted at once.
 *
 * A finalizer cannot do this: an interruption ends the fibers that make calls first of all. Put it outermost, around
 * the layers. What the program fails with while it drains is logged as a warning and does not change the exit code,
 * which is `runMain`'s; a defect does. A second signal ends a process under `NodeRuntime.runMain` at once.
 *
 * @example
 * ```ts
 * import { Claude } from "effect-claude"
 * import { NodeClaude } from "effect-claude/node"
 * import { NodeRuntime } from "@effect/platform-node"
 * import { Effect } from "effect"
 *
 * const program = Claude.create({
 *   model: "claude-opus-5-5",
 *   max_tokens: 1024,
 *   messages: [{ role: "user", content: "Hello" }]
 * })
 *
 * program.pipe(
 *   Effect.provide(NodeClaude.layer),
 *   Claude.drainOnInterrupt("25 seconds"),
 *   NodeRuntime.runMain
 * )
 * ```
 *
 * @since 0.1.0
 * @category combinators
 */
export const drainOnInterrupt: {
  (timeout: Duration.DurationInput): <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  <A, E, R>(self: Effect.Effect<A, E, R>, timeout: Duration.DurationInput): Effect.Effect<A, E, R>
} = dual(2, <A, E, R>(self: Effect.Effect<A, E, R>, timeout: Duration.DurationInput): Effect.Effect<A, E, R> =>
  Effect.uninterruptibleMask((restore) =>
    Effect.gen(function* () {
      const drain = new Drain(Context.get(yield* Effect.context<never>(), CurrentDrain))
      const fiber = yield* Effect.forkDaemon(restore(Effect.provideService(self, CurrentDrain, drain)))
      const ended = yield* Effect.exit(restore(Fiber.await(fiber)))
      if (Exit.isFailure(ended)) return yield* interrupted(fiber, drain, timeout)
      yield* Fiber.inheritAll(fiber)
      return yield* ended.value
    })
  )
)

const interrupted = <A, E>(
  fiber: Fiber.RuntimeFiber<A, E>,
  drain: Drain,
  timeout: Duration.DurationInput
): Effect.Effect<never, E> =>
  Effect.gen(function* () {
    const { cut, finished, left } = yield* drain.run(timeout)
    if (finished + cut > 0) {
      yield* Effect.timeoutOption(Effect.interruptible(Fiber.await(fiber)), lastMoment)
      yield* Effect.logInfo(`drained the calls: ${finished} finished, ${cut} cut off, ${left} left`)
    }
    const exit = yield* Fiber.interrupt(fiber)
    if (Exit.isFailure(exit) && !Cause.isInterruptedOnly(exit.cause)) {
      if (Cause.isDie(exit.cause)) return yield* Effect.failCause(exit.cause)
      yield* Effect.logWarning("the program failed while it was drained", exit.cause)
    }
    return yield* Effect.interrupt
  })
