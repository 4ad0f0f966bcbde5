import { type Effect, Either } from "effect"
import type * as Checkpoint from "../../src/resume/Checkpoint.js"
import { opened } from "../../src/resume/Checkpoint.js"
import type { MessageRequest } from "../../src/schema/MessageRequest.js"
import { fromWire } from "../../src/schema/MessageStreamEvent.js"
import { blockStart, blockStop, emptyText, messageDelta, messageStart, messageStop, text } from "../stream/fixtures.js"

export const request: MessageRequest = {
  model: "claude-opus-5-5",
  max_tokens: 1024,
  messages: [{ role: "user", content: "Tell me of foxes — 狐" }]
}

export const baseUrl = "https://api.anthropic.com"

/** Events as a stream hands them out. */
export const events = (...wire: ReadonlyArray<unknown>): ReadonlyArray<Checkpoint.Delivered> =>
  wire.map((one) => Either.getOrThrow(fromWire(one)).value)

export const emitted = (...wire: ReadonlyArray<unknown>): Checkpoint.Emitted => ({
  type: "emitted",
  events: events(...wire)
})

export const cut = { tag: "ConnectionReset", phase: "body", message: "The connection was reset" } as const

export const segment: Checkpoint.Ended["segment"] = {
  attempt: 1,
  mode: "first",
  requestId: "req_1",
  messageId: "msg_01",
  billed: { inputTokens: 11, outputTokens: 6, estimated: true },
  characters: 9,
  cut
}

export const seam: Checkpoint.AttemptSeam = {
  certain: true,
  method: "anchor",
  failed: false,
  dropped: 7,
  before: "red fox",
  after: " 狐🦊",
  attempt: 2
}

const resumed: Checkpoint.Delivered = {
  type: "resume",
  status: "resumed",
  attempt: 2,
  cut,
  seam: { certain: true, before: "red fox", after: " 狐🦊" }
}

/** All kinds of records, as a stream that was cut once writes them. */
export const journal = (first: Checkpoint.Opened): ReadonlyArray<Checkpoint.JournalRecord> => [
  first,
  emitted(messageStart(), blockStart(0, emptyText), text(0, "A ")),
  emitted(text(0, "red fox")),
  { type: "ended", segment },
  { type: "seam", seam },
  { type: "emitted", events: [resumed, ...events(text(0, " 狐🦊\n"))] },
  emitted(text(0, "\ud83e"), text(0, "\udd8a")),
  emitted(blockStop(0), messageDelta(), messageStop),
  { type: "completed", at: 5_000 }
]

export const open = (id: string, options: { readonly timeToLive?: string } = {}): Effect.Effect<Checkpoint.Opened> =>
  opened({ id, request, baseUrl, ...(options.timeToLive === "1 minute" ? { timeToLive: "1 minute" } : {}) })
