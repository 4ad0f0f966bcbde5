import { assert, describe, it } from "@effect/vitest"
import { Resumable } from "effect-claude"
import { readFileSync } from "node:fs"
import { rules } from "../../src/resume/internal/resumability.js"
import { request } from "./resumed.js"

const page = readFileSync(new URL("../../docs/resuming.md", import.meta.url), "utf8")

const sectionOf = (heading: string): string => page.split(/^## /m).find((part) => part.startsWith(heading)) ?? ""

const rowsOf = (heading: string): ReadonlyArray<ReadonlyArray<string>> =>
  sectionOf(heading)
    .split("\n")
    .filter((line) => line.startsWith("| ") && !line.includes("|---"))
    .slice(1)
    .map((line) => line.slice(2, -2).split(" | "))

/** Requests to which the rules apply, each to its own. */
const examples: Readonly<Record<string, object>> = {
  "thread-continue": { thread: { type: "continue", previous_message_id: "msg_1" } },
  "fallback-credit": { fallback_credit_token: "credit" },
  "pause-turn": {
    messages: [
      ...request.messages,
      {
        role: "assistant",
        content: [{ type: "server_tool_use", id: "srvtoolu_1", name: "web_search", input: {} }]
      }
    ]
  },
  compaction: { compaction: { type: "summarize" } },
  "own-prefill": { messages: [...request.messages, { role: "assistant", content: "Once" }] },
  "forced-tool": { tool_choice: { type: "any" } },
  "structured-output": { output_config: { format: { type: "json_schema", schema: {} } } }
}

describe("docs/resuming.md", () => {
  it("has the table of what cannot be continued as the code has it, in its order", () => {
    assert.deepStrictEqual(
      rowsOf("What cannot be continued"),
      rules.map(({ id, then, when, why }) => [`\`${id}\``, when, then, why])
    )
  })

  it("says of each request in it what canContinue says", () => {
    assert.sameMembers(
      Object.keys(examples),
      rules.map(({ id }) => id)
    )
    for (const [rule, more] of Object.entries(examples)) {
      const [, , action, why] = rowsOf("What cannot be continued").find(([id]) => id === `\`${rule}\``) ?? []
      const told = Resumable.canContinue(Object.assign({}, request, more))
      assert.deepStrictEqual([told.action, told.rule, told.why], [action, rule, why])
    }
    assert.deepStrictEqual(Resumable.canContinue(request), { action: "continue" })
  })

  it("has every option, and no other", () => {
    const source = readFileSync(new URL("../../src/resume/Resumable.ts", import.meta.url), "utf8")
    const fields = /export interface Options \{([\s\S]*?)\n\}/.exec(source)?.[1] ?? ""
    const options = [...fields.matchAll(/^ {2}readonly (\w+)\?/gm)].map(([, name]) => name)
    const told = rowsOf("Options").flatMap(([name = ""]) => [...name.matchAll(/`(\w+)`/g)].map(([, option]) => option))
    assert.isAbove(options.length, 8)
    assert.sameMembers(told, options)
  })
})
