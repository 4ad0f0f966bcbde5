/** The kinds of faults: `FaultReason` in public. */
export type Reason = "Reset" | "Dns" | "Refused" | "Unreachable" | "Tls" | "Proxy" | "TimedOut" | "Malformed"

/** The limits that HTTP clients keep themselves. */
type ClientLimit = "connect" | "headers" | "idle"

/** What can be told from a thrown value alone. */
export interface Classification {
  readonly reason: Reason
  /** The code of the innermost cause that has one. */
  readonly code: string | undefined
  /** Which of a client's own limits ran out. */
  readonly limit: ClientLimit | undefined
  /** What a proxy answered to CONNECT. */
  readonly proxyStatus: number | undefined
  /** `connect`, `read`, `write`, `getaddrinfo`, … */
  readonly syscall: string | undefined
  /** Bytes read over the life of the connection, where undici told them. */
  readonly socketBytesRead: number | undefined
  /** Whether it broke between TCP's and TLS's opening. */
  readonly handshake: boolean
  /** Whether a known cause was found; otherwise `reason` is a guess from the phase. */
  readonly known: boolean
}

/** One error of a chain, reduced to what decides. */
interface Link {
  readonly name: string
  readonly message: string
  readonly code: string | undefined
  readonly syscall: string | undefined
  readonly status: number | undefined
  readonly bytesRead: number | undefined
}

interface Verdict {
  readonly reason: Reason
  readonly limit?: ClientLimit
  readonly proxyStatus?: number | undefined
}

const maxLinks = 64

/** In UTF-16 units: the words that tell something stand at the beginning. */
const maxMessage = 4096

const verdicts = (reason: Reason, codes: string): Array<[string, Verdict]> =>
  codes.split(" ").map((code) => [code, { reason }])

const byCode: ReadonlyMap<string, Verdict> = new Map<string, Verdict>([
  ...verdicts(
    "Dns",
    "ENOTFOUND EAI_AGAIN EAI_FAIL EAI_NODATA EAI_NONAME EAI_SERVICE ENODATA ESERVFAIL EREFUSED EBADNAME"
  ),
  ...verdicts("Refused", "ECONNREFUSED ConnectionRefused"),
  ...verdicts(
    "Unreachable",
    "EHOSTUNREACH ENETUNREACH EHOSTDOWN ENETDOWN EADDRNOTAVAIL EACCES EPERM FailedToOpenSocket "
      + "UND_ERR_BPL_MISSING_UPSTREAM UND_ERR_MAX_ORIGINS_REACHED ERR_SOCKET_CONNECTION_TIMEOUT"
  ),
  ...verdicts(
    "Tls",
    "EPROTO HOSTNAME_MISMATCH DEPTH_ZERO_SELF_SIGNED_CERT SELF_SIGNED_CERT_IN_CHAIN INVALID_CA INVALID_PURPOSE"
  ),
  ...verdicts("Proxy", "UND_ERR_PRX_TLS UND_ERR_PRX_CONN UND_ERR_SOCKS5 ERR_PROXY_TUNNEL"),
  ...verdicts(
    "Reset",
    "ECONNRESET EPIPE ECONNABORTED ENOTCONN ENETRESET ESHUTDOWN ERR_STREAM_PREMATURE_CLOSE ERR_STREAM_DESTROYED "
      + "ERR_SOCKET_CLOSED ERR_HTTP2_STREAM_ERROR ERR_HTTP2_SESSION_ERROR ERR_HTTP2_GOAWAY_SESSION "
      + "UND_ERR_SOCKET UND_ERR_CLOSED UND_ERR_DESTROYED UND_ERR_INFO UND_ERR_ABORT UND_ERR_ABORTED "
      + "UND_ERR_RES_CONTENT_LENGTH_MISMATCH ABORT_ERR HPE_INVALID_EOF_STATE HPE_CLOSED_CONNECTION "
      + "ConnectionClosed ConnectionReset"
  ),
  ...verdicts(
    "Malformed",
    "UND_ERR_HEADERS_OVERFLOW UND_ERR_RES_EXCEEDED_MAX_SIZE UND_ERR_RESPONSE UND_ERR_REQ_RETRY UND_ERR_INVALID_ARG "
      + "UND_ERR_INVALID_RETURN_VALUE UND_ERR_NOT_SUPPORTED UND_ERR_REQ_CONTENT_LENGTH_MISMATCH "
      + "UND_ERR_WS_MESSAGE_SIZE_EXCEEDED ERR_INVALID_URL ERR_INVALID_CHAR ERR_INVALID_HTTP_TOKEN "
      + "ERR_CONTENT_ENCODING ERR_ENCODING_INVALID_ENCODED_DATA"
  ),
  ["UND_ERR_CONNECT_TIMEOUT", { reason: "TimedOut", limit: "connect" }],
  ["UND_ERR_HEADERS_TIMEOUT", { reason: "TimedOut", limit: "headers" }],
  ["UND_ERR_BODY_TIMEOUT", { reason: "TimedOut", limit: "idle" }],
  ["ERR_HTTP_REQUEST_TIMEOUT", { reason: "TimedOut" }]
])

