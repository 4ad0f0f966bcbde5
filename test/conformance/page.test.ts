import { assert, describe, it } from "@effect/vitest"
import { readFileSync } from "node:fs"
import { differences, differencesPage } from "./differences.js"

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), "utf8")

describe("docs/sdk-differences.md", () => {
  it("is what the list of differences says", () => {
    assert.strictEqual(read("../../docs/sdk-differences.md"), differencesPage())
  })

  it("tells only differences that a test has", () => {
    const tests = read("./streams.test.ts") + read("./errors.test.ts")
    for (const name of Object.keys(differences)) {
      assert.isTrue(tests.includes(`differences.${name}.title`) || tests.includes(`"${name}"`), name)
    }
  })
})
