import { assert, describe, it } from "@effect/vitest"
import { verdictOf } from "../../scripts/seamVerdict.js"

const answer = Array.from({ length: 40 }, (_, n) => n + 1).join(" ")

describe("the verdict on a seam of an answer that is known", () => {
  it("is right where the text goes on as the answer does, to its end too", () => {
    for (const at of [0, 10, 60, answer.length]) assert.strictEqual(verdictOf(answer, answer, at), "right")
    assert.strictEqual(verdictOf(answer, `\n${answer}\n`, 30), "right")
  })

  it("is wrong where something is said twice or left out behind the seam", () => {
    assert.strictEqual(verdictOf(answer, answer.slice(0, 50) + answer.slice(45), 50), "wrong")
    assert.strictEqual(verdictOf(answer, answer.slice(0, 50) + answer.slice(55), 50), "wrong")
  })

  it("is unknown where the text had gone wrong before", () => {
    assert.strictEqual(verdictOf(answer, answer.replace("3 4", "3 5"), 50), "unknown")
  })
})
