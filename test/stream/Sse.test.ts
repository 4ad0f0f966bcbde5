import { assert, describe, it } from "@effect/vitest"
import { Chunk, Effect, Either, Stream } from "effect"
import * as FastCheck from "effect/FastCheck"
import { SseParser } from "../../src/stream/internal/sseParser.js"
import * as Sse from "../../src/stream/Sse.js"
import type { Event } from "./sseSupport.js"
import { bytesOf, cuts, eventBytes, reference, splitAt } from "./sseSupport.js"

const parse = (chunks: ReadonlyArray<string | Uint8Array>, options?: Sse.Options) => {
  const parser = Sse.make(options)
  const events: Array<Event> = []
  const failures = chunks.map((chunk) =>
    parser.feed(typeof chunk === "string" ? bytesOf(chunk) : chunk, (data, event) => events.push({ event, data }))
  )
  return { events, failure: failures.at(-1) }
}

const pairs = (chunks: ReadonlyArray<string | Uint8Array>) =>
  parse(chunks).events.map(({ data, event }): [string | undefined, string] => [event, data])

const error = `{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}`

type Vector = [title: string, chunks: ReadonlyArray<string>, events: ReadonlyArray<[name: unknown, data: string]>]

const vectors: ReadonlyArray<Vector> = [
  ["a name and data, line by line", ["event: foo\n", 'data: {"foo":true}\n', "\n"], [["foo", '{"foo":true}']]],
  ["data without a name", ['data: {"foo":true}\n', "\n"], [[undefined, '{"foo":true}']]],
  ["a name without data", ["event: foo\n", "\n"], [["foo", ""]]],
  [
    "two names without data",
    ["event: foo\n", "\n", "event: ping\n", "\n"],
    [
      ["foo", ""],
      ["ping", ""]
    ]
  ],
  [
    "two events",
    ["event: foo\ndata: 1\n\nevent: ping\ndata: 2\n\n"],
    [
      ["foo", "1"],
      ["ping", "2"]
    ]
  ],
  [
    "data over many lines",
    ['event: ping\ndata: {\ndata: "foo":\ndata: \ndata:\ndata: true}\n\n'],
    [["ping", '{\n"foo":\n\n\ntrue}']]
  ],
  ["escaped line feeds in data", ['data: {"a":"x\\n\\ny"}\n\n'], [[undefined, '{"a":"x\\n\\ny"}']]],
  ["U+2028, U+2029, U+0085, which end no line", ["data: \u2028\u2029\u0085\n\n"], [[undefined, "\u2028\u2029\u0085"]]],
  ["an error event as any other", [`event: error\ndata: ${error}\n\n`], [["error", error]]],
  ["LF", ["event: a\ndata: 1\n\n"], [["a", "1"]]],
  ["CRLF", ["event: a\r\ndata: 1\r\n\r\n"], [["a", "1"]]],
  ["CR", ["event: a\rdata: 1\r\r"], [["a", "1"]]],
  ["CRLF cut between CR and LF", ["event: a\r", "\ndata: 1\r", "\n\r", "\n"], [["a", "1"]]],
  ["mixed line ends", ["event: a\rdata: 1\r\ndata: 2\n\r\n"], [["a", "1\n2"]]],
  ["a byte order mark at the start", ["\ufeffevent: a\ndata: 1\n\n"], [["a", "1"]]],
  ["the end of the stream before the blank line", ["event: a\ndata: 1\n"], []],
  ["the end of the stream inside a line", ["event: a\ndata: 1"], []],
  ["a last blank line of CR", ["event: a\ndata: 1\n\r"], [["a", "1"]]],
  ["a last blank line of two CR", ["data: 1\r\r"], [[undefined, "1"]]],
  ["a comment before", [": hi\n\nevent: a\ndata: 1\n\n"], [["a", "1"]]],
  ["id and retry", ["id: 7\nretry: 10\nevent: a\ndata: 1\n\n"], [["a", "1"]]],
  ["no space after the colon", ["event:a\ndata:1\n\n"], [["a", "1"]]],
  ["two spaces after the colon", ["data:  1\n\n"], [[undefined, " 1"]]],
  ["a field without a colon", ["data\n\n"], [[undefined, ""]]],
  ["an empty name", ["event:\ndata: 1\n\n"], [["", "1"]]],
  ["fields that only begin like ours", ["database: 1\neventual: 2\ndata: 3\n\n"], [[undefined, "3"]]],
  ["blank lines alone", ["\n\n\r\r\n\n"], []],
  ["nothing", ["", ""], []]
]

