/** Runs of resumable streams against a scripted model, and what must hold of each. */
import { Effect, Either, Layer, Schedule, Stream } from "effect"
import { Claude, Resumable, RetryPolicy, Transport } from "effect-claude"
import { request as plain, secret } from "../support/fixtures.js"
import { type RandomSource, randomOf } from "./manners.js"
import * as manners from "./manners.js"
import { bytesOf, type Cut, eventsOf, type Manner, model, type Seen, type Thought } from "./support.js"

export interface Plan {
  readonly thoughts: ReadonlyArray<Thought>
  readonly cuts: ReadonlyArray<Cut>
  readonly strategy?: Resumable.Strategy
  readonly manner?: Manner
  readonly pieces?: number
  readonly inOnePiece?: boolean
  readonly thinksAgain?: boolean
  readonly options?: Resumable.Options
}

export interface Run {
  readonly plan: Plan
  readonly events: ReadonlyArray<Resumable.Event>
  readonly result: Either.Either<Resumable.Result, Resumable.ResumableError>
  /** The requests, and the segment that each was sent for. */
  readonly seen: ReadonlyArray<Seen & { readonly attempt: number }>
  readonly bodies: { readonly open: number; readonly most: number }
}

/** Without waits, so that no clock has to be moved. */
const atOnce = RetryPolicy.make({ schedule: Schedule.recurs(20) })

export const request = { ...plain, max_tokens: 100_000 }

/** One client for all runs: what answers it is put in its place before each. */
export const makeRunner = Effect.gen(function* () {
  let current = model({ thoughts: [], cuts: [] })
  let attempt = 0
  let attempts: Array<number> = []
  const transport: Transport.Service = {
    execute: (request) => {
      attempts.push(attempt)
      return current.transport.execute(request)
    }
  }
  const layer = Claude.layerTransport({
    apiKey: secret,
    retry: atOnce,
    timeouts: { idle: undefined, stalled: undefined }
  })
  const claude = yield* Effect.provide(
    Claude.Claude,
    Layer.provide(layer, Layer.succeed(Transport.Transport, transport))
  )
  const counting: Claude.Service = {
    ...claude,
    stream: (request) => {
      attempt++
      return claude.stream(request)
    }
  }
  return (plan: Plan): Effect.Effect<Run> =>
    Effect.suspend(() => {
      const played = (current = model(plan))
      attempt = 0
      attempts = []
      const events: Array<Resumable.Event> = []
      const stream = Resumable.stream(request, { policy: atOnce, strategy: plan.strategy, ...plan.options })
      return Resumable.message(
        Stream.map(stream, (event) => {
          events.push(event)
          return event
        })
      ).pipe(
        Effect.provideService(Claude.Claude, counting),
        Effect.either,
        Effect.map((result): Run => ({
          plan,
          events,
          result,
          seen: played.seen.map((seen, at) => ({
            ...seen,
            get text() {
              return seen.text
            },
            attempt: attempts[at] ?? 0
          })),
          bodies: played.bodies
        }))
      )
    })
})

