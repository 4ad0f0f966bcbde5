import type * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { CallOptions, ResolvedTimeouts } from "../../ClaudeConfig.js"
import { CurrentCallOptions, CurrentDeadline } from "../../ClaudeConfig.js"
import type { ClaudeError, ErrorContext, Phase, RequestInfo } from "../../ClaudeError.js"
import { TimedOut } from "../../ClaudeError.js"
import type { ClaudeEvent, EventContext, Hub } from "../../ClaudeEvent.js"
import { CurrentHub } from "../../ClaudeEvent.js"
import { keepHeaders, parseLimits, parseRequestId } from "../../internal/headers.js"
import { CurrentRetryPolicy, type RetryPolicy } from "../../policy/RetryPolicy.js"
import type { TransportResponse } from "../../transport/Transport.js"
import type { Collector } from "../CallInfo.js"
import { CurrentCollector } from "../CallInfo.js"

/** What the context of a call says, read once where the call begins. */
export interface Ambient {
  readonly clock: Clock.Clock
  readonly hub: Hub
  readonly collector: Collector | undefined
  readonly options: CallOptions
  readonly deadline: number
  readonly retry: RetryPolicy | undefined
}

/** A Reference answers always: whether somebody set it shows in the map alone. */
export const ifPresent = <I, S>(context: Context.Context<never>, tag: Context.Reference<I, S>): S | undefined =>
  context.unsafeMap.has(tag.key) ? Context.get(context, tag) : undefined

export const ambient: Effect.Effect<Ambient> = Effect.clockWith((clock) =>
  Effect.contextWith((context: Context.Context<never>) => ({
    clock,
    hub: Context.get(context, CurrentHub),
    collector: Context.get(context, CurrentCollector),
    options: Context.get(context, CurrentCallOptions),
    deadline: Context.get(context, CurrentDeadline),
    retry: ifPresent(context, CurrentRetryPolicy)
  }))
)

/** The account of one call over its attempts. */
export class Call {
  readonly id: number
  readonly startedAt: number
  readonly deadline: number
  attempt = 0
  attemptStartedAt = 0
  /** Where the running attempt is, as far as this floor can see. */
  phase: Phase = "validate"
  requestId: string | undefined = undefined
  stopReason: string | undefined = undefined
  inputTokens: number | undefined = undefined
  outputTokens: number | undefined = undefined

  constructor(
    private readonly ambient: Ambient,
    readonly request: RequestInfo,
    readonly policy: RetryPolicy,
    readonly timeouts: ResolvedTimeouts
  ) {
    this.id = ambient.hub.nextCall()
    this.startedAt = this.now()
    const total = timeouts.total === undefined ? Infinity : this.startedAt + Duration.toMillis(timeouts.total)
    this.deadline = Math.min(ambient.deadline, total)
  }

  now(): number {
    return this.ambient.clock.unsafeCurrentTimeMillis()
  }

  elapsed(): Duration.Duration {
    return Duration.millis(this.now() - this.startedAt)
  }

  /** What an error of the running attempt carries. */
  errorContext(phase: Phase, mayHaveRun: boolean): ErrorContext {
    return {
      phase,
      attempt: this.attempt,
      elapsed: this.elapsed(),
      requestId: this.requestId,
      mayHaveRun,
      request: this.request
    }
  }

  /** Tells an event, which is made only if somebody listens. */
  tell(event: (context: EventContext) => ClaudeEvent): void {
    const { hub } = this.ambient
    if (hub.isActive()) hub.publish(event({ at: this.now(), call: this.id, request: this.request }))
  }

  /** Notes the headers of a response, good or bad. */
  noteHeaders(response: TransportResponse): void {
    const { collector } = this.ambient
    this.requestId = parseRequestId(response.headers)
    this.phase = "body"
    if (collector !== undefined) {
      const elapsed = () => this.elapsed()
      const attempts = this.attempt
      collector.info = {
        requestId: this.requestId,
        status: response.status,
        headers: keepHeaders(response.headers),
        limits: parseLimits(response.headers),
        attempts,
        get elapsed() {
          return elapsed()
        }
      }
    }
    this.tell((context) => ({
      _tag: "HeadersReceived",
      ...context,
      attempt: this.attempt,
      status: response.status,
      requestId: this.requestId,
      limits: parseLimits(response.headers),
      reusedConnection: response.reusedConnection
    }))
  }

  finish(outcome: "success" | "failure" | "interrupted", error: ClaudeError | undefined): void {
    const { collector } = this.ambient
    if (collector?.info !== undefined) collector.info = { ...collector.info, elapsed: this.elapsed() }
    this.tell((context) => ({
      _tag: "CallFinished",
      ...context,
      outcome,
      attempts: this.attempt,
      elapsed: this.elapsed(),
      requestId: this.requestId,
      stopReason: this.stopReason,
      inputTokens: this.inputTokens,
      outputTokens: this.outputTokens,
      error
    }))
  }

  /** The end of the whole call's time, where one was set. */
  totalTimedOut(): TimedOut {
    return new TimedOut({
      ...this.errorContext(this.phase, this.attempt > 0),
      limit: "total",
      duration: Duration.millis(this.deadline - this.startedAt)
    })
  }
}
