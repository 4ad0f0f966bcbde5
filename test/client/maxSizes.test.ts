import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { Claude, type ClaudeConfig, ClaudeError, MessageStream, RetryPolicy } from "effect-claude"
import { NodeClaude } from "effect-claude/node"
import { request, secret } from "../support/fixtures.js"
import * as Script from "../support/scriptedTransport.js"
import { rawServer } from "../transport/support/rawServer.js"

const clientOf = (maxSizes: ClaudeConfig.MaxSizes, ...steps: ReadonlyArray<Script.Step>) =>
  Claude.layerTransport({ apiKey: secret, retry: RetryPolicy.never, maxSizes }).pipe(
    Layer.provide(Script.script(...steps).layer)
  )

const streamed = MessageStream.message(Claude.stream(request))

const unexpected = (error: { readonly _tag: string }): ClaudeError.UnexpectedResponse => {
  assert.instanceOf(error, ClaudeError.UnexpectedResponse)
  return error
}

describe("limits of size", () => {
  it.effect("an event larger than maxSizes.event is an UnexpectedResponse that names the option", () =>
    Effect.gen(function* () {
      const texts = ["Hello", "x".repeat(3000)]
      const error = unexpected(
        yield* Effect.flip(streamed).pipe(Effect.provide(clientOf({ event: 2000 }, Script.wholeStream(...texts))))
      )
      assert.include(error.description, "maxSizes.event")
      assert.include(error.description, "2000")
      const whole = yield* Effect.provide(streamed, clientOf({ event: 4000 }, Script.wholeStream(...texts)))
      assert.deepStrictEqual(
        whole.content.map((block) => block.type === "text" && block.text.length),
        [3005]
      )
    })
  )

  it.effect("a reply larger than maxSizes.reply is an UnexpectedResponse that names the option", () =>
    Effect.gen(function* () {
      const reply = Script.ok("x".repeat(5000))
      const error = unexpected(
        yield* Effect.flip(Claude.create(request)).pipe(Effect.provide(clientOf({ reply: 5000 }, reply)))
      )
      assert.include(error.description, "maxSizes.reply")
      const message = yield* Effect.provide(Claude.create(request), clientOf({ reply: 6000 }, reply))
      assert.strictEqual(message.stop_reason, "end_turn")
    })
  )

  it.effect("holds for what comes whole where a stream was asked for", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(streamed).pipe(
        Effect.provide(clientOf({ reply: 100 }, Script.ok("x".repeat(5000))))
      )
      assert.include(unexpected(error).description, "maxSizes.reply")
    })
  )

  it.effect("of the body of a refusal no more is read than maxSizes.errorBody: the status speaks", () =>
    Effect.gen(function* () {
      const page = `<html><title>Full</title>${"<p>x</p>".repeat(500)}`
      const full = { status: 418, headers: { "content-type": "text/html" }, body: [page, page, page] }
      const error = unexpected(
        yield* Effect.flip(Claude.create(request)).pipe(Effect.provide(clientOf({ errorBody: 1000 }, full)))
      )
      assert.strictEqual(error.status, 418)
      assert.strictEqual(ClaudeError.UnexpectedResponse.body(error)?.length, page.length)
    })
  )

  it.effect("limits beyond what an engine can hold are no licence to die of them", () =>
    Effect.gen(function* () {
      const sizes = { event: Infinity, reply: Infinity, errorBody: Infinity }
      const message = yield* Effect.provide(streamed, clientOf(sizes, Script.wholeStream("Hello")))
      assert.strictEqual(message.stop_reason, "end_turn")
    })
  )

  it.scopedLive("a head larger than pool.maxHeaderSize is an UnexpectedResponse that names the option", () =>
    Effect.gen(function* () {
      const body = JSON.stringify(Script.message("Hello"))
      const server = yield* rawServer({
        onRequest: (peer) =>
          peer.write(
            `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nx-padding: ${"x".repeat(20_000)}\r\n`
              + `content-length: ${body.length}\r\n\r\n${body}`
          )
      })
      const ask = (maxHeaderSize: number | undefined) =>
        Claude.create(request).pipe(
          Effect.provide(
            NodeClaude.layerWith({
              apiKey: secret,
              baseUrl: server.url,
              retry: RetryPolicy.never,
              pool: { proxy: false, maxHeaderSize }
            })
          )
        )
      const error = unexpected(yield* Effect.flip(ask(undefined)))
      assert.include(error.description, "pool.maxHeaderSize")
      assert.include(error.hint ?? "", "pool.maxHeaderSize")
      assert.strictEqual((yield* ask(64 * 1024)).stop_reason, "end_turn")
    })
  )
})