/** What a consumer makes of the events, and whether they are those of one message. */
const folded = (events: ReadonlyArray<Resumable.Event>) => {
  const faults: Array<string> = []
  const blocks = new Map<number, { readonly type: string; text: string; open: boolean }>()
  const count = { message_start: 0, message_delta: 0, message_stop: 0 }
  let lastIndex = -1
  const fault = (text: string) => void faults.push(text)
  for (const event of events) {
    if (count.message_stop > 0) fault(`${event.type} behind message_stop`)
    if (event.type !== "message_start" && count.message_start === 0) fault(`${event.type} before message_start`)
    switch (event.type) {
      case "message_start":
      case "message_delta":
      case "message_stop":
        if (event.type === "message_delta" && [...blocks.values()].some(({ open }) => open)) {
          fault("an open block at the end")
        }
        if (++count[event.type] > 1) fault(`two ${event.type}`)
        break
      case "content_block_start": {
        if (event.index !== lastIndex + 1) fault(`block ${event.index} behind block ${lastIndex}`)
        if ([...blocks.values()].some(({ open }) => open)) fault(`block ${event.index} inside another`)
        lastIndex = event.index
        blocks.set(event.index, { type: event.content_block.type, text: "", open: true })
        break
      }
      case "content_block_delta": {
        const block = blocks.get(event.index)
        if (block === undefined || !block.open) fault(`a delta of block ${event.index}, which is not open`)
        else if (event.delta.type === "text_delta") block.text += event.delta.text
        break
      }
      case "content_block_stop": {
        const block = blocks.get(event.index)
        if (block === undefined || !block.open) fault(`an end of block ${event.index}, which is not open`)
        else block.open = false
        break
      }
      case "resume":
        for (const { index } of event.withdrawn ?? []) {
          if (!blocks.delete(index)) fault(`block ${index} is taken back, which does not stand`)
        }
    }
  }
  const standing = [...blocks.values()]
  return {
    faults,
    count,
    text: standing.map(({ text }) => text).join(""),
    toolUses: standing.filter(({ open, type }) => type === "tool_use" && !open).length
  }
}

/** Whether the seam of a segment was rightly called certain: what was told behind it is what the reply meant. */
const falseSeams = (run: Run, finalText: string, isWhole: boolean): ReadonlyArray<string> => {
  const failed = Either.isLeft(run.result) && run.result.left._tag === "ResumeFailed" ? run.result.left : undefined
  const seams = Either.isRight(run.result) ? run.result.right.seams : (failed?.checkpoint.seams ?? [])
  const last = run.seen.at(-1)?.attempt ?? 0
  return seams.flatMap(({ attempt, certain }) => {
    const reply = run.seen.findLast((seen) => seen.attempt === attempt)
    const next = run.seen.find((seen) => seen.attempt > attempt)
    if (!certain || reply === undefined || reply.isTwofold || (next !== undefined && next.partial === undefined)) {
      return []
    }
    if (reply.meant === undefined) return [`attempt ${attempt}: certain, of a reply that means no text`]
    const told = next?.partial ?? finalText
    const isRight = attempt === last && isWhole ? told === reply.meant : reply.meant.startsWith(told)
    return isRight ? [] : [`attempt ${attempt}: certain, and false: ${told.slice(-60)} of ${reply.meant.slice(-60)}`]
  })
}

/** What is wrong with a run, whatever the model did: nothing, if all is well. */
export const faultsOf = (run: Run): ReadonlyArray<string> => {
  const { count, faults, text, toolUses } = folded(run.events)
  const isWhole = Either.isRight(run.result)
  const more = falseSeams(run, text, isWhole && !run.result.right.synthesized)
  const partials = run.seen.flatMap(({ partial }) => (partial === undefined ? [] : [partial]))
  return [
    ...faults,
    ...more,
    ...(isWhole && (count.message_delta !== 1 || count.message_stop !== 1) ? ["success without an end"] : []),
    ...(!isWhole && count.message_stop > 0 ? ["failure behind the end"] : []),
    ...(toolUses > 1 ? ["a tool call twice"] : []),
    ...(run.bodies.open > 0 || run.bodies.most > 1 ? [`bodies left open: ${JSON.stringify(run.bodies)}`] : []),
    ...partials.flatMap((partial, at) =>
      at === 0 || isRestarted(run) || partial.startsWith(partials[at - 1]?.trimEnd() ?? "")
        ? []
        : ["text was lost or changed"]
    ),
    ...(Either.isLeft(run.result) && run.result.left._tag === "ResumeFailed" && run.result.left.text !== text
      ? ["the checkpoint does not hold the text"]
      : [])
  ]
}

const isRestarted = (run: Run): boolean => run.seen.slice(1).some(({ partial }) => partial === undefined)

/** The text that stands in the end. */
export const textOf = (run: Run): string => folded(run.events).text

export const toolUsesOf = (run: Run): number => folded(run.events).toolUses

/** The text of an answer as a whole. */
export const wholeText = (thoughts: ReadonlyArray<Thought>): string =>
  thoughts.map((thought) => (thought.type === "text" ? thought.text : "")).join("")

