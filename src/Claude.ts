/**
 * The Claude API as a service.
 *
 * Each operation says in its error channel how it can fail. Requests are validated before a byte is sent, failures are
 * retried by the policy of the call, the layer or the context, and answers are checked as they come.
 *
 * @since 0.1.0
 */
import type * as ConfigError from "effect/ConfigError"
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Stream from "effect/Stream"
import * as HttpClient from "@effect/platform/HttpClient"
import * as ClaudeConfig from "./ClaudeConfig.js"
import type { CallError, StreamError } from "./ClaudeError.js"
import { CurrentHub } from "./ClaudeEvent.js"
import type { DrainResult } from "./client/Drain.js"
import { noteClient } from "./client/internal/baseUrls.js"
import { type ConfigOptions, type Options, optionsFromConfig } from "./client/Options.js"
import { ifPresent, type Policies, policiesOf } from "./client/internal/policies.js"
import { defined } from "./internal/defined.js"
import * as draining from "./client/internal/drain.js"
import * as operations from "./client/internal/operations.js"
import type { Settings } from "./client/internal/prepare.js"
import * as RetryPolicy from "./policy/RetryPolicy.js"
import type { Message } from "./schema/Message.js"
import type { MessageRequest } from "./schema/MessageRequest.js"
import type { MessageStreamEvent } from "./schema/MessageStreamEvent.js"
import type { ModelInfo } from "./schema/Model.js"
import type { TokenCount, TokenCountRequest } from "./schema/TokenCount.js"
import { unwrap } from "./stream/internal/pulled.js"
import { fromHttpClient, type Service as TransportService, Transport } from "./transport/Transport.js"

export type {
  /**
   * What is known of a call besides its answer.
   *
   * @since 0.1.0
   * @category models
   */
  CallInfo
} from "./client/CallInfo.js"

export {
  /**
   * Lets a program end its calls before it is interrupted.
   *
   * @since 0.1.0
   * @category combinators
   */
  drainOnInterrupt,
  /**
   * How a drain ended.
   *
   * @since 0.1.0
   * @category models
   */
  type DrainResult
} from "./client/Drain.js"

export {
  /**
   * Options, or Configs of them.
   *
   * @since 0.1.0
   * @category models
   */
  type ConfigOptions,
  /**
   * The settings of a client, its retry policy among them.
   *
   * @since 0.1.0
   * @category models
   */
  type Options,
  /**
   * Settings from the environment, with those given laid over them.
   *
   * @since 0.1.0
   * @category configuration
   */
  optionsFromConfig
} from "./client/Options.js"

export {
  /**
   * What {@link withOptions} sets.
   *
   * @since 0.1.0
   * @category models
   */
  type PerCallOptions,
  /**
   * An Effect or a Stream.
   *
   * @since 0.1.0
   * @category models
   */
  type Program,
  /**
   * Ends the calls of one Effect or Stream at the latest a while after it began to run.
   *
   * @since 0.1.0
   * @category combinators
   */
  withDeadline,
  /**
   * Gives what is known of the (last) call of an Effect beside its answer.
   *
   * @since 0.1.0
   * @category combinators
   */
  withMetadata,
  /**
   * Gives what is known of a stream's call beside its events.
   *
   * @since 0.1.0
   * @category combinators
   */
  withMetadataStream,
  /**
   * Sets options for the calls of one Effect or Stream.
   *
   * @since 0.1.0
   * @category combinators
   */
  withOptions,
  /**
   * A program that requires `R` besides what it required.
   *
   * @since 0.1.0
   * @category models
   */
  type WithRequirements
} from "./client/PerCall.js"

/**
 * The operations of the Claude API.
 *
 * @since 0.1.0
 * @category models
 */
export interface Service {
  /** Asks for a message and waits for the whole of it. */
  readonly create: (request: MessageRequest) => Effect.Effect<Message, CallError>
  /** Asks for a message and gives its events as they come. Cold: each run is a request of its own. */
  readonly stream: (request: MessageRequest) => Stream.Stream<MessageStreamEvent, CallError | StreamError>
  /** Counts the input tokens that a request would have. */
  readonly countTokens: (request: TokenCountRequest) => Effect.Effect<TokenCount, CallError>
  /** The models of the API, with their limits and capabilities. */
  readonly models: {
    /** All of them, page after page as they are asked for; newest first. */
    readonly list: (options?: ModelListOptions) => Stream.Stream<ModelInfo, CallError>
    readonly get: (id: string) => Effect.Effect<ModelInfo, CallError>
  }
  /** Any other endpoint, with a Schema for its answer; what comes that does not fit is an `UnexpectedResponse`. */
  readonly execute: <A, I>(request: ExecuteRequest<A, I>) => Effect.Effect<A, CallError>
}

