import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { AdmissionQueue, Entry } from "./admissionQueue.js"

type Restore = <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>

/**
 * Waits until an entry was let in or refused, and gives the time. Only the waiting can be interrupted; then the entry
 * leaves, with its place if it was just let in.
 */
export const awaitTurn = (
  queue: AdmissionQueue,
  entry: Entry,
  whenReady: Effect.Effect<void>,
  restore: Restore
): Effect.Effect<number> => {
  const step: Effect.Effect<number> = Effect.flatMap(Clock.currentTimeMillis, (now) => {
    queue.visit(entry, now)
    switch (entry.state) {
      case "admitted":
      case "refused":
        return Effect.succeed(now)
      case "checking":
        return Effect.zipRight(restore(check(queue, entry, whenReady, now)), step)
      case "waiting":
        return Effect.zipRight(restore(pause(entry, now)), step)
    }
  })
  return Effect.onError(step, () => Effect.map(Clock.currentTimeMillis, (now) => abandon(queue, entry, now)))
}

const abandon = (queue: AdmissionQueue, entry: Entry, now: number): void => {
  if (entry.state !== "admitted") return queue.leave(entry, now)
  const { inputTokens, outputTokens, requests } = entry.cost
  entry.group.take({ requests: -requests, inputTokens: -inputTokens, outputTokens: -outputTokens }, now)
  queue.release(now)
}

/** Waits for what the entry waits for besides, but no longer than it may wait. */
const check = (queue: AdmissionQueue, entry: Entry, whenReady: Effect.Effect<void>, now: number): Effect.Effect<void> =>
  Effect.raceFirst(
    Effect.flatMap(whenReady, () => Effect.map(Clock.currentTimeMillis, (now) => queue.ready(entry, now))),
    pause(entry, now)
  )

/** Until the entry is woken, or its time has come. */
const pause = (entry: Entry, now: number): Effect.Effect<void> => {
  const woken = Effect.async<void>((resume) => {
    if (entry.isWoken) return resume(Effect.void)
    entry.resume = () => resume(Effect.void)
    return Effect.sync(() => {
      entry.resume = undefined
    })
  })
  const at = Math.min(entry.deadline, entry.wakeAt)
  return at === Infinity ? woken : Effect.raceFirst(woken, Effect.sleep(Duration.millis(Math.max(0, at - now))))
}
