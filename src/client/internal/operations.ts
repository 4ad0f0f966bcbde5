import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as ParseResult from "effect/ParseResult"
import * as Chunk from "effect/Chunk"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { type CallOptions, CurrentCallOptions, type Validation } from "../../ClaudeConfig.js"
import type { CallError, ClaudeError, InvalidRequest, Issue } from "../../ClaudeError.js"
import * as Message from "../../schema/Message.js"
import * as MessageRequest from "../../schema/MessageRequest.js"
import type { MessageStreamEvent } from "../../schema/MessageStreamEvent.js"
import * as Model from "../../schema/Model.js"
import * as Page from "../../schema/Page.js"
import * as RequestValidation from "../../schema/RequestValidation.js"
import type { TransportRequest } from "../../transport/Transport.js"
import * as TokenCount from "../../schema/TokenCount.js"
import type { Call } from "./call.js"
import { eventStream } from "./eventStream.js"
import type { Outgoing, QueryValue, Settings } from "./prepare.js"
import { invalid, modelOf, unreadable } from "./prepare.js"
import type { Decode } from "./unary.js"
import { unary } from "./unary.js"

/** 32 MB: `failure-modes.md` 1.1, from the API's errors page. */
const { maxBodyBytes } = RequestValidation

const messagesPath = "/v1/messages"
const countPath = `${messagesPath}/count_tokens`

const nothing = (): void => {}

const validation = (settings: Settings): Validation => settings.options.validation ?? "strict"

/** Older versions of the API take fields that the current one refuses. */
const versioned = (settings: Settings) =>
  settings.options.apiVersion === undefined ? {} : { apiVersion: settings.options.apiVersion }

/** What is made of a request, whose getters may throw and whose levels may be more than the stack holds. */
const reading = <A, E>(path: string, read: () => Effect.Effect<A, E>): Effect.Effect<A, E | InvalidRequest> =>
  Effect.suspend((): Effect.Effect<A, E | InvalidRequest> => {
    try {
      return read()
    } catch {
      return Effect.fail(unreadable("POST", path))
    }
  })

const checked = (outgoing: Outgoing, issues: ReadonlyArray<typeof Issue.Type>): Effect.Effect<void, InvalidRequest> =>
  issues.length === 0
    ? Effect.void
    : Effect.fail(invalid({ method: outgoing.method, path: outgoing.path, model: modelOf(outgoing) }, issues))

const messages = (request: MessageRequest.MessageRequest, streaming: boolean): Outgoing => ({
  method: "POST",
  path: messagesPath,
  body: undefined,
  model: request.model,
  headers: MessageRequest.toHeaders(request),
  maxBodyBytes,
  maxTokens: request.max_tokens,
  speed: request.speed,
  streaming
})

/** What a request is written as, with `stream` as the call has it. */
const messageBody = (request: MessageRequest.MessageRequest, streaming: boolean): object => {
  const { stream: _, ...body } = Object(MessageRequest.toWire(request))
  return streaming ? { ...body, stream: true } : body
}

/** An untyped caller may give anything: what is no object cannot be looked into, and validation says so. */
const looked = (request: MessageRequest.MessageRequest): MessageRequest.MessageRequest =>
  typeof request === "object" && request !== null ? request : Object({})

/** Whoever set the time for headers, for the client or for the call, knows how long the answer may take. */
const checkedUnary = (
  settings: Settings,
  outgoing: Outgoing,
  issues: ReadonlyArray<typeof Issue.Type>
): Effect.Effect<void, InvalidRequest> => {
  const isTimed = settings.hasHeadersTimeout || validation(settings) !== "strict"
  const tooLong = isTimed ? [] : RequestValidation.longUnary(outgoing.maxTokens ?? 0)
  if (tooLong.length === 0) return checked(outgoing, issues)
  return Effect.flatMap(CurrentCallOptions, ({ timeouts }) =>
    checked(outgoing, timeouts?.headers === undefined ? [...issues, ...tooLong] : issues)
  )
}

const noteMessage = (call: Call, message: Message.Message): void => {
  call.stopReason = message.stop_reason ?? undefined
  call.usage = message.usage
  call.message = message
  call.told(message)
}

