/**
 * Rules about the turns of a conversation, and how tool calls and their results pair up.
 */
import { isObject } from "../check.js"
import type { Block, Finding, Rule, Turn, View } from "./rule.js"
import { finding } from "./rule.js"

const maxMessages = 100_000

const messagesEmpty: Rule = {
  id: "messages-empty",
  summary: "`messages` holds at least one message, unless a thread is continued.",
  source: "Messages API reference: `messages`",
  example: `{ messages: [] }`,
  remedy: "Add a message of the user.",
  check: ({ continued, request }) =>
    Array.isArray(request["messages"]) && request["messages"].length === 0 && !continued
      ? [finding(["messages"], "there are no messages")]
      : []
}

const messagesTooMany: Rule = {
  id: "messages-too-many",
  summary: "`messages` holds at most 100,000 messages.",
  source: "Messages API reference: `messages`",
  example: "{ messages: [ /* 100,001 of them */ ] }",
  remedy: "Leave out, join or summarise earlier turns.",
  check: ({ request }) =>
    Array.isArray(request["messages"]) && request["messages"].length > maxMessages
      ? [finding(["messages"], "there are more than 100,000 messages")]
      : []
}

const contentEmpty: Rule = {
  id: "content-empty",
  summary: "Every message has content; only the last one of the assistant may be empty.",
  source: "API error: all messages must have non-empty content except for the optional final assistant message",
  example: `{ messages: [{ role: "user", content: "" }] }`,
  remedy: "Leave the message out, or give it content.",
  check: ({ turns }) =>
    turns.flatMap((turn, index): ReadonlyArray<Finding> =>
      (turn.content === "" || (Array.isArray(turn.content) && turn.content.length === 0))
      && !(turn.role === "assistant" && index === turns.length - 1)
        ? [finding([...turn.path, "content"], "the content is empty")]
        : []
    )
}

/**
 * The last turn, where it is an assistant's and made of text alone: what the answer is to go on from. A turn of server
 * tools that paused is sent back as it is, and is none.
 */
const prefillOf = ({ request, turns }: View): { readonly turn: Turn; readonly text: string } | undefined => {
  const turn = turns[turns.length - 1]
  if (turn === undefined || turn.role !== "assistant" || request["fallback_credit_token"] != null) {
    return undefined
  }
  if (typeof turn.content === "string") {
    return { turn, text: turn.content }
  }
  const text = turn.blocks[turn.blocks.length - 1]?.value["text"]
  return typeof text === "string" && turn.blocks.every((block) => block.type === "text") ? { turn, text } : undefined
}

const prefillBlank: Rule = {
  id: "prefill-trailing-whitespace",
  summary: "The text of a prefill, an assistant message that stands last, does not end in white space.",
  source: "API error: final assistant content cannot end with trailing whitespace",
  example: `{ messages: [{ role: "user", content: "2 + 2 =" }, { role: "assistant", content: "The sum is " }] }`,
  remedy: "Trim the end of the last message.",
  check: (view) => {
    const prefill = prefillOf(view)
    return prefill === undefined || prefill.text === prefill.text.trimEnd()
      ? []
      : [finding([...prefill.turn.path, "content"], "the last message is the assistant's and ends in white space")]
  }
}

const prefillThinking: Rule = {
  id: "prefill-with-thinking",
  summary: "A prefill and thinking do not go together.",
  source: "Extended thinking, prefill",
  example: `{ thinking: { type: "adaptive" }, messages: [ …, { role: "assistant", content: "The sum is" }] }`,
  remedy: "End with a message of the user, or turn thinking off.",
  check: (view) => {
    const thinking = view.request["thinking"]
    const on = isObject(thinking) && (thinking["type"] === "enabled" || thinking["type"] === "adaptive")
    const prefill = on ? prefillOf(view) : undefined
    return prefill === undefined
      ? []
      : [finding(prefill.turn.path, "thinking is on, and the last message is the assistant's")]
  }
}

interface Exchange {
  readonly calls: ReadonlyArray<Block>
  readonly results: ReadonlyArray<Block>
  readonly first: boolean
  readonly answered: boolean
}

const ofType = (turns: ReadonlyArray<Turn>, type: string): ReadonlyArray<Block> =>
  turns.flatMap((turn) => turn.blocks.filter((block) => block.type === type))

/**
 * Each run of assistant turns with the run of user turns after it: the API joins turns of one role, and system
 * messages stand apart.
 */