describe("Sse.make", () => {
  for (const [title, chunks, events] of vectors) {
    it(`reads ${title}`, () => assert.deepStrictEqual(pairs(chunks), events))

    it(`reads ${title}, byte by byte`, () => {
      const bytes = bytesOf(chunks.join(""))
      assert.deepStrictEqual(pairs(Array.from(bytes, (byte) => new Uint8Array([byte]))), events)
    })
  }

  it("keeps characters whole when chunks cut them", () => {
    const bytes = bytesOf("data: известни\n\n")
    const chunks = [bytes.slice(0, 7), bytes.slice(7, 11), bytes.slice(11)]
    assert.deepStrictEqual(pairs(chunks), [[undefined, "известни"]])
  })

  it("reads a byte that is no UTF-8 as U+FFFD", () => {
    const bytes = bytesOf("data: a_b\n\n")
    bytes[7] = 0xff
    assert.deepStrictEqual(pairs([bytes]), [[undefined, "a\ufffdb"]])
  })

  // The official SDK takes a mark off the start of every line; the specification, off the start of the stream alone.
  it("takes a byte order mark for a character anywhere but at the start", () => {
    assert.deepStrictEqual(pairs(["event: a\n\ufeffdata: 1\ndata: 2\n\n"]), [["a", "2"]])
  })

  it("does not keep the caller's buffer", () => {
    const parser = Sse.make()
    const events: Array<string> = []
    const bytes = bytesOf("data: a€b\n\n")
    const buffer = new Uint8Array(8)
    buffer.set(bytes.subarray(0, 8))
    parser.feed(buffer, (data) => events.push(data))
    buffer.fill(0)
    parser.feed(bytes.subarray(8), (data) => events.push(data))
    assert.deepStrictEqual(events, ["a€b"])
  })

  it("gives the same events for any split of any bytes, and those of the specification", () => {
    FastCheck.assert(
      FastCheck.property(eventBytes, cuts, (bytes, at) => {
        const expected = reference(bytes)
        assert.deepStrictEqual(parse([bytes]).events, expected)
        assert.deepStrictEqual(parse(splitAt(bytes, at)).events, expected)
        assert.deepStrictEqual(parse(Array.from(bytes, (byte) => new Uint8Array([byte]))).events, expected)
      }),
      { numRuns: 1000 }
    )
  })
})

describe("Sse.make, on events that are too large", () => {
  it("fails with the limit after the events before it, and for ever", () => {
    const { events, failure } = parse(["data: ok\n\ndata: 0123456789\n\n", "data: ok\n\n"], { maxEventSize: 12 })
    assert.deepStrictEqual(
      events.map((event) => event.data),
      ["ok"]
    )
    assert.instanceOf(failure, Sse.EventTooLarge)
    assert.strictEqual(failure?.maxEventSize, 12)
  })

  it("takes lines and data of exactly the limit", () => {
    const { events, failure } = parse(["data: 1234\ndata: 678\ndata:\n\n"], { maxEventSize: 10 })
    assert.isUndefined(failure)
    assert.deepStrictEqual(
      events.map((event) => event.data),
      ["1234\n678\n"]
    )
  })

  it("fails before the line has ended", () => {
    assert.instanceOf(parse(["data: ", "12", "34", "56"], { maxEventSize: 11 }).failure, Sse.EventTooLarge)
    assert.isUndefined(parse(["data: ", "12", "34", "56"], { maxEventSize: 12 }).failure)
  })

  it("counts bytes, not characters", () => {
    assert.isUndefined(parse(["data: €€\n\n"], { maxEventSize: 12 }).failure)
    assert.instanceOf(parse(["data: €€\n\n"], { maxEventSize: 11 }).failure, Sse.EventTooLarge)
    assert.isUndefined(parse(["data: 😀\n\n"], { maxEventSize: 10 }).failure)
    assert.instanceOf(parse(["data: 😀\n\n"], { maxEventSize: 9 }).failure, Sse.EventTooLarge)
  })

  it("holds for many small data lines together", () => {
    assert.instanceOf(parse(["data: 12\n".repeat(10)], { maxEventSize: 20 }).failure, Sse.EventTooLarge)
  })

  it("gives the same events and the same verdict for any split", () => {
    FastCheck.assert(
      FastCheck.property(eventBytes, cuts, FastCheck.integer({ min: 1, max: 40 }), (bytes, at, maxEventSize) => {
        const whole = parse([bytes], { maxEventSize })
        const split = parse(splitAt(bytes, at), { maxEventSize })
        assert.deepStrictEqual(split.events, whole.events)
        assert.strictEqual(split.failure === undefined, whole.failure === undefined)
      }),
      { numRuns: 500 }
    )
  })
})

