/** Very many streams at once, none of which ends before the last has begun. */
import { Deferred, Effect, Fiber, Redacted, Stream } from "effect"
import { Claude, type ClaudeError } from "effect-claude"
import { NodeClaude } from "../../src/node/index.js"
import { Fault, Simulator } from "../../src/simulator/index.js"
import { promptOf } from "./judge.js"

/** How many are opened side by side: a kernel refuses some of thousands of connections that come in one moment. */
const side = 100

/** Longer than it takes to open all of them, so that the connections too are open all at once. */
const pause = "8 seconds"

const requestOf = (content: string) =>
  ({ model: "claude-opus-5-5", max_tokens: 200, messages: [{ role: "user", content }] }) as const

/** Begins a stream, waits for its first event, and gives the fiber that reads on once `all` have begun. */
const begin = (prompt: string, all: Deferred.Deferred<void>) =>
  Effect.gen(function* () {
    const first = yield* Deferred.make<void, ClaudeError.ClaudeError>()
    let text = ""
    const read = Stream.runForEach(Claude.stream(requestOf(prompt)), (event) => {
      if (event.type === "content_block_delta" && event.delta.type === "text_delta") text += event.delta.text
      if (event.type !== "message_start") return Effect.void
      return Effect.zipRight(Deferred.succeed(first, undefined), Deferred.await(all))
    })
    const told = Effect.map(read, () => ({ prompt, text }))
    const fiber = yield* Effect.fork(Effect.tapErrorCause(told, (cause) => Deferred.failCause(first, cause)))
    yield* Deferred.await(first)
    return fiber
  })

/** The streams whose text is not what was sent, and how many connections were open when the last had begun. */
export const crowd = (size: number) =>
  Effect.gen(function* () {
    const simulator = yield* Simulator.make({
      answerTokens: 60,
      faults: [Fault.always(Fault.stallAt({ text: 40 }, pause))],
      logLimit: size,
      tokenDelay: 0
    })
    const all = yield* Deferred.make<void>()
    const prompts = Array.from({ length: size }, (_, nth) => `Tale ${nth}`)
    return yield* Effect.gen(function* () {
      const fibers = yield* Effect.forEach(prompts, (prompt) => begin(prompt, all), { concurrency: side })
      const connections = (yield* simulator.connections).length
      yield* Deferred.succeed(all, undefined)
      const told = yield* Fiber.join(Fiber.all(fibers))
      const sent = new Map((yield* simulator.log).map((entry) => [promptOf(entry), entry.textSent]))
      const wrong = told.filter(({ prompt, text }) => text === "" || sent.get(prompt) !== text)
      return { connections, wrong: wrong.map(({ prompt }) => prompt) }
    }).pipe(
      Effect.provide(
        NodeClaude.layerWith({
          apiKey: Redacted.make("sk-ant-soak"),
          baseUrl: simulator.url,
          // it would pace them by the tokens that they may take
          admission: false,
          timeouts: { connect: "1 minute", headers: "1 minute", pool: "1 minute" },
          pool: { proxy: false, connections: size }
        })
      )
    )
  }).pipe(Effect.scoped)