const exchangesOf = (turns: ReadonlyArray<Turn>): ReadonlyArray<Exchange> => {
  const runs: Array<{ readonly role: unknown; readonly turns: Array<Turn> }> = []
  for (const turn of turns) {
    const last = runs[runs.length - 1]
    if (turn.role === "system") continue
    if (last !== undefined && last.role === turn.role) last.turns.push(turn)
    else runs.push({ role: turn.role, turns: [turn] })
  }
  return runs.flatMap((run, index): ReadonlyArray<Exchange> => {
    const before = runs[index - 1]
    const after = runs[index + 1]
    if (run.role === "assistant") {
      const results = after === undefined ? [] : ofType(after.turns, "tool_result")
      return [{ calls: ofType(run.turns, "tool_use"), results, first: false, answered: after !== undefined }]
    }
    return before === undefined
      ? [{ calls: [], results: ofType(run.turns, "tool_result"), first: true, answered: true }]
      : []
  })
}

const idOf = (block: Block): unknown => block.value[block.type === "tool_use" ? "id" : "tool_use_id"]

const unanswered: Rule = {
  id: "tool-use-unanswered",
  summary: "Each `tool_use` has a `tool_result` in the user message after it.",
  source: "Tool use: API error on `tool_use` ids without `tool_result` blocks",
  example: `[{ role: "assistant", content: [{ type: "tool_use", id: "a", … }] }, { role: "user", content: "and?" }]`,
  remedy: "Add a tool_result for it to the next user message; one with is_error where the tool did not run.",
  check: ({ turns }) =>
    exchangesOf(turns).flatMap(({ answered, calls, results }) => {
      const ids = new Set(results.map(idOf))
      return calls
        .filter((call) => answered && !ids.has(idOf(call)))
        .map((call) => finding(call.path, "this tool_use has no tool_result in the user message after it"))
    })
}

const unmatched: Rule = {
  id: "tool-result-unmatched",
  summary: "Each `tool_result` answers a `tool_use` of the assistant message before it.",
  source: "Tool use: API error on unexpected `tool_use_id` in `tool_result` blocks",
  example: `[{ role: "user", content: [{ type: "tool_result", tool_use_id: "nobody" }] }]`,
  remedy: "Send the assistant message that made the call before it, or take the tool_result out.",
  check: ({ continued, turns }) =>
    exchangesOf(turns).flatMap(({ calls, first, results }) => {
      const ids = new Set(calls.map(idOf))
      return results
        .filter((result) => !ids.has(idOf(result)) && !(first && continued))
        .map((result) => finding([...result.path, "tool_use_id"], "no tool_use before it has this id"))
    })
}

const resultTwice: Rule = {
  id: "tool-result-duplicate",
  summary: "Each `tool_use` has one `tool_result`.",
  source: "API error: each tool_use must have a single result",
  example: `[…, { role: "user", content: [ /* two tool_result blocks of one tool_use_id */ ] }]`,
  remedy: "Keep one of them.",
  check: ({ turns }) =>
    exchangesOf(turns).flatMap(({ results }) =>
      repeated(results).map((result) => finding([...result.path, "tool_use_id"], "an earlier tool_result has this id"))
    )
}

const useTwice: Rule = {
  id: "tool-use-id-duplicate",
  summary: "The ids of `tool_use` blocks differ.",
  source: "API error: tool_use ids must be unique",
  example: `[{ role: "assistant", content: [ /* two tool_use blocks of one id */ ] }, …]`,
  remedy: "Keep the ids that the API gave.",
  check: ({ turns }) =>
    repeated(ofType(turns, "tool_use")).map((call) => finding([...call.path, "id"], "an earlier tool_use has this id"))
}

const repeated = (blocks: ReadonlyArray<Block>): ReadonlyArray<Block> => {
  const seen = new Set<unknown>()
  return blocks.filter((block) => {
    const id = idOf(block)
    const twice = id !== undefined && seen.has(id)
    seen.add(id)
    return twice
  })
}

const toolsetName: Rule = {
  id: "toolset-name-mismatch",
  summary: "The `tool_result` of a toolset member names the toolset of its `tool_use`.",
  source: "Messages API reference: `tool_result.toolset_name`",
  example: `a tool_use with toolset_name: "browser", answered without toolset_name`,
  remedy: "Copy toolset_name from the tool_use.",
  check: ({ turns }) =>
    exchangesOf(turns).flatMap(({ calls, results }) => {
      const names = new Map(calls.map((call) => [idOf(call), call.value["toolset_name"] ?? undefined]))
      return results
        .filter(
          (result) => names.has(idOf(result)) && names.get(idOf(result)) !== (result.value["toolset_name"] ?? undefined)
        )
        .map((result) => finding([...result.path, "toolset_name"], "the toolset is not that of the tool_use"))
    })
}

export const conversationRules: ReadonlyArray<Rule> = [
  messagesEmpty,
  messagesTooMany,
  contentEmpty,
  prefillBlank,
  prefillThinking,
  unanswered,
  unmatched,
  resultTwice,
  useTwice,
  toolsetName
]
