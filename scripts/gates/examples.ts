/** Each example runs to its end against the simulator. */
import { existsSync, readdirSync } from "node:fs"
import { join } from "node:path"
import { pooled, root, run, total } from "./run.js"
import type { Finished, Gate, Outcome, Write } from "./run.js"
import { program, withSimulator } from "./simulated.js"

const seconds = 60

export const report = (name: string, finished: Finished, write: Write): Outcome => {
  if (finished.code === 0) {
    write(`ran ${name}\n`)
    return { passed: 1, failed: 0 }
  }
  write(`FAILED ${name} (exit ${finished.code ?? "by signal"})\n${finished.output.replace(/^/gm, "  ")}\n`)
  return { passed: 0, failed: 1 }
}

/** Runs each program with a time bound, two at a time. */
export const runAll = (
  files: ReadonlyArray<{ readonly name: string; readonly file: string }>,
  write: Write
): Promise<Outcome> =>
  withSimulator(async (env) =>
    total(
      await pooled(
        2,
        files.map(({ file, name }) => async () => {
          const [script, args] = program(file)
          return report(name, await run(script, args, { env, seconds }), write)
        })
      )
    )
  )

export const examples: Gate = {
  name: "examples",
  title: `each runs to its end in ${seconds} s, against the simulator`,
  run: async (write) => {
    const folder = join(root, "examples")
    const names = existsSync(folder)
      ? readdirSync(folder)
          .filter((name) => name.endsWith(".ts"))
          .toSorted()
      : []
    if (names.length === 0) {
      write("there are no examples\n")
      return { passed: 0, failed: 1 }
    }
    return runAll(
      names.map((name) => ({ name: `examples/${name}`, file: join(folder, name) })),
      write
    )
  }
}
