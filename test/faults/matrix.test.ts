import { assert, describe, it } from "@effect/vitest"
import { readFileSync } from "node:fs"
import { groups } from "./faults.table.js"
import { matrix, numbersOf } from "./matrix.js"
import { operations } from "./support/answers.js"
import { clients } from "./support/clients.js"
import { expectedOf } from "./support/row.js"

const rows = groups.flatMap(({ rows }) => rows)

const sourceOf = (file: string): string => readFileSync(new URL(`../../${file}`, import.meta.url), "utf8")

describe("the matrix of failures", () => {
  it("has 54 rows, each tried by a fault of the table or by a test elsewhere", () => {
    assert.deepStrictEqual(
      matrix.map(({ number }) => number),
      Array.from({ length: 54 }, (_, index) => index + 1)
    )
    const untried = matrix.filter(({ elsewhere, faults }) => elsewhere.length + faults.length === 0)
    assert.deepStrictEqual(untried, [])
  })

  it("names faults that are in the table, and no fault of the table is outside it", () => {
    const names = new Set(rows.map(({ name }) => name))
    const unknown = matrix.flatMap(({ faults }) => faults.filter((name) => !names.has(name)))
    assert.deepStrictEqual(unknown, [])
    assert.deepStrictEqual(
      rows.map(({ name }) => name).filter((name) => numbersOf(name).length === 0),
      []
    )
  })

  it("names tests that are there", () => {
    for (const { elsewhere, number } of matrix) {
      for (const { file, title } of elsewhere) assert.include(sourceOf(file), title, `row ${number}: ${file}`)
    }
  })

  it("says of each client that cannot meet a fault why", () => {
    for (const row of rows) {
      for (const operation of operations) {
        for (const client of clients) {
          const expected = expectedOf(row, operation, client)
          if (expected.kind === "inapplicable") assert.match(expected.why, /\w+ \w+/, row.name)
        }
      }
    }
  })
})
