import { assert, describe, it } from "@effect/vitest"
import { isNestedTooDeep, maxNesting, unendingIn } from "../../../src/schema/internal/nesting.js"
import { nested } from "../../fuzz/support/json.js"

describe("isNestedTooDeep", () => {
  it.each(["objects", "arrays", "both"] as const)("counts the levels of %s", (kind) => {
    assert.isFalse(isNestedTooDeep(nested(maxNesting, kind)))
    assert.isTrue(isNestedTooDeep(nested(maxNesting + 2, kind)))
  })

  it("counts levels, not brackets", () => {
    assert.isFalse(isNestedTooDeep(`[${"[[]],".repeat(2000)}[]]`))
  })

  it("passes over what stands in strings, whatever is escaped in them", () => {
    const brackets = "[{".repeat(maxNesting)
    for (const text of [brackets, `${brackets}"`, `${brackets}\\`, `\\"${brackets}\\\\"`, `\\${brackets}`]) {
      assert.isFalse(isNestedTooDeep(JSON.stringify([text, text])), text.slice(-3))
    }
    assert.isTrue(isNestedTooDeep(`[${JSON.stringify(`${brackets}\\`)},${nested(maxNesting + 1)}]`))
  })
})

describe("unendingIn", () => {
  it("finds what is nested too deep, and where a value stands in itself", () => {
    assert.isUndefined(unendingIn(JSON.parse(nested(maxNesting))))
    assert.lengthOf(unendingIn(JSON.parse(nested(maxNesting + 5))) ?? [], maxNesting + 1)
    const circle: Record<string, unknown> = { list: [1] }
    circle["list"] = [0, { circle }]
    assert.deepStrictEqual(unendingIn(circle), ["list", 1, "circle"])
  })

  it("goes through what is shared once, however many ways lead to it", () => {
    let value: unknown = 1
    for (let level = 0; level < 200; level++) value = { a: value, b: value }
    assert.isUndefined(unendingIn(value))
  })

  it("leaves to toJSON what has one", () => {
    const self: Record<string, unknown> = { toJSON: () => 1 }
    self["self"] = self
    assert.isUndefined(unendingIn({ self }))
    assert.isUndefined(
      unendingIn({
        toJSON() {
          return this
        }
      })
    )
    assert.deepStrictEqual(unendingIn([{ toJSON: () => ({ a: JSON.parse(nested(maxNesting)) }) }])?.slice(0, 2), [
      0,
      "a"
    ])
  })
})
