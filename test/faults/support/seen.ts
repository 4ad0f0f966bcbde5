/** What was seen of each fault: kept in `test/faults/seen.json` by `npm run faults`, and held by the tests. */
import { readFileSync } from "node:fs"
import type { Group } from "../faults.table.js"
import { numbersOf } from "../matrix.js"
import { type Operation, operations } from "./answers.js"
import { type ClientName, clients } from "./clients.js"
import type { Played } from "./play.js"
import { expectedOf, type Row } from "./row.js"

/** Who was run: a client of ours, or the official SDK. */
export type Who = ClientName | "SDK"

export const everybody: ReadonlyArray<Who> = [...clients, "SDK"]

/** What can be seen again: no time among it. */
export interface Sight {
  readonly came: string
  readonly attempts: number
  readonly requests: number
}

/** What a call came to that was given up. */
export const pending = "still pending"

export interface Seen extends Sight {
  readonly fault: string
  readonly operation: Operation
  readonly who: Who
  /** How long it took in the run that wrote this. */
  readonly ms: number
  /** What came out instead at other times, where two events race. */
  readonly or?: ReadonlyArray<Sight>
}

export interface Book {
  /** The version of the official SDK. */
  readonly sdk: string
  readonly node: string
  /** After how many seconds a call of the SDK is given up. */
  readonly seconds: number
  readonly seen: ReadonlyArray<Seen>
}

/** The SDK runs over Node's fetch, and meets what `fetch` meets. */
export const canMeet = (row: Row, operation: Operation, who: Who): boolean =>
  expectedOf(row, operation, who === "SDK" ? "fetch" : who).kind !== "inapplicable"

/** What came of a call of ours; where the phase is a matter of luck, all that it may be. */
export const sightOf = (row: Row, operation: Operation, client: ClientName, played: Played): Sight => {
  const { attempts, error, requests } = played
  const expected = expectedOf(row, operation, client)
  const phases = expected.kind === "failed" ? expected.phase : []
  return { came: error === undefined ? "whole" : `${error._tag} in ${phases.join(" or ")}`, attempts, requests }
}

const file = new URL("../seen.json", import.meta.url)

export const readBook = (): Book => JSON.parse(readFileSync(file, "utf8"))

/** One line for each thing seen, so that a change of one is a change of one line. */
export const bookText = ({ seen, ...head }: Book): string => {
  const lines = seen.map((one) => JSON.stringify(one)).join(",\n")
  return `${JSON.stringify(head).slice(0, -1)},"seen":[\n${lines}\n]}\n`
}

export const bookFile = file

const same = (one: Sight, other: Sight): boolean =>
  one.came === other.came && one.attempts === other.attempts && one.requests === other.requests

/** Whether it was seen before. */
export const knows = (book: Book, fault: string, operation: Operation, who: Who, sight: Sight): boolean =>
  book.seen.some(
    (seen) =>
      seen.fault === fault
      && seen.operation === operation
      && seen.who === who
      && [seen, ...(seen.or ?? [])].some((one) => same(one, sight))
  )

/** Several rounds of the same as one: the first, and what was seen beside it. */
export const merged = (rounds: readonly [Seen, ...ReadonlyArray<Seen>]): Seen => {
  const [first, ...others] = rounds
  const or: Array<Sight> = []
  for (const { attempts, came, requests } of others) {
    const sight = { came, attempts, requests }
    if (![first, ...or].some((one) => same(one, sight))) or.push(sight)
  }
  return or.length === 0 ? first : { ...first, or }
}

/** A line of the table: what one client, or several alike, made of a fault. */
export interface Line {
  readonly row: string
  readonly fault: string
  readonly by: string
  readonly came: string
  readonly attempts: string
  readonly requests: string
  readonly time: string
}

const timeOf = (ms: number): string => (ms < 10 ? "0.01 s" : `${(ms / 1000).toFixed(ms < 1000 ? 2 : 1)} s`)

const told = (seen: Seen, by: string): Omit<Line, "row" | "fault"> => {
  const all = [seen, ...(seen.or ?? [])]
  const each = (tell: (sight: Sight) => string) => [...new Set(all.map(tell))].join(" or ")
  return {
    by,
    came: each(({ came }) => came),
    attempts: each(({ attempts }) => String(attempts)),
    requests: each(({ requests }) => String(requests)),
    time: seen.came === pending ? `> ${Math.floor(seen.ms / 1000)} s` : timeOf(seen.ms)
  }
}

/** `NodeClaude` speaks for the others of ours that saw the same. */
const voices = (seen: ReadonlyArray<Seen>): ReadonlyArray<Omit<Line, "row" | "fault">> => {
  const lines: Array<{ readonly seen: Seen; readonly by: Array<Who> }> = []
  for (const one of seen) {
    const alike = one.who === "SDK" ? undefined : lines.find((line) => same(line.seen, one))
    if (alike === undefined) lines.push({ seen: one, by: [one.who] })
    else alike.by.push(one.who)
  }
  return lines.map(({ by, seen }) => told(seen, by.length === clients.length ? "ours" : by.join(", ")))
}

/** The lines of one fault. */
export const linesOf = (row: Row, seen: ReadonlyArray<Seen>): ReadonlyArray<Line> =>
  operations.flatMap((operation) => {
    const own = seen.filter((one) => one.fault === row.name && one.operation === operation)
    const sorted = everybody.flatMap((who) => own.filter((one) => one.who === who))
    return voices(sorted).map((line, index) => ({
      row: index === 0 ? numbersOf(row.name).join(", ") : "",
      fault: index === 0 ? `${row.name}, ${operation}` : "",
      ...line
    }))
  })

/** All that is to be seen. */
export const sights = (groups: ReadonlyArray<Group>) =>
  groups.flatMap(({ rows }) =>
    rows.flatMap((row) =>
      operations.flatMap((operation) =>
        everybody.flatMap((who) => (canMeet(row, operation, who) ? [{ row, operation, who }] : []))
      )
    )
  )
