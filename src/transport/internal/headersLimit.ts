import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { TransportFault } from "../TransportFault.js"

/** Ends what waits for the headers when the limit on them does, as a transport has to. */
export const withinHeaders = <A, E, R>(
  effect: Effect.Effect<A, E, R>,
  limit: Duration.Duration | undefined
): Effect.Effect<A, E | TransportFault, R> =>
  limit === undefined
    ? effect
    : Effect.timeoutFail(effect, {
        duration: limit,
        onTimeout: () =>
          new TransportFault({
            reason: "TimedOut",
            phase: "headers",
            limit: "headers",
            duration: limit,
            bytesReceived: 0,
            requestSent: true
          })
      })
