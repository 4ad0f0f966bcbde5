import type * as Clock from "effect/Clock"
import type { Host } from "./exchange.js"
import { OriginPool, type OriginStats, type PoolOptions } from "./pool.js"
import { type Fork, Watchdog } from "./watchdog.js"

/** The pools of all origins. */
export class Pools {
  private readonly origins = new Map<string, OriginPool>()
  /** One in a program; a test may bring its own clock. */
  private readonly watchdogs = new Map<Clock.Clock, Watchdog>()
  private closed = false

  constructor(
    private readonly options: PoolOptions,
    private readonly fork: Fork
  ) {}

  get stats(): ReadonlyMap<string, OriginStats> {
    const stats = new Map<string, OriginStats>()
    for (const [origin, pool] of this.origins) {
      if (!pool.unused) {
        stats.set(origin, pool.stats)
      }
    }
    return stats
  }

  /** Where an exchange goes. */
  at(origin: string, clock: Clock.Clock): Host {
    return {
      enter: (exchange) => {
        if (this.closed) {
          return exchange.shutDown()
        }
        this.pool(origin).submit(exchange)
        this.watchdog(clock).watch(exchange)
      },
      withdraw: (exchange) => this.origins.get(origin)?.withdraw(exchange),
      relax: (exchange) => this.watchdogs.get(clock)?.forget(exchange)
    }
  }

  /** Closes the connections that carry nothing. */
  dropIdle(): void {
    for (const pool of this.origins.values()) {
      pool.dropIdle()
    }
  }

  /** Ends all exchanges and closes all connections, now. */
  shutDown(): void {
    this.closed = true
    for (const watchdog of this.watchdogs.values()) {
      watchdog.stop()
    }
    for (const pool of this.origins.values()) {
      pool.shutDown()
    }
    this.origins.clear()
  }

  private pool(origin: string): OriginPool {
    const found = this.origins.get(origin)
    if (found !== undefined) {
      return found
    }
    const pool = new OriginPool(origin, this.options)
    this.origins.set(origin, pool)
    return pool
  }

  private watchdog(clock: Clock.Clock): Watchdog {
    const found = this.watchdogs.get(clock)
    if (found !== undefined) {
      return found
    }
    const watchdog = new Watchdog(clock, this.fork)
    this.watchdogs.set(clock, watchdog)
    return watchdog
  }
}
