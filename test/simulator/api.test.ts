import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { ask, eventsOf, get, headers, messageText, post, start, stream, textOf } from "./support.js"

const older = "claude-haiku-4-5"

const fail = (why: string): never => {
  throw new Error(why)
}

describe("messages", () => {
  it.scopedLive("stream the events in the documented order, with cumulative usage", () =>
    Effect.gen(function* () {
      const simulator = yield* start()
      const got = yield* post(simulator, ask("Tell me about rain.", { stream: true }))
      const events = eventsOf(got.text)
      const order = events.map(({ data }) => data.type).filter((type, at, all) => type !== all[at - 1])
      assert.match(got.headers.get("content-type") ?? "", /^text\/event-stream/)
      assert.deepStrictEqual(order, [
        "message_start",
        "content_block_start",
        "ping",
        "content_block_delta",
        "content_block_stop",
        "message_delta",
        "message_stop"
      ])
      assert.strictEqual(events[0]?.data.message.stop_reason, null)
      assert.deepStrictEqual(events[0]?.data.message.content, [])
      const { data } = events[events.length - 2] ?? fail("there is no event before the last")
      assert.strictEqual(data.delta.stop_reason, "end_turn")
      assert.strictEqual(data.usage.input_tokens, events[0]?.data.message.usage.input_tokens)
      assert.isAbove(data.usage.output_tokens, events[0]?.data.message.usage.output_tokens ?? 0)
    })
  )

  it.scopedLive("end at max_tokens, and with the same beginning", () =>
    Effect.gen(function* () {
      const simulator = yield* start()
      const long = messageText((yield* post(simulator, ask("Tell me about rain."))).json)
      const { json } = yield* post(simulator, ask("Tell me about rain.", { max_tokens: 12 }))
      assert.strictEqual(json.stop_reason, "max_tokens")
      assert.strictEqual(json.usage.output_tokens, 12)
      assert.isTrue(long.startsWith(messageText(json)))
    })
  )

  it.scopedLive("say nothing for max_tokens 0, and still read the prompt", () =>
    Effect.gen(function* () {
      const simulator = yield* start()
      const { json } = yield* post(simulator, ask("Tell me about rain.", { max_tokens: 0 }))
      assert.deepStrictEqual([json.content, json.stop_reason, json.usage.output_tokens], [[], "max_tokens", 0])
      assert.isAbove(json.usage.input_tokens, 5)
    })
  )

  it.scopedLive("stop before the first stop sequence", () =>
    Effect.gen(function* () {
      const simulator = yield* start()
      const whole = messageText((yield* post(simulator, ask("Tell me about rain."))).json)
      const sequences = [whole.slice(100, 110), whole.slice(50, 60)]
      const { json } = yield* post(simulator, ask("Tell me about rain.", { stop_sequences: sequences }))
      assert.strictEqual(json.stop_reason, "stop_sequence")
      assert.strictEqual(json.stop_sequence, sequences[1])
      assert.strictEqual(messageText(json), whole.slice(0, whole.indexOf(sequences[1] ?? "")))
    })
  )

  it.scopedLive("think before they speak when thinking is on, with a signature at the end of the block", () =>
    Effect.gen(function* () {
      const simulator = yield* start()
      const body = ask("Tell me about rain.", { max_tokens: 3000, thinking: { type: "adaptive" } })
      const events = yield* stream(simulator, body)
      const all = events.filter(({ event }) => event === "content_block_delta").map(({ data }) => data.delta.type)
      const kinds = all.filter((type, at) => type !== all[at - 1])
      assert.deepStrictEqual(kinds, ["thinking_delta", "signature_delta", "text_delta"])
      const { json } = yield* post(simulator, body)
      assert.deepStrictEqual(
        json.content.map((block) => block.type),
        ["thinking", "text"]
      )
      assert.isAbove(json.usage.output_tokens_details.thinking_tokens, 5)
      const omitted = yield* stream(simulator, { ...body, thinking: { type: "adaptive", display: "omitted" } })
      assert.isFalse(omitted.some(({ data }) => data.delta?.type === "thinking_delta"))
      assert.isTrue(omitted.some(({ data }) => data.delta?.type === "signature_delta"))
    })
  )

  const tools = [
    {
      name: "find_train",
      input_schema: {
        type: "object",
        $defs: {
          place: { type: "object", properties: { name: { type: "string", minLength: 3 } }, required: ["name"] }
        },
        properties: {
          from: { $ref: "#/$defs/place" },
          classes: { type: "array", items: { enum: [1, 2] }, minItems: 1, maxItems: 2 },
          when: { anyOf: [{ type: "string", format: "date" }, { type: "null" }] },
          seats: { type: "integer", minimum: 2, maximum: 4 }
        },
        required: ["from", "classes", "when", "seats"]
      }
    },
    { name: "find_hotel", input_schema: { type: "object", properties: {} } }
  ]

  it.scopedLive("call the tool that the prompt names, with an input by its schema, in pieces of JSON", () =>
    Effect.gen(function* () {
      const simulator = yield* start()
      const body = ask("Use find_train for me", { tools })
      const { json } = yield* post(simulator, body)
      const call = json.content[1] ?? fail("there is no second block")
      assert.strictEqual(json.stop_reason, "tool_use")
      assert.strictEqual(call.name, "find_train")
      assert.match(call.id, /^toolu_01/)
      assert.isTrue(call.input.from.name.length >= 3)
      assert.isTrue(call.input.classes.every((each: number) => each === 1 || each === 2))
      assert.isTrue(call.input.when === null || /^\d{4}-\d\d-\d\d$/.test(call.input.when))
      assert.isTrue([2, 3, 4].includes(call.input.seats))
      const events = yield* stream(simulator, body)
      const pieces = events.map(({ data }) => data.delta?.partial_json).filter((piece) => piece !== undefined)
      assert.isAbove(pieces.length, 3)
      assert.deepStrictEqual(JSON.parse(pieces.join("")), call.input)
    })
  )

  it.scopedLive("call tools as tool_choice says: one, any, none, several at once", () =>
    Effect.gen(function* () {
      const simulator = yield* start()
      const names = (more: Record<string, unknown>, prompt = "Hello there") =>
        Effect.map(post(simulator, ask(prompt, { tools, ...more })), ({ json }) =>
          json.content.filter((block) => block.type === "tool_use").map((block) => block.name)
        )
      assert.deepStrictEqual(yield* names({}), [])
      assert.deepStrictEqual(yield* names({ tool_choice: { type: "any" } }), ["find_train"])
      assert.deepStrictEqual(yield* names({ tool_choice: { type: "tool", name: "find_hotel" } }), ["find_hotel"])
      assert.deepStrictEqual(yield* names({ tool_choice: { type: "none" } }, "use find_hotel"), [])
      assert.deepStrictEqual(yield* names({}, "find_train and find_hotel"), ["find_train", "find_hotel"])
      assert.deepStrictEqual(
        yield* names({ tool_choice: { type: "auto", disable_parallel_tool_use: true } }, "find_train and find_hotel"),
        ["find_train"]
      )
    })
  )

  it.scopedLive("break off within a tool's input when the tokens run out", () =>
    Effect.gen(function* () {
      const simulator = yield* start()
      const events = yield* stream(simulator, ask("x", { max_tokens: 6, tools, tool_choice: { type: "any" } }))
      const json = events.map(({ data }) => data.delta?.partial_json ?? "").join("")
      assert.throws(() => JSON.parse(json))
      assert.strictEqual(events[events.length - 2]?.data.delta.stop_reason, "max_tokens")
    })
  )

  it.scopedLive("are JSON by the schema of output_config.format", () =>
    Effect.gen(function* () {
      const simulator = yield* start()
      const schema = {
        type: "object",
        properties: {
          title: { type: "string" },
          score: { type: "number", minimum: 1, maximum: 2 },
          ok: { type: "boolean" }
        },
        required: ["title", "score", "ok"],
        additionalProperties: false
      }
      const format = { type: "json_schema", schema }
      const { json } = yield* post(simulator, ask("Rate it", { output_config: { format } }))
      const value = JSON.parse(messageText(json))
      assert.deepStrictEqual(Object.keys(value).sort(), ["ok", "score", "title"])
      assert.isTrue(value.score >= 1 && value.score <= 2 && typeof value.ok === "boolean")
    })
  )

  it.scopedLive("read from the cache what was marked before", () =>
    Effect.gen(function* () {
      const simulator = yield* start()
      const text = "You know all about rain. ".repeat(50)
      const system = [{ type: "text", text, cache_control: { type: "ephemeral", ttl: "1h" } }]
      const one = (yield* post(simulator, ask("Tell me about rain.", { system }))).json.usage
      const two = (yield* post(simulator, ask("Tell me about snow.", { system }))).json.usage
      assert.isAbove(one.cache_creation_input_tokens, 200)
      assert.strictEqual(one.cache_creation.ephemeral_1h_input_tokens, one.cache_creation_input_tokens)
      assert.strictEqual(one.cache_read_input_tokens, 0)
      assert.strictEqual(two.cache_read_input_tokens, one.cache_creation_input_tokens)
      assert.strictEqual(two.cache_creation_input_tokens, 0)
      const turns = [
        { role: "user", content: "Tell me about rain." },
        { role: "assistant", content: "It falls." },
        { role: "user", content: "And?" }
      ]
      const body = ask("", { cache_control: { type: "ephemeral" }, messages: turns, system })
      const three = (yield* post(simulator, body)).json.usage
      assert.strictEqual(three.cache_read_input_tokens, one.cache_creation_input_tokens)
      assert.isAbove(three.cache_creation_input_tokens, 0)
      assert.strictEqual(three.input_tokens, 0)
    })
  )
})

