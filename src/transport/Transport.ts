/**
 * One HTTP exchange, honest about its phases: the seam between the client and whatever carries bytes.
 *
 * @since 0.1.0
 */
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as Headers from "@effect/platform/Headers"
import * as HttpBody from "@effect/platform/HttpBody"
import * as HttpClient from "@effect/platform/HttpClient"
import type * as HttpClientError from "@effect/platform/HttpClientError"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import type * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import { sleepAwake } from "../internal/frozen.js"
import { plainHeaders } from "../internal/secrets.js"
import { undecoded, undecodedError } from "./internal/contentEncoding.js"
import { startPump, thrownBy } from "./internal/pump.js"
import { sourceOf } from "./internal/responseSource.js"
import { fromCause, TransportFault } from "./TransportFault.js"

/**
 * One request, ready to be sent and to be sent again: the body is bytes, not a stream.
 *
 * @since 0.1.0
 * @category models
 */
export interface TransportRequest {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE"
  /** Absolute, query included. */
  readonly url: string
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array | undefined
  readonly limits: TransportLimits
  /**
   * Ask for a connection that has carried no request before, and give up those that lie idle: the cure for a stale
   * keep-alive. A transport that cannot choose ignores it.
   */
  readonly fresh: boolean
}

/**
 * How long the parts of an exchange may take; `undefined` is no limit. Their end is a `TimedOut` fault.
 *
 * @since 0.1.0
 * @category models
 */
export interface TransportLimits {
  /** Waiting for a connection of the pool. Transports without a pool of their own ignore it. */
  readonly pool: Duration.Duration | undefined
  /** Opening a connection, DNS and TLS included. Transports that cannot see it ignore it. */
  readonly connect: Duration.Duration | undefined
  /** From the request's sending (where that can be seen) to the response's headers. */
  readonly headers: Duration.Duration | undefined
}

/**
 * A response whose headers have come. Its body is attached already: no byte is lost between the two.
 *
 * @since 0.1.0
 * @category models
 */
export interface TransportResponse {
  readonly status: number
  /** Names in lower case; repeated headers joined with `, `. */
  readonly headers: Readonly<Record<string, string>>
  readonly reusedConnection: boolean | undefined
  readonly body: TransportBody
}

/**
 * The body of a response, pulled.
 *
 * @since 0.1.0
 * @category models
 */
export interface TransportBody {
  /**
   * The next bytes (never empty), `undefined` at a clean end. Bytes received before a fault come before the fault.
   * One reader at a time; reading slows the socket down, not reading holds it back. Interrupting a read does not
   * lose bytes.
   */
  readonly read: Effect.Effect<Uint8Array | undefined, TransportFault>
  /** Whether a read would not have to wait. Nobody has to tell: without it, any read may. */
  readonly isReady?: (() => boolean) | undefined
  /** Fails the waiting and all later reads with this fault, and closes the connection. */
  readonly abort: (fault: TransportFault) => Effect.Effect<void>
}

/**
 * Carries one exchange.
 *
 * @since 0.1.0
 * @category models
 */
export interface Service {
  /**
   * The response lives in the scope: closing it before the body has ended closes the connection, after its end gives
   * the connection back to the pool. Interruption closes the connection at once.
   */
  readonly execute: (request: TransportRequest) => Effect.Effect<TransportResponse, TransportFault, Scope.Scope>
  /** Closes the connections that carry nothing, where there is a pool: a client that was drained asks for it. */
  readonly closeIdle?: Effect.Effect<void> | undefined
}

/**
 * What carries the exchanges of a client: provided by `NodeClaude`, made of any `HttpClient`, doubled in tests.
 *
 * @since 0.1.0
 * @category tags
 */
export class Transport extends Context.Tag("effect-claude/Transport")<Transport, Service>() {}

/**
 * How an `HttpClient` is used as a transport.
 *
 * @since 0.1.0
 * @category configuration
 */
export interface HttpClientOptions {
  /**
   * Let the client open a span for each request and send its `traceparent` and `b3` headers along, as `HttpClient`
   * does by itself. Default: `false`.
   */
  readonly traceHeaders?: boolean | undefined
}

