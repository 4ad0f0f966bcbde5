/** Secrets that no pattern knows, planted wherever the library takes one, and the means to find them again. */

/** In both halves of every canary, so that a text without it needs no closer look. */
const mark = "Kanarie"

const canary = (name: string): string => `${mark}/${name}+5e77=~%${mark}+${[...name].reverse().join("")}/=`

/** One for each field that bears a secret. */
export const secrets = {
  apiKey: canary("key"),
  callKey: canary("call-key"),
  authToken: canary("auth-token"),
  headerOfClient: canary("client-header"),
  headerOfCall: canary("call-header"),
  headerOfEndpoint: canary("endpoint-header"),
  headerOfEnvironment: canary("environment-header"),
  cookie: canary("cookie"),
  proxyPassword: canary("proxy-password"),
  baseUrlPassword: canary("base-url-password"),
  baseUrlQuery: canary("base-url-query"),
  query: canary("query-key"),
  pathQuery: canary("path-query"),
  mcpToken: canary("mcp-token"),
  creditToken: canary("credit-token"),
  setCookie: canary("cookie-of-an-answer")
} as const

/** What a user asks. */
export const prompt = canary("what the user asks")

/** The alphabet that survives whatever stands before and behind: base64 of a part depends on where it begins. */
const base64 = (bytes: Buffer): ReadonlyArray<string> =>
  [0, 1, 2].flatMap((shift) => {
    const whole = Buffer.concat([Buffer.alloc(shift), bytes])
      .toString("base64")
      .replace(/=+$/, "")
    const inner = whole.slice(shift === 0 ? 0 : shift + 1, (bytes.length + shift) % 3 === 0 ? undefined : -1)
    return [inner, inner.replaceAll("+", "-").replaceAll("/", "_")]
  })

/** What betrays a text: either half of it, since half a key is too much, in the usual spellings. */
const traces = (text: string): ReadonlyArray<string> => {
  const middle = Math.floor(text.length / 2)
  return [text.slice(0, middle), text.slice(middle)].flatMap((half) => [
    half,
    encodeURIComponent(half),
    JSON.stringify(half).slice(1, -1),
    Buffer.from(half).toString("hex"),
    ...base64(Buffer.from(half))
  ])
}

const marks = [mark, Buffer.from(mark).toString("hex"), ...base64(Buffer.from(mark))]

export const isIn = (text: string, canary: string): boolean =>
  marks.some((mark) => text.includes(mark)) && traces(canary).some((trace) => text.includes(trace))

/** A place where a canary was found. */
export interface Leak {
  readonly canary: string
  readonly source: string
  readonly around: string
}

/** What stands before and behind it. */
const around = (text: string, canary: string): string => {
  const at = Math.min(...traces(canary).flatMap((trace) => (text.includes(trace) ? [text.indexOf(trace)] : [])))
  return text.slice(Math.max(0, at - 120), at + 120)
}

/** Where these canaries are in what was emitted, by the source of each text. */
export const leaksOf = (
  emitted: ReadonlyArray<readonly [source: string, text: string]>,
  canaries: Readonly<Record<string, string>>
): ReadonlyArray<Leak> =>
  emitted.flatMap(([source, text]) =>
    Object.entries(canaries).flatMap(([name, canary]) =>
      isIn(text, canary) ? [{ canary: name, source, around: around(text, canary) }] : []
    )
  )
