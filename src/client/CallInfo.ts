/**
 * What is known of a call besides its answer.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import type { Limits } from "../ClaudeError.js"

/**
 * What is known of a call besides its answer: of the last response that came.
 *
 * @since 0.1.0
 * @category models
 */
export interface CallInfo {
  /** The number by which events name the call. */
  readonly call: number
  /** The `request-id` header, which Anthropic's support asks for; absent where a proxy answered. */
  readonly requestId: string | undefined
  readonly status: number
  /** The response's headers that are safe to keep: no cookie, no credential. */
  readonly headers: Readonly<Record<string, string>>
  /** What the `anthropic-ratelimit-*` headers said. */
  readonly limits: Limits | undefined
  /** How many attempts it took. */
  readonly attempts: number
  /** From the call's start to its end, or until now. */
  readonly elapsed: Duration.Duration
}

/**
 * Where the calls below leave what is known of them.
 *
 * @since 0.1.0
 * @category models
 */
export interface Collector {
  /** The last call's. */
  info: CallInfo | undefined
}

/**
 * The collector of `Claude.withMetadata`; `undefined` by default: nothing is collected.
 *
 * @since 0.1.0
 * @category tags
 */
export class CurrentCollector extends Context.Reference<CurrentCollector>()<
  "effect-claude/CallInfo/CurrentCollector",
  Collector | undefined
>("effect-claude/CallInfo/CurrentCollector", { defaultValue: () => undefined }) {}
