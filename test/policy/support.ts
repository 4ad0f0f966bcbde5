import { Duration } from "effect"
import {
  AuthenticationFailed,
  CircuitOpen,
  type ClaudeError,
  Conflict,
  ConnectionFailed,
  ConnectionReset,
  InvalidRequest,
  NotFound,
  Overloaded,
  PermissionDenied,
  QueueFull,
  RateLimited,
  ServerError,
  SpendLimitReached,
  StreamTruncated,
  TimedOut,
  UnexpectedResponse
} from "../../src/ClaudeError.js"
import { context } from "../internal/errorFixtures.js"

export const timedOut = (limit: TimedOut["limit"]): TimedOut =>
  new TimedOut({ ...context, limit, duration: Duration.seconds(10) })

export const reset = new ConnectionReset({ ...context, bytesReceived: 0 })
export const overloaded = new Overloaded({ ...context, status: 529 })
export const rateLimited = (retryAfter?: Duration.DurationInput): RateLimited =>
  new RateLimited({
    ...context,
    status: 429,
    ...(retryAfter === undefined ? {} : { retryAfter: Duration.decode(retryAfter) })
  })
export const circuitOpen = new CircuitOpen({ ...context, retryAfter: Duration.seconds(5) })

/** One error of every tag. */
export const everyError: Readonly<Record<ClaudeError["_tag"], ClaudeError>> = {
  ConnectionReset: reset,
  ConnectionFailed: new ConnectionFailed({ ...context, reason: "Refused" }),
  TimedOut: timedOut("headers"),
  StreamTruncated: new StreamTruncated({ ...context, bytesReceived: 3 }),
  RateLimited: rateLimited(),
  SpendLimitReached: new SpendLimitReached({ ...context, status: 402 }),
  Overloaded: overloaded,
  ServerError: new ServerError({ ...context, status: 500 }),
  InvalidRequest: new InvalidRequest({ ...context, source: "api", issues: [] }),
  AuthenticationFailed: new AuthenticationFailed({ ...context, status: 401 }),
  PermissionDenied: new PermissionDenied({ ...context, status: 403 }),
  NotFound: new NotFound({ ...context, status: 404 }),
  Conflict: new Conflict({ ...context, status: 409 }),
  UnexpectedResponse: new UnexpectedResponse({ ...context, status: 502, description: "a page" }),
  CircuitOpen: circuitOpen,
  QueueFull: new QueueFull({ ...context, bound: "length" })
}
