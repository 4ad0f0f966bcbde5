/** Requests as cassettes keep and compare them. */
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import { isSecretName, secretHeadersIn, secretsIn } from "../../internal/secrets.js"
import type { TransportRequest } from "../../transport/Transport.js"
import type { RecordedRequest } from "./cassetteFile.js"
import type { Difference } from "./differences.js"
import { differences } from "./differences.js"
import { mayBe, scrubValue } from "./scrub.js"

/** Headers that decide what is answered, and hold no secret. */
const comparedHeaders = ["anthropic-beta", "anthropic-version"]

const decoder = new TextDecoder()

const parse = Option.liftThrowable((text: string): unknown => JSON.parse(text))

const bodyOf = (request: TransportRequest): unknown => {
  if (request.body === undefined) return undefined
  const text = decoder.decode(request.body)
  return Option.getOrElse(parse(text), (): unknown => text)
}

/** Every secret that a request carries. */
export const secretsOf = (request: TransportRequest): ReadonlyArray<string> => [
  ...secretHeadersIn(request.headers),
  ...secretsIn(bodyOf(request)),
  ...[...new URL(request.url).searchParams].flatMap(([name, value]) => (isSecretName(name) ? [value] : []))
]

/** An id of an account, and what it is one of. */
export type AccountId = readonly [id: string, kind: string]

const requestIds: Readonly<Record<string, string>> = {
  "anthropic-user-profile-id": "profile",
  "anthropic-workspace-id": "workspace"
}

/** Every id of an account that a request carries. */
export const accountIdsOf = (request: TransportRequest): ReadonlyArray<AccountId> => {
  const body = bodyOf(request)
  const metadata: unknown = Predicate.hasProperty(body, "metadata") ? body.metadata : undefined
  const user: unknown = Predicate.hasProperty(metadata, "user_id") ? metadata.user_id : undefined
  return [
    ...(typeof user === "string" ? [[user, "user"] as const] : []),
    ...Object.entries(requestIds).map(([name, kind]) => [request.headers[name] ?? "", kind] as const)
  ]
}

const headersOf = (request: TransportRequest, more: ReadonlyArray<string>): Record<string, string> =>
  Object.fromEntries(
    [...comparedHeaders, ...more.map((name) => name.toLowerCase())].sort().flatMap((name) => {
      const value = request.headers[name]
      if (value === undefined) return []
      return [
        [
          name,
          name === "anthropic-beta"
            ? value
                .split(",")
                .map((beta) => beta.trim())
                .sort()
                .join(",")
            : value
        ]
      ]
    })
  )

/** A request without its secrets, in one order: what a cassette keeps, and what is compared. */
export const recordedRequest = (request: TransportRequest, headers: ReadonlyArray<string>): RecordedRequest => {
  const url = new URL(request.url)
  const query = Object.fromEntries([...url.searchParams].sort(([a], [b]) => (a < b ? -1 : 1)))
  const body = bodyOf(request)
  const whole = {
    method: request.method,
    path: url.pathname,
    ...(Object.keys(query).length === 0 ? {} : { query }),
    headers: headersOf(request, headers),
    ...(body === undefined ? {} : { body })
  }
  const { body: scrubbedBody, ...scrubbed } = scrubRequest(whole, secretsOf(request))
  return body === undefined ? scrubbed : { ...scrubbed, body: scrubbedBody }
}

/** Keys in the order in which people read them; inside of the body by their names. */
const scrubRequest = (request: RecordedRequest, secrets: ReadonlyArray<string>): RecordedRequest => {
  const text = (values: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
    Object.fromEntries(
      Object.entries(values).map(([name, value]) => [name, String(scrubValue(value, secrets, [name]))])
    )
  return {
    method: request.method,
    path: String(scrubValue(request.path, secrets)),
    ...(request.query === undefined ? {} : { query: text(request.query) }),
    headers: text(request.headers),
    body: scrubValue(request.body, secrets)
  }
}

/** Where a request differs from a recorded one, both without their secrets. */
export const requestDifferences = (recorded: RecordedRequest, actual: RecordedRequest): ReadonlyArray<Difference> => [
  ...differences(
    { method: recorded.method, path: recorded.path, query: recorded.query, headers: recorded.headers },
    { method: actual.method, path: actual.path, query: actual.query, headers: actual.headers },
    "equal",
    mayBe
  ),
  // paths of the body are shown as in the request
  ...differences(recorded.body, actual.body, "equal", mayBe)
]
