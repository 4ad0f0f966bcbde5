import { describe, it, vi } from "@effect/vitest"
import { assertNone, assertTrue, deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { Effect, Option, TestClock, Scope } from "effect"
import { FileCheckpointStore } from "effect-claude/node"
import { spawn } from "node:child_process"
import * as fs from "node:fs/promises"
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { make as files } from "../../src/node/internal/checkpointFiles.js"
import { take } from "../../src/node/internal/checkpointLock.js"
import type { Delivered } from "../../src/resume/Checkpoint.js"
import * as Checkpoint from "../../src/resume/Checkpoint.js"
import { CheckpointStore } from "../../src/resume/CheckpointStore.js"
import { keepsCheckpoints, keepsProcessesApart } from "../resume/checkpointContract.js"
import { emitted, journal, open } from "../resume/checkpointFixtures.js"
import { blockStart, emptyText, messageStart, text } from "../stream/fixtures.js"

const temporary = Effect.acquireRelease(
  Effect.promise(() => mkdtemp(join(tmpdir(), "checkpoints-"))),
  (directory) => Effect.promise(() => rm(directory, { recursive: true, force: true }))
)

const inFiles = Effect.gen(function* () {
  const directory = yield* temporary
  const scope = yield* Effect.scope
  return Scope.extend(Effect.orDie(files(join(directory, "store"))), scope)
})

keepsCheckpoints("the store in files", inFiles)
keepsProcessesApart("the store in files", inFiles)

const later = { sync: true }

const setup = Effect.gen(function* () {
  const directory = join(yield* temporary, "a", "store")
  return { directory, store: yield* FileCheckpointStore.make({ directory }) }
})

const said = (word: string) => emitted(text(0, word))

const begun = (id: string, ...words: ReadonlyArray<string>) =>
  Effect.map(open(id), (first) => [first, emitted(messageStart(), blockStart(0, emptyText)), ...words.map(said)])

const run = <A>(f: () => Promise<A>) => Effect.promise(f)

/** Counts from now on what is asked of the disk. */
const countSyncs = (directory: string) =>
  Effect.acquireRelease(
    run(async () => {
      const handle = await fs.open(directory)
      const files = Object.getPrototypeOf(handle)
      await handle.close()
      const counts = { sync: 0, datasync: 0 }
      const spies = (["sync", "datasync"] as const).map((name) => {
        const original = files[name]
        return vi.spyOn(files, name).mockImplementation(function (this: unknown) {
          counts[name]++
          return original.call(this)
        })
      })
      return { counts, spies }
    }),
    ({ spies }) => Effect.sync(() => spies.forEach((spy) => spy.mockRestore()))
  ).pipe(Effect.map(({ counts }) => counts))

const modeOf = (path: string) => run(async () => ((await stat(path)).mode & 0o777).toString(8))

describe("the files of a store", () => {
  it.scoped("are for their owner alone, and so is the directory", () =>
    Effect.gen(function* () {
      const { directory, store } = yield* setup
      yield* store.claim("a")
      yield* store.append("a", yield* begun("a", "one"), later)
      strictEqual(yield* modeOf(directory), "700")
      deepStrictEqual((yield* run(() => readdir(directory))).sort(), ["stream-a.jsonl", "stream-a.lock"])
      strictEqual(yield* modeOf(join(directory, "stream-a.jsonl")), "600")
      strictEqual(yield* modeOf(join(directory, "stream-a.lock")), "600")
    })
  )

  it.scoped("are gone once a checkpoint is removed and its claim has ended", () =>
    Effect.gen(function* () {
      const { directory, store } = yield* setup
      yield* Effect.scoped(
        Effect.gen(function* () {
          yield* store.claim("a")
          yield* store.append("a", yield* begun("a", "one"), later)
          yield* store.remove("a")
        })
      )
      deepStrictEqual(yield* run(() => readdir(directory)), [])
    })
  )

  it.scoped("are a line each record, as JSON that other programs can read", () =>
    Effect.gen(function* () {
      const { directory, store } = yield* setup
      const records = journal(yield* open("a"))
      yield* store.append("a", records, later)
      const lines = (yield* run(() => readFile(join(directory, "stream-a.jsonl"), "utf8"))).trimEnd().split("\n")
      deepStrictEqual(
        lines.map((line) => JSON.parse(line).type),
        records.map((record) => record.type)
      )
    })
  )

  it.scoped("keep the rights of a directory that is there", () =>
    Effect.gen(function* () {
      const directory = join(yield* temporary, "there")
      yield* run(() => mkdir(directory))
      yield* run(() => chmod(directory, 0o750))
      yield* FileCheckpointStore.make({ directory })
      strictEqual(yield* modeOf(directory), "750")
    })
  )

  it.scoped("that are none of the store's are left alone", () =>
    Effect.gen(function* () {
      const { directory, store } = yield* setup
      yield* run(() => writeFile(join(directory, "notes.jsonl"), "mine\n"))
      yield* run(() => writeFile(join(directory, "notes.tmp"), "mine\n"))
      yield* TestClock.setTime(Number.MAX_SAFE_INTEGER / 2)
      deepStrictEqual(yield* store.list, [])
      deepStrictEqual((yield* run(() => readdir(directory))).sort(), ["notes.jsonl", "notes.tmp"])
    })
  )

  it.scoped("that a dead process has left half made are tidied away after an hour", () =>
    Effect.gen(function* () {
      const { directory, store } = yield* setup
      const left = ["stream-a.jsonl.1-1-x.tmp", "stream-a.lock.1-1-x.tmp", "stream-b.lock"]
      for (const name of left) {
        yield* run(() => writeFile(join(directory, name), "{}"))
        yield* run(() => utimes(join(directory, name), 1, 1))
      }
      yield* TestClock.setTime(3_600_000)
      yield* store.list
      strictEqual((yield* run(() => readdir(directory))).length, 3)
      yield* TestClock.setTime(3_602_000)
      yield* store.list
      deepStrictEqual(yield* run(() => readdir(directory)), [])
    })
  )

  it.effect("come with a layer; a directory that cannot be made is an error", () =>
    Effect.scoped(
      Effect.gen(function* () {
        const directory = yield* temporary
        yield* run(() => writeFile(join(directory, "file"), ""))
        const list = Effect.flatMap(CheckpointStore, (store) => store.list)
        deepStrictEqual(yield* Effect.provide(list, FileCheckpointStore.layer({ directory })), [])
        const impossible = FileCheckpointStore.layer({ directory: join(directory, "file", "store") })
        const error = yield* Effect.flip(Effect.provide(list, impossible))
        deepStrictEqual([error.operation, error.reason, error.cause?.code], ["open", "unavailable", "ENOTDIR"])
      })
    )
  )
})

describe("a journal in a file", () => {
  it.scoped("is cut at any byte as good as its last whole line, and goes on from there", () =>
    Effect.gen(function* () {
      const { directory, store } = yield* setup
      const path = join(directory, "stream-a.jsonl")
      const second = "狐 ".repeat(100)
      const records = [...(yield* begun("a")), said("one "), said(second)]
      yield* store.append("a", records, later)
      const whole = yield* run(() => readFile(path))
      const ends = [...whole.entries()].flatMap(([at, byte]) => (byte === 10 ? [at + 1] : []))
      const start = ends[1] ?? 0
      for (let cut = start; cut <= whole.length; cut += 11) {
        yield* run(() => writeFile(path, whole.subarray(0, cut)))
        const words = ["one ", second].slice(0, ends.filter((end) => end <= cut).length - 2).join("")
        strictEqual(Checkpoint.text(Option.getOrThrow(yield* store.read("a"))), words)
        yield* Effect.scoped(Effect.zipRight(store.claim("a"), store.append("a", [said("two")], later)))
        strictEqual(Checkpoint.text(Option.getOrThrow(yield* store.read("a"))), `${words}two`)
        const after = yield* run(() => readFile(path, "utf8"))
        strictEqual(JSON.parse(after.trimEnd().split("\n").at(-1) ?? "").events[0].delta.text, "two")
      }
    })
  )

  it.scoped("that is damaged in the middle, or of a later version, is listed and can be removed", () =>
    Effect.gen(function* () {
      const { directory, store } = yield* setup
      const path = join(directory, "stream-a.jsonl")
      yield* store.append("a", [...(yield* begun("a", "one"))], later)
      const lines = yield* run(() => readFile(path, "utf8"))
      yield* run(() => writeFile(path, lines.replace('{"type":"emitted"', '{"type"')))
      const broken = yield* Effect.flip(store.read("a"))
      strictEqual(broken._tag === "CheckpointUnreadable" ? broken.reason : broken._tag, "broken")
      deepStrictEqual(
        (yield* store.list).map(({ id, status }) => [id, status]),
        [["a", "unreadable"]]
      )
      strictEqual((yield* Effect.flip(store.append("a", [said("x")], later))).reason, "unavailable")
      yield* run(() => writeFile(path, lines.replace('"version":1', '"version":2')))
      const newer = yield* Effect.flip(store.read("a"))
      strictEqual(newer._tag === "CheckpointUnreadable" ? newer.reason : newer._tag, "newer")
      yield* store.remove("a")
      assertNone(yield* store.read("a"))
    })
  )

  it.scoped("is synced where that is asked for, once for all that wait, and its directory once", () =>
    Effect.gen(function* () {
      const { directory, store } = yield* setup
      const counts = yield* countSyncs(directory)
      yield* store.claim("a")
      yield* store.append("a", yield* begun("a", "one"), { sync: false })
      yield* store.append("a", [said("two")], { sync: false })
      deepStrictEqual(counts, { sync: 0, datasync: 0 })
      yield* store.append("a", [said("three")], later)
      deepStrictEqual(counts, { sync: 1, datasync: 1 })
      yield* Effect.replicateEffect(store.append("a", [said("four")], later), 50, { concurrency: "unbounded" })
      strictEqual(counts.sync, 1)
      assertTrue(counts.datasync >= 2 && counts.datasync <= 4)
      yield* store.append("a", yield* begun("a", "new"), later)
      strictEqual(counts.sync, 3)
    })
  )

  it.scoped("that was removed under a process that writes it is missed by it", () =>
    Effect.gen(function* () {
      const { directory, store } = yield* setup
      const other = yield* FileCheckpointStore.make({ directory })
      yield* store.claim("a")
      yield* store.append("a", yield* begun("a", "one"), later)
      yield* other.remove("a")
      strictEqual((yield* Effect.flip(store.append("a", [said("two")], later))).reason, "missing")
      deepStrictEqual(yield* other.list, [])
    })
  )

  it.scoped("stays as it was while a new one in its place is not whole", () =>
    Effect.gen(function* () {
      const { directory, store } = yield* setup
      yield* store.append("a", yield* begun("a", "old"), later)
      const path = join(directory, "stream-a.jsonl")
      // A directory in its place cannot be replaced by a file
      yield* run(() => rm(path))
      yield* run(() => mkdir(join(path, "x"), { recursive: true }))
      const error = yield* Effect.flip(store.append("a", yield* begun("a", "new"), later))
      strictEqual(error.reason, "unavailable")
      deepStrictEqual(yield* run(() => readdir(directory)), ["stream-a.jsonl"])
    })
  )

  it.scoped("is read by a process while another one writes", () =>
    Effect.gen(function* () {
      const { directory, store } = yield* setup
      const reader = yield* FileCheckpointStore.make({ directory })
      yield* store.claim("a")
      yield* store.append("a", yield* begun("a"), later)
      const words = Array.from({ length: 40 }, (_, at) => `${at}`.padStart(9_000, "."))
      const whole = words.join("")
      const write = (word: string) => store.append("a", [said(word)], { sync: false })
      const writes = Effect.forEach(words, write, { discard: true })
      const reads = Effect.replicateEffect(reader.read("a"), 20)
      const [, seen] = yield* Effect.all([writes, reads], { concurrency: 2 })
      let last = 0
      for (const found of seen) {
        const had = Checkpoint.text(Option.getOrThrow(found))
        assertTrue(whole.startsWith(had) && had.length >= last)
        last = had.length
      }
    })
  )
})

describe("a lock in a file", () => {
  const claimant = { nonce: "n", owner: undefined, lease: 1_000 }

  it.scoped("that cannot be read counts as one of its age", () =>
    Effect.gen(function* () {
      const path = join(yield* temporary, "lock")
      yield* run(() => writeFile(path, ""))
      yield* run(() => utimes(path, 10, 10))
      strictEqual(yield* run(() => take(path, claimant, 11_000)), undefined)
      const lock = yield* run(() => take(path, claimant, 11_001))
      strictEqual(yield* run(async () => lock?.confirm(11_002)), true)
      yield* run(async () => lock?.release())
    })
  )

  it.scoped("is lost to whoever has put another one in its place", () =>
    Effect.gen(function* () {
      const path = join(yield* temporary, "lock")
      const lock = yield* run(() => take(path, claimant, 0))
      const text = yield* run(() => readFile(path, "utf8"))
      yield* run(() => rm(path))
      strictEqual(yield* run(async () => lock?.confirm(1)), false)
      yield* run(() => writeFile(path, text))
      strictEqual(yield* run(async () => lock?.confirm(1)), false)
      yield* run(async () => lock?.release())
      strictEqual(yield* run(() => readFile(path, "utf8")), text)
    })
  )
})

/** Starts a process, gives its lines as they come, and kills it with the scope. */
const child = (directory: string, job: string, id: string, limit = "") =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const writer = fileURLToPath(new URL("checkpointWriter.ts", import.meta.url))
      const command = `${limit} exec "$0" --import tsx "$@"`
      const started = spawn("/bin/sh", ["-c", command, process.execPath, writer, directory, job, id], {
        stdio: ["ignore", "pipe", "inherit"]
      })
      const ended = new Promise<void>((resolve) => started.once("close", () => resolve()))
      const lines = createInterface({ input: started.stdout })[Symbol.asyncIterator]()
      return { started, ended, next: async (): Promise<string> => String((await lines.next()).value) }
    }),
    ({ ended, started }) =>
      run(() => {
        started.kill("SIGKILL")
        return ended
      })
  )

