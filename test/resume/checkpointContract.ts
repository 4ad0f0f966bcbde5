import { describe, it } from "@effect/vitest"
import { assertInclude, assertNone, assertTrue, deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { Effect, Exit, Fiber, Option, Scope, TestClock } from "effect"
import * as Checkpoint from "../../src/resume/Checkpoint.js"
import type { Service, StoreOptions } from "../../src/resume/CheckpointStore.js"
import type { Backend, Lock } from "../../src/resume/internal/checkpointBackend.js"
import { make } from "../../src/resume/internal/checkpointJournals.js"
import { blockStart, emptyText, messageDelta, messageStart, text } from "../stream/fixtures.js"
import { emitted, journal, open } from "./checkpointFixtures.js"

/** A place for journals: each call is another process that comes to it. */
export type Place = Effect.Effect<Backend>

const textOf = (store: Service, id: string) =>
  Effect.map(store.read(id), Option.match({ onNone: () => undefined, onSome: Checkpoint.text }))

const start = emitted(messageStart(), blockStart(0, emptyText))

const later = { sync: true }

/** Opens a stream and says some words. */
const begin = (store: Service, id: string, ...words: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    yield* store.append(id, [yield* open(id), start], later)
    for (const word of words) yield* store.append(id, [emitted(text(0, word))], { sync: word.length % 2 === 0 })
  })

const words = (count: number): ReadonlyArray<string> => Array.from({ length: count }, (_, at) => `word ${at} 狐 `)

const failing = <E extends { readonly reason: string }>(effect: Effect.Effect<unknown, E, Scope.Scope>) =>
  Effect.map(Effect.flip(Effect.scoped(effect)), (error) => error.reason)

