/**
 * A scripted Claude: the real client over a transport that plays a script.
 *
 * Requests are validated and encoded, answers decoded, retries and timeouts kept, all as in life; only the bytes are
 * made up. Time is the Clock's, so that under `TestClock` nothing waits. A request that no step fits dies at once with
 * a {@link ScriptMismatch}, and a step that was not used up fails the program at the end of the layer's scope.
 *
 * @since 0.1.0
 */
import * as Cause from "effect/Cause"
import * as Chunk from "effect/Chunk"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import * as Claude from "../Claude.js"
import type { Service as TransportService, TransportRequest, TransportResponse } from "../transport/Transport.js"
import { Transport } from "../transport/Transport.js"
import type { TransportFault } from "../transport/TransportFault.js"
import type { Exchange } from "./internal/exchange.js"
import { withinHeaders } from "../transport/internal/headersLimit.js"
import type { Received } from "./internal/received.js"
import { received as toReceived } from "./internal/received.js"
import type { Part, Played } from "./internal/script.js"
import * as script from "./internal/script.js"
import * as ScriptedBody from "./internal/scriptedBody.js"

export type { Failure, FailureOptions, WireError } from "./internal/failure.js"
export type { Received } from "./internal/received.js"
export {
  cutAfter,
  type Endpoint,
  fail,
  json,
  message,
  models,
  type Reply,
  type ReplyOptions,
  respond,
  stallAfter,
  text,
  thinking,
  tokenCount,
  tokens,
  toolUse,
  type ToolUseOptions
} from "./internal/replies.js"
export { always, type Matcher, type Part, type Pattern, sequence, type Step, when } from "./internal/script.js"

/**
 * The script in the context of a test.
 *
 * @since 0.1.0
 * @category tags
 */
export class TestClaude extends Context.Tag("effect-claude/TestClaude")<TestClaude, Service>() {}

/**
 * What a test may ask of the script.
 *
 * @since 0.1.0
 * @category models
 */
export interface Service {
  /** The requests so far, oldest first; each attempt of a call is one. */
  readonly requests: Effect.Effect<ReadonlyArray<Received>>
  /** The labels of the steps that are not used up. */
  readonly remaining: Effect.Effect<ReadonlyArray<string>>
  /** Puts steps behind those of the script: for layers that several tests share. */
  readonly add: (...parts: ReadonlyArray<Part>) => Effect.Effect<void>
}

/**
 * The script and the calls did not agree: a defect, since it is the test that is wrong, or what it found.
 *
 * @since 0.1.0
 * @category errors
 */
export class ScriptMismatch extends Data.TaggedError("ScriptMismatch")<{
  readonly kind: "unexpected" | "unused"
  /** What happened, step by step, for people. */
  readonly message: string
}> {}

/**
 * A script as a list of steps, in the order in which requests look for one that fits.
 *
 * @since 0.1.0
 * @category models
 */
export type Script = ReadonlyArray<Part>

interface Stage {
  readonly service: Service
  readonly transport: TransportService
  /** What is wrong at the end. */
  readonly verdict: () => ScriptMismatch | undefined
}

const stage = (parts: Script): Stage => {
  const requests: Array<Received> = []
  const steps: Array<Played> = []
  let unexpected: ScriptMismatch | undefined
  const add = (more: ReadonlyArray<Part>): void => {
    for (const part of more) steps.push({ step: script.toStep(part), position: steps.length + 1, takenBy: [] })
  }
  add(parts)
  const take = (request: Received): Exchange | ScriptMismatch => {
    const played = steps.find((step) => script.misfits(step, request).length === 0)
    const reply = played === undefined ? undefined : script.nextReply(played)
    if (played === undefined || reply === undefined) {
      const mismatch = new ScriptMismatch({ kind: "unexpected", message: script.describeUnexpected(request, steps) })
      unexpected ??= mismatch
      return mismatch
    }
    played.takenBy.push(request.nth)
    return reply.exchange(request, request.nth)
  }
  return {
    service: {
      add: (...more) => Effect.sync(() => add(more)),
      remaining: Effect.sync(() => steps.filter(script.isUnused).map(({ step }) => step.label)),
      requests: Effect.sync(() => [...requests])
    },
    transport: {
      execute: (request) =>
        Effect.flatMap(Clock.currentTimeMillis, (at) => {
          const received = toReceived(request, requests.length + 1, at)
          requests.push(received)
          const exchange = take(received)
          return exchange instanceof ScriptMismatch ? Effect.die(exchange) : play(request, exchange)
        })
    },
    verdict: () =>
      unexpected
      ?? (steps.some(script.isUnused)
        ? new ScriptMismatch({ kind: "unused", message: script.describeUnused(steps, requests.length) })
        : undefined)
  }
}

