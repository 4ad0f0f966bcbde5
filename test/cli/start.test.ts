import { assert, describe, it } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { ClaudeEvent } from "effect-claude"
import { NodeClaude } from "effect-claude/node"
import { Fault, Simulator } from "effect-claude/simulator"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { ask } from "../../src/cli/internal/ask.js"
import { Output } from "../../src/cli/internal/output.js"
import { type Ended, runCommand } from "./support.js"

interface Shown {
  answer: string
  readonly notes: Array<string>
}

/** Runs the question in this process, so that the simulator's own log can be read. */
const asked = (faults: ReadonlyArray<Fault.Fault>) =>
  Effect.gen(function* () {
    const simulator = yield* Simulator.make({ faults, tokenDelay: 0 })
    const shown: Shown = { answer: "", notes: [] }
    yield* ask({ prompt: "What is a checkpoint?", model: "claude-opus-5-5", calm: false }).pipe(
      Effect.provide(
        NodeClaude.layerWith({ apiKey: Redacted.make("key"), baseUrl: simulator.url, pool: { proxy: false } })
      ),
      Effect.provideService(Output, {
        answer: (text) => Effect.sync(() => void (shown.answer += text)),
        note: (line) => void shown.notes.push(line),
        breakLine: () => {},
        error: (line) => void shown.notes.push(line)
      }),
      Effect.provide(ClaudeEvent.layerHub)
    )
    return { shown, log: yield* simulator.log }
  })

describe("npm start, against the simulator's own log", () => {
  it.scopedLive("tells each attempt that failed, what broke, and when the next one starts", () =>
    Effect.gen(function* () {
      const { log, shown } = yield* asked([Fault.resetBeforeHeaders(), Fault.rateLimited({ retryAfter: 1 })])
      assert.deepStrictEqual(
        log.map((entry) => entry.fault),
        ["reset-before-headers", log[1]?.fault, undefined]
      )
      assert.strictEqual(log[1]?.status, 429)
      const [reset, limited, summary, ...rest] = shown.notes
      assert.deepStrictEqual(rest, [])
      assert.match(reset ?? "", /^! ConnectionReset \(ECONNRESET\) in phase headers; attempt 2 in 0\.\d s$/)
      assert.match(limited ?? "", /^! RateLimited \(HTTP 429\) in phase headers; attempt 3 in 1\.\d s$/)
      const whole = log[2]?.textSent ?? ""
      assert.strictEqual(shown.answer, `${whole}\n`)
      assert.isAbove(whole.length, 0)
      assert.include(
        summary,
        `= ${log.length} attempts, 1 reset survived, ${whole.length} characters, first token after `
      )
      // the wait that was told is the wait that was kept
      const waited = (log[2]?.time ?? 0) - (log[1]?.time ?? 0)
      const told = Number(/in (\d+\.\d) s$/.exec(limited ?? "")?.[1]) * 1000
      assert.isAtLeast(waited, 1000)
      assert.isAtMost(told, waited + 100)
    })
  )

  it.scopedLive("goes on behind two cuts in the middle of the text, and says where they were", () =>
    Effect.gen(function* () {
      const uncut = yield* asked([])
      const { log, shown } = yield* asked([Fault.resetAt({ text: 300 }), Fault.resetAt({ text: 400 })])
      assert.strictEqual(shown.answer, uncut.shown.answer)
      assert.deepStrictEqual(
        log.map((entry) => [entry.outcome, entry.continues]),
        [
          ["cut", undefined],
          ["cut", "quoted"],
          ["complete", "quoted"]
        ]
      )
      const [first, firstSeam, second, secondSeam, summary, ...rest] = shown.notes
      assert.deepStrictEqual(rest, [])
      const behind = (note: string | undefined) => Number(/behind character (\d+);/.exec(note ?? "")?.[1])
      // the simulator cuts its first answer behind 300 characters; the second begins with what was asked to be repeated
      assert.strictEqual(behind(first), log[0]?.textSent.length)
      const delivered = shown.answer.slice(0, behind(second))
      assert.isTrue(delivered.endsWith(log[1]?.textSent.slice(-100) ?? ""))
      assert.deepStrictEqual([firstSeam, secondSeam], Array(2).fill("= resumed; the seam is certain"))
      assert.include(
        summary,
        `= 3 attempts, 2 resets survived, cut behind character ${behind(first)} (certain), `
          + `cut behind character ${behind(second)} (certain), ${uncut.shown.answer.length - 1} characters`
      )
    })
  )

  it.scopedLive("has nothing to tell on a calm way but the summary", () =>
    Effect.gen(function* () {
      const { log, shown } = yield* asked([])
      assert.strictEqual(log.length, 1)
      assert.strictEqual(shown.notes.length, 1)
      assert.include(shown.notes[0], "= 1 attempt, 0 resets survived, ")
    })
  )
})

const start = (args: ReadonlyArray<string>, environment: Record<string, string> = {}) =>
  runCommand(["ask", ...args], environment)

const folder = Effect.acquireRelease(
  Effect.promise(() => mkdtemp(join(tmpdir(), "effect-claude-"))),
  (path) => Effect.promise(() => rm(path, { recursive: true }))
)

/** One line on stderr, exit code 1, nothing on stdout. */
const assertRefused = (ended: Ended, line: RegExp) => {
  assert.strictEqual(ended.code, 1)
  assert.strictEqual(ended.stdout, "")
  assert.match(ended.stderr.trimEnd().split("\n").at(-1) ?? "", line)
  assert.notMatch(ended.stderr, /\n\s+at /)
  assert.strictEqual(
    ended.stderr
      .trimEnd()
      .split("\n")
      .filter((line) => line.startsWith("error: ")).length,
    1
  )
}

describe("npm start, as a process", () => {
  it.live(
    "answers the question of the command line",
    () =>
      Effect.gen(function* () {
        const ended = yield* start(["--calm", "What is a seam?"])
        assert.strictEqual(ended.code, 0)
        assert.isAbove(ended.stdout.length, 100)
        assert.match(ended.stderr, /this is the simulator/)
      }),
    60_000
  )

  it.scopedLive(
    "takes a file of 1 MB",
    () =>
      Effect.gen(function* () {
        const path = join(yield* folder, "notes.md")
        yield* Effect.promise(() => writeFile(path, "A line of notes, of which there are many.\n".repeat(25_000)))
        const ended = yield* start(["--calm", "--file", path])
        assert.strictEqual(ended.code, 0)
        assert.isAbove(ended.stdout.length, 100)
      }),
    60_000
  )

  it.live(
    "refuses a missing file, an empty question and an unknown option in one line each",
    () =>
      Effect.gen(function* () {
        assertRefused(yield* start(["--file", "no-such.md"]), /^error: cannot read no-such\.md: there is no such file$/)
        assertRefused(yield* start([""]), /^error: the question is empty: give a question/)
        assertRefused(yield* start(["--loud"]), /^error: Unknown option '--loud'/)
      }),
    60_000
  )

  it.scopedLive(
    "says in one line that a key is bad, and does not show it",
    () =>
      Effect.gen(function* () {
        const simulator = yield* Simulator.make({ keys: ["the-good-one"] })
        const ended = yield* start(["Hello"], {
          ANTHROPIC_API_KEY: "sk-ant-the-bad-one",
          ANTHROPIC_BASE_URL: simulator.url
        })
        assertRefused(ended, /^error: .*(401|key)/)
        assert.notInclude(ended.stderr, "the-bad-one")
        assert.strictEqual((yield* simulator.log).length, 1)
      }),
    60_000
  )
})
