import Anthropic, {
  APIConnectionError,
  APIError,
  AuthenticationError,
  BadRequestError,
  InternalServerError,
  NotFoundError,
  PermissionDeniedError,
  RateLimitError
} from "@anthropic-ai/sdk"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { Fault } from "../../src/simulator/index.js"
import type { Simulator } from "../../src/simulator/index.js"
import { start, withFaults } from "./support.js"

const client = ({ url }: Simulator.Service, options: { readonly maxRetries?: number; readonly apiKey?: string } = {}) =>
  new Anthropic({ apiKey: "sk-ant-test", baseURL: url, ...options })

const request = {
  model: "claude-opus-5-5",
  max_tokens: 200,
  messages: [{ role: "user" as const, content: "Tell me about lighthouses." }]
}

/** What a promise is rejected with. */
const failure = (promise: () => Promise<unknown>): Effect.Effect<unknown> =>
  Effect.promise(() =>
    promise().then(
      () => Promise.reject(new Error("it succeeded")),
      (error: unknown) => error
    )
  )

const weather = {
  name: "get_weather",
  description: "the weather of a city",
  input_schema: {
    type: "object" as const,
    properties: { city: { type: "string" }, days: { type: "integer", minimum: 1, maximum: 7 } },
    required: ["city", "days"]
  }
}

