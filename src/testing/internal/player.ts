/** Plays recorded exchanges. */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { Service, TransportRequest, TransportResponse } from "../../transport/Transport.js"
import { TransportFault } from "../../transport/TransportFault.js"
import type { Exchange, RecordedFault, RecordedRequest, RecordedResponse } from "./cassetteFile.js"
import { readChunk } from "./cassetteFile.js"
import { formatDifferences, indent } from "./differences.js"
import { withinHeaders } from "../../transport/internal/headersLimit.js"
import { recordedRequest, requestDifferences } from "./recordedRequest.js"
import type { Piece } from "./scriptedBody.js"
import * as ScriptedBody from "./scriptedBody.js"

export interface PlayerOptions {
  /** How the file is called in reports. */
  readonly path: string
  /** Whether time passes as it did. */
  readonly timed: boolean
  readonly headers: ReadonlyArray<string>
  /** Makes the defect of a request that cannot be answered. */
  readonly mismatch: (message: string) => unknown
}

interface Track {
  readonly exchange: Exchange
  /** From 1, as in the file. */
  readonly position: number
  /** The request that it answered. */
  usedBy: number | undefined
}

const label = ({ method, path }: RecordedRequest): string => `${method} ${path}`

export class Player {
  private readonly tracks: ReadonlyArray<Track>
  private requests = 0

  constructor(
    exchanges: ReadonlyArray<Exchange>,
    private readonly options: PlayerOptions
  ) {
    this.tracks = exchanges.map((exchange, index) => ({ exchange, position: index + 1, usedBy: undefined }))
  }

  readonly transport: Service = {
    execute: (request) =>
      Effect.suspend(() => {
        const nth = ++this.requests
        const recorded = recordedRequest(request, this.options.headers)
        const track = this.tracks.find(
          ({ exchange, usedBy }) => usedBy === undefined && requestDifferences(exchange.request, recorded).length === 0
        )
        if (track === undefined) return Effect.die(this.options.mismatch(this.explain(recorded, nth)))
        track.usedBy = nth
        return this.play(request, track)
      })
  }

  /** The exchanges that nobody asked for. */
  unused(): ReadonlyArray<string> {
    return this.tracks
      .filter(({ usedBy }) => usedBy === undefined)
      .map(({ exchange, position }) => `exchange ${position}, ${label(exchange.request)}`)
  }

  private play(request: TransportRequest, track: Track): Effect.Effect<TransportResponse, TransportFault> {
    const { fault, response } = track.exchange
    const after = this.options.timed ? (response?.after ?? fault?.after ?? 0) : 0
    const wait = after === 0 ? Effect.void : withinHeaders(Effect.sleep(Duration.millis(after)), request.limits.headers)
    return Effect.zipRight(
      wait,
      Effect.suspend((): Effect.Effect<TransportResponse, TransportFault> => {
        if (response !== undefined) {
          return Effect.succeed({
            status: response.status,
            headers: response.headers,
            reusedConnection: undefined,
            body: ScriptedBody.make(this.pieces(response, track.position))
          })
        }
        return fault === undefined
          ? Effect.die(
              this.options.mismatch(`Cassette ${this.options.path}: exchange ${track.position} has no answer.`)
            )
          : Effect.fail(faultOf(fault))
      })
    )
  }

  private pieces(response: RecordedResponse, position: number): ReadonlyArray<Piece> {
    const chunks = response.chunks.map(([after, content]): Piece => ({
      _tag: "Bytes",
      after: this.options.timed ? after : 0,
      bytes: readChunk(content)
    }))
    const { end } = response
    switch (end) {
      case "complete":
        return chunks
      case "abandoned":
        return [...chunks, { _tag: "Silence" }]
      case "left": {
        const message =
          `Cassette ${this.options.path}: the answer of exchange ${position} was left by its reader here `
          + "when it was recorded, and now it is read on. Record it anew."
        return [...chunks, { _tag: "Defect", defect: this.options.mismatch(message) }]
      }
      default:
        return [...chunks, { _tag: "Fault", after: 0, fault: () => faultOf(end) }]
    }
  }

  /** What a person reads when a request is not in the cassette. */
  private explain(request: RecordedRequest, nth: number): string {
    const [closest] = this.tracks
      .map((track) => ({ track, found: requestDifferences(track.exchange.request, request) }))
      .sort((a, b) => distance(request, a) - distance(request, b))
    return [
      `Cassette ${this.options.path}: request ${nth}, ${label(request)}, is not in it.`,
      ...(closest === undefined ? ["It holds no exchange at all."] : comparison(closest.track, closest.found)),
      'If the request is as it should be, record it anew: delete the file or use the mode "record".'
    ].join("\n")
  }
}

type Candidate = { readonly track: Track; readonly found: ReturnType<typeof requestDifferences> }

/** Those of the same endpoint first, then the most alike, of equals one that is not used. */
const distance = (request: RecordedRequest, { found, track }: Candidate): number =>
  found.length * 2 + (track.usedBy === undefined ? 0 : 1) + (label(track.exchange.request) === label(request) ? 0 : 1e6)

const comparison = ({ exchange, position, usedBy }: Track, found: Candidate["found"]): ReadonlyArray<string> =>
  found.length === 0
    ? [`Exchange ${position} is the same request, but it has answered request ${usedBy} already.`]
    : [
        `Closest is exchange ${position}, ${label(exchange.request)}; recorded (-) and sent (+) differ at`,
        ...indent(formatDifferences(found))
      ]

const duration = (millis: number | undefined): Duration.Duration | undefined =>
  millis === undefined ? undefined : Duration.millis(millis)

const faultOf = (fault: RecordedFault): TransportFault =>
  new TransportFault({
    reason: fault.reason,
    phase: fault.phase,
    code: fault.code,
    limit: fault.limit,
    duration: duration(fault.duration),
    bytesReceived: fault.bytesReceived,
    idleFor: duration(fault.idleFor),
    reusedConnection: fault.reusedConnection,
    requestSent: fault.requestSent,
    proxyStatus: fault.proxyStatus
  })
