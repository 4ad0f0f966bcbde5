import type { Continuation, Manner } from "../Manner.js"
import { dice, identifier } from "./dice.js"
import type { Json } from "./json.js"
import { isObject, textOf } from "./json.js"
import type { Answer, GoOn, Memory, Speech } from "./memory.js"
import type { Prompt } from "./prompt.js"
import { lastText } from "./prompt.js"
import * as prose from "./prose.js"
import { sample } from "./sample.js"
import { sign } from "./signature.js"
import * as tokens from "./tokens.js"

/** One block of the reply. `pieces` are what its deltas carry. */
export type Block =
  | { readonly type: "thinking"; readonly pieces: ReadonlyArray<string>; readonly signature: string }
  | { readonly type: "text"; readonly pieces: ReadonlyArray<string> }
  | {
      readonly type: "tool_use"
      readonly pieces: ReadonlyArray<string>
      readonly id: string
      readonly name: string
      readonly input: Json
    }

/** What the model says to one request. */
export interface Turn {
  readonly blocks: ReadonlyArray<Block>
  readonly stopReason: string
  readonly stopSequence: string | null
  readonly outputTokens: number
  readonly thinkingTokens: number
  /** The answer this is a part of, and where in its text this part begins. */
  readonly answer: Answer
  readonly from: number
  readonly continues: GoOn["form"] | undefined
}

/** What decides how the model answers, besides the prompt. */
export interface Voice {
  readonly seed: string
  readonly manner: Manner
  readonly answerTokens: number | undefined
}

/** Groups tokens into deltas of one to three, as the API does. */
const deltas = (text: string, ...seed: ReadonlyArray<string>): ReadonlyArray<string> => {
  const roll = dice("deltas", ...seed)
  const parts = tokens.split(text)
  const grouped: Array<string> = []
  for (let at = 0; at < parts.length;) {
    const size = 1 + roll.below(3)
    grouped.push(parts.slice(at, at + size).join(""))
    at += size
  }
  return grouped
}

const limit = (text: string, most: number): string => {
  const parts = tokens.split(text)
  return parts.length <= most ? text : parts.slice(0, most).join("")
}

const thoughts = (prompt: Prompt, room: number, seed: string): Block | undefined => {
  if (prompt.thinking === undefined || room <= 0) return undefined
  const length = Math.min(prompt.thinking.budget, 24 + dice("thoughts", seed).below(60))
  const wish = { ...prose.wishes("", seed), length }
  const full = prompt.thinking.display === "omitted" ? "" : limit(prose.write(wish, "thinking", seed), room)
  // The block is bound to what stands before the reply.
  const signature = sign(full, prompt.prefixes[prompt.items.length] ?? "")
  return { type: "thinking", pieces: deltas(full, seed), signature }
}

const fixedInputs: ReadonlyArray<readonly [prefix: string, input: Json]> = [
  ["bash_", { command: "ls -la" }],
  ["text_editor_", { command: "view", path: "/repo/README.md" }],
  ["memory_", { command: "view", path: "/memories" }]
]

const isClientTool = (tool: Json): boolean =>
  isObject(tool["input_schema"]) || fixedInputs.some(([prefix]) => textOf(tool["type"]).startsWith(prefix))

const inputFor = (tool: Json, seed: string): Json => {
  const fixed = fixedInputs.find(([prefix]) => textOf(tool["type"]).startsWith(prefix))
  if (fixed !== undefined) return fixed[1]
  const input = sample(isObject(tool["input_schema"]) ? tool["input_schema"] : {}, seed, textOf(tool["name"]))
  return isObject(input) ? input : {}
}

/** Which tools the model calls: what `tool_choice` forces, or those that the last user turn names or asks for. */
const toolsToCall = (prompt: Prompt): ReadonlyArray<Json> => {
  const offered = prompt.tools.filter(isClientTool)
  const choice = prompt.toolChoice
  if (choice["type"] === "none" || offered.length === 0) return []
  if (choice["type"] === "tool") return offered.filter((tool) => tool["name"] === choice["name"])
  const last = prompt.items[prompt.items.length - 1]
  const asked = lastText(prompt.items, "user")
  const single = choice["disable_parallel_tool_use"] === true
  const several = !single && /\b(both|each|all) (the )?tools\b|\bin parallel\b/i.test(asked)
  const named = offered.filter((tool) => asked.includes(textOf(tool["name"])))
  const wanted = named.length > 0 ? named : offered.slice(0, several ? offered.length : 1)
  if (choice["type"] === "any") return several ? wanted : wanted.slice(0, 1)
  // A turn that brings the results of a call is answered in words.
  if (last?.type === "tool_result" || (named.length === 0 && !/\btools?\b/i.test(asked))) return []
  return single ? wanted.slice(0, 1) : wanted
}

const call = (tool: Json, seed: string): Extract<Block, { readonly type: "tool_use" }> => {
  const input = inputFor(tool, seed)
  const json = JSON.stringify(input)
  const id = identifier("toolu", seed, textOf(tool["name"]))
  return { type: "tool_use", id, input, name: textOf(tool["name"]), pieces: ["", ...deltas(json, seed)] }
}

const prefaces = [
  "I will look that up first.",
  "Let me check.",
  "One moment, I will ask the tool.",
  "First I need to look."
]

