import { assert, describe, it } from "@effect/vitest"
import { assertTrue, deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { Duration, Effect, Equal, Option, Schema } from "effect"
import { ConnectionReset, isClaudeError } from "../../src/ClaudeError.js"
import * as Checkpoint from "../../src/resume/Checkpoint.js"
import {
  CheckpointConflict,
  CheckpointStoreError,
  CheckpointUnreadable,
  isCheckpointStoreError,
  isResumeError,
  ResumeError,
  ResumeFailed
} from "../../src/resume/ResumeError.js"
import { cut, journal, open } from "./checkpointFixtures.js"

const failure = new ConnectionReset({
  phase: "headers",
  attempt: 2,
  elapsed: Duration.seconds(1),
  mayHaveRun: true,
  request: { method: "POST", path: "/v1/messages" },
  bytesReceived: 0,
  reusedConnection: true
})

const failed = Effect.map(open("a"), (first) => {
  const checkpoint = Option.getOrThrow(Checkpoint.fold(journal(first).slice(0, 4)))
  return new ResumeFailed({ checkpoint, cut, failure })
})

const conflict = new CheckpointConflict({ id: "a", reason: "running" })
const unreadable = new CheckpointUnreadable({ id: "a", reason: "broken", description: "line 2 is no JSON" })
const store = new CheckpointStoreError({ operation: "append", reason: "full", description: "no space", id: "a" })

describe("the errors of resuming", () => {
  it.effect("come back equal after JSON", () =>
    Effect.gen(function* () {
      const decode = Schema.decodeUnknownSync(Schema.parseJson(Schema.Union(ResumeError, CheckpointStoreError)))
      for (const error of [yield* failed, conflict, unreadable, store]) {
        const back = decode(JSON.stringify(error))
        assertTrue(Equal.equals(back, error))
        strictEqual(back.message, error.message)
        strictEqual(back.hint, error.hint)
      }
    })
  )

  it.effect("give what was received, and whose failure ended it", () =>
    Effect.gen(function* () {
      const error = yield* failed
      strictEqual(error.text, "A red fox")
      deepStrictEqual(error.partial?.content, [{ type: "text", text: "A red fox" }])
      assert.include(error.message, "was cut (ConnectionReset: The connection was reset)")
      assert.include(error.message, failure.message)
      assert.include(error.message, "9 characters")
      strictEqual(error.hint, failure.hint)
      const given = new ResumeFailed({ checkpoint: error.checkpoint, cut })
      assert.include(given.message, "no further continuation was tried")
      assert.include(given.hint, "toTurns")
    })
  )

  it.effect("tell neither the prompt nor the answer in their messages", () =>
    Effect.gen(function* () {
      const error = yield* failed
      for (const word of ["foxes", "red fox"]) assert.notInclude(`${error.message} ${error.hint}`, word)
    })
  )

  it("say which id, and what to do", () => {
    assert.match(conflict.message, /"a"/)
    assert.match(conflict.hint ?? "", /lease/)
    assert.match(new CheckpointConflict({ id: "a", reason: "request" }).message, /another request/)
    assert.match(unreadable.message, /line 2 is no JSON/)
    assert.match(new CheckpointUnreadable({ ...unreadable, reason: "newer" }).hint ?? "", /version/)
    assert.match(store.message, /append of the checkpoint "a" failed: no space/)
    assert.match(store.hint ?? "", /intact/)
  })

  it.effect("are told from other errors, and are never worth another try", () =>
    Effect.gen(function* () {
      for (const error of [yield* failed, conflict, unreadable]) {
        assertTrue(isResumeError(error))
        strictEqual(isClaudeError(error), false)
        strictEqual(isCheckpointStoreError(error), false)
        strictEqual(error.isRetryable, false)
      }
      assertTrue(isCheckpointStoreError(store))
      strictEqual(isResumeError(store), false)
      strictEqual(isResumeError(failure), false)
      strictEqual(isResumeError({ _tag: "ResumeFailed" }), false)
    })
  )
})