describe("Sse.make, by the work it does", () => {
  const workOf = (bytes: Uint8Array, chunkSize: number, maxEventSize = Sse.defaultMaxEventSize) => {
    const parser = new SseParser(maxEventSize)
    let events = 0
    for (let at = 0; at < bytes.length; at += chunkSize) {
      parser.feed(bytes.subarray(at, at + chunkSize), () => events++)
    }
    const { decoded, joined, scanned } = parser.work
    return { events, perByte: (decoded + joined + scanned) / bytes.length }
  }

  const large = bytesOf(`data: ${"x".repeat(2_000_000)}\n\n`)
  const many = bytesOf("event: a\ndata: 0123456789\n\n".repeat(50_000))
  const crlf = bytesOf("event: a\r\ndata: 0123456789\r\n\r\n".repeat(50_000))

  for (const chunkSize of [7, 1400, 65_536, 4_000_000]) {
    it(`is linear for one event of 2 MB in chunks of ${chunkSize}`, () => {
      const { events, perByte } = workOf(large, chunkSize)
      assert.strictEqual(events, 1)
      assert.isBelow(perByte, 5)
    })

    it(`is linear for 50,000 events in chunks of ${chunkSize}, with either line end`, () => {
      for (const bytes of [many, crlf]) {
        const { events, perByte } = workOf(bytes, chunkSize)
        assert.strictEqual(events, 50_000)
        assert.isBelow(perByte, 5)
      }
    })
  }

  it("stays linear where sizes must be measured exactly", () => {
    assert.isBelow(workOf(large, 7, 2_000_006).perByte, 7)
    assert.strictEqual(workOf(large, 7, 2_000_006).events, 1)
  })

  it("joins a line that came in pieces once", () => {
    const parser = new SseParser(Sse.defaultMaxEventSize)
    for (const byte of bytesOf("data: 0123456789\n\n")) parser.feed(new Uint8Array([byte]), () => {})
    assert.strictEqual(parser.work.joined, "data: 0123456789".length)
  })
})

describe("Sse.decode", () => {
  const bytes = Stream.make("event: a\nda", "ta: 1\n\ndata: 2\n\nda", "ta: 3").pipe(Stream.encodeText)

  it.effect("decodes a stream of bytes", () =>
    Effect.gen(function* () {
      const events = yield* Stream.runCollect(Sse.decode(bytes))
      assert.deepStrictEqual(Chunk.toReadonlyArray(events), [
        { event: "a", data: "1" },
        { event: undefined, data: "2" }
      ])
    })
  )

  it.effect("starts anew each time it is run, in either form", () =>
    Effect.gen(function* () {
      const decoded = bytes.pipe(Sse.decode())
      yield* Stream.runDrain(decoded)
      assert.strictEqual(yield* Stream.runCount(decoded), 2)
    })
  )

  it.effect("delivers what was complete before a failure of the bytes", () =>
    Effect.gen(function* () {
      const seen: Array<string> = []
      const result = yield* Sse.decode(Stream.concat(bytes, Stream.fail("reset"))).pipe(
        Stream.runForEach((event) => Effect.sync(() => seen.push(event.data))),
        Effect.either
      )
      assert.deepStrictEqual(seen, ["1", "2"])
      assert.deepStrictEqual(result, Either.left("reset"))
    })
  )

  it.effect("fails with EventTooLarge after the events of the same chunk", () =>
    Effect.gen(function* () {
      const seen: Array<string> = []
      const chunk = Stream.make(bytesOf("data: 1\n\ndata: 0123456789\n\ndata: 2\n\n"))
      const failure = yield* chunk.pipe(
        Sse.decode({ maxEventSize: 12 }),
        Stream.runForEach((event) => Effect.sync(() => seen.push(event.data))),
        Effect.flip
      )
      assert.deepStrictEqual(seen, ["1"])
      assert.strictEqual(failure._tag, "EventTooLarge")
      assert.include(failure.message, "12 bytes")
    })
  )
})
