/**
 * Takes secrets out of text that people and logs will see.
 */

/** Stands where a secret stood. */
export const hidden = "[redacted]"

/** Names whose value is a secret wherever it is written as `name: value`, `name=value` or `"name":"value"`. */
const names = [
  "x-api-key",
  "(?:proxy-)?authorization",
  "(?:set-)?cookie",
  "anthropic[-_]api[-_]key",
  "anthropic[-_]auth[-_]token",
  "x-amz-security-token",
  "x-goog-api-key",
  "api[-_]?key",
  "(?:access|refresh|id|auth|authorization|credit|session|bearer|identity)[-_]?token",
  "client[-_]?secret",
  "password"
].join("|")

/** Bounded, as three gaps in a row would otherwise take the square of the time. */
const gap = "\\s{0,40}"

/**
 * Each pattern starts at a fixed word and runs on over one class of characters, so that the time is linear. A secret
 * cut in its middle is still found, as it is known by its beginning.
 */
const patterns: ReadonlyArray<readonly [pattern: RegExp, replacement: string]> = [
  // A quoted value, as in JSON, JSON inside JSON, object dumps and arrays of raw headers.
  [new RegExp(`((?:${names})\\\\*["'\`]${gap}[:,=]${gap}\\[?${gap}\\\\*["'\`])[^"'\`]*`, "gi"), `$1${hidden}`],
  [/("token\\*"\s*:\s*\\*")[^"]*/gi, `$1${hidden}`],
  // An unquoted name with a quoted value: `headers: { authorization: "…" }`.
  [new RegExp(`((?:${names})${gap}[:=]${gap}\\[?${gap}\\\\*["'\`])[^"'\`]*`, "gi"), `$1${hidden}`],
  // A header line: to the end of the line, since a cookie holds blanks and semicolons.
  [new RegExp(`((?:${names})\\s*:\\s*)(?!\\[redacted\\])[^\\s"'\`\\[][^\\r\\n"'\`]*`, "gi"), `$1${hidden}`],
  // A query parameter or an assignment.
  [new RegExp(`((?:${names})=)(?!\\[redacted\\])[^\\s&"'\`]+`, "gi"), `$1${hidden}`],
  // "Invalid bearer token" is prose, not a token.
  [
    /\b(bearer|basic)(\s+)(?!\[redacted\]|(?:tokens?|auth|authentication|authorization|credentials?)\b)[^\s"'`,;\\]+/gi,
    `$1$2${hidden}`
  ],
  [/(?:sk|rk|pk)-ant-[A-Za-z0-9_-]*/gi, hidden],
  [/\bsk-[A-Za-z0-9_-]{16,}/g, hidden],
  [/\beyJ[A-Za-z0-9_-]{10,}(?:\.[A-Za-z0-9_-]*){0,2}/g, hidden],
  [/\b(x-amz-signature=|signature=)[A-Za-z0-9%+/=]{8,}/gi, `$1${hidden}`],
  [/\bA(?:KIA|SIA)[A-Z0-9]{12,}/g, hidden],
  // The user part of a URL.
  [/(\b[a-z][a-z0-9+.-]{1,20}:\/\/)[^\s/@"'`<>]+@/gi, `$1${hidden}@`]
]

/**
 * The text without keys, tokens, cookies and passwords.
 */
export const redact = (text: string): string =>
  patterns.reduce((clean, [pattern, replacement]) => clean.replace(pattern, replacement), text)

const encoder = new TextEncoder()

/**
 * The longest beginning of the text that fits into so many bytes of UTF-8; no character is cut in two.
 */
export const capBytes = (text: string, bytes: number): string => {
  if (text.length * 3 <= bytes) return text
  const { read } = encoder.encodeInto(text, new Uint8Array(bytes))
  return read === text.length ? text : text.slice(0, read)
}

/**
 * The beginning of a text, redacted, of so many bytes at most. Only a little more than that is looked at, so that a
 * reply of megabytes costs no more than a short one.
 */
export const excerpt = (text: string, bytes: number): string => capBytes(redact(capBytes(text, bytes * 2)), bytes)

/**
 * A sentence of a stranger for use in ours: redacted, on one line, of so many bytes at most.
 */
export const oneLine = (text: string, bytes: number): string =>
  excerpt(text, bytes)
    .replace(/[\s\u0000-\u001f\u007f]+/g, " ")
    .trim()
