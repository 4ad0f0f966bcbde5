import { X509Certificate } from "node:crypto"
import * as Net from "node:net"
import * as Tls from "node:tls"
import type { Abandon, Opened, Target } from "../socket.js"
import type { Found } from "./model.js"
import { lasting, many } from "./told.js"

/** What a certificate says of itself. */
export interface Certificate {
  readonly subject: string
  readonly issuer: string
  /** In epoch milliseconds. */
  readonly validFrom: number
  readonly validTo: number
}

/**
 * A handshake that accepts any certificate, to see the one that was refused. Nothing is sent over it.
 */
export const peek = (socket: Net.Socket, target: Target, opened: Opened): Abandon => {
  const tls = Tls.connect({
    socket,
    rejectUnauthorized: false,
    ...(Net.isIP(target.hostname) === 0 ? { servername: target.hostname } : {})
  })
  tls.once("secureConnect", () => opened(tls))
  tls.on("error", opened)
  return () => {
    tls.destroy()
  }
}

/** The certificates that the other side stands on, its own first. */
const chainOf = (socket: Net.Socket): ReadonlyArray<X509Certificate> => {
  if (!(socket instanceof Tls.TLSSocket)) return []
  const chain: Array<X509Certificate> = []
  const seen = new Set<string>()
  let next: Tls.DetailedPeerCertificate | undefined = socket.getPeerCertificate(true)
  while (next?.raw !== undefined && !seen.has(next.fingerprint256)) {
    seen.add(next.fingerprint256)
    chain.push(new X509Certificate(next.raw))
    // a certificate that is its own issuer ends the chain, and one that nobody sent has none
    next = next.issuerCertificate
  }
  return chain
}

/** The organization and the common name, of names one a line. */
const nameOf = (name: string): string => {
  const part = (key: string) => new RegExp(`^${key}=(.*)$`, "m").exec(name)?.[1]
  return [part("O"), part("CN")].filter((text) => text !== undefined).join(", ") || "nobody"
}

const read = (certificate: X509Certificate): Certificate => ({
  subject: nameOf(certificate.subject),
  issuer: nameOf(certificate.issuer),
  validFrom: Date.parse(certificate.validFrom),
  validTo: Date.parse(certificate.validTo)
})

export const certificateOf = (socket: Net.Socket): Certificate | undefined => {
  const first = chainOf(socket)[0]
  return first === undefined ? undefined : read(first)
}

export const describe = ({ issuer, subject }: Certificate): string =>
  `a certificate for "${subject}" that "${issuer}" issued`

let own: ReadonlyMap<string, ReadonlyArray<X509Certificate>> | undefined

/** By the subject: what came with Node. Read once, since it takes a tenth of a second in which nothing else runs. */
const nodesOwn = (): ReadonlyMap<string, ReadonlyArray<X509Certificate>> => (own ??= readOwn())

const readOwn = (): ReadonlyMap<string, ReadonlyArray<X509Certificate>> => {
  const roots = new Map<string, Array<X509Certificate>>()
  for (const pem of Tls.rootCertificates) {
    const root = new X509Certificate(pem)
    roots.set(root.subject, [...(roots.get(root.subject) ?? []), root])
  }
  return roots
}

/** Whether an authority that came with Node vouches for it, and not one that somebody added. */
export const isPublic = (chain: ReadonlyArray<X509Certificate>): boolean => {
  const roots = nodesOwn()
  return chain.some((link) => roots.get(link.issuer)?.some(({ publicKey }) => link.verify(publicKey)) ?? false)
}

const dayMillis = 24 * 60 * 60 * 1000

/** A week before its end, or a tenth of its life where it lives for days only. */
export const isEnding = ({ validFrom, validTo }: Pick<Certificate, "validFrom" | "validTo">, now: number): boolean =>
  validTo - now < Math.min(7 * dayMillis, (validTo - validFrom) / 10)

const remaining = (ms: number): string =>
  ms < 2 * dayMillis
    ? many(Math.max(0, Math.floor(ms / (60 * 60 * 1000))), "hour")
    : many(Math.floor(ms / dayMillis), "day")

/** Of a handshake that was accepted. */
export const judgeCertificate = (socket: Net.Socket, took: number, now: number): Found => {
  const chain = chainOf(socket)
  const certificate = chain[0] === undefined ? undefined : read(chain[0])
  const protocol = socket instanceof Tls.TLSSocket ? (socket.getProtocol() ?? undefined) : undefined
  const evidence = { protocol, handshake: took, certificate }
  const says = `${protocol ?? "TLS"} in ${lasting(took)}, with ${
    certificate === undefined ? "no certificate" : describe(certificate)
  }`
  if (chain.length > 0 && !isPublic(chain)) {
    return {
      verdict: "note",
      says: `${says}: an authority that did not come with Node.`,
      remedy:
        "If this is no gateway of your own, a proxy here inspects TLS: such proxies hold events back and cut silent "
        + "connections. Ask for the API's host to be let through.",
      evidence
    }
  }
  return certificate !== undefined && isEnding(certificate, now)
    ? {
        verdict: "note",
        says: `${says}; it ends in ${remaining(certificate.validTo - now)}.`,
        remedy: "It is to be renewed.",
        evidence
      }
    : { verdict: "ok", says: `${says}.`, evidence }
}
