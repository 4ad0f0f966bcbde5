import { Connection } from "./connection.js"
import type { Exchange } from "./exchange.js"
import type { ProxyRoute } from "./proxy.js"
import { type SocketOptions, type Target, targetOf } from "./socket.js"
import { openConnection } from "./tunnel.js"

/** How a pool opens and keeps connections. */
export interface PoolOptions {
  /** Connections of one origin at most. */
  readonly connections: number
  /** How long a connection may lie idle, in milliseconds. */
  readonly keepAlive: number
  /** The most bytes of an answer's head; `undefined` for Node's own limit. */
  readonly maxHeaderSize: number | undefined
  readonly route: ProxyRoute
  readonly sockets: SocketOptions
  /** Told when exchanges begin to wait for a connection, and when one is free again. */
  readonly onPressure: (pressure: "full" | "relieved", pool: OriginPool) => void
}

/** The connections of one origin at one moment. */
export interface OriginStats {
  readonly connected: number
  readonly free: number
  readonly queued: number
  readonly running: number
}

/**
 * The connections of one origin, and the exchanges that wait for one, first come first served.
 *
 * The connection that was used last is used next: the others grow old and are closed before the server does it.
 */
export class OriginPool {
  private readonly connections = new Set<Connection>()
  private readonly idle: Array<Connection> = []
  private readonly queue = new Set<Exchange>()
  private readonly target: Target
  private full = false

  constructor(
    readonly origin: string,
    private readonly options: PoolOptions
  ) {
    this.target = targetOf(new URL(origin))
  }

  get unused(): boolean {
    return this.connections.size === 0 && this.queue.size === 0
  }

  get stats(): OriginStats {
    let connected = 0
    let running = 0
    for (const connection of this.connections) {
      connected += connection.connected ? 1 : 0
      running += connection.busy ? 1 : 0
    }
    return { connected, free: this.idle.length, queued: this.queue.size, running }
  }

  submit(exchange: Exchange): void {
    if (exchange.request.fresh) {
      this.dropIdle()
    }
    const connection = this.takeIdle(exchange.now())
    if (connection !== undefined) {
      connection.serve(exchange)
    } else if (this.connections.size < this.options.connections) {
      this.open(exchange)
    } else {
      this.queue.add(exchange)
      this.press(true)
    }
  }

  withdraw(exchange: Exchange): void {
    this.queue.delete(exchange)
  }

  /** Ends all exchanges and closes all connections, now. */
  shutDown(): void {
    const waiting = [...this.queue]
    this.queue.clear()
    for (const exchange of waiting) {
      exchange.shutDown()
    }
    // Each one leaves the set as it closes.
    for (const connection of Array.from(this.connections)) {
      connection.shutDown()
    }
  }

  private open(exchange: Exchange): void {
    const connection = new Connection(this.origin, this.options, {
      open: (opened) => openConnection(this.target, this.options.route(this.target), this.options.sockets, opened),
      free: (connection) => this.free(connection),
      gone: (connection) => this.gone(connection)
    })
    this.connections.add(connection)
    connection.serve(exchange)
  }

  private free(connection: Connection): void {
    const next = this.next()
    if (next === undefined) {
      this.idle.push(connection)
      this.press(false)
    } else if (next.request.fresh) {
      // Closing makes room, but for another exchange to take: this one was first.
      this.queue.delete(next)
      this.open(next)
      connection.close()
    } else {
      this.queue.delete(next)
      connection.serve(next)
    }
  }

  private gone(connection: Connection): void {
    this.connections.delete(connection)
    const index = this.idle.indexOf(connection)
    if (index >= 0) {
      this.idle.splice(index, 1)
    }
    const next = this.next()
    if (next === undefined) {
      this.press(false)
    } else if (this.connections.size < this.options.connections) {
      this.queue.delete(next)
      this.open(next)
    }
  }

  private press(full: boolean): void {
    if (this.full !== full) {
      this.full = full
      this.options.onPressure(full ? "full" : "relieved", this)
    }
  }

  private next(): Exchange | undefined {
    const { done, value } = this.queue.values().next()
    return done === true ? undefined : value
  }

  /**
   * The timers that close idle connections stand still with a process that is frozen, and a machine that sleeps: by the
   * clock on the wall they are too old all the same.
   */
  private takeIdle(now: number): Connection | undefined {
    const connection = this.idle.at(-1)
    if (connection !== undefined && (connection.silentFor(now) ?? 0) > this.options.keepAlive) {
      this.dropIdle()
    }
    return this.idle.pop()
  }

  /** Closes the connections that carry nothing. */
  dropIdle(): void {
    for (const connection of this.idle.splice(0)) {
      connection.close()
    }
  }
}
