/**
 * What is measured: on which answers, with which clients, how often.
 */
import type { Job } from "./child/workloads.js"

export interface Figure {
  /** As `child/workloads.ts` names it. */
  readonly name: string
  readonly label: string
  readonly unit: string
}

export interface Row {
  readonly id: string
  readonly title: string
  /** The first segments of the path: what the server answers. */
  readonly answer: string
  readonly clients: ReadonlyArray<string>
  readonly warmUp: Job
  readonly job: Job
  readonly rounds: number
  /** Given as ratios to the first client, with the median beside. */
  readonly figures: ReadonlyArray<Figure>
  /** Whether what each client takes more than the first is given, too. */
  readonly hasOverhead?: boolean | undefined
}

const streaming = ["undici", "fetch", "anthropic", "node", "node-forEach", "node-message", "http-client"]
const calling = ["undici", "fetch", "anthropic", "node", "http-client"]

const perEvent: ReadonlyArray<Figure> = [
  { name: "cpu", label: "CPU an event", unit: "µs" },
  { name: "wall", label: "time an event", unit: "µs" }
]

const perRequest: ReadonlyArray<Figure> = [
  { name: "cpu", label: "CPU a request", unit: "µs" },
  { name: "wall", label: "time a request", unit: "µs" }
]

const streamRow = (id: string, title: string, manner: string, deltas: number, rounds: number): Row => {
  const job: Job = { workload: "streams", repeat: 2, concurrency: 1, deltas }
  const answer = `${manner}/${deltas}`
  return { id, title, answer, clients: streaming, warmUp: { ...job, repeat: 3 }, job, rounds, figures: perEvent }
}

const unaryRow = (id: string, title: string, repeat: number, concurrency: number, rounds: number): Row => {
  const job: Job = { workload: "unary", repeat, concurrency, deltas: 0 }
  return { id, title, answer: "unary", clients: calling, warmUp: job, job, rounds, figures: perRequest }
}

/** What the policies and what watches cost over the client alone. */
const stackRow = (repeat: number, concurrency: number, rounds: number): Row => ({
  ...unaryRow(
    concurrency === 1 ? "stack" : `stack-${concurrency}`,
    `The stack over the client alone: calls, ${concurrency === 1 ? "one after the other" : `${concurrency} at once`}`,
    repeat,
    concurrency,
    rounds
  ),
  clients: ["node-bare", "node-admission", "node-breaker", "node-telemetry", "node-stack"],
  hasOverhead: true
})

const pacedRow = (deltas: number, rounds: number): Row => {
  const job: Job = { workload: "streams", repeat: 20, concurrency: 20, deltas }
  return {
    id: "paced",
    title: "20 streams at once, each with one event every 4 ms: every event comes alone, as it does in life",
    answer: `paced/${deltas}`,
    clients: streaming,
    warmUp: job,
    job,
    rounds,
    figures: perEvent.slice(0, 1)
  }
}

const firstRow = (repeat: number, rounds: number): Row => {
  const job: Job = { workload: "firstDelta", repeat, concurrency: 1, deltas: 8 }
  return {
    id: "first-delta",
    title: "Time to the first piece of text: streams of 8 deltas one after the other",
    answer: "each/8",
    clients: streaming.filter((name) => name !== "node-message"),
    warmUp: job,
    job,
    rounds,
    figures: [
      { name: "first", label: "first text, median", unit: "µs" },
      { name: "firstP99", label: "first text, 99%", unit: "µs" },
      { name: "whole", label: "whole stream, median", unit: "µs" },
      { name: "cpu", label: "CPU a stream", unit: "µs" }
    ]
  }
}

const manyRow = (deltas: number, rounds: number): Row => {
  const job: Job = { workload: "streams", repeat: 200, concurrency: 200, deltas }
  return {
    id: "many",
    title: `200 streams at once, ${deltas} deltas each, the server taking turns`,
    answer: `turns/${deltas}`,
    clients: streaming,
    warmUp: job,
    job,
    rounds,
    figures: [
      ...perEvent,
      { name: "lastFirst", label: "last stream's first text", unit: "µs" },
      { name: "rss", label: "memory", unit: "bytes" }
    ]
  }
}

/** Between `quick`, under a minute and a half, and `full`, for figures to be written down. */
export const rows = (full: boolean): ReadonlyArray<Row> => {
  const rounds = full ? 9 : 5
  return [
    streamRow("coalesced", "A stream of 20,000 deltas in writes of 16 KiB", "coalesced", 20_000, rounds),
    streamRow("each", "A stream of 20,000 deltas, each in a write of its own", "each", 20_000, rounds),
    pacedRow(full ? 400 : 150, full ? 5 : 3),
    unaryRow("unary", "Calls one after the other", full ? 1000 : 300, 1, rounds),
    unaryRow("unary-32", "Calls, 32 at once", full ? 2000 : 600, 32, rounds),
    stackRow(full ? 1000 : 300, 1, rounds),
    stackRow(full ? 2000 : 600, 32, rounds),
    firstRow(full ? 300 : 100, rounds),
    manyRow(full ? 300 : 50, full ? 5 : 3)
  ]
}

/** A reader of one event a second, on a stream of so many MiB, for so many seconds. */
export const backpressure = (full: boolean) => ({
  mebibytes: full ? 200 : 64,
  seconds: full ? 20 : 4,
  clients: ["undici", "fetch", "anthropic", "anthropic-iterator", "node", "http-client"]
})
