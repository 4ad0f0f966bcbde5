import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { childProcess } from "./support/childProcess.js"

const Bytes = Schema.Record({ key: Schema.String, value: Schema.Number })
const Measured = Schema.parseJson(Schema.Struct({ unheard: Bytes, heard: Bytes }))

/** Less than the smallest of objects. */
const nothing = 8

/** Less than an event. */
const something = 32

describe("an event of a call", () => {
  it.scopedLive(
    "allocates nothing while nobody listens, whatever it tells",
    () =>
      Effect.gen(function* () {
        const child = yield* childProcess("silent")
        const { heard, unheard } = yield* Schema.decode(Measured)(yield* child.line("measured "))
        const allocating = Object.entries(unheard).filter(([, bytes]) => bytes >= nothing)
        assert.deepStrictEqual(allocating, [])
        // the same meter sees what each takes that somebody hears
        assert.deepStrictEqual(
          Object.entries(heard).filter(([, bytes]) => bytes < something),
          []
        )
        assert.lengthOf(Object.keys(unheard), 11)
      }),
    60_000
  )
})
