import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { withOptions } from "../../../Claude.js"
import type { CallError, ClaudeError } from "../../../ClaudeError.js"
import { type CallInfo, type Collector, CurrentCollector } from "../../../client/CallInfo.js"
import { httpDate } from "../../../internal/headers.js"
import type { Found, Known } from "./model.js"
import { broken, lasting, many, timed } from "./told.js"

/** How a small, free call went. */
interface Asked {
  readonly error: CallError | undefined
  /** Of the response, whatever it was; `undefined` where none came. */
  readonly info: CallInfo | undefined
  readonly took: number
}

/** Asks for one model of the list: it costs nothing, and is refused without a credential. */
const ask = ({ claude, limit }: Known): Effect.Effect<Asked> =>
  Effect.suspend(() => {
    const collector: Collector = { info: undefined }
    const call = claude.execute({ method: "GET", path: "/v1/models", query: { limit: 1 }, response: Schema.Unknown })
    return Effect.match(call, { onFailure: (error) => error, onSuccess: () => undefined }).pipe(
      Effect.provideService(CurrentCollector, collector),
      // connection, headers and body have a limit each; a body that trickles has none of its own
      withOptions({ timeouts: { total: Duration.times(limit, 3) } }),
      timed,
      Effect.map(([error, took]) => ({ error, info: collector.info, took }))
    )
  })

/** Headers that tell who answered. */
const answered = ({ headers, requestId, status }: CallInfo): Readonly<Record<string, unknown>> => ({
  status,
  requestId,
  server: headers["server"],
  via: headers["via"],
  cfRay: headers["cf-ray"]
})

/** Whether a server of HTTP that means the API has answered, in whatever tone. */
const isAnswered = ({ error, info }: Asked): boolean => info !== undefined && error?._tag !== "UnexpectedResponse"

/** Whether the API itself spoke. */
const isReached = (asked: Asked): boolean =>
  isAnswered(asked) && (asked.error === undefined || asked.info?.requestId !== undefined)

/** Whether another try would be worth it: a refusal that would come again says nothing of the way. */
const isTroubled = (asked: Asked): boolean =>
  asked.error !== undefined && (!isAnswered(asked) || asked.error.isRetryable)

/** Gateways may serve messages without the list of models, and have limits of their own. */
const isPartial = ({ error, info }: Asked): boolean =>
  error !== undefined && (error._tag === "RateLimited" || info?.status === 404 || info?.status === 405)

/** Whether the API answers, and takes the credential. */
export const api = (known: Known): Effect.Effect<Found> =>
  Effect.map(ask(known), (asked): Found => {
    const { error, info, took } = asked
    if (info === undefined || !isReached(asked)) {
      return error === undefined
        ? { verdict: "ok", says: "It answers." }
        : withAnswer(broken(error, isPartial(asked) ? "warning" : "failure"), info)
    }
    const evidence = answered(info)
    if (error === undefined) {
      return info.requestId === undefined
        ? {
            verdict: "note",
            says: `An answer came in ${lasting(took)}, without a request-id: a gateway speaks, not the API itself.`,
            evidence
          }
        : { verdict: "ok", says: `The API answers in ${lasting(took)} (${info.requestId}).`, evidence }
    }
    if (error._tag === "AuthenticationFailed" && !known.hasCredential) {
      return {
        verdict: "ok",
        says: `The API answers in ${lasting(took)}: it wants a credential (${info.requestId}).`,
        evidence
      }
    }
    const refused = error._tag === "AuthenticationFailed" || error._tag === "PermissionDenied"
    return withAnswer(broken(error, refused ? "failure" : "warning"), info)
  })

const withAnswer = (found: Found, info: CallInfo | undefined): Found =>
  info === undefined ? found : { ...found, evidence: { ...found.evidence, ...answered(info) } }

/** The `date` header is in whole seconds, and old by half the way. */
const tolerance = 30_000

export const judgeClock = (skew: number): Found => {
  const evidence = { skew: Math.round(skew) }
  if (Math.abs(skew) <= tolerance) {
    return { verdict: "ok", says: "This machine's clock agrees with the API's.", evidence }
  }
  return {
    verdict: "warning",
    says: `This machine's clock is ${lasting(Math.abs(skew))} ${skew > 0 ? "ahead of" : "behind"} the API's.`,
    remedy: "Set the clock: certificates and the times of rate limits are judged by it.",
    evidence
  }
}

/** Whether this machine and the API agree on the time. */
export const clock = (known: Known): Effect.Effect<Found> =>
  Effect.flatMap(ask(known), ({ error, info, took }) => {
    const date = info === undefined ? undefined : httpDate(info.headers["date"] ?? "")
    if (info === undefined && error !== undefined) return Effect.succeed(broken(error, "warning"))
    return date === undefined
      ? Effect.succeed<Found>({ verdict: "note", says: "The answer bears no date to compare the clock with." })
      : Effect.map(Clock.currentTimeMillis, (now) => judgeClock(now - took / 2 - (date + 500)))
  })

const median = (sorted: ReadonlyArray<number>): number => sorted[Math.floor((sorted.length - 1) / 2)] ?? 0

const tally = (errors: ReadonlyArray<ClaudeError>): string => {
  const tags = new Map<string, number>()
  for (const { _tag } of errors) tags.set(_tag, (tags.get(_tag) ?? 0) + 1)
  return Array.from(tags, ([tag, count]) => `${count} ${tag}`).join(", ")
}

