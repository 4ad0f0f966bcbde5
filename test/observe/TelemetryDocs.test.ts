import { assert, describe, it } from "@effect/vitest"
import { Effect, Stream } from "effect"
import { Claude, Telemetry } from "effect-claude"
import { readFileSync } from "node:fs"
import type { Definition } from "../../src/observe/internal/instruments.js"
import { instruments } from "../../src/observe/internal/metrics.js"
import { request } from "../support/fixtures.js"
import { events, ok, refusal, reset, script, streamed } from "../support/scriptedTransport.js"
import { client, inTime, recordingTracer, snapshot } from "./support.js"

const page = readFileSync(new URL("../../docs/telemetry.md", import.meta.url), "utf8")

const cells = (line: string): ReadonlyArray<string> =>
  line
    .split("|")
    .slice(1, -1)
    .map((cell) => cell.trim())

const words = (cell: string): ReadonlyArray<string> => [...cell.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? "")

const documented: ReadonlyArray<Definition> = page
  .split("\n")
  .filter((line) => /^\| `(?:gen_ai|claude)\./.test(line))
  .map((line) => {
    const [name = "", kind = "", unit = "", attributes = "", description = ""] = cells(line)
    return {
      name: words(name)[0] ?? "",
      kind: kind === "counter" || kind === "gauge" ? kind : "histogram",
      unit: words(unit)[0] ?? "",
      attributes: words(attributes),
      description
    }
  })

/** The short forms `.x` after a name mean the same with its last words replaced. */
const spanAttributes = (row: string): ReadonlySet<string> => {
  const line = page.split("\n").find((line) => line.startsWith(`| ${row} |`)) ?? ""
  let last = ""
  return new Set(
    words(line).flatMap((word) => {
      if (!word.startsWith(".")) {
        last = word.split(".").slice(0, 2).join(".")
        return [word]
      }
      return [last + word]
    })
  )
}

const provoke = Effect.gen(function* () {
  const whole = streamed(
    events.start,
    events.block,
    events.text("a"),
    events.text("b"),
    events.blockStop,
    events.delta,
    events.stop
  )
  const cut = streamed(events.start, events.block, events.text("a"), { fault: reset({ phase: "body" }) })
  const limits = { "anthropic-ratelimit-requests-limit": "50", "anthropic-ratelimit-requests-remaining": "41" }
  const played = script(reset(), refusal(529, "overloaded_error", limits), ok("there", limits), whole, cut)
  const { seen, tracer } = recordingTracer()
  const stream = Effect.either(Stream.runDrain(Claude.stream(request)))
  yield* inTime(
    Effect.all([Claude.create(request), stream, stream]).pipe(
      Effect.provide(client(played)),
      Effect.provide(Telemetry.layer({ names: "both", content: true })),
      Effect.withTracer(tracer)
    )
  )
  return seen()
})

describe("the page on telemetry", () => {
  it("lists every metric as the code has it", () => {
    assert.deepStrictEqual(
      documented,
      instruments.map(({ definition }) => definition)
    )
    assert.isAbove(documented.length, 20)
  })

  it.effect("lists every label that a metric gets", () =>
    Effect.gen(function* () {
      yield* provoke
      const known = new Map(documented.map((row) => [row.name, row]))
      const got = snapshot().filter(({ name }) => known.has(name))
      assert.isAbove(new Set(got.map(({ name }) => name)).size, 15)
      for (const { labels, name } of got) {
        const row = known.get(name)
        assert.includeMembers([...(row?.attributes ?? []), "unit"], Object.keys(labels), name)
        assert.strictEqual(labels["unit"], row?.unit)
      }
    })
  )

  it.effect("lists every attribute and every event of the spans", () =>
    Effect.gen(function* () {
      const spans = yield* provoke
      const failed = spanAttributes("either, failed")
      const call = new Set([...spanAttributes("call"), ...spanAttributes("call, with `content`"), ...failed])
      const attempt = new Set([...spanAttributes("attempt"), ...failed])
      assert.isAbove(spans.length, 5)
      for (const { attributes, events, name } of spans) {
        const known = name.startsWith("chat") ? call : attempt
        assert.deepStrictEqual(
          Object.keys(attributes).filter((key) => !known.has(key)),
          [],
          name
        )
        for (const event of events) assert.include(page, `\`${event.name}\``)
      }
    })
  )
})
