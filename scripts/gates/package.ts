/** The package as its users get it: built, packed, unpacked elsewhere, imported by plain Node. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { unpack } from "./tarball.js"
import { bin, command, root, run, scratch, total } from "./run.js"
import type { Gate, Outcome, Write } from "./run.js"

interface Manifest {
  readonly name: string
  readonly exports: Readonly<Record<string, unknown>>
  readonly bin: Readonly<Record<string, string>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
}

const packedFolder = (): string => join(scratch(), "packed")

const tarball = (): string => {
  const packed = packedFolder()
  const name = readdirSync(packed).find((name) => name.endsWith(".tgz"))
  if (name === undefined) {
    throw new Error("npm pack left no tarball")
  }
  return join(packed, name)
}

/** The script of npm itself. */
export const npm = (): string => {
  const path = process.env["npm_execpath"]
  if (path !== undefined && /npm-cli\.c?js$/.test(path)) {
    return path
  }
  return join(dirname(process.execPath), "../lib/node_modules/npm/bin/npm-cli.js")
}

export const build: Gate = {
  name: "build",
  title: "npm run build, npm pack",
  run: async (write) => {
    rmSync(join(root, "dist"), { recursive: true, force: true })
    const packed = packedFolder()
    mkdirSync(packed, { recursive: true })
    const config = join(root, "tsconfig.build.json")
    const built = await command(bin("typescript", "tsc"), ["-p", config, "--pretty", "false"], { write })
    if (built.failed > 0) {
      return built
    }
    const args = ["pack", "--ignore-scripts", "--silent", "--pack-destination", packed]
    return total([built, await command(npm(), args, { write })])
  }
}

export const publint: Gate = {
  name: "publint",
  title: "the package's manifest and files",
  needs: ["build"],
  run: (write) => command(bin("publint"), ["run", "--strict", tarball()], { write })
}

export const attw: Gate = {
  name: "attw",
  title: "the package's types, as each resolver sees them",
  needs: ["build"],
  run: (write) => {
    const args = ["--profile", "esm-only", "--no-definitely-typed", tarball()]
    return command(bin("@arethetypeswrong/cli", "attw"), args, { write })
  }
}

/**
 * The tarball unpacked where only its own dependencies and peers can be found, as a strict package manager would lay
 * them: an import of anything undeclared fails. The folder must be outside of the repository, whose packages it would
 * see.
 */
const install = (folder: string): Manifest => {
  const modules = join(folder, "node_modules")
  const target = join(modules, "effect-claude")
  unpack(tarball(), target)
  const manifest = JSON.parse(readFileSync(join(target, "package.json"), "utf8")) as Manifest
  for (const name of Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })) {
    mkdirSync(dirname(join(modules, name)), { recursive: true })
    symlinkSync(join(root, "node_modules", name), join(modules, name), "junction")
  }
  mkdirSync(join(modules, "@types"))
  symlinkSync(join(root, "node_modules/@types/node"), join(modules, "@types/node"), "junction")
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "consumer", private: true, type: "module" }))
  return manifest
}

const importEach = (folder: string, specifiers: ReadonlyArray<string>, write: Write): Promise<ReadonlyArray<Outcome>> =>
  Promise.all(
    specifiers.map(async (specifier, index) => {
      const file = join(folder, `import-${index}.js`)
      const source = [
        `const entry = await import(${JSON.stringify(specifier)})`,
        `if (Object.keys(entry).length === 0) throw new Error("it exports nothing")`,
        `process.stdout.write(${JSON.stringify(specifier)} + ": " + Object.keys(entry).join(", ") + "\\n")`
      ]
      writeFileSync(file, source.join("\n"))
      return command(file, [], { write, seconds: 30 })
    })
  )

/** A user's program against the declarations that were shipped, checked whole: what was stripped is not missed. */
const typeCheck = async (folder: string, specifiers: ReadonlyArray<string>, write: Write): Promise<Outcome> => {
  const source = specifiers.map((specifier, index) => `export * as entry${index} from "${specifier}"`)
  writeFileSync(join(folder, "consumer.ts"), source.join("\n"))
  const compilerOptions = {
    target: "ES2022",
    lib: ["ES2023", "DOM", "DOM.AsyncIterable"],
    module: "NodeNext",
    strict: true,
    exactOptionalPropertyTypes: true,
    noEmit: true,
    skipLibCheck: false,
    types: ["node"]
  }
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["consumer.ts"] }))
  const { output, code } = await run(bin("typescript", "tsc"), ["-p", folder, "--pretty", "false"])
  write(output)
  return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 }
}

/** The command asks the simulator that comes with it. */
const ask = (folder: string, manifest: Manifest, write: Write): Promise<Outcome> => {
  const script = join(folder, "node_modules", manifest.name, manifest.bin["effect-claude"] ?? "no-bin")
  const { ANTHROPIC_API_KEY: _key, ANTHROPIC_AUTH_TOKEN: _token, ...env } = process.env
  return command(script, ["ask", "--calm", "What is a seam?"], { write, env, seconds: 60 })
}

export const consume: Gate = {
  name: "pack",
  title: "the tarball in a stranger's project: each entry point imported and type-checked, the command run",
  needs: ["build"],
  run: async (write) => {
    const folder = mkdtempSync(join(tmpdir(), "effect-claude-consumer-"))
    try {
      const manifest = install(folder)
      const specifiers = Object.keys(manifest.exports)
        .filter((key) => !key.endsWith(".json"))
        .map((key) => manifest.name + key.slice(1))
      const imported = await importEach(folder, specifiers, write)
      return total([...imported, await typeCheck(folder, specifiers, write), await ask(folder, manifest, write)])
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  }
}
