/**
 * One sentence for people: what broke, in which phase, and by which id support finds it.
 */
import * as Duration from "effect/Duration"
import type { Evidence } from "./errorEvidence.js"
import { oneLine } from "./redact.js"

const doing: Record<Evidence["phase"], string> = {
  validate: "while the request was checked",
  queue: "while waiting for a connection",
  connect: "while connecting",
  send: "while the request was sent",
  headers: "while waiting for the response's headers",
  body: "while the response's body arrived"
}

const because: Record<string, string> = {
  Dns: "The host name could not be resolved",
  Refused: "The connection was refused",
  Unreachable: "The host could not be reached",
  Tls: "No trusted TLS connection could be made",
  Proxy: "The proxy opened no way to the host"
}

const code = (value: string | undefined): string => (value === undefined ? "" : ` (${value})`)

const bytes = (count: number | undefined): string =>
  count === undefined || count === 0 ? "" : `, after ${count} bytes of it`

const silence = (idleFor: Duration.Duration | undefined): string =>
  idleFor === undefined || Duration.lessThan(idleFor, "1 second")
    ? ""
    : `, after a silence of ${Duration.format(Duration.millis(Math.round(Duration.toMillis(idleFor))))}`

const span = (duration: Duration.Duration | undefined): string =>
  duration === undefined ? "its limit" : Duration.format(duration)

const timedOut = (error: Evidence): string => {
  const limit = span(error.duration)
  switch (error.limit) {
    case "pool":
      return `No connection of the pool became free within ${limit}`
    case "connect":
      return `No connection was opened within ${limit}`
    case "headers":
      return `No response headers came within ${limit}`
    case "idle":
      return `No byte of the response came for ${limit}${bytes(error.bytesReceived)}`
    case "stalled":
      return `No event other than ping came for ${limit}${bytes(error.bytesReceived)}`
    case "drain":
      return `The client was drained, and the call did not end within ${limit}: it ran out ${doing[error.phase]}`
    default:
      return `The call was not done within ${limit}: it ran out ${doing[error.phase]}`
  }
}

const said = (error: Evidence): string => {
  const marks = [error.status?.toString(), error.errorType, error.errorCode].filter((mark) => mark !== undefined)
  const words = error.apiMessage === undefined ? "" : `: ${oneLine(error.apiMessage, 500)}`
  return `${marks.length === 0 ? "" : ` (${marks.join(" ")})`}${words}`
}

const after = (retryAfter: Duration.Duration | undefined): string =>
  retryAfter === undefined ? "" : `; not before ${Duration.format(retryAfter)}`

const invalid = (error: Evidence): string => {
  if (error.source === "api") return `The API refused the request as invalid${said(error)}`
  const issues = error.issues ?? []
  const first = issues[0]
  if (first === undefined) return "The request is invalid and was not sent"
  const more = issues.length === 1 ? "" : ` (and ${issues.length - 1} more)`
  const where = first.path.length === 0 ? "the request" : first.path.join(".")
  return `The request is invalid and was not sent: ${where}: ${first.message}${more}`
}

const sentences: Record<string, (error: Evidence) => string> = {
  ConnectionReset: (error) =>
    `The connection was reset ${doing[error.phase]}${bytes(error.bytesReceived)}${silence(error.idleFor)}`
    + code(error.code),
  ConnectionFailed: (error) =>
    (because[error.reason ?? ""] ?? "No connection could be opened")
    + code(error.proxyStatus === undefined ? error.code : `status ${error.proxyStatus}`),
  TimedOut: timedOut,
  StreamTruncated: (error) =>
    `The stream ended without message_stop${bytes(error.bytesReceived)}`
    + (error.lastEvent === undefined ? "" : `; the last event was ${error.lastEvent}`),
  RateLimited: (error) => `A rate limit was reached${after(error.retryAfter)}${said(error)}`,
  SpendLimitReached: (error) => `A spend limit was reached, so waiting does not help${said(error)}`,
  Overloaded: (error) => `The API is overloaded${after(error.retryAfter)}${said(error)}`,
  ServerError: (error) => `The API failed${after(error.retryAfter)}${said(error)}`,
  InvalidRequest: invalid,
  AuthenticationFailed: (error) => `The credential was not accepted${said(error)}`,
  PermissionDenied: (error) => `The credential may not do this${said(error)}`,
  NotFound: (error) =>
    `Not found${said(error)}${error.successor === undefined ? "" : `; the successor is ${error.successor}`}`,
  Conflict: (error) => `The resource was changed by someone else${said(error)}`,
  UnexpectedResponse: (error) => `The reply is not what the API speaks: ${error.description}${said(error)}`,
  CircuitOpen: (error) => `The circuit breaker is open and refused the call${after(error.retryAfter)}`,
  QueueFull: (error) => {
    if (error.bound === "draining") return "The client is draining and takes no new calls"
    if (error.bound === "length") return "The queue for admission is full"
    const wait = error.wait === undefined ? "" : ` (${Duration.format(error.wait)})`
    return `The wait for admission would be too long${wait}`
  }
}

const where = (error: Evidence): string => {
  const { method, path } = error.request
  const attempt = error.attempt === 0 ? "" : `, attempt ${error.attempt}`
  const id = error.requestId === undefined ? "" : `, request id ${error.requestId}`
  return ` [${method} ${path}${attempt}${id}]`
}

/**
 * The message of an error.
 */
export const describe = (error: Evidence): string =>
  `${sentences[error._tag]?.(error) ?? `The call failed ${doing[error.phase]}`}${where(error)}`
