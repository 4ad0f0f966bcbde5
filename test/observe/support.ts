import {
  type Context,
  Effect,
  Either,
  type Exit,
  Fiber,
  Layer,
  Metric,
  MetricState,
  Option,
  TestClock,
  Tracer
} from "effect"
import { Claude, ClaudeEvent } from "effect-claude"
import { secret } from "../support/fixtures.js"
import type { Script } from "../support/scriptedTransport.js"

/** A span as a test looks at it. */
export interface Seen {
  readonly span: Tracer.Span
  readonly name: string
  readonly kind: Tracer.SpanKind
  readonly attributes: Readonly<Record<string, unknown>>
  readonly events: ReadonlyArray<{ readonly name: string; readonly attributes: Readonly<Record<string, unknown>> }>
  readonly parent: string | undefined
  readonly start: number
  readonly end: number | undefined
  readonly exit: Exit.Exit<unknown, unknown> | undefined
}

class TestSpan implements Tracer.Span {
  readonly _tag = "Span"
  readonly spanId: string
  readonly traceId = "trace"
  readonly sampled = true
  readonly attributes = new Map<string, unknown>()
  readonly events: Array<Seen["events"][number]> = []
  status: Tracer.SpanStatus
  constructor(
    id: number,
    readonly name: string,
    readonly parent: Option.Option<Tracer.AnySpan>,
    readonly context: Context.Context<never>,
    readonly links: ReadonlyArray<Tracer.SpanLink>,
    startTime: bigint,
    readonly kind: Tracer.SpanKind
  ) {
    this.spanId = `span-${id}`
    this.status = { _tag: "Started", startTime }
  }
  end(endTime: bigint, exit: Exit.Exit<unknown, unknown>) {
    this.status = { _tag: "Ended", startTime: this.status.startTime, endTime, exit }
  }
  attribute(key: string, value: unknown) {
    this.attributes.set(key, value)
  }
  event(name: string, _: bigint, attributes?: Record<string, unknown>) {
    this.events.push({ name, attributes: attributes ?? {} })
  }
  addLinks() {}
}

/** A tracer that keeps what it makes. */
export const recordingTracer = () => {
  const spans: Array<TestSpan> = []
  const tracer = Tracer.make({
    span: (name, parent, context, links, startTime, kind) => {
      const span = new TestSpan(spans.length + 1, name, parent, context, links, startTime, kind)
      spans.push(span)
      return span
    },
    context: (f) => f()
  })
  const millis = (nanos: bigint) => Number(nanos) / 1e6
  const seen = (): ReadonlyArray<Seen> =>
    spans.map((span) => ({
      span,
      name: span.name,
      kind: span.kind,
      attributes: Object.fromEntries(span.attributes),
      events: span.events,
      parent: Option.getOrUndefined(span.parent)?.spanId,
      start: millis(span.status.startTime),
      end: span.status._tag === "Ended" ? millis(span.status.endTime) : undefined,
      exit: span.status._tag === "Ended" ? span.status.exit : undefined
    }))
  return { tracer, seen }
}

/** A client over a script, with a hub of its own. */
export const client = (played: Script, options: Claude.Options = {}): Layer.Layer<Claude.Claude> =>
  Claude.layerTransport({ apiKey: secret, ...options }).pipe(Layer.provide(played.layer))

/** Runs to the end, with as much time as it wants, in a hub of its own. */
export const inTime = <A, E>(effect: Effect.Effect<A, E>) =>
  Effect.gen(function* () {
    const fiber = yield* Effect.fork(Effect.either(Effect.provide(effect, ClaudeEvent.layerHub)))
    yield* TestClock.adjust("1 hour")
    return yield* Fiber.join(fiber)
  })

export const failureOf = <A, E>(result: Either.Either<A, E>): E | undefined =>
  Either.isLeft(result) ? result.left : undefined

/** A data point of a metric. */
export interface Point {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly count: number
  readonly sum: number
}

/** All data points: metrics are one registry for the process. */
export const snapshot = (): ReadonlyArray<Point> =>
  Metric.unsafeSnapshot().flatMap(({ metricKey, metricState }) => {
    const labels = Object.fromEntries(metricKey.tags.map((tag) => [tag.key, tag.value]))
    const { name } = metricKey
    if (MetricState.isHistogramState(metricState)) {
      return [{ name, labels, count: metricState.count, sum: metricState.sum }]
    }
    if (MetricState.isCounterState(metricState)) return [{ name, labels, count: 1, sum: Number(metricState.count) }]
    return MetricState.isGaugeState(metricState) ? [{ name, labels, count: 1, sum: Number(metricState.value) }] : []
  })

/** The data points that have this label. */
export const points = (label: string, value: string): ReadonlyArray<Point> =>
  snapshot().filter(({ labels }) => labels[label] === value)
