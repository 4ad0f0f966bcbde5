/**
 * Which error an answer is: by its status, and by what the API says in its body.
 */
import { identity } from "effect/Function"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Record from "effect/Record"
import type { CallError, ErrorContext } from "../ClaudeError.js"
import * as ClaudeError from "../ClaudeError.js"
import * as Model from "../schema/Model.js"
import { keepHeaders, parseLimits, parseRequestId, parseRetryAfter, parseShouldRetry } from "./headers.js"
import { isHtml, summarise } from "./html.js"
import { capBytes, excerpt, oneLine, redact } from "./redact.js"
import { keepBody } from "./replyBodies.js"

/**
 * A whole answer: its body was read to the end.
 */
export interface Answer {
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** Epoch milliseconds, for a `retry-after` that is a date. */
  readonly now: number
  readonly context: ErrorContext
  /** Takes the secrets of the request out of a text: an answer may repeat them. */
  readonly hide?: ((text: string) => string) | undefined
}

/** What the API says of an error; the data of an `error` event has this shape too. */
export interface ErrorBody {
  readonly error: {
    readonly type: string
    readonly message: string
    readonly details?: { readonly error_code?: unknown } | null | undefined
  }
  readonly request_id?: string | null | undefined
}

const excerptBytes = 8 * 1024
const apiMessageBytes = 4 * 1024

/** What all errors of an answer share. */
type Common = ErrorContext & {
  readonly status: number | undefined
  readonly errorType: string | undefined
  readonly errorCode: string | undefined
  readonly shouldRetry: boolean | undefined
  readonly apiMessage: string | undefined
  readonly headers: Readonly<Record<string, string>> | undefined
}

interface Evidence {
  readonly common: Common
  readonly retryAfter: ReturnType<typeof parseRetryAfter>
  readonly limits: ReturnType<typeof parseLimits>
}

const string = (thing: unknown, key: string): string | undefined => {
  const value = Predicate.hasProperty(thing, key) ? thing[key] : undefined
  return Predicate.isString(value) && value !== "" ? value : undefined
}

const short = (value: string | undefined): string | undefined => (value === undefined ? undefined : oneLine(value, 256))

const words = (value: string | undefined): string | undefined =>
  value === undefined ? undefined : capBytes(excerpt(value, apiMessageBytes), apiMessageBytes)

const parseJson: (text: string) => Option.Option<unknown> = Option.liftThrowable((text: string): unknown =>
  JSON.parse(text)
)

/** A JSON object, which is what the API and the gateways that imitate it answer. */
const parseObject = (body: string): object | undefined => {
  const parsed = Option.getOrUndefined(parseJson(body))
  return Predicate.isReadonlyRecord(parsed) ? parsed : undefined
}

const withoutSecrets = (answer: Answer): Answer => {
  const { body, headers, hide } = answer
  return hide === undefined ? answer : { ...answer, body: hide(body), headers: Record.map(headers, hide) }
}

/** Gateways put their words in several places; the API's own is the first. */
const said = (body: object | undefined, hide: (text: string) => string = identity) => {
  const error: unknown = Predicate.hasProperty(body, "error") ? body.error : undefined
  const details: unknown = Predicate.hasProperty(error, "details") ? error.details : undefined
  const text = (thing: unknown, key: string): string | undefined => {
    const value = string(thing, key)
    return value === undefined ? undefined : hide(value)
  }
  return {
    errorType: short(text(error, "type")),
    errorCode: short(text(details, "error_code")),
    apiMessage: words(text(error, "message") ?? text(body, "message") ?? text(body, "error") ?? text(body, "detail")),
    requestId: short(text(body, "request_id"))
  }
}

const gather = ({ context, headers, now, status }: Omit<Answer, "body">, body: object | undefined): Evidence => {
  const { requestId, ...rest } = said(body)
  return {
    common: {
      ...context,
      ...rest,
      requestId: parseRequestId(headers) ?? requestId ?? context.requestId,
      status: Number.isFinite(status) && status >= 0 ? status : undefined,
      shouldRetry: parseShouldRetry(headers),
      headers: keepHeaders(headers)
    },
    retryAfter: parseRetryAfter(headers, now),
    limits: parseLimits(headers)
  }
}

