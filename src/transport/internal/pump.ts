import type * as HttpClientError from "@effect/platform/HttpClientError"
import type * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as Cause from "effect/Cause"
import type * as Chunk from "effect/Chunk"
import type * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { fromCause, type TransportFault } from "../TransportFault.js"
import { ByteQueue } from "./byteQueue.js"
import type { ResponseSource } from "./responseSource.js"

/** Bytes of a body that are read ahead of the reader, so that they survive a reset. */
const highWaterMark = 256 * 1024

/** A body on its way from a platform's stream into a queue of ours. */
export interface Pump {
  readonly queue: ByteQueue
  /** Runs until the body has ended, well or not; then the queue has ended too. */
  readonly run: Effect.Effect<void>
}

/**
 * Reads a response's body as it comes and decides at its end whether it was whole.
 */
export const makePump = (
  response: HttpClientResponse.HttpClientResponse,
  source: ResponseSource,
  clock: Clock.Clock
): Pump => {
  const room = Effect.unsafeMakeLatch(true)
  const queue = new ByteQueue(highWaterMark, () => room.unsafeOpen())
  let heardAt = clock.unsafeCurrentTimeMillis()
  const fault = (cause: unknown): TransportFault =>
    fromCause(cause, {
      phase: "body",
      bytesReceived: queue.received,
      requestSent: true,
      idleFor: Duration.millis(Math.max(0, clock.unsafeCurrentTimeMillis() - heardAt))
    })
  const offer = (chunk: Chunk.Chunk<Uint8Array>): Effect.Effect<void> => {
    heardAt = clock.unsafeCurrentTimeMillis()
    let more = true
    for (const bytes of chunk) {
      more = queue.offer(bytes)
    }
    if (more) {
      return Effect.void
    }
    room.unsafeClose()
    return room.await
  }
  const finish = (): void => {
    // A stream that was dead before it was attached ends like an empty one: what it holds still counts.
    for (const bytes of source.leftovers()) {
      queue.offer(bytes)
    }
    const broken = source.broken() ?? shortfall(response, queue.received)
    if (broken === undefined) {
      queue.end()
    } else {
      queue.fail(fault(broken))
    }
  }
  const run = Stream.runForEachChunk(response.stream, offer).pipe(
    Effect.matchCause({
      onSuccess: finish,
      onFailure: (cause) => {
        const error = Option.getOrUndefined(Cause.failureOption(cause))
        if (error?._tag === "ResponseError" && error.reason === "EmptyBody") {
          return finish()
        }
        queue.fail(fault(error === undefined ? Cause.squash(cause) : thrownBy(error)))
      }
    })
  )
  return { queue, run }
}

/** What a client's error was made of, without the request and the live response that it carries. */
export const thrownBy = (error: HttpClientError.HttpClientError): unknown =>
  error.cause ?? Object.assign(new Error(error.description ?? error.reason), { name: error._tag })

// Only where the bytes counted are the bytes declared: a decoded body has another length.
const shortfall = (response: HttpClientResponse.HttpClientResponse, received: number): unknown => {
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
