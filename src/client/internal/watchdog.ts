import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { TransportBody } from "../../transport/Transport.js"
import { TransportFault } from "../../transport/TransportFault.js"
import type { Call } from "./call.js"

/**
 * Watches one body for silence. A tick counts only as far as somebody was waiting for bytes in it, so a slow reader is
 * no stall; and no tick counts for more than two, so a process that was frozen wakes up to an innocent body.
 * The end of the whole call is by the wall clock.
 */
export class Watchdog {
  bytesReceived = 0
  private lastByteAt: number
  private lastTickAt: number
  private waitingSince: number | undefined = undefined
  private silent = 0
  private eventless = 0
  private readonly idle: number
  private readonly stalled: number
  private readonly tick: number

  constructor(private readonly call: Call, private readonly body: TransportBody, watchEvents: boolean) {
    const { idle, stalled } = call.timeouts
    this.idle = idle === undefined ? Infinity : Duration.toMillis(idle)
    this.stalled = stalled === undefined || !watchEvents ? Infinity : Duration.toMillis(stalled)
    this.lastByteAt = this.lastTickAt = call.now()
    this.tick = Math.max(1, Math.min(1000, Math.ceil(Math.min(this.idle, this.stalled) / 20)))
  }

  /** Somebody waits for bytes from now on. */
  waiting(): void {
    this.waitingSince = this.call.now()
  }

  /** Bytes came; nobody waits. */
  received(bytes: number): void {
    this.bytesReceived += bytes
    this.waitingSince = undefined
    this.lastByteAt = this.call.now()
    this.silent = 0
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
    const loop: Effect.Effect<void> = Effect.suspend(() =>
      Effect.flatMap(
        Effect.sleep(Duration.millis(Math.max(1, Math.min(this.tick, this.call.deadline - this.call.now())))),
        () => {
          const fault = this.onTick()
          return fault === undefined ? loop : this.body.abort(fault)
        }
      )
    )
    return Effect.asVoid(Effect.forkScoped(Effect.interruptible(loop)))
  }

  private onTick(): TransportFault | undefined {
    const now = this.call.now()
    if (this.waitingSince !== undefined) {
      const most = 2 * this.tick
      this.silent += Math.min(most, now - Math.max(this.lastTickAt, this.waitingSince, this.lastByteAt))
      this.eventless += Math.min(most, now - Math.max(this.lastTickAt, this.waitingSince))
    }
    this.lastTickAt = now
    if (now >= this.call.deadline) return this.fault("total", this.call.deadline - this.call.startedAt)
    if (this.silent >= this.idle) return this.fault("idle", this.idle)
    if (this.eventless >= this.stalled) return this.fault("stalled", this.stalled)
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