/** What any store does. */
export const keepsCheckpoints = (name: string, place: Effect.Effect<Place, unknown, Scope.Scope>): void => {
  const storeWith = (options: StoreOptions = {}) =>
    Effect.flatMap(Effect.flatten(place), (backend) => make(backend, options))
  const store = storeWith()

  describe(`${name} keeps checkpoints`, () => {
    it.scoped("reads what was appended", () =>
      Effect.gen(function* () {
        const kept = yield* store
        assertNone(yield* kept.read("a"))
        const records = journal(yield* open("a"))
        for (const record of records) yield* kept.append("a", [record], later)
        deepStrictEqual(yield* kept.read("a"), Checkpoint.fold(records))
      })
    )

    it.scoped("keeps the order of appends that are made at once", () =>
      Effect.gen(function* () {
        const kept = yield* store
        yield* kept.claim("a")
        yield* begin(kept, "a")
        const said = words(200)
        yield* Effect.forEach(said, (word, at) => kept.append("a", [emitted(text(0, word))], { sync: at % 3 === 0 }), {
          concurrency: "unbounded"
        })
        strictEqual(yield* textOf(kept, "a"), said.join(""))
      })
    )

    it.scoped("goes on with a journal that an earlier claim has left", () =>
      Effect.gen(function* () {
        const kept = yield* store
        yield* Effect.scoped(Effect.zipRight(kept.claim("a"), begin(kept, "a", "one ", "two ")))
        yield* Effect.scoped(Effect.zipRight(kept.claim("a"), kept.append("a", [emitted(text(0, "three"))], later)))
        strictEqual(yield* textOf(kept, "a"), "one two three")
      })
    )

    it.scoped("begins a new journal with each first record", () =>
      Effect.gen(function* () {
        const kept = yield* store
        yield* kept.claim("a")
        yield* begin(kept, "a", ...words(50))
        yield* begin(kept, "a", "new")
        strictEqual(yield* textOf(kept, "a"), "new")
      })
    )

    it.scoped("makes an append that was interrupted while it waited, as others come behind it", () =>
      Effect.gen(function* () {
        const kept = yield* store
        yield* kept.claim("a")
        yield* begin(kept, "a")
        const first = yield* Effect.fork(kept.append("a", [emitted(text(0, "one "))], later))
        const second = yield* Effect.fork(kept.append("a", [emitted(text(0, "two "))], later))
        yield* Effect.yieldNow()
        yield* Fiber.interrupt(second)
        yield* Fiber.join(first)
        yield* kept.append("a", [emitted(text(0, "three"))], later)
        strictEqual(yield* textOf(kept, "a"), "one two three")
      })
    )

    it.scoped("has nothing to append to before the first record, and after a removal", () =>
      Effect.gen(function* () {
        const kept = yield* store
        strictEqual(yield* failing(kept.append("a", [start], later)), "missing")
        yield* begin(kept, "a", "one")
        yield* kept.remove("a")
        assertNone(yield* kept.read("a"))
        deepStrictEqual(yield* kept.list, [])
        strictEqual(yield* failing(kept.append("a", [start], later)), "missing")
        yield* kept.remove("a")
      })
    )

    it.scoped("tells ids apart, whatever they are made of", () =>
      Effect.gen(function* () {
        const kept = yield* store
        const long = "x".repeat(300)
        const odd = ["", ".", "..", "../a", "a/b", "a\\b", "con", "ä", "a\u0308", "a\0", "\ud83e", "\udd8a"]
        const ids = ["a", "A", ...odd, long, `${long}y`]
        for (const [at, id] of ids.entries()) yield* begin(kept, id, `${at}`)
        for (const [at, id] of ids.entries()) strictEqual(yield* textOf(kept, id), `${at}`)
        deepStrictEqual((yield* kept.list).map(({ id }) => id).sort(), ids.toSorted())
        for (const id of ids) yield* kept.remove(id)
        deepStrictEqual(yield* kept.list, [])
      })
    )

    it.scoped("lists them, last written first", () =>
      Effect.gen(function* () {
        const kept = yield* store
        yield* begin(kept, "a", "one")
        yield* TestClock.adjust("1 second")
        yield* begin(kept, "b")
        yield* TestClock.adjust("1 second")
        const records = journal(yield* open("c"))
        yield* kept.append("c", records, later)
        yield* kept.append("a", [emitted(text(0, " two"))], later)
        const day = 24 * 3_600_000
        deepStrictEqual(yield* kept.list, [
          { id: "c", status: "complete", createdAt: 2_000, updatedAt: 5_000, expiresAt: 2_000 + day, textLength: 16 },
          { id: "a", status: "running", createdAt: 0, updatedAt: 2_000, expiresAt: day, textLength: 7 },
          { id: "b", status: "running", createdAt: 1_000, updatedAt: 1_000, expiresAt: 1_000 + day, textLength: 0 }
        ])
      })
    )

    it.scoped("does not give out what has expired, and removes it", () =>
      Effect.gen(function* () {
        const backend = yield* Effect.flatten(place)
        const kept = yield* make(backend)
        yield* kept.append("short", [yield* open("short", { timeToLive: "1 minute" })], later)
        yield* begin(kept, "long", "one")
        yield* TestClock.adjust("59 seconds")
        assertTrue(Option.isSome(yield* kept.read("short")))
        yield* TestClock.adjust("1 second")
        assertNone(yield* kept.read("short"))
        deepStrictEqual(
          (yield* kept.list).map(({ id }) => id),
          ["long"]
        )
        assertNone(yield* backend.load("short"))
      })
    )

    it.scoped("lets a stream begin anew under an id whose checkpoint has expired, while that is removed", () =>
      Effect.gen(function* () {
        const backend = yield* Effect.flatten(place)
        const kept = yield* make(backend)
        yield* kept.append("short", [yield* open("short", { timeToLive: "1 minute" })], later)
        yield* TestClock.adjust("1 minute")
        for (let turns = 0; turns < 20; turns++) {
          const list = yield* Effect.fork(kept.list)
          for (let turn = 0; turn < turns; turn++) yield* Effect.yieldNow()
          yield* Effect.scoped(kept.claim("short"))
          yield* Fiber.join(list)
          yield* kept.append("short", [yield* open("short", { timeToLive: "1 minute" })], later)
          yield* TestClock.adjust("1 minute")
        }
      })
    )

    it.scoped("leaves what has expired to whoever still goes on with it", () =>
      Effect.gen(function* () {
        const backend = yield* Effect.flatten(place)
        const kept = yield* make(backend)
        yield* Effect.scoped(
          Effect.gen(function* () {
            yield* kept.claim("short")
            yield* kept.append("short", [yield* open("short", { timeToLive: "1 minute" }), start], later)
            yield* TestClock.adjust("2 minutes")
            yield* kept.list
            yield* kept.append("short", [emitted(text(0, "late"))], later)
          })
        )
        assertTrue(Option.isSome(yield* backend.load("short")))
        yield* kept.list
        assertNone(yield* backend.load("short"))
      })
    )

    it.scoped("stops at the size that is allowed, with the last good state intact", () =>
      Effect.gen(function* () {
        const kept = yield* storeWith({ maxBytes: 2_000 })
        yield* Effect.scoped(
          Effect.gen(function* () {
            yield* kept.claim("a")
            yield* begin(kept, "a", "one ")
            const large = kept.append("a", [emitted(text(0, "x".repeat(2_000)))], later)
            strictEqual(yield* failing(large), "size")
            // what is small enough would leave a gap
            strictEqual(yield* failing(kept.append("a", [emitted(text(0, "three"))], later)), "closed")
            strictEqual(yield* textOf(kept, "a"), "one ")
          })
        )
        yield* kept.claim("a")
        yield* kept.append("a", [emitted(text(0, "two"))], later)
        strictEqual(yield* textOf(kept, "a"), "one two")
      })
    )

    it.scoped("refuses a claim while another one stands, and no other id", () =>
      Effect.gen(function* () {
        const kept = yield* store
        const scope = yield* Scope.make()
        yield* Scope.extend(kept.claim("a"), scope)
        strictEqual(yield* failing(kept.claim("a")), "running")
        strictEqual(yield* failing(kept.claim("a", { owner: "somebody" })), "running")
        yield* Effect.scoped(kept.claim("b"))
        yield* TestClock.adjust("10 minutes")
        strictEqual(yield* failing(kept.claim("a")), "running")
        yield* Scope.close(scope, Exit.void)
        yield* Effect.scoped(kept.claim("a"))
      })
    )

    it.scoped("lets one of many claims through that are made at once", () =>
      Effect.gen(function* () {
        const kept = yield* store
        const twenty = Effect.replicateEffect(Effect.exit(kept.claim("a")), 20, { concurrency: "unbounded" })
        const claims = yield* twenty
        strictEqual(claims.filter(Exit.isSuccess).length, 1)
      })
    )

    it.scoped("keeps no secret field and no credit token", () =>
      Effect.gen(function* () {
        const backend = yield* Effect.flatten(place)
        const kept = yield* make(backend)
        yield* kept.append("a", journal(yield* open("a")), later)
        const details = { type: "refusal", category: null, explanation: null, fallback_credit_token: "canary-credit" }
        const refusal = messageDelta({ stop_reason: "refusal", stop_details: details })
        yield* kept.append("a", [emitted(refusal)], later)
        const bytes = Buffer.from(Option.getOrThrow(yield* backend.load("a"))).toString()
        assertInclude(bytes, "refusal")
        strictEqual(bytes.includes("canary-credit"), false)
      })
    )
  })
}