describe("the API version and the key", () => {
  it.scopedLive("are required, and checked", () =>
    Effect.gen(function* () {
      const simulator = yield* start({ keys: ["one", "two"] })
      const status = (more: Record<string, string>) =>
        Effect.map(
          post(simulator, ask("Hi"), { headers: { "content-type": "application/json", ...more } }),
          ({ json, status }): ReadonlyArray<unknown> => [status, json.error?.type]
        )
      const version = { "anthropic-version": "2026-10-21" }
      assert.deepStrictEqual(yield* status({ ...version, authorization: "Bearer one" }), [200, undefined])
      assert.deepStrictEqual(yield* status({ "anthropic-version": "2023-06-01", "x-api-key": "two" }), [200, undefined])
      assert.deepStrictEqual(yield* status({ ...version, authorization: "Bearer three" }), [
        401,
        "authentication_error"
      ])
      assert.deepStrictEqual(yield* status(version), [401, "authentication_error"])
      assert.deepStrictEqual(yield* status({ authorization: "Bearer one" }), [400, "invalid_request_error"])
      assert.deepStrictEqual(yield* status({ "anthropic-version": "2020-01-01", authorization: "Bearer one" }), [
        400,
        "invalid_request_error"
      ])
    })
  )
})

describe("what is not there", () => {
  it.scopedLive(
    "is 404 for paths and models, 405 for methods, 413 for bodies over 32 MB",
    () =>
      Effect.gen(function* () {
        const simulator = yield* start()
        for (const path of ["/v1/complete", "/", "//", "/v1/models/%E0%A4%A", "/v1/messages/"]) {
          assert.strictEqual((yield* get(simulator, path)).status, 404, path)
        }
        const wrong = yield* get(simulator, "/v1/messages")
        assert.deepStrictEqual([wrong.status, wrong.headers.get("allow")], [405, "POST"])
        const model = yield* post(simulator, ask("Hi", { model: "claude-opus-9" }))
        const notFound = { type: "not_found_error", message: "model: claude-opus-9" }
        assert.deepStrictEqual<unknown>([model.status, model.json.error], [404, notFound])
        assert.strictEqual((yield* post(simulator, ask("Hi", { model: "claude-mythos-preview" }))).status, 404)
        assert.strictEqual((yield* get(simulator, "/v1/models/claude-opus-9")).status, 404)
        const large = yield* post(simulator, ask("x".repeat(33 * 1024 * 1024)))
        assert.deepStrictEqual([large.status, large.json.error.type], [413, "request_too_large"])
      }),
    60_000
  )
})

