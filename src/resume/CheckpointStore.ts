/**
 * Where checkpoints are kept, so that a stream can go on in another process.
 *
 * A checkpoint holds the prompt and the answer: keep a store as private as they are.
 *
 * @since 0.1.0
 */
import * as KeyValueStore from "@effect/platform/KeyValueStore"
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import * as journals from "./internal/checkpointJournals.js"
import * as keyValue from "./internal/checkpointKeyValue.js"
import * as memory from "./internal/checkpointMemory.js"
import type { Service, StoreOptions } from "./internal/checkpointModel.js"
import { CheckpointStoreError } from "./ResumeError.js"

export type { AppendOptions, ClaimOptions, Service, StoreOptions, Summary } from "./internal/checkpointModel.js"

/**
 * The store of checkpoints.
 *
 * @since 0.1.0
 * @category tags
 */
export class CheckpointStore extends Context.Tag("effect-claude/CheckpointStore")<CheckpointStore, Service>() {}

/**
 * The options of {@link layerKeyValueStore}.
 *
 * @since 0.1.0
 * @category configuration
 */
export interface KeyValueOptions extends StoreOptions {
  /** What all keys begin with. Default: `effect-claude/checkpoint/`. */
  readonly prefix?: string | undefined
  /**
   * How long a claim waits to see whether another one was made in the same moment: longer than a read and a write of
   * the store take together. Default: 100 milliseconds.
   */
  readonly settle?: Duration.DurationInput | undefined
}

/**
 * Makes a store in the memory of this process, gone with it.
 *
 * @since 0.1.0
 * @category constructors
 */
export const makeMemory = (options: StoreOptions = {}): Effect.Effect<Service, never, Scope.Scope> =>
  Effect.suspend(() => journals.make(memory.make(), options))

/**
 * Makes a store over a `KeyValueStore`. See {@link layerKeyValueStore}.
 *
 * @since 0.1.0
 * @category constructors
 */
export const makeKeyValueStore = (
  options: KeyValueOptions = {}
): Effect.Effect<Service, never, KeyValueStore.KeyValueStore | Scope.Scope> =>
  Effect.flatMap(KeyValueStore.KeyValueStore, (store) => {
    const { prefix = "effect-claude/checkpoint/", settle = "100 millis" } = options
    return journals.make(keyValue.make(store, prefix, settle), options)
  })

/**
 * The error that says that there is no checkpoint under this id, or none that has not expired.
 *
 * @since 0.1.0
 * @category errors
 */
export const missing = (id: string): CheckpointStoreError =>
  new CheckpointStoreError({ operation: "read", reason: "missing", description: "there is no such checkpoint", id })

/**
 * Checkpoints in the memory of this process: they survive cuts, not the process.
 *
 * @since 0.1.0
 * @category layers
 */
export const layerMemory: Layer.Layer<CheckpointStore> = Layer.scoped(CheckpointStore, makeMemory())

/**
 * Checkpoints in any `KeyValueStore` of `@effect/platform`.
 *
 * It knows no compare-and-set, no fsync and no list, and so: of claims made in the same moment the last one wins, which
 * is seen after `settle`; `sync` waits for the write alone; and `list` may miss a checkpoint that was begun in the same
 * moment as another one.
 *
 * @example
 * ```ts
 * import { NodeKeyValueStore } from "@effect/platform-node"
 * import { Layer } from "effect"
 * import { CheckpointStore } from "effect-claude"
 *
 * const Store = Layer.provide(CheckpointStore.layerKeyValueStore(), NodeKeyValueStore.layerFileSystem("checkpoints"))
 * ```
 *
 * @since 0.1.0
 * @category layers
 */
export const layerKeyValueStore = (
  options: KeyValueOptions = {}
): Layer.Layer<CheckpointStore, never, KeyValueStore.KeyValueStore> =>
  Layer.scoped(CheckpointStore, makeKeyValueStore(options))