/**
 * A transport over any `HttpClient`.
 *
 * The body is attached in the same step as the exchange and read ahead, 256 KiB at most, so that bytes received
 * before a reset are delivered before the fault. A body that was destroyed, or that is shorter than its
 * `content-length`, is a fault though the client takes it for whole. On `fetch`, bytes that still lie in its own queue
 * at a reset are lost to it, and never counted as received.
 *
 * Redirects are not followed, by `fetch` neither. What an `HttpClient` cannot tell stays `undefined`: there is no limit
 * on `pool` and `connect`, `fresh` is ignored, and Node's `fetch` keeps limits of its own (300 s for headers, 300 s
 * between two pieces of a body). A body that came compressed though `identity` was asked for is decoded by `fetch`,
 * where a cut in it stays unseen; on Node's other clients it is a `Malformed` fault. A reset of a response with neither
 * length nor chunks is taken for its end by undici, and so by `fetch`: only what the body says can tell.
 *
 * @example
 * ```ts
 * import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
 * import * as HttpClient from "@effect/platform/HttpClient"
 * import { Transport } from "effect-claude"
 * import * as Effect from "effect/Effect"
 *
 * const transport = Effect.map(HttpClient.HttpClient, (client) => Transport.fromHttpClient(client)).pipe(
 *   Effect.provide(FetchHttpClient.layer)
 * )
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
export const fromHttpClient = (client: HttpClient.HttpClient, options: HttpClientOptions = {}): Service => {
  const quiet =
    options.traceHeaders === true
      ? client
      : client.pipe(
          HttpClient.withTracerPropagation(false),
          HttpClient.withTracerDisabledWhen(() => true)
        )
  const send = (request: TransportRequest) => {
    // a fiber of the client's that fails would log its error, which holds the request
    const sent = Effect.withUnhandledErrorLogLevel(unredirected(quiet.execute(toHttpRequest(request))), Option.none())
    return options.traceHeaders === true ? untold(request, sent) : sent
  }
  return {
    execute: (request) =>
      Effect.flatMap(Effect.scope, (scope) => {
        const response = send(request).pipe(
          Effect.catchAll(refused),
          Effect.flatMap((response) => attach(response, scope))
        )
        const { headers } = request.limits
        if (headers === undefined) return response
        const timedOut = Effect.suspend(
          () =>
            new TransportFault({
              reason: "TimedOut",
              phase: "headers",
              limit: "headers",
              duration: headers,
              bytesReceived: 0
            })
        )
        return Effect.raceFirst(response, Effect.zipRight(sleepAwake(headers), timedOut))
      })
  }
}

// `fetch` would follow a redirect to another origin with the `x-api-key` header on.
const unredirected = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.flatMap(Effect.serviceOption(FetchHttpClient.RequestInit), (given) =>
    Effect.provideService(effect, FetchHttpClient.RequestInit, {
      ...Option.getOrUndefined(given),
      redirect: "manual"
    })
  )

// a client that makes spans writes the headers into them, and knows by itself of the usual credentials alone
const untold = <A, E, R>(request: TransportRequest, effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.locallyWith(effect, Headers.currentRedactedNames, (names) => [
    ...names,
    ...Object.keys(request.headers).filter((name) => !plainHeaders.test(name))
  ])

const toHttpRequest = (request: TransportRequest): HttpClientRequest.HttpClientRequest => {
  const empty = HttpClientRequest.make(request.method)(request.url, { headers: request.headers })
  return request.body === undefined
    ? empty
    : HttpClientRequest.setBody(empty, HttpBody.uint8Array(request.body, request.headers["content-type"]))
}

// A client that was taught to fail on a status has the response all the same.
const refused = (
  error: HttpClientError.HttpClientError
): Effect.Effect<HttpClientResponse.HttpClientResponse, TransportFault> => {
  if (error._tag === "ResponseError") {
    return error.reason === "StatusCode"
      ? Effect.succeed(error.response)
      : Effect.fail(fromCause(thrownBy(error), { phase: "headers" }))
  }
  return Effect.fail(
    error.reason === "Transport"
      ? fromCause(thrownBy(error), { phase: "headers" })
      : fromCause({ code: "ERR_INVALID_URL", cause: error.cause }, { phase: "queue", requestSent: false })
  )
}

const attach = (
  response: HttpClientResponse.HttpClientResponse,
  scope: Scope.Scope
): Effect.Effect<TransportResponse, TransportFault> =>
  Effect.uninterruptible(
    Effect.gen(function* () {
      const clock = yield* Effect.clock
      const source = sourceOf(response)
      const { queue, stop } = yield* startPump(response, source, clock, scope)
      const { headers } = response
      const encoding = source.decodes ? undefined : undecoded(response.status, headers)
      // The headers are given all the same: they hold the request id.
      if (encoding !== undefined) {
        yield* stop
        queue.abort(fromCause(undecodedError(encoding), { phase: "body", requestSent: true }))
      }
      return {
        status: response.status,
        headers,
        reusedConnection: undefined,
        body: {
          read: queue.read,
          isReady: queue.isReady,
          abort: (fault) =>
            Effect.suspend(() => {
              queue.abort(fault)
              return stop
            })
        }
      }
    })
  )
