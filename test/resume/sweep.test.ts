/** A stream that holds all that streams hold, cut everywhere. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Either } from "effect"
import type { Resumable } from "effect-claude"
import { manners, randomOf } from "./manners.js"
import { allPairs } from "./pairs.js"
import { bytesOf, type Cut, eventsOf, type Thought } from "./support.js"
import {
  boundaries,
  mannerOf,
  type Plan,
  randomPlan,
  type Run,
  textOf,
  toolUsesOf,
  wholeText,
  wrongOf
} from "./sweepRuns.js"

const pieces = 40

const thoughts: ReadonlyArray<Thought> = [
  { type: "thinking", text: "The user wants a table, a poem and the weather. I begin with the table." },
  {
    type: "text",
    text:
      "Here is the plan for the week; it’s “tight”.\n\n"
      + "| day | place | ok |\n|---|---|---|\n| Mon | Oslo | yes |\n| Tue | Oslo | yes |\n| Wed | Oslo | yes |\n\nRow, row, row your boat,\nRow, row, row your boat,\n"
      + "gently down the stream. 狐狸每天晚上都到河边去喝水，月亮照在白桦树上。 The crew 👩‍💻👍🏽🇫🇷 went ashore."
  },
  {
    type: "text",
    text:
      " Then it rained for three days and nights, and nobody could say where the river ended and the road began. "
      + "Row, row, row your boat,\nRow, row, row your boat,\nand so the story ends.\n\nI look up the weather now."
  },
  { type: "tool_use", name: "weather", input: { city: "Tromsø", days: [1, 2, 3], note: "北極光 ✨" } }
]

const text = wholeText(thoughts)
const length = bytesOf(eventsOf(thoughts, { pieces })).length

/** Of an obedient model nothing may be lost, whatever the seams say of themselves. */
const inexact = (run: Run): ReadonlyArray<string> => [
  ...(Either.isLeft(run.result) ? [`failed: ${run.result.left._tag}`] : []),
  ...(textOf(run) === text ? [] : ["the text is not exact"]),
  ...(toolUsesOf(run) === 1 ? [] : [`${toolUsesOf(run)} tool calls`])
]

function* obedient(cuts: Iterable<Cut>, more: Partial<Plan> = {}): Generator<readonly [string, Plan]> {
  for (const cut of cuts) yield [`${cut.how} at ${cut.at}`, { thoughts, pieces, cuts: [cut], ...more }]
}

function* cutsAt(places: Iterable<number>, hows: ReadonlyArray<Cut["how"]>): Generator<Cut> {
  for (const at of places) for (const how of hows) yield { at, how }
}

const bytes = Array.from({ length }, (_, at) => at)
const ends = boundaries(thoughts, pieces)

const assertNoneWrong = (plans: Iterable<readonly [string, Plan]>, alsoWrong?: (run: Run) => ReadonlyArray<string>) =>
  Effect.map(wrongOf(plans, alsoWrong), (done) => {
    assert.deepStrictEqual(done.wrong, [])
    return done
  })

describe("a stream with an obedient model", () => {
  it("is of the size that the sweep is about", () => {
    assert.isAtLeast(length, 4096)
  })

  it.live.each(["reset", "fin", "stall"] as const)(
    "is exact when it is cut by %s at any byte",
    (how) =>
      Effect.gen(function* () {
        const { certain, runs } = yield* assertNoneWrong(obedient(cutsAt(bytes, [how])), inexact)
        assert.strictEqual(runs, length)
        // the promise would be cheap if nothing were ever certain
        assert.isAbove(certain / runs, 0.8)
      }),
    300_000
  )

  it.live(
    "is exact when it ends or fails behind any event",
    () => assertNoneWrong(obedient(cutsAt(ends, ["end", "error"])), inexact),
    120_000
  )

  it.live.each(["assistantTurn", "prefill"] as const)(
    "is exact by %s when it is cut behind any event",
    (strategy) => assertNoneWrong(obedient(cutsAt(ends, ["reset"]), { strategy }), inexact),
    120_000
  )

  it.live(
    "is exact when the model thinks before it goes on, and bytes come in pieces",
    () => assertNoneWrong(obedient(cutsAt(ends, ["reset"]), { thinksAgain: true, inOnePiece: false }), inexact),
    120_000
  )
})

const strategies: ReadonlyArray<Resumable.Strategy> = ["quoted", "assistantTurn", "prefill"]

describe("models of many manners", () => {
  it.live.each(strategies)(
    "never make a certain seam that is wrong, by %s, behind any event",
    (strategy) =>
      assertNoneWrong(
        (function* () {
          for (const name of Object.keys(manners)) {
            for (const at of ends) {
              const manner = mannerOf(name, randomOf(at))
              yield [`${name} at ${at}`, { thoughts, pieces, strategy, manner, cuts: [{ at, how: "reset" }] }]
            }
          }
        })()
      ),
    300_000
  )
})

describe("a cut, a model and the options of a stream", () => {
  const dimensions = {
    at: Array.from({ length: 16 }, (_, part) => Math.floor(((part + 0.5) * length) / 16)),
    how: ["reset", "fin", "stall", "end", "error"],
    manner: Object.keys(manners),
    strategy: [...strategies, "restart"],
    onUncertain: ["mark", "fail", "restart"],
    inOnePiece: [true, false],
    thinksAgain: [true, false],
    liveToolInput: [true, false]
  } as const

  const plans = function* () {
    for (const row of allPairs(Object.fromEntries(Object.entries(dimensions).map(([k, all]) => [k, all.length])))) {
      const of = <A>(name: string, values: ReadonlyArray<A>): A => values[row[name] ?? -1] ?? assert.fail(name)
      const { how, inOnePiece, liveToolInput, onUncertain, strategy, thinksAgain } = dimensions
      const at = of("at", dimensions.at)
      const name = of("manner", dimensions.manner)
      const plan: Plan = {
        thoughts,
        pieces,
        cuts: [{ at, how: of("how", how) }],
        manner: mannerOf(name, randomOf(at)),
        strategy: of("strategy", strategy),
        inOnePiece: of("inOnePiece", inOnePiece),
        thinksAgain: of("thinksAgain", thinksAgain),
        options: { onUncertain: of("onUncertain", onUncertain), liveToolInput: of("liveToolInput", liveToolInput) }
      }
      yield [`${name}: ${JSON.stringify(row)}`, plan] as const
    }
  }

  it.live(
    "make no certain seam that is wrong, whichever two of them meet",
    () =>
      Effect.gen(function* () {
        const { runs } = yield* assertNoneWrong(plans())
        assert.isAtLeast(runs, dimensions.at.length * dimensions.manner.length)
      }),
    300_000
  )
})

describe("any text, cut up to five times", () => {
  const count = Number(process.env["SWEEP_PLANS"] ?? 2000)
  const from = Number(process.env["SWEEP_SEED"] ?? 1)
  it.live(
    `holds in plans by chance`,
    () =>
      Effect.gen(function* () {
        const { certain, runs } = yield* assertNoneWrong(
          (function* () {
            for (let seed = from; seed < from + count; seed++) yield [`seed ${seed}`, randomPlan(seed)]
          })()
        )
        assert.strictEqual(runs, count)
        assert.isAbove(certain / runs, 0.3)
      }),
    3_600_000
  )
})
