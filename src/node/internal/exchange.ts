import type * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type { Dispatcher } from "undici"
import { ByteQueue } from "../../transport/internal/byteQueue.js"
import { undecoded, undecodedError } from "../../transport/internal/contentEncoding.js"
import type { TransportRequest, TransportResponse } from "../../transport/Transport.js"
import { type Evidence, fromCause, TransportFault } from "../../transport/TransportFault.js"
import type { Watched } from "./watchdog.js"

/** Bytes of a response's body that wait for the reader before the socket is held back. */
const bodyHighWaterMark = 64 * 1024

type Settle = (exit: Exit.Exit<TransportResponse, TransportFault>) => void

type Stage = TransportFault["phase"] | "done"

/** The connection that carries an exchange, as the exchange sees it. */
export interface Carrier {
  /** A request is about to be written; `true` when the socket has carried one before. */
  readonly started: (now: number) => boolean
  /** Calls back when all that was written has been handed to the kernel. */
  readonly flushed: (callback: () => void) => void
  /** Something came from the server. */
  readonly heard: (now: number) => void
  /** Milliseconds without anything from the server; `undefined` before the first request. */
  readonly silentFor: (now: number) => number | undefined
  /** What broke the socket, `undefined` while it is whole. */
  readonly broken: () => unknown
  /** Stops to take bytes from the socket. */
  readonly hold: () => void
  /** Takes them again. */
  readonly release: () => void
  /** The exchange has ended; without a whole response the connection cannot be used again. */
  readonly leave: (reusable: boolean) => void
}

/** Where exchanges get their connections, and are told that their time is over. */
export interface Host {
  /** Gives it a connection, at once or later. */
  readonly enter: (exchange: Exchange) => void
  /** It waits for a connection no longer. */
  readonly withdraw: (exchange: Exchange) => void
  /** It has no limit any more. */
  readonly relax: (exchange: Exchange) => void
}

/**
 * One request and its response: undici's handler on one side, a `TransportResponse` on the other.
 *
 * It has a connection from the pool's grant to its own end, and knows how far it came at every moment.
 */
export class Exchange implements Dispatcher.DispatchHandler, Watched {
  private stage: Stage = "queue"
  private since: number
  private settle: Settle | undefined
  private host: Host | undefined
  private connection: Carrier | undefined
  private body: ByteQueue | undefined
  private sent = false
  private reused: boolean | undefined

  constructor(
    readonly request: TransportRequest,
    readonly path: string,
    private readonly clock: Clock.Clock
  ) {
    this.since = clock.unsafeCurrentTimeMillis()
  }

  get done(): boolean {
    return this.stage === "done"
  }

  /** Waits for the response's headers. */
  run(host: Host): Effect.Effect<TransportResponse, TransportFault> {
    return Effect.async((resume) => {
      this.settle = resume
      this.host = host
      host.enter(this)
      return Effect.sync(() => this.close())
    })
  }

  /** The pool has a connection for it. */
  granted(connection: Carrier): void {
    this.connection = connection
  }

  /** A socket is being opened for it. */
  connecting(): void {
    this.enter("connect")
  }

  onRequestStart(): void {
    this.enter("send")
    this.reused = this.connection?.started(this.now())
    // undici writes headers and body right after this call.
    queueMicrotask(() => this.connection?.flushed(() => this.markSent()))
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: Record<string, unknown>): void {
    this.connection?.heard(this.now())
    if (status < 200 || this.done) {
      return
    }
    const body = new ByteQueue(bodyHighWaterMark, () => this.connection?.release())
    const named = joined(headers)
    const encoding = undecoded(status, named)
    this.enter("body")
    this.body = body
    this.finish(
      Exit.succeed({
        status,
        headers: named,
        reusedConnection: this.reused,
        body: { read: body.read, isReady: body.isReady, abort: (fault) => Effect.sync(() => this.abort(fault)) }
      })
    )
    // The headers are given all the same: they hold the request id.
    if (encoding !== undefined) this.fail(fromCause(undecodedError(encoding), this.evidence()))
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Uint8Array): void {
    this.connection?.heard(this.now())
    if (this.body?.offer(chunk) === false) {
      this.connection?.hold()
    }
  }

  onResponseEnd(): void {
    const broken = this.connection?.broken()
    if (broken !== undefined) {
      return this.onResponseError(undefined, broken)
    }
    if (!this.done) {
      this.body?.end()
      this.leave(true)
    }
  }

