import { assert, describe, it } from "@effect/vitest"
import { readdirSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"

const read = (path: string): string => readFileSync(fileURLToPath(new URL(path, import.meta.url)), "utf8")

const blocks = [...read("../../docs/testing.md").matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code]) => code ?? "")

const recipes = readdirSync(fileURLToPath(new URL("recipes", import.meta.url)))
  .filter((name) => name.endsWith(".test.ts"))
  .toSorted()

describe("docs/testing.md", () => {
  it("shows each recipe of test/testing/recipes, word for word", () => {
    for (const name of recipes) assert.isTrue(blocks.includes(read(`recipes/${name}`)), name)
  })

  it("shows no test that is not run", () => {
    const tests = blocks.filter((code) => code.includes("@effect/vitest"))
    assert.strictEqual(tests.length, recipes.length)
  })
})
