import * as Clock from "effect/Clock"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Http from "node:http"
import type * as Net from "node:net"
import { withinHeaders } from "../../../transport/internal/headersLimit.js"
import { fromCause, type TransportFault } from "../../../transport/TransportFault.js"
import type { Found, Known } from "./model.js"
import { openWhole } from "./path.js"
import { broken, errorOf, lasting, millis } from "./told.js"

/** What the client keeps of the time for which the other side says that it keeps a connection. */
const margin = 2000

/**
 * How long the client would keep a connection, in milliseconds: at most for as long as the other side promises in
 * `keep-alive`.
 */
export const keptBy = (promise: string | undefined, keepAlive: Duration.Duration): number => {
  const promised = /\btimeout\s*=\s*(\d+)/i.exec(promise ?? "")?.[1]
  const kept = millis(keepAlive)
  return promised === undefined ? kept : Math.max(0, Math.min(kept, Number(promised) * 1000 - margin))
}

/**
 * Asks over a connection that stays open, without a credential: any answer will do. Tells how long the client would
 * keep the connection; 0, not at all.
 */
const ask = (socket: Net.Socket, { base, keepAlive, limit }: Known): Effect.Effect<number, TransportFault> =>
  Effect.async<number, TransportFault>((resume) => {
    const fail = (cause: unknown): void =>
      resume(Effect.fail(fromCause(cause, { phase: "headers", requestSent: true, reusedConnection: true })))
    const request = Http.request({
      createConnection: () => socket,
      method: "GET",
      path: `${base.pathname.replace(/\/$/, "")}/v1/models?limit=1`,
      headers: { host: base.host, connection: "keep-alive", accept: "application/json" }
    })
    // they stay: an error of a connection that was given up must not be unhandled
    request.on("error", fail)
    request.once("response", (response) => {
      response.on("error", fail)
      // by header, version and framing of the answer
      response.once("end", () =>
        resume(
          Effect.succeed(request.shouldKeepAlive ? keptBy(response.headers["keep-alive"]?.toString(), keepAlive) : 0)
        )
      )
      response.resume()
    })
    request.end()
  }).pipe((answer) => withinHeaders(answer, limit))

/** Ends when the other side closes. */
const closed = (socket: Net.Socket): Effect.Effect<void> =>
  Effect.async((resume) => {
    const end = (): void => resume(Effect.void)
    if (socket.destroyed || socket.readableEnded) return end()
    socket.once("end", end).once("close", end)
    // nothing is to come but the end, which is only told while somebody reads
    socket.resume()
    return Effect.sync(() => void socket.off("end", end).off("close", end))
  })

/** `kept`: how long the client keeps it. Both in milliseconds. */
export const judgeClosing = (after: number, kept: number): Found => {
  const evidence = { closedAfter: after, keepAlive: kept }
  const says = `The other side closes a connection that lies idle for ${lasting(after)}`
  return after > kept
    ? { verdict: "ok", says: `${says}; the client drops it after ${lasting(kept)}, before that.`, evidence }
    : {
        verdict: "warning",
        says: `${says}; the client would still use it, until ${lasting(kept)}.`,
        remedy: "Shorten pool.keepAlive to under that time.",
        evidence
      }
}

const unkept: Found = {
  verdict: "note",
  says: "A connection carries one answer only, as the other side has it: no call can use that of the one before.",
  remedy: "If a proxy in between does it, have it keep connections: each new one costs its handshakes."
}

const swallowed = (fault: TransportFault, wait: number): Found => {
  const found = broken(errorOf(fault), "warning")
  return {
    ...found,
    says: `A connection that was silent for ${lasting(wait)} is dead, and nobody said so: ${found.says}`,
    remedy:
      "A NAT, a firewall or a proxy forgets silent connections, those that wait for a long answer too: stream long "
      + "answers, whose pings keep the connection busy, or have its idle timeout raised."
  }
}

/** What becomes of a connection that lies idle for a while. */
export const idle =
  (wait: Duration.Duration) =>
  (known: Known): Effect.Effect<Found> =>
    Effect.gen(function* () {
      const socket = yield* openWhole(known)
      const kept = yield* ask(socket, known)
      if (kept === 0) return unkept
      const start = yield* Clock.currentTimeMillis
      const survived = yield* Effect.raceFirst(Effect.as(Effect.sleep(wait), true), Effect.as(closed(socket), false))
      const waited = (yield* Clock.currentTimeMillis) - start
      if (!survived) return judgeClosing(waited, kept)
      return yield* Effect.match(ask(socket, known), {
        onFailure: (fault) => swallowed(fault, waited),
        onSuccess: (): Found => ({
          verdict: "ok",
          says: `A connection that was silent for ${lasting(waited)} still works.`,
          evidence: { idle: waited }
        })
      })
    }).pipe(
      Effect.scoped,
      Effect.catchAll((fault) => Effect.succeed(broken(errorOf(fault))))
    )
