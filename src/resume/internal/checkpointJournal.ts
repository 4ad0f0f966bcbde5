/**
 * A journal as bytes: one record a line, as JSON.
 */
import * as Either from "effect/Either"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import { isNestedTooDeep } from "../../schema/internal/nesting.js"
import { currentVersion, JournalRecord } from "./checkpointRecord.js"
import { publicRecord } from "./checkpointSecrets.js"

export interface Journal {
  readonly records: ReadonlyArray<JournalRecord>
  /** Bytes up to the end of the last whole line; what lies behind was not written whole. */
  readonly length: number
}

export interface JournalFault {
  readonly reason: "newer" | "broken"
  readonly description: string
}

interface Line {
  readonly start: number
  readonly end: number
}

const newline = 10
const encoder = new TextEncoder()
const decoder = new TextDecoder("utf-8", { fatal: true })

const stamped = (record: JournalRecord, at: number): JournalRecord =>
  record.type === "opened" || record.at !== undefined ? record : { ...record, at }

/** The lines of records that are written now. */
export const encode = (records: ReadonlyArray<JournalRecord>, now: number): Uint8Array =>
  encoder.encode(records.map((record) => `${JSON.stringify(stamped(publicRecord(record), now))}\n`).join(""))

/** Only what ends with a newline is a line. */
const linesOf = (bytes: Uint8Array): ReadonlyArray<Line> => {
  const lines: Array<Line> = []
  for (let start = 0, end = bytes.indexOf(newline); end >= 0; start = end + 1, end = bytes.indexOf(newline, start)) {
    lines.push({ start, end })
  }
  return lines
}

/** `undefined` for what is no JSON, `null` for what is nested deeper than any record: neither is one. */
const parse = (bytes: Uint8Array, line: Line): unknown => {
  try {
    const json = decoder.decode(bytes.subarray(line.start, line.end))
    return isNestedTooDeep(json) ? null : JSON.parse(json)
  } catch {
    return undefined
  }
}

// A field of any type may be absent where a server left it out: what was delivered so is read so.
const isRecord = Schema.is(JournalRecord, { exact: false })

const isNewer = (value: unknown): boolean =>
  Predicate.isRecord(value)
  && value["type"] === "opened"
  && Predicate.isNumber(value["version"])
  && value["version"] > currentVersion

/** The first record as far as it can be told, whatever is wrong with the rest. */
export const header = (bytes: Uint8Array): { readonly id: string | undefined; readonly expiresAt: number } => {
  const end = bytes.indexOf(newline)
  const value = end < 0 ? undefined : parse(bytes, { start: 0, end })
  const fields = Predicate.isRecord(value) ? value : {}
  return {
    id: Predicate.isString(fields["id"]) ? fields["id"] : undefined,
    expiresAt: Predicate.isNumber(fields["expiresAt"]) ? fields["expiresAt"] : 0
  }
}

const broken = (description: string): Either.Either<never, JournalFault> =>
  Either.left({ reason: "broken", description })

/**
 * Reads a journal. What a write that was cut short, or a loss of power, leaves at the end is passed over: a line
 * without its newline, and lines that are no JSON where no good one follows them.
 */
export const scan = (bytes: Uint8Array): Either.Either<Journal, JournalFault> => {
  const lines = linesOf(bytes)
  const records: Array<JournalRecord> = []
  let length = 0
  for (const [at, line] of lines.entries()) {
    const value = parse(bytes, line)
    if (value === undefined) {
      const good = lines.slice(at + 1).some((later) => parse(bytes, later) !== undefined)
      if (good) return broken(`line ${at + 1} is no JSON`)
      break
    }
    if (isNewer(value)) {
      return Either.left({ reason: "newer", description: `a later version than ${currentVersion} wrote it` })
    }
    if (!isRecord(value)) return broken(`line ${at + 1} is no record`)
    if (at === 0 && value.type !== "opened") return broken("it does not begin with what was asked for")
    records.push(value)
    length = line.end + 1
  }
  return Either.right({ records, length })
}
