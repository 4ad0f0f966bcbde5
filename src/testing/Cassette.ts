/**
 * Exchanges with the API, recorded into a file and played again from it.
 *
 * Streams keep their chunks, and the time between them as data. Requests are found again by method, path, query, body
 * (as JSON, in any order of keys) and the headers `anthropic-version` and `anthropic-beta`. Credentials, tokens,
 * cookies and the ids of organizations, workspaces, users and requests are taken out before anything is written; the
 * prompts and the answers stay, so look at a cassette before it is published. Playing never touches the network.
 *
 * @since 0.1.0
 */
import * as FileSystem from "@effect/platform/FileSystem"
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import { isSecretName } from "../internal/secrets.js"
import type { Service as TransportService } from "../transport/Transport.js"
import { Transport } from "../transport/Transport.js"
import type { Exchange } from "./internal/cassetteFile.js"
import { decode, encode } from "./internal/cassetteFile.js"
import { Player } from "./internal/player.js"
import { Recorder } from "./internal/recorder.js"

/**
 * The cassette in the context of a test.
 *
 * @since 0.1.0
 * @category tags
 */
export class Cassette extends Context.Tag("effect-claude/Cassette")<Cassette, Service>() {}

/**
 * What a test may ask of a cassette.
 *
 * @since 0.1.0
 * @category models
 */
export interface Service {
  readonly path: string
  /** What is done: `auto` has been decided. */
  readonly mode: "record" | "replay"
  /** The recorded exchanges that no request has asked for, by number and endpoint; none while recording. */
  readonly unused: Effect.Effect<ReadonlyArray<string>>
}

/**
 * `record` asks the API and writes the file anew, `replay` plays it, `auto` plays it where it exists and records it
 * where it does not. What `auto` recorded is written only where a request was answered and none was lost for good: a
 * missing key, a network that broke midway or an overload that was not asked again must not become what is played from
 * then on. `record` writes them, for a test that is about them.
 *
 * @since 0.1.0
 * @category models
 */
export type Mode = "record" | "replay" | "auto"

/**
 * How a cassette is recorded and played.
 *
 * @since 0.1.0
 * @category configuration
 */
export interface Options {
  /** Whether the file is written, played, or whichever is possible. */
  readonly mode: Mode
  /** `recorded` lets the time pass (by the Clock) that passed then; `none` plays at once. Default: `none`. */
  readonly timing?: "none" | "recorded" | undefined
  /** More headers of requests to keep and compare; those that carry secrets never are. Default: none. */
  readonly headers?: ReadonlyArray<string> | undefined
}

/**
 * The file could not be read or written.
 *
 * @since 0.1.0
 * @category errors
 */
export class CassetteError extends Schema.TaggedError<CassetteError>("effect-claude/CassetteError")("CassetteError", {
  path: Schema.String,
  reason: Schema.Literal("Missing", "Unreadable", "Newer", "Unwritable"),
  description: Schema.String
}) {
  /**
   * @since 0.1.0
   */
  override get message(): string {
    return `cassette ${this.path}: ${this.description}`
  }
}

/**
 * A request was made that the cassette does not hold: a defect, since the test or the file is out of date. Its message
 * names the most similar exchange and where it differs.
 *
 * @since 0.1.0
 * @category errors
 */
export class CassetteMismatch extends Data.TaggedError("CassetteMismatch")<{
  readonly path: string
  readonly message: string
}> {}

/** A transport and what is known of it. */
interface Made {
  readonly service: Service
  readonly transport: TransportService
}

const neverCompared = new Set(["anthropic-workspace-id", "anthropic-user-profile-id"])

const headersOf = ({ headers = [] }: Options): ReadonlyArray<string> =>
  headers.filter((name) => !isSecretName(name) && !neverCompared.has(name.toLowerCase()))

const read = (path: string): Effect.Effect<string, CassetteError, FileSystem.FileSystem> =>
  Effect.flatMap(FileSystem.FileSystem, (files) =>
    Effect.mapError(files.readFileString(path), (error) =>
      error._tag === "SystemError" && error.reason === "NotFound"
        ? new CassetteError({ path, reason: "Missing", description: "there is no such file; record it first" })
        : new CassetteError({ path, reason: "Unreadable", description: error.message })
    )
  )

const folderOf = (path: string): string => /^(.*)[/\\][^/\\]*$/.exec(path)?.[1] ?? ""

/** In one step, so that a process that ends midway leaves the old file. */
const write = (path: string, text: string): Effect.Effect<void, CassetteError, FileSystem.FileSystem> =>
  Effect.flatMap(FileSystem.FileSystem, (files) => {
    const folder = folderOf(path)
    return Effect.mapError(
      Effect.gen(function* () {
        if (folder !== "") yield* files.makeDirectory(folder, { recursive: true })
        yield* files.writeFileString(`${path}.new`, text)
        yield* files.rename(`${path}.new`, path)
      }),
      (error) => new CassetteError({ path, reason: "Unwritable", description: error.message })
    )
  })

