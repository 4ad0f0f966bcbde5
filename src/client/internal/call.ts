import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Record from "effect/Record"
import * as Runtime from "effect/Runtime"
import type { CallOptions, ResolvedTimeouts } from "../../ClaudeConfig.js"
import { CurrentCallOptions, CurrentDeadline, CurrentPriority } from "../../ClaudeConfig.js"
import type { CallError, ClaudeError, ErrorContext, Phase, RequestInfo } from "../../ClaudeError.js"
import { TimedOut } from "../../ClaudeError.js"
import type { ClaudeEvent, EventContext, Hub, OutputReceived, RetryScheduled, Warning } from "../../ClaudeEvent.js"
import { CurrentHub } from "../../ClaudeEvent.js"
import { keepHeaders, parseLimits, parseRequestId } from "../../internal/headers.js"
import { CurrentRetryPolicy, type RetryPolicy } from "../../policy/RetryPolicy.js"
import type { Usage } from "../../schema/Message.js"
import { toClaudeError } from "../../transport/internal/faultError.js"
import type { TransportResponse } from "../../transport/Transport.js"
import type { TransportFault } from "../../transport/TransportFault.js"
import { type CallInfo, type Collector, CurrentCollector } from "../CallInfo.js"
import { ifPresent, type Policies } from "./policies.js"

/** What the context of a call says, read once where the call begins; over what its client says, if that has a say. */
export interface Ambient {
  readonly clock: Clock.Clock
  readonly hub: Hub
  readonly collector: Collector | undefined
  readonly options: CallOptions
  readonly deadline: number
  readonly retry: RetryPolicy | undefined
  readonly context: Context.Context<never>
  /** Only while somebody listens. */
  readonly runtime: Runtime.Runtime<never> | undefined
}

export const ambientOf = (client: { readonly hub: Hub }): Effect.Effect<Ambient> =>
  Effect.withFiberRuntime((fiber) => {
    const context = fiber.currentContext
    const hub = ifPresent(context, CurrentHub) ?? client.hub
    const found: Ambient = {
      clock: Context.get(fiber.currentDefaultServices, Clock.Clock),
      hub,
      collector: Context.get(context, CurrentCollector),
      options: Context.get(context, CurrentCallOptions),
      deadline: Context.get(context, CurrentDeadline),
      retry: ifPresent(context, CurrentRetryPolicy),
      context,
      runtime: undefined
    }
    return hub.isActive() ? Effect.map(Effect.runtime(), (runtime) => ({ ...found, runtime })) : Effect.succeed(found)
  })

/** Apart, since a function that is made anywhere in a method costs its every call. */
const startedEvent = (
  context: EventContext,
  ambient: Ambient,
  streaming: boolean,
  origin: string,
  body: unknown
): ClaudeEvent => ({
  _tag: "CallStarted",
  ...context,
  streaming,
  origin,
  body: () => body,
  runtime: () => ambient.runtime ?? Runtime.defaultRuntime
})

const noHeaders: TransportResponse["headers"] = {}

const infoOf = (call: Call, { headers, status }: TransportResponse): CallInfo => ({
  call: call.id,
  requestId: call.requestId,
  status,
  headers: Record.map(keepHeaders(headers), call.hide),
  limits: parseLimits(headers),
  attempts: call.attempt,
  get elapsed() {
    return call.elapsed()
  }
})

/** What a call knows of its request. */
interface Outline {
  readonly info: RequestInfo
  readonly timeouts: ResolvedTimeouts
  readonly hide: (text: string) => string
}

/** The account of one call over its attempts. */
export class Call {
  readonly id: number
  readonly request: RequestInfo
  readonly timeouts: ResolvedTimeouts
  /** Takes the secrets of the request out of a text. */
  readonly hide: (text: string) => string
  readonly startedAt: number
  readonly deadline: number
  attempt = 0
  attemptStartedAt = 0
  /** Where the running attempt is, as far as this floor can see. */
  phase: Phase = "validate"
  stopReason: string | undefined = undefined
  /** Among calls that wait: higher ones go first. */
  readonly priority: number
  /** What the answer says that it used. */
  usage: Usage | undefined = undefined
  /** The id and the model of the answer. */
  message: { readonly id: string; readonly model: string } | undefined = undefined
  private headers = noHeaders

