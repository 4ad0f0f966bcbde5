/** What a process that is to be killed is told, and what it says. */
import type { Checkpoint, Resumable } from "effect-claude"

export type Durability = NonNullable<Resumable.Options["durability"]>

/** A stream that is to be read: from its beginning, or from where its consumer is. */
export interface Lane {
  readonly id: string
  readonly prompt: string
  readonly after: Checkpoint.Cursor | { readonly textLength: number } | undefined
  /** Milliseconds. */
  readonly delay: number
}

export interface Orders {
  /** Sent with each request, so that the simulator's log tells the processes apart. */
  readonly life: number
  readonly durability: Durability
  readonly lanes: ReadonlyArray<Lane>
  /**
   * Which of its operations on files the process does not survive: the how manieth, from 1, and whether a write is
   * left half done.
   */
  readonly dieAt?: { readonly operation: number; readonly torn: boolean } | undefined
}

/** A line of its output. The first one has neither id nor event: it is ready for orders. */
export interface Line {
  readonly id?: string
  readonly event?: Resumable.Event
  readonly cursor?: Checkpoint.Cursor
  readonly error?: { readonly tag: string; readonly reason: string | undefined }
}

export const requestOf = (prompt: string) => ({
  model: "claude-opus-5-5",
  max_tokens: 4096,
  messages: [{ role: "user" as const, content: prompt }]
})
