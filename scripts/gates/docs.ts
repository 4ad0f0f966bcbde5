/** What the pages say is held against the code: their links lead somewhere, their programs compile. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { dirname, join, relative } from "node:path"
import { runAll } from "./examples.js"
import { brokenLinks } from "./markdown.js"
import { bin, root, run, scratch, total } from "./run.js"
import type { Gate, Outcome, Write } from "./run.js"
import { docstringSnippets, pageSnippets } from "./snippets.js"
import type { Snippet } from "./snippets.js"

const walk = (folder: string, ending: string): ReadonlyArray<string> =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
        .map((entry) => join(entry.parentPath, entry.name))
        .toSorted()
    : []

const pages = (): ReadonlyArray<string> => [
  ...readdirSync(root)
    .filter((name) => name.endsWith(".md"))
    .toSorted()
    .map((name) => join(root, name)),
  ...walk(join(root, "docs"), ".md")
]

export const links: Gate = {
  name: "links",
  title: "relative links and anchors of the pages",
  run: async (write) => {
    const outcomes = pages().map((page): Outcome => {
      const broken = brokenLinks(root, page)
      broken.forEach(({ line, reason, target }) => write(`${relative(root, page)}:${line} ${target}: ${reason}\n`))
      return { passed: broken.length === 0 ? 1 : 0, failed: broken.length }
    })
    return total(outcomes)
  }
}

const collect = (): { readonly snippets: ReadonlyArray<Snippet>; readonly problems: ReadonlyArray<string> } => {
  const found = [
    ...pages().map((page) => pageSnippets(relative(root, page), readFileSync(page, "utf8"))),
    ...walk(join(root, "src"), ".ts").map((file) => docstringSnippets(relative(root, file), readFileSync(file, "utf8")))
  ]
  return { snippets: found.flatMap((one) => one.snippets), problems: found.flatMap((one) => one.problems) }
}

/** The line numbers of a snippet's file are those of its page, so that an error points at the page. */
const writeOut = (folder: string, snippets: ReadonlyArray<Snippet>): void => {
  for (const snippet of snippets) {
    const file = join(folder, snippet.file)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, `${"\n".repeat(snippet.line - 1)}${snippet.code}\n`)
  }
  const config = {
    extends: relative(folder, join(root, "tsconfig.json")),
    compilerOptions: { incremental: false, noUnusedLocals: false, noUnusedParameters: false },
    include: ["**/*.ts"]
  }
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config))
}

const compile = async (folder: string, snippets: ReadonlyArray<Snippet>, write: Write): Promise<Set<string>> => {
  const { code, output } = await run(bin("typescript", "tsc"), ["-p", folder, "--pretty", "false"])
  const red = new Set<string>()
  for (const snippet of snippets) {
    if (output.includes(`${snippet.file}(`)) {
      red.add(snippet.file)
    }
  }
  const prefix = `${relative(root, folder)}/`
  write(output.replaceAll(prefix, "").replace(/\.L\d+\.ts\(/g, "("))
  if (code !== 0 && red.size === 0) {
    throw new Error(`the compiler ended with ${code} and named no snippet`)
  }
  return red
}

export const snippets: Gate = {
  name: "snippets",
  title: "programs in README, docs and docstrings compile; those marked run are run",
  run: async (write) => {
    const { problems, snippets } = collect()
    problems.forEach((problem) => write(`${problem}\n`))
    if (snippets.length === 0) {
      write("there are no snippets\n")
      return { passed: 0, failed: 1 }
    }
    const folder = join(scratch(), "snippets")
    writeOut(folder, snippets)
    const red = await compile(folder, snippets, write)
    const compiled = { passed: snippets.length - red.size, failed: red.size + problems.length }
    const runnable = snippets.filter((snippet) => snippet.run && !red.has(snippet.file))
    const programs = runnable.map(({ file, page, start }) => ({ name: `${page}:${start}`, file: join(folder, file) }))
    return programs.length === 0 ? compiled : total([compiled, await runAll(programs, write)])
  }
}
