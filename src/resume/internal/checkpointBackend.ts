/**
 * What `journals` needs of the place where journals lie.
 */
import type * as Effect from "effect/Effect"
import type * as Option from "effect/Option"
import type { CheckpointConflict, CheckpointStoreError } from "../ResumeError.js"

/** A claim that was got. */
export interface Lock {
  /** Whether it still stands; asked before each write. */
  readonly confirm: Effect.Effect<boolean, CheckpointStoreError>
  /** Lets the lease begin anew; false if somebody else has the claim by now. */
  readonly renew: Effect.Effect<boolean, CheckpointStoreError>
  readonly release: Effect.Effect<void>
}

export interface Stored {
  /** Where the place itself does not tell it, the journal does. */
  readonly id: string | undefined
  readonly load: Effect.Effect<Option.Option<Uint8Array>, CheckpointStoreError>
}

export interface Backend {
  readonly load: (id: string) => Effect.Effect<Option.Option<Uint8Array>, CheckpointStoreError>
  /** A new journal in place of the old one: at any moment there is the one or the other, whole. */
  readonly create: (id: string, bytes: Uint8Array, sync: boolean) => Effect.Effect<void, CheckpointStoreError>
  /**
   * Writes behind the first `length` bytes, and lets go of what stood there. Where it fails, these bytes are intact.
   */
  readonly extend: (
    id: string,
    length: number,
    bytes: Uint8Array,
    sync: boolean
  ) => Effect.Effect<void, CheckpointStoreError>
  /** Lets go of what is held open for this id. */
  readonly release: (id: string) => Effect.Effect<void>
  readonly remove: (id: string) => Effect.Effect<void, CheckpointStoreError>
  readonly all: Effect.Effect<ReadonlyArray<Stored>, CheckpointStoreError>
  /** Keeps other processes out; within this store the caller does. The lease is in milliseconds. */
  readonly lock: (
    id: string,
    owner: string | undefined,
    lease: number
  ) => Effect.Effect<Lock, CheckpointConflict | CheckpointStoreError>
}
