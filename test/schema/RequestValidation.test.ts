import { describe, it } from "@effect/vitest"
import { assertTrue, deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { Arbitrary, FastCheck as fc } from "effect"
import * as fs from "node:fs"
import * as MessageRequest from "../../src/schema/MessageRequest.js"
import type { ModelInfo } from "../../src/schema/Model.js"
import * as RequestValidation from "../../src/schema/RequestValidation.js"
import { olderRequests, validRequests } from "./fixtures.js"
import { cases } from "./ruleCases.js"

const { rules, validate, validateTokenCount } = RequestValidation

const ids = (issues: ReadonlyArray<RequestValidation.Issue>): ReadonlyArray<string> => issues.map(({ rule }) => rule)

/** Rules that are not checked on a request as it is given, but beside or after it. */
const checkedElsewhere = [
  ...rules.filter(({ source }) => source.startsWith("Models API")).map(({ id }) => id),
  "long-unary",
  "body-size"
]

describe("rules", () => {
  it("each has a stable id of its own, a summary, a source and an example", () => {
    strictEqual(new Set(rules.map(({ id }) => id)).size, rules.length)
    for (const { example, id, source, summary } of rules) {
      assertTrue(/^[a-z0-9]+(-[a-z0-9]+)*$/.test(id), id)
      assertTrue(source.length > 0 && example.length > 0 && summary.endsWith("."), id)
    }
  })

  it("each has cases, and each case has its rule", () => {
    const checked = rules.map(({ id }) => id).filter((id) => !checkedElsewhere.includes(id))
    deepStrictEqual(Object.keys(cases).sort(), checked.sort())
  })

  it.each(Object.entries(cases))("%s is told where it is broken, and not where it is kept", (id, { broken, kept }) => {
    for (const request of broken) {
      assertTrue(ids(validate(request)).includes(id), JSON.stringify(Object.keys(request)))
    }
    for (const request of kept) {
      deepStrictEqual(validate(request), [])
    }
  })

  it("stand in docs/validation.md as they are in the code", () => {
    const docs = fs.readFileSync(new URL("../../docs/validation.md", import.meta.url), "utf8")
    const cell = (text: string): string => text.replaceAll("|", "\\|")
    for (const { example, id, source, summary } of rules) {
      const row = `| \`${id}\` | ${cell(summary)} | ${cell(source)} | \`${cell(example.replaceAll("`", ""))}\` |`
      assertTrue(docs.includes(row), row)
    }
    strictEqual(docs.split("## The rules")[1]?.match(/^\| `/gm)?.length, rules.length)
  })
})

/** The JSON examples in the doc comments of the official SDK, as requests. */
const documented = (): ReadonlyArray<object> => {
  const url = new URL("../../node_modules/@anthropic-ai/sdk/resources/messages/messages.d.ts", import.meta.url)
  const fences = fs
    .readFileSync(url, "utf8")
    .replaceAll(/^ *\* ?/gm, "")
    .matchAll(/```json\n([^]*?)```/g)
  const base = { model: "claude-sonnet-4-5", max_tokens: 1024, messages: [{ role: "user", content: "Hello" }] }
  return [...fences]
    .map(([, text = ""]): unknown => JSON.parse(text))
    .flatMap((example) => {
      const text = JSON.stringify(example)
      return text.startsWith('[{"role"')
        ? [{ ...base, messages: example }]
        : text.startsWith('{"role"')
          ? [{ ...base, messages: [example] }]
          : text.includes("input_schema")
            ? [{ ...base, tools: example }]
            : []
    })
}

describe("validate", () => {
  it("takes every example in the docs of the official SDK", () => {
    const examples = documented()
    assertTrue(examples.length >= 6, `${examples.length} examples`)
    deepStrictEqual(
      examples.flatMap((example) => validate(example)),
      []
    )
  })

  it.each(Object.entries(validRequests))("takes %s", (_, request) => {
    deepStrictEqual(validate(request), [])
  })

  it.each(Object.entries(validRequests))("takes a token count of %s", (_, { max_tokens: _tokens, ...request }) => {
    deepStrictEqual(validateTokenCount(request), [])
  })

  it.each(Object.entries(olderRequests))("takes %s for API version 2023-06-01 alone", (_, request) => {
    deepStrictEqual(validate(request, "strict", { apiVersion: "2023-06-01" }), [])
    assertTrue(validate(request).length > 0)
  })

  it("tells all issues at once, each with its path and a remedy", () => {
    const issues = validate({
      max_tokens: "many",
      temperature: 1,
      messages: [
        {
          role: "user",
          content: [
            { type: "text", text: "" },
            { type: "image", source: { type: "base64" } }
          ]
        }
      ]
    })
    deepStrictEqual(
      issues.map(({ path, rule }) => [path.join("."), rule]),
      [
        ["model", "shape"],
        ["max_tokens", "shape"],
        ["messages.0.content.1.source.media_type", "shape"],
        ["messages.0.content.1.source.data", "shape"],
        ["temperature", "sampling-parameters"],
        ["messages.0.content.0.text", "text-empty"]
      ]
    )
    assertTrue(issues.every(({ message, remedy }) => message.length > 0 && remedy.endsWith(".")))
  })

  it.each([
    [null, "expected object, found null"],
    ["text", "expected object, found string"],
    [[], "expected object, found array"],
    [undefined, "expected object, found nothing"]
  ])("says of %j that it is no request", (request, message) => {
    deepStrictEqual(
      validate(request).map((issue) => issue.message),
      [message]
    )
  })

  it("checks types alone at level shape, and nothing at level off", () => {
    const request = { model: "", max_tokens: "1", messages: [] }
    deepStrictEqual(ids(validate(request, "shape")), ["shape"])
    deepStrictEqual(validate(request, "off"), [])
  })

  it("looks through what is wrapped as unknown", () => {
    const messages = [
      { role: "user", content: "Add" },
      {
        role: "assistant",
        content: [{ type: "unknown", raw: { type: "tool_use", id: "a", name: "add", input: {}, toolset_name: 5 } }]
      },
      { role: "user", content: "and?" }
    ]
    deepStrictEqual(ids(validate({ model: "m", max_tokens: 1, messages })), ["tool-use-unanswered"])
  })

  it("tells a role, a literal and a union by what they take", () => {
    const messageOf = (fields: object): ReadonlyArray<string> =>
      validate({ model: "m", max_tokens: 1, messages: [{ role: "user", content: "a" }], ...fields }, "shape").map(
        ({ message, path }) => `${path.join(".")}: ${message}`
      )
    deepStrictEqual(messageOf({ messages: [{ role: "tool", content: "a" }] }), [
      'messages.0.role: expected "user" | "assistant" | "system", found string'
    ])
    deepStrictEqual(messageOf({ messages: [{ role: "user", content: 5 }] }), [
      "messages.0.content: expected string | array, found number"
    ])
    deepStrictEqual(messageOf({ cache_control: true }), ["cache_control: expected object | null, found boolean"])
    deepStrictEqual(messageOf({ service_tier: "gold" }), [
      'service_tier: expected "auto" | "standard_only", found string'
    ])
    deepStrictEqual(messageOf({ tools: [{ name: "a" }] }), ["tools.0.input_schema: expected object, found nothing"])
  })

  it("never shows a value, wherever it stands", () => {
    const secret = "s3cr3t"
    const placed = fc.letrec((tie) => ({
      node: fc.oneof(
        { depthSize: "small" },
        fc.constantFrom<unknown>(secret, "", 7, null, true),
        fc.array(tie("node"), { maxLength: 3 }),
        fc.dictionary(
          fc.constantFrom("type", "text", "role", "content", "source", "data", "url", "id", "input", "name", "tools"),
          tie("node")
        ),
        fc.record(
          {
            type: fc.constantFrom("text", "image", "tool_use", "tool_result", "document", "thinking", secret),
            text: tie("node"),
            source: tie("node"),
            content: tie("node"),
            id: tie("node")
          },
          { requiredKeys: ["type"] }
        )
      )
    })).node
    const message = fc.record({ role: fc.constantFrom("user", "assistant", secret), content: placed })
    const request = fc.record(
      {
        model: placed,
        max_tokens: placed,
        system: placed,
        tools: fc.array(placed),
        tool_choice: placed,
        stop_sequences: placed,
        messages: fc.oneof(placed, fc.array(message))
      },
      { requiredKeys: [] }
    )
    fc.assert(
      fc.property(request, (given) => !JSON.stringify(validate(given)).includes(secret)),
      { numRuns: 500 }
    )
  })

  it("finds nothing wrong with the types of any request that the Schema gives", () => {
    fc.assert(
      fc.property(Arbitrary.make(MessageRequest.MessageRequest), (request) => validate(request, "shape").length === 0)
    )
  })

  it("takes a large conversation in its stride", () => {
    const image = { type: "image", source: { type: "base64", media_type: "image/png", data: "aGkh".repeat(500_000) } }
    const messages = Array.from({ length: 20_000 }, (_, index) => [
      { role: "user", content: index === 0 ? [image] : [{ type: "tool_result", tool_use_id: `t${index - 1}` }] },
      { role: "assistant", content: [{ type: "tool_use", id: `t${index}`, name: "add", input: { index } }] }
    ]).flat()
    deepStrictEqual(validate({ model: "m", max_tokens: 1, messages }), [])
  })
})

describe("validateFor", () => {
  const no = { supported: false }
  const yes = { supported: true }
  const model: ModelInfo = {
    id: "claude-small",
    type: "model",
    display_name: "Claude Small",
    created_at: "2026-10-01T00:00:00Z",
    max_tokens: 8192,
    capabilities: {
      image_input: no,
      pdf_input: no,
      structured_outputs: no,
      code_execution: no,
      effort: { supported: true, low: yes, xhigh: no, max: null },
      thinking: { supported: true, types: { adaptive: yes, enabled: no } },
      server_tools: { supported: true, web_search: no }
    }
  }
  const source = { type: "base64", media_type: "application/pdf", data: "JVBERi0x" }
  const broken = {
    "model-max-tokens": { max_tokens: 8193 },
    "model-thinking": { thinking: { type: "enabled", budget_tokens: 1024 } },
    "model-effort": { output_config: { effort: "xhigh" } },
    "model-structured-outputs": { output_config: { format: { type: "json_schema", schema: {} } } },
    "model-input": { messages: [{ role: "user", content: [{ type: "document", source }] }] },
    "model-server-tool": { tools: [{ type: "web_search_20260318", name: "web_search" }] }
  }
  const request = {
    model: "claude-small",
    max_tokens: 8192,
    thinking: { type: "adaptive" },
    output_config: { effort: "max" },
    tools: [{ type: "web_fetch_20260318", name: "web_fetch" }],
    messages: [{ role: "user", content: [{ type: "document", source: { type: "url", url: "https://a.b" } }] }]
  }

  it("has a case for each rule on models", () => {
    deepStrictEqual(["long-unary", "body-size", ...Object.keys(broken)].sort(), [...checkedElsewhere].sort())
  })

  it.each(Object.entries(broken))("tells %s", (id, fields) => {
    deepStrictEqual(ids(RequestValidation.validateFor({ ...request, ...fields }, model)), [id])
    const { capabilities: _, max_tokens: _limit, ...silent } = model
    deepStrictEqual(RequestValidation.validateFor({ ...request, ...fields }, silent), [])
  })

  it("takes what the model supports, and what it does not speak of", () => {
    deepStrictEqual(RequestValidation.validateFor(request, model), [])
    deepStrictEqual(RequestValidation.validateFor(null, model), [])
  })
})

describe("longUnary", () => {
  it("refuses more than 21,333 tokens in one piece", () => {
    deepStrictEqual(RequestValidation.longUnary(21_333), [])
    deepStrictEqual(ids(RequestValidation.longUnary(21_334)), ["long-unary"])
    deepStrictEqual(RequestValidation.longUnary(0), [])
    deepStrictEqual(RequestValidation.longUnary(NaN), [])
  })
})
