import type { ClaudeError } from "../../ClaudeError.js"

type Tag = ClaudeError["_tag"]

/** What to do about many errors of one kind; what to do about one of them is in its hint. */
const advices: Record<Tag, string> = {
  ConnectionReset:
    "Look at what stands between here and the API (proxies, NAT, load balancers) and at its idle timeouts; read streams through Resumable, so that a cut loses nothing.",
  ConnectionFailed: "Look at DNS, routes, firewalls and proxies of this host: no connection can be opened.",
  TimedOut:
    "See which limit ran out: for pool raise the pool's connections or lower the concurrency, for headers and stalls look at the network and at the API's status page.",
  StreamTruncated:
    "Look for a proxy that buffers streams or ends them after a fixed time; read streams through Resumable, so that a cut loses nothing.",
  RateLimited:
    "Turn Admission on or lower its concurrency, spread the load over time, use the prompt cache, or ask for higher limits.",
  SpendLimitReached: "Raise the spend limit in the console: waiting does not help.",
  Overloaded:
    "The API is short of capacity: lower the load, let the breaker hold calls back, or fall back to another model.",
  ServerError: "Look at the API's status page; if it lasts, fall back to another model or region.",
  InvalidRequest: "Requests are refused for what they say: look at the last deployment of their author.",
  AuthenticationFailed: "Put a valid key in place: no call will succeed before.",
  PermissionDenied: "Ask whether the key may use this model and this feature.",
  NotFound: "Look at the names of the models: one may have been retired.",
  Conflict: "Read the resource again before changing it.",
  UnexpectedResponse:
    "Something other than the API answers, a proxy or a login page perhaps: look at the base URL and at what stands between.",
  CircuitOpen: "The breaker holds calls back: see what opened it.",
  QueueFull: "More calls come than the limits let through: lower the load, or ask for higher limits."
}

const isTag = (tag: string): tag is Tag => Object.hasOwn(advices, tag)

export const adviceFor = (tag: string | undefined): string => {
  if (tag !== undefined && isTag(tag)) return advices[tag]
  return "Compare with the API's status page, and with the load and the size of the requests of this program."
}
