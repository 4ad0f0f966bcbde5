import type * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as Predicate from "effect/Predicate"

/** What can be seen of the thing under an `HttpClientResponse`. */
export interface ResponseSource {
  /** Node's streams hand on what the server encoded; `fetch` decodes it. */
  readonly decodes: boolean
  /** Bytes left in a stream that was destroyed before anybody could read it. */
  readonly leftovers: () => ReadonlyArray<Uint8Array>
  /** Why the body is not whole, `undefined` when nothing speaks against it. */
  readonly broken: () => unknown
  /** The stream of `fetch` that the response's own `stream` would read. */
  readonly webStream: ReadableStream<Uint8Array> | undefined
}

/**
 * Looks under a response of `NodeHttpClient` or `FetchHttpClient`.
 *
 * `HttpClientResponse` has no public way to its source, none of its public faces tells a body that ended from one
 * that was destroyed before it was attached, and its `stream` is dear. So this one function reads `original` and
 * `source` by shape: where they are not what it expects, it sees nothing; the response is then read through its
 * `stream`, and judged by its `content-length` alone.
 */
export const sourceOf = (response: HttpClientResponse.HttpClientResponse): ResponseSource => {
  const readable = readableOf(unwrap(response))
  if (readable === undefined) {
    return { decodes: true, leftovers: () => [], broken: () => undefined, webStream: webStreamOf(response) }
  }
  return {
    decodes: false,
    webStream: undefined,
    leftovers: () => (field(readable, "destroyed") === true ? drain(readable) : []),
    broken: () => {
      const errored = field(readable, "errored") ?? resetInsteadOfEnd(readable)
      if (errored !== undefined && errored !== null) {
        return errored
      }
      const whole = field(readable, "readableAborted") !== true && field(readable, "complete") !== false
      return whole ? undefined : aborted()
    }
  }
}

// Only below the wrapper and the response that the platform makes itself: whoever put another around them, or gave one
// a `stream` of its own, wants that read.
const webStreamOf = (response: object): ReadableStream<Uint8Array> | undefined => {
  const isWrapper = Object.hasOwn(response, "original") && Object.hasOwn(response, "controller")
  const inner = isWrapper ? field(response, "original") : response
  const isOwn = (value: object): boolean => !Object.hasOwn(value, "stream")
  if (!Predicate.isObject(inner) || Object.hasOwn(inner, "original") || !isOwn(response) || !isOwn(inner)) {
    return undefined
  }
  const source = Object.hasOwn(inner, "source") ? field(inner, "source") : undefined
  const body = source instanceof Response ? source.body : null
  return body === null || body.locked ? undefined : body
}

const maxDepth = 8

const unwrap = (response: unknown): unknown => {
  let current = response
  for (let depth = 0; depth < maxDepth; depth++) {
    const original = field(current, "original")
    if (original === undefined) {
      break
    }
    current = original
  }
  return field(current, "source")
}

// `node:http` gives the stream itself, undici a record that holds it.
const readableOf = (source: unknown): object | undefined => {
  const body = field(source, "body")
  return isReadable(source) ? source : isReadable(body) ? body : undefined
}

const isReadable = (value: unknown): value is object =>
  Predicate.isObject(value) && ["read", "on", "destroy"].every((name) => Predicate.isFunction(field(value, name)))

const drain = (readable: object): ReadonlyArray<Uint8Array> => {
  const chunks: Array<Uint8Array> = []
  const read = field(readable, "read")
  while (Predicate.isFunction(read)) {
    const chunk: unknown = Reflect.apply(read, readable, [])
    if (!Predicate.isUint8Array(chunk)) {
      break
    }
    chunks.push(chunk)
  }
  return chunks
}

// `node:http` takes the reset of a response with neither length nor chunks for its end; its socket knows better.
const resetInsteadOfEnd = (readable: object): unknown => {
  const headers = field(readable, "headers")
  const error = field(field(readable, "socket"), "errored")
  const delimited = field(headers, "content-length") !== undefined || field(headers, "transfer-encoding") !== undefined
  return !delimited && field(error, "code") === "ECONNRESET" ? error : undefined
}

const aborted = (): Error => Object.assign(new Error("aborted"), { code: "ECONNRESET" })

const field = (value: unknown, name: string): unknown =>
  Predicate.isObject(value) ? Reflect.get(value, name) : undefined
