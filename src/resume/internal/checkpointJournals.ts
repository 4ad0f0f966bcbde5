/**
 * A store of checkpoints over any place where bytes can be appended: order, group commit, size, gaps, claims, expiry.
 */
import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import * as Checkpoint from "../Checkpoint.js"
import { CheckpointConflict, CheckpointStoreError, CheckpointUnreadable } from "../ResumeError.js"
import type { Backend, Lock, Stored } from "./checkpointBackend.js"
import * as journal from "./checkpointJournal.js"
import type { Service, StoreOptions, Summary } from "./checkpointModel.js"

type Failure = CheckpointStoreError

interface Write {
  readonly _tag: "Write"
  readonly bytes: Uint8Array
  readonly opens: boolean
  readonly sync: boolean
  readonly done: Deferred.Deferred<void, Failure>
}

/** What has its place in the order of the writes. */
interface Other {
  readonly _tag: "Other"
  readonly run: Effect.Effect<void, Failure>
  readonly done: Deferred.Deferred<void, Failure>
}

/** What is known of one id. */
interface Entry {
  readonly id: string
  queue: Array<Write | Other>
  working: boolean
  /** The bytes of whole lines; `undefined` until they were counted. */
  length: number | undefined
  /** What an append failed with: nothing may follow it. */
  failure: Failure | undefined
  claim: Lock | undefined
  /** One at a time claims, or removes what has expired. */
  readonly gate: Effect.Semaphore
  /** How many are at the gate. */
  gated: number
}

const error = (id: string, reason: Failure["reason"], description: string): Failure =>
  new CheckpointStoreError({ operation: "append", reason, description, id })

const closed = (id: string): Failure =>
  error(id, "closed", "an earlier append failed, and what follows would leave a gap")

const joined = (writes: ReadonlyArray<Write>): Uint8Array => {
  const [only] = writes
  if (only !== undefined && writes.length === 1) return only.bytes
  const whole = new Uint8Array(writes.reduce((sum, write) => sum + write.bytes.length, 0))
  let at = 0
  for (const { bytes } of writes) {
    whole.set(bytes, at)
    at += bytes.length
  }
  return whole
}

const opening = (one: Write | Other | undefined): boolean => one?._tag === "Write" && one.opens

const defaultLease = 30_000

/** How long it may be, in milliseconds, until what has expired is looked for again. */
const sweepEvery = 3_600_000

class Journals implements Service {
  private readonly entries = new Map<string, Entry>()
  private sweptAt = -Infinity

  constructor(
    private readonly backend: Backend,
    private readonly maxBytes: number,
    private readonly scope: Scope.Scope
  ) {}

  readonly append: Service["append"] = (id, records, { sync }) =>
    Effect.flatMap(Clock.currentTimeMillis, (now) =>
      this.enqueue(id, (done) => ({
        _tag: "Write",
        bytes: journal.encode(records, now),
        opens: records[0]?.type === "opened",
        sync,
        done
      }))
    )

  readonly remove: Service["remove"] = (id) =>
    this.enqueue(id, (done, entry) => ({
      _tag: "Other",
      run: Effect.suspend(() => {
        entry.length = undefined
        entry.failure = undefined
        return Effect.zipRight(this.backend.release(id), this.backend.remove(id))
      }),
      done
    }))

  readonly read: Service["read"] = (id) =>
    Effect.gen(this, function* () {
      const bytes = yield* this.backend.load(id)
      if (Option.isNone(bytes)) return Option.none()
      const now = yield* Clock.currentTimeMillis
      const scanned = journal.scan(bytes.value)
      if (Either.isLeft(scanned)) return yield* new CheckpointUnreadable({ id, ...scanned.left })
      return Option.filter(Checkpoint.fold(scanned.right.records), (checkpoint) => now < checkpoint.expiresAt)
    })

  readonly claim: Service["claim"] = (id, options = {}) =>
    Effect.gen(this, function* () {
      yield* this.sweep
      const lease = Math.max(1, Duration.toMillis(options.lease ?? defaultLease))
      const lock = yield* Effect.acquireRelease(this.acquire(id, options.owner, lease), (lock) =>
        this.release(id, lock)
      )
      // A third of the lease: one renewal may fail, and the next one still comes in time.
      const renewal = Effect.delay(
        Effect.orElseSucceed(lock.renew, () => true),
        Duration.millis(lease / 3)
      )
      yield* Effect.forkScoped(Effect.repeat(renewal, { while: (held) => held }))
    })

