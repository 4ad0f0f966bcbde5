import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { gunzipSync } from "node:zlib"
import { Fault } from "../../src/simulator/index.js"
import type { Simulator } from "../../src/simulator/index.js"
import {
  ask,
  dechunk,
  eventsOf,
  eventually,
  get,
  keptConnection,
  post,
  rawPost,
  send,
  start,
  stream,
  textOf,
  withFaults
} from "./support.js"

const question = "Describe a harbour in 60 words."
const streaming = { ...ask(question), stream: true }

/** The bytes of the body without a fault. Ids differ from request to request, not in length. */
const wholeBody = Effect.gen(function* () {
  const simulator = yield* start()
  const { text } = yield* post(simulator, streaming)
  return Buffer.from(text)
})

const lastEntry = (simulator: Simulator.Service) => Effect.map(simulator.log, (log) => log[log.length - 1])

describe("cuts in the body", () => {
  for (const [how, make, ended] of [
    ["RST", Fault.resetAt, "ECONNRESET"],
    ["FIN", Fault.finAt, "end"]
  ] as const) {
    it.scopedLive(
      `${how} comes after exactly so many bytes of a stream, and not at the end of a chunk`,
      () =>
        Effect.gen(function* () {
          const whole = yield* wholeBody
          for (const at of [0, 1, 17, 500, 501, 1203, whole.length - 1]) {
            const simulator = yield* withFaults(make(at))
            const raw = yield* rawPost(simulator, streaming)
            const { body, head, terminated } = dechunk(raw.bytes)
            assert.strictEqual(raw.ended, ended, `at ${at}`)
            assert.isFalse(terminated)
            assert.strictEqual(body.length, at)
            assert.isTrue(body.equals(whole.subarray(0, at)))
            assert.match(head, /transfer-encoding: chunked/i)
            const entry = yield* lastEntry(simulator)
            assert.strictEqual(entry?.bytesSent, at)
            assert.strictEqual(entry?.outcome, "cut")
          }
        }),
      60_000
    )
  }

  it.scopedLive("RST comes after exactly so many bytes of a unary answer", () =>
    Effect.gen(function* () {
      const simulator = yield* withFaults(Fault.resetAt(100))
      const { bytes, ended } = yield* rawPost(simulator, ask(question))
      assert.strictEqual(ended, "ECONNRESET")
      assert.strictEqual(bytes.length - bytes.indexOf("\r\n\r\n") - 4, 100)
    })
  )

  it.scopedLive(
    "a place may be told by events, by text, or by the type of an event or delta, with bytes of the next",
    () =>
      Effect.gen(function* () {
        const whole = eventsOf((yield* wholeBody).toString())
        const cases: ReadonlyArray<readonly [Fault.Position, (events: number, text: string, body: Buffer) => boolean]> =
          [
            [{ event: 3 }, (events) => events === 3],
            [{ text: 30 }, (_, text) => text.length >= 30 && text.length < 60],
            [{ text: 0 }, (events) => events === 0],
            [{ after: "ping" }, (events) => events === 3],
            [{ after: "text_delta", nth: 2 }, (events) => events === 5],
            [{ after: "message_delta" }, (events) => events === whole.length - 1],
            [{ after: "never" }, (events) => events === whole.length],
            [{ event: 3, plus: 9 }, (events, _, body) => events === 3 && body.toString().endsWith("\n\nevent: co")]
          ]
        for (const [position, holds] of cases) {
          const simulator = yield* withFaults(Fault.resetAt(position))
          const { body } = dechunk((yield* rawPost(simulator, streaming)).bytes)
          const complete = body.toString().slice(0, body.lastIndexOf("\n\n") + 2)
          const events = complete === "\n" ? [] : eventsOf(complete.trim() === "" ? "" : complete)
          assert.isTrue(holds(events.length, textOf(events), body), JSON.stringify(position))
          assert.strictEqual((yield* lastEntry(simulator))?.eventsSent, events.length)
          assert.strictEqual((yield* lastEntry(simulator))?.textSent, textOf(events))
        }
      }),
    60_000
  )

  it.scopedLive("a clean end is one by HTTP: the last chunk comes, message_stop does not", () =>
    Effect.gen(function* () {
      const simulator = yield* withFaults(Fault.endAt({ text: 20 }), Fault.endAt({ after: "message_delta" }))
      const cut = eventsOf((yield* post(simulator, streaming)).text)
      assert.strictEqual(cut[cut.length - 1]?.event, "content_block_delta")
      const almost = eventsOf((yield* post(simulator, streaming)).text)
      assert.strictEqual(almost[almost.length - 1]?.event, "message_delta")
      assert.deepStrictEqual(
        (yield* simulator.log).map((entry) => entry.outcome),
        ["cut", "cut"]
      )
    })
  )

  it.scopedLive("a stall is silence on an open connection, for ever or for a time", () =>
    Effect.gen(function* () {
      const simulator = yield* withFaults(Fault.stallAt({ text: 20 }, "50 millis"), Fault.stallAt({ text: 20 }))
      const events = yield* stream(simulator, ask(question))
      assert.strictEqual(events[events.length - 1]?.event, "message_stop")
      const result = yield* stream(simulator, ask(question)).pipe(Effect.timeoutOption("200 millis"))
      assert.strictEqual(result._tag, "None")
    })
  )

  it.scopedLive("pings go on while nothing else does", () =>
    Effect.gen(function* () {
      const simulator = yield* withFaults(Fault.pingsAt({ text: 20 }, { every: "5 millis", duration: "40 millis" }))
      const events = yield* stream(simulator, ask(question))
      assert.strictEqual(events.filter(({ event }) => event === "ping").length, 9)
      assert.strictEqual(events[events.length - 1]?.event, "message_stop")
    })
  )

  it.scopedLive("a chunk without a size is no chunk", () =>
    Effect.gen(function* () {
      const simulator = yield* withFaults(Fault.badChunkAt({ text: 20 }))
      const { bytes } = yield* rawPost(simulator, streaming)
      assert.include(bytes.toString(), "\r\nnot-a-size\r\n")
    })
  )

  it.scopedLive("content-length may promise too much or too little", () =>
    Effect.gen(function* () {
      const simulator = yield* withFaults(Fault.lengthTooLong(50), Fault.lengthTooShort(20))
      const long = yield* rawPost(simulator, ask(question))
      const declared = (text: string) => Number(/content-length: (\d+)/i.exec(text)?.[1])
      const sent = (bytes: Buffer) => bytes.length - bytes.indexOf("\r\n\r\n") - 4
      assert.strictEqual(declared(long.bytes.toString()), sent(long.bytes) + 50)
      assert.strictEqual(long.ended, "end")
      const short = yield* rawPost(simulator, ask(question))
      assert.strictEqual(declared(short.bytes.toString()), sent(short.bytes) - 20)
    })
  )

  it.scopedLive("JSON may stop in the middle, with a length that fits", () =>
    Effect.gen(function* () {
      const simulator = yield* withFaults(Fault.brokenJson())
      const { status, text } = yield* post(simulator, ask(question))
      assert.strictEqual(status, 200)
      assert.throws(() => JSON.parse(text))
      assert.isTrue(text.startsWith('{"model"'))
    })
  )

  it.scopedLive("gzip may be damaged, or end too early", () =>
    Effect.gen(function* () {
      const simulator = yield* withFaults(Fault.gzipCorrupt(), Fault.gzipTruncated())
      for (let nth = 0; nth < 2; nth++) {
        const until = (bytes: Buffer) => bytes.includes("\r\n\r\n") && bytes.length > 400
        const { bytes } = yield* rawPost(simulator, ask(question), { until })
        assert.match(bytes.toString("latin1"), /content-encoding: gzip/i)
        assert.throws(() => gunzipSync(bytes.subarray(bytes.indexOf("\r\n\r\n") + 4)))
      }
    })
  )
})

