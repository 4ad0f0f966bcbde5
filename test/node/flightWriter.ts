/** A process whose second call hangs, for tests: it says when that one has begun. */
import { Effect, Layer } from "effect"
import { Claude, ClaudeEvent } from "effect-claude"
import * as FlightFile from "../../src/node/FlightFile.js"
import { request, secret } from "../support/fixtures.js"
import { ok, script } from "../support/scriptedTransport.js"

const [directory = ""] = process.argv.slice(2)

const Scripted = Claude.layerTransport({ apiKey: secret }).pipe(
  Layer.provide(script(ok("there"), { ...ok("never"), after: "1 hour" }).layer)
)

const program = Effect.gen(function* () {
  yield* ClaudeEvent.listen((event) => {
    if (event._tag === "AttemptStarted" && event.call === 2) process.stdout.write("hanging\n")
  })
  yield* Claude.create(request)
  yield* Claude.create(request)
})

Effect.runPromise(
  Effect.scoped(program).pipe(Effect.provide(Layer.merge(Scripted, FlightFile.layer({ directory }))))
).catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`)
  process.exitCode = 1
})
