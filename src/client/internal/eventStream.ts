import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as ExecutionStrategy from "effect/ExecutionStrategy"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"
import type * as Stream from "effect/Stream"
import type { CallError, ClaudeError } from "../../ClaudeError.js"
import type { MessageStreamEvent } from "../../schema/MessageStreamEvent.js"
import type * as Pulled from "../../stream/internal/pulled.js"
import { fromPull } from "../../stream/internal/pulled.js"
import type { TransportResponse } from "../../transport/Transport.js"
import { ambientOf, type Call } from "./call.js"
import { endable } from "./drain.js"
import { EventReader } from "./eventReader.js"
import { type Pass, through } from "./gate.js"
import type { Outgoing, Prepared, Settings } from "./prepare.js"
import { prepare } from "./prepare.js"
import { readText } from "./readBody.js"
import { withRetries } from "./retryLoop.js"
import { beginCall, ended, exchange, notTheApi, runningCall, within } from "./unary.js"
import { Watchdog } from "./watchdog.js"

/** One call whose answer comes event by event. */
export const eventStream = (
  settings: Settings,
  outgoing: Effect.Effect<Outgoing, CallError>,
  onStart: (call: Call) => Effect.Effect<void>
): Stream.Stream<MessageStreamEvent, ClaudeError> => fromPull((scope) => start(settings, outgoing, onStart, scope))

type Pull = Pulled.Pull<MessageStreamEvent, ClaudeError>

/** Checks the request and hands out the pull, whose first run sends it. */
const start = (
  settings: Settings,
  outgoing: Effect.Effect<Outgoing, CallError>,
  onStart: (call: Call) => Effect.Effect<void>,
  scope: Scope.CloseableScope
): Effect.Effect<Pull, CallError> =>
  Effect.gen(function* () {
    const context = yield* ambientOf(settings)
    const ready = prepare(settings, context.options, yield* outgoing)
    if (Either.isLeft(ready)) return yield* Effect.fail(ready.left)
    const prepared = ready.right
    const call = beginCall(context, settings, prepared)
    const running = runningCall(context, settings, call)
    let failure: ClaudeError | undefined
    let reader: EventReader | undefined
    yield* Scope.addFinalizerExit(scope, () =>
      Effect.sync(() => {
        running.leave()
        if (reader?.complete === true) call.finish("success", undefined)
        else call.finish(failure === undefined ? "interrupted" : "failure", failure)
      })
    )
    const failed = (error: ClaudeError): Effect.Effect<never, ClaudeError> => {
      failure = error
      return Effect.fail(error)
    }
    const refused = running.enter()
    if (refused !== undefined) {
      failure = refused
      return yield* refused
    }
    yield* onStart(call)
    const cut = (error: ClaudeError): Effect.Effect<never, ClaudeError> => {
      call.cut(error)
      return failed(error)
    }
    const first: Pull = Effect.flatMap(
      endable(
        running,
        within(
          call,
          withRetries(call, (fresh) => open(call, settings, prepared, scope, fresh))
        )
      ),
      (opened) => {
        reader = opened.reader
        next = Effect.catchAll(opened.reader.next, (error) => Effect.zipRight(opened.pass.failed(error), cut(error)))
        call.firstContent()
        return Effect.as(running.endsBy(opened.reader.abort), opened.events)
      }
    )
    let next: Pull = Effect.catchAll(first, failed)
    return Effect.suspend(() => next)
  })

/**
 * One attempt up to its first content. Until then nothing has been handed out, so the call may still be retried. An
 * attempt that fails closes what it opened before it does.
 */
const open = (call: Call, settings: Settings, prepared: Prepared, scope: Scope.Scope, fresh: boolean) =>
  Effect.uninterruptibleMask((restore) =>
    Effect.flatMap(Scope.fork(scope, ExecutionStrategy.sequential), (attemptScope) =>
      restore(
        Scope.extend(
          through(call, prepared.demand, (pass) => openIn(call, settings, prepared, attemptScope, fresh, pass)),
          attemptScope
        )
      ).pipe(Effect.onExit((exit) => (Exit.isSuccess(exit) ? Effect.void : Scope.close(attemptScope, exit))))
    )
  )

const openIn = Effect.fnUntraced(function* (
  call: Call,
  settings: Settings,
  prepared: Prepared,
  scope: Scope.Scope,
  fresh: boolean,
  pass: Pass
) {
  const response = yield* exchange(call, settings, prepared.toTransport(fresh), pass)
  if (!isEventStream(response)) return yield* Effect.flatMap(wholeText(call, settings, response), Effect.fail)
  const watchdog = new Watchdog(call, response.body, true)
  const reader = new EventReader(call, response, watchdog, settings.options.maxSizes?.event)
  yield* Scope.addFinalizerExit(scope, (exit) => {
    if (!reader.complete) return Effect.void
    return Effect.zipRight(ended(call, pass), Exit.isSuccess(exit) ? reader.finish : Effect.void)
  })
  yield* watchdog.run()
  const events: Array<MessageStreamEvent> = []
  while (!hasContent(events)) {
    const more = yield* reader.next
    if (more === undefined) break
    events.push(...more)
    if (!hasContent(events)) yield* reader.checkFailure
  }
  return { reader, events, pass }
})

const hasContent = (events: ReadonlyArray<MessageStreamEvent>): boolean =>
  events.some((event) => event.type === "content_block_start" || event.type === "message_delta")

/** A missing content type is given the benefit of the doubt. */
const isEventStream = (response: TransportResponse): boolean =>
  response.headers["content-type"]?.toLowerCase().includes("text/event-stream") ?? true

/** What came in place of a stream, or what broke it. */
const wholeText = (
  call: Call,
  settings: Settings,
  response: TransportResponse
): Effect.Effect<CallError, never, Scope.Scope> =>
  Effect.match(readText(call, response.body, settings.options.maxSizes), {
    onFailure: (fault) => call.faulty(fault),
    onSuccess: (text) => notTheApi(call, response, text, "a stream of events was asked for, and something else came")
  })
