import * as Channel from "effect/Channel"
import * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"

/** The next elements, never none; `undefined` at the end. */
export type Pull<A, E, R = never> = Effect.Effect<ReadonlyArray<A> | undefined, E, R>

/**
 * The shortest way from a pull to a stream: one effect and one write for each chunk. `start` makes the pull in a scope
 * that lives as long as the stream.
 */
export const fromPull = <A, E, R>(
  start: (scope: Scope.CloseableScope) => Effect.Effect<Pull<A, E, R>, E, R>
): Stream.Stream<A, E, R> =>
  Stream.fromChannel(
    Channel.acquireUseRelease(
      Scope.make(),
      (scope) => Channel.unwrap(Effect.map(start(scope), channelOf)),
      (scope, exit) => Scope.close(scope, exit)
    )
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
