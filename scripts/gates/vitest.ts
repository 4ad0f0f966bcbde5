/** Runs vitest and counts its tests from its own report. */
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { bin, run, scratch } from "./run.js"
import type { Outcome, Write } from "./run.js"

interface Report {
  readonly numPassedTests: number
  readonly numFailedTests: number
  readonly numPendingTests: number
  readonly numTodoTests: number
  readonly testResults: ReadonlyArray<{ readonly status: string; readonly assertionResults: ReadonlyArray<unknown> }>
}

/** A skipped test counts as failed, and so does a file that could not be loaded. */
export const count = (report: Report, code: number | undefined): Outcome => {
  const broken = report.testResults.filter((file) => file.status === "failed" && file.assertionResults.length === 0)
  const failed = report.numFailedTests + report.numPendingTests + report.numTodoTests + broken.length
  // An error outside of any test leaves no failed test behind, only the exit code.
  return { passed: report.numPassedTests, failed: failed === 0 && code !== 0 ? 1 : failed }
}

export const vitest = async (
  name: string,
  args: ReadonlyArray<string>,
  seconds: number,
  write: Write
): Promise<Outcome> => {
  const file = join(scratch(), `${name}.json`)
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${file}`]
  const { code } = await run(bin("vitest"), ["run", ...reporters, ...args], { write, seconds })
  if (!existsSync(file)) {
    return { passed: 0, failed: 1 }
  }
  const report = JSON.parse(readFileSync(file, "utf8")) as Report
  if (report.numPendingTests + report.numTodoTests > 0) {
    write(`${report.numPendingTests + report.numTodoTests} skipped: counted as failed\n`)
  }
  return count(report, code)
}
