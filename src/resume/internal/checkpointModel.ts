/**
 * What a store of checkpoints is; `CheckpointStore` hands it on.
 */
import type * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import type * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import type { CheckpointConflict, CheckpointStoreError, CheckpointUnreadable } from "../ResumeError.js"
import type { Checkpoint, JournalRecord } from "./checkpointRecord.js"

/**
 * How a checkpoint is claimed.
 *
 * @since 0.1.0
 * @category models
 */
export interface ClaimOptions {
  /**
   * Names who claims. A claim that is held under the same name from another process counts as left behind by a dead one
   * and is taken over at once, so no two living processes may share a name. Default: a name that nobody else has.
   */
  readonly owner?: string | undefined
  /**
   * How long the claim stands without being renewed; it is renewed every third of that. After a process that died,
   * others wait this long at most. Default: 30 seconds.
   */
  readonly lease?: Duration.DurationInput | undefined
}

/**
 * How an append is made.
 *
 * @since 0.1.0
 * @category models
 */
export interface AppendOptions {
  /** Whether to wait until the records outlive a loss of power, where the store can promise that. */
  readonly sync: boolean
}

/**
 * What a list says of a checkpoint. Times are in epoch milliseconds.
 *
 * @since 0.1.0
 * @category models
 */
export interface Summary {
  readonly id: string
  /** `"running"` is every one that is not complete. Of an `"unreadable"` one the rest may be unknown, and is then 0. */
  readonly status: Checkpoint["status"] | "unreadable"
  readonly createdAt: number
  readonly updatedAt: number
  readonly expiresAt: number
  /** UTF-16 units of the text that was delivered and stands. */
  readonly textLength: number
}

/**
 * A store of checkpoints.
 *
 * @since 0.1.0
 * @category models
 */
export interface Service {
  /**
   * Keeps everybody else from going on with this checkpoint while the scope is open; refuses with `CheckpointConflict`
   * (`"running"`) where somebody else does. The claim is renewed meanwhile, and one that ran out is taken over.
   */
  readonly claim: (
    id: string,
    options?: ClaimOptions
  ) => Effect.Effect<void, CheckpointConflict | CheckpointStoreError, Scope.Scope>
  /** The checkpoint up to its last whole record; `None` if there is none, or it has expired. */
  readonly read: (id: string) => Effect.Effect<Option.Option<Checkpoint>, CheckpointUnreadable | CheckpointStoreError>
  /**
   * Appends to the journal, in the order of the calls. Records that begin with an `opened` begin a new journal in place
   * of the old one.
   *
   * After an append that failed, what came next would leave a gap: the journal takes no more (`"closed"`) until it is
   * claimed or opened anew. An append that is interrupted while it waits is made all the same.
   */
  readonly append: (
    id: string,
    records: ReadonlyArray<JournalRecord>,
    options: AppendOptions
  ) => Effect.Effect<void, CheckpointStoreError>
  /** Forgets a checkpoint, if there is one. Do not take it away from a stream that still runs. */
  readonly remove: (id: string) => Effect.Effect<void, CheckpointStoreError>
  /** All checkpoints, last written first; those that have expired are removed on the way. */
  readonly list: Effect.Effect<ReadonlyArray<Summary>, CheckpointStoreError>
}

/**
 * The options of any store.
 *
 * @since 0.1.0
 * @category configuration
 */
export interface StoreOptions {
  /** How large the journal of one id may become, in bytes. Default: 64 MB. */
  readonly maxBytes?: number | undefined
}
