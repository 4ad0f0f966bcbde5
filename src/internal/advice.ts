import type { ClaudeError } from "../ClaudeError.js"

/** What to do about an error: its hint, else the remedy of the first thing that is wrong with the request. */
export const adviceOf = (error: ClaudeError): string | undefined =>
  error.hint ?? (error._tag === "InvalidRequest" ? error.issues[0]?.remedy : undefined)
