/**
 * Checkpoints as files: they survive the process, and with `sync` a loss of power.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import { CheckpointStore, type Service, type StoreOptions } from "../resume/CheckpointStore.js"
import * as journals from "../resume/internal/checkpointJournals.js"
import type { CheckpointStoreError } from "../resume/ResumeError.js"
import * as files from "./internal/checkpointFiles.js"

/**
 * Where and how files are kept.
 *
 * @since 0.1.0
 * @category configuration
 */
export interface Options extends StoreOptions {
  /**
   * The directory of the files, on a local file system. One that is not there is made, for its owner alone (0700); one
   * that is there keeps its rights. The files are for their owner alone (0600).
   */
  readonly directory: string
}

/**
 * Makes a store in a directory. Fails if the directory cannot be made.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (options: Options): Effect.Effect<Service, CheckpointStoreError, Scope.Scope> =>
  Effect.flatMap(files.make(options.directory), (backend) => journals.make(backend, options))

/**
 * Checkpoints as files in a directory, one each, which several processes may share.
 *
 * A journal is appended to, and replaced as a whole. A claim is a lock file: that of a process which died on this
 * machine is taken over at once, any other when its lease has run out. What has expired is removed at the start, by
 * `list`, and when a claim is made an hour or more after the last time.
 *
 * @example
 * ```ts
 * import { FileCheckpointStore, NodeClaude } from "effect-claude/node"
 * import { Layer } from "effect"
 *
 * const Live = Layer.merge(NodeClaude.layer, FileCheckpointStore.layer({ directory: ".checkpoints" }))
 * ```
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (options: Options): Layer.Layer<CheckpointStore, CheckpointStoreError> =>
  Layer.scoped(CheckpointStore, make(options))
