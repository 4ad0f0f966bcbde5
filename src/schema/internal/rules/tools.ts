/**
 * Rules about tools and the choice of one.
 */
import { isObject } from "../check.js"
import { shapeOf } from "../shape.js"
import { BrowserToolsetConfigs, ComputerToolsetConfigs } from "../../Toolset.js"
import type { Block, Finding, Rule, View } from "./rule.js"
import { arrayOf, finding } from "./rule.js"

const isCustom = (tool: Block): boolean => tool.type === undefined || tool.type === "custom"

const isNamed = (tool: Block): boolean => typeof tool.value["name"] === "string"

/**
 * Whether all names of tools can be known from the request: members of toolsets and tools of MCP servers, of threads
 * and of later messages cannot.
 */
const namesAreKnown = ({ allBlocks, continued, request, tools, turns }: View): boolean =>
  !continued
  && request["mcp_servers"] === undefined
  && tools.every(isNamed)
  && !allBlocks.some((block) => block.type === "tool_addition")
  && !turns.some((turn) => turn.role === "system")

const toolName: Rule = {
  id: "tool-name",
  summary: "The name of a custom tool is 1 to 128 letters, digits, `_` and `-`.",
  source: "Tool use: `name`",
  example: `{ tools: [{ name: "get weather", input_schema: { type: "object" } }] }`,
  remedy: "Give a name of letters, digits, _ and -.",
  check: ({ tools }) =>
    tools
      .filter(isCustom)
      .filter(isNamed)
      .filter((tool) => !/^[a-zA-Z0-9_-]{1,128}$/.test(String(tool.value["name"])))
      .map((tool) => finding([...tool.path, "name"], "the name is not 1 to 128 letters, digits, _ and -"))
}

const nameTwice: Rule = {
  id: "tool-name-duplicate",
  summary: "The names of tools differ.",
  source: "API error: tool names must be unique (`tool_name_conflict`)",
  example: `{ tools: [ /* two tools of one name */ ] }`,
  remedy: "Rename one of them, or leave it out.",
  check: ({ tools }) => {
    const seen = new Set<unknown>()
    return tools
      .filter(isNamed)
      .filter((tool) => {
        const twice = seen.has(tool.value["name"])
        seen.add(tool.value["name"])
        return twice
      })
      .map((tool) => finding([...tool.path, "name"], "an earlier tool has this name"))
  }
}

const members = (schema: typeof BrowserToolsetConfigs | typeof ComputerToolsetConfigs): ReadonlySet<string> => {
  const shape = shapeOf(schema)
  return new Set(shape._tag === "Struct" ? shape.properties.map((property) => property.name) : [])
}

const toolsets: { readonly [type: string]: () => ReadonlySet<string> } = {
  browser_toolset_20260801: () => members(BrowserToolsetConfigs),
  computer_toolset_20260801: () => members(ComputerToolsetConfigs)
}

const isToolset = (tool: Block): boolean => tool.type !== undefined && Object.hasOwn(toolsets, tool.type)

const toolsetMember: Rule = {
  id: "toolset-member",
  summary: "`configs` of a toolset names members of that toolset alone.",
  source: "Messages API reference: toolsets",
  example: `{ type: "computer_toolset_20260801", configs: { teleport: { enabled: true } } }`,
  remedy: "Name one of the members that the type of `configs` lists.",
  check: ({ tools }) =>
    tools.flatMap((tool): ReadonlyArray<Finding> => {
      const known = tool.type === undefined || !isToolset(tool) ? undefined : toolsets[tool.type]?.()
      const configs = tool.value["configs"]
      return known === undefined || !isObject(configs)
        ? []
        : Object.keys(configs)
            .filter((name) => !known.has(name))
            .map((name) => finding([...tool.path, "configs", name], "the toolset has no such member"))
    })
}

const toolsetFields = new Set(["type", "cache_control", "configs"])

const toolsetField: Rule = {
  id: "toolset-field",
  summary: "A toolset has the fields `type`, `configs` and `cache_control` alone.",
  source: "Messages API reference: toolsets",
  example: `{ type: "browser_toolset_20260801", name: "browser" }`,
  remedy: "Leave the field out; settings of members go into configs.",
  check: ({ tools }) =>
    tools.filter(isToolset).flatMap((tool) =>
      Object.keys(tool.value)
        .filter((name) => !toolsetFields.has(name) && tool.value[name] !== undefined)
        .map((name) => finding([...tool.path, name], "a toolset has no such field"))
    )
}

const domains: Rule = {
  id: "domains-exclusive",
  summary: "Web search takes `allowed_domains` or `blocked_domains`, not both.",
  source: "Messages API reference: web search",
  example: `{ type: "web_search_20260318", allowed_domains: ["a.com"], blocked_domains: ["b.com"], … }`,
  remedy: "Keep one of the two lists.",
  check: ({ tools }) =>
    tools
      .filter(
        (tool) =>
          tool.type?.startsWith("web_search_") === true
          && arrayOf(tool.value["allowed_domains"]).length > 0
          && arrayOf(tool.value["blocked_domains"]).length > 0
      )
      .map((tool) => finding([...tool.path, "blocked_domains"], "allowed_domains is given too"))
}

const urlSourceTool: Rule = {
  id: "url-source-tool",
  summary: "A tool that `url_sources` of web fetch names is among `tools`.",
  source: "Messages API reference: web fetch",
  example: `{ type: "web_fetch_20260318", url_sources: { client_tool_results: { tools: [ … ], … } }, … }`,
  remedy: "Add the tool to tools, or take it out of the list.",
  check: (view) => {
    if (!namesAreKnown(view)) return []
    const names = new Set(view.tools.map((tool) => tool.value["name"]))
    return view.tools.flatMap((tool) => {
      const sources = tool.value["url_sources"]
      return ["client_tool_results", "server_tool_results"].flatMap((field) => {
        const source = isObject(sources) ? sources[field] : undefined
        const named = arrayOf(isObject(source) ? source["tools"] : undefined)
        return named.flatMap((item, index): ReadonlyArray<Finding> =>
          isObject(item) && !names.has(item["name"])
            ? [finding([...tool.path, "url_sources", field, "tools", index, "name"], "no tool has this name")]
            : []
        )
      })
    })
  }
}

const choice: Rule = {
  id: "tool-choice-unknown",
  summary: "A `tool_choice` that demands a tool finds it among `tools`.",
  source: "Tool use: `tool_choice`",
  example: `{ tools: [], tool_choice: { type: "tool", name: "add" } }`,
  remedy: 'Add the tool to tools, or let the choice be { type: "auto" }.',
  check: (view) => {
    const given = view.request["tool_choice"]
    if (!isObject(given) || !namesAreKnown(view)) return []
    const missing =
      given["type"] === "any"
        ? view.tools.length === 0
        : given["type"] === "tool" && !view.tools.some((tool) => tool.value["name"] === given["name"])
    return missing ? [finding(["tool_choice"], "the demanded tool is not among tools")] : []
  }
}

export const toolRules: ReadonlyArray<Rule> = [
  toolName,
  nameTwice,
  toolsetMember,
  toolsetField,
  domains,
  urlSourceTool,
  choice
]
