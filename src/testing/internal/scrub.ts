/**
 * Takes secrets and the ids of accounts out of what is recorded.
 *
 * Texts are looked at as one character a byte, so that a place in a text is a place in its bytes: a secret that was cut
 * in two by chunks is found, and the chunks stay.
 */
import * as Predicate from "effect/Predicate"
import { hidden, redact } from "../../internal/redact.js"
import { anyOf, escaped, isSecretName, leastLength, spellings } from "../../internal/secrets.js"

/** Stands for an id in a request, whichever it was. */
export const anyId = "[id]"

const encoder = new TextEncoder()
const decoder = new TextDecoder()

export const toBinary = (bytes: Uint8Array): string => {
  let text = ""
  // in parts, since a call takes no more than some ten thousand arguments
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192))
  return text
}

export const fromBinary = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0))

const binary = (text: string): string => toBinary(encoder.encode(text))

interface Span {
  readonly start: number
  readonly end: number
  readonly by: string
}

const names =
  "(?:(?<![a-z])(?:proxy-)?authorization|(?:set-)?cookie|[\\w-]{0,40}(?:api[_-]?key|_token|secret)|password)"

const gap = "\\s{0,40}"

const quote = "\\\\*[\"'`]"

/**
 * What is a secret by its form or by the name before it, as `redact` has them; the second group is what is taken out.
 * Values end before a backslash, so that JSON stays JSON.
 */
const secretPatterns: ReadonlyArray<RegExp> = [
  new RegExp(`(${names}${quote}${gap}[:,=]${gap}\\[?${gap}${quote})([^"'\`\\\\]+)`, "gdi"),
  /("token\\*"\s*:\s*\\*")([^"\\]+)/dgi,
  new RegExp(`(${names}${gap}[:=]${gap}\\[?${gap}${quote})([^"'\`\\\\]+)`, "gdi"),
  new RegExp(`(${names}${gap}:${gap})([^\\s"'\`\\[\\\\][^\\r\\n"'\`\\\\]*)`, "gdi"),
  new RegExp(`(${names}=)([^\\s&"'\`\\\\]+)`, "gdi"),
  /\b((?:bearer|basic)\s+)(?!(?:tokens?|auth|authentication|authorization|credentials?)\b)([^\s"'`,;\\]+)/dgi,
  /()((?:sk|rk|pk)-ant-[\w-]+)/dg,
  /()\b(sk-[\w-]{16,})/dg,
  /()\b(eyJ[\w-]{10,}(?:\.[\w-]*){0,2})/dg,
  /\b((?:x-amz-)?signature=)([A-Za-z0-9%+/=]{8,})/dgi,
  /()\b(A(?:KIA|SIA)[A-Z0-9]{12,})/dg,
  /(\b[a-z][a-z0-9+.-]{1,20}:\/\/)([^\s/@"'`<>\\]+)(?=@)/dgi
]

/** Ids as the API makes them: a prefix, a version in digits, and letters. */
const idPattern = /\b(req|wrkspc|org|apikey|user|invite|svac|acct)_(?:[a-z]+_)?[0-9][A-Za-z0-9]{9,}\b/g

/** Ids without a form of their own, by what they are said to be of: `organization 8c7b3f0e-…`. */
const named = "(org|organization|workspace|account|user)(?:[ _-]?(?:uu)?id)?"
const uuid = "[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}"
const namedIdPattern = new RegExp(`(?<=\\b${named}[^\\w\\r\\n]{1,8})${uuid}\\b`, "gi")

/** What the deltas of a stream add. */
const deltas = /"(?:text|thinking|partial_json)":"((?:[^"\\]|\\.)*)"/g

/** Knows the secrets and ids of one cassette. Learn first, scrub then: a later answer may tell what an earlier held. */
export class Scrubber {
  private readonly secrets = new Set<string>()
  private readonly ids = new Map<string, string>()
  private readonly counts = new Map<string, number>()
  private literals: RegExp | undefined

  learnSecret(value: unknown): void {
    if (typeof value !== "string" || value.length < leastLength) return
    for (const spelling of spellings(value)) this.secrets.add(binary(spelling))
    this.literals = undefined
  }

  /** An id of this kind, to be called the same wherever it comes again. */
  learnId(id: string, kind: string): void {
    if (id.length < leastLength || this.ids.has(binary(id))) return
    const count = (this.counts.get(kind) ?? 0) + 1
    this.counts.set(kind, count)
    this.ids.set(binary(id), `${kind}_${count}`)
    this.literals = undefined
  }

  learnIdsIn(text: string): void {
    for (const [id, kind] of text.matchAll(idPattern)) this.learnId(id, kind ?? "id")
    for (const [id, kind = "id"] of text.matchAll(namedIdPattern)) this.learnId(id, kind.toLowerCase())
    for (const match of text.matchAll(/"request_id"\s*:\s*"([^"\\]+)"/g)) this.learnId(match[1] ?? "", "req")
  }

  /** A text whole. */
  text(text: string): string {
    return this.replace(text, (id) => this.ids.get(id) ?? hidden)
  }

