import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Runtime from "effect/Runtime"
import type { ClaudeError, Limits } from "../../ClaudeError.js"
import type {
  BreakerChanged,
  CallFinished,
  CallStarted,
  ClaudeEvent,
  HeadersReceived,
  OutputReceived,
  PoolPressure
} from "../../ClaudeEvent.js"
import { groupOf } from "../../policy/RateLimits.js"
import { type Attributes, callerLabels, type CallerLabels, noLabels } from "./instruments.js"
import { client, deployed, latest } from "./metrics.js"
import { operationOf } from "./operation.js"
import { Running } from "./running.js"
import { inputTokens, reasoningTokens } from "./usage.js"

/** Which names of the GenAI conventions are used. */
export interface Names {
  readonly deployed: boolean
  readonly latest: boolean
}

interface Metered {
  readonly attributes: Attributes
  readonly caller: CallerLabels
  readonly isChat: boolean
  lastPiece: number | undefined
  /** Where the time between two pieces goes. */
  perChunk: ReadonlyArray<(seconds: number) => void> | undefined
}

const unknownCall: Metered = {
  attributes: {},
  caller: noLabels,
  isChat: false,
  lastPiece: undefined,
  perChunk: undefined
}

const breakerStates = { Closed: 0, HalfOpen: 1, Open: 2 }

/** Turns events into metrics. */
export class Meter {
  private readonly running = new Running<Metered>()

  constructor(private readonly names: Names) {}

  readonly onEvent = (event: ClaudeEvent): void => {
    switch (event._tag) {
      case "CallStarted":
        return this.started(event)
      case "CallFinished":
        return this.finished(event)
      case "HeadersReceived":
        return limits(event)
      case "BreakerChanged":
        return breaker(event)
      case "PoolPressure":
        return pressure(event)
      default:
        return this.duringCall(event, this.of(event.call))
    }
  }

  /** The time between the pieces of an answer. */
  readonly onOutput = ({ at, call, output }: OutputReceived): void => {
    const metered = this.running.get(call)
    if (metered === undefined || "role" in output) return
    if (!output.some(({ type }) => type === "content_block_delta")) return
    const { lastPiece } = metered
    metered.lastPiece = at
    if (lastPiece === undefined) return
    metered.perChunk ??= [
      ...(this.names.deployed ? [deployed.perChunk] : []),
      ...(this.names.latest ? [latest.perChunk] : [])
    ].map((instrument) => instrument.bind(metered.attributes, metered.caller))
    const seconds = Math.max(0, at - lastPiece) / 1000
    for (const record of metered.perChunk) record(seconds)
  }

  private of(call: number): Metered {
    return this.running.get(call) ?? unknownCall
  }

  private started(event: CallStarted): void {
    const operation = operationOf(event)
    this.running.add(event.call, {
      attributes: {
        "gen_ai.operation.name": operation.name,
        "gen_ai.provider.name": "anthropic",
        "gen_ai.request.model": event.request.model,
        "server.address": operation.address,
        "server.port": operation.port === undefined ? undefined : String(operation.port)
      },
      caller: callerLabels(Runtime.runSync(event.runtime())(Effect.metricLabels)),
      isChat: operation.isChat,
      lastPiece: undefined,
      perChunk: undefined
    })
    client.activeCalls.record(this.running.size, {})
  }

  private duringCall(
    event: Exclude<ClaudeEvent, CallStarted | CallFinished | HeadersReceived | BreakerChanged | PoolPressure>,
    { attributes, caller, isChat }: Metered
  ): void {
    switch (event._tag) {
      case "AttemptStarted":
        return client.attempts.record(1, attributes, caller)
      case "Admitted":
        return client.queueWait.record(Duration.toSeconds(event.waited), attributes, caller)
      case "FirstContent": {
        if (!isChat) return
        const seconds = Duration.toSeconds(event.elapsed)
        if (this.names.deployed) deployed.firstChunk.record(seconds, attributes, caller)
        if (this.names.latest) latest.firstChunk.record(seconds, attributes, caller)
        return
      }
      case "AttemptFailed":
        return failed(event.error, attributes, caller)
      case "RetryScheduled": {
        const why = { ...attributes, "error.type": event.error._tag, "claude.retry.reason": event.reason }
        client.retries.record(1, why, caller)
        return client.retryDelay.record(Duration.toSeconds(event.delay), why, caller)
      }
      case "StreamCut":
        client.cuts.record(1, { ...attributes, "error.type": event.error._tag }, caller)
        return failed(event.error, attributes, caller)
      case "StreamResumed": {
        const seam = event.certain === undefined ? "none" : event.certain ? "certain" : "uncertain"
        return client.resumes.record(1, { ...attributes, "error.type": event.cut, "claude.seam": seam }, caller)
      }
      case "Warning":
        return client.warnings.record(1, { ...attributes, "claude.warning": event.kind }, caller)
    }
  }