/** `stale`: how many calls found their kept connection reset, and were sent again over a fresh one. */
export const judgeLatency = (
  times: ReadonlyArray<number>,
  failed: ReadonlyArray<ClaudeError>,
  stale: number
): Found => {
  const sorted = [...times].sort((a, b) => a - b)
  const rounds = times.length + failed.length
  const evidence = { rounds, failed: failed.length, stale, millis: times }
  const first = failed[0]
  if (first !== undefined) {
    return {
      verdict: "warning",
      says: `${failed.length} of ${many(rounds, "call")} failed: ${tally(failed)}.`,
      remedy: first.hint,
      evidence
    }
  }
  if (stale > 0) {
    return {
      verdict: "warning",
      says: `${stale} of ${many(rounds, "call")} found a kept connection reset, and went over a fresh one.`,
      remedy: "Something closes connections at once: shorten pool.keepAlive, and look at what stands in between.",
      evidence
    }
  }
  const middle = median(sorted)
  const most = sorted.at(-1) ?? 0
  const range = `${lasting(sorted[0] ?? 0)} to ${lasting(most)}`
  const says = `${many(rounds, "call")} took ${lasting(middle)} in the median, ${range}`
  return most > 3 * middle + 500
    ? {
        verdict: "note",
        says: `${says}: it is not steady.`,
        remedy: "Look for loss on the line: a wireless link, a VPN, an upload beside it.",
        evidence
      }
    : { verdict: "ok", says: `${says}.`, evidence }
}

/** How long small calls take, one after the other over one connection. */
export const latency =
  (rounds: number) =>
  (known: Known): Effect.Effect<Found> =>
    Effect.map(Effect.replicateEffect(ask(known), rounds), (all) => {
      const failed = all.filter(isTroubled)
      return judgeLatency(
        all.flatMap((asked) => (isTroubled(asked) ? [] : [asked.took])),
        failed.flatMap(({ error }) => (error === undefined ? [] : [error])),
        all.filter(({ info }) => (info?.attempts ?? 1) > 1).length
      )
    })

const needsCredential: Found = { verdict: "skipped", says: "Not tried, since there is no credential." }

/** Whether a request of a size gets through. The API counts its tokens, which costs nothing. */
export const upload =
  ({ bytes, model }: { readonly bytes: number; readonly model: string }) =>
  ({ claude, hasCredential, limit }: Known): Effect.Effect<Found> => {
    if (!hasCredential) return Effect.succeed(needsCredential)
    const size = `${(bytes / 1e6).toFixed(1)} MB`
    const evidence = { bytes }
    const request = { model, messages: [{ role: "user", content: "word ".repeat(Math.ceil(bytes / 5)) }] } as const
    // a slow line is no failure: a second more for each 32 KB, as calls have by default
    const headers = Duration.sum(limit, Duration.seconds(bytes / 32_768))
    return claude.countTokens(request).pipe(
      withOptions({ timeouts: { headers } }),
      timed,
      Effect.match({
        onSuccess: ([, took]): Found => ({
          verdict: "ok",
          says: `A request of ${size} gets through in ${lasting(took)}.`,
          evidence
        }),
        onFailure: (error): Found => {
          const found = judgeUpload(size, error)
          return { ...found, evidence: { ...found.evidence, ...evidence } }
        }
      })
    )
  }

/** `size`: in words. */
const judgeUpload = (size: string, error: ClaudeError): Found => {
  // a refusal with an id is the API's: the request has come to it
  if (error.requestId !== undefined && error._tag !== "UnexpectedResponse") {
    return { verdict: "ok", says: `A request of ${size} gets through; the API says: ${error.message}` }
  }
  const found = broken(error)
  return error._tag === "NotFound"
    ? {
        ...found,
        verdict: "note",
        says: `Whether ${size} get through cannot be told, since tokens are not counted here.`
      }
    : found
}

/** When the pieces of an answer came, in milliseconds from the first. */
export const judgeStream = (first: number, arrivals: ReadonlyArray<number>): Found => {
  const span = arrivals.at(-1) ?? 0
  const evidence = { firstToken: first, pieces: arrivals.length, span }
  const says = `The first token came after ${lasting(first)}, ${many(arrivals.length, "piece")} within ${lasting(span)}`
  return arrivals.length > 4 && span < Math.min(first / 20, 250)
    ? {
        verdict: "warning",
        says: `${says}: something holds events back and hands them on at once.`,
        remedy: "Have the proxy in between pass events through unbuffered (nginx: proxy_buffering off).",
        evidence
      }
    : { verdict: "ok", says: `${says}.`, evidence }
}

/** A model that is busy takes its time, which is not the network's. */
const modelsPace = { headers: "1 minute", idle: "1 minute", stalled: "1 minute" } as const

/** Whether tokens arrive as they are made. This one is billed. */
export const stream =
  (model: string) =>
  ({ claude, hasCredential }: Known): Effect.Effect<Found> =>
    Effect.gen(function* () {
      if (!hasCredential) return needsCredential
      const start = yield* Clock.currentTimeMillis
      const arrivals: Array<number> = []
      const answer = claude.stream({
        model,
        max_tokens: 256,
        messages: [{ role: "user", content: "Count from 1 to 60, in words." }]
      })
      yield* Stream.runForEach(withOptions(answer, { timeouts: modelsPace }), (event) =>
        event.type === "content_block_delta"
          ? Effect.map(Clock.currentTimeMillis, (now) => void arrivals.push(now))
          : Effect.void
      )
      const first = arrivals[0] ?? start
      return judgeStream(
        first - start,
        arrivals.map((at) => at - first)
      )
    }).pipe(Effect.catchAll((error) => Effect.succeed(broken(error))))
