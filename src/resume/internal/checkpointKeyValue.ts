/**
 * Journals in a key-value store, which cannot append: the journal lies in parts, of which only the last is rewritten.
 */
import type * as PlatformError from "@effect/platform/Error"
import type { KeyValueStore } from "@effect/platform/KeyValueStore"
import * as Clock from "effect/Clock"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Random from "effect/Random"
import * as Schema from "effect/Schema"
import { fromUnknown } from "../../internal/errorCause.js"
import { CheckpointConflict, CheckpointStoreError } from "../ResumeError.js"
import type { Backend, Lock } from "./checkpointBackend.js"

type Operation = CheckpointStoreError["operation"]

/** Above that many bytes the next write begins a part of its own. */
const partBytes = 64 * 1024

const Head = Schema.parseJson(
  Schema.Struct({
    /** Parts of an earlier journal of this id have another name. */
    generation: Schema.String,
    parts: Schema.Number,
    /** Where the last part begins. */
    start: Schema.Number
  })
)

const Claim = Schema.parseJson(
  Schema.Struct({
    nonce: Schema.String,
    owner: Schema.optional(Schema.String),
    expires: Schema.Number
  })
)

const Index = Schema.parseJson(Schema.Array(Schema.String))

interface Tail {
  readonly head: typeof Head.Type
  readonly bytes: Uint8Array
}

const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** Different ids have different names, and none holds a separator. */
const nameOf = (id: string): string => (/^[\w.-]+$/.test(id) ? id : `~${encodeURIComponent(JSON.stringify(id))}`)

const joined = (a: Uint8Array, b: Uint8Array): Uint8Array => {
  const bytes = new Uint8Array(a.length + b.length)
  bytes.set(a)
  bytes.set(b, a.length)
  return bytes
}

const nonce = Effect.map(Effect.all([Random.nextInt, Random.nextInt]), (numbers) =>
  numbers.map((number) => Math.abs(number).toString(36)).join("")
)

class KeyValueBackend implements Backend {
  private readonly tails = new Map<string, Tail>()

  constructor(
    private readonly store: KeyValueStore,
    private readonly prefix: string,
    private readonly settle: Duration.DurationInput
  ) {}

  readonly load: Backend["load"] = (id) =>
    Effect.gen(this, function* () {
      const head = yield* this.get("read", id, this.headKey(id), Head)
      if (Option.isNone(head)) return Option.none()
      const parts = yield* Effect.forEach(
        Array.from({ length: head.value.parts }, (_, at) => at),
        (at) => this.part(id, head.value.generation, at),
        { concurrency: 16 }
      )
      return Option.some(encoder.encode(parts.join("")))
    })

  readonly create: Backend["create"] = (id, bytes) =>
    Effect.gen(this, function* () {
      const old = yield* this.get("append", id, this.headKey(id), Head)
      const head = { generation: yield* nonce, parts: 1, start: 0 }
      yield* this.write(id, head, bytes)
      yield* this.put("append", id, this.headKey(id), Head, head)
      if (Option.isSome(old)) yield* this.removeParts("append", id, old.value)
      yield* this.index("append", (ids) => (ids.includes(id) ? ids : [...ids, id]))
    })

  readonly extend: Backend["extend"] = (id, length, bytes) =>
    Effect.gen(this, function* () {
      const tail = this.tails.get(id) ?? (yield* this.tail(id))
      // What the last part holds beyond was not a whole line.
      const kept = tail.bytes.subarray(0, length - tail.head.start)
      this.tails.delete(id)
      if (kept.length === 0 || kept.length + bytes.length <= partBytes) {
        return yield* this.write(id, tail.head, joined(kept, bytes))
      }
      if (kept.length < tail.bytes.length) yield* this.write(id, tail.head, kept)
      const head = { ...tail.head, parts: tail.head.parts + 1, start: length }
      yield* this.write(id, head, bytes)
      yield* this.put("append", id, this.headKey(id), Head, head)
    })

  readonly release: Backend["release"] = (id) => Effect.sync(() => void this.tails.delete(id))

  readonly remove: Backend["remove"] = (id) =>
    Effect.gen(this, function* () {
      this.tails.delete(id)
      const head = yield* this.get("remove", id, this.headKey(id), Head)
      yield* this.run("remove", id, this.store.remove(this.headKey(id)))
      if (Option.isSome(head)) yield* this.removeParts("remove", id, head.value)
      yield* this.index("remove", (ids) => (ids.includes(id) ? ids.filter((one) => one !== id) : ids))
    })

  readonly all: Backend["all"] = Effect.suspend(() =>
    Effect.map(this.get("list", undefined, this.indexKey, Index), (ids) =>
      Option.getOrElse(ids, () => []).map((id) => ({ id, load: this.load(id) }))
    )
  )

  readonly lock: Backend["lock"] = (id, owner, lease) =>
    Effect.gen(this, function* () {
      const held = yield* this.get("claim", id, this.claimKey(id), Claim)
      const now = yield* Clock.currentTimeMillis
      const others = Option.filter(held, (claim) => owner === undefined || claim.owner !== owner)
      const stands = Option.exists(others, (claim) => now < claim.expires)
      if (stands) return yield* new CheckpointConflict({ id, reason: "running" })
      const mine = { nonce: yield* nonce, owner, expires: now + lease }
      yield* this.put("claim", id, this.claimKey(id), Claim, mine)
      // The last of several that write at once gets it; the others see that after this while.
      yield* Effect.onInterrupt(Effect.interruptible(Effect.sleep(this.settle)), () => this.unlock(id, mine.nonce))
      if (!(yield* this.holds(id, mine.nonce))) return yield* new CheckpointConflict({ id, reason: "running" })
      return this.lockOf(id, mine, lease)
    })

