/**
 * `npm run live:resume`: cuts real streams and reports how the models go on.
 *
 * A proxy on loopback stands before the API and resets each answer once, somewhere in its text. The prompts have
 * answers that are known to the letter, so a seam that is certain and wrong shows. Needs ANTHROPIC_API_KEY and a cap
 * on the tokens that may be billed:
 *
 *   npm run live:resume -- --spend-cap 50000 [--models a,b] [--streams 4]
 */
import { Console, Effect, Exit, Layer, Random } from "effect"
import { Resumable } from "effect-claude"
import { NodeClaude } from "effect-claude/node"
import { createServer, type Server } from "node:http"
import type { AddressInfo } from "node:net"
import { parseArgs } from "node:util"
import { request as forward } from "undici"

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
  seams: number
  obeyed: number
  certain: number
  wrong: number
  falseCertain: number
}

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
    const row: Row = { model, streams: 0, seams: 0, obeyed: 0, certain: 0, wrong: 0, falseCertain: 0 }
    rows.push(row)
    for (let n = 0; n < Number(values.streams) && billed < cap; n++) {
      const task = tasks[n % tasks.length]
      if (task === undefined) break
      cut = yield* Random.nextIntBetween(2000, 9000)
      const stream = Resumable.stream(
        {
          model,
          max_tokens: 2048,
          messages: [{ role: "user", content: task.prompt }]
        },
        { maxExtraTokens: cap - billed }
      )
      const ended = yield* Effect.exit(Effect.provide(Resumable.message(stream), client))
      if (Exit.isFailure(ended)) {
        yield* Console.error(`${model}: ${String(ended.cause)}`)
        continue
      }
      const { billed: tokens, message, seams } = ended.value
      billed += tokens.inputTokens + tokens.outputTokens
      const text = message.content.map((block) => (block.type === "text" ? block.text : "")).join("")
      const isRight = text.trim() === task.answer
      row.streams++
      row.seams += seams.length
      row.obeyed += seams.filter((seam) => seam.method === "anchor").length
      row.certain += seams.filter((seam) => seam.certain).length
      if (!isRight && seams.length > 0) row.wrong++
      if (!isRight && seams.length > 0 && seams.every((seam) => seam.certain)) row.falseCertain++
    }
  }
  yield* Console.table(rows)
  yield* Console.log(`billed: ${billed} tokens; a wrong text may also be the model's own slip, so look at those runs`)
}).pipe(Effect.scoped)

Effect.runPromise(program)
