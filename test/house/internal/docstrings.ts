/** Every name that users can import says what it is, since when, and where it belongs. */
import { codeOf, importsOf, lineAt, target } from "./source.js"
import type { Source, Violation } from "./source.js"

export const categories: ReadonlySet<string> = new Set([
  "models",
  "schemas",
  "constructors",
  "layers",
  "combinators",
  "errors",
  "guards",
  "configuration",
  "tags"
])

/** Public modules, entry points included; not `internal/`, not programs. */
export const isPublic = (path: string): boolean =>
  /^src\/(?!cli\/).*\.ts$/.test(path) && !/\/internal\/|\/main\.ts$/.test(path)

interface Export {
  readonly name: string
  readonly index: number
  /** `export * as X from`: no category, its members have theirs. */
  readonly namespace: boolean
}

const modifiers = "(?:declare\\s+)?(?:abstract\\s+)?(?:async\\s+)?"
const keywords = "(?:const|let|var|function\\*?|class|interface|type|enum|namespace)"
const declaration = new RegExp(`^export\\s+${modifiers}${keywords}\\s+(\\w+)`, "gm")
const namespace = /^export\s+\*\s+as\s+(\w+)\s+from/gm
const list = /^export\s+(?:type\s+)?\{([^}]*)\}(\s*from\b)?/gm
const item = /(?:(?:type\s+)?(\w+)\s+as\s+|type\s+)?(\w+)\s*(?:,|$)/g

interface Listed extends Export {
  /** The name inside of the module that it comes from. */
  readonly original: string
  readonly passedOn: boolean
}

/** The names of `export { a, b as c }` and of `export { a } from`, each where it stands. */
const listed = (code: string): ReadonlyArray<Listed> =>
  [...code.matchAll(list)].flatMap((match) => {
    const start = match.index + match[0].indexOf("{") + 1
    return [...(match[1] ?? "").matchAll(item)].map((one) => ({
      name: one[2] ?? "",
      original: one[1] ?? one[2] ?? "",
      index: start + one.index,
      namespace: false,
      passedOn: match[2] !== undefined
    }))
  })

/** What the source itself declares for others; what it only passes on is told where it stands. */
export const exportsOf = (source: Source): ReadonlyArray<Export> => {
  const code = codeOf(source.text)
  const found = (pattern: RegExp, isNamespace: boolean): ReadonlyArray<Export> =>
    [...code.matchAll(pattern)].map((match) => ({ name: match[1] ?? "", index: match.index, namespace: isNamespace }))
  const own = listed(code).filter((one) => !one.passedOn)
  return [...found(declaration, false), ...found(namespace, true), ...own].toSorted((a, b) => a.index - b.index)
}

/** The docstring that ends right before this place, without its stars. */
const docstring = (text: string, index: number): string | undefined => {
  const before = text.slice(0, index).trimEnd()
  if (!before.endsWith("*/")) {
    return undefined
  }
  const start = before.lastIndexOf("/**")
  return start < 0
    ? undefined
    : before
        .slice(start + 3, -2)
        .replace(/^\s*\* ?/gm, "")
        .trim()
}

const problems = (doc: string | undefined, of: Export): ReadonlyArray<string> => {
  if (doc === undefined) {
    return ["no docstring"]
  }
  if (/^@internal$/m.test(doc)) {
    return []
  }
  const sentence =
    doc
      .split(/^@/m)[0]
      ?.replace(/```[\s\S]*?```/g, "")
      .trim() ?? ""
  const category = /^@category (.+)$/m.exec(doc)?.[1]?.trim()
  return [
    ...(/[.:?!)`]$/.test(sentence) ? [] : ["no sentence"]),
    ...(/^@since \d+\.\d+\.\d+$/m.test(doc) ? [] : ["no @since"]),
    ...(of.namespace || category !== undefined ? [] : ["no @category"]),
    ...(category === undefined || categories.has(category) ? [] : [`@category ${category} is none of ours`])
  ]
}

/** A type, a value and a namespace of one name, and the overloads of a function, may share one docstring. */
const exportViolations = (source: Source, wanted: (name: string) => boolean): ReadonlyArray<Violation> => {
  const found = exportsOf(source)
  return [...new Set(found.map((one) => one.name))].filter(wanted).flatMap((name) => {
    const all = found
      .filter((one) => one.name === name)
      .map((one) => ({ index: one.index, problems: problems(docstring(source.text, one.index), one) }))
    const [first] = all
    return first === undefined || all.some((one) => one.problems.length === 0)
      ? []
      : first.problems.map((problem) => ({
          path: source.path,
          line: lineAt(source.text, first.index),
          what: `${name}: ${problem}`
        }))
  })
}

/** What a public module passes on from an `internal/` becomes public there, and is told there. */
const passedOnViolations = (source: Source, all: ReadonlyArray<Source>): ReadonlyArray<Violation> => {
  const code = codeOf(source.text)
  const names = listed(code).filter((one) => one.passedOn)
  return importsOf(source)
    .filter(({ reExport, specifier }) => reExport && specifier.includes("/internal/"))
    .flatMap(({ index, length, specifier }) => {
      const from = all.find((file) => file.path === target(source.path, specifier))
      const here = names.filter((one) => one.index > index && one.index < index + length).map((one) => one.original)
      return from === undefined ? [] : exportViolations(from, (name) => here.length === 0 || here.includes(name))
    })
}

/** Each option of an exported `…Options` interface is explained. */
const optionViolations = (source: Source): ReadonlyArray<Violation> => {
  const code = codeOf(source.text)
  return [...code.matchAll(/^export interface (\w*Options)\b[^{]*\{\n([\s\S]*?)\n\}/gm)].flatMap((match) => {
    const start = match.index + match[0].indexOf("{\n") + 2
    return [...(match[2] ?? "").matchAll(/^ {2}readonly (\w+)\??:/gm)].flatMap((field) => {
      const index = start + field.index
      return docstring(source.text, index) === undefined
        ? [{ path: source.path, line: lineAt(source.text, index), what: `${match[1]}.${field[1]} is not explained` }]
        : []
    })
  })
}

/** Violations of the public files among these; the others are looked at where a public file passes them on. */
export const docstringViolations = (files: ReadonlyArray<Source>): ReadonlyArray<Violation> =>
  files
    .filter((file) => isPublic(file.path))
    .flatMap((file) => [
      ...exportViolations(file, () => true),
      ...passedOnViolations(file, files),
      ...optionViolations(file)
    ])
