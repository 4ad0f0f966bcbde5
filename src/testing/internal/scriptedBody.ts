/** Bodies that are known beforehand, played by the Clock. */
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as FiberId from "effect/FiberId"
import type { TransportBody } from "../../transport/Transport.js"
import type { TransportFault } from "../../transport/TransportFault.js"

/** What a body does next, so many milliseconds after it was asked for. The end of a list is a clean end. */
export type Piece =
  | { readonly _tag: "Bytes"; readonly after: number; readonly bytes: Uint8Array }
  | { readonly _tag: "Fault"; readonly after: number; readonly fault: (bytesReceived: number) => TransportFault }
  | { readonly _tag: "Silence" }
  | { readonly _tag: "Defect"; readonly defect: unknown }

const encoder = new TextEncoder()

export const text = (content: string, after = 0): Piece => ({ _tag: "Bytes", after, bytes: encoder.encode(content) })

/** What waits until an exchange is aborted, and then fails with the fault that it was aborted with. */
export class Abort {
  private readonly deferred = Deferred.unsafeMake<never, TransportFault>(FiberId.none)

  readonly wait: Effect.Effect<never, TransportFault> = Deferred.await(this.deferred)

  readonly with = (fault: TransportFault): Effect.Effect<void> => Effect.asVoid(Deferred.fail(this.deferred, fault))

  /** Waits so long, unless it is aborted before. */
  sleep(millis: number): Effect.Effect<void, TransportFault> {
    return millis <= 0 ? Effect.void : Effect.raceFirst(Effect.sleep(Duration.millis(millis)), this.wait)
  }
}

class ScriptedBody implements TransportBody {
  private readonly aborted = new Abort()
  private fault: TransportFault | undefined
  private at = 0
  private bytesReceived = 0
  /** When the next piece is there: an interrupted read must not make the next one wait anew. */
  private due: number | undefined

  constructor(private readonly pieces: ReadonlyArray<Piece>) {}

  readonly read: TransportBody["read"] = Effect.clockWith((clock) => {
    if (this.fault !== undefined) return Effect.fail(this.fault)
    const piece = this.pieces[this.at]
    if (piece === undefined) return Effect.succeed(undefined)
    if (piece._tag === "Silence") return this.aborted.wait
    if (piece._tag === "Defect") return Effect.die(piece.defect)
    const now = clock.unsafeCurrentTimeMillis()
    this.due ??= now + piece.after
    return Effect.zipRight(
      this.aborted.sleep(this.due - now),
      Effect.suspend(() => this.take(piece))
    )
  })

  readonly abort: TransportBody["abort"] = (fault) =>
    Effect.suspend(() => {
      this.fault ??= fault
      return this.aborted.with(fault)
    })

  private take(piece: Exclude<Piece, { readonly _tag: "Silence" | "Defect" }>): TransportBody["read"] {
    this.due = undefined
    this.at++
    if (piece._tag === "Fault") {
      this.fault = piece.fault(this.bytesReceived)
      return Effect.fail(this.fault)
    }
    this.bytesReceived += piece.bytes.length
    return Effect.succeed(piece.bytes)
  }
}

/** A body of its own for each call: it is read once. */
export const make = (pieces: ReadonlyArray<Piece>): TransportBody =>
  new ScriptedBody(pieces.filter((piece) => piece._tag !== "Bytes" || piece.bytes.length > 0))
