/**
 * The client for Node: pooled connections of its own, the credential from the environment.
 *
 * @since 0.1.0
 */
import type * as ConfigError from "effect/ConfigError"
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Redacted from "effect/Redacted"
import * as Claude from "../Claude.js"
import { ifPresent } from "../client/internal/policies.js"
import type * as Admission from "../policy/Admission.js"
import { CurrentAdmission } from "../policy/Admission.js"
import type * as RetryBudget from "../policy/RetryBudget.js"
import { CurrentRetryBudget } from "../policy/RetryBudget.js"
import * as Transport from "../transport/Transport.js"
import * as NodeTransport from "./NodeTransport.js"

/**
 * The pool of a client.
 *
 * @since 0.1.0
 * @category models
 */
export interface PoolOptions {
  /** Connections of one origin at most. Default: the `concurrency` of the layer's admission, 256. */
  readonly connections?: number | undefined
  /** How long an idle connection is kept. Default 4 seconds, far under what servers and NATs allow. */
  readonly keepAlive?: Duration.DurationInput | undefined
  /**
   * A proxy's URL, in `Redacted` where it holds a password; `false` for none. Default: `HTTPS_PROXY`, `HTTP_PROXY` and
   * `NO_PROXY`.
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
 * The settings of a client for Node. What is not given is read from the environment, as `Claude.layerConfig` does.
 * `admission` and `budget` are on unless they are `false`; where they are not given, those of the context in which the
 * layer is built are taken, if it has any.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options<R = never> extends Claude.Options<R> {
  /** Default: see {@link PoolOptions}. */
  readonly pool?: PoolOptions | undefined
}

/**
 * The pool of the client in the context, for gauges and tests.
 *
 * @since 0.1.0
 * @category tags
 */
export class Pool extends Context.Tag("effect-claude/NodeClaude/Pool")<Pool, NodeTransport.NodeTransport>() {}

/** Since nobody can open a gate that is out of reach, a spend limit closes it for a while only. */
const ownAdmission = (option: true | Admission.Options): Admission.Options => ({
  spendPause: "5 minutes",
  ...(option === true ? {} : option)
})

/** Rate limits are as dear as the rest, so that no kind of outage gets more than 35 retries out of all calls. */
const ownBudget: RetryBudget.Options = { throttleCost: 14 }

/** What the layer is told goes before what it is built in, and that before the defaults, which are on. */
const withPolicies = <R>(given: Options<R>, context: Context.Context<never>): Options<R> => {
  const isSet = (tag: { readonly key: string }): boolean => context.unsafeMap.has(tag.key)
  const admission = given.admission ?? (isSet(CurrentAdmission) ? undefined : true)
  const budget = given.budget ?? (isSet(CurrentRetryBudget) ? undefined : true)
  return {
    ...given,
    admission: admission === undefined || admission === false ? admission : ownAdmission(admission),
    budget: budget === true ? ownBudget : budget
  }
}

const capOf = (admission: Options["admission"], context: Context.Context<never>): number | undefined => {
  if (admission === undefined) return ifPresent(context, CurrentAdmission)?.concurrency
  return typeof admission === "object" ? admission.concurrency : undefined
}

/**
 * A client over a pool of its own, with the pool beside it ({@link Pool}).
 *
 * @since 0.1.0
 * @category layers
 */
export const layerWithPool = <R = never>(
  options: Options<R> = {}
): Layer.Layer<Claude.Claude | Pool, ConfigError.ConfigError, R> =>
  Layer.unwrapEffect(
    Effect.map(Effect.context<never>(), (context) => {
      const { pool, ...given } = withPolicies(options, context)
      const connections = pool?.connections ?? capOf(given.admission, context)
      const pooled = Layer.scoped(Pool, NodeTransport.make({ ...pool, connections }))
      const transport = Layer.effect(Transport.Transport, Pool)
      const client = Layer.unwrapEffect(Effect.map(Claude.optionsFromConfig<R>(given), Claude.layerTransport))
      return Layer.provideMerge(Layer.provide(client, transport), pooled)
    })
  )

/**
 * A client over a pool of its own.
 *
 * A missing credential is read from the environment, and fails the layer where there is none. Layers are memoised by
 * reference: two calls are two pools; bind it to a const. Closing it waits for nothing.
 *
 * @example
 * ```ts
 * import { NodeClaude } from "effect-claude/node"
 *
 * const ClaudeLive = NodeClaude.layerWith({
 *   timeouts: { idle: "4 minutes" },
 *   pool: { connections: 64, proxy: false }
 * })
 * ```
 *
 * @since 0.1.0
 * @category layers
 */
export const layerWith = <R = never>(
  options: Options<R> = {}
): Layer.Layer<Claude.Claude, ConfigError.ConfigError, R> => {
  const both = layerWithPool(options)
  return Layer.project(both, Claude.Claude, Claude.Claude, (claude) => claude)
}

/**
 * The client of the environment: `ANTHROPIC_API_KEY` (or `ANTHROPIC_AUTH_TOKEN`), `ANTHROPIC_BASE_URL`,
 * `ANTHROPIC_CUSTOM_HEADERS`, the proxies of the environment, and pooled HTTP.
 *
 * @example
 * ```ts
 * import { Claude } from "effect-claude"
 * import { NodeClaude } from "effect-claude/node"
 * import { Effect } from "effect"
 *
 * const program = Claude.create({
 *   model: "claude-opus-5-5",
 *   max_tokens: 1024,
 *   messages: [{ role: "user", content: "Hello" }]
 * }).pipe(Effect.provide(NodeClaude.layer))
 * ```
 *
 * @since 0.1.0
 * @category layers
 */
export const layer: Layer.Layer<Claude.Claude, ConfigError.ConfigError> = layerWith()
