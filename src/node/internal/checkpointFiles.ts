/**
 * Journals as files: one a checkpoint, appended to, replaced as a whole.
 */
import { createHash } from "node:crypto"
import { type FileHandle, mkdir, open, readdir, readFile, rename, stat, unlink } from "node:fs/promises"
import { join } from "node:path"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Random from "effect/Random"
import type * as Scope from "effect/Scope"
import { fromUnknown } from "../../internal/errorCause.js"
import type { Backend, Lock, Stored } from "../../resume/internal/checkpointBackend.js"
import { CheckpointConflict, CheckpointStoreError } from "../../resume/ResumeError.js"
import { type FileLock, take, tidyLock } from "./checkpointLock.js"

type Operation = CheckpointStoreError["operation"]

/** An open journal. */
interface Opened {
  readonly handle: FileHandle
  /** Bytes that may lie in the file; those behind the journal's length are of no use. */
  size: number
  /** Whether its entry in the directory would outlive a loss of power. */
  entered: boolean
}

const codeOf = (error: unknown): unknown => (Predicate.hasProperty(error, "code") ? error.code : undefined)

const full: ReadonlySet<unknown> = new Set(["ENOSPC", "EDQUOT", "EFBIG"])

const refused = (operation: Operation, id: string | undefined, error: unknown): CheckpointStoreError => {
  const code = codeOf(error)
  const words = full.has(code) ? "there is no space left" : "the file system refused it"
  return new CheckpointStoreError({
    operation,
    reason: full.has(code) ? "full" : code === "ENOENT" && operation === "append" ? "missing" : "unavailable",
    description: Predicate.isString(code) ? `${words} (${code})` : words,
    id,
    cause: fromUnknown(error)
  })
}

const run = <A>(
  operation: Operation,
  id: string | undefined,
  f: () => Promise<A>
): Effect.Effect<A, CheckpointStoreError> =>
  Effect.tryPromise({ try: f, catch: (error) => refused(operation, id, error) })

const plain = /^[a-z0-9][a-z0-9_-]{0,99}$/

/**
 * The same id gives the same name, and different ids different ones, also where the file system does not tell capitals
 * from small letters.
 */
const nameOf = (id: string): string =>
  plain.test(id) ? `stream-${id}` : `stream~${createHash("sha256").update(JSON.stringify(id)).digest("hex")}`

const journalName = /^stream(?:-(.+)|~[0-9a-f]{64})\.jsonl$/

/** What a process that died may leave: drafts of journals and locks that never came to stand, and locks. */
const leftName = /^stream[-~].+\.(?:tmp|lock)$/

/** Milliseconds; what is younger may be in use. */
const leftFor = 3_600_000

const writeAll = async (handle: FileHandle, bytes: Uint8Array, position: number): Promise<void> => {
  for (let done = 0; done < bytes.length;) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, position + done)
    done += bytesWritten
  }
}

const quietly = (promise: Promise<unknown>): Promise<unknown> => promise.catch(() => undefined)

const missing = (id: string): Error =>
  Object.assign(new Error(`no journal of ${JSON.stringify(id)}`), { code: "ENOENT" })

let count = 0

/** Of this process no two are the same; of two processes neither the first part nor, most likely, the last. */
const nonce = Effect.map(Random.nextInt, (random) => `${process.pid}-${++count}-${Math.abs(random).toString(36)}`)

class Files implements Backend {
  private readonly opened = new Map<string, Opened>()

  constructor(private readonly directory: string) {}

  readonly load: Backend["load"] = (id) => this.loadFile(id, this.path(id))

  readonly create: Backend["create"] = (id, bytes, sync) =>
    Effect.flatMap(nonce, (nonce) =>
      run("append", id, async () => {
        await this.close(id)
        const draft = `${this.path(id)}.${nonce}.tmp`
        const handle = await open(draft, "wx", 0o600)
        try {
          await writeAll(handle, bytes, 0)
          if (sync) await handle.sync()
          await rename(draft, this.path(id))
          if (sync) await this.syncDirectory()
        } catch (error) {
          await quietly(handle.close())
          await quietly(unlink(draft))
          throw error
        }
        this.opened.set(id, { handle, size: bytes.length, entered: sync })
      })
    )

