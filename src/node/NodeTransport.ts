/**
 * HTTP for Node on undici's dispatcher: pooled connections, and evidence for every fault.
 *
 * @since 0.1.0
 */
import type * as ConfigError from "effect/ConfigError"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Redacted from "effect/Redacted"
import * as Runtime from "effect/Runtime"
import * as Scope from "effect/Scope"
import { CurrentHub } from "../ClaudeEvent.js"
import type { Service, TransportRequest, TransportResponse } from "../transport/Transport.js"
import { fromCause, type TransportFault } from "../transport/TransportFault.js"
import { Exchange } from "./internal/exchange.js"
import type { OriginPool } from "./internal/pool.js"
import { Pools } from "./internal/pools.js"
import { route } from "./internal/proxy.js"

/**
 * How the pool opens and keeps connections.
 *
 * @since 0.1.0
 * @category configuration
 */
export interface Options {
  /** Connections of one origin at most, 1 at least; exchanges above wait in line. Default: 256. */
  readonly connections?: number | undefined
  /**
   * How long a connection may lie idle before it is closed, whatever the server promises. Keep it under the server's
   * own limit: a request sent while the server closes is lost. Default: 4 seconds.
   */
  readonly keepAlive?: Duration.DurationInput | undefined
  /**
   * The URL of an HTTP proxy for all requests, with its user and password where it asks for them (in `Redacted`, then);
   * `false` for none.
   * Default: as `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` say, in small letters or capitals.
   */
  readonly proxy?: string | Redacted.Redacted | false | undefined
  /** Certificates to trust, in PEM, in place of Node's own list. Default: those Node trusts. */
  readonly ca?: string | ReadonlyArray<string> | undefined
  /**
   * The most bytes that the head of an answer may have; more is an `UnexpectedResponse` that names this option.
   * Default: Node's own, 16 KiB unless `--max-http-header-size` says otherwise.
   */
  readonly maxHeaderSize?: number | undefined
}

/**
 * The connections of one origin at one moment.
 *
 * @since 0.1.0
 * @category models
 */
export interface PoolStats {
  /** Open sockets, in use or not. */
  readonly connected: number
  /** Connections that carry nothing and wait for the next exchange. */
  readonly free: number
  /** Exchanges that wait for a connection. */
  readonly queued: number
  /** Exchanges that have a connection. */
  readonly running: number
}

/**
 * A transport over pooled connections.
 *
 * @since 0.1.0
 * @category models
 */
export interface NodeTransport extends Service {
  /** Closes the connections that carry nothing, now. */
  readonly closeIdle: Effect.Effect<void>
  /** Connections of one origin at most. */
  readonly poolSize: number
  /** The pool by origin; origins without connections and exchanges are left out. */
  readonly stats: Effect.Effect<ReadonlyMap<string, PoolStats>>
}

/**
 * Opens a pool. Closing the scope closes every connection at once and waits for nothing.
 *
 * HTTP/1.1 only: a cancelled HTTP/2 stream would end without an error. TCP keep-alive probes a silent peer after 60
 * seconds, under the 350 after which a NAT forgets. Redirects are not followed. Fails with a `ConfigError` when a
 * proxy's URL is not one.
 *
 * @example
 * ```ts
 * import { NodeTransport } from "effect-claude/node"
 * import * as Effect from "effect/Effect"
 *
 * const program = Effect.gen(function*() {
 *   const transport = yield* NodeTransport.make({ connections: 16, proxy: false })
 *   const response = yield* transport.execute({
 *     method: "GET",
 *     url: "http://127.0.0.1:8787/v1/models",
 *     headers: {},
 *     body: undefined,
 *     limits: { pool: undefined, connect: undefined, headers: undefined },
 *     fresh: false
 *   })
 *   return response.status
 * }).pipe(Effect.scoped)
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (options: Options = {}): Effect.Effect<NodeTransport, ConfigError.ConfigError, Scope.Scope> =>
  Effect.gen(function* () {
    const runtime = yield* Effect.runtime()
    const clock = yield* Effect.clock
    const hub = Context.get(runtime.context, CurrentHub)
    const size = Math.max(1, Math.floor(options.connections ?? 256))
    const pool = {
      connections: size,
      // A timer of Node's: neither nothing nor more than 24 days.
      keepAlive: Math.min(Math.max(1, Duration.toMillis(options.keepAlive ?? "4 seconds")), 2 ** 31 - 1),
      maxHeaderSize: options.maxHeaderSize === undefined ? undefined : Math.max(1, Math.floor(options.maxHeaderSize)),
      route: yield* route(options.proxy),
      sockets: { ca: options.ca, keepAliveDelay: 60_000, sessions: new Map<string, Buffer>() },
      onPressure: (pressure: "full" | "relieved", pool: OriginPool) => {
        if (!hub.isActive()) return
        const at = clock.unsafeCurrentTimeMillis()
        hub.publish({ _tag: "PoolPressure", at, origin: pool.origin, pressure, size, ...pool.stats })
      }
    }
    const pools = yield* Effect.acquireRelease(
      Effect.sync(() => new Pools(pool, Runtime.runFork(runtime))),
      (pools) => Effect.sync(() => pools.shutDown())
    )
    return {
      execute: (request) => execute(pools, request),
      closeIdle: Effect.sync(() => pools.dropIdle()),
      poolSize: size,
      stats: Effect.sync(() => pools.stats)
    }
  })

const execute = (
  pools: Pools,
  request: TransportRequest
): Effect.Effect<TransportResponse, TransportFault, Scope.Scope> =>
  Effect.clockWith((clock) => {
    const url = parse(request.url)
    if (url === undefined) {
      return Effect.fail(fromCause({ code: "ERR_INVALID_URL" }, { phase: "queue", requestSent: false }))
    }
    const exchange = new Exchange(request, url.pathname + url.search, clock)
    // The finalizer comes first: there is no moment in which a connection is held and nobody would give it back.
    const closing = Effect.sync(() => exchange.close())
    return Effect.zipRight(
      Effect.flatMap(Effect.scope, (scope) => Scope.addFinalizer(scope, closing)),
      exchange.run(pools.at(url.origin, clock))
    )
  })

const parse = (text: string): URL | undefined => {
  try {
    const url = new URL(text)
    return url.protocol === "http:" || url.protocol === "https:" ? url : undefined
  } catch {
    return undefined
  }
}
