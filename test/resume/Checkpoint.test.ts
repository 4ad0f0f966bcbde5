import { assert, describe, it } from "@effect/vitest"
import { assertLeft, assertNone, assertRight, assertTrue, deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { Duration, Effect, FastCheck, Option, Redacted, Schema, TestClock } from "effect"
import * as Checkpoint from "../../src/resume/Checkpoint.js"
import * as MessageRequest from "../../src/schema/MessageRequest.js"
import {
  blockStart,
  blockStop,
  emptyText,
  json,
  messageDelta,
  messageStart,
  messageStop,
  signature,
  text,
  thinking,
  toolUse
} from "../stream/fixtures.js"
import { baseUrl, cut, emitted, events, journal, open, request, seam, segment } from "./checkpointFixtures.js"

const folded = (...records: ReadonlyArray<Checkpoint.JournalRecord>) =>
  Effect.map(open("a"), (first) => Option.getOrThrow(Checkpoint.fold([first, ...records])))

const emptyThinking = { type: "thinking", thinking: "", signature: "" }

const thought = [blockStart(0, emptyThinking), thinking(0, "hm"), signature(0, "sig"), blockStop(0)]

const withSecrets = MessageRequest.make({
  ...request,
  mcp_servers: [
    { type: "url", name: "open", url: "https://example.com/a" },
    { type: "url", name: "shut", url: "https://example.com/b", authorization_token: "canary-mcp" }
  ],
  fallback_credit_token: { token: "canary-credit", mode: "strict" }
})

describe("Checkpoint.fold", () => {
  it.effect("adds up what was asked, delivered, cut, joined and completed", () =>
    Effect.gen(function* () {
      const first = yield* open("a")
      const records = journal(first)
      const checkpoint = Option.getOrThrow(Checkpoint.fold(records))
      strictEqual(checkpoint.id, "a")
      strictEqual(checkpoint.status, "complete")
      strictEqual(checkpoint.updatedAt, 5_000)
      strictEqual(Checkpoint.text(checkpoint), "A red fox 狐🦊\n🦊")
      strictEqual(Checkpoint.message(checkpoint)?.stop_reason, "end_turn")
      deepStrictEqual(checkpoint.segments, [segment])
      deepStrictEqual(checkpoint.seams, [seam])
      strictEqual(checkpoint.events.length, 11)
      assertTrue(Checkpoint.isCheckpoint(checkpoint))
    })
  )

  it.effect("is running until the journal says that the message is whole", () =>
    Effect.gen(function* () {
      const records = journal(yield* open("a"))
      for (let count = 1; count < records.length; count++) {
        strictEqual(Option.getOrThrow(Checkpoint.fold(records.slice(0, count))).status, "running")
      }
    })
  )

  it.effect("begins anew with each first record, and is nothing without one", () =>
    Effect.gen(function* () {
      const [first, ...rest] = journal(yield* open("a"))
      assertNone(Checkpoint.fold(rest))
      const again = yield* open("b")
      if (first === undefined) return assert.fail()
      deepStrictEqual(Checkpoint.fold([first, ...rest, again]), Checkpoint.fold([again]))
    })
  )

  it.effect("encodes to JSON and decodes to the same", () =>
    Effect.gen(function* () {
      const checkpoint = yield* folded(...journal(yield* open("a")).slice(1))
      const decode = Schema.decodeUnknownSync(Schema.parseJson(Checkpoint.Checkpoint))
      deepStrictEqual(decode(JSON.stringify(checkpoint)), checkpoint)
    })
  )
})

describe("Checkpoint.opened", () => {
  it.effect("expires after a day, unless it is told when", () =>
    Effect.gen(function* () {
      yield* TestClock.adjust("1 second")
      const first = yield* open("a")
      strictEqual(first.createdAt, 1_000)
      strictEqual(first.expiresAt, 1_000 + 24 * 3_600_000)
      strictEqual((yield* open("a", { timeToLive: "1 minute" })).expiresAt, 61_000)
      const endless = yield* Checkpoint.opened({ id: "a", request, baseUrl, timeToLive: Duration.infinity })
      strictEqual(JSON.parse(JSON.stringify(endless)).expiresAt, endless.expiresAt)
    })
  )

  it.effect("leaves the secret fields out, and says which", () =>
    Effect.gen(function* () {
      const first = yield* Checkpoint.opened({ id: "a", request: withSecrets, baseUrl })
      deepStrictEqual(first.omitted, ["/mcp_servers/1/authorization_token", "/fallback_credit_token"])
      assert.notInclude(JSON.stringify(first), "canary")
      assert.include(JSON.stringify(first), "https://example.com/b")
    })
  )

  it.effect("gives the request back as it was, once the secret fields are given again", () =>
    Effect.gen(function* () {
      const first = yield* Checkpoint.opened({ id: "a", request: withSecrets, baseUrl })
      const checkpoint = Option.getOrThrow(Checkpoint.fold([first]))
      assertLeft(Checkpoint.requestWith(checkpoint), first.omitted)
      const token = { "/mcp_servers/1/authorization_token": Redacted.make("canary-mcp") }
      assertLeft(Checkpoint.requestWith(checkpoint, token), ["/fallback_credit_token"])
      const all = { ...token, "/fallback_credit_token": Redacted.make({ token: "canary-credit", mode: "strict" }) }
      assertRight(Checkpoint.requestWith(checkpoint, all), withSecrets)
    })
  )
})

describe("Checkpoint.fingerprint", () => {
  const of = (request: object, url = baseUrl) =>
    Checkpoint.fingerprint({ ...MessageRequest.make({ model: "m", max_tokens: 1, messages: [] }), ...request }, url)

  it("does not change with the order of keys, absent fields, `stream`, or a renewed token", () => {
    const one = Checkpoint.fingerprint(withSecrets, baseUrl)
    const { mcp_servers, messages, ...rest } = withSecrets
    const again = MessageRequest.make({
      messages,
      mcp_servers: mcp_servers.map((server) =>
        "authorization_token" in server ? { ...server, authorization_token: "new" } : server
      ),
      ...rest,
      fallback_credit_token: "another",
      stream: true,
      system: undefined
    })
    strictEqual(Checkpoint.fingerprint(again, `${baseUrl}/`), one)
    assert.match(one, /^[0-9a-f]{64}$/)
  })

  it("changes with anything that is sent, and with where it is sent", () => {
    const different = [
      of({}),
      of({}, "http://127.0.0.1:1"),
      of({ max_tokens: 2 }),
      of({ messages: [{ role: "user", content: "a" }] }),
      of({ messages: [{ role: "user", content: ["a"] }] }),
      of({ stop_sequences: ["a", "b"] }),
      of({ stop_sequences: ["b", "a"] }),
      of({ stop_sequences: ['a","b'] }),
      of({ workspace_id: "w" }),
      of({ metadata: { user_id: null } }),
      of({ metadata: {} })
    ]
    strictEqual(new Set(different).size, different.length)
  })

  it("is one for an unknown thing and for what it is sent as", () => {
    const raw = { type: "compaction", content: "So far" }
    strictEqual(
      of({ messages: [{ role: "assistant", content: [{ type: "unknown", raw }] }] }),
      of({ messages: [{ role: "assistant", content: [raw] }] })
    )
  })
})

describe("Checkpoint.cursor", () => {
  it.effect("counts what was delivered of the last block: text, thinking, or a tool's input", () =>
    Effect.gen(function* () {
      deepStrictEqual(Checkpoint.cursor(yield* folded()), { block: 0, offset: 0 })
      const start = [messageStart(), blockStart(0, emptyThinking), thinking(0, "hm")]
      deepStrictEqual(Checkpoint.cursor(yield* folded(emitted(...start))), { block: 0, offset: 2 })
      const more = [...start, blockStop(0), blockStart(1, { type: "text", text: "A" }), text(1, " 狐🦊")]
      deepStrictEqual(Checkpoint.cursor(yield* folded(emitted(...more))), { block: 1, offset: 5 })
      const tool = [...more, blockStop(1), blockStart(2, toolUse("t", "f")), json(2, '{"a')]
      deepStrictEqual(Checkpoint.cursor(yield* folded(emitted(...tool))), { block: 2, offset: 3 })
    })
  )

  it("never goes back", () => {
    const piece = FastCheck.string({ unit: "grapheme", maxLength: 8 })
    FastCheck.assert(
      FastCheck.property(FastCheck.array(FastCheck.array(piece)), (blocks) => {
        const all = events(
          messageStart(),
          ...blocks.flatMap((pieces, index) => [
            blockStart(index, emptyText),
            ...pieces.map((piece) => text(index, piece)),
            blockStop(index)
          ])
        )
        let last = Checkpoint.initialCursor
        for (const event of all) {
          const next = Checkpoint.advance(last, event)
          assertTrue(next.block > last.block || (next.block === last.block && next.offset >= last.offset))
          last = next
        }
        deepStrictEqual(last, {
          block: Math.max(0, blocks.length - 1),
          offset: blocks.at(-1)?.join("").length ?? 0
        })
      })
    )
  })
})

describe("Checkpoint.toTurns", () => {
  const turns = (...wire: ReadonlyArray<unknown>) =>
    Effect.map(folded(emitted(...wire)), (checkpoint) => Checkpoint.toTurns(checkpoint).slice(request.messages.length))

  const signed = { type: "thinking", thinking: "hm", signature: "sig" } as const

  it.effect("begins with the conversation that was asked with", () =>
    Effect.gen(function* () {
      deepStrictEqual(Checkpoint.toTurns(yield* folded()), request.messages)
      const answered = yield* folded(emitted(messageStart(), blockStart(0, emptyText), text(0, "A")))
      deepStrictEqual(Checkpoint.toTurns(answered), [
        ...request.messages,
        { role: "assistant", content: [{ type: "text", text: "A" }] }
      ])
    })
  )

  it.effect("has no turn of the assistant where nothing can be sent back", () =>
    Effect.gen(function* () {
      deepStrictEqual(yield* turns(messageStart()), [])
      deepStrictEqual(yield* turns(messageStart(), blockStart(0, emptyThinking), thinking(0, "hm")), [])
      deepStrictEqual(yield* turns(messageStart(), blockStart(0, emptyText), text(0, " \n")), [])
    })
  )

  it.effect("keeps whole and signed thinking unmodified, and drops any other", () =>
    Effect.gen(function* () {
      const said = [blockStart(1, emptyText), text(1, "A")]
      const content = [signed, { type: "text", text: "A" } as const]
      deepStrictEqual(yield* turns(messageStart(), ...thought, ...said), [{ role: "assistant", content }])
      const unsigned = thought.filter((_, at) => at !== 2)
      deepStrictEqual(yield* turns(messageStart(), ...unsigned, ...said), [
        { role: "assistant", content: content.slice(1) }
      ])
      const open = thought.slice(0, 3)
      deepStrictEqual(yield* turns(messageStart(), ...open, ...said), [
        { role: "assistant", content: content.slice(1) }
      ])
    })
  )

  it.effect("keeps a whole tool call, and drops one whose input was cut off", () =>
    Effect.gen(function* () {
      const call = [blockStart(0, toolUse("t", "f")), json(0, '{"a":1}')]
      deepStrictEqual(yield* turns(messageStart(), ...call, blockStop(0)), [
        { role: "assistant", content: [{ type: "tool_use", id: "t", name: "f", input: { a: 1 } }] }
      ])
      deepStrictEqual(yield* turns(messageStart(), ...call), [])
      const half = [blockStart(0, toolUse("t", "f")), json(0, '{"a":'), blockStop(0)]
      deepStrictEqual(yield* turns(messageStart(), ...half), [])
    })
  )

  it.effect("keeps the call of a server tool with its result alone, but in a message that is complete", () =>
    Effect.gen(function* () {
      const call = { type: "server_tool_use", id: "s", name: "web_search", input: {} }
      const result = { type: "web_search_tool_result", tool_use_id: "s", content: [] }
      const called = [messageStart(), blockStart(0, call), blockStop(0)]
      const typesOf = (found: ReadonlyArray<MessageRequest.MessageParam>) =>
        found.flatMap(({ content }) => (typeof content === "string" ? [] : content.map((block) => block.type)))
      deepStrictEqual(typesOf(yield* turns(...called)), [])
      deepStrictEqual(typesOf(yield* turns(...called, blockStart(1, result), blockStop(1))), [
        "server_tool_use",
        "web_search_tool_result"
      ])
      const paused = messageDelta({ stop_reason: "pause_turn", stop_sequence: null })
      deepStrictEqual(typesOf(yield* turns(...called, paused, messageStop)), ["server_tool_use"])
    })
  )

  it.effect("drops thinking from behind a seam, whose signature is bound to what was asked there", () =>
    Effect.gen(function* () {
      const marker = (fields: object): Checkpoint.Delivered => ({
        type: "resume",
        status: "resumed",
        attempt: 2,
        cut,
        ...fields
      })
      const said = events(messageStart(), blockStart(0, emptyText), text(0, "A"))
      const later = events(
        blockStop(0),
        blockStart(1, emptyThinking),
        thinking(1, "so"),
        signature(1, "bound"),
        blockStop(1),
        blockStart(2, emptyText),
        text(2, "B")
      )
      const contentBehind = (marker: Checkpoint.Delivered) =>
        Effect.map(
          folded({ type: "emitted", events: [...said, marker, ...later] }),
          (checkpoint) => Checkpoint.toTurns(checkpoint).at(-1)?.content
        )
      const bound = { type: "thinking", thinking: "so", signature: "bound" } as const
      deepStrictEqual(yield* contentBehind(marker({ seam: { certain: true, before: "A", after: "B" } })), [
        { type: "text", text: "A" },
        { type: "text", text: "B" }
      ])
      // begun again from nothing, it was asked for with the same words as the first time
      deepStrictEqual(yield* contentBehind(marker({ withdrawn: [{ index: 0, type: "text" }] })), [
        bound,
        { type: "text", text: "B" }
      ])
    })
  )
})
