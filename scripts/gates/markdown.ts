/** Links of Markdown pages, and where they lead. */
import { existsSync, readFileSync, statSync } from "node:fs"
import { dirname, relative, resolve } from "node:path"

export interface BrokenLink {
  readonly line: number
  readonly target: string
  readonly reason: string
}

/** The text with code blanked out, line for line, so that what looks like a link in it is not taken for one. */
const prose = (text: string): ReadonlyArray<string> => {
  let fence: string | undefined
  return text.split("\n").map((line) => {
    const mark = /^\s*(`{3,}|~{3,})/.exec(line)?.[1]
    if (mark !== undefined) {
      if (fence === undefined) {
        fence = mark
      } else if (mark.startsWith(fence)) {
        fence = undefined
      }
      return ""
    }
    return fence === undefined ? line.replace(/(`+)(?!`).*?[^`]\1(?!`)/g, (code) => " ".repeat(code.length)) : ""
  })
}

const slug = (title: string): string =>
  title
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{M}\s_-]/gu, "")
    .replace(/\s/g, "-")

/** The anchors that a page offers, as GitHub makes them from its headings. */
export const anchors = (text: string): ReadonlySet<string> => {
  const seen = new Map<string, number>()
  const found = new Set<string>()
  const visible = prose(text)
  text.split("\n").forEach((line, index) => {
    const heading = /^#{1,6}\s+(.*?)\s*#*$/.exec(line)?.[1]
    if (heading !== undefined && visible[index] !== "") {
      const base = slug(heading.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1"))
      const times = seen.get(base) ?? 0
      seen.set(base, times + 1)
      found.add(times === 0 ? base : `${base}-${times}`)
    }
    for (const match of line.matchAll(/<a\s+(?:id|name)="([^"]+)"/g)) {
      found.add(match[1] ?? "")
    }
  })
  return found
}

const targets = (line: string): ReadonlyArray<string> => {
  const inline = [...line.matchAll(/\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g)].map((match) => match[1] ?? "")
  const reference = /^\s*\[[^\]]+\]:\s*<?(\S+?)>?(?:\s|$)/.exec(line)?.[1]
  const images = [...line.matchAll(/<(?:img|a)\s[^>]*(?:src|href)="([^"]+)"/g)].map((match) => match[1] ?? "")
  return [...inline, ...images, ...(reference === undefined ? [] : [reference])]
}

const problem = (root: string, page: string, target: string): string | undefined => {
  if (/^[a-z][a-z0-9+.-]*:/i.test(target)) {
    return undefined
  }
  const [path = "", anchor] = target.split("#")
  const file = path === "" ? page : resolve(dirname(page), decodeURIComponent(path))
  if (relative(root, file).startsWith("..")) {
    return "leads out of the repository"
  }
  if (!existsSync(file)) {
    return "there is no such file"
  }
  if (anchor !== undefined && file.endsWith(".md") && statSync(file).isFile()) {
    return anchors(readFileSync(file, "utf8")).has(decodeURIComponent(anchor)) ? undefined : "there is no such heading"
  }
  return undefined
}

export const brokenLinks = (root: string, page: string): ReadonlyArray<BrokenLink> =>
  prose(readFileSync(page, "utf8")).flatMap((text, index) =>
    targets(text).flatMap((target) => {
      const reason = problem(root, page, target)
      return reason === undefined ? [] : [{ line: index + 1, target, reason }]
    })
  )