describe("before the answer", () => {
  const cases: ReadonlyArray<readonly [name: string, fault: Fault.Fault, ended: string, starts: string]> = [
    ["RST before the headers", Fault.resetBeforeHeaders(), "ECONNRESET", ""],
    ["FIN before the headers", Fault.finBeforeHeaders(), "end", ""],
    ["RST within the headers", Fault.resetInHeaders(), "ECONNRESET", "HTTP/1.1 200 OK\r\ncontent-type: text/ev"],
    ["FIN within the headers", Fault.finInHeaders(), "end", "HTTP/1.1 200 OK\r\ncontent-type: text/ev"],
    ["RST on accept", Fault.resetOnAccept(), "ECONNRESET", ""],
    ["a garbage status line", Fault.garbageStatusLine(), "end", "SSH-2.0"],
    ["a garbage header", Fault.garbageHeader(), "end", "HTTP/1.1 200 OK\r\n: no name"]
  ]
  for (const [name, fault, ended, starts] of cases) {
    it.scopedLive(`${name} is just that, and the next request is answered`, () =>
      Effect.gen(function* () {
        const simulator = yield* withFaults(fault)
        const raw = yield* rawPost(simulator, streaming)
        assert.strictEqual(raw.ended, ended)
        assert.isTrue(raw.bytes.toString().startsWith(starts))
        assert.strictEqual(starts === "" ? raw.bytes.length : 1, starts === "" ? 0 : 1)
        assert.strictEqual((yield* post(simulator, ask(question))).status, 200)
      })
    )
  }

  it.scopedLive("headers may be larger than clients take", () =>
    Effect.gen(function* () {
      const simulator = yield* withFaults(Fault.headerOverflow())
      const error = yield* Effect.flip(post(simulator, ask(question)))
      assert.include(String(error.cause), "Headers Overflow")
    })
  )

  it.scopedLive("RST during the upload comes before the body has arrived", () =>
    Effect.gen(function* () {
      const simulator = yield* withFaults(Fault.resetDuringUpload(1000))
      const body = { ...ask("x".repeat(500_000)) }
      const raw = yield* rawPost(simulator, body, { sendOnly: 2000 })
      assert.strictEqual(raw.ended, "ECONNRESET")
      assert.strictEqual((yield* lastEntry(simulator))?.bodyBytes, 0)
    })
  )

  it.scopedLive("413 comes during the upload, and can be read", () =>
    Effect.gen(function* () {
      const simulator = yield* withFaults(Fault.tooLargeDuringUpload())
      const raw = yield* rawPost(simulator, ask("x".repeat(500_000)), { sendOnly: 2000 })
      assert.match(raw.bytes.toString(), /^HTTP\/1.1 413 [\s\S]*<h1>413 Request Entity Too Large/)
      assert.strictEqual(raw.ended, "end")
      yield* eventually(simulator.log, (log) => log[0]?.outcome === "complete")
    })
  )

  it.scopedLive("a stall before the headers ends when it was given a time", () =>
    Effect.gen(function* () {
      const simulator = yield* withFaults(Fault.stallBeforeHeaders("40 millis"))
      assert.strictEqual((yield* post(simulator, ask(question))).status, 200)
      assert.isAtLeast((yield* lastEntry(simulator))?.duration ?? 0, 38)
    })
  )
})

