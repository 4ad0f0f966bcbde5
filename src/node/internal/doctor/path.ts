import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Scope from "effect/Scope"
import { lookup } from "node:dns/promises"
import * as Net from "node:net"
import { fromCause, TransportFault } from "../../../transport/TransportFault.js"
import { type Abandon, openTcp, openTls, type Opened, type SocketOptions, type Target } from "../socket.js"
import { openConnection } from "../tunnel.js"
import { type Certificate, certificateOf, describe, judgeCertificate, peek } from "./certificate.js"
import type { Found, Known } from "./model.js"
import { broken, errorOf, lasting, many, timed } from "./told.js"

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

const addressesOf = (hostname: string, limit: Duration.Duration) =>
  Effect.tryPromise({ try: () => lookup(hostname, { all: true }), catch: faultOf }).pipe(
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
  ["192.168.0.0", 16]
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
  /** How long it took to connect, in milliseconds. */
  readonly millis?: number | undefined
  readonly fault?: TransportFault | undefined
}

const fastestOf = (reached: ReadonlyArray<Reached>): number =>
  Math.min(...reached.map(({ millis }) => millis ?? Infinity))

const slowRemedy =
  "Node gives up on an address after that time and takes the next: raise it by "
  + "NODE_OPTIONS=--network-family-autoselection-attempt-timeout=2000."

/** `patience`: how long Node waits for one address before it tries the next, in milliseconds. */
export const judgeReach = (reached: ReadonlyArray<Reached>, patience: number): Found => {
  const dead = reached.filter(({ fault }) => fault !== undefined)
  const evidence = {
    addresses: reached.map(({ address, fault, millis }) =>
      fault === undefined ? { address, millis } : { address, error: fault.code ?? fault.reason }
    )
  }
  const first = dead[0]?.fault
  if (first !== undefined && dead.length === reached.length) {
    return { ...broken(errorOf(first)), evidence }
  }
  const fastest = fastestOf(reached)
  const says = `A connection opens in ${lasting(fastest)}`
  if (dead.length > 0) {
    const onlyIpv6 = dead.every(({ address }) => Net.isIPv6(address))
    return {
      verdict: "warning",
      says: `${says}, but not to ${dead.map(({ address }) => address).join(", ")}.`,
      remedy: onlyIpv6
        ? "IPv6 does not work here: mend it, or prefer IPv4 by NODE_OPTIONS=--dns-result-order=ipv4first."
        : "Some of the addresses are not let through: have the firewall allow all of them.",
      evidence
    }
  }
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
    timed,
    Effect.scoped,
    Effect.match({
      onFailure: (fault) => ({ address, fault }),
      onSuccess: ([, millis]) => ({ address, millis })
    })
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

/** Whether the proxy opens a tunnel. */
export const tunnel = (known: Known): Effect.Effect<Found> =>
  known.proxy === undefined
    ? Effect.succeed({ verdict: "skipped", says: "There is no proxy to open a tunnel." })
    : openRaw(known).pipe(
        timed,
        Effect.scoped,
        Effect.map(([, took]): Found => ({ verdict: "ok", says: `The proxy opens a tunnel in ${lasting(took)}.` })),
        orBroken
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
          Effect.map(refused(known), (certificate) => withCertificate(broken(errorOf(fault)), certificate))
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
