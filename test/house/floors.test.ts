import { assert, describe, it } from "@effect/vitest"
import { circles, floorViolations } from "./internal/floors.js"
import { importsOf, isTypeScript, show, sources } from "./internal/source.js"

const files = sources((path) => path.startsWith("src/") && isTypeScript(path))

const planted = (path: string, text: string): ReadonlyArray<string> => show(floorViolations([{ path, text }]))

describe("floors", () => {
  it("there are sources to look at", () => {
    assert.isAbove(files.length, 5)
    assert.isAbove(files.flatMap(importsOf).length, 10)
  })

  it("every file imports only from its own folder and from floors below", () => {
    assert.deepStrictEqual(show(floorViolations(files)), [])
  })

  it("nothing imports in a circle", () => {
    assert.deepStrictEqual(circles(files), [])
  })
})

describe("a planted violation is found", () => {
  it("an import from a floor above", () => {
    assert.deepStrictEqual(planted("src/schema/Message.ts", 'import type { Claude } from "../Claude.js"\n'), [
      "src/schema/Message.ts:1 schema may not know Claude above it (src/Claude.ts)"
    ])
    assert.deepStrictEqual(planted("src/internal/a.ts", '\nimport * as B from "../client/b.js"\n'), [
      "src/internal/a.ts:2 core may not know Claude above it (src/client/b.ts)"
    ])
  })

  it("an import from the folder beside", () => {
    assert.deepStrictEqual(planted("src/stream/Sse.ts", 'import {\n  a\n} from "../policy/Admission.js"\n'), [
      "src/stream/Sse.ts:1 stream may not know policy beside it (src/policy/Admission.ts)"
    ])
  })

  it("a type taken by import() and a dynamic import", () => {
    const text = 'type A = import("../cli/main.js").A\nconst b = import("node:fs")\n'
    assert.deepStrictEqual(planted("src/schema/A.ts", text), [
      "src/schema/A.ts:1 schema may not know cli above it (src/cli/main.ts)",
      "src/schema/A.ts:2 schema may not import node:fs"
    ])
  })

  it("Node, undici or an Effect package for Node on a portable floor, the portable entry point too", () => {
    for (const name of ["node:net", "undici", "@effect/platform-node/NodeHttpClient", "ioredis"]) {
      for (const path of ["src/transport/A.ts", "src/tools/A.ts", "src/internal/a.ts", "src/index.ts"]) {
        assert.lengthOf(planted(path, `import * as A from "${name}"\n`), 1, `${name} in ${path}`)
      }
    }
    assert.deepStrictEqual(planted("src/node/A.ts", 'import { Agent } from "undici"\nimport "node:net"\n'), [])
  })

  it("a barrel", () => {
    for (const name of ["effect", "@effect/platform", "@effect/platform-node"]) {
      assert.lengthOf(planted("src/node/A.ts", `import { Effect } from "${name}"\n`), 1)
    }
  })

  it("an entry point that opens an internal module", () => {
    assert.lengthOf(planted("src/node/index.ts", 'export * as pool from "./internal/pool.js"\n'), 1)
  })

  it("a folder that nobody gave a floor", () => {
    assert.lengthOf(planted("src/helpers/a.ts", ""), 1)
  })

  it("a circle, through types as well", () => {
    const found = circles([
      { path: "src/schema/A.ts", text: 'import type { B } from "./B.js"\n' },
      { path: "src/schema/B.ts", text: 'import * as C from "./internal/c.js"\n' },
      { path: "src/schema/internal/c.ts", text: 'import { a } from "../A.js"\n' }
    ])
    assert.deepStrictEqual(found, [
      ["src/schema/A.ts", "src/schema/B.ts", "src/schema/internal/c.ts", "src/schema/A.ts"]
    ])
  })
})

describe("what is no violation", () => {
  it("an internal module of a floor below, and imports that are only spoken of", () => {
    const text = [
      'import * as A from "./stream/internal/eventDecoder.js"',
      '// import * as B from "undici"',
      'export const sample = `\nimport * as C from "undici"\n`',
      "export const slash = /[/\"]/.test(sample) // it's"
    ]
    assert.deepStrictEqual(planted("src/Claude.ts", text.join("\n")), [])
  })
})