// --- by what the API says ---------------------------------------------------------------------------------------

/** Source: the API's errors page and the official SDK's error codes; an unknown code counts as its bare type. */
const spendCodes: ReadonlySet<string> = new Set([
  "enforced_spend_limit_reached",
  "contract_spend_limit_reached",
  "linked_organization_spend_limit_reached",
  "linked_organization_billing_unavailable"
])

/**
 * A limit that you set yourself comes as a plain 400 `invalid_request_error` without a code: only its words tell it
 * from a malformed request, and whoever looks for a fault in the request looks in vain.
 */
const ownSpendLimit = /^You have reached your specified (?:workspace )?API usage limits/i

const isSpendLimit = ({ apiMessage, errorCode, errorType, status }: Common): boolean =>
  status === 402
  || errorType === "billing_error"
  || (errorCode !== undefined && spendCodes.has(errorCode))
  || ((status === 400 || status === undefined) && ownSpendLimit.test(apiMessage ?? ""))

const invalid = ({ common }: Evidence): CallError =>
  new ClaudeError.InvalidRequest({ ...common, source: "api", issues: [] })

/** A thread, a file or a batch may be what was not found: only words about a model speak of the model. */
const notFound = ({ common }: Evidence): CallError => {
  const { apiMessage = "", request } = common
  const model = /\bmodel\b/i.test(apiMessage) ? request.model : undefined
  return new ClaudeError.NotFound({
    ...common,
    successor: model === undefined ? undefined : Model.successorOf(model)
  })
}

const serverError = ({ common, retryAfter }: Evidence): CallError =>
  new ClaudeError.ServerError({ ...common, retryAfter })

const overloaded = ({ common, retryAfter }: Evidence): CallError =>
  new ClaudeError.Overloaded({ ...common, retryAfter })

const conflict = ({ common }: Evidence): CallError => new ClaudeError.Conflict(common)

const rateLimited = ({ common, limits, retryAfter }: Evidence): CallError =>
  new ClaudeError.RateLimited({ ...common, retryAfter, limits })

const authentication = ({ common }: Evidence): CallError => new ClaudeError.AuthenticationFailed(common)

const permission = ({ common }: Evidence): CallError => new ClaudeError.PermissionDenied(common)

/** The tag of each `error.type`, the same as that of its HTTP status. */
const byType: ReadonlyMap<string, (evidence: Evidence) => CallError> = new Map([
  ["invalid_request_error", invalid],
  ["request_too_large", invalid],
  ["authentication_error", authentication],
  ["permission_error", permission],
  ["not_found_error", notFound],
  ["conflict_error", conflict],
  ["memory_precondition_failed_error", conflict],
  ["memory_path_conflict_error", conflict],
  ["rate_limit_error", rateLimited],
  ["overloaded_error", overloaded],
  ["api_error", serverError],
  ["timeout_error", serverError]
])

const fromType = (evidence: Evidence): CallError =>
  isSpendLimit(evidence.common)
    ? new ClaudeError.SpendLimitReached(evidence.common)
    : (byType.get(evidence.common.errorType ?? "") ?? serverError)(evidence)

// --- by status ---------------------------------------------------------------------------------------------------

const byStatus: ReadonlyMap<number, (evidence: Evidence) => CallError> = new Map([
  [401, authentication],
  [403, permission],
  [404, notFound],
  [408, serverError],
  [409, conflict],
  [412, conflict],
  [429, rateLimited],
  [529, overloaded]
])

const fromStatus = (evidence: Evidence, status: number): CallError => {
  if (isSpendLimit(evidence.common)) return new ClaudeError.SpendLimitReached(evidence.common)
  // Gateways pass an overload on under a status of their own.
  if (status >= 500 && evidence.common.errorType === "overloaded_error") return overloaded(evidence)
  return (byStatus.get(status) ?? (status >= 500 ? serverError : invalid))(evidence)
}

