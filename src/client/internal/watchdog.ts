import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as FiberId from "effect/FiberId"
import * as Scope from "effect/Scope"
import { wasFrozen } from "../../internal/frozen.js"
import type { TransportBody } from "../../transport/Transport.js"
import { TransportFault } from "../../transport/TransportFault.js"
import type { Call } from "./call.js"

/**
 * Watches one body for silence. Only the time in which somebody waits for bytes counts, so a slow reader is no stall.
 * It sleeps until the first moment at which a limit could end: some wake-ups a stream, and nothing on each chunk but a
 * look at the clock. After a time in which the process was frozen the limits begin anew. The end of the whole call is
 * by the wall clock.
 */
export class Watchdog {
  bytesReceived = 0
  private lastByteAt: number
  private waitingSince: number | undefined = undefined
  /** Time waited since the last event, without the wait that is going on. */
  private eventless = 0
  private readonly idle: number
  private readonly stalled: number

  constructor(
    private readonly call: Call,
    private readonly body: TransportBody,
    watchEvents: boolean
  ) {
    const { idle, stalled } = call.timeouts
    this.idle = idle === undefined ? Infinity : Duration.toMillis(idle)
    this.stalled = stalled === undefined || !watchEvents ? Infinity : Duration.toMillis(stalled)
    this.lastByteAt = call.now()
  }

  /** Somebody waits for bytes from now on. */
  waiting(): void {
    this.waitingSince = this.call.now()
  }

  /** Bytes came; nobody waits. */
  received(bytes: number): void {
    const now = this.call.now()
    this.bytesReceived += bytes
    this.eventless += this.waited(now)
    this.waitingSince = undefined
    this.lastByteAt = now
  }

  /** The bytes held an event other than `ping`. */
  progressed(): void {
    this.eventless = 0
  }

  idleFor(): Duration.Duration {
    return Duration.millis(this.call.now() - this.lastByteAt)
  }

  /** Runs until its scope closes. */
  run(): Effect.Effect<void, never, Scope.Scope> {
    if (this.idle === Infinity && this.stalled === Infinity && this.call.deadline === Infinity) return Effect.void
    // What `forkScoped` does, but nobody waits for a sleeper's end: a third of the time of a short answer otherwise.
    return Effect.uninterruptible(
      Effect.flatMap(Effect.scope, (scope) =>
        Effect.flatMap(Effect.forkDaemon(Effect.interruptible(this.watch)), (fiber) =>
          Scope.addFinalizer(
            scope,
            Effect.sync(() => fiber.unsafeInterruptAsFork(FiberId.none))
          )
        )
      )
    )
  }

  private readonly watch: Effect.Effect<void> = Effect.suspend(() => {
    const asleep = this.call.now()
    const millis = Math.max(1, this.untilNextLimit(asleep))
    return Effect.flatMap(Effect.sleep(Duration.millis(millis)), () => {
      const now = this.call.now()
      if (wasFrozen(asleep + millis, now)) this.beginAnew(now)
      const fault = this.ended(now)
      return fault === undefined ? this.watch : this.body.abort(fault)
    })
  })

  private beginAnew(now: number): void {
    this.eventless = 0
    if (this.waitingSince !== undefined) this.waitingSince = now
  }

  private waited(now: number): number {
    return this.waitingSince === undefined ? 0 : now - this.waitingSince
  }

  private untilNextLimit(now: number): number {
    const waited = this.waited(now)
    return Math.min(this.idle - waited, this.stalled - this.eventless - waited, this.call.deadline - now)
  }

  private ended(now: number): TransportFault | undefined {
    const waited = this.waited(now)
    if (now >= this.call.deadline) return this.fault("total", this.call.deadline - this.call.startedAt)
    if (this.waitingSince === undefined) return undefined
    if (waited >= this.idle) return this.fault("idle", this.idle)
    if (this.eventless + waited >= this.stalled) return this.fault("stalled", this.stalled)
    return undefined
  }

  private fault(limit: "idle" | "stalled" | "total", millis: number): TransportFault {
    return new TransportFault({
      reason: "TimedOut",
      phase: "body",
      limit,
      duration: Duration.millis(millis),
      bytesReceived: this.bytesReceived,
      idleFor: this.idleFor(),
      requestSent: true
    })
  }
}
