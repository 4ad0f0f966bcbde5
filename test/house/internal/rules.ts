/** Rules that no compiler and no linter here knows, as patterns on the code without its comments and texts. */
import { codeOf, importsOf, isTypeScript, lineAt } from "./source.js"
import type { Source, Violation } from "./source.js"

export interface Rule {
  readonly name: string
  readonly applies: (path: string) => boolean
  readonly find: (source: Source) => ReadonlyArray<Violation>
}

const inSrc = (path: string): boolean => path.startsWith("src/") && isTypeScript(path)
const inTests = (path: string): boolean => path.startsWith("test/") && isTypeScript(path)
const ours = (path: string): boolean => isTypeScript(path) || path.endsWith(".md") || /^\.ci\/|\.json$/.test(path)
const isHouse = (path: string): boolean => path.startsWith("test/house/")

// The house tests speak of what they forbid.
const isForeign = (path: string): boolean => isTypeScript(path) && !isHouse(path)

const matches = (source: Source, text: string, pattern: RegExp, what: string): ReadonlyArray<Violation> =>
  [...text.matchAll(pattern)].map((match) => ({
    path: source.path,
    line: lineAt(text, match.index),
    what: `${what}: ${match[0].trim()}`
  }))

/** A pattern on code. */
const code = (name: string, applies: Rule["applies"], pattern: RegExp): Rule => ({
  name,
  applies,
  find: (source) => matches(source, codeOf(source.text), pattern, name)
})

/** A pattern on the whole text. */
const text = (name: string, applies: Rule["applies"], pattern: RegExp): Rule => ({
  name,
  applies,
  find: (source) => matches(source, source.text, pattern, name)
})

const maxLines = 450

const tooLong: Rule = {
  name: `a file of more than ${maxLines} lines`,
  applies: (path) => isTypeScript(path) && /^(?:src|scripts|bench|examples)\//.test(path),
  find: (source) => {
    const lines = source.text.trimEnd().split("\n").length
    return lines > maxLines ? [{ path: source.path, line: lines, what: tooLong.name }] : []
  }
}

const paragraph = 12

/** A comment on the line, or above it in the same paragraph. */
const hasReason = (lines: ReadonlyArray<string>, at: number): boolean => {
  for (let above = at; above >= 0 && above > at - paragraph; above--) {
    const line = lines[above] ?? ""
    if (line.trim() === "") {
      return false
    }
    if (/(?:^|\s)\/\/ |\*\/\s*$/.test(line)) {
      return true
    }
  }
  return false
}

/** `as` of imports, exports and mapped types is no assertion, nor is `as const`. */
const assertions = (masked: string): ReadonlyArray<number> => {
  const code = masked
    .replace(/^(?:import|export)\s+(?:type\s+)?(?:\*\s*as\s+\w+|\{[^}]*\})/gm, (all) => all.replace(/[^\n]/g, " "))
    .replace(/\[\s*\w+\s+in\s[^\]]*?\sas\s/g, (all) => all.replace(/[^\n]/g, " "))
  return [...code.matchAll(/[\w)\]}"'`>]\s+as\s+(?!const\b)(?=[\w({[])/g)].map((match) => match.index)
}

const bareAssertion: Rule = {
  name: "`as` without a reason beside it",
  applies: (path) => inSrc(path),
  find: (source) => {
    const lines = source.text.split("\n")
    return [...new Set(assertions(codeOf(source.text)).map((index) => lineAt(source.text, index)))]
      .filter((line) => !hasReason(lines, line - 1))
      .map((line) => ({ path: source.path, line, what: bareAssertion.name }))
  }
}

/** The text between the last end of a statement and the brace: what the block belongs to. */
const header = (code: string, brace: number): string => {
  const before = code.slice(0, brace)
  const start = Math.max(...[";", "{", "}", "\n"].map((mark) => before.lastIndexOf(mark)))
  return before.slice(start + 1).trim()
}

const openBrace = (code: string, from: number): number => {
  let depth = 0
  for (let at = from; at >= 0; at--) {
    depth += code[at] === "}" ? 1 : code[at] === "{" ? -1 : 0
    if (depth < 0) {
      return at
    }
  }
  return -1
}

/** Whether the innermost function around this place is a generator. */
const inGenerator = (code: string, index: number): boolean => {
  for (let brace = openBrace(code, index - 1); brace >= 0; brace = openBrace(code, brace - 1)) {
    const head = header(code, brace)
    if (/\bfunction\*/.test(head)) {
      return true
    }
    const controls = /^(?:\}\s*)?(?:if|else|for|while|do|switch|try|catch|finally)\b/.test(head)
    if (!controls && /(?:=>|\)(?::[^=]*)?)\s*$/.test(head)) {
      return false
    }
  }
  return false
}

