import * as Channel from "effect/Channel"
import * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"

/** The next elements, which may be none; `undefined` at the end. */
export type Pull<A, E, R = never> = Effect.Effect<ReadonlyArray<A> | undefined, E, R>

/** Makes the pull of one run, in a scope that lives as long as that. */
export type Start<A, E, R = never> = (scope: Scope.CloseableScope) => Effect.Effect<Pull<A, E, R>, E, R>

/**
 * A stream made here remembers what it was made of: what reads it here needs no channels, which cost more than the rest
 * of a short stream. Any other operator makes a stream that remembers nothing, and is run as streams are.
 */
const startOf: unique symbol = Symbol("effect-claude/Pulled")

const remembering = <A, E, R>(stream: Stream.Stream<A, E, R>, start: Start<A, E, R>): Stream.Stream<A, E, R> =>
  Object.assign(stream, { [startOf]: start })

/** The shortest way from a pull to a stream: one effect and one write for each chunk. */
export const fromPull = <A, E, R>(start: Start<A, E, R>): Stream.Stream<A, E, R> =>
  remembering(
    Stream.fromChannel(
      Channel.acquireUseRelease(
        Scope.make(),
        (scope) => Channel.unwrap(Effect.map(start(scope), channelOf)),
        (scope, exit) => Scope.close(scope, exit)
      )
    ),
    start
  )

const channelOf = <A, E, R>(
  pull: Pull<A, E, R>
): Channel.Channel<Chunk.Chunk<A>, unknown, E, unknown, unknown, unknown, R> => {
  const loop: Channel.Channel<Chunk.Chunk<A>, unknown, E, unknown, unknown, unknown, R> = Channel.flatMap(
    Channel.fromEffect(pull),
    (elements) =>
      elements === undefined
        ? Channel.void
        : Channel.flatMap(Channel.write(Chunk.unsafeFromArray(elements)), () => loop)
  )
  return loop
}

// nobody else knows the symbol
const startIn = <A, E, R>(stream: Stream.Stream<A, E, R>): Start<A, E, R> | undefined =>
  (stream as { readonly [startOf]?: Start<A, E, R> })[startOf]

/** The way back: runs any stream in the scope, by the pull that it was made of if it was made here. */
const pullIn = <A, E, R>(
  stream: Stream.Stream<A, E, R>,
  scope: Scope.CloseableScope
): Effect.Effect<Pull<A, E, R>, E, R> =>
  startIn(stream)?.(scope) ?? Effect.map(Scope.extend(Stream.toPull(stream), scope), endingWell)

const endingWell = <A, E, R>(pull: Effect.Effect<Chunk.Chunk<A>, Option.Option<E>, R>): Pull<A, E, R> =>
  Effect.matchEffect(pull, {
    onFailure: Option.match({ onNone: () => Effect.succeed(undefined), onSome: Effect.fail }),
    onSuccess: (chunk) => Effect.succeed(Chunk.toReadonlyArray(chunk))
  })

/** The stream that an effect gives. A flatMap of channels, since `Stream.unwrap` costs something on every chunk. */
export const unwrap = <A, E, R, E2, R2>(
  effect: Effect.Effect<Stream.Stream<A, E, R>, E2, R2>
): Stream.Stream<A, E | E2, R | R2> =>
  remembering<A, E | E2, R | R2>(
    Stream.fromChannel(Channel.flatMap(Channel.fromEffect(effect), (stream) => Stream.toChannel(stream))),
    (scope) => Effect.flatMap(effect, (stream) => pullIn(stream, scope))
  )

/** Reads the chunks of a stream as `make` says, which is asked once a run: what it makes may remember. */
export const mapBatches = <A, B, E, R>(
  stream: Stream.Stream<A, E, R>,
  make: () => (elements: ReadonlyArray<A>) => ReadonlyArray<B>
): Stream.Stream<B, E, R> => {
  const start = startIn(stream)
  if (start === undefined) {
    return Stream.suspend(() => {
      const f = make()
      return Stream.mapChunks(stream, (chunk) => Chunk.unsafeFromArray(f(Chunk.toReadonlyArray(chunk))))
    })
  }
  return fromPull((scope) =>
    Effect.map(start(scope), (pull) => {
      const f = make()
      return Effect.map(pull, (elements) => (elements === undefined ? undefined : f(elements)))
    })
  )
}

/** Runs an effect with each chunk on its way by. */
export const tapBatches = <A, E, R, X, E2, R2>(
  stream: Stream.Stream<A, E, R>,
  f: (elements: ReadonlyArray<A>) => Effect.Effect<X, E2, R2>
): Stream.Stream<A, E | E2, R | R2> => {
  const start = startIn(stream)
  if (start === undefined) {
    return Stream.mapChunksEffect(stream, (chunk) => Effect.as(f(Chunk.toReadonlyArray(chunk)), chunk))
  }
  return fromPull<A, E | E2, R | R2>((scope) =>
    Effect.map(start(scope), (pull) =>
      Effect.tap(pull, (elements) => (elements === undefined ? Effect.void : f(elements)))
    )
  )
}

/** Runs the stream to its end, in this fiber. */
export const forEachBatch = <A, E, R>(
  stream: Stream.Stream<A, E, R>,
  f: (elements: ReadonlyArray<A>) => void
): Effect.Effect<void, E, R> =>
  Effect.acquireUseRelease(
    Scope.make(),
    (scope) =>
      Effect.flatMap(pullIn(stream, scope), (pull) => {
        let ended = false
        return Effect.whileLoop({
          while: () => !ended,
          body: () => pull,
          step: (elements) => {
            if (elements === undefined) ended = true
            else f(elements)
          }
        })
      }),
    (scope, exit) => Scope.close(scope, exit)
  )
