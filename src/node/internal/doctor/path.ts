import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Scope from "effect/Scope"
import { ADDRCONFIG } from "node:dns"
import { lookup } from "node:dns/promises"
import * as Net from "node:net"
import { fromCause, TransportFault } from "../../../transport/TransportFault.js"
import { type Abandon, openTcp, openTls, type Opened, type SocketOptions, type Target } from "../socket.js"
import { openConnection } from "../tunnel.js"
import { type Certificate, certificateOf, describe, judgeCertificate, peek } from "./certificate.js"
import type { Found, Known } from "./model.js"
import { broken, errorOf, lasting, many, millis, timed } from "./told.js"

const timedOut = (limit: Duration.Duration): TransportFault =>
  new TransportFault({
    reason: "TimedOut",
    phase: "connect",
    limit: "connect",
    duration: limit,
    bytesReceived: 0,
    requestSent: false
  })

const faultOf = (cause: unknown): TransportFault => fromCause(cause, { phase: "connect", requestSent: false })

/** A socket for as long as the scope is open. */
export const open = (
  step: (opened: Opened) => Abandon,
  limit: Duration.Duration
): Effect.Effect<Net.Socket, TransportFault, Scope.Scope> =>
  Effect.gen(function* () {
    const opened = yield* Deferred.make<Net.Socket, TransportFault>()
    yield* Effect.acquireRelease(
      Effect.sync(() =>
        step((result) =>
          Deferred.unsafeDone(opened, result instanceof Error ? Exit.fail(faultOf(result)) : Exit.succeed(result))
        )
      ),
      (abandon) => Effect.sync(abandon)
    )
    return yield* Effect.timeoutFail(Deferred.await(opened), { duration: limit, onTimeout: () => timedOut(limit) })
  })

/** As the client opens its sockets, but with no TLS session to go on with. */
export const socketsOf = ({ ca }: Known): SocketOptions => ({ ca, keepAliveDelay: 60_000, sessions: new Map() })

/** As sockets look a name up: without the addresses of a family that this machine has no address of. */
const hints = process.platform === "win32" ? 0 : ADDRCONFIG

const addressesOf = (hostname: string, limit: Duration.Duration) =>
  Effect.tryPromise({ try: () => lookup(hostname, { all: true, hints }), catch: faultOf }).pipe(
    Effect.timeoutFail({ duration: limit, onTimeout: () => timedOut(limit) })
  )

/** A fault in the words in which a call would tell it. */
const orBroken = <R>(self: Effect.Effect<Found, TransportFault, R>): Effect.Effect<Found, never, R> =>
  Effect.catchAll(self, (fault) => Effect.succeed(broken(errorOf(fault))))

/** Where the first connection leads: to the proxy, if there is one. */
const firstHop = ({ proxy, target }: Known): Target => proxy ?? target

const notPublic = new Net.BlockList()
for (const [network, bits] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.168.0.0", 16],
  // what VPNs and local proxies answer in place of the address
  ["198.18.0.0", 15]
] as const) {
  notPublic.addSubnet(network, bits, "ipv4")
}
notPublic.addSubnet("::", 127, "ipv6")
notPublic.addSubnet("fc00::", 7, "ipv6")
notPublic.addSubnet("fe80::", 10, "ipv6")

const isPublic = (address: string): boolean => !notPublic.check(address, Net.isIPv6(address) ? "ipv6" : "ipv4")

export const judgeAddresses = (hostname: string, addresses: ReadonlyArray<string>, took: number): Found => {
  const evidence = { hostname, addresses }
  return hostname === "api.anthropic.com" && !addresses.some(isPublic)
    ? {
        verdict: "note",
        says: `${hostname} resolves to ${addresses.join(", ")}, which is no public address.`,
        remedy:
          "If no private link to the API is meant, look at /etc/hosts, the VPN and the DNS filter of this network.",
        evidence
      }
    : {
        verdict: "ok",
        says: `${hostname} has ${many(addresses.length, "address", "addresses")} (${lasting(took)}).`,
        evidence
      }
}

