import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Scope from "effect/Scope"
import type * as Checkpoint from "../Checkpoint.js"
import type * as CheckpointStore from "../CheckpointStore.js"
import type { CheckpointStoreError } from "../ResumeError.js"
import type * as engine from "./engine.js"

export interface Journal extends engine.Journal<CheckpointStoreError> {
  readonly opened: (record: Checkpoint.Opened) => Effect.Effect<void, CheckpointStoreError>
}

/** Nothing is written down. */
export const none: Journal = {
  opened: () => Effect.void,
  emitted: () => Effect.void,
  ended: () => Effect.void,
  joined: () => Effect.void,
  completed: Effect.void
}

/** How often what was delivered is written down where it need not be before. */
const flushEvery = "250 millis"

/**
 * A journal in a store. `beforeDelivery`: each record is appended and synced before the next step, and a store that
 * fails fails the stream. `bounded`: records are gathered and appended now and then; a store that fails is told of once
 * and no longer asked.
 */
export const make = (options: {
  readonly store: CheckpointStore.Service
  readonly id: string
  readonly durability: "bounded" | "beforeDelivery"
  /** What becomes of the checkpoint when its message is whole. */
  readonly completion: "remove" | "note" | "leave"
  readonly scope: Scope.Scope
}): Effect.Effect<Journal> => {
  const { completion, id, scope, store } = options
  const remove = Effect.catchAll(store.remove(id), (error) => Effect.logWarning(error.message))
  const ended = (note: () => Effect.Effect<void, CheckpointStoreError>) => {
    if (completion === "leave") return Effect.void
    return completion === "note" ? Effect.suspend(note) : remove
  }
  const journal = (
    append: (record: Checkpoint.JournalRecord) => Effect.Effect<void, CheckpointStoreError>
  ): Journal => ({
    opened: (record) => append(record),
    emitted: (events) => (events.length === 0 ? Effect.void : append({ type: "emitted", events })),
    ended: (segment) => append({ type: "ended", segment }),
    joined: (seam, attempt) => append({ type: "seam", seam: { ...seam, attempt } }),
    completed: ended(() => Effect.flatMap(Clock.currentTimeMillis, (at) => append({ type: "completed", at })))
  })
  if (options.durability === "beforeDelivery") {
    return Effect.succeed(journal((record) => store.append(id, [record], { sync: true })))
  }
  return Effect.gen(function* () {
    let waiting: Array<Checkpoint.JournalRecord> = []
    let broken = false
    const flush = Effect.suspend(() => {
      const records = waiting
      waiting = []
      if (records.length === 0 || broken) return Effect.void
      return Effect.catchAll(store.append(id, records, { sync: false }), (error) => {
        broken = true
        return Effect.logWarning(`${error.message}; the stream goes on without a checkpoint`)
      })
    })
    yield* Scope.addFinalizer(scope, flush)
    yield* Effect.forkIn(Effect.interruptible(Effect.forever(Effect.zipRight(Effect.sleep(flushEvery), flush))), scope)
    const bounded = journal((record) => Effect.sync(() => void waiting.push(record)))
    return {
      ...bounded,
      completed: Effect.suspend(() => {
        if (completion === "remove") waiting = []
        return Effect.zipRight(bounded.completed, flush)
      })
    }
  })
}
