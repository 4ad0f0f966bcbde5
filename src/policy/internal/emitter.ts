import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"

/** Tells values to whoever listens, in the order in which they came. */
export interface Emitter<A> {
  /** Whether anybody listens: ask before making a value. */
  readonly isActive: () => boolean
  readonly emit: (value: A) => void
  /** The listener must neither throw nor block; the function that is returned takes it away. */
  readonly unsafeListen: (listener: (value: A) => void) => () => void
  /** From the moment the stream runs. A reader that is more than 4,096 values behind loses the oldest. */
  readonly stream: Stream.Stream<A>
}

export const makeEmitter = <A>(): Emitter<A> => {
  const listeners = new Set<(value: A) => void>()
  const unsafeListen = (listener: (value: A) => void) => {
    // each registration is its own, so that one function may listen twice
    const registered = (value: A) => listener(value)
    listeners.add(registered)
    return () => {
      listeners.delete(registered)
    }
  }
  return {
    isActive: () => listeners.size > 0,
    emit: (value) => {
      for (const listener of listeners) listener(value)
    },
    unsafeListen,
    stream: Stream.asyncPush<A>(
      (push) =>
        Effect.acquireRelease(
          Effect.sync(() => unsafeListen((value) => push.single(value))),
          (stop) => Effect.sync(stop)
        ),
      { bufferSize: 4096, strategy: "sliding" }
    )
  }
}