/** Whether the first hop's name is known. A target behind a proxy is the proxy's to look up. */
export const dns = (known: Known): Effect.Effect<Found> => {
  const { hostname } = firstHop(known)
  if (Net.isIP(hostname) !== 0) {
    return Effect.succeed({ verdict: "ok", says: `${hostname} is an address: there is no name to look up.` })
  }
  return addressesOf(hostname, known.limit).pipe(
    timed,
    Effect.map(([found, took]) =>
      judgeAddresses(
        hostname,
        found.map(({ address }) => address),
        took
      )
    ),
    orBroken
  )
}

/** How it went with one address. */
export interface Reached {
  readonly address: string
  /** How long it took to connect, or to fail, in milliseconds. */
  readonly millis: number
  readonly fault?: TransportFault | undefined
}

const fastestOf = (reached: ReadonlyArray<Reached>): number =>
  Math.min(...reached.flatMap(({ fault, millis }) => (fault === undefined ? [millis] : [])))

const slowRemedy =
  "Node gives up on an address after that time and takes the next: raise it by "
  + "NODE_OPTIONS=--network-family-autoselection-attempt-timeout=2000."

const listed = (reached: ReadonlyArray<Reached>): string => reached.map(({ address }) => address).join(", ")

/** The addresses that nobody gets to from here, while others work. */
const judgeDead = (says: string, reached: ReadonlyArray<Reached>, patience: number): Found => {
  const dead = reached.filter(({ fault }) => fault !== undefined)
  const slow = dead.filter(({ millis }) => millis >= patience)
  if (slow.length > 0) {
    return {
      verdict: "warning",
      says: `${says}, but not to ${listed(slow)}: each new connection may wait for it.`,
      remedy: slow.every(({ address }) => Net.isIPv6(address))
        ? "IPv6 does not work here: mend it, or prefer IPv4 by NODE_OPTIONS=--dns-result-order=ipv4first."
        : "Some of the addresses are not let through: have the firewall allow all of them."
    }
  }
  // a network without IPv6 is usual, and so is a server that listens on one family alone
  const families = new Set(reached.filter(({ fault }) => fault === undefined).map(({ address }) => Net.isIP(address)))
  return {
    verdict: dead.some(({ address }) => families.has(Net.isIP(address))) ? "note" : "ok",
    says: `${says}; ${listed(dead)} fails at once, which costs no time.`
  }
}

/** `patience`: how long Node waits for one address before it tries the next, in milliseconds. */
export const judgeReach = (reached: ReadonlyArray<Reached>, patience: number): Found => {
  const dead = reached.filter(({ fault }) => fault !== undefined)
  const evidence = {
    addresses: reached.map(({ address, fault, millis }) =>
      fault === undefined ? { address, millis } : { address, millis, error: fault.code ?? fault.reason }
    )
  }
  const first = dead[0]?.fault
  if (first !== undefined && dead.length === reached.length) {
    return { ...broken(errorOf(first)), evidence }
  }
  const fastest = fastestOf(reached)
  const says = `A connection opens in ${lasting(fastest)}`
  if (dead.length > 0) return { ...judgeDead(says, reached, patience), evidence }
  if (reached.length > 1 && fastest > 0.8 * patience) {
    return {
      verdict: "warning",
      says: `${says}, about the ${lasting(patience)} that Node allows.`,
      remedy: slowRemedy,
      evidence
    }
  }
  return {
    verdict: "ok",
    says: `${says}${reached.length > 1 ? `, to each of ${reached.length} addresses` : ""}.`,
    evidence
  }
}

const reach = (known: Known, address: string): Effect.Effect<Reached> =>
  open((opened) => openTcp({ ...firstHop(known), hostname: address }, socketsOf(known), opened), known.limit).pipe(
    Effect.scoped,
    Effect.match({ onFailure: (fault) => fault, onSuccess: () => undefined }),
    timed,
    Effect.map(([fault, millis]) => ({ address, millis, fault }))
  )