const byCodePattern: ReadonlyArray<readonly [RegExp, Verdict]> = [
  [/^EAI_/, { reason: "Dns" }],
  [/^(CERT_|UNABLE_TO_|CRL_|ERR_TLS_|ERR_SSL_|ERR_OSSL_)/, { reason: "Tls" }],
  [/^(HPE_|Z_)/, { reason: "Malformed" }]
]

const handshake = /before secure TLS connection/

// Bun gives no codes, undici's parser none either, and browsers only these words.
const byMessage: ReadonlyArray<readonly [RegExp, Verdict]> = [
  [/Invalid EOF state/i, { reason: "Reset" }],
  [/does not match the HTTP\/1\.1 protocol|Parse Error|malformed HTTP/i, { reason: "Malformed" }],
  [/incorrect header check|unexpected end of file|invalid block type|invalid stored block/i, { reason: "Malformed" }],
  [/self[- ]signed certificate|certificate has expired|unable to verify the first certificate/i, { reason: "Tls" }],
  [handshake, { reason: "Reset" }],
  [
    /socket connection was closed|other side closed|socket hang up|connection (was )?(lost|closed|reset)/i,
    {
      reason: "Reset"
    }
  ],
  [/network connection was lost|peer closed connection|premature close/i, { reason: "Reset" }],
  [/unable to connect|connection refused/i, { reason: "Refused" }],
  [/^terminated$|^aborted$|read ECONNRESET|^Load failed$|^NetworkError when attempting/i, { reason: "Reset" }]
]

const proxyAnswer = /^Proxy response \((\d{3})\)|^Proxy Authentication Required \((\d{3})\)/

/**
 * Judges what was thrown by walking causes and aggregated errors: several undicis may live in one process, so
 * nothing is told by class, only by code, name and message. Total: it never throws and always ends.
 *
 * @internal
 */
export const classifyCause = (cause: unknown): Classification => {
  const links = chain(cause)
  const innermost = links.findLast((link) => link.code !== undefined)
  const found = links.findLast((link) => judge(link) !== undefined)
  const verdict = proxyVerdict(links) ?? (found === undefined ? undefined : judge(found))
  return {
    reason: verdict?.reason ?? "Reset",
    code: (found?.code ?? innermost?.code) || undefined,
    limit: verdict?.limit,
    proxyStatus: verdict?.proxyStatus,
    syscall: links.findLast((link) => link.syscall !== undefined)?.syscall,
    socketBytesRead: links.findLast((link) => link.bytesRead !== undefined)?.bytesRead,
    handshake: links.some((link) => handshake.test(link.message)),
    known: verdict !== undefined
  }
}

