import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as FiberId from "effect/FiberId"
import * as Stream from "effect/Stream"
import { parseArgs } from "node:util"
import * as presets from "./internal/presets.js"
import type { Entry } from "./RequestLog.js"
import * as Simulator from "./Simulator.js"

const usage = `npm run simulate -- [options]

  --port <number>         where to listen on 127.0.0.1 (8787; 0 takes a free port)
  --faults <name,...>     what goes wrong, in order: reset, 429:2 (twice), stall:10% (one request in ten)
  --rpm <number>          requests a minute, before it answers 429
  --token-delay <millis>  how long one token of a stream takes (15)
  --seed <text>           decides the texts and the draws of the faults
  --help                  these lines

faults: ${Object.keys(presets.presets).join(", ")}`

const number = (name: string, text: string): Either.Either<number, string> =>
  /^\d+(\.\d+)?$/.test(text) ? Either.right(Number(text)) : Either.left(`--${name} takes a number, not "${text}"`)

const parsed = Effect.try({
  try: () =>
    parseArgs({
      options: {
        port: { type: "string", default: "8787" },
        faults: { type: "string", default: "" },
        rpm: { type: "string" },
        "token-delay": { type: "string", default: "15" },
        seed: { type: "string" },
        help: { type: "boolean", default: false }
      }
    }).values,
  catch: (error) => (error instanceof Error ? error.message : String(error))
})

const line = (entry: Entry): string => {
  const fault = entry.fault === undefined ? "" : ` fault: ${entry.fault},`
  const status = entry.status ?? "no answer"
  const sent = `${entry.bytesSent} bytes in ${entry.duration ?? 0} ms`
  return `${entry.method} ${entry.path} ${status},${fault} ${entry.outcome}, ${sent}`
}

const program = Effect.gen(function* () {
  const values = yield* parsed
  if (values.help) return yield* Console.log(usage)
  const simulator = yield* Simulator.make({
    faults: yield* presets.read(values.faults),
    limits: { requests: values.rpm === undefined ? undefined : yield* number("rpm", values.rpm) },
    port: yield* number("port", values.port),
    seed: values.seed,
    tokenDelay: yield* number("token-delay", values["token-delay"])
  }).pipe(Effect.mapError((error) => error.message))
  yield* Effect.forkScoped(Stream.runForEach(simulator.requests, (entry) => Console.log(line(entry))))
  const use = `set ANTHROPIC_BASE_URL=${simulator.url} and any API key; Ctrl-C stops it`
  yield* Console.log(`${simulator.url} speaks the Claude API: ${use}`)
  return yield* Effect.never
}).pipe(
  Effect.scoped,
  Effect.catchAll((problem) =>
    Effect.zipRight(
      Console.error(problem),
      Effect.sync(() => {
        process.exitCode = 1
      })
    )
  )
)

const fiber = Effect.runFork(program)
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => fiber.unsafeInterruptAsFork(FiberId.none))
}