/**
 * Which models to list, and how many a page.
 *
 * @since 0.1.0
 * @category models
 */
export interface ModelListOptions extends operations.ModelListOptions {}

/**
 * A call of any endpoint: method, path below the base URL, query, JSON body, and the Schema of the answer.
 *
 * @since 0.1.0
 * @category models
 */
export interface ExecuteRequest<A, I = A> extends operations.ExecuteRequest<A, I, never> {}

/**
 * The Claude API as a service in the context.
 *
 * @since 0.1.0
 * @category tags
 */
export class Claude extends Context.Tag("effect-claude/Claude")<Claude, Service>() {}

const settingsOf = <R>(
  transport: TransportService,
  options: Options<R>,
  context: Context.Context<R>,
  policies: Policies
): Settings => {
  // a Reference that was set where the client is built lies under the options
  const ambient = ifPresent(context, ClaudeConfig.CurrentCallOptions) ?? {}
  const own =
    options.retry === undefined
      ? (ifPresent(context, RetryPolicy.CurrentRetryPolicy) ?? RetryPolicy.standard)
      : RetryPolicy.provideContext(options.retry, context)
  const merged = { ...options, ...ClaudeConfig.mergeCallOptions(ambient, defined(options)) }
  return {
    transport,
    options: merged,
    retry: options.maxRetryAfter === undefined ? own : RetryPolicy.withMaxRetryAfter(own, options.maxRetryAfter),
    hub: Context.get(context, CurrentHub),
    policies,
    drain: new draining.Drain(),
    hasHeadersTimeout: merged.timeouts?.headers !== undefined
  }
}

const fromSettings = (settings: Settings): Service => {
  const deprecations = new operations.Deprecations()
  const capabilities = new operations.Capabilities()
  const service: Service = {
    create: operations.create(settings, deprecations, capabilities),
    stream: operations.stream(settings, deprecations, capabilities),
    countTokens: operations.countTokens(settings, deprecations),
    models: { list: operations.listModels(settings), get: operations.getModel(settings) },
    execute: operations.execute(settings)
  }
  const { drain, hub, transport } = settings
  const baseUrl = settings.options.baseUrl ?? ClaudeConfig.defaultBaseUrl
  return noteClient(draining.withDrain(service, drain, transport.closeIdle ?? Effect.void), { baseUrl, hub })
}

/**
 * Makes a client over the `HttpClient` of the context.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = <R = never>(options: Options<R> = {}): Effect.Effect<Service, never, HttpClient.HttpClient | R> =>
  Effect.gen(function* () {
    const client = yield* HttpClient.HttpClient
    const context = yield* Effect.context<R>()
    return fromSettings(settingsOf(fromHttpClient(client), options, context, yield* policiesOf(options, context)))
  })

/**
 * Makes a client over the `Transport` of the context: what `NodeClaude` and test doubles provide.
 *
 * @since 0.1.0
 * @category constructors
 */
export const makeTransport = <R = never>(options: Options<R> = {}): Effect.Effect<Service, never, Transport | R> =>
  Effect.gen(function* () {
    const transport = yield* Transport
    const context = yield* Effect.context<R>()
    return fromSettings(settingsOf(transport, options, context, yield* policiesOf(options, context)))
  })

/**
 * A client over any `HttpClient`: fetch, node:http, undici, your own. `NodeClaude` (`effect-claude/node`) is faster and
 * sees more of what breaks. Layers are memoised by reference: two calls are two clients; bind it to a const.
 *
 * @example
 * ```ts
 * import { FetchHttpClient } from "@effect/platform"
 * import { Claude } from "effect-claude"
 * import { Layer, Redacted, Schedule } from "effect"
 *
 * const ClaudeLive = Claude.layer({
 *   apiKey: Redacted.make("sk-ant-..."),
 *   retry: Schedule.exponential("1 second").pipe(Schedule.intersect(Schedule.recurs(3)))
 * }).pipe(Layer.provide(FetchHttpClient.layer))
 * ```
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = <R = never>(options: Options<R> = {}): Layer.Layer<Claude, never, HttpClient.HttpClient | R> =>
  Layer.effect(Claude, make(options))

/**
 * A client over the `Transport` of the context.
 *
 * @since 0.1.0
 * @category layers
 */
export const layerTransport = <R = never>(options: Options<R> = {}): Layer.Layer<Claude, never, Transport | R> =>
  Layer.effect(Claude, makeTransport(options))

/**
 * As {@link layer}, with what is not given read from the environment ({@link optionsFromConfig}).
 *
 * @since 0.1.0
 * @category layers
 */
