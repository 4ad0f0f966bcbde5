/** What must hold of every run, whatever the fault: `play` ends with it, so that no run is without. */
import { Duration, Schema } from "effect"
import * as assert from "node:assert/strict"
import type { ClaudeEvent, RetryScheduled } from "../../../src/ClaudeEvent.js"
import { isClaudeError, Phase } from "../../../src/ClaudeError.js"
import type { Operation } from "./answers.js"
import type { Outcome } from "./clients.js"
import type { Sent } from "./row.js"

/** One run, seen from all sides. */
export interface Run {
  readonly operation: Operation
  readonly outcome: Outcome
  /** What the client told of the call, in order. */
  readonly told: ReadonlyArray<ClaudeEvent>
  /** What the server sent of the answer that ended it. */
  readonly sent: Sent
  /** Requests that reached the server. */
  readonly requests: number
  /** The attempts that the policy allows. */
  readonly most: number
  /** The text of the whole answer. */
  readonly text: string
  /** Connections and fibers that are left when the client is gone. */
  readonly left: { readonly connections: number; readonly fibers: number }
}

/** `RetryPolicy.standard` and `never` wait no longer than this for a `retry-after`. */
const maxRetryAfter = 60_000

const eventsOf = <Tag extends ClaudeEvent["_tag"]>({ told }: Run, tag: Tag) =>
  told.filter((event): event is Extract<ClaudeEvent, { readonly _tag: Tag }> => event._tag === tag)

/** I1: nothing passes for whole without a stop reason. */
const endsWithReason = ({ operation, outcome, text }: Run) => {
  if (outcome.error !== undefined) return
  if (operation === "stream") {
    const ends = outcome.events.filter((event) => event.type === "message_delta" && event.delta.stop_reason !== null)
    assert.strictEqual(ends.length, 1, "I1: one stop reason")
  }
  assert.equal(typeof outcome.stopReason, "string", "I1: a stop reason")
  assert.strictEqual(outcome.text, text, "I1: the whole text")
}

/** I2: a failure is a typed error that tells phase, attempts, request id, bytes and times. */
const tellsAll = (run: Run) => {
  const { error } = run.outcome
  if (error === undefined) return
  assert.ok(isClaudeError(error), "I2: a typed error")
  assert.ok(Schema.is(Phase)(error.phase), "I2: phase")
  const failures = [...eventsOf(run, "AttemptFailed"), ...eventsOf(run, "StreamCut")]
  // The deadline ends the call, whatever the attempt is at.
  const late = error._tag === "TimedOut" && error.limit === "total"
  assert.ok(failures.length === error.attempt || (late && failures.length === error.attempt - 1), "I2: attempts told")
  assert.deepStrictEqual(
    failures.map(({ attempt }) => attempt),
    failures.map((_, index) => index + 1),
    "I2: each attempt is told once"
  )
  const [finished] = eventsOf(run, "CallFinished")
  assert.deepStrictEqual(finished?.error?.toJSON(), error.toJSON(), "I2: the end of the call is told")
  if (!late) assert.deepStrictEqual(failures.at(-1)?.error.toJSON(), error.toJSON(), "I2: by its last attempt")
  assert.ok(Duration.isFinite(error.elapsed), "I2: elapsed")
  if (error.phase === "body" || "status" in error) {
    assert.strictEqual(error.requestId, run.sent.requestId, "I2: request id")
  }
  if ("bytesReceived" in error && error.bytesReceived !== undefined) {
    assert.ok(error.bytesReceived <= run.sent.bytes, `I2: ${error.bytesReceived} bytes of ${run.sent.bytes}`)
  }
  if (error._tag === "ConnectionReset" && error.phase === "body") {
    assert.ok(error.idleFor !== undefined, "I2: how long it was silent")
    assert.ok(Duration.lessThanOrEqualTo(error.idleFor, error.elapsed), "I2: no longer than the call took")
  }
}

/** I4: the text is that of one answer, from its beginning, and the events are those of one message, in order. */
const tellsOnce = ({ outcome, text }: Run) => {
  assert.ok(text.startsWith(outcome.text), `I4: ${outcome.text}`)
  const shape = outcome.events.flatMap((event) => ("index" in event ? [`${event.type} ${event.index}`] : [event.type]))
  const once = shape.filter((name) => !name.startsWith("content_block_delta") && name !== "unknown")
  assert.strictEqual(new Set(once).size, once.length, `I4: ${once.join(", ")}`)
  const starts = outcome.events.flatMap((event) => (event.type === "content_block_start" ? [event.index] : []))
  assert.deepStrictEqual(starts, [...starts.keys()], "I4: blocks in order")
}

/** I5: a tool call is told whole at most once. */
const callsOnce = ({ outcome }: Run) => {
  const calls = outcome.events.flatMap((event) =>
    event.type === "content_block_start" && event.content_block.type === "tool_use" ? [event.content_block.id] : []
  )
  assert.strictEqual(new Set(calls).size, calls.length, "I5: a tool call came twice")
}

/** I6: no more requests than the policy's attempts, and one for each stale connection that was replaced for nothing. */
const asksNoMore = (run: Run) => {
  const scheduled: ReadonlyArray<RetryScheduled> = eventsOf(run, "RetryScheduled")
  const free = scheduled.filter(({ reason }) => reason === "stale-connection").length
  assert.ok(free <= 1, `I6: replaced ${free} times`)
  assert.ok(run.requests <= run.most + free, `I6: ${run.requests} requests of ${run.most}`)
  assert.ok(run.requests <= eventsOf(run, "AttemptStarted").length, "I6: a request without an attempt")
}

/** I7: no connection and no fiber is left. */
const leavesNothing = ({ left }: Run) => {
  assert.strictEqual(left.connections, 0, "I7: connections that stay open")
  assert.strictEqual(left.fibers, 0, "I7: fibers that run on")
}

/** I8: a wait is never shorter than `retry-after`, and none begins for one above the maximum. */
const waitsAsAsked = (run: Run) => {
  for (const { delay, error } of eventsOf(run, "RetryScheduled")) {
    const asked = "retryAfter" in error && error.retryAfter !== undefined ? Duration.toMillis(error.retryAfter) : 0
    const wait = Duration.toMillis(delay)
    assert.ok(wait >= asked, `I8: waits ${wait} of ${asked} ms`)
    assert.ok(asked <= maxRetryAfter, `I8: waits for ${asked} ms`)
    assert.ok(wait <= 1.1 * maxRetryAfter, `I8: waits ${wait} ms`)
  }
}

/** All but I3, the bound in time, under which `play` runs the call. */
export const assertInvariants = (run: Run): void => {
  endsWithReason(run)
  tellsAll(run)
  tellsOnce(run)
  callsOnce(run)
  asksNoMore(run)
  leavesNothing(run)
  waitsAsAsked(run)
}
