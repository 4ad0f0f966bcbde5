import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { AdmissionQueue, Entry } from "./admissionQueue.js"

type Restore = <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>

/** What a call waits for besides its turn. */
interface Condition {
  readonly whenReady?: Effect.Effect<void> | undefined
  readonly isReady?: Effect.Effect<boolean> | undefined
}

/**
 * Waits until an entry was let in or refused, and gives the time. Only the waiting can be interrupted; then the entry
 * leaves, with its place if it was just let in.
 */
export const awaitTurn = (
  queue: AdmissionQueue,
  entry: Entry,
  condition: Condition,
  restore: Restore
): Effect.Effect<number> => {
  const step: Effect.Effect<number> = Effect.flatMap(Clock.currentTimeMillis, (now) => {
    queue.visit(entry, now)
    switch (entry.state) {
      case "admitted":
      case "refused":
        return Effect.succeed(now)
      case "checking":
        return Effect.zipRight(restore(check(queue, entry, condition, now)), step)
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

const check = (queue: AdmissionQueue, entry: Entry, condition: Condition, now: number): Effect.Effect<void> => {
  const ready = Effect.map(Clock.currentTimeMillis, (now) => queue.ready(entry, now))
  const slow = Effect.raceFirst(Effect.zipRight(condition.whenReady ?? Effect.void, ready), pause(entry, now))
  return condition.isReady === undefined
    ? slow
    : Effect.flatMap(condition.isReady, (isReady) => isReady ? ready : slow)
}

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