const play = (request: TransportRequest, exchange: Exchange): Effect.Effect<TransportResponse, TransportFault> => {
  const waited =
    exchange.after > 0
      ? withinHeaders(Effect.sleep(Duration.millis(exchange.after)), request.limits.headers)
      : Effect.void
  return Effect.zipRight(
    waited,
    Effect.suspend((): Effect.Effect<TransportResponse, TransportFault> =>
      exchange._tag === "Broken"
        ? Effect.fail(exchange.fault)
        : Effect.succeed({
            status: exchange.status,
            headers: exchange.headers,
            reusedConnection: false,
            body: ScriptedBody.make(exchange.body)
          })
    )
  )
}

/** A program that died of the mismatch need not be told of it twice, and one that was interrupted had no time. */
const knows = (exit: Exit.Exit<unknown, unknown>): boolean =>
  Exit.isFailure(exit)
  && (Cause.isInterruptedOnly(exit.cause)
    || Chunk.some(Cause.defects(exit.cause), (defect) => defect instanceof ScriptMismatch))

/**
 * Plays a script as a transport, for clients of your own making. The scope's end tells of steps that were not used up,
 * by a defect.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (
  parts: Script
): Effect.Effect<{ readonly service: Service; readonly transport: TransportService }, never, Scope.Scope> =>
  Effect.gen(function* () {
    const { service, transport, verdict } = stage(parts)
    yield* Effect.addFinalizer((exit) =>
      Effect.suspend(() => {
        const mismatch = knows(exit) ? undefined : verdict()
        return mismatch === undefined ? Effect.void : Effect.die(mismatch)
      })
    )
    return { service, transport }
  })

/**
 * A transport that plays a script: below `Claude.layerTransport` with options of your own, or below `Faults`.
 *
 * @since 0.1.0
 * @category layers
 */
export const layerTransport = (parts: Script): Layer.Layer<Transport | TestClaude> =>
  Layer.scopedContext(
    Effect.map(make(parts), ({ service, transport }) =>
      Context.add(Context.make(Transport, transport), TestClaude, service)
    )
  )

/**
 * A client that plays a script. The options are the client's; the credential defaults to one for tests.
 *
 * Put it outermost, around what catches errors: what is wrong with the script comes when its scope ends.
 *
 * @example
 * ```ts
 * import { assert, it } from "@effect/vitest"
 * import { Claude } from "effect-claude"
 * import { TestClaude } from "effect-claude/testing"
 * import { Effect } from "effect"
 *
 * it.effect("greets", () =>
 *   Effect.gen(function*() {
 *     const message = yield* Claude.create({
 *       model: "claude-opus-5-5",
 *       max_tokens: 64,
 *       messages: [{ role: "user", content: "Hello" }]
 *     })
 *     const [request] = yield* TestClaude.requests
 *     assert.strictEqual(message.stop_reason, "end_turn")
 *     assert.strictEqual(request?.prompt, "Hello")
 *   }).pipe(Effect.provide(TestClaude.layer([TestClaude.text("Hi!")]))))
 * ```
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = <R = never>(
  parts: Script,
  options: Claude.Options<R> = {}
): Layer.Layer<Claude.Claude | TestClaude, never, R> =>
  Layer.flatMap(layerTransport(parts), (context) =>
    Layer.merge(
      Layer.provide(Claude.layerTransport(withCredential(options)), Layer.succeedContext(context)),
      Layer.succeed(TestClaude, Context.get(context, TestClaude))
    )
  )

const withCredential = <R>(options: Claude.Options<R>): Claude.Options<R> =>
  options.apiKey !== undefined || options.authToken !== undefined ? options : { ...options, apiKey: testKey }

const testKey = Redacted.make("test-key")

/**
 * The requests so far, oldest first; each attempt of a call is one.
 *
 * @since 0.1.0
 * @category combinators
 */
export const requests: Effect.Effect<ReadonlyArray<Received>, never, TestClaude> = Effect.flatMap(
  TestClaude,
  ({ requests }) => requests
)

/**
 * The labels of the steps that are not used up.
 *
 * @since 0.1.0
 * @category combinators
 */
export const remaining: Effect.Effect<ReadonlyArray<string>, never, TestClaude> = Effect.flatMap(
  TestClaude,
  ({ remaining }) => remaining
)

/**
 * Puts steps behind those of the script: for layers that several tests share.
 *
 * @since 0.1.0
 * @category combinators
 */
export const add = (...parts: ReadonlyArray<Part>): Effect.Effect<void, never, TestClaude> =>
  Effect.flatMap(TestClaude, (service) => service.add(...parts))
