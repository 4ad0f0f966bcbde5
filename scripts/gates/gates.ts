/** The gates, in the order in which they run. Those of one group run at the same time. */
import { audit } from "./audit.js"
import { links, snippets } from "./docs.js"
import { examples } from "./examples.js"
import { attw, build, consume, publint } from "./package.js"
import { bin, command, root } from "./run.js"
import type { Gate } from "./run.js"
import { vitest } from "./vitest.js"

const types: Gate = {
  name: "types",
  title: "the compiler over sources, tests, type tests, examples and scripts",
  run: (write) =>
    command(bin("typescript", "tsc"), ["-p", root, "--incremental", "false", "--pretty", "false"], { write })
}

/** What Prettier formats. Markdown is left to its writers. */
const formatted = ["src", "test", "bench", "examples", "scripts"].map((folder) => `${folder}/**/*.ts`)

const format: Gate = {
  name: "format",
  title: "the code is written as Prettier writes it (npm run format)",
  run: (write) => command(bin("prettier"), ["--check", "--log-level", "warn", ...formatted], { write })
}

const lint: Gate = {
  name: "lint",
  title: "oxlint, warnings are errors",
  run: (write) => command(bin("oxlint"), ["--deny-warnings"], { write })
}

const house: Gate = {
  name: "house",
  title: "floors, rules, docstrings, package",
  run: (write) => vitest("house", ["--project", "house"], 120, write)
}

// Alone: these tests are about sockets and races, and the machine should be theirs.
const unit: Gate = {
  name: "unit",
  title: "unit, property and socket tests",
  run: (write) => vitest("unit", ["--project", "apart", "--project", "together"], 1200, write)
}

export const gates: ReadonlyArray<ReadonlyArray<Gate>> = [
  [types, lint, format, links, audit],
  [house, build],
  [unit],
  [publint, attw, consume],
  [snippets],
  [examples]
]
