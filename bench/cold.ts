/**
 * What it costs to start: imports, and the first call of a process.
 */
import { timeProcess } from "./process.js"
import { number, spread, table } from "./table.js"

interface Start {
  readonly label: string
  readonly args: ReadonlyArray<string>
}

const importing = (label: string, specifiers: ReadonlyArray<string>): Start => ({
  label,
  args: ["--input-type=module", "--eval", specifiers.map((specifier) => `await import("${specifier}")`).join("\n")]
})

const imports = (folder: string): ReadonlyArray<Start> => [
  importing("nothing", []),
  importing("`undici`", ["undici"]),
  importing("`@anthropic-ai/sdk`", ["@anthropic-ai/sdk"]),
  importing("`effect/Effect`, `/Stream`, `/Schema`", ["effect/Effect", "effect/Stream", "effect/Schema"]),
  importing("`effect`", ["effect"]),
  importing("`effect-claude`", [`${folder}/src/index.js`]),
  importing("`effect-claude/node`", [`${folder}/src/node/index.js`]),
  importing("`effect`, `effect-claude`, `effect-claude/node`", [
    "effect",
    `${folder}/src/index.js`,
    `${folder}/src/node/index.js`
  ])
]

const firstCall = (folder: string, name: string, baseUrl: string): Start => ({
  label: `first call: ${name}`,
  args: [`${folder}/bench/child/client.js`, name, baseUrl, "first"]
})

/** Processes by turns, from their start to their end. */
export const coldStarts = async (folder: string, url: string, rounds: number): Promise<string> => {
  const calls = ["undici", "fetch", "anthropic", "node", "http-client"].map((name) =>
    firstCall(folder, name, `${url}/unary`)
  )
  const starts = [...imports(folder), ...calls]
  const taken = new Map(starts.map(({ label }): [string, Array<number>] => [label, []]))
  for (let round = 0; round < rounds; round++) {
    for (const { args, label } of starts) taken.get(label)?.push(await timeProcess(args))
  }
  const bare = spread(taken.get("nothing") ?? []).median
  return table(
    ["start", "over bare Node, ms", "whole process, ms"],
    [...taken].map(([label, values]) => {
      const { max, median, min } = spread(values)
      return [label, number(median - bare), `${number(median)} (${number(min)}..${number(max)})`]
    })
  )
}
