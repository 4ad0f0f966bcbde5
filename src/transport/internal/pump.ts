import type * as HttpClientError from "@effect/platform/HttpClientError"
import type * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as Cause from "effect/Cause"
import type * as Chunk from "effect/Chunk"
import type * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { fromCause } from "../TransportFault.js"
import { ByteQueue } from "./byteQueue.js"
import type { ResponseSource } from "./responseSource.js"

/** Bytes of a body that are read ahead of the reader, so that they survive a reset. */
const highWaterMark = 256 * 1024

type Response = HttpClientResponse.HttpClientResponse

/** A body on its way from a platform's stream into a queue of ours, which ends when the body has ended, well or not. */
export interface Pump {
  readonly queue: ByteQueue
  /** Gives the body up: its connection closes. Without effect once the body has ended. */
  readonly stop: Effect.Effect<void>
}

/** Reads a response's body as it comes until the scope closes, and decides at its end whether it was whole. */
export const startPump = (
  response: Response,
  source: ResponseSource,
  clock: Clock.Clock,
  scope: Scope.Scope
): Effect.Effect<Pump> => {
  if (source.webStream === undefined) return pumpStream(response, source, clock, scope)
  const pump = new WebPump(source.webStream, response, source, clock)
  return Effect.as(Scope.addFinalizer(scope, pump.stop), pump)
}

/** What every pump does with what it reads. */
class Intake {
  readonly queue: ByteQueue
  private heardAt: number

  constructor(
    private readonly response: Response,
    private readonly source: ResponseSource,
    private readonly clock: Clock.Clock,
    onDrained: () => void
  ) {
    this.queue = new ByteQueue(highWaterMark, onDrained)
    this.heardAt = clock.unsafeCurrentTimeMillis()
  }

  /** `false` asks to hold back until the queue has drained. */
  offer(bytes: Uint8Array): boolean {
    this.heardAt = this.clock.unsafeCurrentTimeMillis()
    return this.queue.offer(bytes)
  }

  /** The platform says that the body has ended. */
  finish(): void {
    // A stream that was dead before it was attached ends like an empty one: what it holds still counts.
    for (const bytes of this.source.leftovers()) {
      this.queue.offer(bytes)
    }
    const broken = this.source.broken() ?? shortfall(this.response, this.queue.received)
    if (broken === undefined) {
      this.queue.end()
    } else {
      this.fail(broken)
    }
  }

  fail(cause: unknown): void {
    this.queue.fail(
      fromCause(cause, {
        phase: "body",
        bytesReceived: this.queue.received,
        requestSent: true,
        idleFor: Duration.millis(Math.max(0, this.clock.unsafeCurrentTimeMillis() - this.heardAt))
      })
    )
  }
}

/** The way for every response: through its `stream`, in a fiber of its own. */
const pumpStream = (
  response: Response,
  source: ResponseSource,
  clock: Clock.Clock,
  scope: Scope.Scope
): Effect.Effect<Pump> => {
  const room = Effect.unsafeMakeLatch(true)
  const intake = new Intake(response, source, clock, () => room.unsafeOpen())
  const offer = (chunk: Chunk.Chunk<Uint8Array>): Effect.Effect<void> => {
    let more = true
    for (const bytes of chunk) {
      more = intake.offer(bytes)
    }
    if (more) {
      return Effect.void
    }
    room.unsafeClose()
    return room.await
  }
  const run = Stream.runForEachChunk(response.stream, offer).pipe(
    // the stream forks, and a fiber that fails logs its error: one that holds the request, prompt and all
    Effect.withUnhandledErrorLogLevel(Option.none()),
    Effect.matchCause({
      onSuccess: () => intake.finish(),
      onFailure: (cause) => {
        const error = Option.getOrUndefined(Cause.failureOption(cause))
        if (error?._tag === "ResponseError" && error.reason === "EmptyBody") {
          return intake.finish()
        }
        intake.fail(error === undefined ? Cause.squash(cause) : thrownBy(error))
      }
    })
  )
  return Effect.map(Effect.forkIn(Effect.interruptible(run), scope), (fiber) => ({
    queue: intake.queue,
    stop: Fiber.interruptFork(fiber)
  }))
}

/**
 * The short way for a response of `fetch`: from the promises of its body's reader straight into the queue. Running
 * an Effect `Stream` for it costs more than `fetch` does for a whole short answer.
 */
class WebPump implements Pump {
  private readonly reader: ReadableStreamDefaultReader<Uint8Array>
  // It holds on to the response: `HttpClient` aborts the request of one that nobody can reach any more.
  private readonly intake: Intake
  private done = false

  constructor(body: ReadableStream<Uint8Array>, response: Response, source: ResponseSource, clock: Clock.Clock) {
    this.intake = new Intake(response, source, clock, this.next)
    this.reader = body.getReader()
    this.next()
  }

  get queue(): ByteQueue {
    return this.intake.queue
  }

  readonly stop: Effect.Effect<void> = Effect.sync(() => {
    if (this.done) {
      return
    }
    this.done = true
    // It rejects for a stream that broke meanwhile, which nobody waits for any more.
    this.reader.cancel().catch(() => {})
  })

  private readonly next = (): void => {
    if (!this.done) {
      this.reader.read().then(this.onRead, this.onError)
    }
  }

  private readonly onRead = (result: ReadableStreamReadResult<Uint8Array>): void => {
    if (this.done) {
      return
    }
    if (result.done) {
      this.done = true
      this.intake.finish()
    } else if (this.intake.offer(result.value)) {
      this.next()
    }
  }

  private readonly onError = (cause: unknown): void => {
    if (!this.done) {
      this.done = true
      this.intake.fail(cause)
    }
  }
}

/** What a client's error was made of, without the request and the live response that it carries. */
export const thrownBy = (error: HttpClientError.HttpClientError): unknown =>
  error.cause ?? Object.assign(new Error(error.description ?? error.reason), { name: error._tag })

// Only where the bytes counted are the bytes declared: a decoded body has another length.
const shortfall = (response: Response, received: number): unknown => {
  const { headers, request } = response
  const declared = headers["content-length"]
  if (declared === undefined || headers["content-encoding"] !== undefined || request.method === "HEAD") {
    return undefined
  }
  return !/^\d+$/.test(declared) || Number(declared) === received || response.status === 204 || response.status === 304
    ? undefined
    : Object.assign(new Error(`The body ended after ${received} of ${declared} bytes`), {
        code: "ERR_STREAM_PREMATURE_CLOSE"
      })
}
