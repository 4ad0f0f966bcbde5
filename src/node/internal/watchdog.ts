import type * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import * as FiberId from "effect/FiberId"
import { wasFrozen } from "../../internal/frozen.js"

/** Something whose time can run out. */
export interface Watched {
  /** Milliseconds until it has to be looked at; `undefined` when it has no limit any more. */
  readonly remaining: () => number | undefined
  /** Ends it, if its time is over. */
  readonly expire: () => void
  /** Lets its time begin anew: the process was frozen. */
  readonly restart: () => void
}

/** Starts a fiber that nobody waits for. */
export type Fork = (effect: Effect.Effect<void>) => Fiber.RuntimeFiber<void>

/** The longest sleep, in milliseconds: a process with nothing else to do does not stay alive longer for it. */
const longestSleep = 1000

/**
 * One sleeping fiber for the limits of many exchanges: a fiber for each costs more than all else that a short exchange
 * does. After a time in which the process was frozen the limits begin anew.
 */
export class Watchdog {
  private readonly watched = new Set<Watched>()
  private fiber: Fiber.RuntimeFiber<void> | undefined
  /** `undefined` while it does not sleep. */
  private wakesAt: number | undefined

  constructor(
    private readonly clock: Clock.Clock,
    private readonly fork: Fork
  ) {}

  watch(watched: Watched): void {
    const remaining = watched.remaining()
    if (remaining === undefined) {
      return
    }
    this.noticeFreeze()
    this.watched.add(watched)
    if (this.wakesAt === undefined || this.clock.unsafeCurrentTimeMillis() + remaining < this.wakesAt) {
      this.stop()
      this.fiber = this.fork(this.loop)
    }
  }

  forget(watched: Watched): void {
    this.watched.delete(watched)
  }

  stop(): void {
    this.fiber?.unsafeInterruptAsFork(FiberId.none)
    this.wakesAt = undefined
  }

  private readonly loop: Effect.Effect<void> = Effect.suspend(() => {
    const sleep = this.look()
    this.wakesAt = sleep === undefined ? undefined : this.clock.unsafeCurrentTimeMillis() + sleep
    return sleep === undefined
      ? Effect.void
      : Effect.flatMap(this.clock.sleep(Duration.millis(sleep)), () => {
          this.noticeFreeze()
          return this.loop
        })
  })

  private noticeFreeze(): void {
    if (this.wakesAt === undefined || !wasFrozen(this.wakesAt, this.clock.unsafeCurrentTimeMillis())) {
      return
    }
    this.wakesAt = undefined
    for (const watched of this.watched) {
      watched.restart()
    }
  }

  /** Ends what is over, and tells how long nothing else can be. */
  private look(): number | undefined {
    let least: number | undefined
    for (const watched of this.watched) {
      watched.expire()
      const remaining = watched.remaining()
      if (remaining === undefined) {
        this.watched.delete(watched)
      } else {
        least = Math.min(least ?? longestSleep, remaining)
      }
    }
    return least
  }
}
