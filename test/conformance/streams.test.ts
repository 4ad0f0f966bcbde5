import Anthropic from "@anthropic-ai/sdk"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Either, FastCheck, Layer } from "effect"
import { Claude, MessageStream, RetryPolicy } from "effect-claude"
import { Arbitraries } from "effect-claude/testing"
import { messageToWire } from "../../src/testing/internal/messageEvents.js"
import { claudeLayer } from "../faults/support/clients.js"
import { frame } from "../stream/fixtures.js"
import { request } from "../support/fixtures.js"
import { chunk, lastChunk, rawServer, streamHead } from "../transport/support/rawServer.js"
import { differences } from "./differences.js"

const question = { ...request, messages: [...request.messages] }

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

type Answer = ReadonlyArray<string | Uint8Array>

/** Both clients, asking a server for the same bytes, each piece a chunk of its own. */
const both = Effect.gen(function* () {
  let answer: Answer = []
  const server = yield* rawServer({
    onRequest: (peer) => {
      peer.write(streamHead)
      for (const piece of answer) peer.write(chunk(piece))
      peer.write(lastChunk)
    }
  })
  const layer = yield* Layer.build(claudeLayer("NodeClaude", { baseUrl: server.url, retry: RetryPolicy.never }))
  const client = new Anthropic({ apiKey: "sk-ant-witness", baseURL: server.url, maxRetries: 0 })
  return async (pieces: Answer) => {
    answer = pieces
    const ours = await Effect.runPromise(
      Effect.either(Effect.provide(MessageStream.message(Claude.stream(request)), layer))
    )
    const theirs = await client.messages
      .stream(question)
      .finalMessage()
      .then(
        ({ parsed_output: _, ...message }) => ({ message: plain(message), error: undefined }),
        (error: unknown) => ({ message: undefined, error })
      )
    const iterated = async () => {
      for await (const _ of await client.messages.create({ ...question, stream: true })) continue
      return "ended without an error"
    }
    return { iterated, ours: Either.map(ours, (message) => plain(messageToWire(message))), theirs }
  }
})

const textOf = ({ chunks }: Arbitraries.EventStream): string => Buffer.concat([...chunks]).toString()

/** Events as they are framed, pings among them. */
const framesOf = (stream: Arbitraries.EventStream): ReadonlyArray<string> => textOf(stream).split(/(?<=\n\n)/)

const property = <A>(
  arbitrary: FastCheck.Arbitrary<A>,
  holds: (given: A, ask: Effect.Effect.Success<typeof both>) => Promise<void>
) =>
  Effect.gen(function* () {
    const ask = yield* both
    const check = FastCheck.asyncProperty(arbitrary, (given) => holds(given, ask))
    yield* Effect.promise(() => FastCheck.assert(check, { numRuns: 60 }))
  })

describe.sequential("the official SDK and we, given the same stream", () => {
  it.scopedLive(
    "fold it to the same message, whatever its bytes are cut into",
    () =>
      property(Arbitraries.eventStream, async (stream, ask) => {
        const { ours, theirs } = await ask(stream.chunks)
        assert.isUndefined(theirs.error, String(theirs.error))
        assert.isTrue(Either.isRight(ours))
        if (Either.isRight(ours)) assert.deepStrictEqual(ours.right, theirs.message)
      }),
    120_000
  )

  it.scopedLive(
    `differ in ${differences.truncated.title}, and in ${differences.missingStop.title}`,
    () =>
      property(FastCheck.tuple(Arbitraries.eventStream, FastCheck.nat()), async ([stream, at], ask) => {
        const frames = framesOf(stream)
        const kept = frames.slice(0, at % (frames.length + 1))
        const { iterated, ours, theirs } = await ask(kept)
        const has = (type: string) => kept.some((frame) => frame.startsWith(`event: ${type}\n`))
        assert.strictEqual(Either.isRight(ours), has("message_delta"))
        if (Either.isLeft(ours)) assert.strictEqual(ours.left._tag, "StreamTruncated")
        assert.strictEqual(theirs.error === undefined, has("message_stop"))
        if (theirs.error === undefined) assert.deepStrictEqual(Either.getOrUndefined(ours), theirs.message)
        else assert.strictEqual(Object(theirs.error).constructor.name, "AnthropicError")
        assert.strictEqual(await iterated(), "ended without an error")
      }),
    120_000
  )

  it.scopedLive(
    `differ in ${differences.toolInput.title}`,
    () =>
      property(FastCheck.tuple(FastCheck.string(), FastCheck.integer({ min: 1, max: 8 })), async ([city, cut], ask) => {
        const json = JSON.stringify({ city, days: [1, 2, 3] })
        const half = json.slice(0, -cut)
        const sent = (part: string) => Buffer.from(toolStream(part))
        const whole = await ask([sent(json)])
        assert.deepStrictEqual(Either.getOrUndefined(whole.ours), whole.theirs.message)
        const { ours, theirs } = await ask([sent(half)])
        assert.isUndefined(theirs.error)
        assert.isTrue(Either.isRight(ours))
        assert.include(JSON.stringify(Either.getOrUndefined(ours)), JSON.stringify(half))
        assert.notInclude(JSON.stringify(theirs.message), JSON.stringify(half))
      }),
    120_000
  )
})

/** A message that is one call of a tool, its input this text. */
const toolStream = (partial_json: string): string => {
  const message = { id: "msg_1", type: "message", role: "assistant", model: request.model, content: [] }
  const usage = { input_tokens: 1, output_tokens: 1 }
  const events = [
    { type: "message_start", message: { ...message, stop_reason: null, stop_sequence: null, usage } },
    {
      type: "content_block_start",
      index: 0,
      content_block: { type: "tool_use", id: "toolu_1", name: "act", input: {} }
    },
    { type: "content_block_delta", index: 0, delta: { type: "input_json_delta", partial_json } },
    { type: "content_block_stop", index: 0 },
    { type: "message_delta", delta: { stop_reason: "tool_use", stop_sequence: null }, usage: { output_tokens: 5 } },
    { type: "message_stop" }
  ]
  return events.map(frame).join("")
}
