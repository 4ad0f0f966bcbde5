/**
 * Measures this library beside the official SDK and bare HTTP clients: `npm run bench`, or with `-- --full` and more
 * rounds; `-- --only=paced,unary` for some rows alone.
 *
 * One server in a process of its own, each client in one of its own, the rounds by turns: what else the machine does
 * falls on all alike. Read the ratios; the absolute figures are this machine's, at this hour.
 */
import { cpus, loadavg } from "node:os"
import { pathToFileURL } from "node:url"
import type { Job, Measured } from "./child/workloads.js"
import { coldStarts } from "./cold.js"
import { compile } from "./compile.js"
import { startServer, startWorker, type Worker } from "./process.js"
import { backpressure, type Figure, type Row, rows } from "./rows.js"
import { number, ratio, spread, table } from "./table.js"

const full = process.argv.includes("--full")
const only = process.argv
  .find((argument) => argument.startsWith("--only="))
  ?.slice("--only=".length)
  .split(",")
const wanted = (id: string): boolean => only === undefined || only.includes(id)

const say = (text: string): void => {
  process.stdout.write(`${text}\n`)
}

type Rounds = ReadonlyArray<ReadonlyMap<string, Measured>>

const oneRound = async (workers: ReadonlyArray<Worker>, row: Row): Promise<ReadonlyMap<string, Measured>> => {
  const round = new Map<string, Measured>()
  for (const worker of workers) round.set(worker.name, await worker.run(row.job))
  return round
}

const measure = async (folder: string, url: string, row: Row): Promise<Rounds> => {
  const workers = await Promise.all(row.clients.map((name) => startWorker(folder, name, `${url}/${row.answer}`)))
  try {
    for (const worker of workers) await worker.run(row.warmUp)
    const rounds: Array<ReadonlyMap<string, Measured>> = []
    for (let round = 0; round < row.rounds; round++) rounds.push(await oneRound(workers, row))
    return rounds
  } finally {
    for (const worker of workers) worker.stop()
  }
}

const figure = (measured: Measured | undefined, { name }: Figure): number => measured?.[name] ?? Number.NaN

/** Each round's figure by the same round's of the first client. */
const cells = (rounds: Rounds, client: string, base: string, of: Figure): ReadonlyArray<string> => {
  const values = rounds.map((round) => figure(round.get(client), of))
  const ratios = rounds.map((round, index) => (values[index] ?? Number.NaN) / figure(round.get(base), of))
  const { median } = spread(values)
  const size = of.unit === "bytes" ? `${number(median / 1024 / 1024)} MiB` : `${number(median)} ${of.unit}`
  return [`${ratio(spread(ratios))}, ${size}`]
}

/** What each round took more than the same round of the first client. */
const overhead = (rounds: Rounds, client: string, base: string, of: Figure): string => {
  const { max, median, min } = spread(
    rounds.map((round) => figure(round.get(client), of) - figure(round.get(base), of))
  )
  return `${number(median)} ${of.unit} (${number(min)}..${number(max)})`
}

const show = (row: Row, rounds: Rounds): string => {
  const [base = ""] = row.clients
  const more = row.hasOverhead === true ? row.figures : []
  return table(
    ["client", ...row.figures.map(({ label }) => label), ...more.map(({ label }) => `more ${label}`)],
    row.clients.map((client) => [
      client,
      ...row.figures.flatMap((of) => cells(rounds, client, base, of)),
      ...more.map((of) => overhead(rounds, client, base, of))
    ])
  )
}

const slowReader = async (folder: string, url: string): Promise<string> => {
  const { clients, mebibytes, seconds } = backpressure(full)
  const workers = await Promise.all(clients.map((name) => startWorker(folder, name, `${url}/flood/${mebibytes}`)))
  try {
    const jobs = workers.map(async (worker) => {
      // The first second loads and compiles what would count as growth.
      const job: Job = { workload: "slowReader", repeat: 1, concurrency: 1, deltas: 0 }
      await worker.run(job)
      const { growth = Number.NaN } = await worker.run({ ...job, repeat: seconds })
      return [worker.name, `${number(growth)} MiB`]
    })
    return table(["client", `growth in ${seconds} s on a stream of ${mebibytes} MiB`], await Promise.all(jobs))
  } finally {
    for (const worker of workers) worker.stop()
  }
}

const began = Date.now()
const folder = compile()
const server = await startServer(folder)
const load = (): string => `load ${(loadavg()[0] ?? 0).toFixed(1)} on ${cpus().length} cores`
say(`Node ${process.version}, ${load()}. Ratios to the first client of each table: median (least..most) of the rounds.`)
for (const row of rows(full)) {
  if (!wanted(row.id)) continue
  say(`\n### ${row.title}\n\n${show(row, await measure(folder, server.url, row))}\n\n${row.rounds} rounds, ${load()}`)
}
if (wanted("backpressure")) say(`\n### A reader of one event a second\n\n${await slowReader(folder, server.url)}`)
if (wanted("cold")) {
  const starts = await coldStarts(pathToFileURL(folder).pathname, server.url, full ? 11 : 2)
  say(`\n### Cold starts\n\n${starts}`)
}
server.stop()
say(`\n${Math.round((Date.now() - began) / 1000)} s, ${load()}`)
