/** Reads sources for the house tests: what is code, what is comment, what is text; and who imports whom. */
import { readdirSync, readFileSync } from "node:fs"
import { join, posix, relative, resolve, sep } from "node:path"
import { fileURLToPath } from "node:url"

export const root = resolve(fileURLToPath(new URL("../../..", import.meta.url)))

export interface Source {
  /** Relative to the root of the repository, with `/`. */
  readonly path: string
  readonly text: string
}

export interface Violation {
  readonly path: string
  readonly line: number
  readonly what: string
}

/** One line each, so that a failing test names them all. */
export const show = (violations: ReadonlyArray<Violation>): ReadonlyArray<string> =>
  violations.map(({ line, path, what }) => `${path}:${line} ${what}`)

const ignored = new Set(["node_modules", "dist", ".git", ".tmp", "coverage"])

const walk = (folder: string): ReadonlyArray<string> =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    return entry.isDirectory() ? (ignored.has(entry.name) ? [] : walk(path)) : [path]
  })

/** All files below the root whose path fits, in order. */
export const sources = (fits: (path: string) => boolean): ReadonlyArray<Source> =>
  walk(root)
    .map((path) => relative(root, path).split(sep).join("/"))
    .filter(fits)
    .toSorted()
    .map((path) => ({ path, text: readFileSync(join(root, path), "utf8") }))

export const isTypeScript = (path: string): boolean => path.endsWith(".ts")

export const lineAt = (text: string, index: number): number => text.slice(0, index).split("\n").length

/**
 * The text with the same length and lines, but comments blanked and the insides of strings, templates and regular
 * expressions filled with `_`: patterns matched on it match code.
 */
export const codeOf = (text: string): string => new Masker(text).run()

const beforeRegex = /(?:^|[(,=:[!&|?{};+\-*%<>~^]|\b(?:return|typeof|case|in|of|yield|await|else|void|delete))\s*$/

class Masker {
  private at = 0
  private out = ""

  constructor(private readonly text: string) {}

  run(): string {
    this.code(false)
    return this.out
  }

  /** Code up to the end, or up to the `}` that closes a template's hole. */
  private code(hole: boolean): void {
    let depth = 0
    while (this.at < this.text.length) {
      const char = this.text.charAt(this.at)
      const two = this.text.slice(this.at, this.at + 2)
      if (two === "//") {
        this.blank(this.endOf("\n", 0))
      } else if (two === "/*") {
        this.blank(this.endOf("*/", 2))
      } else if (char === '"' || char === "'") {
        this.quoted(char)
      } else if (char === "`") {
        this.template()
      } else if (char === "/" && beforeRegex.test(this.out.slice(-40))) {
        this.regex()
      } else {
        depth += char === "{" ? 1 : char === "}" ? -1 : 0
        if (hole && depth < 0) {
          return
        }
        this.keep(1)
      }
    }
  }

  private endOf(mark: string, length: number): number {
    const found = this.text.indexOf(mark, this.at + length)
    return found < 0 ? this.text.length : found + length
  }

  private keep(length: number): void {
    this.out += this.text.slice(this.at, this.at + length)
    this.at += length
  }

  private fill(length: number, filler: string): void {
    this.out += this.text.slice(this.at, this.at + length).replace(/[^\n]/g, filler)
    this.at += length
  }

  private blank(end: number): void {
    this.fill(end - this.at, " ")
  }

  private quoted(quote: string): void {
    this.keep(1)
    while (this.at < this.text.length && this.text.charAt(this.at) !== quote && this.text.charAt(this.at) !== "\n") {
      this.fill(this.text.charAt(this.at) === "\\" ? 2 : 1, "_")
    }
    this.keep(1)
  }

  private template(): void {
    this.keep(1)
    while (this.at < this.text.length && this.text.charAt(this.at) !== "`") {
      if (this.text.startsWith("${", this.at)) {
        this.keep(2)
        this.code(true)
        this.keep(1)
      } else {
        this.fill(this.text.charAt(this.at) === "\\" ? 2 : 1, "_")
      }
    }
    this.keep(1)
  }

  private regex(): void {
    let inClass = false
    this.keep(1)
    while (this.at < this.text.length) {
      const char = this.text.charAt(this.at)
      if (char === "\n" || (char === "/" && !inClass)) {
        break
      }
      inClass = char === "[" ? true : char === "]" ? false : inClass
      this.fill(char === "\\" ? 2 : 1, "_")
    }
    this.keep(1)
  }
}

export interface Import {
  readonly specifier: string
  readonly line: number
  /** `export … from`, as against `import`. */
  readonly reExport: boolean
  /** Where the statement begins, and how long it is. */
  readonly index: number
  readonly length: number
}

/** Every module that a source names: static, dynamic and type imports, re-exports. */
export const importsOf = (source: Source): ReadonlyArray<Import> => {
  const code = codeOf(source.text)
  const statement = /^(import|export)\b(?:[^"'=;]*?\bfrom\s*)?\s*(["'])(_*)\2/gm
  const call = /\b(import)\s*\(\s*(["'])(_*)\2/g
  return [...code.matchAll(statement), ...code.matchAll(call)].map((match) => {
    const length = (match[3] ?? "").length
    const end = match.index + match[0].length - 1
    return {
      specifier: source.text.slice(end - length, end),
      line: lineAt(source.text, match.index),
      reExport: match[1] === "export",
      index: match.index,
      length: match[0].length
    }
  })
}

/** The path of the file that a relative import names. */
export const target = (from: string, specifier: string): string =>
  posix.join(posix.dirname(from), specifier).replace(/\.js$/, ".ts")