  readonly extend: Backend["extend"] = (id, length, bytes, sync) =>
    run("append", id, async () => {
      const journal = this.opened.get(id) ?? (await this.open(id))
      // A file without a name is one that somebody has removed.
      if ((await journal.handle.stat()).nlink === 0) throw missing(id)
      try {
        if (journal.size > length) await journal.handle.truncate(length)
        journal.size = length + bytes.length
        await writeAll(journal.handle, bytes, length)
        if (sync) await this.sync(journal)
      } catch (error) {
        await quietly(journal.handle.truncate(length))
        throw error
      }
    })

  readonly release: Backend["release"] = (id) => Effect.promise(() => this.close(id))

  readonly remove: Backend["remove"] = (id) =>
    run("remove", id, async () => {
      await unlink(this.path(id)).catch((error: unknown) => {
        if (codeOf(error) !== "ENOENT") throw error
      })
    })

  readonly all: Backend["all"] = Effect.gen(this, function* () {
    const now = yield* Clock.currentTimeMillis
    const names = yield* run("list", undefined, () => readdir(this.directory))
    const journals = new Set(names.filter((name) => journalName.test(name)))
    const left = names.filter((name) => leftName.test(name) && !journals.has(name.replace(/lock$/, "jsonl")))
    yield* Effect.promise(() => Promise.all(left.map((name) => quietly(this.tidy(name, now)))))
    return names.flatMap((name): ReadonlyArray<Stored> => {
      const match = journalName.exec(name)
      return match === null ? [] : [{ id: match[1], load: this.loadFile(match[1], join(this.directory, name)) }]
    })
  })

  readonly lock: Backend["lock"] = (id, owner, lease) =>
    Effect.gen(this, function* () {
      const now = yield* Clock.currentTimeMillis
      const claimant = { nonce: yield* nonce, owner, lease }
      const path = join(this.directory, `${nameOf(id)}.lock`)
      const lock = yield* run("claim", id, () => take(path, claimant, now))
      return lock === undefined ? yield* new CheckpointConflict({ id, reason: "running" }) : this.lockOf(id, lock)
    })

  private lockOf(id: string, lock: FileLock): Lock {
    const confirm = Effect.flatMap(Clock.currentTimeMillis, (now) => run("claim", id, () => lock.confirm(now)))
    return { confirm, renew: confirm, release: Effect.promise(() => lock.release()) }
  }

  readonly closeAll: Effect.Effect<void> = Effect.suspend(() =>
    Effect.promise(() => Promise.all([...this.opened.keys()].map((id) => this.close(id))))
  )

  private path(id: string): string {
    return join(this.directory, `${nameOf(id)}.jsonl`)
  }

  private loadFile(
    id: string | undefined,
    path: string
  ): Effect.Effect<Option.Option<Uint8Array>, CheckpointStoreError> {
    return Effect.catchIf(
      Effect.asSome(run("read", id, () => readFile(path))),
      (error) => error.cause?.code === "ENOENT",
      () => Effect.succeedNone
    )
  }

  private async open(id: string): Promise<Opened> {
    const handle = await open(this.path(id), "r+")
    const journal = { handle, size: (await handle.stat()).size, entered: false }
    this.opened.set(id, journal)
    return journal
  }

  private async close(id: string): Promise<void> {
    const journal = this.opened.get(id)
    this.opened.delete(id)
    if (journal !== undefined) await quietly(journal.handle.close())
  }

  private async sync(journal: Opened): Promise<void> {
    await journal.handle.datasync()
    if (journal.entered) return
    await this.syncDirectory()
    journal.entered = true
  }

  /** A new name lasts once its directory is written. Windows knows no such thing. */
  private async syncDirectory(): Promise<void> {
    if (process.platform === "win32") return
    const handle = await open(this.directory, "r")
    try {
      await handle.sync()
    } finally {
      await handle.close()
    }
  }

  private async tidy(name: string, now: number): Promise<void> {
    const path = join(this.directory, name)
    if (now - (await stat(path)).mtimeMs <= leftFor) return
    if (name.endsWith(".lock")) await tidyLock(path, `${process.pid}-${++count}`, now)
    else await unlink(path)
  }
}

/**
 * Makes the directory where there is none; one that is there keeps its rights. What is still open closes with the
 * scope: the journals of streams that were written without a claim.
 */
export const make = (directory: string): Effect.Effect<Backend, CheckpointStoreError, Scope.Scope> =>
  Effect.zipRight(
    run("open", undefined, () => mkdir(directory, { recursive: true, mode: 0o700 })),
    Effect.acquireRelease(
      Effect.sync(() => new Files(directory)),
      (files) => files.closeAll
    )
  )
