/**
 * `npm run live:resume`: cuts real streams and reports how the models go on.
 *
 * A proxy on loopback stands before the API and resets each answer once, somewhere in its text. The prompts have
 * answers that are known to the letter, so a seam that is certain and wrong shows; one behind a slip of the model's own
 * says nothing, and is counted apart. Needs ANTHROPIC_API_KEY and a cap on the tokens that may be billed, which no
 * request begins that could pass:
 *
 *   npm run live:resume -- --spend-cap 50000 [--models a,b] [--streams 4]
 */
import { Cause, Console, Effect, Exit, Layer, Option, Random, Stream } from "effect"
import { Resumable } from "effect-claude"
import { NodeClaude } from "effect-claude/node"
import { createServer, type Server } from "node:http"
import type { AddressInfo } from "node:net"
import { parseArgs } from "node:util"
import { request as forward } from "undici"
import { verdictOf } from "./seamVerdict.js"

const { values } = parseArgs({
  options: {
    "spend-cap": { type: "string" },
    models: { type: "string", default: "claude-haiku-5-5,claude-sonnet-5-5,claude-opus-5-5" },
    streams: { type: "string", default: "4" }
  }
})

const upstream = (process.env["ANTHROPIC_BASE_URL"] ?? "https://api.anthropic.com").replace(/\/+$/, "")

const numbers = Array.from({ length: 120 }, (_, n) => n + 1)

/** Prompts and the only right answers to them. */
const tasks = [
  {
    prompt: "Write the numbers from 1 to 120, separated by single spaces, and nothing else.",
    answer: numbers.join(" ")
  },
  {
    prompt: "Write the squares of the numbers from 1 to 120 as lines of the form 7*7=49, and nothing else.",
    answer: numbers.map((n) => `${n}*${n}=${n * n}`).join("\n")
  }
]

/** A proxy that resets the first answer of each stream behind `cutAt` bytes of its body. */
const proxy = (cutAt: () => number | undefined) =>
  Effect.acquireRelease(
    Effect.async<Server>((resume) => {
      const server = createServer((incoming, outgoing) => {
        const { host: _, connection: __, ...headers } = incoming.headers
        const send = async () => {
          const answer = await forward(`${upstream}${incoming.url ?? "/"}`, {
            method: "POST",
            headers,
            body: incoming
          })
          const { "transfer-encoding": ___, connection: ____, ...kept } = answer.headers
          outgoing.writeHead(answer.statusCode, kept)
          const limit = answer.statusCode === 200 ? cutAt() : undefined
          let sent = 0
          for await (const chunk of answer.body) {
            sent += chunk.length
            await new Promise((done) => outgoing.write(chunk, done))
            if (limit !== undefined && sent >= limit) {
              answer.body.destroy()
              outgoing.socket?.resetAndDestroy()
              return
            }
          }
          outgoing.end()
        }
        send().catch(() => outgoing.destroy())
      })
      server.listen(0, "127.0.0.1", () => resume(Effect.succeed(server)))
    }),
    (server) =>
      Effect.sync(() => {
        server.closeAllConnections()
        server.close()
      })
  )

interface Row {
  readonly model: string
  streams: number
  failed: number
  seams: number
  /** The reply began with the words that it was asked to repeat. */
  obeyed: number
  certain: number
  falseCertain: number
  /** Behind a text that had gone wrong before. */
  unknown: number
}

const share = (count: number, of: number): string => (of === 0 ? "-" : `${((100 * count) / of).toFixed(1)} %`)

const shown = ({ certain, falseCertain, obeyed, seams, ...row }: Row) => ({
  ...row,
  seams,
  obeyed: share(obeyed, seams),
  certain: share(certain, seams),
  falseCertain: share(falseCertain, certain)
})

/** What one answer can cost at most; its prompt is a line. */
const maxTokens = 2048
const mostOfOne = maxTokens + 100

