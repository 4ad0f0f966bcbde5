/** Prints what each kind of event costs in bytes while nobody listens to the hub, and while somebody does. */
import { Context, Duration } from "effect"
import { ClaudeEvent, RetryPolicy } from "effect-claude"
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import { type Ambient, Call } from "../../../src/client/internal/call.js"
import { reset } from "../../policy/support.js"

// what an optimising compiler leaves out it might leave in tomorrow
setFlagsFromString("--no-opt")
setFlagsFromString("--expose-gc")
const collectGarbage: () => void = runInNewContext("gc")

const once = (run: () => void, count: number): number => {
  for (let warm = 0; warm < 1000; warm++) run()
  collectGarbage()
  const before = process.memoryUsage().heapUsed
  for (let index = 0; index < count; index++) run()
  return (process.memoryUsage().heapUsed - before) / count
}

type Pick = (one: number, other: number) => number

/** Bytes for each run, on average, in one of two times. */
const bytesOf = (run: () => void, count: number, pick: Pick): number => pick(once(run, count), once(run, count))

const hub = ClaudeEvent.unsafeMakeHub()

const ambient: Ambient = {
  // small numbers, which need no place of their own
  clock: { unsafeCurrentTimeMillis: () => 0 } as Ambient["clock"],
  hub,
  collector: undefined,
  options: {},
  deadline: Infinity,
  retry: undefined,
  context: Context.empty(),
  runtime: undefined
}

const outline = {
  info: { method: "POST", path: "/v1/messages" },
  timeouts: {} as Call["timeouts"],
  hide: (text: string) => text
}

const call = new Call(ambient, outline, RetryPolicy.standard, {
  admission: undefined,
  breaker: undefined,
  budget: undefined,
  rateLimits: undefined
})

const waited = Duration.seconds(1)
const response = { status: 200, headers: {}, reusedConnection: false } as Parameters<Call["noteHeaders"]>[0]
const output: Parameters<Call["told"]>[0] = []

const events: Readonly<Record<string, () => void>> = {
  CallStarted: () => call.started(true, "https://api.anthropic.com", undefined),
  AttemptStarted: () => call.begin(),
  Admitted: () => call.admitted(waited),
  HeadersReceived: () => call.noteHeaders(response),
  FirstContent: () => call.firstContent(),
  AttemptFailed: () => call.failed(reset),
  RetryScheduled: () => call.again(reset, waited, "schedule"),
  StreamCut: () => call.cut(reset),
  Warning: () => call.warn("unexpected-data", "odd"),
  CallFinished: () => call.finish("success", undefined),
  OutputReceived: () => call.told(output)
}

const measured = (count: number, pick: Pick) =>
  Object.fromEntries(Object.entries(events).map(([name, run]) => [name, bytesOf(run, count, pick)]))

// the heap grows by pieces, which the lesser leaves out; a collection takes away, which the greater leaves out
const unheard = measured(100_000, Math.min)
hub.unsafeListen(() => {})
hub.unsafeListenOutput(() => {})
process.stdout.write(`measured ${JSON.stringify({ unheard, heard: measured(1000, Math.max) })}\n`)
