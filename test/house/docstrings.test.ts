import { assert, describe, it } from "@effect/vitest"
import { docstringViolations, exportsOf } from "./internal/docstrings.js"
import { isTypeScript, show, sources } from "./internal/source.js"

const files = sources((path) => path.startsWith("src/") && isTypeScript(path))

const planted = (text: string, path = "src/policy/A.ts"): ReadonlyArray<string> =>
  show(docstringViolations([{ path, text }])).map((line) => line.replace(`${path}:`, ""))

const doc = (...lines: ReadonlyArray<string>): string => `/**\n${lines.map((line) => ` * ${line}\n`).join("")} */\n`

const whole = doc("One sentence.", "", "@since 0.1.0", "@category models")

describe("docstrings", () => {
  it("there are exports to look at", () => {
    assert.isAbove(files.flatMap(exportsOf).length, 20)
  })

  it("every export of a public module has a sentence, @since and @category", () => {
    assert.deepStrictEqual(show(docstringViolations(files)), [])
  })
})

describe("a planted violation is found", () => {
  it("an export without a docstring, of every kind", () => {
    const kinds = [
      "export const a = 1",
      "export function a() {}",
      "export function* a() {}",
      "export class a {}",
      "export abstract class a {}",
      "export interface a {}",
      "export type a = 1",
      "const a = 1\nexport { a }",
      "const b = 1\nexport {\n  b as a\n}",
      'export * as a from "./a.js"'
    ]
    for (const text of kinds) {
      const lines = planted(text)
      assert.lengthOf(lines, 1, text)
      assert.match(lines[0] ?? "", /^\d a: no docstring$/, text)
    }
  })

  it("what is passed on from an internal module that does not tell of it", () => {
    const internal = {
      path: "src/policy/internal/a.ts",
      text: `${whole}export const told = 1\nexport const hidden = 1\nexport const untold = 1`
    }
    const of = (text: string) => show(docstringViolations([{ path: "src/policy/A.ts", text }, internal]))
    const untold = "src/policy/internal/a.ts:9 untold: no docstring"
    const hidden = "src/policy/internal/a.ts:8 hidden: no docstring"
    assert.deepStrictEqual(of('export { told } from "./internal/a.js"'), [])
    assert.deepStrictEqual(of('export {\n  told,\n  untold as b\n} from "./internal/a.js"'), [untold])
    assert.deepStrictEqual(of('export * from "./internal/a.js"'), [hidden, untold])
  })

  it("a docstring that lacks a part", () => {
    const of = (...lines: ReadonlyArray<string>) => planted(`${doc(...lines)}export const a = 1`)
    assert.deepStrictEqual(of("@since 0.1.0", "@category models"), ["5 a: no sentence"])
    assert.deepStrictEqual(of("A.", "@category models"), ["5 a: no @since"])
    assert.deepStrictEqual(of("A.", "@since 0.1.0"), ["5 a: no @category"])
    assert.deepStrictEqual(of("A.", "@since 0.1.0", "@category Models"), ["6 a: @category Models is none of ours"])
  })

  it("the docstring of somebody else", () => {
    assert.deepStrictEqual(planted(`${whole}const hidden = 1\nexport const a = hidden`), ["8 a: no docstring"])
  })

  it("an option that is not explained", () => {
    const text = `${whole}export interface AOptions {\n  /** In bytes. */\n  readonly b?: number\n  readonly c?: number\n}`
    assert.deepStrictEqual(planted(text), ["10 AOptions.c is not explained"])
  })
})

describe("what is no violation", () => {
  it("a whole docstring, shared by a type and a value of one name and by overloads", () => {
    assert.deepStrictEqual(planted(`${whole}export const A = 1\n\nexport type A = 1`), [])
    assert.deepStrictEqual(planted(`${whole}export function a(b: 1): 1\nexport function a(b: 2): 2`), [])
  })

  it("what another public module tells of", () => {
    assert.deepStrictEqual(planted('export * from "./B.js"'), [])
  })

  it("a namespace with a sentence, and what is marked internal", () => {
    assert.deepStrictEqual(planted(`${doc("A.", "@since 0.1.0")}export * as A from "./A.js"`, "src/index.ts"), [])
    assert.deepStrictEqual(planted(`${doc("@internal")}export const a = 1`), [])
  })

  it("internal modules and programs", () => {
    for (const path of ["src/stream/internal/a.ts", "src/internal/a.ts", "src/cli/main.ts", "src/simulator/main.ts"]) {
      assert.deepStrictEqual(planted("export const a = 1", path), [])
    }
  })
})