/** The text of a stream as it comes, and where its seams are. */
class Watched {
  text = ""
  readonly seams: Array<{ readonly at: number; readonly certain: boolean }> = []

  take(event: Resumable.Event): void {
    if (event.type === "content_block_delta" && event.delta.type === "text_delta") this.text += event.delta.text
    if (event.type !== "resume") return
    if ((event.withdrawn ?? []).length > 0) this.text = ""
    if (event.seam !== undefined) this.seams.push({ at: this.text.length, certain: event.seam.certain })
  }
}

/** What a stream that failed had cost: what its segments tell, or the most that one answer can be. */
const costOf = (cause: Cause.Cause<Resumable.ResumableError>): number => {
  const error = Option.getOrUndefined(Cause.failureOption(cause))
  const segments = error?._tag === "ResumeFailed" ? error.checkpoint.segments : []
  const told = segments.reduce((sum, { billed }) => sum + billed.inputTokens + billed.outputTokens, 0)
  return Math.max(mostOfOne, told)
}

const count = (row: Row, { seams }: Resumable.Result, watched: Watched, answer: string): void => {
  row.seams += seams.length
  row.obeyed += seams.filter((seam) => seam.method === "anchor").length
  row.certain += seams.filter((seam) => seam.certain).length
  for (const { at, certain } of watched.seams) {
    const verdict = verdictOf(answer, watched.text, at)
    if (verdict === "unknown") row.unknown++
    if (certain && verdict === "wrong") row.falseCertain++
  }
}

/** One stream, cut once: what it cost, counted into its model's row. */
const ask = (row: Row, { answer, prompt }: (typeof tasks)[number], left: number) =>
  Effect.gen(function* () {
    const messages = [{ role: "user", content: prompt }] as const
    const watched = new Watched()
    const stream = Resumable.stream(
      { model: row.model, max_tokens: maxTokens, messages },
      { maxExtraTokens: left - mostOfOne }
    ).pipe(Stream.tap((event) => Effect.sync(() => watched.take(event))))
    const ended = yield* Effect.exit(Resumable.message(stream))
    row.streams++
    if (Exit.isSuccess(ended)) {
      count(row, ended.value, watched, answer)
      return ended.value.billed.inputTokens + ended.value.billed.outputTokens
    }
    row.failed++
    yield* Console.error(`${row.model}: ${Cause.pretty(ended.cause)}`)
    return costOf(ended.cause)
  })

const program = Effect.gen(function* () {
  const cap = Number(values["spend-cap"] ?? Number.NaN)
  if (process.env["ANTHROPIC_API_KEY"] === undefined || !(cap > 0)) {
    yield* Console.error("error: set ANTHROPIC_API_KEY and give --spend-cap, the tokens that may be billed in all")
    process.exitCode = 1
    return
  }
  let cut: number | undefined
  const server = yield* proxy(() => {
    const at = cut
    cut = undefined
    return at
  })
  // listening on a port, its address is no path
  const { port } = server.address() as AddressInfo
  const Live = NodeClaude.layerWith({ baseUrl: `http://127.0.0.1:${port}`, pool: { proxy: false } })
  const client = yield* Layer.build(Live)
  let billed = 0
  const rows: Array<Row> = []
  for (const model of values.models.split(",")) {
    const row: Row = { model, streams: 0, failed: 0, seams: 0, obeyed: 0, certain: 0, falseCertain: 0, unknown: 0 }
    rows.push(row)
    for (let n = 0; n < Number(values.streams) && billed + mostOfOne <= cap; n++) {
      const task = tasks[n % tasks.length]
      if (task === undefined) break
      cut = yield* Random.nextIntBetween(2000, 9000)
      billed += yield* Effect.provide(ask(row, task, cap - billed), client)
    }
  }
  yield* Console.table(rows.map(shown))
  yield* Console.log(`billed: ${billed} tokens of ${cap}`)
}).pipe(Effect.scoped)

Effect.runPromise(program)
