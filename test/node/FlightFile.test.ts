import { assert, describe, it } from "@effect/vitest"
import { Effect, Either, Fiber, Logger, TestClock } from "effect"
import { Claude, ClaudeEvent } from "effect-claude"
import { FlightFile } from "effect-claude/node"
import { spawn } from "node:child_process"
import * as fs from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { FlightLog, readAll } from "../../src/node/internal/flightLog.js"
import { client, inTime } from "../observe/support.js"
import { request } from "../support/fixtures.js"
import { ok, refusal, script } from "../support/scriptedTransport.js"

const temporary = Effect.acquireRelease(
  Effect.sync(() => fs.mkdtempSync(join(tmpdir(), "flights-"))),
  (directory) => Effect.sync(() => fs.rmSync(directory, { recursive: true, force: true }))
)

/** So many calls, which all succeed. */
const calls = (count: number) =>
  Effect.replicateEffect(Claude.create(request), count).pipe(
    Effect.provide(client(script(...Array.from({ length: count }, () => ok("a")))))
  )

const written = (options: FlightFile.Options, count: number) =>
  Effect.map(inTime(Effect.provide(calls(count), FlightFile.layer(options))), Either.getOrThrow)

const outcome = (entries: ReadonlyArray<FlightFile.Entry>) =>
  entries.map(({ record: { attempt, call, state } }) => `${call}.${attempt} ${state}`)

const names = (directory: string) => fs.readdirSync(directory).sort()

