import type * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as FiberId from "effect/FiberId"
import * as Predicate from "effect/Predicate"
import * as Runtime from "effect/Runtime"
import type * as Tracer from "effect/Tracer"
import type { ClaudeError } from "../../ClaudeError.js"
import type { CallFinished, CallStarted, ClaudeEvent, OutputReceived } from "../../ClaudeEvent.js"
import * as content from "./content.js"
import { type Operation, operationOf, pathTemplate } from "./operation.js"
import { Running } from "./running.js"
import { inputTokens, reasoningTokens } from "./usage.js"

export interface TracingOptions {
  /** Characters of a text that are recorded at most; `undefined` for no prompts and answers at all. */
  readonly content: number | undefined
  /** Whether attributes have the names since September 2026. */
  readonly latest: boolean
}

/** The spans of one call. */
interface Trace {
  readonly runtime: Runtime.Runtime<never>
  readonly clock: Clock.Clock
  readonly operation: Operation
  readonly span: Tracer.Span
  readonly answer: content.Answer | undefined
  attempt: Tracer.Span | undefined
}

type Attributes = Readonly<Record<string, unknown>>

const annotate = (span: Tracer.Span, attributes: Attributes): void => {
  for (const [name, value] of Object.entries(attributes)) if (value !== undefined) span.attribute(name, value)
}

const defined = (attributes: Attributes): Record<string, unknown> =>
  Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined))

/** Turns events into spans: one for the call, children of it for the attempts. */
export class Tracing {
  private readonly running = new Running<Trace>()

  constructor(private readonly options: TracingOptions) {}

  readonly onEvent = (event: ClaudeEvent): void => {
    if (event._tag === "CallStarted") return this.started(event)
    if (event._tag === "BreakerChanged" || event._tag === "PoolPressure") return
    const trace = event._tag === "CallFinished" ? this.running.take(event.call) : this.running.get(event.call)
    if (trace !== undefined) during(trace, event, this.options)
  }

  readonly onOutput = (output: OutputReceived): void => {
    this.running.get(output.call)?.answer?.add(output)
  }

  private started(event: CallStarted): void {
    const operation = operationOf(event)
    const runtime = event.runtime()
    const { model } = event.request
    const name = model === undefined ? operation.name : `${operation.name} ${model}`
    const attributes = defined({
      ...(operation.isChat ? { ...parameters(event.body()), "gen_ai.request.stream": event.streaming } : {}),
      "gen_ai.operation.name": operation.name,
      "gen_ai.provider.name": "anthropic",
      "gen_ai.request.model": model,
      "server.address": operation.address,
      "server.port": operation.port
    })
    // in the caller's fiber refs, so that its tracer, its parent span and its annotations hold
    const [span, clock] = Runtime.runSync(runtime)(
      Effect.zip(Effect.makeSpan(name, { kind: "client", attributes, captureStackTrace: false }), Effect.clock)
    )
    const { content: most } = this.options
    const recorded = most !== undefined && operation.isChat
    if (recorded) annotate(span, content.ofRequest(event.body(), most))
    const answer = recorded ? new content.Answer() : undefined
    this.running.add(event.call, { runtime, clock, operation, span, answer, attempt: undefined })
  }
}

type Told = Exclude<ClaudeEvent, { readonly _tag: "CallStarted" | "BreakerChanged" | "PoolPressure" }>

const during = (trace: Trace, event: Told, options: TracingOptions): void => {
  switch (event._tag) {
    case "AttemptStarted":
      return attempt(trace, event.attempt, event.request)
    case "Admitted":
      return tell(trace.attempt, trace, "claude.admitted", { "claude.waited": Duration.toSeconds(event.waited) })
    case "HeadersReceived":
      return trace.attempt === undefined
        ? undefined
        : annotate(trace.attempt, {
            "http.response.status_code": event.status,
            "anthropic.request.id": event.requestId,
            "claude.connection.reused": event.reusedConnection
          })
    case "FirstContent":
      return annotate(trace.span, { "gen_ai.response.time_to_first_chunk": Duration.toSeconds(event.elapsed) })
    case "AttemptFailed":
      return endAttempt(trace, event.error)
    case "StreamCut":
      tell(trace.span, trace, "claude.cut", { "error.type": event.error._tag })
      return endAttempt(trace, event.error)
    case "RetryScheduled":
      return tell(trace.span, trace, "claude.retry", {
        "claude.retry.delay": Duration.toSeconds(event.delay),
        "claude.retry.reason": event.reason,
        "error.type": event.error._tag
      })
    case "StreamResumed":
      annotate(trace.span, { "claude.segment": event.segment })
      return tell(trace.span, trace, "claude.resumed", {
        "error.type": event.cut,
        ...(event.certain === undefined ? {} : { "claude.seam.certain": event.certain })
      })
    case "Warning":
      return tell(trace.span, trace, "claude.warning", { "claude.warning": event.kind, message: event.message })
    case "CallFinished":
      return finished(trace, event, options)
  }
}

