/**
 * What a transport's fault means to the caller.
 */
import * as Duration from "effect/Duration"
import { identity } from "effect/Function"
import type { CallError, ErrorContext } from "../../ClaudeError.js"
import { ConnectionFailed, ConnectionReset, TimedOut, UnexpectedResponse } from "../../ClaudeError.js"
import { fromUnknown } from "../../internal/errorCause.js"
import { oneLine } from "../../internal/redact.js"
import type { TransportFault } from "../TransportFault.js"

/** Whether the request may have been run; `false` only where the fault proves that it was not fully sent. */
const mayHaveRun = (fault: TransportFault, context: ErrorContext): boolean => {
  if (fault.phase === "queue" || fault.phase === "connect") return false
  switch (fault.reason) {
    case "Dns":
    case "Refused":
    case "Unreachable":
    case "Tls":
    case "Proxy":
      return false
    default:
      return fault.requestSent ?? context.mayHaveRun
  }
}

/** A count that JSON can carry: a transport's arithmetic must not make an error that cannot be told. */
const count = (value: number | undefined): number | undefined =>
  value !== undefined && Number.isFinite(value) && value >= 0 ? value : undefined

const finite = (duration: Duration.Duration | undefined): Duration.Duration | undefined =>
  duration !== undefined && Duration.isFinite(duration) ? duration : undefined

const timedOut = (fault: TransportFault, context: ErrorContext): CallError =>
  new TimedOut({
    ...context,
    limit: fault.limit ?? limitOf(fault.phase),
    // A client with limits of its own does not tell their length; the silence before the end comes closest.
    duration: finite(fault.duration) ?? finite(fault.idleFor) ?? context.elapsed,
    bytesReceived: count(fault.bytesReceived)
  })

const limitOf = (phase: TransportFault["phase"]): TimedOut["limit"] => {
  switch (phase) {
    case "queue":
      return "pool"
    case "connect":
      return "connect"
    case "send":
    case "headers":
      return "headers"
    case "body":
      return "idle"
  }
}

/** The code of a whole reply that is larger than the client takes. */
export const replyTooLarge = "REPLY_TOO_LARGE"

/** The limit of size that was met, in words that name its option. */
const tooLarge: ReadonlyMap<string | undefined, string> = new Map([
  [replyTooLarge, "a reply of more bytes than maxSizes.reply allows"],
  ["UND_ERR_HEADERS_OVERFLOW", "a head of more bytes than pool.maxHeaderSize allows"],
  ["HPE_HEADER_OVERFLOW", "a head of more bytes than pool.maxHeaderSize allows"]
])

const malformed = (fault: TransportFault, context: ErrorContext): CallError => {
  const part = fault.phase === "body" ? "a body" : "a head"
  const code = fault.code === undefined ? "" : ` (${oneLine(fault.code, 128)})`
  const met = tooLarge.get(fault.code)
  const description =
    met !== undefined ? `${met}${code}` : `${part} that is not HTTP or not in the encoding it claims${code}`
  return new UnexpectedResponse({ ...context, description })
}

/**
 * The error of a fault. Phase, evidence and cause are the fault's; all else is the context's. `hide` takes the secrets
 * of the request out of what was thrown.
 */
export const toClaudeError = (
  fault: TransportFault,
  context: ErrorContext,
  hide: (text: string) => string = identity
): CallError => {
  const told: ErrorContext = {
    ...context,
    phase: fault.phase,
    mayHaveRun: mayHaveRun(fault, context),
    cause: fromUnknown(fault.cause, hide) ?? context.cause
  }
  const code = fault.code === undefined ? undefined : oneLine(hide(fault.code), 128)
  switch (fault.reason) {
    case "Reset":
      return new ConnectionReset({
        ...told,
        code,
        bytesReceived: count(fault.bytesReceived) ?? 0,
        idleFor: finite(fault.idleFor),
        reusedConnection: fault.reusedConnection
      })
    case "TimedOut":
      return timedOut(fault, told)
    case "Malformed":
      return malformed(fault, told)
    default:
      return new ConnectionFailed({ ...told, reason: fault.reason, code, proxyStatus: count(fault.proxyStatus) })
  }
}