/** These mean the same whoever says them: the API, the edge before it (413 comes from there, as HTML) or a proxy. */
const plainStatuses: ReadonlySet<number> = new Set([401, 402, 408, 413, 429, 431, 529])

const isJson = (contentType: string | undefined, body: string): boolean =>
  /\bjson\b/i.test(contentType ?? "") || /^\s*[{[]/.test(body.slice(0, 64))

/** In words, what came instead of an answer. */
const describe = (status: number, contentType: string | undefined, body: string): string => {
  if (status >= 300 && status < 400) return "a redirect, which the API does not send"
  if (isHtml(contentType, body)) {
    const { title } = summarise(body)
    return title === undefined ? "an HTML page" : `an HTML page, "${title}"`
  }
  if (body.trim() === "") return "an empty body"
  if (parseObject(body) !== undefined) return "JSON of another kind"
  if (isJson(contentType, body)) return "broken JSON"
  const kind = oneLine((contentType ?? "").split(";")[0] ?? "", 100)
  return kind === "" ? "text that is not JSON" : `a body of type ${kind}`
}

const excerptOf = (contentType: string | undefined, body: string): string | undefined => {
  const text = isHtml(contentType, body) ? summarise(body).words : excerpt(body, excerptBytes)
  return text === "" ? undefined : text
}

/**
 * The error of an answer that is not what the API speaks. `description` says what came, or what it lacks; without one
 * it is said from the answer. The whole body stays with the error, for `UnexpectedResponse.body`.
 */
export const unexpected = (
  answer: Answer & { readonly description?: string | undefined }
): ClaudeError.UnexpectedResponse => {
  const clean = withoutSecrets(answer)
  const { body, headers, status } = clean
  const contentType = short(headers["content-type"])
  const error = new ClaudeError.UnexpectedResponse({
    ...gather(clean, undefined).common,
    description:
      answer.description === undefined ? describe(status, contentType, body) : oneLine(redact(answer.description), 500),
    contentType,
    excerpt: excerptOf(contentType, body)
  })
  keepBody(error, answer.body)
  return error
}

/** A plain HTTP proxy asks for its own credentials in its own name: the request went no further. */
const proxyRefused = ({ context, status }: Answer): CallError =>
  new ClaudeError.ConnectionFailed({ ...context, mayHaveRun: false, reason: "Proxy", proxyStatus: status })

/**
 * The error of an answer: of every one whose status is not 2xx, and of a 2xx whose body is an error or is not what
 * the API speaks.
 */
export const fromResponse = (answer: Answer): CallError => {
  if (answer.status === 407) return proxyRefused(answer)
  const clean = withoutSecrets(answer)
  const { body, headers, status } = clean
  const parsed = parseObject(body)
  const evidence = gather(clean, parsed)
  if (!(status >= 400 && status <= 999)) {
    return status >= 200 && status < 300 && evidence.common.errorType !== undefined
      ? fromType(evidence)
      : unexpected(answer)
  }
  const speaks = parsed !== undefined || (body.trim() === "" && !isHtml(headers["content-type"], body))
  return speaks || plainStatuses.has(status) ? fromStatus(evidence, status) : unexpected(answer)
}

/**
 * The error that an `error` event in a stream tells of: the same tag as that of its HTTP status, and `ServerError`
 * for a type that is not known.
 */
export const fromErrorEvent = (event: ErrorBody, context: ErrorContext, hide?: Answer["hide"]): CallError => {
  const { requestId, ...rest } = said(event, hide)
  return fromType({
    common: {
      ...context,
      ...rest,
      requestId: context.requestId ?? requestId,
      status: undefined,
      shouldRetry: undefined,
      headers: undefined
    },
    retryAfter: undefined,
    limits: undefined
  })
}
