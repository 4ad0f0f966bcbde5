/**
 * The settings of a client. `Claude` passes all of it on.
 *
 * @since 0.1.0
 */
import * as Config from "effect/Config"
import type * as ConfigError from "effect/ConfigError"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { ClientOptions } from "../ClaudeConfig.js"
import * as ClaudeConfig from "../ClaudeConfig.js"
import type * as Admission from "../policy/Admission.js"
import type * as CircuitBreaker from "../policy/CircuitBreaker.js"
import type * as RetryBudget from "../policy/RetryBudget.js"
import type * as RetryPolicy from "../policy/RetryPolicy.js"

/**
 * The settings of a client, its retry policy among them.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options<R = never> extends ClientOptions {
  /** When to try again: a policy or any Schedule. Default `RetryPolicy.standard`. */
  readonly retry?: RetryPolicy.Input<R> | undefined
  /** A `retry-after` above this ends a call at once. Default the policy's, 60 seconds. */
  readonly maxRetryAfter?: Duration.DurationInput | undefined
  /** A queue that paces the calls of this client by the limits; `true` for its defaults. Default: the context's. */
  readonly admission?: boolean | Admission.Options | undefined
  /** A circuit breaker for the calls of this client; `true` for its defaults. Default: the context's. */
  readonly breaker?: boolean | CircuitBreaker.Options | undefined
  /** A budget that the retries of this client share; `true` for its defaults. Default: the context's. */
  readonly budget?: boolean | RetryBudget.Options | undefined
}

/**
 * Options, or Configs of them.
 *
 * @since 0.1.0
 * @category models
 */
export type ConfigOptions<R = never> = {
  readonly [K in keyof Options<R>]: Options<R>[K] | Config.Config<Exclude<Options<R>[K], undefined>>
}

/**
 * Settings from the environment, with those given laid over them, Configs among them read. Read are
 * `ANTHROPIC_API_KEY`, `ANTHROPIC_AUTH_TOKEN` (ignored where the key is set), `ANTHROPIC_BASE_URL` and
 * `ANTHROPIC_CUSTOM_HEADERS` (lines of `Name: value`); a blank value counts as absent. Fails where no credential is
 * found.
 *
 * @since 0.1.0
 * @category configuration
 */
export const optionsFromConfig = <R = never>(
  options: ConfigOptions<R> = {}
): Effect.Effect<Options<R>, ConfigError.ConfigError> =>
  Effect.gen(function* () {
    const environment = yield* ClaudeConfig.fromEnvironment
    const given: Record<string, unknown> = {}
    for (const [key, value] of Object.entries(options)) {
      const found: unknown = Config.isConfig(value) ? yield* value : value
      if (found !== undefined) given[key] = found
    }
    // each field is what its type says, or what its Config gave
    const own = given as Options<R>
    const headers = { ...environment.headers, ...own.headers }
    const hasCredential = own.apiKey !== undefined || own.authToken !== undefined
    const merged = {
      ...environment,
      ...(hasCredential ? { apiKey: undefined, authToken: undefined } : {}),
      ...own,
      headers
    }
    const names = Object.keys(headers).map((name) => name.toLowerCase())
    if (
      merged.apiKey === undefined
      && merged.authToken === undefined
      && !names.includes("authorization")
      && !names.includes("x-api-key")
    ) {
      yield* Config.redacted("ANTHROPIC_API_KEY")
    } // fails, with the name in its message
    return merged
  })
