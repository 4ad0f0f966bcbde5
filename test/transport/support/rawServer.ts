/** Servers that speak in bytes: what a mock of HTTP cannot do, a socket can. */
import { Effect } from "effect"
import type { Scope } from "effect"
import * as Fs from "node:fs"
import * as Net from "node:net"
import * as Tls from "node:tls"

/** One connection of a client, seen from the server. */
export interface Peer {
  readonly socket: Net.Socket
  /** Writes, and calls back when the client's kernel has it. */
  readonly write: (bytes: string | Uint8Array, then?: () => void) => void
  /** Closes with RST. */
  readonly reset: () => void
  /** Closes with FIN. */
  readonly end: () => void
}

export interface Script {
  /** A connection was accepted; before TLS, where there is TLS. */
  readonly onAccept?: (peer: Peer, index: number) => void
  /** A request's head has come. `index` counts requests over all connections. */
  readonly onHead?: (peer: Peer, index: number, head: string) => void
  /** A whole request has come. */
  readonly onRequest?: (peer: Peer, index: number, head: string) => void
}

export interface RawServer {
  readonly port: number
  readonly url: string
  /** Connections that are open now. */
  readonly open: () => number
  /** Connections that were ever accepted. */
  readonly accepted: () => number
  /** Requests whose head has come. */
  readonly requests: () => number
  /** Until no connection is open. */
  readonly drained: Effect.Effect<void>
}

const fixture = (name: string): string =>
  Fs.readFileSync(new URL(`../../fixtures/tls/${name}.pem`, import.meta.url), "utf8")

export const certificate = (name: string): { readonly key: string; readonly cert: string } => ({
  key: fixture(`${name}.key`),
  cert: fixture(`${name}.cert`)
})

const peerOf = (socket: Net.Socket, raw: Net.Socket = socket): Peer => ({
  socket,
  write: (bytes, then) => void socket.write(bytes, then),
  // TLS has no RST of its own.
  reset: () => void raw.resetAndDestroy(),
  end: () => void socket.end()
})

/** Cuts what comes into requests by `content-length`. */
const readRequests = (socket: Net.Socket, onHead: (head: string) => void, onRequest: (head: string) => void): void => {
  let bytes = Buffer.alloc(0)
  let head: string | undefined
  let missing = 0
  socket.on("data", (chunk) => {
    bytes = head === undefined ? Buffer.concat([bytes, chunk]) : bytes
    missing -= head === undefined ? 0 : chunk.length
    const end = head === undefined ? bytes.indexOf("\r\n\r\n") : -1
    if (end >= 0) {
      head = bytes.subarray(0, end).toString("latin1")
      missing = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0) - (bytes.length - end - 4)
      onHead(head)
    }
    if (head !== undefined && missing <= 0) {
      const whole = head
      head = undefined
      bytes = Buffer.alloc(0)
      onRequest(whole)
    }
  })
}

/** Listens on loopback until the scope closes; then every connection is cut. */
export const rawServer = (
  script: Script,
  tls?: { readonly key: string; readonly cert: string }
): Effect.Effect<RawServer, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.async<{ readonly server: RawServer; readonly close: () => void }>((resume) => {
      const sockets = new Set<Net.Socket>()
      const waiting = new Set<() => void>()
      let accepted = 0
      let requests = 0
      const serve = (socket: Net.Socket, raw: Net.Socket = socket): void => {
        const peer = peerOf(socket, raw)
        let index = -1
        readRequests(
          socket,
          (head) => {
            index = requests++
            script.onHead?.(peer, index, head)
          },
          (head) => script.onRequest?.(peer, index, head)
        )
      }
      const listener = Net.createServer({ allowHalfOpen: false }, (socket) => {
        sockets.add(socket)
        // Else the kernel keeps small writes back, and a reset throws them away.
        socket.setNoDelay(true)
        socket.on("error", () => {})
        socket.once("close", () => {
          sockets.delete(socket)
          if (sockets.size === 0) {
            for (const wake of waiting) wake()
          }
        })
        script.onAccept?.(peerOf(socket), accepted)
        accepted += 1
        if (tls === undefined) {
          serve(socket)
        } else if (!socket.destroyed) {
          const secure = new Tls.TLSSocket(socket, { isServer: true, ...tls })
          secure.on("error", () => {})
          serve(secure, socket)
        }
      })
      listener.listen(0, "127.0.0.1", () => {
        const { port } = listener.address() as Net.AddressInfo
        resume(
          Effect.succeed({
            server: {
              port,
              url: `${tls === undefined ? "http" : "https"}://127.0.0.1:${port}`,
              open: () => sockets.size,
              accepted: () => accepted,
              requests: () => requests,
              drained: Effect.async<void>((resume) => {
                const wake = (): void => resume(Effect.void)
                if (sockets.size === 0) {
                  return wake()
                }
                waiting.add(wake)
                return Effect.sync(() => waiting.delete(wake))
              })
            },
            close: () => {
              listener.close()
              for (const socket of sockets) socket.destroy()
            }
          })
        )
      })
    }),
    ({ close }) => Effect.sync(close)
  ).pipe(Effect.map(({ server }) => server))

/** A port on which nobody listens. */
const closedPort: Effect.Effect<number> = Effect.async((resume) => {
  const listener = Net.createServer()
  listener.listen(0, "127.0.0.1", () => {
    const { port } = listener.address() as Net.AddressInfo
    listener.close(() => resume(Effect.succeed(port)))
  })
})

/** A URL at which nobody listens. */
export const closedPortUrl: Effect.Effect<string> = Effect.map(closedPort, (port) => `http://127.0.0.1:${port}`)

/** The head of a chunked event stream. */
export const streamHead =
  "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nrequest-id: req_fault\r\n"
  + "transfer-encoding: chunked\r\n\r\n"

/** The head of a response whose length is known. */
export const lengthHead = (length: number): string =>
  `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nrequest-id: req_fault\r\ncontent-length: ${length}\r\n\r\n`

/** One chunk of a chunked body. */
export const chunk = (text: string | Uint8Array): Buffer => {
  const bytes = typeof text === "string" ? Buffer.from(text) : text
  return Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from("\r\n")])
}

/** The end of a chunked body. */
export const lastChunk = "0\r\n\r\n"
