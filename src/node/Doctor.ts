/**
 * Examines the way to the API, step by step, as the client would go it: settings, proxy, DNS, TCP, the proxy's tunnel,
 * TLS, the API's answer, the clock, latency; and on request whether large requests get through, whether events are held
 * back, and what becomes of a connection that is silent for a while.
 *
 * For the machine, the network and the process that have the trouble: it opens connections by the code, the proxy
 * settings and the certificates of `NodeClaude`, where curl has its own of each.
 *
 * @since 0.1.0
 */
import * as Chunk from "effect/Chunk"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { layerHub } from "../ClaudeEvent.js"
import { defined } from "../internal/defined.js"
import * as calls from "./internal/doctor/calls.js"
import { idle } from "./internal/doctor/idle.js"
import * as model from "./internal/doctor/model.js"
import * as path from "./internal/doctor/path.js"
import { proxySettings, settings } from "./internal/doctor/settings.js"
import { timed } from "./internal/doctor/told.js"
import type * as NodeClaude from "./NodeClaude.js"

/**
 * The steps, in their order.
 *
 * `settings`: what the program itself says. `proxy`: which way connections take. `dns`: the name of the proxy, or of
 * the API. `tcp`: each address of it. `tunnel`: what the proxy says to CONNECT. `tls`: certificate and handshake.
 * `api`: one call. `clock`: this machine's against the API's. `latency`: some calls over one connection. `upload`,
 * `stream`, `idle`: on request.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Check = model.Check

/**
 * A step on the way.
 *
 * @since 0.1.0
 * @category models
 */
export type Check = typeof Check.Type

/**
 * `ok`; `note`: unusual, and maybe meant; `warning`: works, and will make trouble; `failure`: calls cannot work;
 * `skipped`: not tried, since a step before it failed or there is nothing to try.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Verdict = model.Verdict

/**
 * How a step is judged.
 *
 * @since 0.1.0
 * @category models
 */
export type Verdict = typeof Verdict.Type

/**
 * What a step found: a sentence, what to do about it, and the figures behind it.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Finding = model.Finding

/**
 * What a step found.
 *
 * @since 0.1.0
 * @category models
 */
export interface Finding extends Schema.Schema.Type<typeof Finding> {}

/**
 * All findings. No credential, no prompt and no answer is in it; hosts, addresses and the names of variables are.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Report = model.Report

/**
 * All findings.
 *
 * @since 0.1.0
 * @category models
 */
export interface Report extends Schema.Schema.Type<typeof Report> {}

/**
 * The options of {@link examine}.
 *
 * @since 0.1.0
 * @category configuration
 */
export interface Options {
  /**
   * The options of the client that has the trouble, as `NodeClaude.layerWith` takes them: credential, base URL,
   * headers, proxy and certificates are taken from here. Default: none, that is `NodeClaude.layer`.
   */
  readonly client?: NodeClaude.Options | undefined
  /**
   * How long to wait for one thing: a name, a connection, a handshake, the head of an answer. `upload` waits a second
   * longer for each 32 KB, `stream` a minute for its model. Default: 10 seconds.
   */
  readonly timeout?: Duration.DurationInput | undefined
  /** How many calls `latency` makes, one after the other; 100 at most. Default: 5. */
  readonly rounds?: number | undefined
  /**
   * The size of a request that is sent to be counted, in bytes: proxies have limits of their own. 32 MB at most, as
   * the API takes no more. Costs nothing, but needs a credential. Default: none is sent.
   */
  readonly upload?: number | undefined
  /**
   * Whether to have 256 tokens at most streamed, to see if something holds them back. Billed; needs a credential.
   * Default: `false`.
   */
  readonly stream?: boolean | undefined
  /** The model that `upload` and `stream` name. Default: `claude-haiku-5-5`. */
  readonly model?: string | undefined
  /** How long a connection is left silent before it is used again. Default: it is not tried. */
  readonly idle?: Duration.DurationInput | undefined
}

/** A whole number in a range; its lower end for what is no number. */
const within = (low: number, high: number, value: number): number =>
  Math.max(low, Math.min(high, Math.floor(Number.isNaN(value) ? low : value)))

/** A request of so many bytes is one that the API takes. */
const mostBytes = 32_000_000

const probesOf = (options: Options): ReadonlyArray<model.Probe> => {
  const name = options.model ?? "claude-haiku-5-5"
  const { idle: silence, upload } = options
  return [
    { check: "proxy", run: proxySettings(options.client?.pool?.proxy) },
    { check: "dns", run: path.dns },
    { check: "tcp", run: path.tcp },
    { check: "tunnel", run: path.tunnel },
    { check: "tls", run: path.tls },
    { check: "api", run: calls.api },
    { check: "clock", run: calls.clock },
    { check: "latency", run: calls.latency(within(1, 100, options.rounds ?? 5)) },
    ...(upload === undefined
      ? []
      : [{ check: "upload", run: calls.upload({ bytes: within(1, mostBytes, upload), model: name }) } as const]),
    ...(options.stream === true ? [{ check: "stream", run: calls.stream(name) } as const] : []),
    ...(silence === undefined ? [] : [{ check: "idle", run: idle(Duration.decode(silence)) } as const])
  ]
}

