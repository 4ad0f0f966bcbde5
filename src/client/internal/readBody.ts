import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { defaultMaxSizes, type MaxSizes } from "../../ClaudeConfig.js"
import type { TransportBody } from "../../transport/Transport.js"
import { largestText } from "../../internal/largestText.js"
import { replyTooLarge } from "../../transport/internal/faultError.js"
import { TransportFault } from "../../transport/TransportFault.js"
import type { Call } from "./call.js"
import { Watchdog } from "./watchdog.js"

/** How long the body of an error is read: its status has spoken already. */
const maxErrorTime = "5 seconds"

// Without its stream mode a decoder keeps nothing from one text to the next.
const decoder = new TextDecoder()

const join = (chunks: ReadonlyArray<Uint8Array>, length: number): Uint8Array => {
  const first = chunks[0]
  if (chunks.length === 1 && first !== undefined) return first
  const whole = new Uint8Array(length)
  let at = 0
  for (const chunk of chunks) {
    whole.set(chunk, at)
    at += chunk.length
  }
  return whole
}

/**
 * Adds what is read to `chunks`, so that what came before a fault is not lost. `watch` runs before the first read that
 * may have to wait: a short answer comes with its headers, and needs no watching.
 */
const collect = <R>(
  body: TransportBody,
  watchdog: Watchdog,
  chunks: Array<Uint8Array>,
  max: number,
  watch: Effect.Effect<void, never, R>
): Effect.Effect<void, TransportFault, R> => {
  let isWatched = false
  const next: Effect.Effect<void, TransportFault, R> = Effect.suspend(() => {
    if (!isWatched && body.isReady?.() !== true) {
      isWatched = true
      return Effect.zipRight(watch, next)
    }
    watchdog.waiting()
    return Effect.flatMap(body.read, (bytes) => {
      if (bytes === undefined) return Effect.void
      chunks.push(bytes)
      watchdog.received(bytes.length)
      return watchdog.bytesReceived > max ? Effect.fail(tooLarge(watchdog.bytesReceived)) : next
    })
  })
  return next
}

const tooLarge = (bytesReceived: number): TransportFault =>
  new TransportFault({ reason: "Malformed", phase: "body", code: replyTooLarge, bytesReceived, requestSent: true })

/** The whole body as text. Fails with whatever broke it. */
export const readText = (
  call: Call,
  body: TransportBody,
  { reply = defaultMaxSizes.reply }: MaxSizes = {}
): Effect.Effect<string, TransportFault, Scope.Scope> =>
  Effect.suspend(() => {
    const watchdog = new Watchdog(call, body, false)
    const chunks: Array<Uint8Array> = []
    return Effect.map(collect(body, watchdog, chunks, Math.min(reply, largestText), watchdog.run()), () =>
      decoder.decode(join(chunks, watchdog.bytesReceived))
    )
  })

/** What comes of an error's body within bounds: its status has spoken already, so nothing that happens here fails. */
export const readErrorText = (
  call: Call,
  body: TransportBody,
  { errorBody = defaultMaxSizes.errorBody }: MaxSizes = {}
): Effect.Effect<string> =>
  Effect.suspend(() => {
    const watchdog = new Watchdog(call, body, false)
    const chunks: Array<Uint8Array> = []
    return collect(body, watchdog, chunks, errorBody, Effect.void).pipe(
      Effect.ignore,
      Effect.timeoutOption(maxErrorTime),
      Effect.map(() => decoder.decode(join(chunks, watchdog.bytesReceived)))
    )
  })
