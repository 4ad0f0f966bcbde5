/** A proxy that tunnels by CONNECT, with a log of what it was asked. */
import { Effect } from "effect"
import type { Scope } from "effect"
import * as Http from "node:http"
import * as Https from "node:https"
import * as Net from "node:net"

export interface ConnectProxy {
  readonly port: number
  readonly asked: ReadonlyArray<{ readonly target: string; readonly authorization: string | undefined }>
}

export type ProxyAnswer = "tunnel" | "hang up" | "silence" | number

/** Tunnels to loopback, whatever host it is asked for. */
export const connectProxy = (
  answer: ProxyAnswer,
  tls?: { readonly key: string; readonly cert: string }
): Effect.Effect<ConnectProxy, never, Scope.Scope> =>
  Effect.map(
    Effect.acquireRelease(
      Effect.async<{ readonly proxy: ConnectProxy; readonly close: () => void }>((resume) => {
        const asked: Array<ConnectProxy["asked"][number]> = []
        const sockets = new Set<Net.Socket>()
        const keep = (socket: Net.Socket): void => {
          sockets.add(socket)
          socket.on("error", () => {})
        }
        const server = tls === undefined ? Http.createServer() : Https.createServer(tls)
        server.on("connection", keep)
        server.on("connect", (request, socket: Net.Socket) => {
          asked.push({ target: request.url ?? "", authorization: request.headers["proxy-authorization"] })
          if (answer === "hang up") {
            socket.destroy()
          } else if (typeof answer === "number") {
            socket.end(`HTTP/1.1 ${answer} Refused\r\ncontent-length: 0\r\n\r\n`)
          }
          if (answer !== "tunnel") {
            return
          }
          const upstream = Net.connect(Number(/:(\d+)$/.exec(request.url ?? "")?.[1]), "127.0.0.1", () => {
            socket.write("HTTP/1.1 200 Connection established\r\n\r\n")
            upstream.pipe(socket).pipe(upstream)
          })
          keep(upstream)
        })
        server.listen(0, "127.0.0.1", () => {
          const { port } = server.address() as Net.AddressInfo
          resume(
            Effect.succeed({
              proxy: { port, asked },
              close: () => {
                server.close()
                for (const socket of sockets) socket.destroy()
              }
            })
          )
        })
      }),
      ({ close }) => Effect.sync(close)
    ),
    ({ proxy }) => proxy
  )
