import { assert, describe, it } from "@effect/vitest"
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { importsOf, isTypeScript, root, sources } from "./internal/source.js"

interface Manifest {
  readonly type: string
  readonly sideEffects: boolean
  readonly license: string
  readonly engines: { readonly node: string }
  readonly exports: Readonly<Record<string, unknown>>
  readonly bin: Readonly<Record<string, string>>
  readonly files: ReadonlyArray<string>
  readonly scripts: Readonly<Record<string, string>>
  readonly dependencies: Readonly<Record<string, string>>
  readonly devDependencies: Readonly<Record<string, string>>
  readonly peerDependencies: Readonly<Record<string, string>>
}

interface Lock {
  readonly packages: Readonly<Record<string, { readonly optionalDependencies?: Readonly<Record<string, string>> }>>
}

const read = (path: string): string => readFileSync(join(root, path), "utf8")

const manifest = JSON.parse(read("package.json")) as Manifest

/** Folders that are an entry point of their own as soon as they have an index. */
const doors = ["node", "testing", "simulator", "redis", "workflow", "ai"]

const packageOf = (name: string): string =>
  name
    .split("/")
    .slice(0, name.startsWith("@") ? 2 : 1)
    .join("/")

describe("the package", () => {
  it("offers an entry point for every door that is built, and no other", () => {
    const built = doors.filter((door) => existsSync(join(root, "src", door, "index.ts")))
    const offered = Object.keys(manifest.exports).filter((key) => key.startsWith("./") && key !== "./package.json")
    assert.sameMembers(
      offered,
      built.map((door) => `./${door}`)
    )
  })

  it("points every entry point at what the build makes of it, types first", () => {
    for (const [key, entry] of Object.entries(manifest.exports)) {
      if (key !== "./package.json") {
        const file = `./dist/${key === "." ? "" : `${key.slice(2)}/`}index`
        assert.deepStrictEqual(entry, { types: `${file}.d.ts`, default: `${file}.js` })
        assert.deepStrictEqual(Object.keys(entry ?? {}), ["types", "default"])
      }
    }
  })

  it("offers one command, which a shell can run once it is built", () => {
    assert.deepStrictEqual(manifest.bin, { "effect-claude": "./dist/cli/main.js" })
    assert.match(read("src/cli/main.ts"), /^#!\/usr\/bin\/env node\n/)
  })

  it("declares every package that its sources import, Effect packages as peers", () => {
    const declared = { ...manifest.dependencies, ...manifest.peerDependencies }
    const used = sources((path) => path.startsWith("src/") && isTypeScript(path))
      .flatMap(importsOf)
      .map(({ specifier }) => specifier)
      .filter((specifier) => !/^(?:\.|node:)/.test(specifier))
      .map(packageOf)
    const undeclared = [...new Set(used)].filter((name) => !(name in declared))
    assert.deepStrictEqual(undeclared, [])
    const effects = Object.keys(manifest.dependencies).filter((name) => /^effect$|^@effect\//.test(name))
    assert.deepStrictEqual(effects, [])
  })

  it("tests against a version of each peer that the peer range allows", () => {
    for (const [name, range] of Object.entries(manifest.peerDependencies)) {
      const floor = /^\^(\d+)\.(\d+)\.\d+$/.exec(range)
      const tested = /^(\d+)\.(\d+)\.\d+$/.exec(manifest.devDependencies[name] ?? "")
      assert.isNotNull(floor, `${name} ${range}`)
      assert.isNotNull(tested, `${name} is a dev dependency of an exact version`)
      assert.strictEqual(tested?.[1], floor?.[1], name)
      assert.isAtLeast(Number(tested?.[2]), Number(floor?.[2]), name)
    }
  })

  it("is ESM without side effects, with its licence and its sources", () => {
    assert.strictEqual(manifest.type, "module")
    assert.strictEqual(manifest.sideEffects, false)
    assert.strictEqual(manifest.license, "MIT")
    assert.includeMembers([...manifest.files], ["dist", "src", "README.md", "LICENSE"])
    assert.include(read("LICENSE"), "MIT License")
  })

  it("locks what every platform needs: a missing entry makes npm ci fail where it could be had", () => {
    const lock = JSON.parse(read("package-lock.json")) as Lock
    const missing = Object.entries(lock.packages).flatMap(([path, { optionalDependencies }]) =>
      Object.keys(optionalDependencies ?? {})
        .filter((name) => !(`node_modules/${name}` in lock.packages || `${path}/node_modules/${name}` in lock.packages))
        .map((name) => `${path} wants ${name}`)
    )
    assert.deepStrictEqual(missing, [])
  })

  it("keeps install scripts and addresses out of the way of a fresh machine", () => {
    for (const name of ["preinstall", "install", "postinstall", "prepare"]) {
      assert.notProperty(manifest.scripts, name)
    }
    assert.notInclude(read("package-lock.json"), '"resolved"')
  })
})