export const create =
  (settings: Settings, deprecations: Deprecations, capabilities: Capabilities) =>
  (given: MessageRequest.MessageRequest): Effect.Effect<Message.Message, CallError> =>
    reading(messagesPath, () => {
      const request = looked(given)
      const outgoing = messages(request, false)
      const issues = RequestValidation.validate(given, validation(settings), versioned(settings))
      return Effect.flatMap(
        Effect.zipRight(checkedUnary(settings, outgoing, issues), capabilities.check(settings, request, outgoing)),
        () =>
          reading(messagesPath, () =>
            unary(settings, { ...outgoing, body: messageBody(request, false) }, Message.fromWire, {
              onStart: deprecations.check,
              onAnswer: noteMessage
            })
          )
      )
    })

export const stream =
  (settings: Settings, deprecations: Deprecations, capabilities: Capabilities) =>
  (given: MessageRequest.MessageRequest): Stream.Stream<MessageStreamEvent, ClaudeError> =>
    eventStream(
      settings,
      reading(messagesPath, () => {
        const request = looked(given)
        const outgoing = messages(request, true)
        const issues = RequestValidation.validate(given, validation(settings), versioned(settings))
        return Effect.zipRight(
          Effect.zipRight(checked(outgoing, issues), capabilities.check(settings, request, outgoing)),
          reading(messagesPath, () => Effect.succeed({ ...outgoing, body: messageBody(request, true) }))
        )
      }),
      deprecations.check
    )

export const countTokens =
  (settings: Settings, deprecations: Deprecations) =>
  (given: TokenCount.TokenCountRequest): Effect.Effect<TokenCount.TokenCount, CallError> =>
    reading(countPath, () => {
      const request: TokenCount.TokenCountRequest = typeof given === "object" && given !== null ? given : Object({})
      const outgoing: Outgoing = {
        method: "POST",
        path: countPath,
        model: request.model,
        headers: TokenCount.toHeaders(request),
        maxBodyBytes,
        streaming: false
      }
      return Effect.zipRight(
        checked(outgoing, RequestValidation.validateTokenCount(given, validation(settings), versioned(settings))),
        reading(countPath, () =>
          unary(settings, { ...outgoing, body: TokenCount.toWire(request) }, TokenCount.fromWire, {
            onStart: deprecations.check,
            onAnswer: nothing
          })
        )
      )
    })

/** Tells once a model, for each client, that it is deprecated. */
export class Deprecations {
  private readonly told = new Set<string>()

  readonly check = (call: Call): Effect.Effect<void> =>
    Effect.suspend(() => {
      const { model } = call.request
      const deprecation = model === undefined ? undefined : Model.deprecationOf(model)
      if (model === undefined || deprecation === undefined || this.told.has(model)) return Effect.void
      this.told.add(model)
      const successor = deprecation.successor === undefined ? "" : `; use ${deprecation.successor}`
      const fate =
        deprecation.endOfLife === undefined ? "is retired" : `is deprecated and ends on ${deprecation.endOfLife}`
      const message = `the model ${model} ${fate}${successor}`
      call.warn("deprecated-model", message)
      return Effect.logWarning(message)
    })
}

/** Knows what models support, where the user turned that on: each model is asked for once, for each client. */
export class Capabilities {
  private readonly known = new Map<string, Fiber.Fiber<Model.ModelInfo, CallError>>()

  check(
    settings: Settings,
    request: MessageRequest.MessageRequest,
    outgoing: Outgoing
  ): Effect.Effect<void, CallError> {
    if (settings.options.checkCapabilities !== true) return Effect.void
    return Effect.flatMap(Effect.flatMap(this.lookUp(settings, request.model), Fiber.join), (info) =>
      checked(outgoing, RequestValidation.validateFor(request, info))
    )
  }

  /** One look-up serves all who ask meanwhile and later, whoever of them goes away; one that failed is forgotten. */
  private lookUp(settings: Settings, model: string): Effect.Effect<Fiber.Fiber<Model.ModelInfo, CallError>> {
    return Effect.suspend(() => {
      const found = this.known.get(model)
      if (found !== undefined) return Effect.succeed(found)
      const asked = Effect.tapErrorCause(getModel(settings)(model), () => Effect.sync(() => this.known.delete(model)))
      return Effect.tap(Effect.forkDaemon(asked), (fiber) => Effect.sync(() => this.known.set(model, fiber)))
    })
  }
}

