/** Streams whose processes are killed again and again, and what must hold of each. */
import { Effect, Predicate, Redacted, Scope, Stream } from "effect"
import { Claude, MessageStream } from "effect-claude"
import { FileCheckpointStore, NodeClaude } from "effect-claude/node"
import { Fault, type RequestLog, Simulator } from "effect-claude/simulator"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { type RandomSource, randomOf } from "../manners.js"
import { Consumer } from "./consumer.js"
import { type Durability, type Orders, requestOf } from "./orders.js"
import { compiled, reader } from "./process.js"

/**
 * When a process is killed: some milliseconds after it got its orders, when it had said so many lines, or at one of its
 * operations on files (by itself).
 */
export type Moment = "time" | "line" | "disk"

export interface Plan {
  readonly kills: number
  readonly seed: number
  readonly durability: Durability
  /** How long an answer is. */
  readonly tokens: number
  /** How many streams a process reads at once. */
  readonly lanes: number
  /** How long a process may live, in milliseconds, lines and operations. */
  readonly within: Readonly<Record<Moment, number>>
}

export interface Report {
  readonly kills: Readonly<Record<Moment, number>>
  readonly streams: number
  readonly requests: number
  /** All that was wrong. */
  readonly faults: ReadonlyArray<string>
}

const subjects = ["rivers", "a list of tides, with emoji", "lighthouses in Chinese and Japanese", "a table of winds"]

const seedOf = ({ seed }: Plan): string => `kills-${seed}`

export const clientOf = (baseUrl: string) =>
  NodeClaude.layerWith({ apiKey: Redacted.make("any"), baseUrl, pool: { proxy: false } })

export const folder = Effect.acquireRelease(
  Effect.promise(() => mkdtemp(join(tmpdir(), "kills-"))),
  (directory) => Effect.promise(() => rm(directory, { recursive: true, force: true }))
)

/** Processes that load while others read, so that there is always one that waits for orders. */
const stock = (url: string, directory: string) =>
  Effect.gen(function* () {
    const scope = yield* Effect.scope
    const start = Scope.extend(reader(yield* compiled, url, directory), scope)
    const waiting = [yield* start, yield* start]
    return Effect.gen(function* () {
      waiting.push(yield* start)
      const next = waiting.shift() ?? (yield* start)
      yield* Effect.promise(() => next.isReady).pipe(Effect.timeout("60 seconds"), Effect.orDie)
      return next
    })
  })

interface Death {
  readonly moment: Moment
  readonly at: number
  readonly torn: boolean
}

const drawn = (random: RandomSource, within: Plan["within"]): Death => {
  const moment = random.pick(["time", "line", "disk"] as const)
  return { moment, at: 1 + random.below(within[moment]), torn: random.next() < 0.5 }
}

/** One process, until it has ended: whether it was killed. */
const live = (
  take: Effect.Effect.Success<ReturnType<typeof stock>>,
  consumers: ReadonlyMap<string, Consumer>,
  orders: Orders,
  death: Death | undefined
) =>
  Effect.gen(function* () {
    const process = yield* take
    let lines = 0
    process.onLine((line) => {
      consumers.get(line.id ?? "")?.take(line)
      if (death?.moment === "line" && ++lines === death.at) process.signal("SIGKILL")
    })
    process.order(orders)
    if (death?.moment === "time") {
      // the moment is what is drawn; nothing waits for anything
      yield* Effect.forkScoped(
        Effect.delay(
          Effect.sync(() => process.signal("SIGKILL")),
          death.at
        )
      )
    }
    const ended = Effect.promise(() => process.ended)
    return yield* Effect.timeoutTo(ended, {
      duration: "60 seconds",
      onSuccess: (end) => end,
      onTimeout: () => "nothing"
    })
  }).pipe(Effect.scoped)

/** Starts process after process until enough were killed and all that they read is whole, or something is wrong. */
const drive = (plan: Plan, take: Effect.Effect.Success<ReturnType<typeof stock>>, faults: Array<string>) =>
  Effect.gen(function* () {
    const random = randomOf(plan.seed)
    const kills = { time: 0, line: 0, disk: 0 }
    const consumers = new Map<string, Consumer>()
    const bounded = plan.durability === "bounded"
    const open = () => [...consumers.values()].filter(({ isDone }) => !isDone)
    const isEnough = () => kills.time + kills.line + kills.disk >= plan.kills
    for (let life = 1; faults.length === 0 && (!isEnough() || open().length > 0); life++) {
      while (open().length < plan.lanes && !isEnough()) {
        const id = `stream-${consumers.size + 1}`
        const prompt = `${id}: tell me about ${random.pick(subjects)}`
        consumers.set(id, new Consumer(id, prompt, bounded ? "cursor" : random.pick(["textLength", "cursor"])))
      }
      const lanes = open().map((consumer) => consumer.begin(life, random.below(100), random.below(8)))
      const death = isEnough() ? undefined : drawn(random, plan.within)
      const dieAt = death?.moment === "disk" ? { operation: death.at, torn: death.torn } : undefined
      const end = yield* live(take, consumers, { life, durability: plan.durability, lanes, dieAt }, death)
      if (end === "SIGKILL" && death !== undefined) kills[death.moment]++
      else if (end !== 0) faults.push(`process ${life} ended with ${end}`)
      else if (open().length > 0 && !bounded) faults.push(`process ${life} left a stream`)
    }
    return { kills, consumers }
  })