const user = (content: unknown) => ({ role: "user", content })
const assistant = (content: unknown) => ({ role: "assistant", content })
const use = { type: "tool_use", id: "toolu_1", name: "t", input: {} }
const result = { type: "tool_result", tool_use_id: "toolu_1", content: "ok" }
const tool = { name: "t", input_schema: { type: "object" } }

const refusals: ReadonlyArray<readonly [message: RegExp, body: Record<string, unknown>]> = [
  [/^model: Field required/, { model: undefined }],
  [/^max_tokens: Field required/, { max_tokens: undefined }],
  [/^messages: Field required/, { messages: undefined }],
  [/^max_tokens: 999999 > 128000, which is the maximum allowed/, { max_tokens: 999_999 }],
  [/^max_tokens: Input should be greater/, { max_tokens: -1 }],
  [/^messages: at least one message is required/, { messages: [] }],
  [/^messages: first message must use the "user" role/, { messages: [assistant("Hi"), user("Hi")] }],
  [/^messages: Unexpected role "tool"/, { messages: [user("Hi"), { role: "tool", content: "x" }] }],
  [/^messages\.0\.content: Field required/, { messages: [{ role: "user" }] }],
  [/^messages\.0: all messages must have non-empty content/, { messages: [user("")] }],
  [/^messages: text content blocks must be non-empty/, { messages: [user([{ type: "text", text: "" }])] }],
  [/^messages: text content blocks must contain non-whitespace/, { messages: [user([{ type: "text", text: " \n" }])] }],
  [/^messages\.0\.content\.0\.text\.text: Field required/, { messages: [user([{ type: "text" }])] }],
  [/conversation must end with a user message/, { messages: [user("Hi"), assistant("The")] }],
  [
    /conversation must end with a user message/,
    {
      model: older,
      max_tokens: 3000,
      messages: [user("Hi"), assistant("The")],
      thinking: { type: "enabled", budget_tokens: 1024 }
    }
  ],
  [
    /final assistant content cannot end with trailing whitespace/,
    {
      model: older,
      messages: [user("Hi"), assistant("The ")]
    }
  ],
  [
    /`max_tokens` must be greater than `thinking.budget_tokens`/,
    {
      model: older,
      max_tokens: 1024,
      thinking: { type: "enabled", budget_tokens: 1024 }
    }
  ],
  [
    /budget_tokens: Input should be greater than or equal to 1024/,
    {
      model: older,
      thinking: { type: "enabled", budget_tokens: 10 }
    }
  ],
  [/"thinking.type.enabled" is not supported for this model/, { thinking: { type: "enabled", budget_tokens: 1024 } }],
  [/adaptive thinking is not supported on this model/, { model: older, thinking: { type: "adaptive" } }],
  [/"thinking.type.disabled" is not supported/, { model: "claude-fable-5", thinking: { type: "disabled" } }],
  [/^temperature: Extra inputs are not permitted/, { temperature: 0.5 }],
  [/^top_p: Extra inputs are not permitted/, { model: older, top_p: 0.5 }],
  [
    /`tool_use` ids were found without `tool_result` blocks immediately after: toolu_1/,
    {
      messages: [user("Hi"), assistant([use]), user("no")],
      tools: [tool]
    }
  ],
  [/unexpected `tool_use_id` found in `tool_result` blocks: toolu_1/, { messages: [user([result])] }],
  [
    /`document` blocks can only be in `user` messages/,
    {
      messages: [
        user("Hi"),
        assistant([{ type: "document", source: { type: "url", url: "https://example.com" } }]),
        user("x")
      ]
    }
  ],
  [
    /`citations` are not permitted on user text/,
    {
      messages: [user([{ type: "text", text: "x", citations: [{ type: "char_location" }] }])]
    }
  ],
  [/Tool names must be unique/, { tools: [tool, tool] }],
  [/^tools\.0\.custom\.input_schema: Field required/, { tools: [{ name: "t" }] }],
  [/^Tool 'u' not found/, { tool_choice: { type: "tool", name: "u" }, tools: [tool] }],
  [
    /Thinking may not be enabled when tool_choice forces/,
    {
      thinking: { type: "adaptive" },
      tool_choice: { type: "any" },
      tools: [tool]
    }
  ],
  [/^tool_choice: may only be specified while providing tools/, { tool_choice: { type: "auto" } }],
  [/^stop_sequences: each stop sequence must contain non-whitespace/, { stop_sequences: [" "] }],
  [
    /^output_config\.format\.schema\.a: For 'object' type, 'additionalProperties' must be explicitly set to false/,
    {
      output_config: {
        format: {
          type: "json_schema",
          schema: { type: "object", properties: { a: { type: "object" } }, additionalProperties: false }
        }
      }
    }
  ],
  [
    /^tools\.0: Only one of/,
    {
      tools: [{ type: "web_search_20250305", name: "web_search", allowed_domains: ["a.b"], blocked_domains: ["c.d"] }]
    }
  ]
]

