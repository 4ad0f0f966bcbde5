/**
 * The floors of the house. A file may import files of its own unit and of units on floors below, nothing beside it and
 * nothing above. An `internal/` folder stands on its folder's floor: it is closed to users (no entry point reaches it),
 * not to the floors above.
 */
import { importsOf, target } from "./source.js"
import type { Source, Violation } from "./source.js"

interface Unit {
  readonly name: string
  readonly owns: (path: string) => boolean
  /** Packages that its files may import, by prefix. */
  readonly packages: ReadonlyArray<string>
}

const portable = ["effect/", "@effect/platform/"]

const folder = (name: string, packages: ReadonlyArray<string> = portable): Unit => ({
  name,
  owns: (path) => path.startsWith(`src/${name}/`),
  packages
})

const core: Unit = {
  name: "core",
  owns: (path) => /^src\/(?:Claude(?:Error|Event|Config)\.ts$|internal\/)/.test(path),
  packages: portable
}

const claude: Unit = { name: "Claude", owns: (path) => /^src\/(?:Claude\.ts$|client\/)/.test(path), packages: portable }

const index: Unit = { name: "index", owns: (path) => path === "src/index.ts", packages: portable }

const onNode = [...portable, "node:"]

/** From the ground up. Units of one floor do not know each other. */
export const floors: ReadonlyArray<ReadonlyArray<Unit>> = [
  [folder("schema")],
  [core],
  [folder("transport"), folder("stream"), folder("policy")],
  [claude],
  // pure JavaScript, synchronous: Web Crypto's digest would let a test's clock run ahead
  [folder("resume", [...portable, "@noble/hashes/"])],
  [folder("tools"), folder("observe")],
  [index],
  [
    folder("testing", [...portable, "node:"]),
    folder("node", [...onNode, "undici"]),
    folder("redis", [...portable, "node:", "ioredis"]),
    folder("workflow", [...portable, "@effect/workflow/"]),
    folder("ai", [...portable, "@effect/ai/"])
  ],
  [folder("simulator", onNode)],
  [folder("cli", [...onNode, "@effect/cli/"])]
]

const place = (path: string): { readonly floor: number; readonly unit: Unit } | undefined => {
  for (const [floor, units] of floors.entries()) {
    const unit = units.find((unit) => unit.owns(path))
    if (unit !== undefined) {
      return { floor, unit }
    }
  }
  return undefined
}

const packageProblem = (unit: Unit, specifier: string): string | undefined => {
  if (specifier === "effect" || /^@effect\/[\w-]+$/.test(specifier)) {
    return `imports the barrel ${specifier}: name the module`
  }
  const allowed = unit.packages.some((name) => (/[/:]$/.test(name) ? specifier.startsWith(name) : specifier === name))
  return allowed ? undefined : `${unit.name} may not import ${specifier}`
}

const relativeProblem = (from: Source, specifier: string): string | undefined => {
  const own = place(from.path)
  const path = target(from.path, specifier)
  const other = place(path)
  if (own === undefined || other === undefined) {
    return `${path} stands on no floor`
  }
  if (own.unit === other.unit || other.floor < own.floor) {
    return undefined
  }
  return other.floor === own.floor
    ? `${own.unit.name} may not know ${other.unit.name} beside it (${path})`
    : `${own.unit.name} may not know ${other.unit.name} above it (${path})`
}

/** Imports that point up or sideways, packages that the floor may not know, entry points that open an `internal/`. */
export const floorViolations = (files: ReadonlyArray<Source>): ReadonlyArray<Violation> =>
  files.flatMap((file) => {
    const own = place(file.path)
    if (own === undefined) {
      return [{ path: file.path, line: 1, what: "stands on no floor: name its folder in floors.ts" }]
    }
    return importsOf(file).flatMap(({ line, reExport, specifier }) => {
      const problem = specifier.startsWith(".")
        ? reExport && specifier.includes("/internal/") && file.path.endsWith("/index.ts")
          ? `an entry point opens ${specifier} to users`
          : relativeProblem(file, specifier)
        : packageProblem(own.unit, specifier)
      return problem === undefined ? [] : [{ path: file.path, line, what: problem }]
    })
  })

/** Each circle once, as the list of its files. Imports of types count: a circle of ideas is one too. */
export const circles = (files: ReadonlyArray<Source>): ReadonlyArray<ReadonlyArray<string>> => {
  const edges = new Map(
    files.map((file) => [
      file.path,
      importsOf(file)
        .filter(({ specifier }) => specifier.startsWith("."))
        .map(({ specifier }) => target(file.path, specifier))
    ])
  )
  const done = new Set<string>()
  const found: Array<ReadonlyArray<string>> = []
  const visit = (path: string, trail: ReadonlyArray<string>): void => {
    const start = trail.indexOf(path)
    if (start >= 0) {
      found.push([...trail.slice(start), path])
      return
    }
    if (!done.has(path)) {
      edges.get(path)?.forEach((next) => visit(next, [...trail, path]))
      done.add(path)
    }
  }
  files.forEach((file) => visit(file.path, []))
  return found
}
