/** Whether the registry knows of a hole in a package that users install with this one. */
import { spawn } from "node:child_process"
import { root } from "./run.js"
import type { Gate, Outcome } from "./run.js"

/** What `npm audit --json` says: a count of holes, or why it has none to give. */
export const verdict = (report: string): { readonly holes: number } | { readonly unanswered: string } => {
  let parsed: unknown
  try {
    parsed = JSON.parse(report)
  } catch {
    return { unanswered: "the report is no JSON" }
  }
  const { message, metadata } = Object(parsed) as {
    readonly message?: unknown
    readonly metadata?: { readonly vulnerabilities?: { readonly total?: unknown } }
  }
  const total = metadata?.vulnerabilities?.total
  if (typeof total === "number") return { holes: total }
  return { unanswered: typeof message === "string" ? message : "the report counts nothing" }
}

const ask = (): Promise<string> =>
  new Promise((resolve) => {
    const command = process.platform === "win32" ? "npm.cmd" : "npm"
    const child = spawn(command, ["audit", "--omit=dev", "--json", "--fetch-retries=0"], { cwd: root, timeout: 60_000 })
    let text = ""
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => (text += chunk))
    child.on("error", (error) => resolve(JSON.stringify({ message: error.message })))
    child.on("close", () => resolve(text))
  })

export const audit: Gate = {
  name: "audit",
  title: "no known hole in a runtime dependency",
  run: async (write): Promise<Outcome> => {
    const report = await ask()
    const found = verdict(report)
    if ("unanswered" in found) {
      write(`not checked: the registry offers no audit here (${found.unanswered})\n`)
      return { passed: 0, failed: 0 }
    }
    if (found.holes === 0) return { passed: 1, failed: 0 }
    write(`${report}\n`)
    return { passed: 0, failed: found.holes }
  }
}