/** Kills so many processes, and lets what they read come to its end: about a second each. */
export const kill = (plan: Plan) =>
  Effect.gen(function* () {
    const directory = yield* folder
    const simulator = yield* Simulator.make({ answerTokens: plan.tokens, seed: seedOf(plan), tokenDelay: 1 })
    const faults: Array<string> = []
    const { consumers, kills } = yield* drive(plan, yield* stock(simulator.url, directory), faults)
    const log = yield* simulator.log
    const store = yield* FileCheckpointStore.make({ directory })
    for (const { id, textLength } of plan.durability === "bounded" ? [] : yield* store.list) {
      // killed between the end and its removal, it must be whole
      if (consumers.get(id)?.text.length !== textLength) faults.push(`${id}: ${textLength} characters are left of it`)
    }
    const all = [...consumers.values()]
    const wrong = yield* Effect.forEach(all, (consumer) => faultsOf(consumer, plan, log), { concurrency: 4 })
    const report: Report = { kills, streams: all.length, requests: log.length, faults: [...faults, ...wrong.flat()] }
    return report
  }).pipe(Effect.scoped)

/** The turns of a request; none of one that broke off while it was sent. */
const asked = ({ body }: RequestLog.Entry): ReadonlyArray<{ readonly content?: unknown }> =>
  Predicate.hasProperty(body, "messages") && Array.isArray(body.messages) ? body.messages : []

/** What the API's own log and the consumer say of each other. */
const faultsOf = (consumer: Consumer, plan: Plan, log: ReadonlyArray<RequestLog.Entry>) =>
  Effect.gen(function* () {
    const faults: Array<string> = []
    const fault = (text: string) => void faults.push(`${consumer.id}: ${text}`)
    const requests = log.filter((entry) => asked(entry)[0]?.content === consumer.prompt)
    const lives = requests.map(({ headers }) => Number(headers["x-life"]))
    if (new Set(lives).size < lives.length) fault("a process asked twice")
    for (const [at, entry] of requests.entries()) {
      const shown = consumer.shown.get(lives[at] ?? 0)
      if (shown === undefined) fault("a process asked that had no such stream")
      else if (plan.durability === "beforeDelivery" && shown.trim() !== "" && !goesOn(entry, shown)) {
        fault(`what was shown is not in request ${at + 1}`)
      }
    }
    if (plan.durability === "beforeDelivery") {
      for (const { reason, tag } of consumer.errors) fault(`failed with ${tag} (${reason})`)
      if (consumer.takenBack > 0) fault(`had to take back ${consumer.takenBack}`)
    }
    // a model that is asked from the start again gives another answer; what was joined of two would equal none
    const begun = requests.filter(({ continues }) => continues === undefined).length
    const answers = yield* answersTo(consumer.prompt, begun, { answerTokens: plan.tokens, seed: seedOf(plan) })
    if (!answers.includes(consumer.text)) {
      fault(`shows ${JSON.stringify(consumer.text)}, not ${JSON.stringify(answers)}`)
    }
    return faults
  })

const goesOn = (entry: RequestLog.Entry, shown: string): boolean => {
  const [last] = asked(entry).slice(-1)
  return entry.continues === "quoted" && JSON.stringify(last).includes(JSON.stringify(shown).slice(1, -1))
}

/** What the model says when it is asked for the first time, and from the start again after each cut. */
export const answersTo = (
  prompt: string,
  times: number,
  options: { readonly answerTokens: number; readonly seed: string }
) =>
  Effect.gen(function* () {
    const simulator = yield* Simulator.make({ ...options, tokenDelay: 0 })
    const ask = Claude.stream(requestOf(prompt))
    const nth = Effect.fnUntraced(function* (_: unknown, at: number) {
      yield* simulator.reset
      yield* simulator.setFaults(Array.from({ length: at }, () => Fault.resetAt({ text: 1 })))
      yield* Effect.replicateEffect(Effect.exit(Stream.runDrain(ask)), at)
      return yield* Stream.mkString(MessageStream.text(ask))
    })
    return yield* Effect.forEach(Array.from({ length: times }), nth).pipe(Effect.provide(clientOf(simulator.url)))
  }).pipe(Effect.scoped)