  private finished(event: CallFinished): void {
    const metered = this.running.take(event.call)
    if (metered === undefined) return
    client.activeCalls.record(this.running.size, {})
    const { caller, isChat } = metered
    const error = event.error?._tag ?? (event.outcome === "interrupted" ? "interrupted" : undefined)
    const attributes = { ...metered.attributes, "gen_ai.response.model": event.responseModel, "error.type": error }
    client.calls.record(1, { ...attributes, "claude.outcome": event.outcome }, caller)
    if (!isChat) return
    const seconds = Duration.toSeconds(event.elapsed)
    if (this.names.deployed) deployed.duration.record(seconds, attributes, caller)
    if (this.names.latest) latest.duration.record(seconds, attributes, caller)
    this.tokens(event, attributes, caller)
  }

  private tokens({ usage }: CallFinished, attributes: Attributes, caller: CallerLabels): void {
    if (usage === undefined) return
    const input = inputTokens(usage)
    if (this.names.deployed) {
      deployed.tokens.record(input, { ...attributes, "gen_ai.token.type": "input" }, caller)
      deployed.tokens.record(usage.output_tokens, { ...attributes, "gen_ai.token.type": "output" }, caller)
    }
    if (!this.names.latest) return
    latest.inputTokens.record(input, attributes, caller)
    latest.inputTokensPerCall.record(input, attributes, caller)
    latest.outputTokens.record(usage.output_tokens, attributes, caller)
    latest.outputTokensPerCall.record(usage.output_tokens, attributes, caller)
    latest.cacheRead.record(usage.cache_read_input_tokens ?? 0, attributes, caller)
    latest.cacheWrite.record(usage.cache_creation_input_tokens ?? 0, attributes, caller)
    latest.reasoning.record(reasoningTokens(usage) ?? 0, attributes, caller)
  }
}

const failed = (error: ClaudeError, attributes: Attributes, caller: CallerLabels): void => {
  const what = { ...attributes, "error.type": error._tag, "claude.phase": error.phase }
  client.attemptFailures.record(1, what, caller)
  if (error._tag === "TimedOut" && (error.limit === "idle" || error.limit === "stalled")) {
    client.stalls.record(1, { ...attributes, "claude.limit": error.limit }, caller)
  }
}

const limitNames: ReadonlyArray<readonly [keyof Limits, string]> = [
  ["requests", "requests"],
  ["tokens", "tokens"],
  ["inputTokens", "input_tokens"],
  ["outputTokens", "output_tokens"]
]

const limits = ({ limits, request }: HeadersReceived): void => {
  if (limits === undefined) return
  const group = groupOf(request)
  for (const [field, name] of limitNames) {
    const limit = limits[field]
    const attributes = { "claude.limit_group": group, "claude.limit": name }
    if (limit?.remaining !== undefined) client.limitRemaining.record(limit.remaining, attributes)
    if (limit?.limit !== undefined) client.limitSize.record(limit.limit, attributes)
  }
}

const breaker = ({ key, reason, to }: BreakerChanged): void => {
  client.breakerState.record(breakerStates[to], { "claude.breaker.key": key })
  client.breakerTransitions.record(1, {
    "claude.breaker.key": key,
    "claude.breaker.to": to,
    "claude.breaker.reason": reason
  })
}

/** The connections of an origin, told by an event or sampled. */
export const pool = (
  origin: string,
  stats: { readonly connected: number; readonly free: number; readonly queued: number; readonly running: number }
): void => {
  const attributes = { "claude.origin": origin }
  client.poolConnected.record(stats.connected, attributes)
  client.poolFree.record(stats.free, attributes)
  client.poolQueued.record(stats.queued, attributes)
  client.poolRunning.record(stats.running, attributes)
}

const pressure = (event: PoolPressure): void => {
  pool(event.origin, event)
  if (event.pressure === "full") client.poolFull.record(1, { "claude.origin": event.origin })
}
