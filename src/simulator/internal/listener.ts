import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { IncomingMessage, Server, ServerResponse } from "node:http"
import { createServer } from "node:http"
import type { Socket } from "node:net"
import type { Seen } from "../Disturbance.js"
import type { Connection, Entry } from "../RequestLog.js"
import type { Exchange, Writable } from "./exchange.js"
import * as log from "./log.js"
import { routeOf } from "./routes.js"

/** What the listener is to do, and with what. */
export interface Setup {
  readonly port: number
  readonly drain: number
  readonly keepAlive: number
  readonly logLimit: number
  readonly now: () => number
  /** Whether a new connection is to be reset. */
  readonly onAccept: () => boolean
  readonly onRequest: (
    exchange: Exchange,
    seen: Seen
  ) => {
    readonly interrupt: () => void
    readonly onExit: (done: (whole: boolean) => void) => void
  }
  readonly onEnd: (entry: Entry) => void
}

/** A server that listens, with its log and its connections. */
export interface Listener {
  readonly port: number
  readonly entries: () => ReadonlyArray<Entry>
  readonly connections: () => ReadonlyArray<Connection>
  readonly drop: (how: "fin" | "reset", idleOnly: boolean) => void
  readonly forget: () => void
}

/** Why a server cannot listen. */
export interface ListenFailure {
  readonly code: string
  readonly description: string
}

interface Peer {
  readonly id: number
  requests: number
  open: number
  dropped: boolean
}

const secret = new Set(["authorization", "x-api-key", "proxy-authorization", "cookie"])

const headersOf = (request: IncomingMessage): Record<string, string> =>
  Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, [value ?? []].flat().join(", ")]))

const redacted = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, secret.has(name) ? "<redacted>" : value]))

const blank = {
  body: undefined,
  bodyBytes: 0,
  bytesSent: 0,
  continues: undefined,
  duration: undefined,
  errorType: undefined,
  eventsSent: 0,
  fault: undefined,
  outcome: "open",
  requestId: undefined,
  status: undefined,
  textSent: ""
} satisfies Partial<Entry>

/** The log and the connections of one server. */
const makeBooks = (setup: Setup) => {
  const peers = new Map<Socket, Peer>()
  const requests = log.make(setup.logLimit)
  let nth = 0
  let accepted = 0

  const open = (request: IncomingMessage, peer: Peer): { readonly entry: Writable<Entry>; readonly seen: Seen } => {
    const headers = headersOf(request)
    const path = request.url ?? "/"
    const connection = { id: peer.id, nth: peer.requests }
    const seen: Seen = { connection, headers, method: request.method ?? "GET", nth: ++nth, path, route: routeOf(path) }
    const { method, route } = seen
    const time = setup.now()
    const entry: Writable<Entry> = { ...blank, connection, headers: redacted(headers), method, nth, path, route, time }
    requests.add(entry)
    return { entry, seen }
  }

  return {
    accept: (socket: Socket): void => {
      peers.set(socket, { dropped: false, id: ++accepted, open: 0, requests: 0 })
      socket.on("close", () => peers.delete(socket))
      // Resets are what this server is for: they are no news.
      socket.on("error", () => {})
    },
    forget: (): void => {
      requests.clear()
      nth = 0
    },
    open,
    peers,
    requests
  }
}

type Books = ReturnType<typeof makeBooks>

const serve =
  (setup: Setup, books: Books, closing: () => boolean) =>
  (request: IncomingMessage, response: ServerResponse): void => {
    const { socket } = request
    const peer = books.peers.get(socket) ?? { dropped: false, id: 0, open: 0, requests: 0 }
    peer.requests++
    peer.open++
    const { entry, seen } = books.open(request, peer)
    const finish = (outcome: Entry["outcome"]): void => {
      if (entry.outcome !== "open") return
      peer.open--
      entry.outcome = outcome
      entry.duration = setup.now() - entry.time
      setup.onEnd({ ...entry })
      books.requests.ended(entry)
    }
    const exchange: Exchange = { drain: setup.drain, entry, hungUp: false, onSent: () => {}, request, response, socket }
    const running = setup.onRequest(exchange, seen)
    let left = false
    running.onExit((whole) =>
      finish(whole ? "complete" : closing() ? "closed" : left && !peer.dropped ? "left" : "cut")
    )
    response.once("close", () => {
      if (entry.outcome !== "open" || exchange.hungUp || response.writableFinished) return
      left = true
      running.interrupt()
    })
  }

const start = (server: Server, port: number): Effect.Effect<number, ListenFailure> =>
  Effect.async<number, ListenFailure>((resume) => {
    server.once("error", (error: NodeJS.ErrnoException) =>
      resume(Effect.fail({ code: error.code ?? "UNKNOWN", description: error.message }))
    )
    server.listen(port, "127.0.0.1", () => {
      const address = server.address()
      resume(Effect.succeed(typeof address === "object" && address !== null ? address.port : port))
    })
  })

const stop = (server: Server, books: Books): Effect.Effect<void> =>
  Effect.async<void>((resume) => {
    server.close(() => resume(Effect.void))
    for (const socket of books.peers.keys()) socket.destroy()
    server.closeAllConnections()
  })

/**
 * Listens on loopback until the scope closes; then all connections are closed at once.
 *
 * @internal
 */
export const listen = Effect.fnUntraced(function* (
  setup: Setup
): Effect.fn.Return<Listener, ListenFailure, Scope.Scope> {
  const books = makeBooks(setup)
  let closing = false
  const server = createServer({ keepAliveTimeout: setup.keepAlive, maxHeaderSize: 65_536, requestTimeout: 0 })
  server.on("connection", (socket: Socket) => {
    books.accept(socket)
    if (setup.onAccept()) socket.resetAndDestroy()
  })
  server.on(
    "request",
    serve(setup, books, () => closing)
  )
  const port = yield* Effect.acquireRelease(start(server, setup.port), () =>
    Effect.suspend(() => {
      closing = true
      return stop(server, books)
    })
  )
  return {
    connections: () => [...books.peers.values()].map(({ id, open, requests }) => ({ busy: open > 0, id, requests })),
    drop: (how, idleOnly) => {
      for (const [socket, peer] of books.peers) {
        if (idleOnly && peer.open > 0) continue
        peer.dropped = true
        if (how === "reset") socket.resetAndDestroy()
        else socket.destroy()
      }
    },
    entries: books.requests.entries,
    forget: books.forget,
    port
  }
})
