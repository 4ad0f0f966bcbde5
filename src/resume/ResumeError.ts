/**
 * How going on with a cut stream can fail, and keeping its checkpoint.
 *
 * As the errors of `ClaudeError`, these are Schemas and compare by their fields. `ResumeFailed` alone holds content:
 * its checkpoint has the prompt and the answer so far.
 *
 * @since 0.1.0
 */
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import { ClaudeError, ErrorCause } from "../ClaudeError.js"
import { tagged, TypeId } from "../internal/errorClass.js"
import { Cut } from "../stream/ResumeMarker.js"
import * as Checkpoint from "./Checkpoint.js"

/**
 * A cut stream could not be continued. What was received is in the checkpoint: `partial` and `text` read it, and
 * `Checkpoint.toTurns` gives the turns to go on by hand.
 *
 * @since 0.1.0
 * @category errors
 */
export class ResumeFailed extends tagged<ResumeFailed>()("ResumeFailed", {
  /** All that is known of the stream. It holds the prompt and the answer: keep it out of logs. */
  checkpoint: Checkpoint.Checkpoint,
  /** What cut the stream the last time. */
  cut: Cut,
  /** What the continuation failed with; absent where none was tried any more. */
  failure: Schema.optional(ClaudeError)
}) {
  override get message(): string {
    const why = this.failure === undefined ? "no further continuation was tried" : this.failure.message
    return (
      `The stream was cut (${this.cut.tag}: ${this.cut.message}) and was not continued: ${why}; `
      + `${this.text.length} characters had been delivered`
    )
  }
  override get hint(): string | undefined {
    return (
      this.failure?.hint
      ?? "The answer so far is in `checkpoint`: `Checkpoint.toTurns` gives the turns to go on by hand"
    )
  }
  /** Trying again is what has failed. */
  get isRetryable(): boolean {
    return false
  }
  /** The text that was delivered and stands. */
  get text(): string {
    return Checkpoint.text(this.checkpoint)
  }
  /** The message as far as it came; `undefined` if not even its start did. */
  get partial(): ReturnType<typeof Checkpoint.message> {
    return Checkpoint.message(this.checkpoint)
  }
}

/**
 * The checkpoint cannot be had under this id: it is of another request (`"request"`), or another process goes on with
 * it right now (`"running"`).
 *
 * @since 0.1.0
 * @category errors
 */
export class CheckpointConflict extends tagged<CheckpointConflict>()("CheckpointConflict", {
  id: Schema.String,
  reason: Schema.Literal("request", "running")
}) {
  override get message(): string {
    return this.reason === "request"
      ? `The checkpoint ${JSON.stringify(this.id)} is of another request`
      : `The checkpoint ${JSON.stringify(this.id)} is in use by another process or fiber`
  }
  override get hint(): string | undefined {
    return this.reason === "request"
      ? "An id stands for one request at one base URL: use another id, or remove the checkpoint"
      : "Wait until it is done; after a process that died, until its lease has run out"
  }
  get isRetryable(): boolean {
    return false
  }
}

/**
 * The journal of a checkpoint cannot be read: a later version of this library wrote it (`"newer"`), or it is damaged
 * elsewhere than at its end (`"broken"`).
 *
 * @since 0.1.0
 * @category errors
 */
export class CheckpointUnreadable extends tagged<CheckpointUnreadable>()("CheckpointUnreadable", {
  id: Schema.String,
  reason: Schema.Literal("newer", "broken"),
  /** Where and how, without any content. */
  description: Schema.String
}) {
  override get message(): string {
    return `The checkpoint ${JSON.stringify(this.id)} cannot be read: ${this.description}`
  }
  override get hint(): string | undefined {
    return this.reason === "newer"
      ? "Read it with the version of effect-claude that wrote it, or a later one"
      : "The journal was changed or damaged after it was written; remove the checkpoint to begin anew"
  }
  get isRetryable(): boolean {
    return false
  }
}

/**
 * A checkpoint could not be kept, or not be had from where it is kept.
 *
 * - `full`: no space is left, or a quota is reached.
 * - `size`: the checkpoint would become larger than the store allows.
 * - `missing`: there is no checkpoint under this id.
 * - `closed`: an earlier append failed, and what follows would leave a gap: the journal takes no more until it is
 *   claimed anew.
 * - `lease`: the claim was lost to another process.
 * - `unavailable`: anything else; the cause says what.
 *
 * @since 0.1.0
 * @category errors
 */
export class CheckpointStoreError extends tagged<CheckpointStoreError>()("CheckpointStoreError", {
  operation: Schema.Literal("open", "claim", "read", "append", "remove", "list"),
  reason: Schema.Literal("full", "size", "missing", "closed", "lease", "unavailable"),
  description: Schema.String,
  id: Schema.optional(Schema.String),
  cause: Schema.optional(ErrorCause)
}) {
  override get message(): string {
    const which = this.id === undefined ? "" : ` of the checkpoint ${JSON.stringify(this.id)}`
    return `The ${this.operation}${which} failed: ${this.description}`
  }
  override get hint(): string | undefined {
    if (this.reason === "full") return "Free some space: what was written before is intact"
    return this.reason === "size" ? "Raise `maxBytes` of the store, or ask for shorter answers" : undefined
  }
  get isRetryable(): boolean {
    return false
  }
}

/**
 * How going on with a stream can fail, beside the failures of its calls.
 *
 * @since 0.1.0
 * @category schemas
 */
export const ResumeError = Schema.Union(ResumeFailed, CheckpointConflict, CheckpointUnreadable)

/**
 * How going on with a stream can fail, beside the failures of its calls.
 *
 * @since 0.1.0
 * @category models
 */
export type ResumeError = typeof ResumeError.Type

const tags = new Set<string>(["ResumeFailed", "CheckpointConflict", "CheckpointUnreadable"])

const hasTag = (u: unknown, isOne: (tag: string) => boolean): boolean =>
  Predicate.hasProperty(u, TypeId) && Predicate.hasProperty(u, "_tag") && Predicate.isString(u._tag) && isOne(u._tag)

/**
 * Whether a value is a `ResumeError`.
 *
 * @since 0.1.0
 * @category guards
 */
export const isResumeError = (u: unknown): u is ResumeError => hasTag(u, (tag) => tags.has(tag))

/**
 * Whether a value is a `CheckpointStoreError`.
 *
 * @since 0.1.0
 * @category guards
 */
export const isCheckpointStoreError = (u: unknown): u is CheckpointStoreError =>
  hasTag(u, (tag) => tag === "CheckpointStoreError")
