/** What can happen to a body on its way to the reader. */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { TransportBody } from "../../transport/Transport.js"
import { TransportFault } from "../../transport/TransportFault.js"
import { EventScanner } from "./eventScanner.js"
import { Abort } from "./scriptedBody.js"

/** A place in a body, resolved: a number of bytes, or the end of the nth event. */
export type Spot = { readonly bytes: number } | { readonly event: number }

/** What happens at a place. */
export type Strike =
  | { readonly _tag: "Fail"; readonly fault: (bytesReceived: number) => TransportFault }
  | { readonly _tag: "End" }
  | { readonly _tag: "Stall"; readonly millis: number | undefined }
  | { readonly _tag: "Insert"; readonly bytes: Uint8Array; readonly last: boolean }

/** Tells what was done, for the log. */
export type Note = (detail: string) => void

type Read = TransportBody["read"]

/** Whatever closes a connection early needs a reason, also where its reader sees a clean end. */
const given = (bytesReceived: number): TransportFault =>
  new TransportFault({ reason: "Reset", phase: "body", code: "ECONNRESET", bytesReceived, requestSent: true })

class StruckBody implements TransportBody {
  private readonly aborted = new Abort()
  private readonly scanner = new EventScanner()
  private rest: Uint8Array | undefined
  private received = 0
  private isThere = false
  private isDone = false
  /** What all reads give once the body is over. */
  private over: Read | undefined
  private due: number | undefined

  constructor(
    private readonly inner: TransportBody,
    private readonly spot: Spot,
    private readonly strike: Strike,
    private readonly note: Note
  ) {}

  readonly read: Read = Effect.suspend(() => {
    if (this.over !== undefined) return this.over
    if (this.isThere && !this.isDone) return this.act()
    const { rest } = this
    this.rest = undefined
    return rest === undefined ? Effect.flatMap(this.inner.read, this.pass) : this.pass(rest)
  })

  readonly abort: TransportBody["abort"] = (fault) =>
    Effect.suspend(() => {
      this.over ??= Effect.fail(fault)
      return Effect.zipRight(this.aborted.with(fault), this.inner.abort(fault))
    })

  private readonly pass = (bytes: Uint8Array | undefined): Read => {
    if (bytes === undefined || this.isDone) return this.deliver(bytes)
    const at = this.placeIn(bytes)
    if (at === undefined) return this.deliver(bytes)
    this.isThere = true
    if (at < bytes.length) this.rest = bytes.subarray(at)
    return at === 0 ? this.read : this.deliver(bytes.subarray(0, at))
  }

  private placeIn(bytes: Uint8Array): number | undefined {
    if ("event" in this.spot) return this.scanner.scan(bytes, this.spot.event)
    const left = this.spot.bytes - this.received
    return left <= bytes.length ? left : undefined
  }

  private deliver(bytes: Uint8Array | undefined): Read {
    this.received += bytes?.length ?? 0
    return Effect.succeed(bytes)
  }

  private act(): Read {
    const { strike } = this
    switch (strike._tag) {
      case "Fail":
        return this.finish(Effect.fail(strike.fault(this.received)))
      case "End":
        return this.finish(Effect.succeed(undefined))
      case "Insert": {
        this.isDone = true
        this.tell()
        if (!strike.last) return Effect.succeed(strike.bytes)
        this.over = Effect.succeed(undefined)
        return Effect.as(this.inner.abort(given(this.received)), strike.bytes)
      }
      case "Stall":
        return strike.millis === undefined ? this.hang() : this.pause(strike.millis)
    }
  }

  private tell(): void {
    this.note(`after ${this.received} bytes`)
  }

  private finish(outcome: Read): Read {
    this.tell()
    this.over = outcome
    return Effect.zipRight(this.inner.abort(given(this.received)), outcome)
  }

  private hang(): Read {
    if (this.due === undefined) this.tell()
    this.due = Infinity
    return this.aborted.wait
  }

  private pause(millis: number): Read {
    return Effect.clockWith((clock) => {
      const now = clock.unsafeCurrentTimeMillis()
      if (this.due === undefined) this.tell()
      this.due ??= now + millis
      return Effect.zipRight(
        this.aborted.sleep(this.due - now),
        Effect.suspend(() => {
          this.isDone = true
          return this.read
        })
      )
    })
  }
}

/** The body, up to a place and what happens there. A place that the body does not reach changes nothing. */
export const struck =
  (spot: Spot, strike: Strike, note: Note) =>
  (body: TransportBody): TransportBody =>
    new StruckBody(body, spot, strike, note)

/** The same bytes in slices of other sizes, each drawn when it is cut. */
export const sliced =
  (size: () => number, note: Note) =>
  (body: TransportBody): TransportBody => {
    let rest: Uint8Array | undefined
    const cut = (bytes: Uint8Array): Uint8Array => {
      const end = Math.max(1, Math.floor(size()))
      rest = bytes.length > end ? bytes.subarray(end) : undefined
      return bytes.subarray(0, end)
    }
    const read: Read = Effect.suspend(() => {
      note("in slices")
      return rest === undefined
        ? Effect.map(body.read, (bytes) => (bytes === undefined ? undefined : cut(bytes)))
        : Effect.succeed(cut(rest))
    })
    return { read, abort: body.abort }
  }

/** The same chunks, each so long after it was asked for. */
export const slow =
  (every: Duration.Duration, note: Note) =>
  (body: TransportBody): TransportBody => {
    const aborted = new Abort()
    let due: number | undefined
    let over: TransportFault | undefined
    const read: Read = Effect.clockWith((clock) => {
      if (over !== undefined) return Effect.fail(over)
      note("slowly")
      const now = clock.unsafeCurrentTimeMillis()
      due ??= now + Duration.toMillis(every)
      return Effect.zipRight(
        aborted.sleep(due - now),
        Effect.suspend(() => {
          due = undefined
          return body.read
        })
      )
    })
    return {
      read,
      abort: (fault) =>
        Effect.suspend(() => {
          over ??= fault
          return Effect.zipRight(aborted.with(fault), body.abort(fault))
        })
    }
  }