describe("stale keep-alive", () => {
  for (const how of ["reset", "fin"] as const) {
    it.scopedLive(`the next request on a kept connection gets a ${how}, a fresh connection is served`, () =>
      Effect.gen(function* () {
        const simulator = yield* withFaults(Fault.staleKeepAlive(how))
        const agent = yield* keptConnection
        assert.deepStrictEqual(yield* send(simulator, agent, ask(question)), { reused: false, status: 200 })
        assert.deepStrictEqual(yield* send(simulator, agent, ask(question)), { reused: true, status: "ECONNRESET" })
        assert.deepStrictEqual(yield* send(simulator, agent, ask(question)), { reused: false, status: 200 })
        const log = yield* simulator.log
        assert.deepStrictEqual(
          log.map(({ connection }) => [connection.id, connection.nth]),
          [
            [1, 1],
            [1, 2],
            [2, 1]
          ]
        )
        assert.strictEqual(log[1]?.outcome, "cut")
      })
    )
  }
})

describe("other answers", () => {
  it.scopedLive("have the documented shape, with code, details and headers", () =>
    Effect.gen(function* () {
      const simulator = yield* withFaults(
        Fault.rateLimited({ retryAfter: 7, code: "ramp_limit_exceeded" }),
        Fault.rateLimited({ retryAfterMs: 302539000 }),
        Fault.rateLimited({ retryAt: -60 }),
        Fault.rateLimited({ retryAt: 3600 }),
        Fault.overloaded(),
        Fault.serverError(504),
        Fault.apiError({ status: 400, type: "invalid_request_error", details: { a: 1 }, shouldRetry: false })
      )
      const got = yield* Effect.all(Array.from({ length: 7 }, () => post(simulator, ask(question))))
      assert.deepStrictEqual(
        got.map(({ status }) => status),
        [429, 429, 429, 429, 529, 504, 400]
      )
      assert.strictEqual(got[0]?.json.error.details.error_code, "ramp_limit_exceeded")
      assert.strictEqual(got[0]?.headers.get("retry-after"), "7")
      assert.strictEqual(got[1]?.headers.get("retry-after-ms"), "302539000")
      const time = (nth: number, header: string) => Date.parse(got[nth]?.headers.get(header) ?? "")
      assert.isBelow(time(2, "retry-after"), time(2, "date"))
      assert.isAbove(time(3, "retry-after"), time(3, "date"))
      assert.strictEqual(got[4]?.json.error.type, "overloaded_error")
      assert.strictEqual(got[4]?.json.request_id, got[4]?.headers.get("request-id"))
      assert.strictEqual(got[5]?.json.error.type, "timeout_error")
      assert.strictEqual(got[6]?.headers.get("x-should-retry"), "false")
    })
  )

  it.scopedLive("may be HTML, or nothing, without a request id", () =>
    Effect.gen(function* () {
      const teapot = Fault.answer({ status: 418, body: "teapot" })
      const simulator = yield* withFaults(Fault.html(), Fault.html(200), Fault.emptyBody(), teapot)
      const got = yield* Effect.all(Array.from({ length: 4 }, () => post(simulator, ask(question))))
      assert.deepStrictEqual(
        got.map(({ status }) => status),
        [502, 200, 200, 418]
      )
      assert.include(got[0]?.text ?? "", "502 Bad Gateway")
      assert.strictEqual(got[2]?.text, "")
      assert.strictEqual(got[3]?.text, "teapot")
      assert.isTrue(got.every((each) => each.headers.get("request-id") === null))
    })
  )
})

