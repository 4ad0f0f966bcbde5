/** Records the exchanges of a transport. */
import type * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { isKept } from "../../internal/headers.js"
import { credentialsIn } from "../../internal/secrets.js"
import type { Service, TransportBody, TransportRequest, TransportResponse } from "../../transport/Transport.js"
import type { TransportFault } from "../../transport/TransportFault.js"
import type { Exchange, RecordedFault, RecordedRequest, RecordedResponse } from "./cassetteFile.js"
import { writeChunk } from "./cassetteFile.js"
import type { AccountId } from "./recordedRequest.js"
import { accountIdsOf, recordedRequest, secretsOf } from "./recordedRequest.js"
import { Scrubber, toBinary } from "./scrub.js"

const errorEvent = /^event: ?error\r?\n/m

/** An exchange as it is heard, secrets and all. */
class Take {
  after = 0
  response: TransportResponse | undefined
  fault: TransportFault | undefined
  end: "complete" | "left" | "abandoned" | TransportFault = "left"
  readonly chunks: Array<{ readonly after: number; readonly text: string }> = []
  /** How many exchanges had begun when this one went wrong. */
  lostAt: number | undefined
  private last: number
  private recent = ""

  constructor(
    readonly request: RecordedRequest,
    readonly secrets: ReadonlyArray<string>,
    readonly ids: ReadonlyArray<AccountId>,
    private readonly clock: Clock.Clock
  ) {
    this.last = clock.unsafeCurrentTimeMillis()
  }

  /** Milliseconds since it was asked for the last time. */
  lap(): number {
    const now = this.clock.unsafeCurrentTimeMillis()
    const passed = Math.max(0, Math.round(now - this.last))
    this.last = now
    return passed
  }

  /** Whether an event among these bytes says that the answer failed, though chunks cut its name in two. */
  heard(bytes: Uint8Array): boolean {
    const text = toBinary(bytes)
    this.chunks.push({ after: this.lap(), text })
    const recent = this.recent + text
    this.recent = recent.slice(-16)
    return errorEvent.test(recent)
  }

  /** Whether there is anything to play again. */
  get isOver(): boolean {
    return this.response !== undefined || this.fault !== undefined
  }
}

export class Recorder {
  private readonly takes: Array<Take> = []

  constructor(private readonly headers: ReadonlyArray<string>) {}

  /** Records while it carries. Exchanges stand in the order in which they began. */
  record(transport: Service): Service {
    return {
      execute: (request) =>
        Effect.clockWith((clock) => {
          const secretless = recordedRequest(request, this.headers)
          const take = new Take(secretless, secretsOf(request), accountIdsOf(request), clock)
          this.takes.push(take)
          return this.follow(transport, request, take)
        })
    }
  }

  private follow(transport: Service, request: TransportRequest, take: Take) {
    return transport.execute(request).pipe(
      Effect.tapError((fault) =>
        Effect.sync(() => {
          take.after = take.lap()
          take.fault = fault
          this.lose(take)
        })
      ),
      Effect.map((response): TransportResponse => {
        take.after = take.lap()
        take.response = response
        if (passes(response.status)) this.lose(take)
        return { ...response, body: listening(response.body, take, () => this.lose(take)) }
      })
    )
  }

  private lose(take: Take): void {
    take.lostAt ??= this.takes.length
  }

  /** Whether something went wrong that passes, and nothing was asked after it: no retry, no continuation. */
  get isUnfinished(): boolean {
    return this.takes.some(({ lostAt }) => lostAt === this.takes.length)
  }

  /** What was recorded, without its secrets. */
  exchanges(): ReadonlyArray<Exchange> {
    const scrubber = new Scrubber()
    const over = this.takes.filter((take) => take.isOver)
    for (const take of over) learn(scrubber, take)
    return over.map((take) => exchangeOf(scrubber, take))
  }
}

/** Answers that are another one a little later. */
const passes = (status: number): boolean => status === 408 || status === 429 || status >= 500

