/** The decoder of checkpoints: journals as bytes, and checkpoints as values. */
import { Effect, Either, Option, Schema } from "effect"
import { Checkpoint } from "effect-claude"
import * as journal from "../../../src/resume/internal/checkpointJournal.js"
import type { RandomSource } from "../../resume/manners.js"
import * as fixtures from "../../resume/checkpointFixtures.js"
import { mutatedJson, textOf } from "../support/json.js"
import { bytesOf, concat, mutated, randomBytes } from "../support/mutate.js"
import { judged, type Target, throwing } from "../support/target.js"

const records = fixtures.journal(Effect.runSync(fixtures.open("fuzz")))
const whole = Option.getOrThrow(Checkpoint.fold(records))

const lines = (random: RandomSource): Uint8Array => {
  const often = random.pick([2, 5, 30])
  return bytesOf(
    records.map((record) => `${textOf(random.below(often) === 0 ? mutatedJson(random, record) : record)}\n`).join("")
  )
}

const anyJournal = (random: RandomSource): Uint8Array => {
  const good = journal.encode(records, 1000)
  switch (random.below(6)) {
    case 0:
      return randomBytes(random, random.below(400))
    case 1:
    case 2:
      return lines(random)
    case 3:
      return concat(good, mutated(random, good))
    default:
      return mutated(random, good, lines(random))
  }
}

/** All that is made of a checkpoint must stand it. */
const uses = (checkpoint: Checkpoint.Checkpoint): ReadonlyArray<string> =>
  throwing("what is made of a checkpoint", () => {
    Checkpoint.message(checkpoint)
    Checkpoint.text(checkpoint)
    Checkpoint.cursor(checkpoint)
    Checkpoint.toTurns(checkpoint)
    Checkpoint.requestWith(checkpoint, {})
    JSON.stringify(checkpoint)
  })

export const journals: Target = {
  about: "the decoder of checkpoints, from the bytes of their journals",
  judge: judged((random) => {
    const bytes = anyJournal(random)
    journal.header(bytes)
    const scanned = journal.scan(bytes)
    if (Either.isLeft(scanned)) return []
    const { length, records } = scanned.right
    const faults = length > bytes.length ? ["longer than its bytes"] : []
    const again = journal.scan(bytes.subarray(0, length))
    if (Either.isLeft(again) || again.right.records.length !== records.length) faults.push("reads otherwise when cut")
    return [...faults, ...Option.match(Checkpoint.fold(records), { onNone: () => [], onSome: uses })]
  })
}

const decode = Schema.decodeUnknownEither(Checkpoint.Checkpoint)

export const values: Target = {
  about: "the decoder of checkpoints, from values",
  judge: judged((random) => {
    const value = mutatedJson(random, JSON.parse(JSON.stringify(whole)))
    const guarded = throwing("isCheckpoint", () => Checkpoint.isCheckpoint(value))
    const result = decode(value)
    return [...guarded, ...(Either.isRight(result) ? uses(result.right) : [])]
  })
}
