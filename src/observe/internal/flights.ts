import * as Duration from "effect/Duration"
import * as Schema from "effect/Schema"
import { ClaudeError } from "../../ClaudeError.js"
import type { CallFinished, ClaudeEvent } from "../../ClaudeEvent.js"
import type { AttemptRecord } from "./attemptRecord.js"
import { Running } from "./running.js"

/** A record while its attempt runs. */
export type Draft = { -readonly [K in keyof AttemptRecord]: AttemptRecord[K] }

export interface Listener {
  readonly began: (draft: Draft) => void
  /** Its headers came, it ended, or what follows it is known. */
  readonly changed: (draft: Draft) => void
}

const copy = Schema.encodeSync(ClaudeError)
const restore = Schema.decodeSync(ClaudeError)

/**
 * An error to be kept: that of an unexpected reply holds the whole reply as long as it lives, which a record must
 * neither keep in memory nor give away.
 */
const kept = (error: ClaudeError): ClaudeError => (error._tag === "UnexpectedResponse" ? restore(copy(error)) : error)

/** Follows attempts by their events. */
export class Flights {
  private readonly calls = new Running<Draft>()

  constructor(private readonly listener: Listener) {}

  readonly onEvent = (event: ClaudeEvent): void => {
    switch (event._tag) {
      case "CallStarted":
      case "BreakerChanged":
      case "PoolPressure":
        return
      case "AttemptStarted": {
        const { at, attempt, call, request } = event
        const draft: Draft = { call, attempt, request, startedAt: at, state: "running" }
        this.calls.add(call, draft)
        return this.listener.began(draft)
      }
      case "CallFinished": {
        const draft = this.calls.take(event.call)
        if (draft !== undefined && finish(draft, event)) this.listener.changed(draft)
        return
      }
      default: {
        const draft = this.calls.get(event.call)
        if (draft !== undefined && note(draft, event)) this.listener.changed(draft)
      }
    }
  }
}

/** Whether this tells anything new. */
const finish = (draft: Draft, event: CallFinished): boolean => {
  const { at, error, inputTokens, outcome, outputTokens, stopReason } = event
  const said = defined({ stopReason, inputTokens, outputTokens })
  Object.assign(draft, said)
  if (draft.endedAt !== undefined) return Object.keys(said).length > 0
  draft.endedAt = at
  draft.state = outcome === "success" ? "succeeded" : outcome === "failure" ? "failed" : "interrupted"
  if (error !== undefined) fail(draft, error)
  return true
}

const defined = <A extends object>(fields: A): Partial<A> => {
  const found: Partial<A> = { ...fields }
  for (const key in found) if (found[key] === undefined) delete found[key]
  return found
}

const fail = (draft: Draft, error: ClaudeError): void => {
  draft.error = kept(error)
  Object.assign(draft, defined({ hint: error.hint }))
}

type Noted = Exclude<
  ClaudeEvent,
  { readonly _tag: "CallStarted" | "AttemptStarted" | "CallFinished" | "BreakerChanged" | "PoolPressure" }
>

/** Whether this is worth telling at once. */
const note = (draft: Draft, event: Noted): boolean => {
  switch (event._tag) {
    case "Admitted":
      draft.waited = Duration.toMillis(event.waited)
      return false
    case "HeadersReceived": {
      const { limits, requestId, reusedConnection, status } = event
      Object.assign(draft, { headersAt: event.at, status }, defined({ requestId, limits, reusedConnection }))
      return true
    }
    case "FirstContent":
      draft.firstContentAt = event.at
      return false
    case "AttemptFailed":
    case "StreamCut":
      draft.endedAt = event.at
      draft.state = event._tag === "StreamCut" ? "cut" : "failed"
      fail(draft, event.error)
      return true
    case "RetryScheduled":
      draft.retry = { delay: Duration.toMillis(event.delay), reason: event.reason }
      return true
    case "StreamResumed":
      draft.segment = event.segment
      return false
    case "Warning":
      draft.warnings = [...(draft.warnings ?? []).slice(-9), event.message]
      return false
  }
}
