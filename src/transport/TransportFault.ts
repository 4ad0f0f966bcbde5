/**
 * What a transport reports when an exchange breaks: the evidence, before anyone has judged it.
 *
 * @since 0.1.0
 */
import * as Data from "effect/Data"
import type * as Duration from "effect/Duration"
import { NodeInspectSymbol } from "effect/Inspectable"
import { fromUnknown } from "../internal/errorCause.js"
import { type Classification, classifyCause } from "./internal/classifyCause.js"
import type { Reason } from "./internal/classifyCause.js"

/**
 * The kinds of faults.
 *
 * `Reset`: an open connection was torn down. `Dns` `Refused` `Unreachable` `Tls` `Proxy`: none could be opened.
 * `TimedOut`: a limit of ours ran out. `Malformed`: bytes that are not HTTP, or not the encoding they claim to be.
 *
 * @since 0.1.0
 * @category models
 */
export type FaultReason = Reason

/**
 * The limits whose end is a fault.
 *
 * @since 0.1.0
 * @category models
 */
export type TimeLimit = "pool" | "connect" | "headers" | "idle" | "stalled" | "total" | "drain"

/**
 * One exchange broke. What a transport cannot know stays `undefined`.
 *
 * @since 0.1.0
 * @category errors
 */
export class TransportFault extends Data.TaggedError("TransportFault")<{
  readonly reason: FaultReason
  readonly phase: "queue" | "connect" | "send" | "headers" | "body"
  /** The code of the cause that decided, else of the innermost that has one: `ECONNRESET`, `UND_ERR_SOCKET`, … */
  readonly code?: string | undefined
  /** Which limit ran out, and its length; with `TimedOut` alone. */
  readonly limit?: TimeLimit | undefined
  readonly duration?: Duration.Duration | undefined
  /** Bytes of the response's body that were received. */
  readonly bytesReceived: number
  /** How long the connection had been silent. */
  readonly idleFor?: Duration.Duration | undefined
  readonly reusedConnection?: boolean | undefined
  /** Whether the whole request left this machine; `false` only when that is proven not to be so. */
  readonly requestSent?: boolean | undefined
  /** The proxy's answer to CONNECT. */
  readonly proxyStatus?: number | undefined
  /** What was thrown. It may hold the request, headers and all: JSON and dumps show names and messages of it alone. */
  readonly cause?: unknown
}> {
  /**
   * @since 0.1.0
   */
  override toJSON(): unknown {
    const { _tag, cause, ...evidence } = this
    return { _tag, ...evidence, cause: fromUnknown(cause) }
  }
  /**
   * @since 0.1.0
   */
  override [NodeInspectSymbol](): unknown {
    return this.toJSON()
  }
}

/**
 * What a transport knows of an exchange beside the thrown value.
 *
 * @since 0.1.0
 * @category models
 */
export interface Evidence {
  /** How far the exchange had come, as far as the transport can see. */
  readonly phase: TransportFault["phase"]
  /** Bytes of the response's body that were received. Default: 0. */
  readonly bytesReceived?: number | undefined
  readonly idleFor?: Duration.Duration | undefined
  readonly reusedConnection?: boolean | undefined
  readonly requestSent?: boolean | undefined
}

/**
 * A fault from whatever undici, Node's fetch, `node:http`, Bun or a browser threw, by walking its causes.
 *
 * A cause that is not known is `Unreachable` while no connection was open, `Reset` after. A transport that knows
 * whether the request was sent is believed about the phase; without it, a failure to connect names its phase itself.
 *
 * @example
 * ```ts
 * import { TransportFault } from "effect-claude"
 *
 * const cause = new TypeError("fetch failed", {
 *   cause: Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET", syscall: "read" })
 * })
 * const fault = TransportFault.fromCause(cause, { phase: "headers" })
 * console.log(fault.reason, fault.code) // Reset ECONNRESET
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
export const fromCause = (cause: unknown, evidence: Evidence): TransportFault => {
  const found = classifyCause(cause)
  const phase = phaseOf(found, evidence)
  const reason = reasonOf(found, phase)
  return new TransportFault({
    reason,
    phase,
    code: found.code,
    limit: reason === "TimedOut" ? (found.limit ?? limitOf(phase)) : undefined,
    bytesReceived: evidence.bytesReceived ?? 0,
    idleFor: evidence.idleFor,
    reusedConnection: evidence.reusedConnection ?? reuseOf(found, phase),
    requestSent: evidence.requestSent ?? (phase === "connect" || phase === "queue" ? false : undefined),
    proxyStatus: found.proxyStatus,
    cause
  })
}

const opening: ReadonlySet<FaultReason> = new Set(["Dns", "Refused", "Unreachable", "Tls", "Proxy"])

const phaseOf = (found: Classification, evidence: Evidence): TransportFault["phase"] => {
  const { phase } = evidence
  if (phase === "body" || evidence.requestSent !== undefined) {
    return phase
  }
  const connecting =
    opening.has(found.reason) || found.limit === "connect" || found.syscall === "connect" || found.handshake
  if (connecting && found.known) {
    return "connect"
  }
  return phase === "headers" && found.syscall === "write" ? "send" : phase
}

const reasonOf = (found: Classification, phase: TransportFault["phase"]): FaultReason => {
  if (!found.known) {
    return phase === "queue" || phase === "connect" ? "Unreachable" : "Reset"
  }
  return phase === "body" && opening.has(found.reason) ? "Reset" : found.reason
}

const limitOf = (phase: TransportFault["phase"]): TimeLimit =>
  phase === "connect" ? "connect" : phase === "body" ? "idle" : "headers"

// A connection that read nothing has carried no other exchange. One that did may have, or what it read is the beginning
// of this response's head.
const reuseOf = (found: Classification, phase: TransportFault["phase"]): boolean | undefined =>
  found.socketBytesRead === 0 && phase !== "body" ? false : undefined