export const layerConfig = <R = never>(
  options: ConfigOptions<R> = {}
): Layer.Layer<Claude, ConfigError.ConfigError, HttpClient.HttpClient | R> =>
  Layer.unwrapEffect(Effect.map(optionsFromConfig(options), layer))

/**
 * Asks for a message and waits for the whole of it.
 *
 * A call that would take over ten minutes by the API's reckoning (more than 21,333 `max_tokens`) is refused as
 * `InvalidRequest` unless `timeouts.headers` is set: connections do not live that long. Stream it instead.
 *
 * @example
 * ```ts
 * import { Claude } from "effect-claude"
 *
 * const answer = Claude.create({
 *   model: "claude-opus-5-5",
 *   max_tokens: 1024,
 *   messages: [{ role: "user", content: "Hello" }]
 * })
 * ```
 *
 * @since 0.1.0
 * @category combinators
 */
export const create = (request: MessageRequest): Effect.Effect<Message, CallError, Claude> =>
  Effect.flatMap(Claude, (claude) => claude.create(request))

/**
 * Asks for a message and gives its events as they come, with backpressure. Ends well only after the whole message came
 * (`message_stop`); else it fails. Until the first content the call is retried by its policy; after that never, since
 * what was handed out cannot be taken back.
 *
 * Cold: each run is a request of its own, and is billed. A stream that is left early closes its connection at once.
 *
 * @example
 * ```ts
 * import { Claude, MessageStream } from "effect-claude"
 * import { Stream } from "effect"
 *
 * const program = Claude.stream({
 *   model: "claude-opus-5-5",
 *   max_tokens: 1024,
 *   messages: [{ role: "user", content: "Hello" }]
 * }).pipe(MessageStream.text, Stream.runForEach((text) => Stream.runDrain(Stream.make(text))))
 * ```
 *
 * @since 0.1.0
 * @category combinators
 */
export const stream = (request: MessageRequest): Stream.Stream<MessageStreamEvent, CallError | StreamError, Claude> =>
  unwrap(Effect.map(Claude, (claude) => claude.stream(request)))

/**
 * Counts the input tokens that a request would have. Free of charge, with a rate limit of its own.
 *
 * @since 0.1.0
 * @category combinators
 */
export const countTokens = (request: TokenCountRequest): Effect.Effect<TokenCount, CallError, Claude> =>
  Effect.flatMap(Claude, (claude) => claude.countTokens(request))

/**
 * The models of the API: `list` gives all of them page after page, `get` one by its id.
 *
 * @since 0.1.0
 * @category combinators
 */
export const models = {
  list: (options?: ModelListOptions): Stream.Stream<ModelInfo, CallError, Claude> =>
    unwrap(Effect.map(Claude, (claude) => claude.models.list(options))),
  get: (id: string): Effect.Effect<ModelInfo, CallError, Claude> =>
    Effect.flatMap(Claude, (claude) => claude.models.get(id))
}

/**
 * Calls any endpoint of the API with the client's credentials, retries and errors.
 *
 * @example
 * ```ts
 * import { Claude } from "effect-claude"
 * import { Schema } from "effect"
 *
 * const organization = Claude.execute({
 *   method: "GET",
 *   path: "/v1/organizations/me",
 *   response: Schema.Struct({ id: Schema.String, name: Schema.String })
 * })
 * ```
 *
 * @since 0.1.0
 * @category combinators
 */
export const execute = <A, I>(request: ExecuteRequest<A, I>): Effect.Effect<A, CallError, Claude> =>
  Effect.flatMap(Claude, (claude) => claude.execute(request))

/**
 * Ends the work of a client in order, before its process ends. From now on it refuses new calls with `QueueFull`
 * (`bound: "draining"`); those that run go on, retries and waits included. What has not ended at the timeout fails with
 * `TimedOut` (`limit: "drain"`), so that a resumable stream keeps its checkpoint; a second later it is no longer waited
 * for. Then the idle connections close. There is no way back: make a new client.
 *
 * `drainOnInterrupt` does it for all clients of a program when it is asked to end.
 *
 * @example
 * ```ts
 * import { Claude } from "effect-claude"
 * import { Effect } from "effect"
 *
 * const shutDown = Effect.gen(function*() {
 *   const { cut, finished } = yield* Claude.drain("25 seconds")
 *   yield* Effect.log(`${finished} calls ended, ${cut} were cut off`)
 * })
 * ```
 *
 * @since 0.1.0
 * @category combinators
 */
export const drain = (timeout: Duration.DurationInput): Effect.Effect<DrainResult, never, Claude> =>
  Effect.flatMap(Claude, (claude) => draining.drain(claude, timeout))
