/**
 * `npm run faults`: does every fault to every client and to the official SDK, prints what came out, and writes
 * `docs/faults.md` and what was seen. `--only words` runs the faults whose names hold them, and writes nothing.
 */
import { Array, Duration, Effect } from "effect"
import { writeFileSync } from "node:fs"
import { parseArgs } from "node:util"
import * as RetryPolicy from "../src/policy/RetryPolicy.js"
import { type Group, groups } from "../test/faults/faults.table.js"
import { pageOf } from "../test/faults/support/page.js"
import { play } from "../test/faults/support/play.js"
import { expectedOf, timesOf } from "../test/faults/support/row.js"
import { playSdk, sdkSeconds, sdkVersion } from "../test/faults/support/sdk.js"
import { bookFile, bookText, linesOf, merged, type Seen, sightOf, sights } from "../test/faults/support/seen.js"
import { type Column, textTable } from "./table.js"

const print = (text: string) => void process.stdout.write(text)

const columns: ReadonlyArray<Column> = [
  { title: "row", width: 6 },
  { title: "fault", width: 35 },
  { title: "by", width: 11 },
  { title: "what came out", width: 34 },
  { title: "attempts", width: 8, right: true },
  { title: "requests", width: 8, right: true },
  { title: "time", width: 6, right: true }
]

type Case = ReturnType<typeof sights>[number]

/** With the standard policy and its waits, as users have it. */
const seeOnce = ({ operation, row, who }: Case): Effect.Effect<Seen, unknown> =>
  Effect.gen(function* () {
    const sight =
      who === "SDK"
        ? playSdk(row, operation, sdkSeconds)
        : play(row, who, operation, {
            retry: RetryPolicy.standard,
            times: timesOf(expectedOf(row, operation, who)),
            waits: true
          }).pipe(Effect.map((played) => sightOf(row, operation, who, played)))
    const [duration, seen] = yield* Effect.timed(Effect.scoped(sight))
    return { fault: row.name, operation, who, ...seen, ms: Math.round(Duration.toMillis(duration)) }
  })

const see = (one: Case, rounds: number): Effect.Effect<Seen, unknown> =>
  Effect.flatMap(seeOnce(one), (first) =>
    Effect.map(
      Effect.forEach(Array.range(1, rounds).slice(1), () => seeOnce(one)),
      (others) => merged([first, ...others])
    )
  )

/** Uploads hold up whatever runs beside them. */
const seeAll = (cases: ReadonlyArray<Case>, rounds: number) =>
  Effect.all(
    cases.map((one) => see(one, rounds)),
    { concurrency: cases.some(({ row }) => row.setting?.upload !== undefined) ? 1 : 16 }
  )

const selected = (only: string | undefined): ReadonlyArray<Group> =>
  only === undefined
    ? groups
    : groups.map(({ rows, title }) => ({ title, rows: rows.filter(({ name }) => name.includes(only)) }))

const main = Effect.gen(function* () {
  const { values } = parseArgs({ options: { only: { type: "string" }, rounds: { type: "string", default: "2" } } })
  const all: Array<Seen> = []
  print(`ours: NodeClaude, fetch, node:http, undici; SDK: @anthropic-ai/sdk ${sdkVersion}\n\n`)
  print(textTable.head(columns))
  for (const group of selected(values.only)) {
    const [heavy, light] = Array.partition(sights([group]), ({ row }) => row.setting?.upload === undefined)
    const rounds = Number(values.rounds)
    const seen = [...(yield* seeAll(light, rounds)), ...(yield* seeAll(heavy, rounds))]
    all.push(...seen)
    if (seen.length > 0) print(`\n${group.title}\n`)
    for (const row of group.rows) {
      for (const line of linesOf(row, seen)) print(textTable.line(columns, Object.values(line)))
    }
  }
  if (values.only !== undefined) return
  const book = { sdk: sdkVersion, node: process.version, seconds: sdkSeconds, seen: all }
  writeFileSync(bookFile, bookText(book))
  writeFileSync(new URL("../docs/faults.md", import.meta.url), pageOf(groups, book))
  print(`\n${groups.reduce((count, { rows }) => count + rows.length, 0)} faults, written to docs/faults.md\n`)
})

await Effect.runPromise(main)
process.exit(0)
