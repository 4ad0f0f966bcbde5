/**
 * The secrets that a request carries. What others say of a request may repeat them in a form that no pattern knows, so
 * they are looked for as they are.
 */
import * as Encoding from "effect/Encoding"
import * as Predicate from "effect/Predicate"
import { hidden } from "./redact.js"

/** Names of fields and headers whose value is a secret. Counts of tokens are none. */
const secretNames = [
  /(?:^|[_-])(?:authorization|cookie|credentials?|password|secret|token|api[_-]?key)$/i,
  /[a-z](?:Authorization|Credentials?|Password|Secret|Token|ApiKey)$/
]

export const isSecretName = (name: string): boolean => secretNames.some((pattern) => pattern.test(name))

const credentialHeaders = [
  /^(?:proxy-)?authorization$|^(?:set-)?cookie$|(?:api-?key|token|secret)$/i,
  /(?:^|-)(?:auth|credentials?|key|pass(?:w(?:or)?d)?|pin|pwd|signature)$/i
]

const isCredential = (name: string): boolean => credentialHeaders.some((pattern) => pattern.test(name))

/** Headers of a request that say what it is, not who sends it. */
export const plainHeaders = /^(?:accept(?:-.+)?|content-.+|host|user-agent|traceparent|tracestate|b3|anthropic-.+)$/i

/** What may be a secret in the value of a header: all of it, what follows its scheme, the values of its cookies. */
const partsOf = (value: string): ReadonlyArray<string> => [
  value,
  value.replace(/^\S+\s+/, ""),
  ...value.split(/[;,]\s*/).flatMap((part) => [part, part.slice(part.indexOf("=") + 1)])
]

type Headers = Readonly<Record<string, string>>

const valuesOf = (headers: Headers, isSecret: (name: string, value: string) => boolean): ReadonlyArray<string> =>
  Object.entries(headers).flatMap(([name, value]) => (isSecret(name, value) ? partsOf(value) : []))

/** The values of the headers whose names say that they carry a credential. */
export const credentialsIn = (headers: Headers): ReadonlyArray<string> => valuesOf(headers, isCredential)

/**
 * As {@link credentialsIn}, and what looks like a key under a name that only a gateway knows. What is short under such
 * a name is rather a region or a tenant, and taking that out of errors would cost more than it protects.
 */
export const secretHeadersIn = (headers: Headers): ReadonlyArray<string> =>
  valuesOf(headers, (name, value) => isCredential(name) || (!plainHeaders.test(name) && /^\S{16,}$/.test(value)))

/** The secrets in the fields of a JSON value, by their names. Of any depth: it needs no stack. */
export const secretsIn = (value: unknown): ReadonlyArray<string> => {
  const found: Array<string> = []
  const left: Array<readonly [name: string, value: unknown]> = [["", value]]
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    const [name, inner] = next
    if (typeof inner === "string") {
      if (isSecretName(name)) found.push(inner)
    } else if (Array.isArray(inner)) for (const item of inner) left.push([name, item])
    else if (Predicate.isRecord(inner)) for (const entry of Object.entries(inner)) left.push(entry)
  }
  return found
}

/** Shorter ones would be found in innocent words. */
export const leastLength = 8

/** A secret as it may stand in a text: as it is, within JSON, within a URL, in base64. */
export const spellings = (secret: string): ReadonlyArray<string> => [
  secret,
  JSON.stringify(secret).slice(1, -1),
  ...(/\p{Surrogate}/u.test(secret) ? [] : [encodeURIComponent(secret)]),
  Encoding.encodeBase64(secret),
  Encoding.encodeBase64Url(secret)
]

export const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")

/** Finds any of these texts, the longest first. */
export const anyOf = (texts: Iterable<string>): RegExp => {
  const all = [...new Set(texts)].sort((a, b) => b.length - a.length).map(escaped)
  return all.length === 0 ? /(?!)/g : new RegExp(all.join("|"), "g")
}

/** Takes secrets out of texts. They are gathered when the first text comes: most calls have none to tell. */
export const hiding = (secrets: () => ReadonlyArray<string>): ((text: string) => string) => {
  let known: RegExp | undefined
  return (text) => {
    known ??= anyOf(
      secrets()
        .filter(({ length }) => length >= leastLength)
        .flatMap(spellings)
    )
    return text.replace(known, hidden)
  }
}
