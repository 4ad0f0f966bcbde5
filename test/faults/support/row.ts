/** A fault as data: what a server does to a request, and what the client makes of it. */
import type * as Claude from "../../../src/Claude.js"
import type { ClaudeError, Phase } from "../../../src/ClaudeError.js"
import type { ProxyAnswer } from "../../transport/support/connectProxy.js"
import { faults } from "../../transport/faults.table.js"
import type { Peer, Script } from "../../transport/support/rawServer.js"
import { type Operation, wholeAnswer, wholeText } from "./answers.js"
import type { ClientName } from "./clients.js"

type Act = (peer: Peer, operation: Operation) => void

/** What is done to the request that the fault is for; other requests are answered well. */
export interface Behaviour {
  /** The answer is whole as far as HTTP goes: its connection may be kept. */
  readonly finished?: boolean
  readonly onAccept?: Act
  readonly onHead?: Act
  readonly onRequest?: Act
}

/** What surrounds a fault. */
export interface Setting {
  readonly tls?: { readonly key: string; readonly cert: string }
  /** Where to send the request instead of to the server. */
  readonly target?: "closed port" | "unknown host" | "https"
  /** Bytes of text that the request carries. */
  readonly upload?: number
  readonly timeouts?: Claude.Options["timeouts"]
  /** One good call goes before, and leaves a connection idle where the client keeps any. */
  readonly warm?: boolean
  /** The way leads through a proxy that does this. */
  readonly proxy?: ProxyAnswer
  /** The pool has one connection, and another stream holds it. */
  readonly busy?: boolean
  /** A connection of the client's own outlives it. */
  readonly lingers?: ReadonlyArray<ClientName>
}

/** How a call ends under `RetryPolicy.standard`, when all that comes after the fault is well (where it can be). */
export interface Ending {
  readonly whole: boolean
  readonly attempts: number
}

/** The second attempt brings the whole answer. */
export const heals: Ending = { whole: true, attempts: 2 }

/** Not tried again. */
export const final: Ending = { whole: false, attempts: 1 }

/** All five attempts meet the same fault: it is of a kind that lasts. */
export const givesUp: Ending = { whole: false, attempts: 5 }

/** Tried again once, and it lasts. */
export const givesUpAtTwo: Ending = { whole: false, attempts: 2 }

/** The call fails. */
export interface Failed {
  readonly kind: "failed"
  readonly tag: ClaudeError["_tag"]
  /** One of these. */
  readonly phase: ReadonlyArray<Phase>
  /** Where it is certain. */
  readonly mayHaveRun?: boolean
  /** More fields of the error, as they are encoded. */
  readonly fields?: Readonly<Record<string, unknown>>
  /** What a stream handed out before. Default: nothing. */
  readonly text?: string
  /** Attempts under `RetryPolicy.never`. Default: 1. */
  readonly attempts?: number
  /** `uncertain`: final if words were handed out, or else healed. `code`: as `isRetryable` says. */
  readonly standard: Ending | "uncertain" | "code"
}

/** The call succeeds in spite of it. */
export interface Whole {
  readonly kind: "whole"
  readonly text: string
}

/** The fault cannot be had here. */
export interface Inapplicable {
  readonly kind: "inapplicable"
  readonly why: string
}

export type Expected = Failed | Whole | Inapplicable

export type Change = Partial<Omit<Failed, "kind">> | Whole | Inapplicable

export interface Row {
  readonly name: string
  readonly server: Behaviour
  readonly setting?: Setting
  readonly expected: Expected
  /** Where an operation sees it differently. */
  readonly stream?: Change
  readonly create?: Change
  /** Where a client does, at both operations or at one. */
  readonly but?: Partial<Record<ClientName | `${Operation} over ${ClientName}`, Change>>
  /** Where a client does from a version of Node on. The page tells of an older one. */
  readonly since?: Partial<Record<ClientName, Change>> & { readonly node: number }
}

export const failed = (
  tag: Failed["tag"],
  phase: Phase | ReadonlyArray<Phase>,
  standard: Failed["standard"],
  more: Partial<Failed> = {}
): Failed => ({ kind: "failed", tag, phase: typeof phase === "string" ? [phase] : phase, standard, ...more })

export const whole = (text: string): Whole => ({ kind: "whole", text })

export const inapplicable = (why: string): Inapplicable => ({ kind: "inapplicable", why })

/** Streams alone can meet it. */
export const streamsOnly = inapplicable("only a stream has events")

/** Whole replies alone can meet it. */
export const wholeRepliesOnly = inapplicable("only a whole reply has a length")

const changed = (expected: Expected, change: Change | undefined): Expected => {
  if (change === undefined) return expected
  if ("kind" in change) return change
  return expected.kind === "failed" ? { ...expected, ...change } : expected
}

/** A row as later versions of Node have it. */
export const onLaterNode = (row: Row, client: ClientName): Row => {
  const change = row.since?.[client]
  return change === undefined ? row : { ...row, but: { ...row.but, [client]: change } }
}