/** A call of any endpoint, as the caller describes it. */
export interface ExecuteRequest<A, I, R> {
  readonly method: TransportRequest["method"]
  /**
   * With a leading slash, below the base URL; segments encoded by the caller. A whole URL, another host, and segments
   * of dots are refused: an answer that names a URL (the results of a batch, say) decides not where the key is sent.
   */
  readonly path: string
  readonly query?: Readonly<Record<string, QueryValue>> | undefined
  /** Sent as JSON. */
  readonly body?: unknown
  readonly headers?: CallOptions["headers"]
  readonly betas?: ReadonlyArray<string> | undefined
  /** What the answer is; an empty answer is given as `undefined`. */
  readonly response: Schema.Schema<A, I, R>
}

/** A decoder of a Schema, which says where a reply is wrong and never what it holds. */
const bySchema = <A, I>(schema: Schema.Schema<A, I>): Decode<A> => {
  const decode = Schema.decodeUnknownEither(schema, { onExcessProperty: "preserve" })
  return (json) =>
    Either.mapBoth(decode(json), {
      onLeft: (error) => {
        const first = ParseResult.ArrayFormatter.formatErrorSync(error)[0]
        const where =
          first === undefined || first.path.length === 0 ? "at its root" : `at ${first.path.map(String).join(".")}`
        return `the reply does not fit its schema, ${where}`
      },
      onRight: (value) => ({ value, warnings: [] })
    })
}

export const execute =
  (settings: Settings) =>
  <A, I>(request: ExecuteRequest<A, I, never>): Effect.Effect<A, CallError> =>
    Effect.suspend(() =>
      unary(
        settings,
        {
          method: request.method,
          path: /^[a-z][a-z0-9+.-]*:|^[\\/]/i.test(request.path) ? request.path : `/${request.path}`,
          query: request.query,
          body: request.body,
          headers: request.headers,
          betas: request.betas,
          streaming: false
        },
        bySchema(request.response),
        { onStart: () => Effect.void, onAnswer: nothing }
      )
    )

/** Which models, and how many a page. */
export interface ModelListOptions {
  /** Default: `active` and `deprecated` ones. */
  readonly lifecycle?: ReadonlyArray<Model.ModelLifecycle> | undefined
  /** How many a page, 1 to 1,000. Default 20, the API's. */
  readonly pageSize?: number | undefined
}

export const listModels =
  (settings: Settings) =>
  (options: ModelListOptions = {}): Stream.Stream<Model.ModelInfo, CallError> => {
    const page = bySchema(Page.Page(Model.ModelInfo))
    const first: string | undefined = undefined
    return Stream.paginateChunkEffect(first, (after: string | undefined) =>
      Effect.map(
        unary(
          settings,
          {
            method: "GET",
            path: "/v1/models",
            query: { lifecycle: options.lifecycle, limit: options.pageSize, after_id: after },
            streaming: false
          },
          page,
          { onStart: () => Effect.void, onAnswer: nothing }
        ),
        ({ data, has_more, last_id }) => [
          Chunk.unsafeFromArray([...data]),
          has_more && data.length > 0 && last_id !== null ? Option.some(last_id) : Option.none()
        ]
      )
    )
  }

export const getModel =
  (settings: Settings) =>
  (id: string): Effect.Effect<Model.ModelInfo, CallError> =>
    Effect.suspend(() => {
      // an empty segment, or dots, would ask another path; half a surrogate pair cannot be encoded
      const usable = /[^.]/.test(id) && !/\p{Surrogate}/u.test(id)
      const path = `/v1/models/${usable ? encodeURIComponent(id) : ""}`
      const outgoing: Outgoing = { method: "GET", path, streaming: false }
      return Effect.zipRight(
        checked(
          outgoing,
          usable
            ? []
            : [
                {
                  path: ["id"],
                  rule: "path-segment",
                  message: "the model's id is empty, made of dots, or no text that can be sent",
                  remedy: "give the id of a model, as Claude.models.list shows them"
                }
              ]
        ),
        unary(settings, outgoing, Model.fromWire, { onStart: () => Effect.void, onAnswer: nothing })
      )
    })
