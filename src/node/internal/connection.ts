import type * as Net from "node:net"
import { Client } from "undici"
import type { Carrier, Exchange } from "./exchange.js"
import type { Abandon, Opened } from "./socket.js"

/** What a connection needs of its pool. */
export interface ConnectionOwner {
  readonly open: (opened: Opened) => Abandon
  /** It has ended an exchange and can carry the next. */
  readonly free: (connection: Connection) => void
  /** It is closed. */
  readonly gone: (connection: Connection) => void
}

type Listener = (...args: Array<unknown>) => void

/**
 * One undici `Client`: one socket at a time, one exchange at a time.
 *
 * undici opens the socket when the first exchange comes, and another when the server has closed the first before the
 * next exchange's first byte was written.
 */
export class Connection implements Carrier {
  private readonly client: Client
  private socket: Net.Socket | undefined
  private abandon: Abandon | undefined
  private exchange: Exchange | undefined
  private requests = 0
  private heardAt = 0
  private error: Error | undefined
  private held: ReadonlyArray<Listener> | undefined
  private closed = false

  constructor(
    origin: string,
    { keepAlive, maxHeaderSize }: { readonly keepAlive: number; readonly maxHeaderSize: number | undefined },
    private readonly owner: ConnectionOwner
  ) {
    this.client = new Client(origin, {
      pipelining: 1,
      allowH2: false,
      keepAliveTimeout: keepAlive,
      keepAliveMaxTimeout: keepAlive,
      ...(maxHeaderSize === undefined ? {} : { maxHeaderSize }),
      // The exchange keeps its own limits, by Effect's clock.
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: (_, callback) => {
        this.requests = 0
        this.exchange?.connecting()
        this.abandon = owner.open((result) => {
          this.abandon = undefined
          if (result instanceof Error) {
            return callback(result, null)
          }
          this.socket = result
          this.error = undefined
          // Before undici, which takes a reset for the end of a response that has no length.
          result.once("error", (error) => {
            this.error = error
          })
          callback(null, result)
        })
      }
    })
    this.client.on("disconnect", () => {
      this.socket = undefined
      this.held = undefined
      if (this.exchange === undefined) {
        this.close()
      }
    })
  }

  get connected(): boolean {
    return this.socket !== undefined
  }

  get busy(): boolean {
    return this.exchange !== undefined
  }

  /** What broke the socket. */
  broken(): Error | undefined {
    return this.error
  }

  serve(exchange: Exchange): void {
    this.exchange = exchange
    exchange.granted(this)
    const { body, headers, method } = exchange.request
    this.client.dispatch({ path: exchange.path, method, headers, body: body ?? null }, exchange)
  }

  started(now: number): boolean {
    this.requests += 1
    if (this.requests === 1) {
      this.heardAt = now
    }
    return this.requests > 1
  }

  flushed(callback: () => void): void {
    const { socket } = this
    if (socket === undefined || socket.destroyed) {
      return
    }
    if (socket.writableLength === 0) {
      callback()
    } else {
      socket.once("drain", callback)
    }
  }

  heard(now: number): void {
    this.heardAt = now
  }

  silentFor(now: number): number | undefined {
    return this.requests === 0 ? undefined : Math.max(0, now - this.heardAt)
  }

  /**
   * Stops to take bytes from the socket, so that the server is slowed down.
   *
   * undici's own pause puts half-parsed bytes back into the socket, whose buffer a reset empties. Without its listener
   * the bytes stay one level further down, where Node stops reading and the kernel keeps them whatever comes after.
   */
  hold(): void {
    if (this.held === undefined && this.socket !== undefined) {
      // An emitter's listeners are functions of any arguments.
      this.held = this.socket.listeners("readable") as Array<Listener>
      this.socket.removeAllListeners("readable")
    }
  }

  release(): void {
    const { held, socket } = this
    this.held = undefined
    if (held !== undefined && socket !== undefined) {
      for (const listener of held) {
        socket.on("readable", listener)
      }
    }
  }

  leave(reusable: boolean): void {
    this.exchange = undefined
    if (reusable && !this.closed) {
      this.release()
      this.owner.free(this)
    } else {
      this.close()
    }
  }

  /** Closes the socket at once. */
  close(): void {
    if (!this.closed) {
      this.closed = true
      this.abandon?.()
      this.client.destroy(() => {})
      this.owner.gone(this)
    }
  }

  /** Ends what it carries, and closes. */
  shutDown(): void {
    this.exchange?.shutDown()
    this.close()
  }
}
