/** Mixed traffic against a simulator that breaks, through `NodeClaude`, every text of it judged. */
import { Clock, Effect, Either, type Fiber, Layer, Redacted, Schedule, Stream, Supervisor } from "effect"
import { Claude, Resumable } from "effect-claude"
import { NodeClaude } from "../../src/node/index.js"
import { Fault, Manner, Simulator } from "../../src/simulator/index.js"
import { type RandomSource, randomOf } from "../resume/manners.js"
import { type Holdings, holdings, kept, settled } from "./balance.js"
import { entriesOf, textFaults } from "./judge.js"

export interface Options {
  readonly concurrency: number
  readonly seed: number
  /** Whether to begin one more operation: how many were begun, and milliseconds since the start. */
  readonly goesOn: (begun: number, elapsed: number) => boolean
  /** Told after each operation. */
  readonly onProgress?: (tally: Tally, elapsed: number) => void
}

export const kinds = ["unary", "stream", "resumed", "interrupted"] as const

type Kind = (typeof kinds)[number]

/** What was done so far. */
export interface Tally {
  readonly done: Record<Kind, number>
  /** Streams that ended with an error of their types, their texts exact as far as they came. */
  failed: number
  characters: number
  /** Continuations of resumed streams. */
  continued: number
  /** By the name of the simulator's fault. */
  readonly struck: Record<string, number>
  readonly wrong: Array<string>
}

const emptyTally = (): Tally => ({
  done: { unary: 0, stream: 0, resumed: 0, interrupted: 0 },
  failed: 0,
  characters: 0,
  continued: 0,
  struck: {},
  wrong: []
})

const places: ReadonlyArray<Parameters<typeof Fault.resetAt>[0]> = [
  0,
  700,
  { event: 1 },
  { event: 7, plus: 20 },
  { text: 40 },
  { text: 150, plus: 3 },
  { text: 300 },
  { text: 450 }
]

/** 5 % resets, 2 % 429, 1 % stalls: of requests, wherever they stand. */
const faults: ReadonlyArray<Fault.Fault> = [
  ...places.map((at) => Fault.withProbability(Fault.resetAt(at), 0.05 / places.length)),
  Fault.withProbability(Fault.rateLimited({ retryAfterMs: 40 }), 0.02),
  Fault.withProbability(Fault.stallAt({ text: 60 }), 0.005),
  Fault.withProbability(Fault.stallBeforeHeaders(), 0.005)
]

const subjects = [
  "tides and harbours",
  "a lighthouse, with a table",
  "the sea, with emoji and some Chinese",
  "a voyage"
]

/** Of one operation. */
interface Order {
  readonly kind: Kind
  readonly prompt: string
  /** Milliseconds after which it is interrupted. */
  readonly patience: number
}

const orderOf = (nth: number, random: RandomSource): Order => {
  const kind = random.pick([...kinds, "stream", "resumed", "resumed"] as const)
  const words = 30 + random.below(90)
  return {
    kind,
    prompt: `Tale ${nth}: about ${words} words on ${random.pick(subjects)}.`,
    patience: 1 + random.below(80)
  }
}

/** Texts by block, as a consumer puts them together. */
class Told {
  private readonly blocks = new Map<number, string>()

  readonly take = (event: Resumable.Event): void => {
    if (event.type === "resume") for (const { index } of event.withdrawn ?? []) this.blocks.delete(index)
    else if (event.type === "content_block_delta" && event.delta.type === "text_delta") {
      this.blocks.set(event.index, (this.blocks.get(event.index) ?? "") + event.delta.text)
    }
  }

  get text(): string {
    return [...this.blocks.values()].join("")
  }
}

const requestOf = (prompt: string) =>
  ({ model: "claude-opus-5-5", max_tokens: 2000, messages: [{ role: "user", content: prompt }] }) as const

const resuming: Resumable.Options = { policy: Schedule.recurs(50), maxCuts: 20 }

const consume = (told: Told, prompt: string, isResumed: boolean) =>
  Stream.runForEach(
    isResumed ? Resumable.stream(requestOf(prompt), resuming) : Claude.stream(requestOf(prompt)),
    (event) => Effect.sync(() => told.take(event))
  )

/** What came of it: its text, and whether that is all of the answer. */
const perform = ({ kind, patience, prompt }: Order, told: Told): Effect.Effect<boolean, unknown, Claude.Claude> => {
  switch (kind) {
    case "unary":
      return Effect.map(Claude.create(requestOf(prompt)), ({ content }) => {
        content.forEach((block, index) => {
          if (block.type !== "text") return
          told.take({ type: "content_block_delta", index, delta: { type: "text_delta", text: block.text } })
        })
        return true
      })
    case "interrupted":
      return Effect.raceFirst(
        Effect.as(consume(told, prompt, patience % 2 === 0), true),
        Effect.delay(Effect.succeed(false), patience)
      )
    default:
      return Effect.as(consume(told, prompt, kind === "resumed"), true)
  }
}

