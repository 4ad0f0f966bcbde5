/** Resumable streams over real sockets, against the simulator. */
import { type Duration, Effect, Redacted, Schedule } from "effect"
import type { Claude, Resumable } from "effect-claude"
import { NodeClaude } from "../../src/node/index.js"
import { Simulator } from "../../src/simulator/index.js"

/** A simulator without pauses, and a client of it that loses no time between attempts. */
export const withSimulator = <A, E>(
  use: (simulator: Simulator.Service) => Effect.Effect<A, E, Claude.Claude>,
  options: { readonly idle?: Duration.DurationInput; readonly simulator?: Simulator.Options } = {}
) =>
  Effect.gen(function* () {
    const simulator = yield* Simulator.make({ tokenDelay: 0, drain: 5, ...options.simulator })
    return yield* Effect.provide(
      use(simulator),
      NodeClaude.layerWith({
        apiKey: Redacted.make("sk-ant-test"),
        baseUrl: simulator.url,
        retry: Schedule.recurs(10),
        timeouts: { idle: options.idle ?? "10 seconds" },
        pool: { proxy: false }
      })
    )
  })

/** Goes on at once. */
export const atOnce: Resumable.Options = { policy: Schedule.recurs(20) }
