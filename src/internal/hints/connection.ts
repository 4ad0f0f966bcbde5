/**
 * Hints on connections: none opened, torn down, silent.
 */
import type { Evidence } from "../errorEvidence.js"
import { hasCode, is, type Pattern, seconds, within } from "./pattern.js"

const reset = is("ConnectionReset")
const failed = is("ConnectionFailed")
const timedOut = is("TimedOut")

const mebibyte = 1024 * 1024
/** Source: the API's errors page, request size limits. */
const apiBodyLimit = 32_000_000

const beforeAnswer = (error: Evidence): boolean =>
  (error.phase === "send" || error.phase === "headers") && (error.bytesReceived ?? 0) === 0

/** On a reused connection, silence from before the call proves nothing about this call. */
const silenceIsOfCall = (error: Evidence): boolean =>
  error.reusedConnection !== true
  || error.phase === "body"
  || (seconds(error.idleFor) ?? 0) <= (seconds(error.elapsed) ?? 0) + 1

const silentFor =
  (low: number, high: number) =>
  (error: Evidence): boolean =>
    reset(error)
    && (error.phase === "headers" || error.phase === "body")
    && within(seconds(error.idleFor), low, high)
    && silenceIsOfCall(error)

/** What keeps the silence from coming about: pings do, in a stream that is let through. */
const keepBusy = (error: Evidence): string =>
  error.request.stream === true
    ? "let it pass events through unbuffered (nginx: proxy_buffering off), so that the API's pings keep the connection "
      + "busy; Resumable.stream goes on after such a cut"
    : "use Claude.stream, whose pings keep the connection busy, or Resumable.create for a whole message"

const silence: ReadonlyArray<Pattern> = [
  {
    id: "idle-60",
    when: silentFor(55, 65),
    says: (error) =>
      "A reset after 60 s of silence points at the read timeout of a proxy or load balancer in between: raise it above "
      + `180 s (nginx: proxy_read_timeout; AWS ALB: idle timeout), or ${keepBusy(error)}.`
  },
  {
    id: "idle-120",
    when: silentFor(115, 125),
    says: (error) =>
      "A reset after 120 s of silence points at a proxy on the way (company proxies and local ones such as Clash stop "
      + `at 120 s): raise its idle timeout above 180 s, or ${keepBusy(error)}.`
  },
  {
    id: "idle-350",
    when: silentFor(340, 360),
    says: (error) =>
      "A reset after 350 s of silence points at a NAT gateway or network load balancer, which forgets connections "
      + `after 350 s: turn on TCP keep-alive below that (NodeClaude probes from 60 s), or ${keepBusy(error)}.`
  },
  {
    id: "idle-400",
    when: silentFor(395, 405),
    says: (error) =>
      "A connection that closes after 400 s of silence was closed by the API's own edge, which lets no connection idle "
      + `longer: ${keepBusy(error)}.`
  }
]

/** A stale connection fails as soon as it is used: a first attempt that lasted longer broke for another reason. */
const atOnce = (error: Evidence): boolean => error.attempt !== 1 || (seconds(error.elapsed) ?? 0) <= 10

const resets: ReadonlyArray<Pattern> = [
  {
    id: "large-body",
    when: (error) =>
      reset(error)
      && beforeAnswer(error)
      && (seconds(error.idleFor) ?? 0) < 10
      && (error.reusedConnection !== true || error.phase === "send")
      && (error.request.bodyBytes ?? 0) >= mebibyte,
    says: ({ request }) =>
      (request.bodyBytes ?? 0) > apiBodyLimit
        ? "The request is larger than the 32 MB that the API takes, and was cut off while it was sent: upload large "
          + "documents through the Files API, or send fewer of them."
        : `A reset before any answer to a request of ${((request.bodyBytes ?? 0) / mebibyte).toFixed(1)} MB points at `
          + "the size limit of a proxy in between: raise it (nginx: client_max_body_size, 1 MB by default), or send "
          + "less."
  },
  {
    id: "stale-keep-alive",
    when: (error) => reset(error) && error.reusedConnection === true && beforeAnswer(error) && atOnce(error),
    says:
      "A reset on a reused connection before any answer points at a stale keep-alive connection, which the other "
      + "side had closed already: another try on a fresh connection cures it; if it comes often, shorten the pool's "
      + "keepAlive."
  },
  {
    id: "reset-in-handshake",
    when: (error) => reset(error) && error.phase === "connect",
    says:
      "A connection that is cut in its handshake points at a firewall or a proxy that inspects TLS: ask for the "
      + "API's host to be let through, or name the proxy in HTTPS_PROXY."
  },
  {
    id: "fetch-300",
    when: (error) =>
      timedOut(error)
      && hasCode("UND_ERR_HEADERS_TIMEOUT", "UND_ERR_BODY_TIMEOUT")(error)
      && (seconds(error.elapsed) ?? 0) >= 295,
    says:
      "Node's own fetch gives up after 300 s without headers or bytes, whatever our limits say: use "
      + "NodeClaude.layer, or give fetch a dispatcher with longer limits."
  }
]

const dns: ReadonlyArray<Pattern> = [
  {
    id: "host-unknown",
    when: (error) => failed(error) && error.reason === "Dns" && hasCode("ENOTFOUND")(error),
    says:
      "No such host: look for a typing error in ANTHROPIC_BASE_URL; inside a company the name may be known to the "
      + "proxy alone (HTTPS_PROXY)."
  },
  {
    id: "dns-down",
    when: (error) => failed(error) && error.reason === "Dns" && hasCode("EAI_AGAIN")(error),
    says:
      "The name server did not answer, which passes in most cases: if it stays, look at the machine's network, and "
      + "in a container at its DNS setting."
  }
]

