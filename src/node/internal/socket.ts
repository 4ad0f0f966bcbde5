import * as Net from "node:net"
import * as Tls from "node:tls"

/** Where a connection leads. */
export interface Target {
  readonly secure: boolean
  /** Without the brackets of IPv6. */
  readonly hostname: string
  readonly port: number
}

/** Where a URL leads, by the port of its scheme if it names none. */
export const targetOf = (url: URL): Target => {
  const secure = url.protocol === "https:"
  return {
    secure,
    hostname: url.hostname.replace(/^\[|\]$/g, ""),
    port: url.port === "" ? (secure ? 443 : 80) : Number(url.port)
  }
}

/** What the connections of one transport share. */
export interface SocketOptions {
  /** Certificates to trust; `undefined` trusts those of Node. */
  readonly ca: string | ReadonlyArray<string> | undefined
  /** Silence after which TCP probes its peer, in milliseconds. */
  readonly keepAliveDelay: number
  /** TLS sessions to resume, by host and port. */
  readonly sessions: Map<string, Buffer>
}

/** What is called, once, when a connection is open or cannot be opened. */
export type Opened = (result: Net.Socket | Error) => void

/** Gives an opening up: its socket is destroyed, and what waits for it is not called any more. */
export type Abandon = () => void

/**
 * The size of a socket's own buffer. With one byte Node stops reading as soon as anything waits to be taken, so that a
 * reset (which empties the buffer) finds no received bytes there; and every write that had to wait ends with `drain`.
 */
const highWaterMark = 1

/** An option of every stream that the types of sockets leave out. */
interface Buffering {
  readonly highWaterMark: number
}

/** Opens a TCP connection. */
export const openTcp = (target: Target, options: SocketOptions, opened: Opened): Abandon => {
  const where: Net.TcpNetConnectOpts & Buffering = { host: target.hostname, port: target.port, highWaterMark }
  const socket = Net.connect(where)
  socket.setNoDelay(true).setKeepAlive(true, options.keepAliveDelay)
  return settle(socket, "connect", opened)
}

/** Lays TLS over an open connection. */
export const openTls = (socket: Net.Socket, target: Target, options: SocketOptions, opened: Opened): Abandon => {
  const key = `${target.hostname}:${target.port}`
  const session = options.sessions.get(key)
  const { ca } = options
  const how: Tls.ConnectionOptions & Buffering = {
    socket,
    highWaterMark,
    ALPNProtocols: ["http/1.1"],
    // said, so that NODE_TLS_REJECT_UNAUTHORIZED=0, set for something else in the process, does not unsay it
    rejectUnauthorized: true,
    host: target.hostname,
    ...(Net.isIP(target.hostname) === 0 ? { servername: target.hostname } : {}),
    ...(session === undefined ? {} : { session }),
    ...(ca === undefined ? {} : { ca: typeof ca === "string" ? ca : [...ca] })
  }
  const tls = Tls.connect(how)
  tls.on("session", (data) => {
    options.sessions.set(key, data)
  })
  return settle(tls, "secureConnect", opened)
}

const settle = (socket: Net.Socket, event: "connect" | "secureConnect", opened: Opened): Abandon => {
  let done = false
  const finish = (result: Net.Socket | Error): void => {
    if (!done) {
      done = true
      opened(result)
    }
  }
  // This listener stays: an error of a connection that was given up must not be unhandled.
  socket.on("error", finish)
  socket.once("close", () => finish(closedEarly()))
  socket.once(event, () => finish(socket))
  return () => {
    done = true
    socket.destroy()
  }
}

const closedEarly = (): Error =>
  Object.assign(new Error("The connection closed before it was open"), { code: "ECONNRESET", syscall: "connect" })
