import Anthropic, { APIError } from "@anthropic-ai/sdk"
import { assert, describe, it } from "@effect/vitest"
import { Effect, FastCheck, Layer } from "effect"
import { Claude, type ClaudeError, RetryPolicy } from "effect-claude"
import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { fromResponse } from "../../src/internal/responseError.js"
import { apiError } from "../faults/support/answers.js"
import { claudeLayer } from "../faults/support/clients.js"
import { context } from "../internal/errorFixtures.js"
import { request } from "../support/fixtures.js"
import { rawServer } from "../transport/support/rawServer.js"
import { differences } from "./differences.js"

/** The tag of each status that the SDK has a class for, and of two that it has none for. */
const tags: Readonly<Record<number, ClaudeError.ClaudeError["_tag"]>> = {
  400: "InvalidRequest",
  401: "AuthenticationFailed",
  402: "SpendLimitReached",
  403: "PermissionDenied",
  404: "NotFound",
  408: "ServerError",
  409: "Conflict",
  412: "Conflict",
  413: "InvalidRequest",
  418: "InvalidRequest",
  422: "InvalidRequest",
  429: "RateLimited",
  431: "InvalidRequest",
  499: "InvalidRequest",
  500: "ServerError",
  501: "ServerError",
  502: "ServerError",
  503: "ServerError",
  504: "ServerError",
  520: "ServerError",
  529: "Overloaded"
}

const statuses = Object.keys(tags).map(Number)

const types = [
  "invalid_request_error",
  "authentication_error",
  "billing_error",
  "permission_error",
  "not_found_error",
  "request_too_large",
  "rate_limit_error",
  "timeout_error",
  "api_error",
  "overloaded_error",
  "conflict_error",
  "memory_precondition_failed_error",
  "memory_path_conflict_error",
  "a_new_error"
]

const classes = readFileSync(createRequire(import.meta.url).resolve("@anthropic-ai/sdk/core/error-classes"), "utf8")

/** All codes for which the SDK has a class, one that nobody knows, and none. */
const codes: ReadonlyArray<string | undefined> = [
  ...new Set([...classes.matchAll(/\['\d+ (\w+)'/g)].map(([, code]) => code)),
  "a_new_code",
  undefined
]

const spendCodes = [
  "enforced_spend_limit_reached",
  "contract_spend_limit_reached",
  "linked_organization_spend_limit_reached",
  "linked_organization_billing_unavailable"
]

interface Refusal {
  readonly status: number
  readonly type: string
  readonly code: string | undefined
}

/** Why the tag is not that of the status. */
const difference = ({ code, status, type }: Refusal): keyof typeof differences | undefined => {
  if (type === "billing_error" || (code !== undefined && spendCodes.includes(code))) return "spendLimit"
  return type === "overloaded_error" && status >= 500 ? "overload" : undefined
}

const tagOf = (refusal: Refusal): ClaudeError.ClaudeError["_tag"] | undefined => {
  const why = difference(refusal)
  if (why === undefined) return tags[refusal.status]
  return why === "spendLimit" ? "SpendLimitReached" : "Overloaded"
}

/** The SDK's way from an answer to an error, without the network. */
class Official extends Anthropic {
  errorOf({ code, status, type }: Refusal): APIError {
    const details = code === undefined ? {} : { details: { error_code: code } }
    const body = { type: "error", error: { type, message: `a ${type}`, ...details }, request_id: "req_1" }
    return this.makeStatusError(status, body, undefined, new Headers({ "request-id": "req_1" }))
  }
}

const official = new Official({ apiKey: "sk-ant-witness" })

const oursOf = (refusal: Refusal, { error }: APIError): ClaudeError.ClaudeError => {
  const headers = { "content-type": "application/json", "request-id": "req_1" }
  return fromResponse({ status: refusal.status, headers, body: JSON.stringify(error), now: 0, context })
}

const evidence = (error: ClaudeError.ClaudeError) =>
  "errorType" in error
    ? [error.status, error.errorType, error.errorCode, error.requestId, error.apiMessage]
    : [error._tag]

const theirEvidence = ({ apiMessage, errorCode, requestID, status, type }: APIError) => [
  status,
  type,
  errorCode ?? undefined,
  requestID,
  apiMessage
]

/** Every one, as it is told here and there. */
const every = statuses.flatMap((status) =>
  types.flatMap((type) =>
    codes.map((code) => {
      const refusal = { status, type, code }
      const theirs = official.errorOf(refusal)
      const ours = oursOf(refusal, theirs)
      const same = JSON.stringify(evidence(ours)) === JSON.stringify(theirEvidence(theirs))
      return { refusal, tag: ours._tag, name: theirs.constructor.name, same, why: difference(refusal) }
    })
  )
)

describe("the official SDK and we, given the same refusal", () => {
  it("have one error each, with the same evidence, for every status, type and code", () => {
    assert.isAbove(codes.length, 80)
    const wrong = every.filter(({ refusal, same, tag }) => !same || tag !== tagOf(refusal))
    assert.deepStrictEqual(wrong.slice(0, 5), [])
  })

  it("of one class of theirs, there is one tag of ours, but for the differences", () => {
    const tagsOf = new Map<string, Set<string>>()
    for (const { name, tag, why } of every) {
      if (why === undefined) tagsOf.set(name, (tagsOf.get(name) ?? new Set()).add(tag))
    }
    const several = [...tagsOf].filter(([, tags]) => tags.size > 1)
    assert.deepStrictEqual(several, [])
    assert.isAbove(tagsOf.size, 80)
  })

  for (const why of ["spendLimit", "overload"] as const) {
    it(`differ in ${differences[why].title}`, () => {
      const differing = every.filter((one) => one.why === why)
      const tag = why === "spendLimit" ? "SpendLimitReached" : "Overloaded"
      assert.isTrue(differing.every((one) => one.tag === tag))
      assert.isAbove(new Set(differing.map(({ name }) => name)).size, 3)
    })
  }

  it.scopedLive(
    "get it over a connection as it is made here",
    () =>
      Effect.gen(function* () {
        let answer = ""
        const server = yield* rawServer({ onRequest: (peer) => peer.write(answer) })
        // one without an admission, which would send nothing more after a spend limit
        const layer = yield* Layer.build(claudeLayer("undici", { baseUrl: server.url, retry: RetryPolicy.never }))
        const client = new Anthropic({ apiKey: "sk-ant-witness", baseURL: server.url, maxRetries: 0 })
        const refusals = FastCheck.record({
          status: FastCheck.constantFrom(...statuses),
          type: FastCheck.constantFrom(...types),
          code: FastCheck.constantFrom(...codes)
        })
        const check = FastCheck.asyncProperty(refusals, async (refusal) => {
          const { code, status, type } = refusal
          answer = apiError(
            status,
            type,
            { "request-id": "req_1" },
            code === undefined ? undefined : { error_code: code }
          )
          const ours = await Effect.runPromise(Effect.flip(Effect.provide(Claude.create(request), layer)))
          const theirs: unknown = await client.messages
            .create({ ...request, messages: [...request.messages] })
            .catch((error: unknown) => error)
          assert.strictEqual(ours._tag, tagOf(refusal))
          assert.isTrue(theirs instanceof APIError)
          if (!(theirs instanceof APIError)) return
          assert.strictEqual(theirs.constructor, official.errorOf(refusal).constructor)
          assert.deepStrictEqual<unknown>(evidence(ours), theirEvidence(theirs))
        })
        yield* Effect.promise(() => FastCheck.assert(check, { numRuns: 200 }))
      }),
    120_000
  )
})
