/** The gates, in the order in which they run. Those of one group run at the same time. */
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

const lint: Gate = {
  name: "lint",
  title: "oxlint, warnings are errors",
  run: (write) => command(bin("oxlint"), ["--deny-warnings"], { write })
}

const house: Gate = {
  name: "house",
  title: "floors, rules, docstrings, package",
  run: (write) => vitest("house", ["test/house"], 120, write)
}

// Alone: these tests are about sockets and races, and the machine should be theirs.
const unit: Gate = {
  name: "unit",
  title: "unit, property and socket tests",
  run: (write) => vitest("unit", ["--exclude", "test/house/**"], 480, write)
}

export const gates: ReadonlyArray<ReadonlyArray<Gate>> = [
  [types, lint, links],
  [house, build],
  [unit],
  [publint, attw, consume],
  [snippets],
  [examples]
]
