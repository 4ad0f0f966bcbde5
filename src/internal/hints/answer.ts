/**
 * Hints on answers: what the API said, or what somebody else said in its place.
 */
import type { Evidence } from "../errorEvidence.js"
import { hasCode, is, type Pattern, saidByApi, sawEdge, server } from "./pattern.js"

const invalid = is("InvalidRequest")
const limited = is("RateLimited")
const notFound = is("NotFound")
const spend = is("SpendLimitReached")
const unauthorized = is("AuthenticationFailed")
const unexpected = is("UnexpectedResponse")

/** Source: the API's errors page, request size limits. */
const apiBodyLimit = 32_000_000

const html = (error: Evidence): boolean => unexpected(error) && /\bhtml\b/i.test(error.contentType ?? "")

const says = (error: Evidence, words: RegExp): boolean => words.test(error.apiMessage ?? "")

const exhausted = ({ limits }: Evidence): string | undefined =>
  limits?.inputTokens?.remaining === 0
    ? "input tokens"
    : limits?.outputTokens?.remaining === 0
      ? "output tokens"
      : limits?.requests?.remaining === 0
        ? "requests"
        : limits?.tokens?.remaining === 0
          ? "tokens"
          : undefined

const rates: ReadonlyArray<Pattern> = [
  {
    id: "ramp-limit",
    when: (error) => limited(error) && error.errorCode === "ramp_limit_exceeded",
    says:
      "The load grew faster than the API allows, though it may be below your limit: wait for retryAfter, then "
      + "start with less concurrency and raise it slowly."
  },
  {
    id: "limit-exhausted",
    when: (error) => limited(error) && exhausted(error) !== undefined,
    says: (error) =>
      `The limit of ${exhausted(error)} per minute is used up: pace the calls (Admission), cache long prompts, since `
      + "cached input does not count, or ask for a higher limit."
  },
  {
    id: "limit-elsewhere",
    when: (error) => limited(error) && !saidByApi(error),
    says: (error) =>
      `This 429 has no request id and not the API's words, so a gateway or proxy in between set it${server(error)}: `
      + "look at its limits rather than at those of the API."
  },
  {
    id: "overloaded",
    when: (error) =>
      is("Overloaded")(error)
      && error.errorCode === undefined
      && (error.status === 529 || error.errorType === "overloaded_error"),
    says:
      "The API as a whole is short of capacity; your limits and your request are fine: wait with growing delays, "
      + "or let another model answer meanwhile."
  },
  {
    id: "long-unary-504",
    when: (error) =>
      is("ServerError")(error)
      && (error.errorType === "timeout_error" || error.status === 504)
      && error.request.stream !== true,
    says:
      "The request took longer than the API lets an answer in one piece take: use Claude.stream, or "
      + "Resumable.create, which streams underneath and gives the whole message."
  }
]

const spending: ReadonlyArray<Pattern> = [
  {
    id: "spend-tier",
    when: (error) => spend(error) && error.errorCode === "enforced_spend_limit_reached",
    says:
      "The monthly spend limit of your usage tier is reached: it lifts on the first of the month at 00:00 UTC, or "
      + "when the tier is raised in the Console."
  },
  {
    id: "spend-contract",
    when: (error) => spend(error) && error.errorCode === "contract_spend_limit_reached",
    says: "The spend limit of your contract is reached: only your contact at Anthropic can raise it."
  },
  {
    id: "spend-own",
    when: (error) => spend(error) && error.status === 400,
    says:
      "A spend limit that your organisation or workspace has set for itself is reached: raise it in the Console "
      + "under Limits, or wait for its next period."
  },
  {
    id: "billing",
    when: (error) => spend(error) && (error.status === 402 || error.errorType === "billing_error"),
    says: "There is something wrong with the payment: look at the credit and the payment details in the Console."
  }
]

const identity: ReadonlyArray<Pattern> = [
  {
    id: "credential",
    when: (error) => unauthorized(error) && error.errorType === "authentication_error",
    says:
      "The API does not know this key: it may be cut short, revoked or expired, or have blanks or quotes around "
      + "it; make sure of ANTHROPIC_API_KEY (or ANTHROPIC_AUTH_TOKEN), and that it is the one in use."
  },
  {
    id: "credential-elsewhere",
    when: (error) => unauthorized(error) && !saidByApi(error),
    says: (error) =>
      `This 401 has no request id and not the API's words, so a gateway in between wants credentials of its own${server(
        error
      )}: look at ANTHROPIC_BASE_URL and ANTHROPIC_CUSTOM_HEADERS.`
  },
  {
    id: "key-scope",
    when: (error) =>
      is("PermissionDenied")(error)
      && (error.errorCode === "api_key_scope_missing"
        || error.errorCode === "organization_level_scoped_api_key_required"),
    says: "The key lacks the scope for this endpoint: make a key with that scope in the Console."
  },
  {
    id: "blocked-at-edge",
    when: (error) => html(error) && error.status === 403 && sawEdge(error),
    says:
      "The API's edge turned the connection away before it reached the API, as it does with some regions, VPNs and "
      + "addresses: try from another network."
  }
]

