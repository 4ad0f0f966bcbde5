import { assert, describe, it } from "@effect/vitest"
import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"

const read = (path: string): string => readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), "utf8")

const [, holds = ""] = /^## What holds\n([\s\S]*?)^## /m.exec(read("SECURITY.md")) ?? []

const rows = holds.split("\n").filter((line) => line.startsWith("| ") && !line.startsWith("| claim"))

describe("SECURITY.md", () => {
  it("names a test for every claim, by its title where it is one of many", () => {
    assert.isAbove(rows.length, 10)
    for (const row of rows) {
      const links = [...row.matchAll(/\[[^\]]+\]\((test\/[^)]+)\)(?:: "([^"]+)")?/g)]
      assert.isNotEmpty(links, row)
      for (const [, path = "", title = ""] of links) assert.include(read(path), title, row)
    }
  })
})