interface Ground {
  readonly simulator: Simulator.Service
  /** The whole texts of answers that were gone on with. */
  readonly meant: Set<string>
  readonly tally: Tally
}

const judged = ({ meant, simulator, tally }: Ground, order: Order): Effect.Effect<void, never, Claude.Claude> =>
  Effect.gen(function* () {
    const told = new Told()
    const ended = yield* Effect.either(perform(order, told))
    const entries = entriesOf(yield* simulator.log, order.prompt)
    const { text } = told
    const isWhole = Either.isRight(ended) && ended.right
    const faults = [...textFaults(text, isWhole, entries, meant)]
    if (Either.isLeft(ended)) {
      tally.failed++
      // what is tried again and gone on with outlives faults of this rate
      if (order.kind === "unary" || order.kind === "resumed") faults.push(`failed: ${String(ended.left)}`)
    }
    tally.done[order.kind]++
    tally.characters += text.length
    for (const { continues, fault } of entries) {
      if (continues !== undefined) tally.continued++
      if (fault !== undefined) tally.struck[fault] = (tally.struck[fault] ?? 0) + 1
    }
    for (const whole of meant) if (text !== "" && whole.startsWith(text)) meant.delete(whole)
    if (faults.length > 0) tally.wrong.push(`${order.kind}, "${order.prompt}": ${faults.join("; ")}`)
  })

const groundOf = (tally: Tally, seed: number) =>
  Effect.gen(function* () {
    const meant = new Set<string>()
    const simulator = yield* Simulator.make({
      faults,
      manner: (continuation) => {
        meant.add(continuation.text)
        return Manner.obedient(continuation)
      },
      tokenDelay: "1 millis",
      drain: 5,
      logLimit: 4000,
      seed: `soak ${seed}`
    })
    return { simulator, meant, tally }
  })

const clientOf = (url: string, connections: number) =>
  NodeClaude.layerWith({
    apiKey: Redacted.make("sk-ant-soak"),
    baseUrl: url,
    retry: Schedule.intersect(Schedule.recurs(30), Schedule.spaced("20 millis")),
    // what is looked at is how calls end, not how many of them may be tried again
    budget: false,
    timeouts: { headers: "6 seconds", idle: "1 second" },
    pool: { proxy: false, connections }
  })

/** One simulator and one client from beginning to end; both are closed behind it. */
const round = (options: Options, tally: Tally): Effect.Effect<void, Simulator.SimulatorError> =>
  Effect.gen(function* () {
    const { concurrency, goesOn, onProgress, seed } = options
    const random = randomOf(seed)
    const ground = yield* groundOf(tally, seed)
    const startedAt = yield* Clock.currentTimeMillis
    let begun = 0
    const worker: Effect.Effect<void, never, Claude.Claude> = Effect.gen(function* () {
      for (;;) {
        const elapsed = (yield* Clock.currentTimeMillis) - startedAt
        if (tally.wrong.length >= 10 || !goesOn(begun, elapsed)) return
        yield* judged(ground, orderOf(++begun, random))
        onProgress?.(tally, elapsed)
      }
    })
    yield* Effect.forEach(Array.from({ length: concurrency }), () => worker, {
      concurrency: "unbounded",
      discard: true
    }).pipe(Effect.provide(Layer.orDie(clientOf(ground.simulator.url, concurrency))))
  }).pipe(Effect.scoped)

export interface Report {
  readonly tally: Tally
  readonly before: Holdings
  readonly after: Holdings
  readonly fibers: number
  /** What was not given back. */
  readonly kept: ReadonlyArray<string>
}

/** Fibers that end by themselves need a moment; those that hang are there after five seconds too. */
const fibersOf = (supervisor: Supervisor.Supervisor<ReadonlyArray<Fiber.RuntimeFiber<unknown, unknown>>>) =>
  supervisor.value.pipe(
    Effect.repeat({
      until: (fibers) => fibers.length === 0,
      schedule: Schedule.intersect(Schedule.spaced("20 millis"), Schedule.recurs(250))
    }),
    Effect.zipRight(supervisor.value),
    Effect.map((fibers) => fibers.length)
  )

/** The traffic, after a short one that compiles the code and fills the caches: the baseline is what is held then. */
export const soak = (options: Options, warmUp: number): Effect.Effect<Report, Simulator.SimulatorError> =>
  Effect.gen(function* () {
    const warming = { ...options, goesOn: (begun: number) => begun < warmUp, seed: options.seed + 1 }
    const { onProgress: _, ...quiet } = warming
    const first = yield* holdings
    yield* round(quiet, emptyTally())
    const before = yield* settled(first)
    const supervisor = yield* Supervisor.track
    const tally = emptyTally()
    yield* Effect.supervised(round(options, tally), supervisor)
    const fibers = yield* fibersOf(supervisor)
    const after = yield* settled(before)
    return { tally, before, after, fibers, kept: kept(before, after) }
  })