const listening = (body: TransportBody, take: Take, lost: () => void): TransportBody => ({
  read: Effect.matchEffect(body.read, {
    onFailure: (fault) => {
      if (take.end === "left") take.end = fault
      if (!isWhole(take)) lost()
      return Effect.fail(fault)
    },
    onSuccess: (bytes) => {
      if (bytes !== undefined) {
        if (take.heard(bytes)) lost()
      } else {
        if (take.end === "left") take.end = "complete"
        if (isStream(take) && !isWhole(take)) lost()
      }
      return Effect.succeed(bytes)
    }
  }),
  abort: (fault) =>
    Effect.suspend(() => {
      if (take.end === "left") take.end = "abandoned"
      if (!isWhole(take)) lost()
      return body.abort(fault)
    })
})

const isStream = ({ response }: Take): boolean =>
  response?.headers["content-type"]?.startsWith("text/event-stream") === true

const lastEvent = /^event: message_stop\r?$/m

const isWhole = ({ chunks }: Take): boolean => lastEvent.test(chunks.map(({ text }) => text).join(""))

const responseIds: Readonly<Record<string, string>> = {
  "request-id": "req",
  "x-amzn-requestid": "req",
  "anthropic-organization-id": "organization",
  "anthropic-workspace-id": "workspace"
}

const learn = (scrubber: Scrubber, take: Take): void => {
  for (const secret of [...take.secrets, ...credentialsIn(take.response?.headers ?? {})]) scrubber.learnSecret(secret)
  for (const [id, kind] of take.ids) scrubber.learnId(id, kind)
  for (const [name, kind] of Object.entries(responseIds)) scrubber.learnId(take.response?.headers[name] ?? "", kind)
  scrubber.learnIdsIn(take.chunks.map(({ text }) => text).join(""))
}

/** Headers that matter to a client, but for those that change with each recording. */
const noise = new Set(["cf-ray", "content-encoding", "content-length", "date", "server", "via"])

const headersOf = (scrubber: Scrubber, response: TransportResponse): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(response.headers)
      .filter(([name]) => isKept(name) && !noise.has(name))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => [name, scrubber.text(value)])
  )

const millis = (duration: Duration.Duration | undefined): number | undefined =>
  duration === undefined ? undefined : Duration.toMillis(duration)

const faultOf = (fault: TransportFault): RecordedFault => ({
  reason: fault.reason,
  phase: fault.phase,
  code: fault.code,
  limit: fault.limit,
  duration: millis(fault.duration),
  bytesReceived: fault.bytesReceived,
  idleFor: millis(fault.idleFor),
  reusedConnection: fault.reusedConnection,
  requestSent: fault.requestSent,
  proxyStatus: fault.proxyStatus
})

const requestOf = (scrubber: Scrubber, { body, ...request }: RecordedRequest): RecordedRequest =>
  body === undefined ? request : { ...request, body: scrubber.request(body) }

/** What is given up behind the last event of a message is not missed, and nobody should wait for it again. */
const endOf = (end: Take["end"], text: string): RecordedResponse["end"] => {
  if (typeof end !== "string") return faultOf(end)
  return lastEvent.test(text) ? "complete" : end
}

const exchangeOf = (scrubber: Scrubber, take: Take): Exchange => {
  const { after, end, fault, response } = take
  const request = requestOf(scrubber, take.request)
  if (response === undefined) {
    return fault === undefined ? { request } : { request, fault: { after, ...faultOf(fault) } }
  }
  const texts = scrubber.chunks(take.chunks.map(({ text }) => text))
  return {
    request,
    response: {
      status: response.status,
      headers: headersOf(scrubber, response),
      after,
      chunks: take.chunks.flatMap(({ after }, index) => {
        const text = texts[index] ?? ""
        return text === "" ? [] : [[after, writeChunk(text)] as const]
      }),
      end: endOf(end, texts.join(""))
    }
  }
}
