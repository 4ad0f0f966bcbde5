import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { groups } from "./faults.table.js"
import { playSdk, sdkVersion } from "./support/sdk.js"
import { knows, pending, readBook, type Seen, type Sight, sights } from "./support/seen.js"

const book = readBook()

const rows = new Map(groups.flatMap(({ rows }) => rows.map((row) => [row.name, row])))

/** Does it again, and gives what is not as it was. One that hung is watched for a while, and must hang then too. */
const changed = (seen: Seen): Effect.Effect<ReadonlyArray<readonly [Seen, Sight]>> => {
  const { attempts, came, fault, operation, requests } = seen
  const row = rows.get(fault)
  if (row === undefined) return Effect.dieMessage(fault)
  // one that ended has as long as a slow machine may need
  return Effect.map(playSdk(row, operation, came === pending ? 5 : 60), (sight) => {
    const hangs = came === pending && sight.came === pending
    const holds = hangs
      ? sight.attempts <= attempts && sight.requests <= requests
      : knows(book, fault, operation, "SDK", sight)
    return holds ? [] : [[seen, sight]]
  })
}

const isUpload = ({ fault }: Seen): boolean => rows.get(fault)?.setting?.upload !== undefined

describe("what docs/faults.md says was seen", () => {
  it("is of every fault, operation and client, once, and of the SDK that is installed", () => {
    const named = (fault: string, operation: string, who: string) => `${fault}, ${operation}, ${who}`
    assert.deepStrictEqual(
      book.seen.map(({ fault, operation, who }) => named(fault, operation, who)).sort(),
      sights(groups)
        .map(({ operation, row, who }) => named(row.name, operation, who))
        .sort()
    )
    assert.strictEqual(book.sdk, sdkVersion)
  })

  it.live(
    "of the SDK is what it does",
    () =>
      Effect.gen(function* () {
        const own = book.seen.filter(({ who }) => who === "SDK")
        const light = own.filter((seen) => !isUpload(seen)).map(changed)
        const heavy = own.filter(isUpload).map(changed)
        const all = [...(yield* Effect.all(light, { concurrency: 16 })), ...(yield* Effect.all(heavy))]
        assert.deepStrictEqual(all.flat(), [])
      }),
    300_000
  )
})
