import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as FiberId from "effect/FiberId"
import type { ClaudeError } from "../../ClaudeError.js"
import { StreamTruncated } from "../../ClaudeError.js"
import { fromErrorEvent, unexpected } from "../../internal/responseError.js"
import type { MessageStreamEvent } from "../../schema/MessageStreamEvent.js"
import * as EventDecoder from "../../stream/internal/eventDecoder.js"
import type { TransportResponse } from "../../transport/Transport.js"
import { TransportFault } from "../../transport/TransportFault.js"
import type { Call } from "./call.js"
import { drained } from "./drain.js"
import type { Watchdog } from "./watchdog.js"

/** How long a finished body may take to end. */
const drainTime = Duration.millis(100)

type Events = ReadonlyArray<MessageStreamEvent>

/**
 * The events of one body, a network chunk at a time. Effects are made once and used for every chunk: in life a token
 * comes alone, and the cost of a chunk decides.
 */
export class EventReader {
  private readonly decoder: EventDecoder.EventDecoder
  private failure: ClaudeError | undefined = undefined
  private ended = false
  private lastEvent: string | undefined = undefined
  private readonly read: Effect.Effect<Events | undefined, ClaudeError>

  constructor(
    private readonly call: Call,
    private readonly response: TransportResponse,
    private readonly watchdog: Watchdog,
    maxEventSize: number | undefined
  ) {
    this.decoder = EventDecoder.make({ maxEventSize })
    this.read = Effect.matchEffect(response.body.read, {
      onFailure: (fault) => Effect.fail(call.faulty(fault)),
      onSuccess: this.onBytes
    })
  }

  /** Whether the message is whole. */
  get complete(): boolean {
    return this.decoder.state.sawMessageStop || (this.ended && this.decoder.state.stopReason !== undefined)
  }

  /** The next events, never none; `undefined` once the message is whole. */
  readonly next: Effect.Effect<Events | undefined, ClaudeError> = Effect.suspend(() => {
    if (this.failure !== undefined) return Effect.fail(this.failure)
    if (this.decoder.state.sawMessageStop) return this.finish
    this.watchdog.waiting()
    return this.read
  })

  /** Fails if the last events came together with what broke the stream. */
  readonly checkFailure: Effect.Effect<void, ClaudeError> = Effect.suspend(() =>
    this.failure === undefined ? Effect.void : Effect.fail(this.failure)
  )

  /**
   * Reads on to the body's end after `message_stop`, within bounds, so that its connection can be used again. Most ends
   * come together with `message_stop`, and need no bounds.
   */
  readonly finish: Effect.Effect<undefined> = Effect.suspend(() => {
    if (this.ended) return Effect.succeed(undefined)
    return this.response.body.isReady?.() === true
      ? Effect.zipRight(this.drainOnce, this.finish)
      : Effect.as(this.drainInTime, undefined)
  })

  /** A timeout races fibers, which costs a tenth of a short stream: this sleeper ends the body, and so the read. */
  private readonly drainInTime: Effect.Effect<void> = Effect.suspend(() =>
    Effect.flatMap(Effect.forkDaemon(Effect.interruptible(Effect.delay(this.giveUp, drainTime))), (sleeper) =>
      Effect.onExit(this.drain, () => {
        this.ended = true
        return Effect.sync(() => sleeper.unsafeInterruptAsFork(FiberId.none))
      })
    )
  )

  /** Ends the body, since the client was drained and has waited so long. */
  readonly abort = (waited: Duration.Duration): Effect.Effect<void> =>
    Effect.suspend(() => this.response.body.abort(drained(waited, this.watchdog.bytesReceived)))

  private readonly giveUp: Effect.Effect<void> = Effect.suspend(() =>
    this.response.body.abort(
      new TransportFault({
        reason: "TimedOut",
        phase: "body",
        limit: "idle",
        duration: drainTime,
        bytesReceived: this.watchdog.bytesReceived,
        requestSent: true
      })
    )
  )

  private readonly drain: Effect.Effect<void> = Effect.suspend(() =>
    this.ended ? Effect.void : Effect.zipRight(this.drainOnce, this.drain)
  )

  private readonly drainOnce: Effect.Effect<void> = Effect.suspend(() =>
    Effect.match(this.response.body.read, {
      onFailure: () => {
        this.ended = true
      },
      onSuccess: (bytes) => {
        this.ended = bytes === undefined
      }
    })
  )

  private readonly onBytes = (bytes: Uint8Array | undefined): Effect.Effect<Events | undefined, ClaudeError> => {
    if (bytes === undefined) return this.onEnd()
    this.watchdog.received(bytes.length)
    const batch = this.decoder.feed(bytes)
    if (batch.progressed) this.watchdog.progressed()
    for (const { message } of batch.warnings) {
      this.call.warn("unexpected-data", message)
    }
    // what comes behind message_stop is no part of the message
    if (batch.failure !== undefined && !this.decoder.state.sawMessageStop) {
      this.failure =
        batch.failure._tag === "ErrorEvent"
          ? fromErrorEvent(batch.failure.error, this.call.errorContext("body", true), this.call.hide)
          : this.malformed(batch.failure)
    }
    if (batch.events.length === 0) return this.next
    for (const event of batch.events) this.note(event)
    this.call.told(batch.events)
    return Effect.succeed(batch.events)
  }

  private onEnd(): Effect.Effect<undefined, ClaudeError> {
    this.ended = true
    if (this.decoder.state.stopReason === undefined) {
      return Effect.fail(
        new StreamTruncated({
          ...this.call.errorContext("body", true),
          bytesReceived: this.watchdog.bytesReceived,
          lastEvent: this.lastEvent
        })
      )
    }
    this.call.warn(
      "missing-message-stop",
      "the stream ended without message_stop; the stop reason had come, so the message is taken as whole"
    )
    return Effect.succeed(undefined)
  }

  private malformed(failure: { readonly description: string; readonly raw: string }): ClaudeError {
    return unexpected({
      status: this.response.status,
      headers: this.response.headers,
      body: failure.raw,
      description: failure.description,
      now: this.call.now(),
      context: this.call.errorContext("body", true),
      hide: this.call.hide
    })
  }

  private note(event: MessageStreamEvent): void {
    this.lastEvent = event.type
    if (event.type === "message_start") {
      this.call.usage = event.message.usage
      this.call.message = event.message
    } else if (event.type === "message_delta") {
      this.call.stopReason = event.delta.stop_reason ?? undefined
      const { usage } = this.call
      const { cache_creation_input_tokens, input_tokens, output_tokens } = event.usage
      this.call.usage =
        usage === undefined
          ? undefined
          : {
              ...usage,
              output_tokens,
              input_tokens: input_tokens ?? usage.input_tokens,
              cache_creation_input_tokens: cache_creation_input_tokens ?? usage.cache_creation_input_tokens
            }
    }
  }
}
