/** Plays one fault against one client, and looks at what is left on the server's side. */
import * as ClaudeEvent from "../../../src/ClaudeEvent.js"
import { Duration, Effect, Exit, Layer, Random, Schedule, Scope, Supervisor } from "effect"
import * as RetryPolicy from "../../../src/policy/RetryPolicy.js"
import { connectProxy } from "../../transport/support/connectProxy.js"
import { closedPortUrl, rawServer, type RawServer } from "../../transport/support/rawServer.js"
import type { Operation } from "./answers.js"
import { call, claudeLayer, type ClientName, type Outcome } from "./clients.js"
import { assertInvariants } from "./invariants.js"
import { expectedOf, type Row, serve, type Setting, textOf } from "./row.js"

export interface Played extends Outcome {
  /** Requests that came for the fault, other calls left out. */
  readonly requests: number
  /** The waits before retries, in milliseconds. */
  readonly waits: ReadonlyArray<number>
  /** Connections that the server still holds after the client is gone; of `fetch`, those that are in use. */
  readonly left: number
}

/** I3: a call ends a second after its deadline at the latest; one without a deadline, well within this. */
const boundOf = ({ timeouts }: Setting, waits: boolean) =>
  Duration.sum(timeouts?.total ?? (waits ? "59 seconds" : "14 seconds"), "1 second")

export const baseUrl = (setting: Setting, server: RawServer): Effect.Effect<string> => {
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

/** Ends well when nothing runs that was started under the supervisor, or after a while as it is. */
const settled = (supervisor: Supervisor.Supervisor<ReadonlyArray<unknown>>) =>
  Effect.map(supervisor.value, (fibers) => fibers.length).pipe(
    Effect.repeat({ schedule: Schedule.spaced("5 millis"), until: (count) => count === 0 }),
    Effect.timeoutTo({ duration: "5 seconds", onSuccess: (count) => count, onTimeout: () => -1 })
  )

/** The call with what goes before it, and what the client told of it. */
const calls = Effect.fnUntraced(function* (setting: Setting, server: RawServer, operation: Operation) {
  yield* prelude(setting, server, operation)
  const before = server.requests()
  const told: Array<ClaudeEvent.ClaudeEvent> = []
  yield* ClaudeEvent.listen((event) => told.push(event))
  const outcome = yield* call(operation, setting.upload)
  const number = told.flatMap((event) => (event._tag === "CallStarted" ? [event.call] : []))[0]
  const own = told.filter((event) => "call" in event && event.call === number)
  return { outcome, told: own, requests: server.requests() - before }
})

/** How a fault is played. */
export interface Manner {
  readonly retry: RetryPolicy.RetryPolicy
  /** How many requests meet the fault before all is well. */
  readonly times: number
  /** Waits as users do. Else there is no jitter, and so no waiting: it is drawn from nothing to a bound. */
  readonly waits?: boolean
}

/** Once, against one client; every run passes the invariants before it is looked at. */
export const play = Effect.fnUntraced(function* (row: Row, client: ClientName, operation: Operation, manner: Manner) {
  const setting = row.setting ?? {}
  const { retry, times, waits } = manner
  const { script, sent, unanswered } = serve(row, operation, times)
  const server = yield* rawServer(script, setting.tls)
  const options = { baseUrl: yield* baseUrl(setting, server), retry, timeouts: setting.timeouts }
  const layer = claudeLayer(client, options, yield* pool(setting))
  const supervisor = yield* Supervisor.track
  // Its own scope: what the client leaves behind when it closes is looked at.
  const scope = yield* Scope.make()
  const ended = yield* Layer.buildWithScope(layer, scope).pipe(
    Effect.flatMap((context) => Effect.provide(Effect.scoped(calls(setting, server, operation)), context)),
    Effect.provide(ClaudeEvent.layerHub),
    waits === true ? (self) => self : Effect.withRandom(Random.fixed([0])),
    Effect.timeout(boundOf(setting, waits === true)),
    Effect.ensuring(Scope.close(scope, Exit.void)),
    Effect.supervised(supervisor)
  )
  // Node's own fetch has one pool for the whole process: what lies idle in it outlives a client.
  const open = client === "fetch" ? unanswered : server.open
  const lingers = setting.lingers?.includes(client) === true
  if (!lingers) yield* until(() => open() === 0)
  const left = { connections: lingers ? 0 : open(), fibers: yield* settled(supervisor) }
  const most = retry === RetryPolicy.never ? 1 : 5
  const text = textOf(expectedOf(row, operation, client))
  assertInvariants({ ...ended, operation, sent: sent(), most, text, left })
  const delays = ended.told.flatMap((event) =>
    event._tag === "RetryScheduled" ? [Duration.toMillis(event.delay)] : []
  )
  const played: Played = {
    ...ended.outcome,
    requests: ended.requests,
    attempts: ended.told.filter(({ _tag }) => _tag === "AttemptStarted").length,
    waits: delays,
    left: left.connections
  }
  return played
})
