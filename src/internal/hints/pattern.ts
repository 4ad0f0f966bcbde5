/**
 * What a pattern of a hint is, and how patterns read durations.
 */
import * as Duration from "effect/Duration"
import { causeCodes, type Evidence } from "../errorEvidence.js"

/**
 * A probable cause: `when` must be borne out by the stored fields of the error itself, and is silent otherwise.
 */
export interface Pattern {
  readonly id: string
  readonly when: (error: Evidence) => boolean
  /** The cause in one sentence, and what to try. */
  readonly says: string | ((error: Evidence) => string)
}

export const seconds = (duration: Duration.Duration | undefined): number | undefined =>
  duration === undefined ? undefined : Duration.toSeconds(duration)

export const within = (value: number | undefined, low: number, high: number): boolean =>
  value !== undefined && value >= low && value <= high

export const is = (...tags: ReadonlyArray<string>) => {
  const set = new Set(tags)
  return (error: Evidence): boolean => set.has(error._tag)
}

/** Whether the error or a cause of it bears one of these codes. */
export const hasCode = (...codes: ReadonlyArray<string>) => {
  const set = new Set(codes)
  return (error: Evidence): boolean =>
    (error.code !== undefined && set.has(error.code)) || causeCodes(error.cause).some((code) => set.has(code))
}

/** Whether the answer passed the API's own edge. */
export const sawEdge = (error: Evidence): boolean => error.headers?.["cf-ray"] !== undefined

/** The name of whatever answered, where it gave one. */
export const server = (error: Evidence): string =>
  error.headers?.["server"] === undefined ? "" : ` (it calls itself "${error.headers["server"]}")`

/** Whether anything shows that the API itself has answered. */
export const saidByApi = (error: Evidence): boolean => error.requestId !== undefined || error.errorType !== undefined