describe("events", () => {
  it.scopedLive("an error event ends the stream, of any type, at any place", () =>
    Effect.gen(function* () {
      const simulator = yield* withFaults(
        Fault.errorEvent(),
        Fault.errorEvent({ at: { event: 0 }, type: "rate_limit_error", code: "ramp_limit_exceeded" }),
        Fault.errorEvent({ at: { text: 30 }, type: "tea_error" })
      )
      const first = yield* stream(simulator, ask(question))
      const error = { type: "overloaded_error", message: "Overloaded" }
      assert.deepStrictEqual<unknown>(first[3]?.data, { type: "error", error })
      assert.strictEqual(first.length, 4)
      const second = yield* stream(simulator, ask(question))
      assert.deepStrictEqual(
        second.map(({ data }) => data.error.details.error_code),
        ["ramp_limit_exceeded"]
      )
      const third = yield* stream(simulator, ask(question))
      assert.isAtLeast(textOf(third).length, 30)
      assert.strictEqual(third[third.length - 1]?.data.error.type, "tea_error")
    })
  )

  it.scopedLive("unknown events, deltas and blocks stand between the others, and change nothing of them", () =>
    Effect.gen(function* () {
      const calm = yield* start()
      const whole = textOf(yield* stream(calm, ask(question)))
      const simulator = yield* withFaults(Fault.unknownEvent(), Fault.unknownDelta(), Fault.unknownBlock())
      const [event, delta, block] = yield* Effect.all([1, 2, 3].map(() => stream(simulator, ask(question))))
      assert.strictEqual(event?.[1]?.event, "message_weather")
      assert.strictEqual(delta?.[3]?.data.delta.type, "colour_delta")
      assert.strictEqual(block?.[1]?.data.content_block.type, "connector_text")
      assert.strictEqual(block?.[3]?.data.index, 1)
      for (const events of [event, delta, block]) assert.strictEqual(textOf(events ?? []), whole)
    })
  )

  it.scopedLive("one event's JSON may not parse", () =>
    Effect.gen(function* () {
      const simulator = yield* withFaults(Fault.malformedEvent({ event: 4 }))
      const { text } = yield* post(simulator, streaming)
      const data = text.split("\n\n").map((part) => part.split("\ndata: ")[1] ?? "{}")
      const broken = data
        .map((json, at) => {
          try {
            JSON.parse(json)
            return -1
          } catch {
            return at
          }
        })
        .filter((at) => at >= 0)
      assert.deepStrictEqual(broken, [4])
    })
  )

  it.scopedLive("a message may stop for any reason, early, and is still a valid one", () =>
    Effect.gen(function* () {
      const simulator = yield* withFaults(Fault.stopsWith("refusal", { text: 20 }), Fault.stopsWith("pause_turn"))
      const events = yield* stream(simulator, ask(question))
      const [last3, last2, last] = events.slice(-3)
      assert.deepStrictEqual([last3?.event, last?.event], ["content_block_stop", "message_stop"])
      assert.strictEqual(last2?.data.delta.stop_reason, "refusal")
      assert.strictEqual(last2?.data.delta.stop_details?.type, "refusal")
      assert.strictEqual((yield* post(simulator, ask(question))).json.stop_reason, "pause_turn")
    })
  )

  for (const kind of ["lf", "crlf", "cr", "bom", "comments", "compact", "fields", "multiline", "mixed"] as const) {
    it.scopedLive(`are the same in another dialect: ${kind}`, () =>
      Effect.gen(function* () {
        const calm = yield* start()
        const plain = yield* stream(calm, ask(question))
        const simulator = yield* withFaults(Fault.dialect(kind))
        const { text } = yield* post(simulator, streaming)
        // A reader by the specification, on the whole text.
        const lines = text.replace(/^\ufeff/, "").replace(/\r\n|\r/g, "\n")
        const events = lines
          .split("\n\n")
          .filter((part) => part.trim() !== "")
          .map((part) => {
            const value = (name: string) =>
              part
                .split("\n")
                .filter((line) => line.startsWith(`${name}:`))
                .map((line) => line.slice(name.length + 1).replace(/^ /, ""))
                .join("\n")
            const data: unknown = JSON.parse(value("data"))
            return { data, event: value("event") }
          })
        assert.deepStrictEqual<unknown>(events.slice(1), plain.slice(1))
      })
    )
  }

  it.scopedLive("come in slices of a byte, or trickle", () =>
    Effect.gen(function* () {
      const simulator = yield* withFaults(Fault.sliced(), Fault.trickle(400, "1 millis"))
      const one = yield* stream(simulator, ask(question))
      const two = yield* stream(simulator, ask(question))
      assert.strictEqual(textOf(one), textOf(two))
      assert.strictEqual(one[one.length - 1]?.event, "message_stop")
    })
  )

  it.scopedLive("come in slices, then break off: two faults on one request", () =>
    Effect.gen(function* () {
      const simulator = yield* withFaults(Fault.both(Fault.sliced(7), Fault.resetAt(333)))
      const raw = yield* rawPost(simulator, streaming)
      assert.strictEqual(dechunk(raw.bytes).body.length, 333)
      assert.strictEqual((yield* lastEntry(simulator))?.fault, "sliced+reset-in-body")
    })
  )
})

