import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as NodeClaude from "../../node/NodeClaude.js"
import * as Fault from "../../simulator/Fault.js"
import * as Simulator from "../../simulator/Simulator.js"
import { ask } from "./ask.js"
import { type AskOptions, fromArguments, usage } from "./options.js"
import { Output } from "./output.js"

/** What happens on the way by default. */
const trouble = [
  Fault.resetBeforeHeaders(),
  Fault.rateLimited({ retryAfter: 1 }),
  Fault.resetAt({ text: 300 }),
  Fault.resetAt({ text: 400 })
]

/** The pace of a person's reading, roughly. */
const tokenDelay = "15 millis"

const simulated = (options: AskOptions) =>
  Layer.unwrapScoped(
    Effect.gen(function* () {
      const output = yield* Output
      const simulator = yield* Simulator.make({ tokenDelay, faults: options.calm ? [] : trouble })
      output.note(`= no ANTHROPIC_API_KEY is set: this is the simulator on ${simulator.url}, not Claude`)
      return NodeClaude.layerWith({
        apiKey: Redacted.make("simulator"),
        baseUrl: simulator.url,
        pool: { proxy: false }
      })
    })
  )

const hasCredential = Effect.map(
  Config.all([Config.option(Config.string("ANTHROPIC_API_KEY")), Config.option(Config.string("ANTHROPIC_AUTH_TOKEN"))]),
  (found) => found.some((value) => Option.isSome(value) && value.value.trim() !== "")
)

/** One question, answered token by token. */
export const askCommand = Effect.fnUntraced(function* (argv: ReadonlyArray<string>) {
  const options = yield* fromArguments(argv)
  const output = yield* Output
  if (options === undefined) return yield* output.answer(`${usage}\n`)
  const client = (yield* hasCredential) ? NodeClaude.layer : simulated(options)
  yield* Effect.provide(ask(options), client)
})