/** Behind which bytes the events of a whole answer end. */
export const boundaries = (thoughts: ReadonlyArray<Thought>, pieces = 9): ReadonlyArray<number> => {
  const events = eventsOf(thoughts, { pieces })
  let at = 0
  return events.map((event) => (at += bytesOf([event]).length)).slice(0, -1)
}

const unasked = new Set([
  "goes on without the anchor",
  "strips the leading blank",
  "begins the cut word again",
  "repeats 17 characters",
  "repeats 80 characters"
])

/** A model of one of the manners, as a run takes it. */
export const mannerOf =
  (name: string, random: RandomSource): Manner =>
  ({ anchor, partial, rest }) => {
    const reply = manners.manners[name]?.({
      partial,
      anchor: anchor === "" ? partial.slice(-30) : anchor,
      rest,
      random
    })
    const { meant, text } = reply ?? { text: "", meant: undefined }
    const isTwofold =
      unasked.has(name) && anchor !== "" && text.startsWith(anchor) && text.slice(anchor.length) !== meant
    return { text, meant, isTwofold }
  }

const hows = ["reset", "fin", "stall", "end", "error"] as const

/** A plan by chance: another text, up to five cuts anywhere, any strategy, and now and then a model of some manner. */
export const randomPlan = (seed: number): Plan => {
  const random = randomOf(seed)
  const kinds = Object.values(manners.texts)
  const text = (): Thought => {
    const blanks = random.pick(["", "", "", "\n\n", " "])
    return { type: "text", text: blanks + ([...random.pick(kinds)(random)].slice(0, 600).join("") || "One.") }
  }
  const thoughts: ReadonlyArray<Thought> = [
    ...(random.below(2) === 0 ? [{ type: "thinking" as const, text: "Let me think about what to say here." }] : []),
    text(),
    ...(random.below(2) === 0 ? [text()] : []),
    ...(random.below(3) === 0
      ? [{ type: "tool_use" as const, name: "weather", input: { city: "Oslo", days: [1, 2] } }]
      : [])
  ]
  const pieces = 1 + random.below(30)
  const length = bytesOf(eventsOf(thoughts, { pieces })).length
  const cuts = Array.from({ length: 1 + random.below(5) }, (): Cut => ({
    at: random.below(length),
    how: random.pick(hows)
  }))
  const names = Object.keys(manners.manners)
  const manner = random.below(2) === 0 ? "obeys" : random.pick(names)
  return {
    thoughts,
    cuts,
    pieces,
    strategy: random.pick(["quoted", "assistantTurn", "prefill"] as const),
    manner: mannerOf(manner, random),
    inOnePiece: random.below(2) === 0,
    thinksAgain: random.below(3) === 0,
    options: {
      onUncertain: random.pick(["mark", "mark", "mark", "restart", "fail"] as const),
      liveToolInput: random.below(3) === 0
    }
  }
}

/** Those of the plans that went wrong, told so that each can be run again. */
export const wrongOf = (
  plans: Iterable<readonly [string, Plan]>,
  alsoWrong: (run: Run) => ReadonlyArray<string> = () => []
): Effect.Effect<{ readonly runs: number; readonly certain: number; readonly wrong: ReadonlyArray<string> }> =>
  Effect.gen(function* () {
    const run = yield* makeRunner
    const wrong: Array<string> = []
    let runs = 0
    let certain = 0
    for (const [name, plan] of plans) {
      const done = yield* run(plan)
      runs++
      // lets the rest of the process have its turn
      if (runs % 100 === 0) yield* Effect.promise(() => new Promise((resolve) => setImmediate(resolve)))
      if (Either.isRight(done.result) && done.result.right.seams.every((seam) => seam.certain)) certain++
      const faults = [...faultsOf(done), ...alsoWrong(done)]
      if (faults.length > 0) wrong.push(`${name}: ${faults.join("; ")}`)
      if (wrong.length >= 10) break
    }
    return { runs, certain, wrong }
  }).pipe(Effect.orDie)
