import { assert, describe, it } from "@effect/vitest"
import { readFileSync } from "node:fs"
import { groups } from "./faults.table.js"
import { pageOf } from "./support/page.js"
import { readBook } from "./support/seen.js"

describe("docs/faults.md", () => {
  it("is what the table of faults says", () => {
    assert.strictEqual(
      readFileSync(new URL("../../docs/faults.md", import.meta.url), "utf8"),
      pageOf(groups, readBook())
    )
  })

  it("names each fault once", () => {
    const names = groups.flatMap(({ rows }) => rows.map((row) => row.name))
    assert.strictEqual(new Set(names).size, names.length)
    assert.isAtLeast(names.length, 30)
  })
})