describe("requests that the API refuses", () => {
  for (const [message, body] of refusals) {
    it.scopedLive(`are refused: ${message.source}`, () =>
      Effect.gen(function* () {
        const simulator = yield* start()
        const { json, status } = yield* post(simulator, { ...ask("Hi"), ...body })
        assert.deepStrictEqual([status, json.type, json.error.type], [400, "error", "invalid_request_error"])
        assert.match(json.error.message, message)
        assert.strictEqual((yield* post(simulator, ask("Hi"))).status, 200)
      })
    )
  }

  it.scopedLive("are those whose body is no JSON, or no object", () =>
    Effect.gen(function* () {
      const simulator = yield* start()
      for (const body of ["{", "[]", ""]) assert.strictEqual((yield* post(simulator, body)).status, 400)
    })
  )

  it.scopedLive("may be accepted by an older version of the API, or an older model", () =>
    Effect.gen(function* () {
      const simulator = yield* start()
      const before = { headers: { ...headers, "anthropic-version": "2023-06-01" } }
      assert.strictEqual((yield* post(simulator, ask("Hi", { model: older, temperature: 0.5 }), before)).status, 200)
      assert.strictEqual((yield* post(simulator, ask("Hi", { temperature: 0.5 }), before)).status, 400)
      const prefill = yield* post(simulator, ask("", { model: older, messages: [user("Hi"), assistant("The sea")] }))
      assert.strictEqual(prefill.status, 200)
      assert.isAbove(messageText(prefill.json).length, 20)
    })
  )

  it.scopedLive("are those with a thinking block that was edited, cut, or moved to another conversation", () =>
    Effect.gen(function* () {
      const simulator = yield* start()
      const first = ask("Tell me about rain.", { max_tokens: 2000, thinking: { type: "adaptive" } })
      const { content } = (yield* post(simulator, first)).json
      const next = (prompt: string, blocks: unknown) =>
        Effect.map(
          post(simulator, { ...first, messages: [user(prompt), assistant(blocks), user("More.")] }),
          ({ json, status }) => `${status} ${json.error?.message ?? ""}`
        )
      const [thinking, text] = content
      assert.strictEqual(yield* next("Tell me about rain.", content), "200 ")
      const edited = [{ ...thinking, thinking: "else" }, text]
      assert.match(yield* next("Tell me about rain.", edited), /^400 messages\.1\.content\.0: Invalid `signature`/)
      const unsigned = [{ ...thinking, signature: "" }, text]
      assert.match(yield* next("Tell me about rain.", unsigned), /^400 .*Invalid `signature`/)
      assert.match(yield* next("Tell me about snow.", content), /^400 .*bound to a different conversation/)
    })
  )
})