  onResponseError(_: unknown, cause: unknown): void {
    if (!this.done) {
      this.fail(fromCause(cause, this.evidence()))
    }
  }

  /** Fails the call or its body, behind the bytes that came before, and closes the connection. */
  fail(fault: TransportFault): void {
    this.body?.fail(fault)
    this.finish(Exit.fail(fault))
    this.leave(false)
  }

  /** The transport closes. */
  shutDown(): void {
    this.onResponseError(undefined, Object.assign(new Error("The transport was closed"), { code: "UND_ERR_CLOSED" }))
  }

  /** Fails the body at once. */
  private abort(fault: TransportFault): void {
    this.body?.abort(fault)
    this.leave(false)
  }

  /** Nobody waits for it any more: a connection that is still in use is closed. */
  close(): void {
    this.settle = undefined
    this.host?.relax(this)
    if (!this.done) {
      this.leave(false)
    }
  }

  /**
   * Milliseconds until a limit can be over: what is left of the current phase's, or a later phase's as a whole, since
   * that may begin any moment. `undefined` when none is to come.
   */
  remaining(): number | undefined {
    const { connect, headers, pool } = this.request.limits
    switch (this.stage) {
      case "queue":
        return least(this.left(pool), millis(connect), millis(headers))
      case "connect":
        return least(this.left(connect), millis(headers))
      case "send":
      case "headers":
        return this.left(headers)
      default:
        return undefined
    }
  }

  /** Ends it when the limit of the current phase is over. */
  expire(): void {
    const limit = this.limitName()
    const duration = limit === undefined ? undefined : this.request.limits[limit]
    if (limit !== undefined && duration !== undefined && (this.left(duration) ?? 1) <= 0) {
      this.fail(new TransportFault({ ...this.evidence(), bytesReceived: 0, reason: "TimedOut", limit, duration }))
    }
  }

  /** Lets the limit of the current phase begin anew. */
  restart(): void {
    this.since = this.now()
  }

  evidence(): Evidence {
    const phase = this.stage === "done" ? "body" : this.stage
    const opened = phase !== "queue" && phase !== "connect"
    const silent = opened ? this.connection?.silentFor(this.now()) : undefined
    return {
      phase,
      bytesReceived: this.body?.received ?? 0,
      requestSent: opened && this.sent,
      reusedConnection: phase === "connect" ? false : this.reused,
      idleFor: silent === undefined ? undefined : Duration.millis(silent)
    }
  }

  now(): number {
    return this.clock.unsafeCurrentTimeMillis()
  }

  private enter(stage: Stage): void {
    this.stage = stage
    if (stage !== "headers") {
      this.since = this.now()
    }
  }

  private markSent(): void {
    this.sent = true
    if (this.stage === "send") {
      this.enter("headers")
    }
  }

  private left(limit: Duration.Duration | undefined): number | undefined {
    return limit === undefined ? undefined : this.since + Duration.toMillis(limit) - this.now()
  }

  private limitName(): "pool" | "connect" | "headers" | undefined {
    switch (this.stage) {
      case "queue":
        return "pool"
      case "connect":
        return "connect"
      case "send":
      case "headers":
        return "headers"
      default:
        return undefined
    }
  }

  private finish(exit: Exit.Exit<TransportResponse, TransportFault>): void {
    const settle = this.settle
    this.settle = undefined
    this.host?.relax(this)
    settle?.(exit)
  }

  private leave(reusable: boolean): void {
    if (this.stage === "done") {
      return
    }
    this.stage = "done"
    const connection = this.connection
    this.connection = undefined
    if (connection === undefined) {
      this.host?.withdraw(this)
    }
    connection?.leave(reusable)
  }
}

const millis = (limit: Duration.Duration | undefined): number | undefined =>
  limit === undefined ? undefined : Duration.toMillis(limit)

const least = (...times: ReadonlyArray<number | undefined>): number | undefined => {
  const set = times.filter((time) => time !== undefined)
  return set.length === 0 ? undefined : Math.min(...set)
}

const joined = (headers: Record<string, unknown>): Record<string, string> => {
  const result: Record<string, string> = {}
  for (const name in headers) {
    const value = headers[name]
    result[name] = Array.isArray(value) ? value.join(", ") : String(value)
  }
  return result
}