const replay = (path: string, options: Options): Effect.Effect<Made, CassetteError, FileSystem.FileSystem> =>
  Effect.flatMap(read(path), (text) =>
    Either.match(decode(text), {
      onLeft: (problem) => Effect.fail(new CassetteError({ path, ...problem })),
      onRight: (exchanges) => {
        const player = new Player(exchanges, {
          path,
          timed: options.timing === "recorded",
          headers: headersOf(options),
          mismatch: (message) => new CassetteMismatch({ path, message })
        })
        const service: Service = { path, mode: "replay", unused: Effect.sync(() => player.unused()) }
        return Effect.succeed({ service, transport: player.transport })
      }
    })
  )

const record = (
  path: string,
  options: Options,
  isWorth: (exchanges: ReadonlyArray<Exchange>, recorder: Recorder) => boolean = () => true
): Effect.Effect<Made, never, FileSystem.FileSystem | Transport | Scope.Scope> =>
  Effect.gen(function* () {
    const transport = yield* Transport
    const recorder = new Recorder(headersOf(options))
    // whatever became of the program: what was paid for is worth keeping
    yield* Effect.addFinalizer(() =>
      Effect.suspend(() => {
        const exchanges = recorder.exchanges()
        return isWorth(exchanges, recorder) ? Effect.orDie(write(path, encode(exchanges))) : Effect.void
      })
    )
    const service: Service = { path, mode: "record", unused: Effect.succeed([]) }
    return { service, transport: recorder.record(transport) }
  })

const isWorthPlaying = (exchanges: ReadonlyArray<Exchange>, { isUnfinished }: Recorder): boolean =>
  !isUnfinished && exchanges.some(({ response }) => response !== undefined && response.status < 400)

const auto = (
  path: string,
  options: Options
): Effect.Effect<Made, CassetteError, FileSystem.FileSystem | Transport | Scope.Scope> =>
  Effect.flatMap(FileSystem.FileSystem, (files) =>
    Effect.flatMap(
      Effect.mapError(
        files.exists(path),
        (error) => new CassetteError({ path, reason: "Unreadable", description: error.message })
      ),
      (exists): Effect.Effect<Made, CassetteError, FileSystem.FileSystem | Transport | Scope.Scope> =>
        exists ? replay(path, options) : record(path, options, isWorthPlaying)
    )
  )

const provided = <E, R>(made: Effect.Effect<Made, E, R>) =>
  Layer.scopedContext(
    Effect.map(made, ({ service, transport }) => Context.add(Context.make(Transport, transport), Cassette, service))
  )

/** Options under which no transport is needed. */
type ReplayOptions = Options & { readonly mode: "replay" }

/**
 * A transport that records into a file, or plays it. Recording needs a transport to record; playing needs none. The
 * file is written when the layer's scope closes.
 *
 * @example
 * ```ts
 * import { NodeFileSystem } from "@effect/platform-node"
 * import { Claude, Transport } from "effect-claude"
 * import { NodeTransport } from "effect-claude/node"
 * import { Cassette } from "effect-claude/testing"
 * import { Config, Effect, Layer, Redacted } from "effect"
 *
 * // plays the file if it is there; without it, asks the API once and writes it
 * const Recorded = Cassette.layer("test/cassettes/hello.json", { mode: "auto" }).pipe(
 *   Layer.provide(Layer.scoped(Transport.Transport, NodeTransport.make())),
 *   Layer.provide(NodeFileSystem.layer)
 * )
 * const apiKey = Config.redacted("ANTHROPIC_API_KEY").pipe(Config.withDefault(Redacted.make("not needed to play")))
 *
 * const ClaudeRecorded = Layer.unwrapEffect(Effect.map(apiKey, (apiKey) => Claude.layerTransport({ apiKey }))).pipe(
 *   Layer.provide(Recorded)
 * )
 * ```
 *
 * @since 0.1.0
 * @category layers
 */
export const layer: {
  (path: string, options: ReplayOptions): Layer.Layer<Transport | Cassette, CassetteError, FileSystem.FileSystem>
  (path: string, options: Options): Layer.Layer<Transport | Cassette, CassetteError, FileSystem.FileSystem | Transport>
} = (
  path: string,
  options: Options
  // the implementation answers all modes; the overloads say which of them needs a transport
): Layer.Layer<Transport | Cassette, CassetteError, FileSystem.FileSystem> =>
  provided(made(path, options)) as Layer.Layer<Transport | Cassette, CassetteError, FileSystem.FileSystem>

const made = (
  path: string,
  options: Options
): Effect.Effect<Made, CassetteError, FileSystem.FileSystem | Transport | Scope.Scope> => {
  switch (options.mode) {
    case "replay":
      return replay(path, options)
    case "record":
      return record(path, options)
    case "auto":
      return auto(path, options)
  }
}
