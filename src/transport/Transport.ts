/**
 * One HTTP exchange, honest about its phases: the seam between the client and whatever carries bytes.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { TransportFault } from "./TransportFault.js"

/**
 * One request, ready to be sent and to be sent again: the body is bytes, not a stream.
 *
 * @since 0.1.0
 * @category models
 */
export interface TransportRequest {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE"
  /** Absolute, query included. */
  readonly url: string
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array | undefined
  readonly limits: TransportLimits
  /**
   * Ask for a connection that has carried no request before, and give up those that lie idle: the cure for a stale
   * keep-alive. A transport that cannot choose ignores it.
   */
  readonly fresh: boolean
}

/**
 * How long the parts of an exchange may take; `undefined` is no limit. Their end is a `TimedOut` fault.
 *
 * @since 0.1.0
 * @category models
 */
export interface TransportLimits {
  /** Waiting for a connection of the pool. Transports without a pool of their own ignore it. */
  readonly pool: Duration.Duration | undefined
  /** Opening a connection, DNS and TLS included. Transports that cannot see it ignore it. */
  readonly connect: Duration.Duration | undefined
  /** From the request's sending (where that can be seen) to the response's headers. */
  readonly headers: Duration.Duration | undefined
}

/**
 * A response whose headers have come. Its body is attached already: no byte is lost between the two.
 *
 * @since 0.1.0
 * @category models
 */
export interface TransportResponse {
  readonly status: number
  /** Names in lower case; repeated headers joined with `, `. */
  readonly headers: Readonly<Record<string, string>>
  readonly reusedConnection: boolean | undefined
  readonly body: TransportBody
}

/**
 * The body of a response, pulled.
 *
 * @since 0.1.0
 * @category models
 */
export interface TransportBody {
  /**
   * The next bytes (never empty), `undefined` at a clean end. Bytes received before a fault come before the fault.
   * One reader at a time; reading slows the socket down, not reading holds it back. Interrupting a read does not
   * lose bytes.
   */
  readonly read: Effect.Effect<Uint8Array | undefined, TransportFault>
  /** Fails the waiting and all later reads with this fault, and closes the connection. */
  readonly abort: (fault: TransportFault) => Effect.Effect<void>
}

/**
 * Carries one exchange.
 *
 * @since 0.1.0
 * @category models
 */
export interface Service {
  /**
   * The response lives in the scope: closing it before the body has ended closes the connection, after its end gives
   * the connection back to the pool. Interruption closes the connection at once.
   */
  readonly execute: (request: TransportRequest) => Effect.Effect<TransportResponse, TransportFault, Scope.Scope>
}

/**
 * What carries the exchanges of a client: provided by `NodeClaude`, made of any `HttpClient`, doubled in tests.
 *
 * @since 0.1.0
 * @category tags
 */
export class Transport extends Context.Tag("effect-claude/Transport")<Transport, Service>() {}
