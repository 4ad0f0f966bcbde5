/** Random things for everything that reads what others wrote. `npm run fuzz` plays as many more as one likes. */
import { assert, describe, it } from "@effect/vitest"
import { beforeAll } from "vitest"
import { fuzz, report, type Round } from "./support/isolated.js"
import { targets } from "./targets/index.js"

const seed = Number(process.env["FUZZ_SEED"] ?? 1)

describe("what others wrote", () => {
  let round: Round
  beforeAll(async () => {
    const parts = Object.entries(targets).map(([name, { cases }]) => [name, cases] as const)
    round = await fuzz(seed, parts)
  }, 240_000)

  for (const [name, { about, cases }] of Object.entries(targets)) {
    it(`does no harm to ${about}`, () => {
      assert.deepStrictEqual(round.wrong.filter(({ target }) => target === name).map(report), [])
      assert.strictEqual(round.cases.get(name), cases)
    })
  }
})
