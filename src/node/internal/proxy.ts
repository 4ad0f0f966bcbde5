import * as Config from "effect/Config"
import * as ConfigError from "effect/ConfigError"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import { type Target, targetOf } from "./socket.js"

/** An HTTP proxy that tunnels by CONNECT. */
export interface Proxy extends Target {
  /** The value of `proxy-authorization`, from the URL's user and password. */
  readonly authorization: Redacted.Redacted | undefined
}

/** Which proxy, if any, leads to a target. */
export type ProxyRoute = (target: Target) => Proxy | undefined

const direct: ProxyRoute = () => undefined

/**
 * `false`: none. A URL: for all targets. `undefined`: as the environment says, in `https_proxy` for `https:`,
 * `http_proxy` for `http:`, and `no_proxy` for exceptions; names in capitals count where the small ones are unset.
 */
export const route = (
  proxy: string | Redacted.Redacted | false | undefined
): Effect.Effect<ProxyRoute, ConfigError.ConfigError> => {
  if (proxy === false) {
    return Effect.succeed(direct)
  }
  if (proxy === undefined) {
    return fromEnvironment
  }
  const url = Redacted.isRedacted(proxy) ? Redacted.value(proxy) : proxy
  return Effect.map(parse(url, "proxy"), (given) => () => given)
}

const variable = (name: string): Effect.Effect<string | undefined, ConfigError.ConfigError> =>
  Config.string(name).pipe(
    Config.orElse(() => Config.string(name.toUpperCase())),
    Config.option,
    Effect.map((value) => Option.getOrUndefined(value)?.trim() || undefined)
  )

const fromEnvironment = Effect.gen(function* () {
  const https = yield* variable("https_proxy")
  const http = yield* variable("http_proxy")
  if (https === undefined && http === undefined) {
    return direct
  }
  const secure = https === undefined ? undefined : yield* parse(https, "https_proxy")
  const plain = http === undefined ? undefined : yield* parse(http, "http_proxy")
  const bypassed = bypass((yield* variable("no_proxy")) ?? "")
  return (target: Target) => (bypassed(target) ? undefined : target.secure ? secure : plain)
})

const parse = (text: string, name: string): Effect.Effect<Proxy, ConfigError.ConfigError> => {
  // curl and others take `host:port` too.
  const written = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`
  const url = URL.canParse(written) ? new URL(written) : undefined
  if (url === undefined || url.hostname === "") {
    return invalid(name, "is not a URL")
  }
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    return invalid(name, `is of a kind that is not supported (${url.protocol}); it must be http: or https:`)
  }
  return Effect.succeed({ ...targetOf(url), authorization: authorizationOf(url) })
}

// The value is not part of the message: it may hold a password.
const invalid = (name: string, message: string) =>
  Effect.fail(ConfigError.InvalidData([name], `The proxy in ${name} ${message}`))

const authorizationOf = (url: URL): Redacted.Redacted | undefined => {
  if (url.username === "" && url.password === "") {
    return undefined
  }
  const credentials = `${unescape(url.username)}:${unescape(url.password)}`
  return Redacted.make(`Basic ${Buffer.from(credentials).toString("base64")}`)
}

const unescape = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

const bypass = (list: string): ((target: Target) => boolean) => {
  const entries = list
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((entry) => entry !== "")
    .map((entry) => {
      const match = /^(.*):(\d+)$/.exec(entry)
      const bare = match === null || /^[0-9a-f]*:[0-9a-f:]*$/.test(entry) ? undefined : match
      return {
        host: (bare?.[1] ?? entry).replace(/^\*?\./, "").replace(/^\[|\]$/g, ""),
        port: bare === undefined ? undefined : Number(bare[2])
      }
    })
  return ({ hostname, port }) => {
    const host = hostname.toLowerCase()
    return entries.some(
      (entry) =>
        (entry.port === undefined || entry.port === port)
        && (entry.host === "*" || host === entry.host || host.endsWith(`.${entry.host}`))
    )
  }
}
