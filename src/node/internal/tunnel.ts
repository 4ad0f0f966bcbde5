import * as Redacted from "effect/Redacted"
import * as Http from "node:http"
import type * as Net from "node:net"
import type { Proxy } from "./proxy.js"
import { type Abandon, type Opened, openTcp, openTls, type SocketOptions, type Target } from "./socket.js"

/**
 * Opens a connection to a target: TCP or a proxy's tunnel, then TLS where the target asks for it.
 */
export const openConnection = (
  target: Target,
  proxy: Proxy | undefined,
  options: SocketOptions,
  opened: Opened
): Abandon => {
  const raw = proxy === undefined ? step(openTcp, target, options) : tunnel(proxy, target, options)
  return target.secure ? chain(raw, (socket) => step(openTls, socket, target, options))(opened) : raw(opened)
}

type Step = (opened: Opened) => Abandon

const step =
  <Args extends ReadonlyArray<unknown>>(open: (...args: [...Args, Opened]) => Abandon, ...args: Args): Step =>
  (opened) =>
    open(...args, opened)

const chain =
  (first: Step, next: (socket: Net.Socket) => Step): Step =>
  (opened) => {
    let abandon: Abandon = () => {}
    abandon = first((result) => {
      if (result instanceof Error) {
        return opened(result)
      }
      abandon = next(result)(opened)
    })
    return () => abandon()
  }

const tunnel =
  (proxy: Proxy, target: Target, options: SocketOptions): Step =>
  (opened) => {
    const tcp = step(openTcp, proxy, options)
    const connection = proxy.secure ? chain(tcp, (socket) => step(openTls, socket, proxy, options)) : tcp
    return chain(
      connection,
      (socket) => (opened) => ask(socket, proxy, target, opened)
    )((result) => opened(result instanceof Error ? proxyError(result) : result))
  }

const ask = (socket: Net.Socket, proxy: Proxy, target: Target, opened: Opened): Abandon => {
  const host = target.hostname.includes(":") ? `[${target.hostname}]` : target.hostname
  const authority = `${host}:${target.port}`
  const request = Http.request({
    createConnection: () => socket,
    method: "CONNECT",
    path: authority,
    headers: {
      host: authority,
      ...(proxy.authorization === undefined ? {} : { "proxy-authorization": Redacted.value(proxy.authorization) })
    }
  })
  request.on("error", opened)
  request.once("connect", (response, _socket, head) => {
    const status = response.statusCode ?? 0
    if (status < 200 || status > 299) {
      socket.destroy()
      return opened(proxyError(new Error(`The proxy answered CONNECT with ${status}`), status))
    }
    if (head.length > 0) {
      socket.unshift(head)
    }
    opened(socket)
  })
  request.end()
  return () => {
    request.destroy()
    socket.destroy()
  }
}

// A code of its own: undici takes a socket error while it connects as a reason to connect again, for ever.
const proxyError = (cause: Error, status?: number): Error =>
  "proxyStatus" in cause
    ? cause
    : Object.assign(new Error("The proxy opened no tunnel", { cause }), {
        code: "ERR_PROXY_TUNNEL",
        ...(status === undefined ? {} : { proxyStatus: status })
      })
