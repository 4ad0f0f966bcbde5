/**
 * The last attempts as files: what `FlightRecorder` keeps in memory, where a crash does not reach it.
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Runtime from "effect/Runtime"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import * as FlightRecorder from "../observe/FlightRecorder.js"
import { FlightLog, readAll } from "./internal/flightLog.js"

/**
 * A line of the file: an attempt as it stood when the line was written.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Entry = Schema.Struct({
  version: Schema.Literal(1),
  /** The run of the program that made the attempt, since calls are counted anew in each. */
  run: Schema.String,
  record: FlightRecorder.AttemptRecord
})

/**
 * An attempt, and the run of the program that made it.
 *
 * @since 0.1.0
 * @category models
 */
export interface Entry extends Schema.Schema.Type<typeof Entry> {}

/**
 * The files could not be opened or read.
 *
 * @since 0.1.0
 * @category errors
 */
export class FlightFileError extends Schema.TaggedError<FlightFileError>("effect-claude/FlightFileError")(
  "FlightFileError",
  { operation: Schema.Literal("open", "read"), directory: Schema.String, description: Schema.String }
) {
  override get message(): string {
    return `could not ${this.operation} the flight files in ${this.directory}: ${this.description}`
  }
}

/**
 * Where and how the files are kept.
 *
 * @since 0.1.0
 * @category configuration
 */
export interface Options {
  /** The directory of the files. One that is not there is made, for its owner alone (0700); the files are 0600. */
  readonly directory: string
  /** A file that has reached so many bytes makes room for a new one. Default: 1 MiB, some 500 attempts. */
  readonly maxBytes?: number | undefined
  /** How many files there are at most, the one that is written among them. Default: 3. */
  readonly files?: number | undefined
}

const encode = Schema.encodeOption(Schema.parseJson(Entry))

const decode = Schema.decodeUnknownOption(Schema.parseJson(Entry))

const failed =
  (operation: "open" | "read", directory: string) =>
  (error: unknown): FlightFileError =>
    new FlightFileError({ operation, directory, description: error instanceof Error ? error.message : String(error) })

/**
 * Writes the attempts of the context's hub to files until the scope closes. Fails if they cannot be opened.
 *
 * Each change is appended at once and synchronously, so that it is there whatever ends the process, `SIGKILL` too; a
 * loss of power may take the last ones. A disk that is full costs lines and a warning, never a call.
 *
 * @since 0.1.0
 * @category constructors
 */
export const record = (options: Options): Effect.Effect<void, FlightFileError, Scope.Scope> =>
  Effect.gen(function* () {
    const runtime = yield* Effect.runtime()
    const started = yield* Clock.currentTimeMillis
    const { directory, files = 3, maxBytes = 1_048_576 } = options
    const warn = (description: string) =>
      Runtime.runFork(runtime)(Effect.logWarning(`flight files in ${directory} are not written: ${description}`))
    const log = yield* Effect.acquireRelease(
      Effect.try({
        try: () => new FlightLog({ directory, files: Math.max(1, files), maxBytes, onFailure: warn }),
        catch: failed("open", directory)
      }),
      (log) => Effect.sync(() => log.close())
    )
    const run = `${new Date(started).toISOString()}-${process.pid}`
    yield* FlightRecorder.track((record) => {
      const line = encode({ version: 1, run, record })
      if (line._tag === "Some") log.append(line.value)
    })
  })

/**
 * Writes the attempts of the context's hub to `flight.jsonl` in a directory, with `flight.1.jsonl` and so on as it
 * grows.
 *
 * @example
 * ```ts
 * import { FlightFile, NodeClaude } from "effect-claude/node"
 * import { Layer } from "effect"
 *
 * const Live = Layer.merge(NodeClaude.layer, FlightFile.layer({ directory: ".flights" }))
 * ```
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (options: Options): Layer.Layer<never, FlightFileError> => Layer.scopedDiscard(record(options))

/**
 * Reads the attempts of a directory, also those of runs that crashed: each as it stood last, in the order in which they
 * began. Lines that were cut off are left out; a directory that is not there holds none.
 *
 * @since 0.1.0
 * @category combinators
 */
export const read = (directory: string): Effect.Effect<ReadonlyArray<Entry>, FlightFileError> =>
  Effect.map(Effect.tryPromise({ try: () => readAll(directory), catch: failed("read", directory) }), (lines) => {
    const entries = new Map<string, Entry>()
    for (const line of lines) {
      const entry = decode(line)
      if (entry._tag === "None") continue
      const { record, run } = entry.value
      entries.set(`${run} ${record.call} ${record.attempt}`, entry.value)
    }
    return [...entries.values()]
  })