  constructor(
    private readonly ambient: Ambient,
    prepared: Outline,
    readonly policy: RetryPolicy,
    readonly policies: Policies
  ) {
    const { timeouts } = prepared
    this.request = prepared.info
    this.timeouts = timeouts
    this.hide = prepared.hide
    this.id = ambient.hub.nextCall()
    this.startedAt = this.now()
    this.priority = Context.get(ambient.context, CurrentPriority)
    const total = timeouts.total === undefined ? Infinity : this.startedAt + Duration.toMillis(timeouts.total)
    this.deadline = Math.min(ambient.deadline, total)
  }

  /** The running attempt's. Read where somebody asks, since it costs more than most of what a call does. */
  get requestId(): string | undefined {
    const id = parseRequestId(this.headers)
    return id === undefined ? undefined : this.hide(id)
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

  /** What a fault of the transport is to the caller. */
  faulty(fault: TransportFault, phase: Phase = "body", mayHaveRun = true): CallError {
    return toClaudeError(fault, this.errorContext(phase, mayHaveRun), this.hide)
  }

  /** Whether anybody listens. While nobody does, what tells an event makes nothing. */
  get isHeard(): boolean {
    return this.ambient.hub.isActive()
  }

  private tell(event: ClaudeEvent): void {
    this.ambient.hub.publish(event)
  }

  private context(): EventContext {
    return { at: this.now(), call: this.id, request: this.request }
  }

  /** Tells that the call begins. */
  started(streaming: boolean, origin: string, body: unknown): void {
    if (this.isHeard) this.tell(startedEvent(this.context(), this.ambient, streaming, origin, body))
  }

  /** Tells that the attempt had to wait, and was let in. */
  admitted(waited: Duration.Duration): void {
    if (this.isHeard) this.tell({ _tag: "Admitted", ...this.context(), attempt: this.attempt, waited })
  }

  firstContent(): void {
    const { attempt } = this
    if (this.isHeard) this.tell({ _tag: "FirstContent", ...this.context(), attempt, elapsed: this.elapsed() })
  }

  failed(error: ClaudeError): void {
    if (this.isHeard) this.tell({ _tag: "AttemptFailed", ...this.context(), attempt: this.attempt, error })
  }

  /** Tells that the stream broke after its first content. */
  cut(error: ClaudeError): void {
    if (this.isHeard) this.tell({ _tag: "StreamCut", ...this.context(), attempt: this.attempt, error })
  }

  /** Tells that there will be another attempt. */
  again(error: ClaudeError, delay: Duration.Duration, reason: RetryScheduled["reason"]): void {
    const attempt = this.attempt + 1
    if (this.isHeard) this.tell({ _tag: "RetryScheduled", ...this.context(), attempt, delay, error, reason })
  }

  warn(kind: Warning["kind"], message: string): void {
    if (this.isHeard) this.tell({ _tag: "Warning", ...this.context(), kind, message })
  }

  /** Tells a piece of the answer to those who asked for it. */
  told(output: OutputReceived["output"]): void {
    const { hub } = this.ambient
    if (hub.wantsOutput()) hub.publishOutput({ at: this.now(), call: this.id, attempt: this.attempt, output })
  }

  /** Begins the next attempt. */
  begin(): void {
    this.attempt++
    this.attemptStartedAt = this.now()
    this.phase = "headers"
    this.headers = noHeaders
    if (this.isHeard) this.tell({ _tag: "AttemptStarted", ...this.context(), attempt: this.attempt })
  }

  /** Notes the headers of a response, good or bad. */
  noteHeaders(response: TransportResponse): void {
    const { collector } = this.ambient
    this.headers = response.headers
    this.phase = "body"
    if (collector !== undefined) collector.info = infoOf(this, response)
    if (!this.isHeard) return
    this.tell({
      _tag: "HeadersReceived",
      ...this.context(),
      attempt: this.attempt,
      status: response.status,
      requestId: this.requestId,
      limits: parseLimits(response.headers),
      reusedConnection: response.reusedConnection
    })
  }

  finish(outcome: "success" | "failure" | "interrupted", error: ClaudeError | undefined): void {
    const { collector } = this.ambient
    // another call may have been noted meanwhile
    if (collector?.info?.call === this.id) collector.info = { ...collector.info, elapsed: this.elapsed() }
    if (!this.isHeard) return
    this.tell({
      _tag: "CallFinished",
      ...this.context(),
      outcome,
      attempts: this.attempt,
      elapsed: this.elapsed(),
      requestId: this.requestId,
      stopReason: this.stopReason,
      inputTokens: this.usage?.input_tokens,
      outputTokens: this.usage?.output_tokens,
      usage: this.usage,
      messageId: this.message?.id,
      responseModel: this.message?.model,
      error
    })
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
