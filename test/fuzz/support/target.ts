/** What is fuzzed, and how one case of it is judged. */
import { Cause, Effect, Exit } from "effect"
import { type RandomSource, randomOf } from "../../resume/manners.js"

/** Makes an input of what the source draws, hands it in, and says what is wrong with what came back. */
export type Judge = (random: RandomSource) => Effect.Effect<ReadonlyArray<string>>

export interface Target {
  /** What is handed random things, in a sentence. */
  readonly about: string
  readonly judge: Judge
}

export const judged =
  (judge: (random: RandomSource) => ReadonlyArray<string>): Judge =>
  (random) =>
    Effect.sync(() => judge(random))

/** What is wrong in one case, which its seed alone makes. What is thrown is a fault. */
export const faultsOf = (target: Target, seed: number): Promise<ReadonlyArray<string>> =>
  Effect.runPromiseExit(Effect.suspend(() => target.judge(randomOf(seed)))).then((exit) =>
    Exit.isSuccess(exit) ? exit.value : [Cause.pretty(exit.cause).split("\n").slice(0, 12).join("\n")]
  )

/** A fault where a thing throws. */
export const throwing = (what: string, run: () => unknown): ReadonlyArray<string> => {
  try {
    run()
    return []
  } catch (error) {
    return [`${what} threw ${error instanceof Error ? (error.stack ?? error.message).slice(0, 600) : String(error)}`]
  }
}
