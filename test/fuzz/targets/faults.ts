/** What makes errors of causes, of answers and of texts. */
import { Duration, Either, Schema } from "effect"
import { ClaudeError, TransportFault } from "effect-claude"
import { fromUnknown } from "../../../src/internal/errorCause.js"
import * as headers from "../../../src/internal/headers.js"
import { excerpt, oneLine, redact } from "../../../src/internal/redact.js"
import { fromErrorEvent, fromResponse, unexpected } from "../../../src/internal/responseError.js"
import { classifyCause } from "../../../src/transport/internal/classifyCause.js"
import { toClaudeError } from "../../../src/transport/internal/faultError.js"
import type { RandomSource } from "../../resume/manners.js"
import { hostile } from "../support/hostile.js"
import { anyJson, mutatedJson, textOf } from "../support/json.js"
import { bytesOf, mutated, randomBytes } from "../support/mutate.js"
import { judged, type Target, throwing } from "../support/target.js"

export const context: ClaudeError.ErrorContext = {
  phase: "headers",
  attempt: 1,
  elapsed: Duration.millis(12),
  mayHaveRun: true,
  request: { method: "POST", path: "/v1/messages", model: "claude-opus-5-5", stream: true }
}

/** The most that an error may weigh as JSON: all it holds of others is capped. */
const mostJson = 128 * 1024

/** All that an error can be asked. */
export const errorFaults = (error: ClaudeError.ClaudeError): ReadonlyArray<string> => {
  let json = ""
  const faults = throwing(error._tag, () => {
    json = JSON.stringify(error)
    void [error.message, error.hint, String(error)]
  })
  return json.length > mostJson ? [...faults, `${error._tag} of ${json.length} characters`] : faults
}

const phases = ["queue", "connect", "send", "headers", "body"] as const

export const causes: Target = {
  about: "the classifier of what transports throw, and the errors made of it",
  judge: judged((random) => {
    const cause = hostile(random)
    const faults: Array<string> = [
      ...throwing("classifyCause", () => classifyCause(cause)),
      ...throwing("fromUnknown", () => JSON.stringify(fromUnknown(cause)))
    ]
    if (faults.length > 0) return faults
    const fault = TransportFault.fromCause(cause, { phase: random.pick(phases) })
    return [...throwing("the fault's message", () => fault.message), ...errorFaults(toClaudeError(fault, context))]
  })
}

const bodies: ReadonlyArray<unknown> = [
  { type: "error", error: { type: "overloaded_error", message: "Overloaded", details: { error_code: "x" } } },
  { type: "error", error: { type: "invalid_request_error", message: "max_tokens: too large" }, request_id: "req_1" },
  { message: "of a gateway", error: "x", detail: "y" }
]

const pages = [
  "<html><head><title>502</title></head><body><script>if (a<b)</script><h1>Bad gateway</h1></body></html>",
  "<!DOCTYPE html><center>413</center>",
  "upstream connect error: authorization: Bearer sk-ant-api03-abc",
  ""
]

const headerSamples: Readonly<Record<string, string>> = {
  "content-type": "application/json",
  "retry-after": "3",
  "retry-after-ms": "1500",
  "x-should-retry": "true",
  "request-id": "req_1",
  "anthropic-ratelimit-requests-limit": "10",
  "anthropic-ratelimit-requests-remaining": "0",
  "anthropic-ratelimit-requests-reset": "2026-11-01T00:00:00Z",
  date: "Sun, 01 Nov 2026 00:00:00 GMT"
}

const decoder = new TextDecoder()

export const anyText = (random: RandomSource, text: string): string =>
  decoder.decode(random.below(6) === 0 ? randomBytes(random, random.below(300)) : mutated(random, bytesOf(text)))

export const anyBody = (random: RandomSource): string =>
  random.below(2) === 0
    ? anyText(random, random.pick(pages).repeat(random.pick([1, 1, 1, 400])))
    : textOf(mutatedJson(random, random.pick(bodies)))

const values = [
  "0",
  "-1",
  "1e9",
  "9".repeat(400),
  "NaN",
  "3, 5",
  "Sun, 99 Nov 2026 00:00:00 GMT",
  "\u0000",
  "x".repeat(9000)
]

export const anyHeaders = (random: RandomSource): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headerSamples).flatMap(([name, value]) => {
      const given = random.below(3)
      return given === 0 ? [] : [[name, given === 1 ? value : random.pick([...values, anyText(random, value)])]]
    })
  )

const statuses = [
  200, 204, 301, 400, 401, 402, 403, 404, 407, 408, 409, 413, 418, 429, 500, 502, 503, 529, 599, 999, 0, -1
]

export const answers: Target = {
  about: "what makes errors of answers: status, headers, body",
  judge: judged((random) => {
    const answer = {
      status: random.pick([...statuses, Number.NaN, 1e9]),
      headers: anyHeaders(random),
      body: anyBody(random),
      now: 1_793_491_200_000,
      context
    }
    const event = Object.assign({ error: { type: "api_error", message: "" } }, anyJson(random))
    return [
      fromResponse(answer),
      unexpected({ ...answer, description: anyText(random, "x") }),
      fromErrorEvent(event, context)
    ]
      .flatMap(errorFaults)
      .concat(
        throwing("the headers' readers", () => {
          headers.parseLimits(answer.headers)
          headers.parseRetryAfter(answer.headers, answer.now)
          headers.keepHeaders(answer.headers)
        })
      )
  })
}

const secrets = [
  "x-api-key: sk-ant-api03-AAAA",
  '{"authorization":"Bearer eyJhbGciOiJIUzI1NiJ9.e30.abc"}',
  "https://user:password@host/path?api_key=abc&x-amz-signature=0123456789",
  'headers: { cookie: "a=b" }',
  "password = 'hunter2'",
  '\\"token\\": \\"abc\\"'
]

export const texts: Target = {
  about: "what takes secrets out of texts",
  judge: judged((random) => {
    const text = anyText(random, secrets.join(random.pick(["\n", " ", "", '"'])).repeat(random.pick([1, 3, 40])))
    const limit = 1 + random.below(3000)
    const cut = [excerpt(text, limit), oneLine(text, limit)]
    const faults = cut.flatMap((one) =>
      bytesOf(one).length > limit ? [`${one.length} units where ${limit} bytes fit`] : []
    )
    return redact(redact(text)).length > text.length * 3 + 100 ? [...faults, "grows without end"] : faults
  })
}

const decode = Schema.decodeUnknownEither(ClaudeError.ClaudeError)

/** An error as JSON, whose causes are nested, now and then deeper than any stack. */
const anyError = (random: RandomSource): unknown => {
  const answer = {
    status: random.pick([400, 429, 500]),
    headers: anyHeaders(random),
    body: anyBody(random),
    now: 0,
    context
  }
  const json: unknown = JSON.parse(JSON.stringify(fromResponse(answer)))
  const depth = random.pick([0, 1, 8, 900, 30_000])
  const text = `${'{"name":"E","message":"m","cause":'.repeat(depth)}{"name":"E","message":"m"}${"}".repeat(depth)}`
  return mutatedJson(random, { ...Object(json), cause: JSON.parse(text) })
}

export const errors: Target = {
  about: "errors as JSON, as they come from another process",
  judge: judged((random) => {
    const decoded = decode(anyError(random))
    return Either.isRight(decoded) ? errorFaults(decoded.right) : []
  })
}
