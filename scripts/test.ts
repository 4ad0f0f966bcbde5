/**
 * `npm test`: every gate in turn, one closing line. `npm test -- --only lint,types` runs some of them.
 */
import { parseArgs } from "node:util"
import { gates } from "./gates/gates.js"
import { cleanUp } from "./gates/run.js"
import type { Gate, Outcome, Write } from "./gates/run.js"

const print: Write = (text) => void process.stdout.write(text)

const select = (only: string | undefined): ReadonlyArray<ReadonlyArray<Gate>> => {
  if (only === undefined) {
    return gates
  }
  const all = gates.flat()
  const wanted = new Set(
    only
      .split(",")
      .map((name) => name.trim())
      .filter((name) => name !== "")
  )
  const unknown = [...wanted].filter((name) => !all.some((gate) => gate.name === name))
  if (unknown.length > 0 || wanted.size === 0) {
    print(`no such gate: ${unknown.join(", ")}\ngates: ${all.map((gate) => gate.name).join(", ")}\n`)
    process.exit(2)
  }
  for (const gate of all.filter((gate) => wanted.has(gate.name))) {
    gate.needs?.forEach((name) => wanted.add(name))
  }
  return gates.map((group) => group.filter((gate) => wanted.has(gate.name))).filter((group) => group.length > 0)
}

const heading = ({ name, title }: Gate): string =>
  `\n── ${name}: ${title} ${"─".repeat(Math.max(3, 90 - name.length - title.length))}\n`

const runGate = async (gate: Gate, red: ReadonlySet<string>, write: Write): Promise<Outcome> => {
  const missing = gate.needs?.find((name) => red.has(name))
  if (missing !== undefined) {
    write(`not run: ${missing} failed\n`)
    return { passed: 0, failed: 1 }
  }
  const started = performance.now()
  const outcome = await gate.run(write).catch((error: unknown) => {
    write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
    return { passed: 0, failed: 1 }
  })
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  const { failed, passed } = outcome
  write(`${failed === 0 ? "ok" : "FAILED"}: ${passed} passed, ${failed} failed (${seconds} s)\n`)
  return outcome
}

/** The gates of a group run together; what each has to say is printed in one piece, in order. */
const runGroup = (group: ReadonlyArray<Gate>, red: ReadonlySet<string>): ReadonlyArray<Promise<Outcome>> => {
  const runs = group.map((gate) => {
    const parts: Array<string> = []
    const write: Write = group.length === 1 ? print : (text) => void parts.push(text)
    return { gate, parts, done: group.length === 1 ? undefined : runGate(gate, red, write), write }
  })
  let previous: Promise<unknown> = Promise.resolve()
  return runs.map(({ done, gate, parts, write }) => {
    const printed = previous.then(async () => {
      if (done === undefined) {
        print(heading(gate))
        return runGate(gate, red, write)
      }
      const outcome = await done
      print(heading(gate) + parts.join(""))
      return outcome
    })
    previous = printed
    return printed
  })
}

const main = async (): Promise<number> => {
  const { values } = parseArgs({ options: { only: { type: "string" } } })
  const red = new Set<string>()
  let passed = 0
  let failed = 0
  for (const group of select(values.only)) {
    const outcomes = await Promise.all(runGroup(group, red))
    outcomes.forEach((outcome, index) => {
      passed += outcome.passed
      failed += outcome.failed
      const gate = group[index]
      if (gate !== undefined && outcome.failed > 0) {
        red.add(gate.name)
      }
    })
  }
  if (red.size > 0) {
    print(`\nfailed: ${[...red].join(", ")}\n`)
  }
  print(`\n${passed} passed, ${failed} failed\n`)
  return failed === 0 && passed > 0 ? 0 : 1
}

process.on("exit", cleanUp)

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => process.exit(130))
}

process.exit(await main())