  /** What a request holds of what was learned from others: an account's id in a prompt, say. */
  request(value: unknown): unknown {
    if (typeof value === "string") return this.replace(value, (id) => (this.ids.has(id) ? anyId : hidden))
    if (Array.isArray(value)) return value.map((item: unknown) => this.request(item))
    if (!Predicate.isRecord(value)) return value
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, this.request(inner)]))
  }

  private replace(text: string, name: (literal: string) => string): string {
    const bytes = binary(text)
    const spans = this.spans(bytes, name)
    return spans.length === 0 ? text : decoder.decode(fromBinary(cutInto(bytes, spans, []).join("")))
  }

  /** The chunks of a text (one character a byte), each of them what is left of it. */
  chunks(chunks: ReadonlyArray<string>): ReadonlyArray<string> {
    const text = chunks.join("")
    const ends: Array<number> = []
    for (const chunk of chunks) ends.push((ends.at(-1) ?? 0) + chunk.length)
    return cutInto(text, disjoint([...this.spans(text), ...this.spansOfDeltas(text)]), ends.slice(0, -1))
  }

  private spans(text: string, name = (id: string) => this.ids.get(id) ?? hidden): ReadonlyArray<Span> {
    const found: Array<Span> = []
    for (const match of text.matchAll(this.known())) {
      const by = name(match[0])
      found.push({ start: match.index, end: match.index + match[0].length, by })
    }
    for (const pattern of secretPatterns) {
      for (const match of text.matchAll(pattern)) {
        const [start, end] = match.indices?.[2] ?? [match.index, match.index + match[0].length]
        if (text.slice(start, end) !== hidden) found.push({ start, end, by: hidden })
      }
    }
    return disjoint(found)
  }

  /** A model repeats a secret token by token: it is looked for in what the deltas of a stream say together. */
  private spansOfDeltas(text: string): ReadonlyArray<Span> {
    const pieces = [...text.matchAll(deltas)].map((match) => {
      const start = match.index + match[0].length - 1 - (match[1]?.length ?? 0)
      return { start, content: match[1] ?? "" }
    })
    const found: Array<Span> = []
    for (const span of this.spans(pieces.map(({ content }) => content).join(""))) {
      let from = 0
      let by = span.by
      for (const { content, start } of pieces) {
        const [first, last] = [Math.max(span.start, from), Math.min(span.end, from + content.length)]
        if (first < last) {
          found.push({ start: start + first - from, end: start + last - from, by })
          by = ""
        }
        from += content.length
      }
    }
    return found
  }

  private known(): RegExp {
    return (this.literals ??= anyOf([...this.secrets, ...this.ids.keys()]))
  }
}

/** Spans that touch become one, in which a secret decides. */
const disjoint = (spans: ReadonlyArray<Span>): ReadonlyArray<Span> => {
  const kept: Array<Span> = []
  for (const span of [...spans].sort((a, b) => a.start - b.start || b.end - a.end)) {
    const last = kept.at(-1)
    if (last === undefined || span.start >= last.end) kept.push(span)
    else {
      const by = last.by === hidden || span.by === hidden ? hidden : last.by
      kept[kept.length - 1] = { start: last.start, end: Math.max(last.end, span.end), by }
    }
  }
  return kept
}

/** The text with its spans replaced, cut at these places; what replaces a span goes where the span begins. */
const cutInto = (text: string, spans: ReadonlyArray<Span>, places: ReadonlyArray<number>): ReadonlyArray<string> => {
  const pieces: Array<string> = []
  let from = 0
  for (const to of [...places, text.length]) {
    let piece = ""
    let at = from
    for (const { by, end, start } of spans) {
      if (end <= from || start >= to) continue
      piece += text.slice(at, Math.max(at, start)) + (start >= from ? by : "")
      at = Math.min(to, end)
    }
    pieces.push(piece + text.slice(at, to))
    from = to
  }
  return pieces
}

/**
 * A JSON value of a request without secrets, and with no id in it; the same for a request whoever sends it, so that
 * requests can be compared. Keys come in one order.
 */
export const scrubValue = (
  value: unknown,
  secrets: ReadonlyArray<string>,
  path: ReadonlyArray<string> = []
): unknown => {
  if (typeof value === "string") return scrubString(value, secrets, path)
  if (Array.isArray(value)) return value.map((item: unknown) => scrubValue(item, secrets, path))
  if (!Predicate.isRecord(value)) return value
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, scrubValue(value[key], secrets, [...path, key])])
  )
}

const scrubString = (value: string, secrets: ReadonlyArray<string>, path: ReadonlyArray<string>): string => {
  const name = path.at(-1) ?? ""
  if (isSecretName(name)) return hidden
  if (name === "user_id" && path.at(-2) === "metadata") return anyId
  const known = secrets
    .filter((secret) => secret.length >= leastLength)
    .reduce((text, secret) => text.replaceAll(secret, hidden), value)
  return redact(known.replace(idPattern, anyId).replace(namedIdPattern, anyId))
}

/** Whether a recorded text may have been this one, before what was taken out of it. */
export const mayBe = (recorded: unknown, actual: unknown): boolean => {
  if (Object.is(recorded, actual)) return true
  if (typeof recorded !== "string" || typeof actual !== "string") return false
  const parts = recorded.split(/\[redacted\]|\[id\]/)
  return parts.length > 1 && new RegExp(`^${parts.map(escaped).join("[^]+")}$`).test(actual)
}
