/**
 * What a rule is, and the view of a request that rules look at.
 */
import { isObject } from "../check.js"

export type Path = ReadonlyArray<string | number>

export type Thing = { readonly [key: string]: unknown }

export interface Finding {
  readonly path: Path
  readonly message: string
}

/**
 * A rule beyond the types: `check` gives what breaks it. It may be shown a request whose types are wrong, too.
 */
export interface Rule {
  readonly id: string
  readonly summary: string
  readonly source: string
  /** What breaks it, as a fragment of a request. */
  readonly example: string
  readonly remedy: string
  readonly check: (view: View) => ReadonlyArray<Finding>
}

export interface Block {
  readonly path: Path
  readonly type: string | undefined
  readonly value: Thing
}

export interface Turn {
  readonly path: Path
  readonly role: unknown
  readonly content: unknown
  /** The blocks of the turn, without those inside other blocks. */
  readonly blocks: ReadonlyArray<Block>
}

export interface View {
  readonly request: Thing
  readonly apiVersion: string
  readonly turns: ReadonlyArray<Turn>
  readonly system: ReadonlyArray<Block>
  readonly tools: ReadonlyArray<Block>
  /** All blocks of all turns in their order, each before those inside it. */
  readonly allBlocks: ReadonlyArray<Block>
  /** The server holds earlier turns, which cannot be seen here. */
  readonly continued: boolean
}

export const finding = (path: Path, message: string): Finding => ({ path, message })

export const arrayOf = (value: unknown): ReadonlyArray<unknown> => (Array.isArray(value) ? value : [])

export const blocksAt = (value: unknown, path: Path): ReadonlyArray<Block> =>
  arrayOf(value).flatMap((item, index) => (isObject(item) ? [blockAt(item, [...path, index])] : []))

const blockAt = (value: Thing, path: Path): Block => ({
  path,
  value,
  type: typeof value["type"] === "string" ? value["type"] : undefined
})

/**
 * The blocks inside a block: of a tool result, a search result, a document made of blocks, a fetched page.
 */
const inside = (block: Block): ReadonlyArray<Block> => {
  const { path, type, value } = block
  switch (type) {
    case "tool_result":
    case "search_result":
      return blocksAt(value["content"], [...path, "content"])
    case "document":
      return isObject(value["source"]) && value["source"]["type"] === "content"
        ? blocksAt(value["source"]["content"], [...path, "source", "content"])
        : []
    case "web_fetch_tool_result": {
      const result = value["content"]
      return isObject(result) && isObject(result["content"])
        ? [blockAt(result["content"], [...path, "content", "content"])]
        : []
    }
    default:
      return []
  }
}

const withInside = (block: Block): ReadonlyArray<Block> => [block, ...inside(block).flatMap(withInside)]

const turnAt = (value: unknown, index: number): ReadonlyArray<Turn> => {
  const path = ["messages", index]
  return isObject(value)
    ? [
        {
          path,
          role: value["role"],
          content: value["content"],
          blocks: blocksAt(value["content"], [...path, "content"])
        }
      ]
    : []
}

export const makeView = (request: Thing, apiVersion: string): View => {
  const turns = arrayOf(request["messages"]).flatMap(turnAt)
  const thread = request["thread"]
  return {
    request,
    apiVersion,
    turns,
    system: blocksAt(request["system"], ["system"]),
    tools: blocksAt(request["tools"], ["tools"]),
    allBlocks: turns.flatMap((turn) => turn.blocks).flatMap(withInside),
    continued: isObject(thread) && thread["type"] === "continue"
  }
}
