/** The sweep over real sockets: fewer places, but the network as it is. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Either, Schedule } from "effect"
import { Resumable } from "effect-claude"
import { Fault, Manner, type Simulator } from "../../src/simulator/index.js"
import { manners, randomOf } from "./manners.js"
import { atOnce, withSimulator } from "./simulated.js"
import { mannerOf, wholeText } from "./sweepRuns.js"

const request = {
  model: "claude-opus-5-5",
  max_tokens: 4000,
  thinking: { type: "adaptive" },
  messages: [{ role: "user", content: "About 120 words on tides and harbours, with a table, emoji and some Chinese." }]
} as const

type Place = number | { readonly event: number; readonly plus?: number } | { readonly text: number }

const faults = {
  reset: (at: Place) => Fault.resetAt(at),
  fin: (at: Place) => Fault.finAt(at),
  end: (at: Place) => Fault.endAt(at),
  stall: (at: Place) => Fault.stallAt(at),
  error: (at: Place) => Fault.errorEvent({ at }),
  sliced: (at: Place) => Fault.both(Fault.sliced(), Fault.resetAt(at))
} as const

const kinds = Object.keys(faults) as ReadonlyArray<keyof typeof faults>

const textOf = ({ content }: Resumable.Result["message"]): string =>
  wholeText(content.flatMap((block) => (block.type === "text" ? [{ type: "text" as const, text: block.text }] : [])))

/** The log once the other side has seen what was closed here, or after two seconds as it is. */
const settled = (simulator: Simulator.Service) =>
  Effect.repeat(simulator.log, {
    until: (log) => log.every(({ outcome }) => outcome !== "open"),
    schedule: Schedule.intersect(Schedule.spaced("5 millis"), Schedule.recurs(400))
  }).pipe(Effect.zipRight(simulator.log))

describe("a stream over sockets", () => {
  it.scopedLive(
    "is exact wherever its connections break, and leaves none of them open",
    () =>
      withSimulator(
        (simulator) =>
          Effect.gen(function* () {
            const whole = textOf((yield* Resumable.message(Resumable.stream(request))).message)
            const [first] = yield* simulator.log
            const bytes = first?.bytesSent ?? 0
            const events = first?.eventsSent ?? 0
            assert.isAbove(bytes, 4096)
            const random = randomOf(1)
            let cuts = 0
            for (let run = 0; run < 300; run++) {
              yield* simulator.reset
              const kind = kinds[run % kinds.length] ?? "reset"
              // a third cut in the thinking would be the end of it
              const places = Array.from({ length: 1 + random.below(2) }, () =>
                kind === "error" ? { event: random.below(events) } : random.below(bytes)
              )
              yield* simulator.setFaults(places.map((at) => faults[kind](at)))
              const result = yield* Effect.either(Resumable.message(Resumable.stream(request, atOnce)))
              const log = yield* settled(simulator)
              const said = `${kind} at ${JSON.stringify(places)}`
              assert.isTrue(Either.isRight(result), `${said}: ${Either.isLeft(result) ? result.left.message : ""}`)
              if (Either.isLeft(result)) continue
              const { message, seams, segments } = result.right
              assert.strictEqual(textOf(message), whole, said)
              assert.isTrue(
                seams.every(({ certain, failed }) => certain || !failed),
                said
              )
              // the account is that of the other side
              const ids = log.flatMap(({ requestId }) => (requestId === undefined ? [] : [requestId]))
              assert.isTrue(
                segments.every(({ requestId }) => requestId === undefined || ids.includes(requestId)),
                said
              )
              assert.deepStrictEqual(
                log.filter(({ outcome }) => outcome === "open"),
                [],
                said
              )
              cuts += segments.length - 1
            }
            assert.isAbove(cuts, 200)
            assert.isAtMost((yield* simulator.connections).length, 2)
          }),
        { idle: "250 millis" }
      ),
    180_000
  )
})

/** What a reply of the simulator's model means: all the text of the answer, where any can be said to be meant. */
interface Reply {
  readonly partial: string
  readonly meant: string | undefined
  readonly isTwofold: boolean
}

/** A manner for the simulator, which notes what its replies mean. */
const noting =
  (name: string, seed: number, replies: Array<Reply>): Manner.Manner =>
  (continuation) => {
    const { at, form, text } = continuation
    const partial = text.slice(0, at)
    const scene = { partial, anchor: text.slice(Manner.anchorStart(continuation), at), rest: text.slice(at) }
    const { isTwofold = false, ...reply } = mannerOf(name, randomOf(seed))(scene)
    // behind a prefill, whatever is said is what comes next
    const meant = form === "prefill" ? reply.text : reply.meant
    replies.push({ partial, meant: meant === undefined ? undefined : partial + meant, isTwofold })
    return reply.text
  }

describe("models of many manners, over sockets", () => {
  const { thinking: _, ...unthinking } = request
  const asks = {
    quoted: request,
    assistantTurn: request,
    prefill: { ...unthinking, model: "claude-haiku-4-5" }
  } as const
  const cuts = ["reset", "fin", "end", "sliced"] as const

  it.scopedLive.each(["quoted", "assistantTurn", "prefill"] as const)(
    "never make a certain seam that is wrong, by %s",
    (strategy) => {
      let manner: Manner.Manner = Manner.obedient
      return withSimulator(
        (simulator) =>
          Effect.gen(function* () {
            const whole = textOf((yield* Resumable.message(Resumable.stream(asks[strategy]))).message)
            let certain = 0
            for (const [run, name] of Object.keys(manners).entries()) {
              const replies: Array<Reply> = []
              manner = noting(name, run, replies)
              yield* simulator.reset
              const at = 60 + randomOf(run).below(whole.length - 80)
              const place = { text: at }
              yield* simulator.setFaults([faults[cuts[run % cuts.length] ?? "reset"](place)])
              const stream = Resumable.stream(asks[strategy], { ...atOnce, strategy })
              const result = yield* Effect.either(Resumable.message(stream))
              const said = `${name}, cut at ${at}`
              assert.isAbove(replies.length, 0, said)
              assert.isTrue(
                (yield* settled(simulator)).every(({ outcome }) => outcome !== "open"),
                said
              )
              if (Either.isLeft(result)) {
                const { left } = result
                assert.isTrue(left._tag === "ResumeFailed" && whole.startsWith(left.text), `${said}: ${left.message}`)
                continue
              }
              for (const seam of result.right.seams) {
                const reply = replies[seam.attempt - 2]
                if (!seam.certain || reply?.isTwofold === true) continue
                certain++
                assert.strictEqual(textOf(result.right.message), reply?.meant, said)
              }
            }
            assert.isAbove(certain, 3)
          }),
        { idle: "250 millis", simulator: { manner: (continuation) => manner(continuation) } }
      )
    },
    120_000
  )
})