  readonly list: Service["list"] = Effect.gen(this, function* () {
    const now = yield* Clock.currentTimeMillis
    const stored = yield* this.backend.all
    const found = yield* Effect.forEach(stored, (one) => this.summary(one, now))
    return found.flat().sort((a, b) => b.updatedAt - a.updatedAt)
  })

  /** Removes in the background what has expired, now and then: a prompt is not to lie about for ever. */
  readonly sweep: Effect.Effect<void> = Effect.flatMap(Clock.currentTimeMillis, (now) => {
    if (now - this.sweptAt < sweepEvery) return Effect.void
    this.sweptAt = now
    return Effect.forkIn(Effect.ignore(this.list), this.scope)
  })

  private entry(id: string): Entry {
    const known = this.entries.get(id)
    if (known !== undefined) return known
    const entry: Entry = {
      id,
      queue: [],
      working: false,
      length: undefined,
      failure: undefined,
      claim: undefined,
      gate: Effect.unsafeMakeSemaphore(1),
      gated: 0
    }
    this.entries.set(id, entry)
    return entry
  }

  private forget(entry: Entry): void {
    const idle = entry.claim === undefined && !entry.working && entry.queue.length === 0 && entry.gated === 0
    if (idle && entry.failure === undefined) this.entries.delete(entry.id)
  }

  private acquire(id: string, owner: string | undefined, lease: number) {
    return this.alone(id, (entry) =>
      Effect.gen(this, function* () {
        if (entry.claim !== undefined) return yield* new CheckpointConflict({ id, reason: "running" })
        const lock = yield* this.backend.lock(id, owner, lease)
        entry.claim = lock
        // Whoever had it before may have written, and may have left half a line.
        entry.length = undefined
        entry.failure = undefined
        return lock
      })
    )
  }

  private alone<A, E>(id: string, f: (entry: Entry) => Effect.Effect<A, E>): Effect.Effect<A, E> {
    return Effect.suspend(() => {
      const entry = this.entry(id)
      entry.gated++
      return Effect.ensuring(
        entry.gate.withPermits(1)(Effect.suspend(() => f(entry))),
        Effect.sync(() => {
          entry.gated--
          this.forget(entry)
        })
      )
    })
  }

  /** After all that was to be written under the claim. */
  private release(id: string, lock: Lock): Effect.Effect<void> {
    return Effect.ignore(
      this.enqueue(id, (done, entry) => ({
        _tag: "Other",
        run: Effect.suspend(() => {
          entry.claim = undefined
          entry.length = undefined
          return Effect.zipRight(this.backend.release(id), lock.release)
        }),
        done
      }))
    )
  }

  private enqueue(
    id: string,
    make: (done: Deferred.Deferred<void, Failure>, entry: Entry) => Write | Other
  ): Effect.Effect<void, Failure> {
    return Effect.uninterruptibleMask((restore) =>
      Effect.flatMap(Deferred.make<void, Failure>(), (done) => {
        const entry = this.entry(id)
        entry.queue.push(make(done, entry))
        // Whoever waits may be interrupted; the work, which is for all who wait, may not, not even before it begins.
        const working = entry.working ? Effect.void : Effect.forkIn(this.work(entry), this.scope)
        entry.working = true
        return Effect.zipRight(working, restore(Deferred.await(done)))
      })
    )
  }

  private work(entry: Entry): Effect.Effect<void> {
    return Effect.gen(this, function* () {
      for (;;) {
        const [first, ...rest] = this.take(entry)
        if (first?._tag === "Other") {
          yield* Deferred.complete(first.done, first.run)
        } else if (first !== undefined) {
          yield* this.commit(entry, [first, ...rest.filter((one) => one._tag === "Write")])
        } else if (entry.claim === undefined && entry.length !== undefined) {
          // Without a claim, somebody else may write before the next time.
          entry.length = undefined
          yield* this.backend.release(entry.id)
        } else {
          entry.working = false
          return this.forget(entry)
        }
      }
    })
  }

  /** What goes together: all writes up to one that begins a new journal. */
  private take(entry: Entry): ReadonlyArray<Write | Other> {
    const [first] = entry.queue
    if (first?._tag === "Other") return entry.queue.splice(0, 1)
    const stop = entry.queue.findIndex((one, at) => one._tag === "Other" || (at > 0 && opening(one)))
    return entry.queue.splice(0, stop < 0 ? entry.queue.length : stop)
  }