/** Whether somebody listens, at every address of the first hop. */
export const tcp = (known: Known): Effect.Effect<Found> =>
  Effect.gen(function* () {
    const addresses = yield* addressesOf(firstHop(known).hostname, known.limit)
    const reached = yield* Effect.forEach(addresses.slice(0, 8), ({ address }) => reach(known, address), {
      concurrency: 8
    })
    return judgeReach(reached, Net.getDefaultAutoSelectFamilyAttemptTimeout())
  }).pipe(orBroken)

/** A connection to the target, through the proxy if there is one, with no TLS yet. */
const openRaw = (known: Known) =>
  open(
    (opened) => openConnection({ ...known.target, secure: false }, known.proxy, socketsOf(known), opened),
    known.limit
  )

/** A connection as calls use it. */
export const openWhole = (known: Known) =>
  open((opened) => openConnection(known.target, known.proxy, socketsOf(known), opened), known.limit)

const proxyRemedy =
  "It may not get to the host itself, or the port may not be a proxy's: ask who runs it, or look at HTTPS_PROXY."

const handshakeRemedy =
  "A firewall may drop connections by the name in the handshake, or large packets may get lost (the MTU of a VPN): "
  + "have the API's host let through, or lower the MTU."

/** Beyond the TCP connection, that nobody answers has other reasons than the hint of a call knows. */
const stuck = (fault: TransportFault, says: string, remedy: string): Found => {
  const found = broken(errorOf(fault))
  return fault.reason === "TimedOut" && fault.duration !== undefined
    ? { ...found, says: `${says} within ${lasting(millis(fault.duration))}.`, remedy }
    : found
}

/** What a handshake that failed says. */
export const judgeHandshake = (fault: TransportFault): Found => {
  const found = stuck(fault, "The connection opens, but no TLS handshake comes", handshakeRemedy)
  return fault.code === "UNABLE_TO_VERIFY_LEAF_SIGNATURE"
    ? {
        ...found,
        remedy: `${found.remedy} If browsers trust it, the server leaves an intermediate certificate out: have it send the whole chain.`
      }
    : found
}

/** Whether the proxy opens a tunnel. */
export const tunnel = (known: Known): Effect.Effect<Found> =>
  known.proxy === undefined
    ? Effect.succeed({ verdict: "skipped", says: "There is no proxy to open a tunnel." })
    : openRaw(known).pipe(
        timed,
        Effect.scoped,
        Effect.map(([, took]): Found => ({ verdict: "ok", says: `The proxy opens a tunnel in ${lasting(took)}.` })),
        Effect.catchAll((fault) =>
          Effect.succeed(stuck(fault, "The proxy accepts connections, but opens no tunnel", proxyRemedy))
        )
      )

/** Whether the target proves who it is, and who vouches for it. */
export const tls = (known: Known): Effect.Effect<Found> =>
  known.target.secure
    ? Effect.gen(function* () {
        const raw = yield* openRaw(known)
        const handshake = open((opened) => openTls(raw, known.target, socketsOf(known), opened), known.limit)
        const [socket, took] = yield* timed(handshake)
        return judgeCertificate(socket, took, yield* Clock.currentTimeMillis)
      }).pipe(
        Effect.scoped,
        Effect.catchAll((fault) =>
          // who answers no handshake has no certificate to show
          Effect.map(fault.reason === "TimedOut" ? Effect.succeed(undefined) : refused(known), (certificate) =>
            withCertificate(judgeHandshake(fault), certificate)
          )
        )
      )
    : Effect.succeed({ verdict: "skipped", says: "The base URL is http: there is no TLS." })

/** The certificate that was not accepted, if one is shown at all. */
const refused = (known: Known): Effect.Effect<Certificate | undefined> =>
  Effect.flatMap(openRaw(known), (raw) => open((opened) => peek(raw, known.target, opened), known.limit)).pipe(
    Effect.map(certificateOf),
    Effect.scoped,
    Effect.orElseSucceed(() => undefined)
  )

const withCertificate = (found: Found, certificate: Certificate | undefined): Found =>
  certificate === undefined
    ? found
    : {
        ...found,
        says: `${found.says}${/[.!]$/.test(found.says) ? "" : "."} It shows ${describe(certificate)}.`,
        evidence: { ...found.evidence, certificate }
      }
