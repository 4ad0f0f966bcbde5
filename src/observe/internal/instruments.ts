import * as Metric from "effect/Metric"
import * as MetricBoundaries from "effect/MetricBoundaries"
import * as MetricLabel from "effect/MetricLabel"

/** What the documentation says of a metric, and what it is labelled with. */
export interface Definition {
  readonly name: string
  readonly kind: "counter" | "gauge" | "histogram"
  /** In UCUM, as OpenTelemetry writes units. */
  readonly unit: string
  readonly description: string
  readonly attributes: ReadonlyArray<string>
}

/** Values of attributes; those that are `undefined` are left out. */
export type Attributes = Readonly<Record<string, string | undefined>>

/** The labels that the caller's fiber has (`Effect.tagMetrics`). */
export interface CallerLabels {
  readonly key: string
  readonly labels: ReadonlyArray<MetricLabel.MetricLabel>
}

export const noLabels: CallerLabels = { key: "", labels: [] }

export const callerLabels = (labels: ReadonlyArray<MetricLabel.MetricLabel>): CallerLabels =>
  labels.length === 0 ? noLabels : { key: labels.map(({ key, value }) => `${key}=${value}`).join("\n"), labels }

type Update = (value: number, labels: ReadonlyArray<MetricLabel.MetricLabel>) => void

/** More sets of labels than this are a mistake; the cache starts anew, the metrics stay right. */
const maxCached = 2000

/**
 * A metric whose labels are made once for each set of values: the registry finds its state by the identity of the
 * array of labels, which costs a tenth of comparing them.
 */
export class Instrument {
  private readonly cache = new Map<string, ReadonlyArray<MetricLabel.MetricLabel>>()
  private readonly unit: MetricLabel.MetricLabel

  constructor(
    readonly definition: Definition,
    private readonly update: Update
  ) {
    // exporters of Effect's metrics take the unit from this label
    this.unit = MetricLabel.make("unit", definition.unit)
  }

  record(value: number, attributes: Attributes, caller: CallerLabels = noLabels): void {
    this.update(value, this.labels(attributes, caller))
  }

  /** For what is recorded many times with the same attributes. */
  bind(attributes: Attributes, caller: CallerLabels): (value: number) => void {
    const labels = this.labels(attributes, caller)
    return (value) => this.update(value, labels)
  }

  private labels(attributes: Attributes, caller: CallerLabels): ReadonlyArray<MetricLabel.MetricLabel> {
    const names = this.definition.attributes
    let key = caller.key
    for (const name of names) key += `\u0000${attributes[name] ?? ""}`
    const known = this.cache.get(key)
    if (known !== undefined) return known
    const labels = names.flatMap((name) => {
      const value = attributes[name]
      return value === undefined ? [] : [MetricLabel.make(name, value)]
    })
    const made = [this.unit, ...labels, ...caller.labels]
    if (this.cache.size >= maxCached) this.cache.clear()
    this.cache.set(key, made)
    return made
  }
}

type Described = readonly [name: string, unit: string, attributes: ReadonlyArray<string>, description: string]

export const counter = (...[name, unit, attributes, description]: Described): Instrument => {
  const metric = Metric.counter(name, { description, incremental: true })
  return new Instrument({ name, kind: "counter", unit, attributes, description }, metric.unsafeUpdate)
}

export const gauge = (...[name, unit, attributes, description]: Described): Instrument => {
  const metric = Metric.gauge(name, { description })
  return new Instrument({ name, kind: "gauge", unit, attributes, description }, metric.unsafeUpdate)
}

export const histogram = (
  boundaries: ReadonlyArray<number>,
  ...[name, unit, attributes, description]: Described
): Instrument => {
  const metric = Metric.histogram(name, MetricBoundaries.fromIterable(boundaries), description)
  return new Instrument({ name, kind: "histogram", unit, attributes, description }, metric.unsafeUpdate)
}

/** The boundaries that the GenAI conventions advise for durations, in seconds. */
export const secondBoundaries = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92]

/** The boundaries that the GenAI conventions advise for tokens. */
export const tokenBoundaries = [
  1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864
]