  private commit(entry: Entry, writes: ReadonlyArray<Write>): Effect.Effect<void> {
    return this.tryCommit(entry, writes).pipe(
      Effect.catchAllCause((cause) => {
        entry.failure = closed(entry.id)
        return Effect.forEach(writes, ({ done }) => Deferred.failCause(done, cause), { discard: true })
      })
    )
  }

  private tryCommit(entry: Entry, writes: ReadonlyArray<Write>): Effect.Effect<void, Failure> {
    return Effect.gen(this, function* () {
      const opens = opening(writes[0])
      if (!opens && entry.failure !== undefined) return yield* entry.failure
      const { claim } = entry
      if (claim !== undefined && !(yield* claim.confirm)) {
        return yield* error(entry.id, "lease", "another process has taken over")
      }
      const length = opens ? 0 : yield* this.lengthOf(entry)
      const fitting = this.fitting(writes, length)
      if (fitting.length > 0) {
        const bytes = joined(fitting)
        const sync = fitting.some((write) => write.sync)
        yield* opens ? this.backend.create(entry.id, bytes, sync) : this.backend.extend(entry.id, length, bytes, sync)
        entry.length = length + bytes.length
        entry.failure = undefined
      }
      yield* Effect.forEach(fitting, ({ done }) => Deferred.succeed(done, undefined), { discard: true })
      if (fitting.length < writes.length) {
        return yield* error(entry.id, "size", `it would be larger than ${this.maxBytes} bytes`)
      }
    })
  }

  private fitting(writes: ReadonlyArray<Write>, length: number): ReadonlyArray<Write> {
    let size = length
    const stop = writes.findIndex(({ bytes }) => (size += bytes.length) > this.maxBytes)
    return stop < 0 ? writes : writes.slice(0, stop)
  }

  /** Where the last whole line ends. */
  private lengthOf(entry: Entry): Effect.Effect<number, Failure> {
    if (entry.length !== undefined) return Effect.succeed(entry.length)
    return Effect.flatMap(this.backend.load(entry.id), (bytes) => {
      const scanned = Option.map(bytes, journal.scan)
      if (Option.isNone(scanned)) return Effect.fail(error(entry.id, "missing", "there is no journal to append to"))
      return Either.isRight(scanned.value)
        ? Effect.succeed(scanned.value.right.length)
        : Effect.fail(error(entry.id, "unavailable", scanned.value.left.description))
    })
  }

  private summary(stored: Stored, now: number): Effect.Effect<ReadonlyArray<Summary>, Failure> {
    return Effect.gen(this, function* () {
      const bytes = yield* stored.load
      if (Option.isNone(bytes)) return []
      const { expiresAt, id = stored.id } = journal.header(bytes.value)
      if (id === undefined) return []
      if (expiresAt > 0 && expiresAt <= now) {
        yield* this.expire(id, now)
        return []
      }
      const scanned = journal.scan(bytes.value)
      if (Either.isLeft(scanned)) {
        return [{ id, status: "unreadable", createdAt: 0, updatedAt: 0, expiresAt, textLength: 0 }]
      }
      return Option.match(Checkpoint.fold(scanned.right.records), {
        onNone: () => [],
        onSome: (checkpoint) => {
          const { createdAt, status, updatedAt } = checkpoint
          return [{ id, status, createdAt, updatedAt, expiresAt, textLength: Checkpoint.text(checkpoint).length }]
        }
      })
    })
  }

  /** Unless somebody still goes on with it, or has begun it anew. */
  private expire(id: string, now: number): Effect.Effect<void> {
    const removal = Effect.gen(this, function* () {
      const bytes = yield* this.backend.load(id)
      if (Option.isSome(bytes) && journal.header(bytes.value).expiresAt <= now) yield* this.remove(id)
    })
    return Effect.ignore(
      this.alone(id, (entry) =>
        entry.claim !== undefined
          ? Effect.void
          : Effect.acquireUseRelease(
              this.backend.lock(id, undefined, defaultLease),
              () => removal,
              (lock) => lock.release
            )
      )
    )
  }
}

/** Makes a store; while its scope is open, expired checkpoints are removed now and then. */
export const make = (backend: Backend, options: StoreOptions = {}): Effect.Effect<Service, never, Scope.Scope> =>
  Effect.gen(function* () {
    const journals = new Journals(backend, options.maxBytes ?? 64 * 1024 * 1024, yield* Effect.scope)
    yield* journals.sweep
    return journals
  })
