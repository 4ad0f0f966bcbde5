/**
 * The probable cause of an error and what to try, by a table of patterns.
 */
import type { Evidence } from "./errorEvidence.js"
import { answer } from "./hints/answer.js"
import { connection } from "./hints/connection.js"
import type { Pattern } from "./hints/pattern.js"

/**
 * All patterns, in the order in which they are asked.
 */
export const patterns: ReadonlyArray<Pattern> = [...connection, ...answer]

/**
 * The first pattern that the stored fields of an error bear out.
 */
export const patternFor = (error: Evidence): Pattern | undefined => patterns.find((pattern) => pattern.when(error))

/**
 * The hint of the first pattern that the stored fields of an error bear out; `undefined` where none does.
 */
export const hintFor = (error: Evidence): string | undefined => {
  const pattern = patternFor(error)
  return typeof pattern?.says === "function" ? pattern.says(error) : pattern?.says
}
