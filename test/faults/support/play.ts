/** Plays one fault against one client, and looks at what is left on the server's side. */
import * as ClaudeEvent from "../../../src/ClaudeEvent.js"
import { Duration, Effect, Exit, Layer, Random, Schedule, Scope } from "effect"
import type { RetryPolicy } from "../../../src/policy/RetryPolicy.js"
import { connectProxy } from "../../transport/support/connectProxy.js"
import { closedPortUrl, rawServer, type RawServer } from "../../transport/support/rawServer.js"
import type { Operation } from "./answers.js"
import { call, claudeLayer, type ClientName, type Outcome } from "./clients.js"
import { type Row, serve, type Setting } from "./row.js"

export interface Played extends Outcome {
  /** Requests that came for the fault, other calls left out. */
  readonly requests: number
  /** The waits before retries, in milliseconds. */
  readonly waits: ReadonlyArray<number>
  /** Connections that the server still holds after the client is gone; of `fetch`, those that are in use. */
  readonly left: number
}

/** How long anything may take: far more than it needs, so that only what hangs is caught. */
const bound = "15 seconds"

const baseUrl = (setting: Setting, server: RawServer): Effect.Effect<string> => {
  switch (setting.target) {
    case "closed port":
      return closedPortUrl
    case "unknown host":
      return Effect.succeed("http://nowhere.invalid")
    case "https":
      return Effect.succeed(`https://127.0.0.1:${server.port}`)
    default:
      return Effect.succeed(server.url)
  }
}

const pool = Effect.fnUntraced(function* (setting: Setting) {
  const { busy, proxy } = setting
  const port = proxy === undefined ? undefined : (yield* connectProxy(proxy)).port
  return {
    ...(busy === true ? { connections: 1 } : {}),
    ...(port === undefined ? {} : { proxy: `http://127.0.0.1:${port}` })
  }
})

const until = (holds: () => boolean) =>
  Effect.sync(holds).pipe(
    Effect.repeat({ schedule: Schedule.spaced("5 millis"), until: (held) => held }),
    Effect.timeoutOption("5 seconds")
  )

/** Calls that go before, or run beside. */
const prelude = (setting: Setting, server: RawServer, operation: Operation) =>
  Effect.gen(function* () {
    if (setting.warm === true) yield* call(operation)
    if (setting.busy === true) {
      yield* Effect.forkScoped(call("stream"))
      yield* until(() => server.requests() === 1)
    }
  })

/** `times`: how many requests meet the fault before all is well. */
export const play = (row: Row, client: ClientName, operation: Operation, retry: RetryPolicy, times: number) =>
  Effect.gen(function* () {
    const setting = row.setting ?? {}
    const { script, unanswered } = serve(row, operation, times)
    const server = yield* rawServer(script, setting.tls)
    const options = { baseUrl: yield* baseUrl(setting, server), retry, timeouts: setting.timeouts }
    const waits: Array<number> = []
    // Its own scope: what the client leaves behind when it closes is looked at.
    const scope = yield* Scope.make()
    const context = yield* Layer.buildWithScope(claudeLayer(client, options, yield* pool(setting)), scope)
    const calls = Effect.gen(function* () {
      yield* prelude(setting, server, operation)
      const before = server.requests()
      yield* ClaudeEvent.listen((event) => {
        if (event._tag === "RetryScheduled") waits.push(Duration.toMillis(event.delay))
      })
      const outcome = yield* call(operation, setting.upload)
      return { ...outcome, requests: server.requests() - before }
    })
    const outcome = yield* calls.pipe(
      Effect.scoped,
      Effect.provide(context),
      Effect.provide(ClaudeEvent.layerHub),
      // No jitter, no waiting: delays are drawn between nothing and a bound.
      Effect.withRandom(Random.fixed([0])),
      Effect.timeout(bound),
      Effect.ensuring(Scope.close(scope, Exit.void))
    )
    // Node's own fetch has one pool for the whole process: what lies idle in it outlives a client.
    const left = client === "fetch" ? unanswered : server.open
    if (setting.lingers?.includes(client) !== true) yield* until(() => left() === 0)
    const played: Played = { ...outcome, waits, left: setting.lingers?.includes(client) === true ? 0 : left() }
    return played
  })
