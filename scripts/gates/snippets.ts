/** Finds the TypeScript blocks of Markdown pages and of docstrings. */

export interface Snippet {
  readonly page: string
  /** The line of the opening fence, from 1. */
  readonly start: number
  /** The line of `code`'s first line, from 1. */
  readonly line: number
  /** Where the block is written to, relative to the folder of all snippets. */
  readonly file: string
  readonly code: string
  readonly run: boolean
}

export interface Found {
  readonly snippets: ReadonlyArray<Snippet>
  readonly problems: ReadonlyArray<string>
}

interface Block {
  readonly flags: ReadonlyArray<string>
  readonly start: number
  readonly lines: ReadonlyArray<string>
}

interface Opening {
  readonly fence: string
  readonly indent: number
  readonly info: string
  readonly start: number
}

const flagNames = new Set(["run", "continued"])

const blocks = (lines: ReadonlyArray<string>): ReadonlyArray<Block> => {
  const found: Array<Block> = []
  let open: Opening | undefined
  let body: Array<string> = []
  lines.forEach((line, index) => {
    const match = /^(\s*)(`{3,}|~{3,})\s*([^`]*)$/.exec(line)
    if (open === undefined) {
      if (match !== null) {
        const [, indent = "", fence = "", info = ""] = match
        open = { fence, indent: indent.length, info: info.trim(), start: index + 1 }
        body = []
      }
      return
    }
    if (match !== null && match[3] === "" && (match[2] ?? "").startsWith(open.fence)) {
      const [language = "", ...flags] = open.info.split(/\s+/)
      if (language === "ts" || language === "typescript") {
        found.push({ flags, start: open.start, lines: body })
      }
      open = undefined
      return
    }
    body.push(line.slice(Math.min(open.indent, line.length - line.trimStart().length)))
  })
  return found
}

const assemble = (page: string, found: ReadonlyArray<Block>): Found => {
  const snippets: Array<Snippet> = []
  const problems: Array<string> = []
  for (const block of found) {
    const unknown = block.flags.filter((flag) => !flagNames.has(flag))
    if (unknown.length > 0) {
      problems.push(`${page}:${block.start} unknown mark on a ts block: ${unknown.join(" ")}`)
    }
    const run = block.flags.includes("run")
    const previous = snippets.at(-1)
    if (!block.flags.includes("continued")) {
      const file = `${page}.L${block.start}.ts`
      snippets.push({ page, start: block.start, line: block.start + 1, file, code: block.lines.join("\n"), run })
    } else if (previous === undefined) {
      problems.push(`${page}:${block.start} continues, and there is no block before it`)
    } else {
      // Blank lines stand where the prose was: the lines keep their numbers.
      const gap = block.start + 1 - previous.line - previous.code.split("\n").length
      const code = `${previous.code}\n${"\n".repeat(gap)}${block.lines.join("\n")}`
      snippets[snippets.length - 1] = { ...previous, code, run: previous.run || run }
    }
  }
  return { snippets, problems }
}

/**
 * The `ts` blocks of a page, each a module of its own; one marked `continued` goes on where the block before it ended,
 * one marked `run` is also run.
 */
export const pageSnippets = (page: string, text: string): Found => assemble(page, blocks(text.split("\n")))

/** The `ts` blocks in the docstrings of a source file. */
export const docstringSnippets = (page: string, text: string): Found => {
  let inside = false
  const lines = text.split("\n").map((line) => {
    if (/^\s*\/\*\*/.test(line)) {
      inside = true
    }
    const kept = inside && /^\s*\*/.test(line) ? line.replace(/^\s*\*\/?\s?/, "") : ""
    if (line.includes("*/")) {
      inside = false
    }
    return kept
  })
  return assemble(page, blocks(lines))
}