const requests: ReadonlyArray<Pattern> = [
  {
    id: "too-large",
    when: (error) =>
      invalid(error)
      && error.status === 413
      && (error.errorType !== undefined || (error.request.bodyBytes ?? 0) > apiBodyLimit),
    says:
      "The API takes requests of up to 32 MB: upload large documents through the Files API, send smaller images, "
      + "or shorten the conversation."
  },
  {
    id: "too-large-elsewhere",
    when: (error) => invalid(error) && error.status === 413 && !saidByApi(error) && !sawEdge(error),
    says: (error) =>
      `This 413 has no request id and not the API's words, so a server before it refused the size${server(error)}: `
      + "raise the body limit of the proxy in between (nginx: client_max_body_size, 1 MB by default)."
  },
  {
    id: "slow-upload",
    when: (error) => invalid(error) && error.errorCode === "request_body_timeout",
    says:
      "The request came in too slowly: the uplink is weak or shared; send less at once, or large documents through "
      + "the Files API."
  },
  {
    id: "headers-too-large",
    when: (error) => invalid(error) && error.status === 431,
    says: "The request's headers are too large: look for long ones in ANTHROPIC_CUSTOM_HEADERS and the headers option."
  },
  {
    id: "prefill",
    when: (error) => invalid(error) && error.source === "api" && says(error, /\bprefill/i),
    says:
      "Models since 4.6 take no assistant turn at the end: end with a user turn; to go on after a cut, Resumable "
      + "does this by itself."
  },
  {
    id: "thinking-modified",
    when: (error) => invalid(error) && error.source === "api" && says(error, /thinking[^.]*cannot be modified/i),
    says:
      "Thinking blocks of the last assistant turn must go back exactly as they came, signatures included: send the "
      + "whole content of the answer, or leave that turn out."
  }
]

const resources: ReadonlyArray<Pattern> = [
  {
    id: "model-retired",
    when: (error) => notFound(error) && error.successor !== undefined,
    says: ({ request, successor }) => `The model ${request.model ?? "asked for"} is retired: use ${successor} instead.`
  },
  {
    id: "model-unknown",
    when: (error) =>
      notFound(error)
      && error.errorType === "not_found_error"
      && error.request.model !== undefined
      && says(error, /\bmodel\b/i),
    says: ({ request }) =>
      `This key has no model called ${request.model}: look for a typing error; Claude.models.list tells what there is.`
  },
  {
    id: "path-unknown",
    when: (error) => (notFound(error) || unexpected(error)) && error.status === 404 && !saidByApi(error),
    says: (error) =>
      `This 404 has no request id and not the API's words, so another server has answered${server(error)}: look at `
      + "ANTHROPIC_BASE_URL, which goes without /v1 at its end."
  }
]

const strangers: ReadonlyArray<Pattern> = [
  {
    id: "sign-in-page",
    when: (error) =>
      unexpected(error)
      && error.requestId === undefined
      && !sawEdge(error)
      && (((error.status ?? 0) >= 300 && (error.status ?? 0) < 400)
        || (html(error) && (error.status ?? 0) >= 200 && (error.status ?? 0) < 300)),
    says: (error) =>
      `Another server has answered in the API's place${server(error)}, as the sign-in page of a network or a gateway `
      + "does: open a browser on this network, and look at ANTHROPIC_BASE_URL."
  },
  {
    id: "gateway-timeout",
    when: (error) => unexpected(error) && error.status === 504 && !saidByApi(error),
    says: (error) =>
      `A proxy in between gave up waiting for the answer${server(error)}: raise its read timeout (nginx: `
      + "proxy_read_timeout), or use Claude.stream or Resumable.create, whose first bytes come soon."
  },
  {
    id: "bad-gateway",
    when: (error) => unexpected(error) && (error.status === 502 || error.status === 503) && !saidByApi(error),
    says: (error) =>
      sawEdge(error)
        ? "The API's edge could not reach the API, which passes in most cases: try again with growing delays."
        : `This answer is not the API's: a proxy or gateway did not reach what is behind it${server(error)}: `
          + "look at its log and health, and try again."
  },
  {
    id: "corrupt-compression",
    when: (error) => unexpected(error) && hasCode("Z_DATA_ERROR", "Z_BUF_ERROR")(error),
    says:
      "The body is not in the compression it claims, as after a proxy that compresses anew: turn its compression "
      + "off for the API's host."
  },
  {
    id: "response-headers-too-large",
    when: (error) => hasCode("UND_ERR_HEADERS_OVERFLOW", "HPE_HEADER_OVERFLOW")(error),
    says:
      "The response's headers are larger than Node takes (16 KB), as when a gateway adds many cookies: have it "
      + "send fewer, or raise pool.maxHeaderSize of NodeClaude (elsewhere NODE_OPTIONS=--max-http-header-size)."
  },
  {
    id: "not-http",
    when: (error) =>
      unexpected(error) && error.phase === "headers" && hasCode("HPE_INVALID_CONSTANT", "HPE_INVALID_VERSION")(error),
    says:
      "What answered does not speak HTTP/1.1: look at the port and the http:// or https:// of ANTHROPIC_BASE_URL "
      + "and HTTPS_PROXY."
  }
]

/**
 * The patterns of answers; the first that holds speaks.
 */
export const answer: ReadonlyArray<Pattern> = [
  ...rates,
  ...spending,
  ...identity,
  ...requests,
  ...resources,
  ...strangers
]
