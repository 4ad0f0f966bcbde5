import { counter, gauge, histogram, type Instrument, secondBoundaries, tokenBoundaries } from "./instruments.js"

const genAi = [
  "gen_ai.operation.name",
  "gen_ai.provider.name",
  "gen_ai.request.model",
  "gen_ai.response.model",
  "server.address",
  "server.port"
]

const call = ["gen_ai.operation.name", "gen_ai.request.model", "server.address"]

const finished = "Duration of a call with all its attempts, to the end of the body"
const firstChunk = "From the start of a streamed call to its first content, earlier attempts included"
const perChunk = "From one piece of a streamed answer to the next"

/** The names that most backends know, of the GenAI conventions. */
export const deployed = {
  duration: histogram(secondBoundaries, "gen_ai.client.operation.duration", "s", [...genAi, "error.type"], finished),
  tokens: histogram(
    tokenBoundaries,
    "gen_ai.client.token.usage",
    "{token}",
    [...genAi, "gen_ai.token.type"],
    "Tokens of a call: input with what was read from and written to the cache, or output"
  ),
  firstChunk: histogram(secondBoundaries, "gen_ai.client.operation.time_to_first_chunk", "s", genAi, firstChunk),
  perChunk: histogram(secondBoundaries, "gen_ai.client.operation.time_per_output_chunk", "s", genAi, perChunk)
}

/** The names since September 2026, of the same conventions. */
export const latest = {
  duration: histogram(secondBoundaries, "gen_ai.client.inference.duration", "s", [...genAi, "error.type"], finished),
  firstChunk: histogram(secondBoundaries, "gen_ai.client.inference.time_to_first_chunk", "s", genAi, firstChunk),
  perChunk: histogram(secondBoundaries, "gen_ai.client.inference.time_per_output_chunk", "s", genAi, perChunk),
  inputTokens: counter(
    "gen_ai.client.inference.usage.input_tokens",
    "{token}",
    genAi,
    "Input tokens, with what was read from and written to the cache"
  ),
  outputTokens: counter("gen_ai.client.inference.usage.output_tokens", "{token}", genAi, "Output tokens"),
  cacheRead: counter(
    "gen_ai.client.inference.usage.cache_read.input_tokens",
    "{token}",
    genAi,
    "Input tokens read from the cache"
  ),
  cacheWrite: counter(
    "gen_ai.client.inference.usage.cache_write.input_tokens",
    "{token}",
    genAi,
    "Input tokens written to the cache"
  ),
  reasoning: counter(
    "gen_ai.client.inference.usage.reasoning.output_tokens",
    "{token}",
    genAi,
    "Output tokens that were thinking"
  ),
  inputTokensPerCall: histogram(
    tokenBoundaries,
    "gen_ai.client.inference.operation.input_tokens",
    "{token}",
    genAi,
    "Input tokens of a call, with what was read from and written to the cache"
  ),
  outputTokensPerCall: histogram(
    tokenBoundaries,
    "gen_ai.client.inference.operation.output_tokens",
    "{token}",
    genAi,
    "Output tokens of a call"
  )
}

/** What the conventions have no name for. */
export const client = {
  calls: counter(
    "claude.client.calls",
    "{call}",
    [...call, "claude.outcome", "error.type"],
    "Calls that ended, by how they did"
  ),
  activeCalls: gauge("claude.client.active_calls", "{call}", [], "Calls under way"),
  attempts: counter("claude.client.attempts", "{attempt}", call, "Attempts that began"),
  attemptFailures: counter(
    "claude.client.attempt_failures",
    "{attempt}",
    [...call, "error.type", "claude.phase"],
    "Attempts that failed, cut streams among them"
  ),
  retries: counter(
    "claude.client.retries",
    "{retry}",
    [...call, "error.type", "claude.retry.reason"],
    "Further attempts that were scheduled"
  ),
  retryDelay: histogram(
    secondBoundaries,
    "claude.client.retry_delay",
    "s",
    [...call, "error.type"],
    "How long a further attempt was put off"
  ),
  cuts: counter("claude.client.cuts", "{cut}", [...call, "error.type"], "Streams that broke after their first content"),
  resumes: counter(
    "claude.client.resumes",
    "{resume}",
    [...call, "error.type", "claude.seam"],
    "Cut streams that went on, by what had cut them and by their seam: certain, uncertain or none"
  ),
  stalls: counter(
    "claude.client.stalls",
    "{stall}",
    [...call, "claude.limit"],
    "Bodies that fell silent: without a byte (idle) or without an event (stalled)"
  ),
  queueWait: histogram(
    secondBoundaries,
    "claude.client.queue.wait",
    "s",
    call,
    "How long attempts that had to wait for admission did"
  ),
  breakerState: gauge(
    "claude.client.breaker.state",
    "1",
    ["claude.breaker.key"],
    "State of a circuit: 0 closed, 1 half open, 2 open"
  ),
  breakerTransitions: counter(
    "claude.client.breaker.transitions",
    "{transition}",
    ["claude.breaker.key", "claude.breaker.to", "claude.breaker.reason"],
    "Changes of a circuit's state"
  ),
  poolConnected: gauge("claude.client.pool.connected", "{connection}", ["claude.origin"], "Open sockets"),
  poolFree: gauge("claude.client.pool.free", "{connection}", ["claude.origin"], "Connections that carry nothing"),
  poolQueued: gauge(
    "claude.client.pool.queued",
    "{exchange}",
    ["claude.origin"],
    "Exchanges that wait for a connection"
  ),
  poolRunning: gauge("claude.client.pool.running", "{exchange}", ["claude.origin"], "Exchanges that have a connection"),
  poolFull: counter(
    "claude.client.pool.full",
    "{time}",
    ["claude.origin"],
    "How often exchanges began to wait for a connection"
  ),
  limitRemaining: gauge(
    "claude.client.ratelimit.remaining",
    "1",
    ["claude.limit_group", "claude.limit"],
    "What is left of a rate limit, as the API said last"
  ),
  limitSize: gauge(
    "claude.client.ratelimit.limit",
    "1",
    ["claude.limit_group", "claude.limit"],
    "Size of a rate limit a minute, as the API said last"
  ),
  warnings: counter("claude.client.warnings", "{warning}", [...call, "claude.warning"], "Warnings, by their kind")
}

/** Every metric there is, as the documentation lists them. */
export const instruments: ReadonlyArray<Instrument> = [
  ...Object.values(deployed),
  ...Object.values(latest),
  ...Object.values(client)
]