const now = (trace: Trace): bigint => trace.clock.unsafeCurrentTimeNanos()

const tell = (span: Tracer.Span | undefined, trace: Trace, name: string, attributes: Record<string, unknown>): void => {
  span?.event(name, now(trace), attributes)
}

const attempt = (trace: Trace, number: number, request: ClaudeError["request"]): void => {
  const template = pathTemplate(request.path)
  const attributes = defined({
    "http.request.method": request.method,
    "http.request.resend_count": number > 1 ? number - 1 : undefined,
    "http.request.body.size": request.bodyBytes,
    "url.template": template,
    "server.address": trace.operation.address,
    "server.port": trace.operation.port
  })
  trace.attempt = Runtime.runSync(trace.runtime)(
    Effect.makeSpan(`${request.method} ${template}`, {
      kind: "client",
      parent: trace.span,
      attributes,
      captureStackTrace: false
    })
  )
}

const failure = (span: Tracer.Span, error: ClaudeError): Exit.Exit<never, ClaudeError> => {
  annotate(span, { "error.type": error._tag, "claude.phase": error.phase, "claude.hint": error.hint })
  return Exit.fail(error)
}

const endAttempt = (trace: Trace, error: ClaudeError): void => {
  const { attempt } = trace
  trace.attempt = undefined
  attempt?.end(now(trace), failure(attempt, error))
}

const finished = (trace: Trace, event: CallFinished, options: TracingOptions): void => {
  const { answer, attempt, span } = trace
  annotate(span, {
    ...response(event, options),
    "anthropic.request.id": event.requestId,
    "claude.attempts": event.attempts,
    ...(options.content === undefined ? {} : answer?.attributes(options.content))
  })
  const exit = (of: Tracer.Span) => {
    if (event.outcome === "success") return Exit.void
    return event.error === undefined ? Exit.interrupt(FiberId.none) : failure(of, event.error)
  }
  const end = now(trace)
  attempt?.end(end, exit(attempt))
  span.end(end, exit(span))
}

const response = ({ messageId, responseModel, stopReason, usage }: CallFinished, options: TracingOptions) => ({
  "gen_ai.response.id": messageId,
  "gen_ai.response.model": responseModel,
  "gen_ai.response.finish_reasons": stopReason === undefined ? undefined : [stopReason],
  ...(usage === undefined
    ? {}
    : {
        "gen_ai.usage.input_tokens": inputTokens(usage),
        "gen_ai.usage.output_tokens": usage.output_tokens,
        "gen_ai.usage.cache_read.input_tokens": usage.cache_read_input_tokens ?? undefined,
        [options.latest ? "gen_ai.usage.cache_write.input_tokens" : "gen_ai.usage.cache_creation.input_tokens"]:
          usage.cache_creation_input_tokens ?? undefined,
        "gen_ai.usage.reasoning.output_tokens": reasoningTokens(usage)
      })
})

/** The parameters of a request, which say nothing of what it is about. */
const parameters = (body: unknown): Attributes => {
  if (!Predicate.isRecord(body)) return {}
  const output = Predicate.isRecord(body["output_config"]) ? body["output_config"] : {}
  const format = Predicate.isRecord(output["format"]) ? output["format"]["type"] : undefined
  return {
    "gen_ai.request.max_tokens": body["max_tokens"],
    "gen_ai.request.stop_sequences": body["stop_sequences"] ?? undefined,
    "gen_ai.request.reasoning.level": output["effort"] ?? undefined,
    "gen_ai.output.type": format === "json_schema" ? "json" : undefined
  }
}
