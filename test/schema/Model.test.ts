import { describe, it } from "@effect/vitest"
import { assertTrue, deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import * as fs from "node:fs"
import * as Model from "../../src/schema/Model.js"

const declared = fs.readFileSync(
  new URL("../../node_modules/@anthropic-ai/sdk/resources/messages/messages.d.ts", import.meta.url),
  "utf8"
)

describe("Model", () => {
  it("knows every model of the official SDK, and no other", () => {
    const line = /^export type Model = (.*);$/m.exec(declared)?.[1] ?? ""
    deepStrictEqual(
      [...Model.knownModelIds],
      [...line.matchAll(/'([^']+)'/g)].map(([, id]) => id)
    )
  })

  it.each([
    ["claude-sonnet-4-5", "deprecated", "2026-11-30", "claude-sonnet-5-5"],
    ["claude-sonnet-4-5-20250929", "deprecated", "2026-11-30", "claude-sonnet-5-5"],
    ["us.anthropic.claude-sonnet-4-5-20250929-v1:0", "deprecated", "2026-11-30", "claude-sonnet-5-5"],
    ["claude-mythos-preview", "deprecated", "2026-06-30", "claude-mythos-5-2"],
    ["claude-opus-4-1-20250805", "retired", undefined, "claude-opus-5-5"],
    ["claude-opus-4@20250514", "retired", undefined, "claude-opus-5-5"],
    ["claude-opus-4-20250514", "retired", undefined, "claude-opus-5-5"],
    ["claude-3-5-haiku-latest", "retired", undefined, "claude-haiku-5-5"],
    ["claude-3-opus-20240229", "retired", undefined, "claude-opus-5-5"],
    ["anthropic.claude-3-5-sonnet-20241022-v2:0", "retired", undefined, "claude-sonnet-5-5"]
  ] as const)("%s is %s, goes on %s and is followed by %s", (id, lifecycle, endOfLife, successor) => {
    strictEqual(Model.facts(id)?.lifecycle, lifecycle)
    deepStrictEqual(Model.deprecationOf(id), { endOfLife, successor })
    strictEqual(Model.successorOf(id), successor)
  })

  it("every successor is a known model that stays", () => {
    for (const id of [...Model.knownModelIds, "claude-3-opus-20240229", "claude-3-haiku-20240307"]) {
      const successor = Model.successorOf(id)
      assertTrue(successor === undefined || Model.facts(successor)?.lifecycle === "active", id)
    }
  })

  it.each(["claude-opus-5-5", "claude-opus-4-5-20251101", "claude-haiku-4-5"])("%s stays", (id) => {
    strictEqual(Model.facts(id)?.lifecycle, "active")
    strictEqual(Model.deprecationOf(id), undefined)
  })

  it.each(["claude-opus-9", "claude-opus-4-9", "gpt-9", "", "my-claude", "claude-opus-5-5-preview-x"])(
    "nothing is claimed of %j, which is not known",
    (id) => {
      strictEqual(Model.facts(id), undefined)
      strictEqual(Model.successorOf(id), undefined)
      strictEqual(Model.supportsPrefill(id), false)
      strictEqual(Model.limitGroupOf(id), id)
    }
  )

  it("prefill is for Haiku, Sonnet and Opus up to 4.5", () => {
    deepStrictEqual(Model.knownModelIds.filter(Model.supportsPrefill), [
      "claude-haiku-4-5",
      "claude-haiku-4-5-20251001",
      "claude-opus-4-5",
      "claude-opus-4-5-20251101",
      "claude-sonnet-4-5",
      "claude-sonnet-4-5-20250929"
    ])
    assertTrue(Model.supportsPrefill("claude-3-7-sonnet-20250219"))
  })

  it("models that share rate limits share a group, and the others do not", () => {
    const groups = new Map<string, Array<string>>()
    for (const id of Model.knownModelIds) {
      const name = Model.limitGroupOf(id)
      groups.set(name, [...(groups.get(name) ?? []), id])
    }
    deepStrictEqual(
      [...groups.values()]
        .filter((ids) => ids.length > 1)
        .map((ids) => ids.join(" "))
        .sort(),
      [
        "claude-fable-5-1 claude-fable-5",
        "claude-haiku-4-5 claude-haiku-4-5-20251001",
        "claude-mythos-5-1 claude-mythos-5",
        "claude-opus-4-8 claude-opus-4-7 claude-opus-4-6 claude-opus-4-5 claude-opus-4-5-20251101",
        "claude-sonnet-4-6 claude-sonnet-4-5 claude-sonnet-4-5-20250929"
      ]
    )
    strictEqual(Model.limitGroupOf("us.anthropic.claude-opus-4-6-v1:0"), "opus-4")
  })
})