const major = Number(process.versions.node.split(".")[0])

/** A row as the Node that runs has it. */
export const onThisNode = (row: Row, client: ClientName): Row =>
  row.since !== undefined && major >= row.since.node ? onLaterNode(row, client) : row

/** The text of the whole answer, which a call that succeeds has given. */
export const textOf = (expected: Expected): string => (expected.kind === "whole" ? expected.text : wholeText)

/** What is expected of one client at one operation. */
export const expectedOf = (row: Row, operation: Operation, client: ClientName): Expected =>
  [row[operation], row.but?.[client], row.but?.[`${operation} over ${client}`]].reduce(changed, row.expected)

/** How often the standard policy meets the fault: once, or whenever it asks. */
export const timesOf = (expected: Expected): number =>
  expected.kind === "failed"
  && typeof expected.standard === "object"
  && !expected.standard.whole
  && expected.standard.attempts > 1
    ? Infinity
    : 1

/** What a server does, and what it knows of its connections. */
export interface Served {
  readonly script: Script
  /** Open connections whose last request was not answered whole. */
  readonly unanswered: () => number
  /** Of the latest answer. */
  readonly sent: () => Sent
}

/** What of an answer left the server. */
export interface Sent {
  readonly requestId: string | undefined
  readonly bytes: number
}

/** Reads along what is written, for the id in the headers and the number of bytes. */
const ledger = () => {
  let sent: Sent = { requestId: undefined, bytes: 0 }
  const reading = (peer: Peer): Peer => ({
    ...peer,
    write: (bytes, then) => {
      const text = Buffer.from(bytes).toString("latin1", 0, 1000)
      if (text.startsWith("HTTP/")) sent = { requestId: /^request-id: (\S+)/im.exec(text)?.[1], bytes: 0 }
      sent = { ...sent, bytes: sent.bytes + Buffer.byteLength(bytes) }
      peer.write(bytes, then)
    }
  })
  return { reading, sent: () => sent }
}

/** A server that does it to `times` requests, after one that is answered well where the setting wants it. */
export const serve = (row: Row, operation: Operation, times: number): Served => {
  const { busy, warm } = row.setting ?? {}
  const { finished, onAccept, onHead, onRequest } = row.server
  const before = warm === true || busy === true ? 1 : 0
  const asking = new Set<Peer["socket"]>()
  const { reading, sent } = ledger()
  const isHit = (index: number): boolean => onAccept === undefined && index >= before && index < before + times
  const answer = (peer: Peer): void => {
    asking.delete(peer.socket)
    peer.write(wholeAnswer(operation))
  }
  const hit = (peer: Peer): void => {
    if (finished === true) asking.delete(peer.socket)
    onRequest?.(peer, operation)
  }
  const script: Script = {
    ...(onAccept === undefined
      ? {}
      : {
          onAccept: (peer, index) => void (index < times && onAccept(peer, operation))
        }),
    onHead: (peer, index) => {
      asking.add(peer.socket)
      if (isHit(index)) onHead?.(reading(peer), operation)
    },
    onRequest: (socket, index) => {
      const peer = reading(socket)
      if (isHit(index)) hit(peer)
      else if (busy !== true || index >= before) answer(peer)
    }
  }
  return { script, sent, unanswered: () => [...asking].filter((socket) => !socket.closed).length }
}

/** What the table of the transports does under this name. */
export const borrowed = (name: string): Behaviour => {
  const found = faults.find((fault) => fault.name === name)
  if (found === undefined) throw new Error(`no such fault: ${name}`)
  const { onAccept, onHead, onRequest } = found.script
  const index = found.warm === true ? 1 : 0
  return {
    finished: "status" in found.outcome,
    ...(onAccept === undefined ? {} : { onAccept: (peer) => onAccept(peer, index) }),
    ...(onHead === undefined ? {} : { onHead: (peer) => onHead(peer, index, "") }),
    ...(onRequest === undefined ? {} : { onRequest: (peer) => onRequest(peer, index, "") })
  }
}

// The client is to see the bytes before what follows: its own loop runs in between.
export const settled = (act: () => void): void => void setTimeout(act, 20)

/** A whole reply. */
export const answers = (bytes: (operation: Operation) => string | Uint8Array): Behaviour => ({
  finished: true,
  onRequest: (peer, operation) => peer.write(bytes(operation))
})

/** A reply that goes on, and does not. */
export const sends = (bytes: (operation: Operation) => string | Uint8Array): Behaviour => ({
  onRequest: (peer, operation) => peer.write(bytes(operation))
})

export const sendsAndResets = (bytes: (operation: Operation) => string | Uint8Array): Behaviour => ({
  onRequest: (peer, operation) => peer.write(bytes(operation), () => settled(peer.reset))
})

export const sendsAndEnds = (bytes: (operation: Operation) => string | Uint8Array): Behaviour => ({
  onRequest: (peer, operation) => peer.write(bytes(operation), peer.end)
})
