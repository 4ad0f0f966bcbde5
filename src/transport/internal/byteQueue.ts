import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type { TransportFault } from "../TransportFault.js"

type Ending = Exit.Exit<undefined, TransportFault>

/**
 * The bytes between a socket and a reader: filled from callbacks, read as an effect.
 *
 * An ending waits behind the bytes that came before it, so that a reset never costs what had been received.
 */
export class ByteQueue {
  private chunks: Array<Uint8Array> = []
  private size = 0
  private ending: Ending | undefined
  private waiter: ((effect: Effect.Effect<Uint8Array | undefined, TransportFault>) => void) | undefined
  private full = false

  /** All bytes that ever came in. */
  received = 0

  constructor(
    private readonly highWaterMark: number,
    private readonly onDrained: () => void
  ) {}

  get ended(): boolean {
    return this.ending !== undefined
  }

  /** `false` asks the writer to hold back until `onDrained` is called. */
  offer(bytes: Uint8Array): boolean {
    if (this.ending !== undefined || bytes.length === 0) {
      return !this.full
    }
    this.chunks.push(bytes)
    this.size += bytes.length
    this.received += bytes.length
    this.full = this.size >= this.highWaterMark
    this.wake()
    return !this.full
  }

  end(): void {
    this.finish(Exit.succeed(undefined))
  }

  fail(fault: TransportFault): void {
    this.finish(Exit.fail(fault))
  }

  /** Ends with this fault at once, before the bytes that still wait. */
  abort(fault: TransportFault): void {
    this.chunks = []
    this.size = 0
    this.ending = Exit.fail(fault)
    this.wake()
  }

  /** Whether a read would not have to wait. */
  readonly isReady = (): boolean => this.chunks.length > 0 || this.ending !== undefined

  readonly read: Effect.Effect<Uint8Array | undefined, TransportFault> = Effect.suspend(() =>
    this.chunks.length > 0 ? Exit.succeed(this.take()) : (this.ending ?? this.wait)
  )

  private readonly wait = Effect.async<Uint8Array | undefined, TransportFault>((resume) => {
    if (this.waiter !== undefined) {
      return resume(Effect.dieMessage("A body has one reader at a time"))
    }
    this.waiter = resume
    return Effect.sync(() => {
      this.waiter = undefined
    })
  })

  private finish(ending: Ending): void {
    if (this.ending === undefined) {
      this.ending = ending
      this.wake()
    }
  }

  private wake(): void {
    const waiter = this.waiter
    if (waiter !== undefined) {
      this.waiter = undefined
      // The bytes are taken by the reader's own fiber: were it interrupted on the way, they would still be here.
      waiter(this.read)
    }
  }

  private take(): Uint8Array {
    const bytes = join(this.chunks, this.size)
    this.chunks = []
    this.size = 0
    if (this.full) {
      this.full = false
      this.onDrained()
    }
    return bytes
  }
}

// Pieces that came together leave together: a read costs more than the copy.
const join = (chunks: ReadonlyArray<Uint8Array>, size: number): Uint8Array => {
  const [first] = chunks
  if (first !== undefined && chunks.length === 1) {
    return first
  }
  const bytes = new Uint8Array(size)
  let offset = 0
  for (const chunk of chunks) {
    bytes.set(chunk, offset)
    offset += chunk.length
  }
  return bytes
}
