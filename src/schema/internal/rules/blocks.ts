/**
 * Rules about single blocks.
 */
import { isObject, typeOf } from "../check.js"
import type { Block, Finding, Rule, View } from "./rule.js"
import { arrayOf, blocksAt, finding } from "./rule.js"

const textEmpty: Rule = {
  id: "text-empty",
  summary: "The text of a text block is not empty.",
  source: "API error: text content blocks must be non-empty",
  example: `{ role: "user", content: [{ type: "text", text: "" }] }`,
  remedy: "Leave the block out.",
  check: ({ allBlocks, system }) =>
    [...system, ...allBlocks]
      .filter((block) => block.type === "text" && block.value["text"] === "")
      .map((block) => finding([...block.path, "text"], "the text is empty"))
}

const assistantOnly = new Set(["tool_use", "server_tool_use", "thinking", "redacted_thinking"])

const role: Rule = {
  id: "block-role",
  summary: "Calls of tools and thinking stand in messages of the assistant, `tool_result` in those of the user.",
  source: "API error: blocks can only be in `assistant` (or `user`) messages",
  example: `{ role: "assistant", content: [{ type: "tool_result", tool_use_id: "a" }] }`,
  remedy: "Move the block to a message of the other role.",
  check: ({ turns }) =>
    turns.flatMap((turn) =>
      turn.blocks
        .filter(({ type }) =>
          turn.role === "user"
            ? type !== undefined && assistantOnly.has(type)
            : turn.role === "assistant" && type === "tool_result"
        )
        .map((block) => finding(block.path, "this block cannot stand in a message of this role"))
    )
}

const in2026 = (view: View, role: string): ReadonlyArray<Block> =>
  view.apiVersion < "2026-10-21" ? [] : view.turns.filter((turn) => turn.role === role).flatMap((turn) => turn.blocks)

const assistantDocument: Rule = {
  id: "assistant-document",
  summary: "A message of the assistant holds no `document`, since API version 2026-10-21.",
  source: "API version 2026-10-21",
  example: `{ role: "assistant", content: [{ type: "document", … }] }`,
  remedy: "Move the document to a message of the user.",
  check: (view) =>
    in2026(view, "assistant")
      .filter((block) => block.type === "document")
      .map((block) => finding(block.path, "a document cannot stand in a message of the assistant"))
}

const userCitations: Rule = {
  id: "user-citations",
  summary: "Text of the user carries no `citations`, since API version 2026-10-21.",
  source: "API version 2026-10-21",
  example: `{ role: "user", content: [{ type: "text", text: "Hi", citations: [ … ] }] }`,
  remedy: "Leave the citations out.",
  check: (view) =>
    in2026(view, "user")
      .filter((block) => block.type === "text" && arrayOf(block.value["citations"]).length > 0)
      .map((block) => finding([...block.path, "citations"], "text of the user cannot carry citations"))
}

const thinkingSignature: Rule = {
  id: "thinking-incomplete",
  summary: "A `thinking` block has its signature and a `redacted_thinking` block its data: half of one is refused.",
  source: "Extended thinking: blocks are sent back unmodified",
  example: `{ type: "thinking", thinking: "First, ", signature: "" }`,
  remedy: "Leave out a thinking block that was not received whole.",
  check: ({ allBlocks }) =>
    allBlocks.flatMap((block): ReadonlyArray<Finding> => {
      const name = block.type === "thinking" ? "signature" : block.type === "redacted_thinking" ? "data" : undefined
      return name !== undefined && block.value[name] === "" ? [finding([...block.path, name], `${name} is empty`)] : []
    })
}

const toolUseId: Rule = {
  id: "tool-use-id",
  summary: "The id of a tool call is made of letters, digits, `_` and `-`.",
  source: "API error: string should match pattern `^[a-zA-Z0-9_-]+$`",
  example: `{ type: "tool_use", id: "call:1", … }`,
  remedy: "Use the id that the API gave; map ids of other providers to such letters in the call and its result.",
  check: ({ allBlocks }) =>
    allBlocks.flatMap((block): ReadonlyArray<Finding> => {
      const name =
        block.type === "tool_use" || block.type === "server_tool_use"
          ? "id"
          : block.type === "tool_result"
            ? "tool_use_id"
            : undefined
      const id = name === undefined ? undefined : block.value[name]
      return name !== undefined && typeof id === "string" && !/^[a-zA-Z0-9_-]+$/.test(id)
        ? [finding([...block.path, name], "the id has characters other than letters, digits, _ and -")]
        : []
    })
}