  private lockOf(id: string, mine: typeof Claim.Type, lease: number): Lock {
    let until = mine.expires
    const renew = Effect.gen(this, function* () {
      if (!(yield* this.holds(id, mine.nonce))) return false
      const expires = (yield* Clock.currentTimeMillis) + lease
      yield* this.put("claim", id, this.claimKey(id), Claim, { ...mine, expires })
      until = expires
      return true
    })
    return {
      // While the lease stands nobody takes it, so nobody need be asked.
      confirm: Effect.flatMap(Clock.currentTimeMillis, (now) => (now < until ? Effect.succeed(true) : renew)),
      renew,
      release: this.unlock(id, mine.nonce)
    }
  }

  private holds(id: string, nonce: string): Effect.Effect<boolean, CheckpointStoreError> {
    return Effect.map(this.get("claim", id, this.claimKey(id), Claim), (claim) =>
      Option.exists(claim, (held) => held.nonce === nonce)
    )
  }

  private unlock(id: string, nonce: string): Effect.Effect<void> {
    return Effect.ignore(
      Effect.flatMap(this.holds(id, nonce), (held) => (held ? this.store.remove(this.claimKey(id)) : Effect.void))
    )
  }

  private write(id: string, head: typeof Head.Type, bytes: Uint8Array): Effect.Effect<void, CheckpointStoreError> {
    const key = this.partKey(id, head.generation, head.parts - 1)
    return Effect.map(this.run("append", id, this.store.set(key, decoder.decode(bytes))), () => {
      this.tails.set(id, { head, bytes })
    })
  }

  private tail(id: string): Effect.Effect<Tail, CheckpointStoreError> {
    return Effect.gen(this, function* () {
      const head = yield* this.get("append", id, this.headKey(id), Head)
      if (Option.isNone(head)) return yield* this.missing("append", id, "there is no journal to append to")
      const text = yield* this.part(id, head.value.generation, head.value.parts - 1)
      return { head: head.value, bytes: encoder.encode(text) }
    })
  }

  private part(id: string, generation: string, at: number): Effect.Effect<string, CheckpointStoreError> {
    return Effect.flatMap(
      this.run("read", id, this.store.get(this.partKey(id, generation, at))),
      Option.match({
        onNone: () => Effect.fail(this.missing("read", id, `part ${at + 1} of the journal is not there`)),
        onSome: Effect.succeed
      })
    )
  }

  private removeParts(
    operation: Operation,
    id: string,
    head: typeof Head.Type
  ): Effect.Effect<void, CheckpointStoreError> {
    const keys = Array.from({ length: head.parts }, (_, at) => this.partKey(id, head.generation, at))
    return Effect.forEach(keys, (key) => this.run(operation, id, this.store.remove(key)), {
      concurrency: 16,
      discard: true
    })
  }

  private index(
    operation: Operation,
    f: (ids: ReadonlyArray<string>) => ReadonlyArray<string>
  ): Effect.Effect<void, CheckpointStoreError> {
    return Effect.gen(this, function* () {
      const ids = Option.getOrElse(yield* this.get(operation, undefined, this.indexKey, Index), () => [])
      const next = f(ids)
      if (next !== ids) yield* this.put(operation, undefined, this.indexKey, Index, next)
    })
  }

  /** A value that is none of ours counts as none. */
  private get<A>(
    operation: Operation,
    id: string | undefined,
    key: string,
    schema: Schema.Schema<A, string>
  ): Effect.Effect<Option.Option<A>, CheckpointStoreError> {
    return Effect.map(this.run(operation, id, this.store.get(key)), Option.flatMap(Schema.decodeOption(schema)))
  }

  private put<A>(
    operation: Operation,
    id: string | undefined,
    key: string,
    schema: Schema.Schema<A, string>,
    value: A
  ): Effect.Effect<void, CheckpointStoreError> {
    return this.run(
      operation,
      id,
      Effect.suspend(() => this.store.set(key, Schema.encodeSync(schema)(value)))
    )
  }

  private run<A>(
    operation: Operation,
    id: string | undefined,
    effect: Effect.Effect<A, PlatformError.PlatformError>
  ): Effect.Effect<A, CheckpointStoreError> {
    return Effect.mapError(
      effect,
      (error) =>
        new CheckpointStoreError({
          operation,
          reason: "unavailable",
          description: "the key-value store failed",
          id,
          cause: fromUnknown(error)
        })
    )
  }

  private missing(operation: Operation, id: string, description: string): CheckpointStoreError {
    return new CheckpointStoreError({ operation, reason: "missing", description, id })
  }

  private get indexKey(): string {
    return `${this.prefix}ids`
  }

  private headKey(id: string): string {
    return `${this.prefix}${nameOf(id)}/head`
  }

  private claimKey(id: string): string {
    return `${this.prefix}${nameOf(id)}/claim`
  }

  private partKey(id: string, generation: string, at: number): string {
    return `${this.prefix}${nameOf(id)}/${generation}/${at}`
  }
}

export const make = (store: KeyValueStore, prefix: string, settle: Duration.DurationInput): Backend =>
  new KeyValueBackend(store, prefix, settle)
