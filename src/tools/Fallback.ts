/**
 * Other models, keys or regions after a failure.
 *
 * A fallback is a client over clients: each step keeps its own pool, breaker and limits, since they are built once and
 * outside of it. Failures of one step are retried by that step's own policy first; what is left goes to the next.
 *
 * @since 0.1.0
 */
import type * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import * as ExecutionStrategy from "effect/ExecutionStrategy"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as Claude from "../Claude.js"
import type { ClaudeError } from "../ClaudeError.js"
import type { Message } from "../schema/Message.js"
import type { MessageRequest } from "../schema/MessageRequest.js"
import type { MessageStreamEvent } from "../schema/MessageStreamEvent.js"
import { fromPull } from "../stream/internal/pulled.js"

/**
 * One thing to try after those before it have failed.
 *
 * @since 0.1.0
 * @category models
 */
export interface Step {
  /** The model to ask instead. Default: that of the request. */
  readonly model?: string | undefined
  /** Changes the request in other ways, as for fields that the model does not take. Default: none. */
  readonly request?: ((request: MessageRequest) => MessageRequest) | undefined
  /** A key, headers, timeouts, a retry policy of its own. Default: the client's. */
  readonly options?: Claude.PerCallOptions | undefined
  /** Another client, as for another region. Default: the client that is wrapped. */
  readonly claude?: Claude.Service | undefined
}

/**
 * When to go on to the next step.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /**
   * The errors after which the next step is tried. Default: `Overloaded`, `ServerError`, `ConnectionFailed`,
   * `ConnectionReset`, `TimedOut` (but not `total` and `drain`), `CircuitOpen`. A 429 or a 529 of one model says
   * nothing of another's, but another model reads the prompt anew: its cache is empty.
   */
  readonly when?: ((error: ClaudeError) => boolean) | undefined
  /** Whether a refusal (`stop_reason: "refusal"`) goes on too, where nothing of the answer was told. Default false. */
  readonly onRefusal?: boolean | undefined
}

const defaultTags = new Set<ClaudeError["_tag"]>([
  "Overloaded",
  "ServerError",
  "ConnectionFailed",
  "ConnectionReset",
  "TimedOut",
  "CircuitOpen"
])

/**
 * The errors after which another step is worth a try, where nothing else is said.
 *
 * @since 0.1.0
 * @category combinators
 */
export const isWorthAnother = (error: ClaudeError): boolean =>
  defaultTags.has(error._tag) && !(error._tag === "TimedOut" && (error.limit === "total" || error.limit === "drain"))

/**
 * Wraps a client: `create` and `stream` try the steps in their order after the client itself. The last failure is the
 * one that is told. A stream goes on to another step only before its first content. Other operations are untouched.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (claude: Claude.Service, steps: ReadonlyArray<Step>, options: Options = {}): Claude.Service => {
  const when = options.when ?? isWorthAnother
  const onRefusal = options.onRefusal ?? false
  const ways: ReadonlyArray<Step> = [{}, ...steps]
  return {
    ...claude,
    create: (request) => {
      const attempt = (at: number): ReturnType<Claude.Service["create"]> => {
        const way = ways[at] ?? {}
        const isLast = at >= ways.length - 1
        const asked = within(way)((way.claude ?? claude).create(changed(way, request)))
        if (isLast) return asked
        return Effect.matchEffect(asked, {
          onFailure: (error) => (when(error) ? attempt(at + 1) : Effect.fail(error)),
          onSuccess: (message) => (onRefusal && isRefusal(message) ? attempt(at + 1) : Effect.succeed(message))
        })
      }
      return Effect.suspend(() => attempt(0))
    },
    stream: (request) =>
      firstThatAnswers(
        ways.map((way) => within(way)((way.claude ?? claude).stream(changed(way, request)))),
        when,
        onRefusal
      )
  }
}

/**
 * Wraps the client below.
 *
 * @example
 * ```ts
 * import { Fallback } from "effect-claude"
 * import { NodeClaude } from "effect-claude/node"
 * import { Layer } from "effect"
 *
 * const ClaudeLive = Fallback.layer([{ model: "claude-sonnet-5-5" }, { model: "claude-haiku-5-5" }]).pipe(
 *   Layer.provide(NodeClaude.layer)
 * )
 * ```
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (
  steps: ReadonlyArray<Step>,
  options: Options = {}
): Layer.Layer<Claude.Claude, never, Claude.Claude> =>
  Layer.effect(
    Claude.Claude,
    Effect.map(Claude.Claude, (claude) => make(claude, steps, options))
  )

const changed = (step: Step, request: MessageRequest): MessageRequest => {
  const asked = step.request === undefined ? request : step.request(request)
  return step.model === undefined ? asked : { ...asked, model: step.model }
}

const within = (step: Step): (<T extends Claude.Program>(program: T) => Claude.WithRequirements<T>) =>
  Claude.withOptions(step.options ?? {})

const isRefusal = (message: Message): boolean => message.stop_reason === "refusal"

/** A refusal before a word of the answer. */
const refusesAtOnce = (events: Chunk.Chunk<MessageStreamEvent>): boolean => {
  let refused = false
  for (const event of events) {
    if (event.type === "content_block_start") return false
    if (event.type === "message_delta" && event.delta.stop_reason === "refusal") refused = true
  }
  return refused
}

type Events = Stream.Stream<MessageStreamEvent, ClaudeError>

const firstThatAnswers = (
  ways: ReadonlyArray<Events>,
  when: (error: ClaudeError) => boolean,
  onRefusal: boolean
): Events =>
  fromPull<MessageStreamEvent, ClaudeError, never>((scope) =>
    Effect.sync(() => {
      let next: Effect.Effect<Chunk.Chunk<MessageStreamEvent>, Option.Option<ClaudeError>> | undefined
      const attempt = (at: number): Effect.Effect<Chunk.Chunk<MessageStreamEvent>, Option.Option<ClaudeError>> => {
        const way = ways[at]
        if (way === undefined) return Effect.fail(Option.none())
        const isLast = at >= ways.length - 1
        return Effect.flatMap(Scope.fork(scope, ExecutionStrategy.sequential), (own) => {
          const another = Effect.zipRight(
            Scope.close(own, Exit.void),
            Effect.suspend(() => attempt(at + 1))
          )
          return Effect.flatMap(Scope.extend(Stream.toPull(way), own), (pull) =>
            Effect.matchEffect(pull, {
              onFailure: (end) => (!isLast && Option.exists(end, when) ? another : Effect.fail(end)),
              onSuccess: (events) => {
                if (!isLast && onRefusal && refusesAtOnce(events)) return another
                next = pull
                return Effect.succeed(events)
              }
            })
          )
        })
      }
      return Effect.suspend(() =>
        Effect.matchEffect(next ?? attempt(0), {
          onFailure: Option.match({
            onNone: () => Effect.succeed(undefined),
            onSome: (error) => Effect.fail(error)
          }),
          onSuccess: (events) => Effect.succeed([...events])
        })
      )
    })
  )
