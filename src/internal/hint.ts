/**
 * The probable cause of an error and what to try, by a table of patterns.
 */
import type { Evidence } from "./errorEvidence.js"

/**
 * The hint of the first pattern that the stored fields bear out.
 */
export const hintFor = (_error: Evidence): string | undefined => undefined