const toolUseInput: Rule = {
  id: "tool-use-input",
  summary: "The input of a tool call is an object.",
  source: "API error: input should be a valid dictionary",
  example: `{ type: "tool_use", id: "a", name: "add", input: "{}" }`,
  remedy: "Parse the JSON text of the input before sending it; give {} where there is none.",
  check: ({ allBlocks }) =>
    allBlocks
      .filter(
        (block) => (block.type === "tool_use" || block.type === "server_tool_use") && !isObject(block.value["input"])
      )
      .map((block) => finding([...block.path, "input"], `expected an object, found ${typeOf(block.value["input"])}`))
}

const browserStatePlace: Rule = {
  id: "browser-state-place",
  summary: "A `tool_result` holds at most one `browser_state`, and none when it is an error.",
  source: "Messages API reference: `browser_state`",
  example: `{ type: "tool_result", is_error: true, content: [{ type: "browser_state", tabs: [] }], … }`,
  remedy: "Keep one browser_state, in the result of a call that worked.",
  check: ({ allBlocks }) =>
    allBlocks
      .filter((block) => block.type === "tool_result")
      .flatMap((result) =>
        blocksAt(result.value["content"], [...result.path, "content"])
          .filter((block) => block.type === "browser_state")
          .slice(result.value["is_error"] === true ? 0 : 1)
          .map((state) => finding(state.path, "this tool_result cannot hold this browser_state"))
      )
}

const browserStateTabs: Rule = {
  id: "browser-state-tabs",
  summary: "Of the tabs of a `browser_state` exactly one is active, and a tab that was opened is among them.",
  source: "Messages API reference: `browser_state`",
  example: `{ type: "browser_state", tabs: [{ tab_id: "1", title: "", url: "https://example.com" }] }`,
  remedy: "Give the whole inventory of tabs, with active: true on one of them.",
  check: ({ allBlocks }) =>
    allBlocks
      .filter((block) => block.type === "browser_state")
      .flatMap((block): ReadonlyArray<Finding> => {
        const tabs = arrayOf(block.value["tabs"]).filter(isObject)
        const active = tabs.filter((tab) => tab["active"] === true).length
        const ids = new Set(tabs.map((tab) => tab["tab_id"]))
        return [
          ...(tabs.length > 0 && active !== 1
            ? [finding([...block.path, "tabs"], "not exactly one tab is active")]
            : []),
          ...arrayOf(block.value["state_changes"]).flatMap((change, index) =>
            isObject(change) && change["type"] === "tab_opened" && !ids.has(change["tab_id"])
              ? [finding([...block.path, "state_changes", index, "tab_id"], "the opened tab is not among the tabs")]
              : []
          )
        ]
      })
}

const browserStateChanges: Rule = {
  id: "browser-state-changes",
  summary: "`state_changes` is left out rather than empty, and tells of each download once.",
  source: "Messages API reference: `browser_state`",
  example: `{ type: "browser_state", tabs: [ … ], state_changes: [] }`,
  remedy: "Leave state_changes out when nothing changed; keep one change for each download_id.",
  check: ({ allBlocks }) =>
    allBlocks
      .filter((block) => block.type === "browser_state")
      .flatMap((block): ReadonlyArray<Finding> => {
        const path = [...block.path, "state_changes"]
        const changes = block.value["state_changes"]
        if (Array.isArray(changes) && changes.length === 0) return [finding(path, "the list of changes is empty")]
        const seen = new Set<unknown>()
        return arrayOf(changes).flatMap((change, index): ReadonlyArray<Finding> => {
          const id = isObject(change) ? change["download_id"] : undefined
          const twice = id !== undefined && seen.has(id)
          seen.add(id)
          return twice ? [finding([...path, index, "download_id"], "an earlier change has this download_id")] : []
        })
      })
}

export const blockRules: ReadonlyArray<Rule> = [
  textEmpty,
  role,
  assistantDocument,
  userCitations,
  thinkingSignature,
  toolUseId,
  toolUseInput,
  browserStatePlace,
  browserStateTabs,
  browserStateChanges
]