const compose = (prompt: Prompt, voice: Voice, variant: number): Speech => {
  const seed = [voice.seed, prompt.prefixes[prompt.items.length] ?? "", String(variant)]
  const calls = toolsToCall(prompt)
  if (calls.length > 0) {
    const forced = prompt.toolChoice["type"] === "any" || prompt.toolChoice["type"] === "tool"
    return { calls, text: forced ? "" : (prefaces[variant % prefaces.length] ?? "") }
  }
  if (prompt.schema !== undefined) return { calls, text: JSON.stringify(sample(prompt.schema, ...seed)) }
  const wish = prose.wishes(lastText(prompt.items, "user"), ...seed)
  return { calls, text: prose.write({ ...wish, length: voice.answerTokens ?? wish.length }, ...seed) }
}

interface Stopped {
  readonly text: string
  readonly sequence: string | null
}

const stopped = (text: string, sequences: ReadonlyArray<string>): Stopped => {
  const hits = sequences.map((sequence) => ({ at: text.indexOf(sequence), sequence })).filter((hit) => hit.at >= 0)
  const first = hits.sort((a, b) => a.at - b.at)[0]
  return first === undefined ? { sequence: null, text } : { sequence: first.sequence, text: text.slice(0, first.at) }
}

interface Words {
  readonly continues: GoOn["form"] | undefined
  readonly answer: Answer
  readonly text: string
  readonly from: number
}

const carryOn = (goOn: GoOn, manner: Manner): Words => {
  const continuation: Continuation = { at: goOn.at, form: goOn.form, text: goOn.answer.text, turn: goOn.turn }
  const text = manner(continuation)
  // What is said again counts from where it stands in the answer: so much of it is out when this much was sent.
  const from = goOn.answer.text.endsWith(text) ? goOn.answer.text.length - text.length : goOn.at
  return { answer: goOn.answer, continues: goOn.form, from, text }
}

const speak = (prompt: Prompt, voice: Voice, memory: Memory): Words => {
  const goOn = memory.find(prompt)
  if (goOn !== undefined) return carryOn(goOn, voice.manner)
  const answer = memory.begin(prompt, (variant) => compose(prompt, voice, variant))
  return { answer, continues: undefined, from: 0, text: answer.text }
}

const room = (prompt: Prompt, ...blocks: ReadonlyArray<Block | undefined>): number =>
  blocks.reduce((left, block) => left - (block === undefined ? 0 : sizeOf(block)), prompt.maxTokens)

const sizeOf = (block: Block): number => tokens.count(block.pieces.join(""))

const finish = (blocks: ReadonlyArray<Block>, words: Words, stopReason: string, stopSequence: string | null): Turn => ({
  answer: words.answer,
  blocks,
  continues: words.continues,
  from: words.from,
  outputTokens: Math.max(
    blocks.length > 0 ? 1 : 0,
    blocks.reduce((sum, block) => sum + sizeOf(block), 0)
  ),
  stopReason,
  stopSequence,
  thinkingTokens: blocks.reduce((sum, block) => sum + (block.type === "thinking" ? sizeOf(block) : 0), 0)
})

/** The calls that fit into what is left of the tokens; the one that does not breaks off, as it does on the API. */
const callBlocks = (prompt: Prompt, before: ReadonlyArray<Block>, calls: ReadonlyArray<Json>, seed: string) => {
  const blocks = [...before]
  for (const [at, tool] of calls.entries()) {
    const block = call(tool, `${seed}/${at}`)
    const left = room(prompt, ...blocks)
    if (sizeOf(block) > left) {
      const pieces = ["", ...deltas(limit(block.pieces.join(""), left), seed)]
      return { blocks: left > 0 ? [...blocks, { ...block, input: {}, pieces }] : blocks, whole: false }
    }
    blocks.push(block)
  }
  return { blocks, whole: true }
}

/**
 * What the model says to a prompt: it goes on with an answer that broke off, or answers in words, tool calls, or both.
 *
 * @internal
 */
export const answer = (prompt: Prompt, voice: Voice, memory: Memory): Turn => {
  const words = speak(prompt, voice, memory)
  if (prompt.maxTokens === 0) return finish([], words, "max_tokens", null)
  const seed = `${voice.seed}/${words.answer.root}/${words.answer.variant}`
  const share = Math.max(1, Math.floor(prompt.maxTokens / 2))
  const thinking = thoughts(prompt, share, `${seed}/${words.from}`)
  const end = stopped(words.text, prompt.stopSequences)
  const said = limit(end.text, room(prompt, thinking))
  const spoken: ReadonlyArray<Block> = [
    ...(thinking === undefined ? [] : [thinking]),
    ...(said === "" ? [] : [{ pieces: deltas(said, seed, String(words.from)), type: "text" as const }])
  ]
  if (said.length < end.text.length) return finish(spoken, words, "max_tokens", null)
  if (end.sequence !== null) return finish(spoken, words, "stop_sequence", end.sequence)
  if (words.answer.calls.length === 0) return finish(spoken, words, "end_turn", null)
  const { blocks, whole } = callBlocks(prompt, spoken, words.answer.calls, seed)
  return finish(blocks, words, whole ? "tool_use" : "max_tokens", null)
}
