#!/usr/bin/env node
/**
 * The `effect-claude` command: `ask` (which `npm start` runs) and `doctor`, over the same public API that users have.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as ClaudeError from "../ClaudeError.js"
import { adviceOf } from "../internal/advice.js"
import { askCommand } from "./internal/askCommand.js"
import { doctorCommand } from "./internal/doctorCommand.js"
import { UsageError } from "./internal/options.js"
import { layerProcess, Output } from "./internal/output.js"
import { runMain } from "./internal/runMain.js"

const usage = `Usage: effect-claude <command>

  ask      sends a question to Claude and prints the answer as it arrives
  doctor   examines the way to the API, step by step

effect-claude <command> --help tells of each.`

const command = (argv: ReadonlyArray<string>) => {
  const [name, ...rest] = argv
  switch (name) {
    case "ask":
      return askCommand(rest)
    case "doctor":
      return doctorCommand(rest)
    case undefined:
    case "help":
    case "--help":
    case "-h":
      return Effect.flatMap(Output, ({ answer }) => answer(`${usage}\n`))
    default:
      return Effect.fail(new UsageError({ message: `there is no command ${name} (see effect-claude --help)` }))
  }
}

/** One line for people, and exit code 1. */
const explain = (error: { readonly _tag: string; readonly message?: string }) =>
  Effect.map(Output, (output) => {
    const advice = ClaudeError.isClaudeError(error) ? adviceOf(error) : undefined
    output.error(`error: ${error.message ?? error._tag}${advice === undefined ? "" : ` ${advice}`}`)
    process.exitCode = 1
  })

command(process.argv.slice(2)).pipe(
  Effect.catchAll(explain),
  Effect.provide(layerProcess),
  runMain({ disableErrorReporting: false })
)
