/** All that the stack lets out, as text. */
import { Cause, Effect, Exit, Inspectable, Layer, Logger, LogLevel } from "effect"
import { ClaudeEvent, FlightRecorder, HealthMonitor, SupportBundle, Telemetry } from "effect-claude"
import { FlightFile } from "effect-claude/node"
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { inspect } from "node:util"
import { recordingTracer, snapshot } from "../observe/support.js"

/** Every way in which a program may turn a value into text. */
const textsOf = (value: unknown): ReadonlyArray<string> => {
  if (typeof value === "string") return [value]
  const circle = new Set<unknown>()
  const json = JSON.stringify(value, (_, inner: unknown) => {
    if (typeof inner === "bigint") return String(inner)
    if (typeof inner !== "object" || inner === null) return inner
    if (circle.has(inner)) return "again"
    circle.add(inner)
    return inner
  })
  const dump = (depth: number) => inspect(value, { depth, showHidden: true, maxStringLength: null })
  return [json ?? "", dump(30), Inspectable.toStringUnknown(value), value instanceof Error ? (value.stack ?? "") : ""]
}

/** What was let out, and by what. */
export class Emitted {
  private readonly found = new Map<string, Set<string>>()

  add(source: string, ...values: ReadonlyArray<unknown>): void {
    // the same text a thousand times is one finding
    const texts = this.found.get(source) ?? new Set()
    this.found.set(source, texts)
    for (const value of values) for (const text of textsOf(value)) texts.add(text)
  }

  /** All, or those of some sources. */
  texts(of: (source: string) => boolean = () => true): ReadonlyArray<readonly [source: string, text: string]> {
    return [...this.found].flatMap(([source, texts]) =>
      of(source) ? [...texts].map((text) => [source, text] as const) : []
    )
  }
}

const formats = [Logger.stringLogger, Logger.logfmtLogger, Logger.jsonLogger, Logger.structuredLogger]

const logger = (emitted: Emitted) =>
  Logger.make((entry) => {
    emitted.add("log", entry.message, ...Cause.prettyErrors(entry.cause), Cause.pretty(entry.cause))
    for (const format of formats) emitted.add("log", format.log(entry))
  })

/** What a failed program shows of why. */
export const addExit = (emitted: Emitted, exit: Exit.Exit<unknown, unknown>): void => {
  if (Exit.isSuccess(exit)) return
  emitted.add("exit", exit, exit.cause)
  emitted.add("pretty", Cause.pretty(exit.cause, { renderErrorCause: true }), Cause.pretty(exit.cause))
  emitted.add("error", ...Cause.failures(exit.cause), ...Cause.defects(exit.cause))
  for (const error of Cause.failures(exit.cause)) {
    emitted.add("pretty", String(error), Object(error).message, Object(error).hint)
  }
}

/** The text of every file in a directory. */
export const filesIn = (directory: string): ReadonlyArray<string> =>
  readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8"))

/** A directory that is gone with the scope. */
export const directory = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "effect-claude-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true }))
)

/** What a program does that looks at how a call ended. */
const show = (emitted: Emitted, exit: Exit.Exit<unknown, unknown>): Effect.Effect<void> =>
  Effect.gen(function* () {
    if (Exit.isSuccess(exit)) return
    addExit(emitted, exit)
    addExit(emitted, Exit.die(Cause.squash(exit.cause)))
    yield* Effect.logError("it failed", exit.cause)
    yield* Effect.logWarning(...Cause.failures(exit.cause), ...Cause.defects(exit.cause))
    yield* Effect.logDebug("again", Object(Cause.squash(exit.cause))).pipe(Effect.annotateLogs("exit", exit))
  })

/** Runs programs with everything listening that can listen, and their failures logged, and gathers what they say. */
export const watched = <R, E>(
  emitted: Emitted,
  programs: ReadonlyArray<Effect.Effect<unknown, unknown, R>>,
  layer: Layer.Layer<R, E>,
  options: { readonly content?: boolean } = {}
): Effect.Effect<void> =>
  Effect.gen(function* () {
    const flights = yield* directory
    const { seen, tracer } = recordingTracer()
    const content = options.content ?? false
    yield* Effect.gen(function* () {
      yield* ClaudeEvent.listen((event) => emitted.add("event", event))
      const calls = programs.map((program) => Effect.exit(Effect.withSpan(program, "the program")))
      const exits = yield* Effect.provide(Effect.all(calls, { concurrency: "unbounded" }), Layer.orDie(layer))
      yield* Effect.forEach(exits, (exit) => show(emitted, exit))
      emitted.add("flight recorder", yield* FlightRecorder.records)
      emitted.add("health", yield* HealthMonitor.status)
      const bundle = yield* SupportBundle.collect()
      emitted.add("support bundle", bundle, SupportBundle.toJson(bundle))
    }).pipe(
      Effect.scoped,
      Effect.provide(
        Layer.mergeAll(
          Telemetry.layer({ content, names: "both" }),
          FlightRecorder.layer(),
          HealthMonitor.layer(),
          Layer.orDie(FlightFile.layer({ directory: flights })),
          Logger.replace(Logger.defaultLogger, logger(emitted)),
          Logger.minimumLogLevel(LogLevel.All)
        )
      ),
      Effect.withTracer(tracer),
      Effect.provide(ClaudeEvent.layerHub)
    )
    emitted.add("flight file", ...filesIn(flights))
    for (const { attributes, events, exit, name } of seen()) {
      emitted.add(content ? "span with content" : "span", { name, attributes, events })
      if (exit === undefined || Exit.isSuccess(exit)) continue
      emitted.add("span's exit", exit)
      emitted.add("span", Cause.pretty(exit.cause), ...Cause.prettyErrors(exit.cause).map(String))
    }
    emitted.add("metric", snapshot())
  }).pipe(Effect.scoped)