const findingOf = (check: Check, { evidence, remedy, says, verdict }: model.Found, took: number): Finding => ({
  check,
  verdict,
  says,
  ...(remedy === undefined ? {} : { remedy }),
  evidence: defined(evidence ?? {}),
  took: Duration.millis(took)
})

const skipped = (check: Check, since: Check): Finding =>
  findingOf(check, { verdict: "skipped", says: `Not tried, since ${since} failed.` }, 0)

/** Its calls are nobody's: health monitors and flight recorders are not told of them. */
const unheard = Effect.provide(layerHub)

/** What one probe finds, unless one before it failed; and which has failed by now. */
const next =
  (known: model.Known) =>
  (failed: Check | undefined, { check, run }: model.Probe): Effect.Effect<readonly [Check | undefined, Finding]> =>
    failed !== undefined
      ? Effect.succeed([failed, skipped(check, failed)])
      : Effect.map(timed(unheard(run(known))), ([found, took]) => [
          found.verdict === "failure" ? check : undefined,
          findingOf(check, found, took)
        ])

/**
 * The findings, each as soon as it is there. It never fails: what goes wrong is what is found.
 *
 * By default it makes `rounds` + 2 calls of `GET /v1/models`, which cost nothing, and gives each of them up after
 * three times `timeout` at the latest.
 *
 * @since 0.1.0
 * @category constructors
 */
export const findings = (options: Options = {}): Stream.Stream<Finding> =>
  Stream.unwrapScoped(
    Effect.gen(function* () {
      const limit = Duration.decode(options.timeout ?? "10 seconds")
      const [[found, known], took] = yield* timed(settings(options.client ?? {}, limit))
      const probes = probesOf(options)
      const first = Stream.succeed(findingOf("settings", found, took))
      const rest =
        known === undefined
          ? Stream.fromIterable(probes.map(({ check }) => skipped(check, "settings")))
          : Stream.mapAccumEffect(Stream.fromIterable(probes).pipe(Stream.rechunk(1)), undefined, next(known))
      return Stream.concat(first, rest)
    })
  )

/**
 * Examines the way to the API, and gives all that was found.
 *
 * @example
 * ```ts
 * import { Doctor } from "effect-claude/node"
 * import { Console, Effect } from "effect"
 *
 * const program = Effect.flatMap(
 *   Doctor.examine({ client: { baseUrl: "https://gateway.example.com" }, idle: "70 seconds" }),
 *   (report) => Console.log(Doctor.verdict(report), Doctor.format(report))
 * )
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
export const examine = (options: Options = {}): Effect.Effect<Report> =>
  Effect.gen(function* () {
    const at = yield* Clock.currentTimeMillis
    const found = yield* Stream.runCollect(findings(options))
    const origin = Chunk.toReadonlyArray(found).find(({ check }) => check === "settings")?.evidence["origin"]
    return { version: 1, at, ...(typeof origin === "string" ? { origin } : {}), findings: Chunk.toReadonlyArray(found) }
  })

const severity: ReadonlyArray<Verdict> = ["skipped", "ok", "note", "warning", "failure"]

/**
 * The worst of all findings.
 *
 * @since 0.1.0
 * @category combinators
 */
export const verdict = ({ findings }: Pick<Report, "findings">): Verdict =>
  findings.reduce<Verdict>(
    (worst, { verdict }) => (severity.indexOf(verdict) > severity.indexOf(worst) ? verdict : worst),
    "ok"
  )

/**
 * A finding as text for people: verdict, check and sentence in one line, and what to do about it in a second.
 *
 * @since 0.1.0
 * @category combinators
 */
export const formatFinding = ({ check, remedy, says, verdict }: Finding): string => {
  const margin = " ".repeat(19)
  const line = `${verdict.padEnd(9)}${check.padEnd(10)}${says}`
  return remedy === undefined ? line : `${line}\n${margin}-> ${remedy}`
}

/**
 * A report as text for people, a finding after the other.
 *
 * @since 0.1.0
 * @category combinators
 */
export const format = ({ findings }: Pick<Report, "findings">): string => findings.map(formatFinding).join("\n")

const encode = Schema.encodeSync(Report)

/**
 * A report as indented JSON, to be attached to a message. It reads back by the Schema. A `SupportBundle` takes the
 * report as its `network`.
 *
 * @since 0.1.0
 * @category combinators
 */
export const toJson = (report: Report): string => JSON.stringify(encode(report), undefined, 2)