const wordOf = (event: Delivered): string =>
  event.type === "content_block_delta" && event.delta.type === "text_delta" ? event.delta.text : ""

const numbersIn = (checkpoint: Checkpoint.Checkpoint): ReadonlyArray<string> =>
  checkpoint.events.map((event) => wordOf(event).split(":")[0] ?? "")

const counting = (length: number) => Array.from({ length }, (_, at) => `${at}`)

describe("another process", () => {
  it.scopedLive(
    "is refused while this one goes on, refuses it in turn, and is followed at once when it was killed",
    () =>
      Effect.gen(function* () {
        const { directory, store } = yield* setup
        yield* Effect.scoped(
          Effect.gen(function* () {
            yield* store.claim("a")
            const refused = yield* child(directory, "hold", "a")
            strictEqual(yield* run(refused.next), "running")
          })
        )
        const holder = yield* child(directory, "hold", "a")
        strictEqual(yield* run(holder.next), "claimed")
        strictEqual((yield* Effect.flip(store.claim("a")))._tag, "CheckpointConflict")
        holder.started.kill("SIGKILL")
        yield* run(() => holder.ended)
        yield* store.claim("a")
      }),
    60_000
  )

  it.scopedLive(
    "that is killed while it writes leaves all that it had synced",
    () =>
      Effect.gen(function* () {
        const { directory, store } = yield* setup
        for (const [at, acknowledged] of [1, 5, 17].entries()) {
          const id = `killed-${at}`
          const writer = yield* child(directory, "write", id)
          strictEqual(yield* run(writer.next), "claimed")
          let last = -1
          while (last < acknowledged) last = Number(yield* run(writer.next))
          writer.started.kill("SIGKILL")
          yield* run(() => writer.ended)
          const checkpoint = Option.getOrThrow(yield* store.read(id))
          const numbers = numbersIn(checkpoint)
          assertTrue(numbers.length > last)
          deepStrictEqual(numbers, counting(numbers.length))
          yield* Effect.scoped(Effect.zipRight(store.claim(id), store.append(id, [said(`${numbers.length}:`)], later)))
          const after = Option.getOrThrow(yield* store.read(id))
          deepStrictEqual(numbersIn(after), counting(numbers.length + 1))
        }
      }),
    60_000
  )

  it.scopedLive(
    "that runs out of space says so, and leaves what it had written",
    () =>
      Effect.gen(function* () {
        const { directory, store } = yield* setup
        // the shell counts in blocks of 512 bytes: the limit falls into the middle of a line
        const writer = yield* child(directory, "fill", "full", "ulimit -f 20;")
        strictEqual(yield* run(writer.next), "claimed")
        const lines: Array<string> = []
        while (lines.at(-1) !== "full" && lines.at(-1) !== "undefined") lines.push(yield* run(writer.next))
        strictEqual(lines.at(-1), "full")
        yield* run(() => writer.ended)
        assertTrue(lines.length > 3)
        const checkpoint = Option.getOrThrow(yield* store.read("full"))
        deepStrictEqual(numbersIn(checkpoint), counting(lines.length - 1))
        const bytes = yield* run(() => readFile(join(directory, "stream-full.jsonl")))
        // it has cut off what was written of the line that had no room
        strictEqual(bytes.at(-1), 10)
        yield* store.claim("full")
        yield* store.append("full", [said(`${lines.length - 1}:`)], later)
        deepStrictEqual(numbersIn(Option.getOrThrow(yield* store.read("full"))), counting(lines.length))
      }),
    60_000
  )
})
