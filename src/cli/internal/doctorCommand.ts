import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { parseArgs } from "node:util"
import * as Doctor from "../../node/Doctor.js"
import { firstLine, UsageError } from "./options.js"
import { Output, paint } from "./output.js"

const usage = `Usage: effect-claude doctor [--base-url URL] [--proxy URL|none] [--upload MB] [--stream]
                            [--model NAME] [--idle SECONDS] [--rounds N] [--timeout SECONDS] [--json]

Examines the way to the API from this machine: settings, proxy, DNS, TCP, TLS, the API's answer,
the clock, latency. The environment gives credential, base URL and proxies, as for the library.

  --upload MB      sends a request of that size to be counted, which costs nothing
  --stream         has some 200 tokens streamed, which costs their price
  --idle SECONDS   leaves a connection silent for so long, and uses it again
  --json           prints the report as JSON, for a support request; it holds no credential

Ends with 1 if something failed.`

const parse = (argv: ReadonlyArray<string>) =>
  Effect.try({
    try: () =>
      parseArgs({
        args: [...argv],
        options: {
          "base-url": { type: "string" },
          proxy: { type: "string" },
          upload: { type: "string" },
          stream: { type: "boolean", default: false },
          model: { type: "string" },
          idle: { type: "string" },
          rounds: { type: "string" },
          timeout: { type: "string" },
          json: { type: "boolean", default: false },
          help: { type: "boolean", short: "h", default: false }
        }
      }).values,
    catch: (cause) => new UsageError({ message: `${firstLine(cause)} (see --help)` })
  })

const amount = (name: string, text: string | undefined): Effect.Effect<number | undefined, UsageError> => {
  if (text === undefined) return Effect.succeed(undefined)
  const value = Number(text)
  return Number.isFinite(value) && value > 0
    ? Effect.succeed(value)
    : Effect.fail(new UsageError({ message: `--${name} wants a number above 0, not ${text}` }))
}

type Arguments = Effect.Effect.Success<ReturnType<typeof parse>>

const optionsOf = (values: Arguments): Effect.Effect<Doctor.Options, UsageError> =>
  Effect.gen(function* () {
    const upload = yield* amount("upload", values.upload)
    const idle = yield* amount("idle", values.idle)
    const timeout = yield* amount("timeout", values.timeout)
    const { "base-url": baseUrl, proxy } = values
    return {
      client: {
        baseUrl,
        pool: proxy === undefined ? undefined : { proxy: proxy === "none" ? false : proxy }
      },
      rounds: yield* amount("rounds", values.rounds),
      upload: upload === undefined ? undefined : Math.round(upload * 1e6),
      idle: idle === undefined ? undefined : Duration.seconds(idle),
      timeout: timeout === undefined ? undefined : Duration.seconds(timeout),
      stream: values.stream,
      model: values.model
    }
  })

const colours: Record<Doctor.Verdict, number> = { ok: 32, note: 36, warning: 33, failure: 31, skipped: 2 }

const shown = (finding: Doctor.Finding): string => {
  const text = Doctor.formatFinding(finding)
  const { length } = finding.verdict
  return paint(text.slice(0, length), colours[finding.verdict]) + text.slice(length)
}

/** The findings, each printed as soon as it is there. */
const told = (options: Doctor.Options) =>
  Effect.flatMap(Output, ({ answer }) =>
    Doctor.findings(options).pipe(
      Stream.tap((finding) => answer(`${shown(finding)}\n`)),
      Stream.runCollect,
      Effect.map((found) => Array.from(found))
    )
  )

/** The report in one piece. */
const asJson = (options: Doctor.Options) =>
  Effect.gen(function* () {
    const report = yield* Doctor.examine(options)
    yield* (yield* Output).answer(`${Doctor.toJson(report)}\n`)
    return report.findings
  })

/** Examines the way to the API, and ends with 1 where it is not passable. */
export const doctorCommand = Effect.fnUntraced(function* (argv: ReadonlyArray<string>) {
  const values = yield* parse(argv)
  const output = yield* Output
  if (values.help) return yield* output.answer(`${usage}\n`)
  const options = yield* optionsOf(values)
  const findings = yield* values.json ? asJson(options) : told(options)
  if (Doctor.verdict({ findings }) === "failure") process.exitCode = 1
})