describe("the official SDK against the simulator", () => {
  it.scopedLive("creates a message, and knows its request id", () =>
    Effect.gen(function* () {
      const simulator = yield* start()
      const message = yield* Effect.promise(() => client(simulator).messages.create(request))
      assert.strictEqual(message.type, "message")
      assert.strictEqual(message.model, "claude-opus-5-5")
      assert.strictEqual(message.content[0]?.type, "text")
      assert.isAbove(message.usage.output_tokens, 50)
      assert.match(message._request_id ?? "", /^req_01\w{22}$/)
      assert.strictEqual((yield* simulator.log)[0]?.requestId, message._request_id)
    })
  )

  it.scopedLive("streams the same message, and folds it to the same value", () =>
    Effect.gen(function* () {
      const simulator = yield* start()
      const created = yield* Effect.promise(() => client(simulator).messages.create(request))
      const texts: Array<string> = []
      const stream = client(simulator).messages.stream(request)
      stream.on("text", (text) => texts.push(text))
      const folded = yield* Effect.promise(() => stream.finalMessage())
      assert.deepStrictEqual(folded.content, created.content)
      assert.strictEqual(folded.stop_reason, created.stop_reason)
      assert.strictEqual(folded.usage.output_tokens, created.usage.output_tokens)
      assert.isAbove(texts.length, 20)
      const said = created.content.map((block) => (block.type === "text" ? block.text : ""))
      assert.strictEqual(texts.join(""), said.join(""))
    })
  )

  it.scopedLive("streams thinking with its signature, and sends it back unchanged", () =>
    Effect.gen(function* () {
      const simulator = yield* start()
      const thinking = { ...request, thinking: { type: "adaptive" as const }, max_tokens: 2000 }
      const message = yield* Effect.promise(() => client(simulator).messages.stream(thinking).finalMessage())
      assert.deepStrictEqual(
        message.content.map((block) => block.type),
        ["thinking", "text"]
      )
      const next = [
        ...request.messages,
        { role: "assistant" as const, content: message.content },
        { role: "user" as const, content: "Thanks. More?" }
      ]
      const second = yield* Effect.promise(() => client(simulator).messages.create({ ...thinking, messages: next }))
      assert.strictEqual(second.stop_reason, "end_turn")
    })
  )

  it.scopedLive("is asked for a tool call, answers it, and gets words", () =>
    Effect.gen(function* () {
      const simulator = yield* start()
      const anthropic = client(simulator)
      const asking = { ...request, tools: [weather], tool_choice: { type: "any" as const } }
      const called = yield* Effect.promise(() => anthropic.messages.stream(asking).finalMessage())
      const call = called.content.find((block) => block.type === "tool_use")
      assert.strictEqual(called.stop_reason, "tool_use")
      assert.strictEqual(call?.name, "get_weather")
      assert.deepStrictEqual(Object.keys(call?.input ?? {}).sort(), ["city", "days"])
      const unary = yield* Effect.promise(() => anthropic.messages.create(asking))
      assert.deepStrictEqual(unary.content, called.content)
      const answered = yield* Effect.promise(() =>
        anthropic.messages.create({
          ...request,
          max_tokens: 2000,
          tools: [weather],
          messages: [
            ...request.messages,
            { role: "assistant", content: called.content },
            { role: "user", content: [{ type: "tool_result", tool_use_id: call?.id ?? "", content: "rain" }] }
          ]
        })
      )
      assert.strictEqual(answered.stop_reason, "end_turn")
    })
  )

  it.scopedLive("counts tokens as the message's usage does", () =>
    Effect.gen(function* () {
      const simulator = yield* start()
      const { max_tokens: _, ...counted } = request
      const count = yield* Effect.promise(() => client(simulator).messages.countTokens(counted))
      const message = yield* Effect.promise(() => client(simulator).messages.create(request))
      assert.strictEqual(count.input_tokens, message.usage.input_tokens)
    })
  )

  it.scopedLive("lists models over all pages, and retrieves one", () =>
    Effect.gen(function* () {
      const simulator = yield* start()
      const ids = yield* Effect.promise(async () => {
        const ids: Array<string> = []
        for await (const model of client(simulator).models.list({ limit: 5 })) ids.push(model.id)
        return ids
      })
      assert.include(ids, "claude-opus-5-5")
      assert.strictEqual(new Set(ids).size, ids.length)
      assert.isAbove(yield* Effect.map(simulator.log, (log) => log.length), 3)
      const model = yield* Effect.promise(() => client(simulator).models.retrieve("claude-haiku-4-5"))
      assert.strictEqual(model.id, "claude-haiku-4-5-20251001")
      assert.strictEqual(model.capabilities?.thinking.types.adaptive.supported, false)
    })
  )

  it.scopedLive("pages backwards, and sees retired models when it asks for them", () =>
    Effect.gen(function* () {
      const simulator = yield* start()
      const all = yield* Effect.promise(() => client(simulator).models.list({ limit: 100 }))
      const before = { limit: 2, before_id: all.data[4]?.id ?? "" }
      const page = yield* Effect.promise(() => client(simulator).models.list(before))
      assert.deepStrictEqual(
        page.data.map((model) => model.id),
        all.data.slice(2, 4).map((model) => model.id)
      )
      const retired = yield* Effect.promise(() => client(simulator).models.list({ lifecycle: ["retired"] }))
      assert.deepStrictEqual(
        retired.data.map((model) => model.id),
        ["claude-mythos-preview"]
      )
    })
  )

  const classes: ReadonlyArray<readonly [name: string, fault: Fault.Fault, matches: (error: unknown) => boolean]> = [
    ["401", Fault.apiError({ status: 401, type: "authentication_error" }), (e) => e instanceof AuthenticationError],
    ["403", Fault.apiError({ status: 403, type: "permission_error" }), (e) => e instanceof PermissionDeniedError],
    ["404", Fault.apiError({ status: 404, type: "not_found_error" }), (e) => e instanceof NotFoundError],
    ["429", Fault.rateLimited({ retryAfter: 1 }), (e) => e instanceof RateLimitError],
    ["500", Fault.serverError(), (e) => e instanceof InternalServerError],
    ["529", Fault.overloaded(), (e) => e instanceof InternalServerError && e.status === 529],
    ["html 502", Fault.html(502), (e) => e instanceof InternalServerError],
    ["a reset", Fault.resetBeforeHeaders(), (e) => e instanceof APIConnectionError]
  ]

  for (const [name, fault, matches] of classes) {
    it.scopedLive(`throws the class it has for ${name}`, () =>
      Effect.gen(function* () {
        const simulator = yield* withFaults(fault)
        const error = yield* failure(() => client(simulator, { maxRetries: 0 }).messages.create(request))
        assert.isTrue(matches(error), String(error))
      })
    )
  }

  it.scopedLive("reads error codes and details", () =>
    Effect.gen(function* () {
      const simulator = yield* withFaults(Fault.rateLimited({ code: "enforced_spend_limit_reached" }))
      const error = yield* failure(() => client(simulator, { maxRetries: 0 }).messages.create(request))
      assert.isTrue(error instanceof RateLimitError)
      assert.strictEqual(error instanceof APIError ? error.errorCode : "", "enforced_spend_limit_reached")
    })
  )

  it.scopedLive("gets 400 and 404 from the simulator itself, with the real messages", () =>
    Effect.gen(function* () {
      const simulator = yield* start()
      const prefill = { ...request, messages: [...request.messages, { role: "assistant" as const, content: "The" }] }
      const bad = yield* failure(() => client(simulator).messages.create(prefill))
      assert.isTrue(bad instanceof BadRequestError)
      const text =
        "This model does not support assistant message prefill. The conversation must end with a user message."
      assert.include(String(bad), text)
      const missing = yield* failure(() => client(simulator).messages.create({ ...request, model: "claude-opus-9" }))
      assert.isTrue(missing instanceof NotFoundError)
      const wrongKey = yield* start({ keys: ["sk-ant-right"] })
      const refused = yield* failure(() => client(wrongKey).messages.create(request))
      assert.isTrue(refused instanceof AuthenticationError)
      const right = yield* Effect.promise(() => client(wrongKey, { apiKey: "sk-ant-right" }).messages.create(request))
      assert.strictEqual(right.type, "message")
    })
  )

  it.scopedLive("retries what it retries, and counts its retries in a header", () =>
    Effect.gen(function* () {
      const simulator = yield* withFaults(
        Fault.resetBeforeHeaders(),
        Fault.rateLimited({ retryAfterMs: 5 }),
        Fault.apiError({
          status: 400,
          type: "invalid_request_error",
          shouldRetry: true,
          headers: { "retry-after-ms": "5" }
        })
      )
      const message = yield* Effect.promise(() => client(simulator, { maxRetries: 3 }).messages.create(request))
      assert.strictEqual(message.type, "message")
      const log = yield* simulator.log
      assert.deepStrictEqual(
        log.map(({ headers }) => headers["x-stainless-retry-count"]),
        ["0", "1", "2", "3"]
      )
      const faults = ["reset-before-headers", "429", "400-invalid-request-error", undefined]
      assert.deepStrictEqual(
        log.map(({ fault }) => fault),
        faults
      )
    })
  )

  it.scopedLive("ends silently on a stream that ends without message_stop, as it does against the API", () =>
    Effect.gen(function* () {
      const simulator = yield* withFaults(Fault.endAt({ text: 40 }), Fault.resetAt({ text: 40 }), Fault.errorEvent())
      const iterate = async () => {
        let events = 0
        for await (const _ of await client(simulator).messages.create({ ...request, stream: true })) events++
        return events
      }
      assert.isAbove(yield* Effect.promise(iterate), 2)
      assert.include(String(yield* failure(iterate)), "terminated")
      const error = yield* failure(iterate)
      assert.isTrue(error instanceof APIError && error.type === "overloaded_error")
    })
  )
})
