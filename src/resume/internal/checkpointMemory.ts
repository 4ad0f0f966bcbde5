/**
 * Journals in the memory of this process.
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { Backend, Lock } from "./checkpointBackend.js"

interface Held {
  readonly pieces: Array<Uint8Array>
  length: number
}

const whole = (held: Held): Uint8Array => {
  const bytes = new Uint8Array(held.length)
  let at = 0
  for (const piece of held.pieces) {
    bytes.set(piece, at)
    at += piece.length
  }
  return bytes
}

const kept = (held: Held | undefined, length: number): Held => {
  if (held === undefined || length === 0) return { pieces: [], length: 0 }
  return held.length === length ? held : { pieces: [whole(held).subarray(0, length)], length }
}

/** No other process knows of it: the store itself keeps its callers apart. */
const lock: Lock = {
  confirm: Effect.succeed(true),
  renew: Effect.succeed(true),
  release: Effect.void
}

export const make = (): Backend => {
  const journals = new Map<string, Held>()
  const load = (id: string): Effect.Effect<Option.Option<Uint8Array>> =>
    Effect.sync(() => Option.map(Option.fromNullable(journals.get(id)), whole))
  const extend: Backend["extend"] = (id, length, bytes) =>
    Effect.sync(() => {
      const held = kept(journals.get(id), length)
      held.pieces.push(bytes)
      held.length += bytes.length
      journals.set(id, held)
    })
  return {
    load,
    create: (id, bytes, sync) => extend(id, 0, bytes, sync),
    extend,
    release: () => Effect.void,
    remove: (id) => Effect.sync(() => void journals.delete(id)),
    all: Effect.sync(() => [...journals.keys()].map((id) => ({ id, load: load(id) }))),
    lock: () => Effect.succeed(lock)
  }
}