const tryInGenerator: Rule = {
  name: "try/catch inside a generator",
  applies: inSrc,
  find: (source) => {
    const code = codeOf(source.text)
    return matches(source, code, /\btry\s*\{/g, tryInGenerator.name).filter((_, at) => {
      const index = [...code.matchAll(/\btry\s*\{/g)][at]?.index
      return index !== undefined && inGenerator(code, index)
    })
  }
}

const width = 120

/** A long text may stand on one line: it is measured without what stands in its quotes. */
const tooWide: Rule = {
  name: `a line of more than ${width} characters`,
  applies: isTypeScript,
  find: (source) => {
    const code = codeOf(source.text).split("\n")
    return source.text.split("\n").flatMap((line, at) => {
      const masked = code[at] ?? ""
      const measured = masked.trim() === "" ? line : masked.replace(/_{20,}/g, "")
      return line.length > width && measured.length > width
        ? [{ path: source.path, line: at + 1, what: `${tooWide.name}: ${line.length}` }]
        : []
    })
  }
}

const versionedSchema: Rule = {
  name: "@effect/schema is effect/Schema",
  applies: isTypeScript,
  find: (source) =>
    importsOf(source)
      .filter(({ specifier }) => /^@effect\/schema(?:\/|$)/.test(specifier))
      .map(({ line }) => ({ path: source.path, line, what: versionedSchema.name }))
}

const folders = ["work", "root", "tmp", "home/\\w+", "Users/\\w+"].join("|")

const clock = /\bDate\.now\b|\bnew Date\(\s*\)|(?<![\w.])Date\(\s*\)|\bperformance\.now\b|\bprocess\.hrtime\b/g

const skipped = /\.(?:skip|only|todo|skipIf|runIf|fails)\b(?=\s*[(.<])|\bx(?:it|describe)\(/g

export const rules: ReadonlyArray<Rule> = [
  code("time not by Clock", (path) => inSrc(path) && !path.startsWith("src/cli/"), clock),
  code("randomness not by Random", inSrc, /\bMath\.random\b|\bcrypto\.(?:randomUUID|getRandomValues)\b/g),
  code("a timer not by Clock", inSrc, /(?<![\w.])set(?:Timeout|Interval)\s*\(/g),
  code("console in the library", inSrc, /(?<![\w.])console\s*\./g),
  code("any", inSrc, /\bas any\b|<any>|:\s*any\b/g),
  code("a non-null assertion", inSrc, /[\w$)\]]!(?![=\w])/g),
  code("a service of another kind than Context.Tag", inSrc, /\bEffect\.(?:Service|Tag)\b|\bFiberRef\b/g),
  code("a failure that is not returned from the generator", inSrc, /^\s*yield\* Effect\.(?:fail|die)\w*\(/gm),
  code("a semicolon at the end of a line", isTypeScript, /;[ \t]*$/gm),
  code("a trailing comma", isTypeScript, /,[ \t]*\n\s*[)\]}]/g),
  text("a tab or a blank at the end of a line", isTypeScript, /\t|[ \t]+$/gm),
  code("a skipped or focused test", inTests, skipped),
  text("a switched-off check", inSrc, /@ts-(?:ignore|nocheck|expect-error)|(?:oxlint|eslint)-disable/g),
  text("a check switched off in silence", isForeign, /@ts-nocheck|(?:ox|es)lint-disable(?!.*--)/g),
  text("work left for later", (path) => ours(path) && !isHouse(path), /\b(?:TODO|FIXME|XXX|HACK)\b/g),
  text(
    "a path of somebody's machine",
    (path) => ours(path) && !isHouse(path) && path !== "package-lock.json",
    new RegExp(`(?<![\\w.~/-])/(?:${folders})(?:/|\\b(?![\\w-]))`, "g")
  ),
  text("the address of a package", (path) => path === "package-lock.json", /"resolved"/g),
  tooLong,
  tooWide,
  bareAssertion,
  tryInGenerator,
  versionedSchema
]

export const ruleViolations = (files: ReadonlyArray<Source>, only?: string): ReadonlyArray<Violation> =>
  rules
    .filter((rule) => only === undefined || rule.name === only)
    .flatMap((rule) => files.filter((file) => rule.applies(file.path)).flatMap(rule.find))