describe("who gets a fault", () => {
  const statuses = (simulator: Simulator.Service, count: number) =>
    Effect.map(
      Effect.forEach(Array.from({ length: count }), () => post(simulator, ask(question))),
      (got) => got.map(({ status }) => status)
    )

  it.scopedLive("the next request, one fault each, in order", () =>
    Effect.gen(function* () {
      const simulator = yield* withFaults(Fault.overloaded(), Fault.rateLimited(), Fault.serverError())
      assert.deepStrictEqual(yield* statuses(simulator, 4), [529, 429, 500, 200])
    })
  )

  it.scopedLive("the nth, several, or all", () =>
    Effect.gen(function* () {
      const simulator = yield* withFaults(
        Fault.times(Fault.onRequest(Fault.overloaded(), 2), 2),
        Fault.onRequest(Fault.serverError(), 3)
      )
      assert.deepStrictEqual(yield* statuses(simulator, 6), [200, 529, 529, 200, 500, 200])
      yield* simulator.setFaults([Fault.always(Fault.overloaded())])
      assert.deepStrictEqual(yield* statuses(simulator, 3), [529, 529, 529])
    })
  )

  it.scopedLive("those of a route, or that a predicate holds for", () =>
    Effect.gen(function* () {
      const simulator = yield* withFaults(
        Fault.onRoute(Fault.overloaded(), "models"),
        Fault.onMatch(Fault.serverError(), ({ body }) => JSON.stringify(body).includes("please break"))
      )
      assert.deepStrictEqual(yield* statuses(simulator, 1), [200])
      assert.strictEqual((yield* post(simulator, ask("please break"))).status, 500)
      assert.strictEqual((yield* get(simulator, "/v1/models")).status, 529)
    })
  )

  it.scopedLive("streams alone, where the fault is about events", () =>
    Effect.gen(function* () {
      const simulator = yield* withFaults(Fault.errorEvent())
      assert.deepStrictEqual(yield* statuses(simulator, 1), [200])
      assert.strictEqual((yield* stream(simulator, ask(question))).length, 4)
    })
  )

  it.scopedLive(
    "as the seed draws, the same for the same seed",
    () =>
      Effect.gen(function* () {
        const draw = (seed: string) =>
          Effect.flatMap(start({ faults: [Fault.withProbability(Fault.overloaded(), 0.4)], seed }), (simulator) =>
            statuses(simulator, 40)
          )
        const one = yield* draw("a")
        assert.deepStrictEqual(yield* draw("a"), one)
        assert.notDeepEqual(yield* draw("b"), one)
        const struck = one.filter((status) => status === 529).length
        assert.isTrue(struck > 5 && struck < 30, String(struck))
      }),
    60_000
  )

  it.scopedLive("an injected one comes before those that are planned", () =>
    Effect.gen(function* () {
      const simulator = yield* withFaults(Fault.overloaded())
      yield* simulator.inject(Fault.serverError(), Fault.rateLimited())
      assert.deepStrictEqual(yield* statuses(simulator, 4), [500, 429, 529, 200])
    })
  )

  it.scopedLive("one that acts on the upload does not push in before one that stands first", () =>
    Effect.gen(function* () {
      const simulator = yield* withFaults(Fault.overloaded(), Fault.tooLargeDuringUpload())
      assert.deepStrictEqual(yield* statuses(simulator, 3), [529, 413, 200])
    })
  )
})
