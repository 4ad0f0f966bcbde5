import * as Context from "effect/Context"
import * as Either from "effect/Either"
import * as Effect from "effect/Effect"
import type { CallError } from "../../ClaudeError.js"
import { fromResponse, unexpected } from "../../internal/responseError.js"
import { isNestedTooDeep, maxNesting } from "../../schema/internal/nesting.js"
import type { TransportRequest, TransportResponse } from "../../transport/Transport.js"
import { type Ambient, ambientOf, Call } from "./call.js"
import { CurrentDrain, endable, RunningCall } from "./drain.js"
import { type Pass, through } from "./gate.js"
import { policiesIn } from "./policies.js"
import type { Outgoing, Prepared, Settings } from "./prepare.js"
import { prepare } from "./prepare.js"
import { readErrorText, readText } from "./readBody.js"
import { withRetries } from "./retryLoop.js"

/** A decoded reply, with what was odd about it. */
export interface Decoded<A> {
  readonly value: A
  readonly warnings: ReadonlyArray<{ readonly path: ReadonlyArray<string | number>; readonly message: string }>
}

/** Says what a reply is, or in one line (without a value of it) why it is not what was asked for. */
export type Decode<A> = (json: unknown) => Either.Either<Decoded<A>, string>

/** What an operation adds to the common course of a call. */
export interface Hooks<in A> {
  readonly onStart: (call: Call) => Effect.Effect<void>
  /** Notes what the answer says of itself. */
  readonly onAnswer: (call: Call, value: A) => void
}

/** One call whose answer comes whole. */
export const unary = <A>(
  settings: Settings,
  outgoing: Outgoing,
  decode: Decode<A>,
  hooks: Hooks<A>
): Effect.Effect<A, CallError> =>
  Effect.flatMap(ambientOf(settings), (ambient) => {
    const ready = prepare(settings, ambient.options, outgoing)
    if (Either.isLeft(ready)) return Effect.fail(ready.left)
    const prepared = ready.right
    const call = beginCall(ambient, settings, prepared)
    const running = runningCall(ambient, settings, call)
    const attempts = withRetries(call, (fresh) =>
      Effect.scoped(
        through(call, prepared.demand, (pass) =>
          Effect.flatMap(
            Effect.flatMap(exchange(call, settings, prepared.toTransport(fresh), pass), (response) =>
              answer(call, settings, response, decode)
            ),
            (value) => {
              hooks.onAnswer(call, value)
              return Effect.as(ended(call, pass), value)
            }
          )
        )
      )
    )
    return finishing(running, Effect.zipRight(hooks.onStart(call), within(call, attempts)))
  })

/** A call that has been checked and is about to be sent. */
export const beginCall = (ambient: Ambient, settings: Settings, prepared: Prepared): Call => {
  const policies = policiesIn(ambient.context, settings.policies)
  const call = new Call(ambient, prepared, ambient.retry ?? settings.retry, policies)
  call.started(prepared.info.stream === true, prepared.demand.origin, prepared.body)
  return call
}

/** A call as its client, and the program that it belongs to, wait for its end. */
export const runningCall = (ambient: Ambient, settings: Settings, call: Call): RunningCall => {
  const program = Context.get(ambient.context, CurrentDrain)
  return new RunningCall(call, program === undefined ? [settings.drain] : [settings.drain, program])
}

/** The answer came whole: tells the gate what it used. */
export const ended = (call: Call, pass: Pass): Effect.Effect<void> =>
  call.usage === undefined ? pass.succeeded : Effect.zipRight(pass.settle(call.usage), pass.succeeded)

/** Sends one attempt and judges its status: what comes back is a 2xx whose body is still to be read. */
export const exchange = (call: Call, settings: Settings, request: Effect.Effect<TransportRequest>, pass: Pass) =>
  Effect.flatMap(request, (request) =>
    Effect.matchEffect(Effect.zipRight(pass.sent, settings.transport.execute(request)), {
      onFailure: (fault) => Effect.fail(call.faulty(fault, fault.phase, fault.requestSent !== false)),
      onSuccess: (response): Effect.Effect<TransportResponse, CallError> => {
        call.noteHeaders(response)
        if (response.status >= 200 && response.status < 300) return Effect.as(pass.headers(response), response)
        return Effect.zipRight(
          pass.headers(response),
          Effect.flatMap(readErrorText(call, response.body, settings.options.maxSizes), (body) =>
            Effect.fail(refusal(call, response, body))
          )
        )
      }
    })
  )

const refusal = (call: Call, response: TransportResponse, body: string): CallError =>
  fromResponse({
    status: response.status,
    headers: response.headers,
    body,
    now: call.now(),
    context: call.errorContext("headers", true),
    hide: call.hide
  })

const answer = <A>(call: Call, settings: Settings, response: TransportResponse, decode: Decode<A>) =>
  Effect.matchEffect(readText(call, response.body, settings.options.maxSizes), {
    onFailure: (fault) => Effect.fail(call.faulty(fault)),
    onSuccess: (text): Effect.Effect<A, CallError> => {
      const decoded = Either.flatMap(parse(text), decode)
      if (Either.isLeft(decoded)) return Effect.fail(notTheApi(call, response, text, decoded.left))
      for (const { message, path } of decoded.right.warnings) {
        call.warn("unexpected-data", `${path.join(".")}: ${message}`)
      }
      return Effect.succeed(decoded.right.value)
    }
  })

/** A 2xx that is not what was asked for: a page of a proxy, broken JSON, another shape. */
export const notTheApi = (call: Call, response: TransportResponse, body: string, description: string): CallError => {
  const { headers, status } = response
  const answer = { status, headers, body, now: call.now(), context: call.errorContext("body", true), hide: call.hide }
  // an error of the API may come under a 2xx from a gateway: it is that error all the same
  const told = fromResponse(answer)
  return told._tag === "UnexpectedResponse" ? unexpected({ ...answer, description }) : told
}

const parse = (text: string): Either.Either<unknown, string> => {
  if (text === "") return Either.right(undefined)
  if (isNestedTooDeep(text)) return Either.left(`the reply is nested deeper than ${maxNesting} levels`)
  return Either.try({
    try: (): unknown => JSON.parse(text),
    catch: () => (text.trimStart().startsWith("<") ? "the reply is HTML, not JSON" : "the reply is not JSON")
  })
}

/** Ends a call at its deadline, where it has one. */
export const within = <A, E, R>(call: Call, effect: Effect.Effect<A, E, R>) =>
  call.deadline === Infinity
    ? effect
    : Effect.suspend(() =>
        Effect.timeoutFail(effect, {
          duration: Math.max(0, call.deadline - call.now()),
          onTimeout: () => call.totalTimedOut()
        })
      )

/** Lets a call begin, unless its client is being drained, and tells its end. */
const finishing = <A, R>(running: RunningCall, effect: Effect.Effect<A, CallError, R>) => {
  const begun = Effect.suspend((): Effect.Effect<A, CallError, R> => {
    const refused = running.enter()
    return refused === undefined ? endable(running, effect) : Effect.fail(refused)
  })
  return Effect.onExit(begun, (exit) =>
    Effect.sync(() => {
      const { call } = running
      running.leave()
      if (exit._tag === "Success") return call.finish("success", undefined)
      const failure = exit.cause._tag === "Fail" ? exit.cause.error : undefined
      call.finish(failure === undefined ? "interrupted" : "failure", failure)
    })
  )
}