const routes: ReadonlyArray<Pattern> = [
  {
    id: "refused",
    when: (error) => failed(error) && error.reason === "Refused" && hasCode("ECONNREFUSED")(error),
    says:
      "Nothing listens at that address, which the API itself never does: look at the host and port of "
      + "ANTHROPIC_BASE_URL and HTTPS_PROXY, and whether the gateway or proxy there is running."
  },
  {
    id: "no-route",
    when: (error) => failed(error) && hasCode("EHOSTUNREACH", "ENETUNREACH")(error),
    says:
      "There is no route to the host: look at the network, the VPN and the firewall; where only IPv6 fails, prefer "
      + "IPv4 (NODE_OPTIONS=--dns-result-order=ipv4first)."
  },
  {
    id: "ports-exhausted",
    when: (error) => failed(error) && hasCode("EADDRNOTAVAIL")(error),
    says:
      "This machine has no local port left for another connection: share one client instead of making one for each "
      + "call, or lower the concurrency."
  }
]

const proxies: ReadonlyArray<Pattern> = [
  {
    id: "proxy-credentials",
    when: (error) => failed(error) && error.proxyStatus === 407,
    says:
      "The proxy wants credentials (407): put them into HTTPS_PROXY as http://user:password@host:port, or name the "
      + "API's host in NO_PROXY if it can be reached directly."
  },
  {
    id: "proxy-refused",
    when: (error) => failed(error) && (error.proxyStatus ?? 0) >= 400 && error.proxyStatus !== 407,
    says: ({ proxyStatus }) =>
      `The proxy answered ${proxyStatus} instead of opening a tunnel: have it allow the API's host on port 443, or `
      + "name the host in NO_PROXY if it can be reached directly."
  }
]

const tls: ReadonlyArray<Pattern> = [
  {
    id: "tls-untrusted",
    when: (error) =>
      failed(error)
      && hasCode(
        "DEPTH_ZERO_SELF_SIGNED_CERT",
        "SELF_SIGNED_CERT_IN_CHAIN",
        "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
        "UNABLE_TO_GET_ISSUER_CERT",
        "UNABLE_TO_GET_ISSUER_CERT_LOCALLY"
      )(error),
    says:
      "The certificate comes from an authority that Node does not know, as that of a company proxy that inspects "
      + "TLS: give Node its root certificate by NODE_EXTRA_CA_CERTS, or NodeClaude by pool: { ca }. NodeClaude checks "
      + "whatever NODE_TLS_REJECT_UNAUTHORIZED says."
  },
  {
    id: "tls-clock",
    when: (error) => failed(error) && hasCode("CERT_HAS_EXPIRED", "CERT_NOT_YET_VALID")(error),
    says:
      "The certificate is not valid at this machine's time: set the clock right; if it is right, the certificate "
      + "of a proxy or gateway in between wants renewal."
  },
  {
    id: "tls-wrong-host",
    when: (error) => failed(error) && hasCode("ERR_TLS_CERT_ALTNAME_INVALID")(error),
    says:
      "The certificate is for another host, so something else has answered: the sign-in page of a network, a "
      + "proxy, or a wrong host in ANTHROPIC_BASE_URL."
  },
  {
    id: "tls-plaintext",
    when: (error) =>
      failed(error)
      && error.reason === "Tls"
      && hasCode("ERR_SSL_WRONG_VERSION_NUMBER", "ERR_SSL_PACKET_LENGTH_TOO_LONG", "EPROTO")(error),
    says:
      "The other side does not speak TLS: the sign-in page of a network, a proxy given as https:// that speaks "
      + "http://, or a plain port in ANTHROPIC_BASE_URL."
  }
]

const limits: ReadonlyArray<Pattern> = [
  {
    id: "pool-exhausted",
    when: (error) => timedOut(error) && error.limit === "pool",
    says:
      "All connections were held by other calls: raise pool.connections, lower the concurrency, or look for "
      + "streams that are opened and neither read to their end nor closed."
  },
  {
    id: "connect-silence",
    when: (error) => timedOut(error) && error.limit === "connect",
    says:
      "Nobody answered the attempt to connect, as behind a firewall that drops packets: have the API's host "
      + "allowed on port 443, or name the proxy in HTTPS_PROXY."
  },
  {
    id: "dead-connection",
    when: (error) =>
      timedOut(error)
      && error.limit === "idle"
      && error.request.stream === true
      && (seconds(error.duration) ?? 0) >= 60,
    says:
      "The API sends pings while it works, so such a silence points at a connection that died unnoticed (NAT, VPN, "
      + "a laptop that slept) or at a proxy that holds events back: Resumable.stream goes on after it."
  },
  {
    id: "only-pings",
    when: (error) => timedOut(error) && error.limit === "stalled",
    says:
      "The connection lives but brings no answer: the model is busy for long or stuck; raise timeouts.stalled if "
      + "such requests think for minutes, or try again."
  },
  {
    id: "long-unary-headers",
    when: (error) =>
      error.request.stream === false
      && ((timedOut(error) && error.limit === "headers" && (seconds(error.duration) ?? 0) >= 60)
        || (reset(error)
          && error.phase === "headers"
          && (seconds(error.idleFor) ?? 0) >= 65
          && silenceIsOfCall(error))),
    says:
      "An answer in one piece leaves the connection silent until it is done, and long silence does not survive on "
      + "many networks: use Claude.stream, or Resumable.create, which streams underneath and gives the whole message."
  }
]

/**
 * The patterns of connections; the first that holds speaks.
 */
export const connection: ReadonlyArray<Pattern> = [
  ...silence,
  ...resets,
  ...dns,
  ...proxies,
  ...tls,
  ...routes,
  ...limits
]
