import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import { readFile } from "node:fs/promises"
import { parseArgs } from "node:util"

/** What was wrong with what the user gave: one line for people. */
export class UsageError extends Data.TaggedError("UsageError")<{ readonly message: string }> {}

export interface AskOptions {
  readonly prompt: string
  readonly model: string
  readonly calm: boolean
}

export const usage = `Usage: effect-claude ask [question] [--file notes.md] [--calm] [--model claude-opus-5-5]
       npm start -- [question] …, in the repository

Sends a question (and a file, if one is given) to Claude and prints the answer as it arrives.
Without ANTHROPIC_API_KEY it talks to the embedded simulator, through resets and a rate limit on
the way; --calm leaves those out. With the key it talks to the API.`

const defaultPrompt = "Why does a connection get reset by its peer, and what can a client do about it?"

const parse = (argv: ReadonlyArray<string>) =>
  Effect.try({
    try: () =>
      parseArgs({
        args: [...argv],
        allowPositionals: true,
        options: {
          file: { type: "string" },
          calm: { type: "boolean", default: false },
          model: { type: "string", default: "claude-opus-5-5" },
          help: { type: "boolean", short: "h", default: false }
        }
      }),
    catch: (cause) => new UsageError({ message: `${firstLine(cause)} (see --help)` })
  })

/** The options of the command line; `undefined` where help was asked for. */
export const fromArguments = Effect.fnUntraced(function* (argv: ReadonlyArray<string>) {
  const { positionals, values } = yield* parse(argv)
  if (values.help) return undefined
  const question = positionals.length === 0 && values.file === undefined ? defaultPrompt : positionals.join(" ")
  const parts = question === "" ? [] : [question]
  if (values.file !== undefined) parts.push(yield* contents(values.file))
  const prompt = parts.join("\n\n").trim()
  if (prompt === "") {
    const what = values.file === undefined ? "the question is empty" : `${values.file} is empty`
    return yield* new UsageError({ message: `${what}: give a question, as in npm start -- "What is a checkpoint?"` })
  }
  const options: AskOptions = { prompt, model: values.model, calm: values.calm }
  return options
})

const contents = (path: string) =>
  Effect.tryPromise({
    try: () => readFile(path, "utf8"),
    catch: (cause) => new UsageError({ message: `cannot read ${path}: ${reason(cause)}` })
  })

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EISDIR: "it is a folder",
  EACCES: "it may not be read"
}

const reason = (cause: unknown): string => {
  const code = typeof cause === "object" && cause !== null && "code" in cause ? String(cause.code) : ""
  return reasons[code] ?? firstLine(cause)
}

export const firstLine = (cause: unknown): string =>
  String(cause instanceof Error ? cause.message : cause).split("\n")[0] ?? ""