const judge = (link: Link): Verdict | undefined => {
  const { code } = link
  if (code === "ETIMEDOUT" || code === "ETIMEOUT") {
    return timedOutVerdict(link)
  }
  if (code !== undefined) {
    const verdict = byCode.get(code) ?? byCodePattern.find(([pattern]) => pattern.test(code))?.[1]
    if (verdict !== undefined) {
      return verdict
    }
  }
  if (link.name === "HTTPParserError" && !/Invalid EOF state/i.test(link.message)) {
    return { reason: "Malformed" }
  }
  if (link.name === "TimeoutError") {
    return { reason: "TimedOut" }
  }
  if (link.name === "AbortError") {
    return { reason: "Reset" }
  }
  return byMessage.find(([pattern]) => pattern.test(link.message))?.[1]
}

// The kernel's own timeout: of a connect, of a resolver, or of an open connection whose peer stopped to acknowledge.
const timedOutVerdict = (link: Link): Verdict => {
  if (link.syscall === "connect") {
    return { reason: "Unreachable" }
  }
  return { reason: link.syscall === "getaddrinfo" || link.code === "ETIMEOUT" ? "Dns" : "Reset" }
}

// An answer of the proxy outranks the codes around it, which speak of the abort that followed.
const proxyVerdict = (links: ReadonlyArray<Link>): Verdict | undefined => {
  for (const link of links) {
    const match = proxyAnswer.exec(link.message)
    if (match !== null) {
      return { reason: "Proxy", proxyStatus: Number(match[1] ?? match[2]) }
    }
    if (link.code === "ERR_PROXY_TUNNEL") {
      return { reason: "Proxy", proxyStatus: link.status }
    }
  }
  return undefined
}

// Outermost first. Aggregated errors come before the causes below them: happy eyeballs fail for one reason.
const chain = (cause: unknown): ReadonlyArray<Link> => {
  const links: Array<Link> = []
  const seen = new Set<unknown>()
  const visit = (value: unknown): void => {
    if (typeof value === "string") {
      links.push({ ...empty, message: value.slice(0, maxMessage) })
      return
    }
    if (typeof value !== "object" || value === null || seen.has(value) || seen.size >= maxLinks) {
      return
    }
    seen.add(value)
    links.push(linkOf(value))
    // The first was tried first; the last visited decides.
    for (const error of itemsOf(get(value, "errors")).reverse()) {
      visit(error)
    }
    visit(get(value, "cause"))
  }
  visit(cause)
  return links
}

const empty: Link = {
  name: "",
  message: "",
  code: undefined,
  syscall: undefined,
  status: undefined,
  bytesRead: undefined
}

const linkOf = (value: object): Link => {
  const code = get(value, "code")
  const socket = get(value, "socket")
  return {
    name: string(get(value, "name")) ?? "",
    message: string(get(value, "message"))?.slice(0, maxMessage) ?? "",
    code: typeof code === "string" && code !== "" ? code : undefined,
    syscall: string(get(value, "syscall")),
    status: number(get(value, "proxyStatus")),
    bytesRead: typeof socket === "object" && socket !== null ? number(get(socket, "bytesRead")) : undefined
  }
}

const string = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined)

const number = (value: unknown): number | undefined => (typeof value === "number" ? value : undefined)

// A thrown value may be anything, a getter that throws or a revoked proxy too.
const look = <A>(at: () => A, otherwise: A): A => {
  try {
    return at()
  } catch {
    return otherwise
  }
}

const get = (value: object, key: string): unknown => look(() => Reflect.get(value, key), undefined)

/** By index, since an array of another class decides what its own `slice` gives. */
const itemsOf = (value: unknown): Array<unknown> =>
  look(
    () =>
      Array.isArray(value)
        ? Array.from({ length: Math.min(value.length, maxLinks) }, (_, at) => get(value, String(at)))
        : [],
    []
  )
