/**
 * Rules about prompt cache markers.
 */
import { isObject } from "../check.js"
import type { Block, Finding, Rule, View } from "./rule.js"
import { finding } from "./rule.js"

const maxMarkers = 4

const marked = (block: Block): boolean => isObject(block.value["cache_control"])

/**
 * The marked tools and blocks, in the order in which the cache sees them.
 */
const markedOf = ({ allBlocks, system, tools }: View): ReadonlyArray<Block> =>
  [...tools, ...system, ...allBlocks].filter(marked)

const tooMany: Rule = {
  id: "cache-markers",
  summary: "At most 4 blocks and tools carry `cache_control`.",
  source: "Prompt caching: API error, a maximum of 4 blocks with cache_control may be provided",
  example: "{ system: [ /* five blocks, each with cache_control */ ] }",
  remedy: "Mark the last block of each part that stays the same; the part before it is cached too.",
  check: (view) =>
    markedOf(view)
      .slice(maxMarkers)
      .map((block) => finding([...block.path, "cache_control"], "four markers stand before this one"))
}

const ttlOf = (block: Block): unknown =>
  isObject(block.value["cache_control"]) ? (block.value["cache_control"]["ttl"] ?? "5m") : undefined

const order: Rule = {
  id: "cache-lifetimes",
  summary: "Markers of one hour stand before those of five minutes, in the order tools, system, messages.",
  source: "Prompt caching: mixing lifetimes",
  example: `a tool with cache_control: { type: "ephemeral" }, then system with ttl: "1h"`,
  remedy: "Give the earlier markers the longer lifetime.",
  check: (view) => {
    const markers = markedOf(view)
    const short = markers.findIndex((block) => ttlOf(block) === "5m")
    return short === -1
      ? []
      : markers
          .slice(short)
          .filter((block) => ttlOf(block) === "1h")
          .map((block): Finding =>
            finding(
              [...block.path, "cache_control", "ttl"],
              "a marker of five minutes stands before this one of an hour"
            )
          )
  }
}

const thinking: Rule = {
  id: "cache-thinking",
  summary: "`thinking` and `redacted_thinking` blocks carry no `cache_control`.",
  source: "Messages API reference: content blocks",
  example: `{ type: "thinking", thinking: "…", signature: "…", cache_control: { type: "ephemeral" } }`,
  remedy: "Mark the block after it.",
  check: ({ allBlocks }) =>
    allBlocks
      .filter((block) => (block.type === "thinking" || block.type === "redacted_thinking") && marked(block))
      .map((block) => finding([...block.path, "cache_control"], "thinking cannot carry a cache marker"))
}

export const cachingRules: ReadonlyArray<Rule> = [tooMany, order, thinking]