describe("counting", () => {
  it.scopedLive("needs no max_tokens, and counts what a message would", () =>
    Effect.gen(function* () {
      const simulator = yield* start()
      const body = ask("Tell me about rain.", { max_tokens: undefined, system: "Be kind.", tools: [tool] })
      const { json, status } = yield* post(simulator, body, { path: "/v1/messages/count_tokens" })
      assert.strictEqual(status, 200)
      assert.deepStrictEqual(Object.keys(json), ["input_tokens"])
      const message = yield* post(simulator, { ...body, max_tokens: 5 })
      assert.strictEqual(message.json.usage.input_tokens, json.input_tokens)
      const bad = yield* post(simulator, { ...body, messages: [] }, { path: "/v1/messages/count_tokens" })
      assert.strictEqual(bad.status, 400)
    })
  )
})

describe("pace", () => {
  it.scopedLive("is set by tokenDelay, and length by answerTokens", () =>
    Effect.gen(function* () {
      const simulator = yield* start({ answerTokens: 30, tokenDelay: "2 millis" })
      const events = yield* stream(simulator, ask("Write a long essay."))
      assert.isAbove(textOf(events).length, 60)
      const [entry] = yield* simulator.log
      assert.isAtLeast(entry?.duration ?? 0, 40)
      assert.isAtMost(events[events.length - 2]?.data.usage.output_tokens ?? 99, 30)
    })
  )
})