/** As of a process that sleeps: its claims run out after a second. */
const neverRenewing = (backend: Backend): Backend => ({
  load: backend.load,
  create: backend.create,
  extend: backend.extend,
  release: backend.release,
  remove: backend.remove,
  all: backend.all,
  lock: (id, owner) =>
    Effect.map(backend.lock(id, owner, 1_000), ({ confirm, release }) => ({
      confirm,
      release,
      renew: Effect.succeed(true)
    }))
})

/** A lock that is let go with the test at the latest, and with it the file that it may hold open. */
const held = <E>(lock: Effect.Effect<Lock, E>) => Effect.acquireRelease(lock, ({ release }) => release)

/** What a store does that several processes share. */
export const keepsProcessesApart = (name: string, place: Effect.Effect<Place, unknown, Scope.Scope>): void => {
  /** Two processes; `lock` of the first claims and never renews, as one that has died or sleeps. */
  const two = Effect.gen(function* () {
    const processes = yield* place
    const first = yield* processes
    return { first, one: yield* make(first), other: yield* make(yield* processes) }
  })

  describe(`${name} keeps processes apart`, () => {
    it.scoped("refuses a second process while the first one renews its claim", () =>
      Effect.gen(function* () {
        const { one, other } = yield* two
        const scope = yield* Scope.make()
        yield* Scope.extend(one.claim("a", { lease: "3 seconds" }), scope)
        yield* begin(one, "a", "one")
        for (let second = 0; second < 10; second++) {
          strictEqual(yield* failing(other.claim("a")), "running")
          yield* TestClock.adjust("1 second")
        }
        yield* Scope.close(scope, Exit.void)
        yield* other.claim("a")
        yield* other.append("a", [emitted(text(0, "two"))], later)
        strictEqual(yield* textOf(one, "a"), "onetwo")
      })
    )

    it.scoped("takes over a claim whose lease has run out", () =>
      Effect.gen(function* () {
        const { first, other } = yield* two
        yield* held(first.lock("a", undefined, 30_000))
        yield* TestClock.adjust("29 seconds")
        strictEqual(yield* failing(other.claim("a")), "running")
        yield* TestClock.adjust("1001 millis")
        yield* Effect.scoped(other.claim("a"))
      })
    )

    it.scoped("does not let a process write whose claim was taken over", () =>
      Effect.gen(function* () {
        const { first, other } = yield* two
        const asleep = yield* make(neverRenewing(first))
        yield* asleep.claim("a")
        yield* begin(asleep, "a", "one ")
        yield* TestClock.adjust("2 seconds")
        yield* other.claim("a")
        strictEqual(yield* failing(asleep.append("a", [emitted(text(0, "mine"))], later)), "lease")
        strictEqual(yield* failing(asleep.append("a", [emitted(text(0, "mine"))], later)), "closed")
        yield* other.append("a", [emitted(text(0, "two"))], later)
        strictEqual(yield* textOf(other, "a"), "one two")
      })
    )

    it.scoped("does not give away with its own end what somebody else has taken over", () =>
      Effect.gen(function* () {
        const { first, one, other } = yield* two
        const lock = yield* first.lock("a", undefined, 1_000)
        yield* TestClock.adjust("2 seconds")
        yield* other.claim("a")
        yield* lock.release
        strictEqual(yield* lock.confirm, false)
        strictEqual(yield* failing(one.claim("a")), "running")
      })
    )

    it.scoped("takes over at once what was claimed under the same name", () =>
      Effect.gen(function* () {
        const { first, other } = yield* two
        const lock = yield* held(first.lock("a", "worker 1", 30_000))
        strictEqual(yield* failing(other.claim("a", { owner: "worker 2" })), "running")
        strictEqual(yield* failing(other.claim("a")), "running")
        yield* other.claim("a", { owner: "worker 1" })
        strictEqual(yield* lock.renew, false)
      })
    )

    it.scoped("lets one of several processes through that claim at once", () =>
      Effect.gen(function* () {
        const processes = yield* place
        const stores = yield* Effect.replicateEffect(
          Effect.flatMap(processes, (backend) => make(backend)),
          8
        )
        const claims = yield* Effect.forEach(stores, (store) => Effect.exit(store.claim("a")), {
          concurrency: "unbounded"
        })
        strictEqual(claims.filter(Exit.isSuccess).length, 1)
      })
    )
  })
}
