import { Clock, Effect, Exit, Fiber, Scope } from "effect"
import * as Admission from "../../src/policy/Admission.js"

/** As users make it, but that nothing holds back the first calls. */
export const make = (options: Admission.Options = {}) => Admission.make({ coldStart: Infinity, ...options })

/** A call that was begun: it waits, then it holds its place until its end. */
export interface Begun {
  readonly fiber: Fiber.RuntimeFiber<Admission.Ticket, Admission.AdmissionRefused>
  /** When it was let in, in epoch milliseconds. */
  readonly admittedAt: () => number | undefined
  /** The ticket of a call that was let in. */
  readonly ticket: Effect.Effect<Admission.Ticket, Admission.AdmissionRefused>
  readonly end: Effect.Effect<void>
}

export const begin = (admission: Admission.Admission, request: Partial<Admission.AdmissionRequest> = {}) =>
  Effect.gen(function* () {
    let at: number | undefined
    const scope = yield* Scope.make()
    const fiber = yield* admission.acquire({ group: "g", inputTokens: 0, outputTokens: 0, ...request }).pipe(
      Scope.extend(scope),
      Effect.tap(() =>
        Effect.map(Clock.currentTimeMillis, (now) => {
          at = now
        })
      ),
      Effect.fork
    )
    yield* settled
    const begun: Begun = {
      fiber,
      admittedAt: () => at,
      ticket: Fiber.join(fiber),
      end: Effect.zipRight(Fiber.interrupt(fiber), Scope.close(scope, Exit.void))
    }
    return begun
  })

/** Lets the fibers run that can, without moving the clock. */
export const settled = Effect.repeatN(Effect.yieldNow(), 30)

export const beginAll = (
  admission: Admission.Admission,
  requests: ReadonlyArray<Partial<Admission.AdmissionRequest>>
) => Effect.forEach(requests, (request) => begin(admission, request))

/** The numbers of those that were let in. */
export const admitted = (all: ReadonlyArray<Begun>): ReadonlyArray<number> =>
  all.flatMap((begun, index) => (begun.admittedAt() === undefined ? [] : [index]))

export const groupStatus = (admission: Admission.Admission, group = "g") =>
  Effect.flatMap(admission.status, ({ groups }) => {
    const status = groups.find((each) => each.group === group)
    return status === undefined ? Effect.die(`no group ${group}`) : Effect.succeed(status)
  })