describe("the flight files", () => {
  it.scoped("hold each attempt as it stood last, for their owner alone", () =>
    Effect.gen(function* () {
      const directory = join(yield* temporary, "deep", "flights")
      const played = script(refusal(529, "overloaded_error"), ok("there", { "request-id": "req_2" }))
      const program = Claude.create(request).pipe(
        Effect.provide(client(played)),
        Effect.provide(FlightFile.layer({ directory }))
      )
      yield* inTime(program)
      const entries = yield* FlightFile.read(directory)
      assert.deepStrictEqual(outcome(entries), ["1.1 failed", "1.2 succeeded"])
      assert.strictEqual(entries[0]?.record.error?._tag, "Overloaded")
      assert.strictEqual(entries[1]?.record.requestId, "req_2")
      assert.strictEqual(new Set(entries.map(({ run }) => run)).size, 1)
      assert.strictEqual(fs.statSync(directory).mode & 0o777, 0o700)
      assert.strictEqual(fs.statSync(join(directory, "flight.jsonl")).mode & 0o777, 0o600)
    })
  )

  it.scoped("have what happened so far at every moment", () =>
    Effect.gen(function* () {
      const directory = yield* temporary
      const played = script({ ...ok("there"), after: "10 seconds" })
      const fiber = yield* Effect.fork(
        Claude.create(request).pipe(
          Effect.provide(client(played)),
          Effect.provide(FlightFile.layer({ directory })),
          Effect.provide(ClaudeEvent.layerHub)
        )
      )
      yield* TestClock.adjust("1 second")
      assert.deepStrictEqual(outcome(yield* FlightFile.read(directory)), ["1.1 running"])
      yield* TestClock.adjust("1 minute")
      yield* Fiber.join(fiber)
      assert.deepStrictEqual(outcome(yield* FlightFile.read(directory)), ["1.1 succeeded"])
    })
  )

  it.scopedLive("survive a process that is killed", () =>
    Effect.gen(function* () {
      const directory = yield* temporary
      yield* Effect.promise(async () => {
        const writer = fileURLToPath(new URL("flightWriter.ts", import.meta.url))
        const child = spawn(process.execPath, ["--import", "tsx", writer, directory], {
          stdio: ["ignore", "pipe", "inherit"]
        })
        const ended = new Promise<void>((resolve) => child.once("close", () => resolve()))
        const line = await createInterface({ input: child.stdout })[Symbol.asyncIterator]().next()
        child.kill("SIGKILL")
        await ended
        assert.strictEqual(line.value, "hanging")
      })
      assert.deepStrictEqual(outcome(yield* FlightFile.read(directory)), ["1.1 succeeded", "2.1 running"])
    })
  )

  it.scoped("make room as they grow, and lose the oldest attempts alone", () =>
    Effect.gen(function* () {
      const directory = yield* temporary
      yield* written({ directory, maxBytes: 4000, files: 3 }, 60)
      assert.deepStrictEqual(names(directory), ["flight.1.jsonl", "flight.2.jsonl", "flight.jsonl"])
      for (const name of names(directory)) assert.isBelow(fs.statSync(join(directory, name)).size, 6000)
      const entries = yield* FlightFile.read(directory)
      const kept = entries.map(({ record }) => record.call)
      assert.isAbove(kept.length, 5)
      assert.isBelow(kept.length, 60)
      assert.deepStrictEqual(
        kept,
        Array.from({ length: kept.length }, (_, index) => 61 - kept.length + index)
      )
      assert.isTrue(entries.every(({ record }) => record.state === "succeeded"))
    })
  )

  it.scoped("may be one alone", () =>
    Effect.gen(function* () {
      const directory = yield* temporary
      yield* written({ directory, maxBytes: 2000, files: 1 }, 20)
      assert.deepStrictEqual(names(directory), ["flight.jsonl"])
      assert.strictEqual((yield* FlightFile.read(directory)).at(-1)?.record.call, 20)
    })
  )

  it.scoped("go on behind a line that was cut off, at any byte", () =>
    Effect.gen(function* () {
      const directory = yield* temporary
      const file = join(directory, "flight.jsonl")
      yield* written({ directory }, 1)
      const whole = fs.readFileSync(file)
      const lines = whole.toString().trimEnd().split("\n").length
      for (let length = whole.length - 1; length > 0; length -= 211) {
        fs.writeFileSync(file, whole.subarray(0, length))
        yield* written({ directory }, 1)
        const now = fs
          .readFileSync(file, "utf8")
          .split("\n")
          .filter((line) => isJson(line))
        const survived = whole
          .subarray(0, length)
          .toString()
          .split("\n")
          .filter((line) => isJson(line))
        assert.lengthOf(now, survived.length + lines, `cut at ${length}`)
      }
    })
  )

  const isJson = (line: string): boolean => {
    try {
      JSON.parse(line)
      return true
    } catch {
      return false
    }
  }

  it.scoped("may be shared: who finds that another made room does not do it again", () =>
    Effect.gen(function* () {
      const directory = yield* temporary
      const open = Effect.acquireRelease(
        Effect.sync(() => new FlightLog({ directory, maxBytes: 100, files: 2, onFailure: () => {} })),
        (log) => Effect.sync(() => log.close())
      )
      const [one, other] = yield* Effect.all([open, open])
      const line = (who: string) => JSON.stringify({ who, what: "x".repeat(60) })
      other.append(line("other"))
      other.append(line("other")) // and so it would make room next
      one.append(line("one"))
      one.append(line("one"))
      one.append(line("one")) // which this did
      const current = join(directory, "flight.jsonl")
      const before = fs.readFileSync(current, "utf8")
      other.append(line("other"))
      assert.strictEqual(fs.readFileSync(current, "utf8"), `${before}${line("other")}\n`)
      assert.deepStrictEqual(names(directory), ["flight.1.jsonl", "flight.jsonl"])
      assert.lengthOf(yield* Effect.promise(() => readAll(directory)), 6)
    })
  )

  it.scoped("on a full disk cost a warning, once, and no call", () =>
    Effect.gen(function* () {
      const directory = yield* temporary
      fs.symlinkSync("/dev/full", join(directory, "flight.jsonl"))
      const warnings: Array<string> = []
      const logger = Logger.make(({ message }) => void warnings.push(String(message)))
      const result = yield* Effect.provide(
        Effect.either(written({ directory }, 3)),
        Logger.replace(Logger.defaultLogger, logger)
      )
      assert.isTrue(Either.isRight(result))
      assert.lengthOf(warnings, 1)
      assert.include(warnings[0], "ENOSPC")
    })
  )

  it.scoped("that cannot be opened fail the layer, and a directory that is not there holds nothing", () =>
    Effect.gen(function* () {
      const directory = yield* temporary
      fs.writeFileSync(join(directory, "file"), "")
      const failure = yield* inTime(
        Effect.provide(Effect.void, FlightFile.layer({ directory: join(directory, "file") }))
      )
      assert.isTrue(Either.isLeft(failure) && failure.left._tag === "FlightFileError")
      assert.deepStrictEqual(yield* FlightFile.read(join(directory, "nowhere")), [])
    })
  )
})
