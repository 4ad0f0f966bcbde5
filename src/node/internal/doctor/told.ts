import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { ClaudeError } from "../../../ClaudeError.js"
import { adviceOf } from "../../../internal/advice.js"
import { toClaudeError } from "../../../transport/internal/faultError.js"
import type { TransportFault } from "../../../transport/TransportFault.js"
import type { Found, Verdict } from "./model.js"

export const millis = (duration: Duration.Duration): number => Math.round(Duration.toMillis(duration))

/** Whole milliseconds up to a second, then seconds. */
export const lasting = (ms: number): string => (ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`)

export const many = (n: number, one: string, more = `${one}s`): string => `${n} ${n === 1 ? one : more}`

/** What an effect gives, and the milliseconds that it took. */
export const timed = <A, E, R>(self: Effect.Effect<A, E, R>): Effect.Effect<readonly [A, number], E, R> =>
  Effect.map(Effect.timed(self), ([took, value]) => [value, millis(took)])

/** Its sentence, and the id by which support finds the call, without the call: that is ours. */
const sentence = ({ message, requestId }: ClaudeError): string => {
  const words = message.replace(/ \[[^\][]*\]$/, "")
  return requestId === undefined ? words : `${words} (${requestId})`
}

/** What an error of a call says of the way. */
export const broken = (error: ClaudeError, verdict: Verdict = "failure"): Found => ({
  verdict,
  says: sentence(error),
  remedy: adviceOf(error),
  evidence: {
    tag: error._tag,
    phase: error.phase,
    requestId: error.requestId,
    ...("reason" in error ? { reason: error.reason } : {}),
    ...("code" in error ? { code: error.code } : {}),
    ...("status" in error ? { status: error.status } : {})
  }
})

/** What a fault of a connection that carried no call would be to a call. */
export const errorOf = (fault: TransportFault): ClaudeError =>
  toClaudeError(fault, {
    phase: fault.phase,
    attempt: 1,
    elapsed: Duration.zero,
    mayHaveRun: false,
    request: { method: "GET", path: "/v1/models", model: undefined }
  })
