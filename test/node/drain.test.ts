import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Redacted, Schedule, Stream } from "effect"
import { Claude, MessageStream, Resumable } from "effect-claude"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { FileCheckpointStore, NodeClaude } from "../../src/node/index.js"
import { Simulator } from "../../src/simulator/index.js"
import { request } from "../support/fixtures.js"
import { type Child, childProcess } from "./support/childProcess.js"

const temporary = Effect.acquireRelease(
  Effect.promise(() => mkdtemp(join(tmpdir(), "drain-"))),
  (directory) => Effect.promise(() => rm(directory, { recursive: true, force: true }))
)

/** A process that reads a story of two hundred tokens, one every 10 ms, and goes on to ask for other things. */
const storyteller = (timeout: number) =>
  Effect.gen(function* () {
    const directory = yield* temporary
    const simulator = yield* Simulator.make({ answerTokens: 200, tokenDelay: "10 millis" })
    const child = yield* childProcess("drained", simulator.url, directory, String(timeout))
    yield* child.line("text ")
    return { child, directory, simulator }
  })

const linesOf = (child: Child): ReadonlyArray<string> => child.output().split("\n")

const textOf = (child: Child): string =>
  linesOf(child)
    .filter((line) => line.startsWith("text "))
    .map((line): unknown => JSON.parse(line.slice(5)))
    .join("")

const placeOf = (child: Child, line: string): number => {
  const place = linesOf(child).indexOf(line)
  assert.isAtLeast(place, 0, `${line} in\n${child.output()}`)
  return place
}

describe("a process under runMain that drains when it is interrupted", () => {
  it.scopedLive(
    "reads its answer to the end after SIGTERM, asks for nothing more, and ends with 0",
    () =>
      Effect.gen(function* () {
        const { child, simulator } = yield* storyteller(25_000)
        yield* child.kill("SIGTERM")
        assert.deepStrictEqual(yield* child.ended, { code: 0, signal: null })
        const complete = placeOf(child, "story complete")
        assert.isBelow(placeOf(child, "refused draining"), complete)
        assert.isBelow(complete, placeOf(child, "layers close"))
        const log = yield* simulator.log
        const [story] = log.filter(({ route }) => route === "messages")
        assert.deepInclude(story, { outcome: "complete", textSent: textOf(child) })
        assert.notInclude(
          log.map(({ outcome }) => outcome),
          "left"
        )
      }),
    60_000
  )

  it.scopedLive(
    "keeps the checkpoint of what has not ended in time, and another process goes on with it",
    () =>
      Effect.gen(function* () {
        const { child, directory, simulator } = yield* storyteller(200)
        yield* child.kill("SIGINT")
        assert.deepStrictEqual(yield* child.ended, { code: 0, signal: null })
        assert.isBelow(placeOf(child, "story ResumeFailed"), placeOf(child, "layers close"))
        const Live = Layer.merge(
          NodeClaude.layerWith({ apiKey: Redacted.make("any"), baseUrl: simulator.url, pool: { proxy: false } }),
          FileCheckpointStore.layer({ directory })
        )
        const whole = yield* Stream.mkString(MessageStream.text(Resumable.resume("story"))).pipe(Effect.provide(Live))
        assert.isAbove(textOf(child).length, 0)
        assert.isTrue(whole.startsWith(textOf(child)))
        assert.isAbove(whole.length, textOf(child).length)
        const [last] = (yield* simulator.log).filter(({ route }) => route === "messages").slice(-1)
        assert.strictEqual(last?.continues, "quoted")
      }),
    60_000
  )

  it.scopedLive(
    "ends at once on a second signal",
    () =>
      Effect.gen(function* () {
        const { child } = yield* storyteller(3_600_000)
        yield* child.kill("SIGTERM")
        yield* child.line("refused draining")
        yield* child.kill("SIGTERM")
        assert.deepStrictEqual(yield* child.ended, { code: null, signal: "SIGTERM" })
        assert.notInclude(linesOf(child), "layers close")
      }),
    60_000
  )
})

describe("a NodeClaude that is drained", () => {
  it.scopedLive("closes its connections", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator.make({ answerTokens: 5, tokenDelay: 0 })
      const open = Effect.map(simulator.connections, (connections) => connections.length)
      yield* Effect.gen(function* () {
        yield* Claude.create(request)
        assert.strictEqual(yield* open, 1)
        yield* Claude.drain("1 second")
        yield* Effect.repeat(open, { until: (open) => open === 0, schedule: Schedule.spaced("5 millis") })
      }).pipe(
        Effect.provide(
          NodeClaude.layerWith({
            apiKey: Redacted.make("any"),
            baseUrl: simulator.url,
            // longer than this test may take
            pool: { proxy: false, keepAlive: "1 hour" }
          })
        )
      )
    })
  )
})
