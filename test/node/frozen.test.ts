import { assert, describe, it } from "@effect/vitest"
import { Effect, Schedule } from "effect"
import { NodeTransport } from "../../src/node/index.js"
import { Fault, Simulator } from "../../src/simulator/index.js"
import { jumpingClock } from "../support/jumpingClock.js"
import { lengthHead, rawServer } from "../transport/support/rawServer.js"
import { collect, limits, post } from "../transport/support/transports.js"
import { childProcess } from "./support/childProcess.js"

const asks =
  (prompt: string) =>
  ({ body }: Fault.Seen) =>
    JSON.stringify(body).includes(`"${prompt}"`)

/** Longer than any limit of the child, and shorter than the silence that it falls into. */
const freeze = "5500 millis"
const silence = "7 seconds"

describe("a process that was frozen (SIGSTOP) and thawed (SIGCONT)", () => {
  it.scopedLive(
    "ends no call by mistake, and takes a fresh connection for the next one",
    () =>
      Effect.gen(function* () {
        const simulator = yield* Simulator.make({
          answerTokens: 60,
          faults: [
            Fault.onMatch(Fault.stallAt({ text: 40 }, silence), asks("stream")),
            Fault.onMatch(Fault.stallBeforeHeaders(silence), asks("unary"))
          ]
        })
        const child = yield* childProcess("frozen", simulator.url)
        const frozen = Effect.zipRight(
          child.kill("SIGSTOP"),
          Effect.zipRight(Effect.sleep(freeze), child.kill("SIGCONT"))
        )
        yield* child.line("begun")
        const bothAsked = Effect.map(simulator.log, (log) => log.length === 2)
        yield* Effect.repeat(bothAsked, { until: (both) => both, schedule: Schedule.spaced("5 millis") })
        yield* frozen
        assert.strictEqual(yield* child.line("streamed "), "end_turn")
        assert.strictEqual(yield* child.line("created "), "end_turn")

        yield* child.line("idle")
        // it lies in the pipe when the process wakes up, and may be read before any timer
        yield* Effect.zipRight(Effect.delay(child.write("go"), "1 second"), Effect.void).pipe(
          Effect.zip(frozen, { concurrent: true })
        )
        assert.strictEqual(yield* child.line("after "), "end_turn 1")
        assert.deepStrictEqual(yield* child.ended, { code: 0, signal: null })
        const [first, second, last] = yield* simulator.log
        assert.strictEqual(last?.connection.nth, 1)
        assert.notInclude([first?.connection.id, second?.connection.id], last?.connection.id)
      }),
    60_000
  )
})

describe("NodeTransport in a process that was frozen", () => {
  const ask = (url: string) => post(url, { limits: limits({ pool: 5000, connect: 5000, headers: 5000 }) })

  const connectionsAfter = (idle: number) =>
    Effect.gen(function* () {
      const { freeze, program } = yield* jumpingClock
      const server = yield* rawServer({ onRequest: (peer) => peer.write(`${lengthHead(2)}ok`) })
      const exchange = (transport: NodeTransport.NodeTransport) =>
        Effect.scoped(
          Effect.gen(function* () {
            const { body, reusedConnection } = yield* transport.execute(ask(server.url))
            yield* collect(body)
            return reusedConnection
          })
        )
      return yield* program(
        Effect.gen(function* () {
          const transport = yield* NodeTransport.make({ proxy: false })
          // two at once, so that there is an older one below the one that is taken first
          yield* Effect.all([exchange(transport), exchange(transport)], { concurrency: 2 })
          freeze(idle)
          const reused = yield* exchange(transport)
          const [stats] = (yield* transport.stats).values()
          return { reused, connected: stats?.connected }
        })
      )
    })

  it.scopedLive("gives up connections that are too old by the clock on the wall, all of them", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* connectionsAfter(4001), { reused: false, connected: 1 })
    })
  )

  it.scopedLive("goes on with those that are not", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* connectionsAfter(1000), { reused: true, connected: 2 })
    })
  )
})
