import * as FastCheck from "effect/FastCheck"
import type { ContentBlockParam } from "../../schema/ContentBlockParam.js"
import type { MessageParam, MessageRequest } from "../../schema/MessageRequest.js"
import type { CustomTool } from "../../schema/Tool.js"
import { validate } from "../../schema/RequestValidation.js"

/** Text with something to read in it, and whole characters of every script. */
export const text = FastCheck.string({ unit: "grapheme", maxLength: 40 }).map((tail) => `a${tail}z`)

/** What ids of the API end in. */
export const idTail = FastCheck.hexaString({ minLength: 22, maxLength: 22 }).map((tail) => `01${tail}`)

export const jsonObject: FastCheck.Arbitrary<{ readonly [key: string]: unknown }> = FastCheck.dictionary(
  FastCheck.string({ unit: "grapheme-ascii", minLength: 1, maxLength: 8 }).filter((key) => key !== "__proto__"),
  FastCheck.oneof(
    FastCheck.string({ unit: "grapheme", maxLength: 12 }),
    FastCheck.integer(),
    FastCheck.boolean(),
    FastCheck.constant(null),
    FastCheck.array(FastCheck.integer(), { maxLength: 3 })
  ),
  { maxKeys: 4 }
)

export const model = FastCheck.constantFrom(
  "claude-opus-5-5",
  "claude-sonnet-5-5",
  "claude-haiku-5-5",
  "claude-opus-4-8",
  "claude-haiku-4-5"
)

const optional = <A>(arbitrary: FastCheck.Arbitrary<A>): FastCheck.Arbitrary<A | undefined> =>
  FastCheck.option(arbitrary, { nil: undefined })

/** Leaves out what has no value: an absent field and an `undefined` one are not the same to everyone. */
export const compact = <A extends object>(value: A): A =>
  // the fields that are left are those of `A`, which may lack the others
  Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== undefined)) as A

const pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="

const textBlock = text.map((text): ContentBlockParam => ({ type: "text", text }))

const userBlock: FastCheck.Arbitrary<ContentBlockParam> = FastCheck.oneof(
  { weight: 4, arbitrary: textBlock },
  {
    weight: 1,
    arbitrary: FastCheck.constantFrom<ContentBlockParam>(
      { type: "image", source: { type: "base64", media_type: "image/png", data: pixel } },
      { type: "image", source: { type: "url", url: "https://example.com/cat.png" } },
      { type: "document", source: { type: "text", media_type: "text/plain", data: "Once upon a time." } }
    )
  }
)

const userTurn: FastCheck.Arbitrary<MessageParam> = FastCheck.oneof(
  text,
  FastCheck.array(userBlock, { minLength: 1, maxLength: 3 })
).map((content): MessageParam => ({ role: "user", content }))

const thinkingBlock = text.map((thinking): ContentBlockParam => ({ type: "thinking", thinking, signature: "c2lnbmVk" }))

const assistantTurn: FastCheck.Arbitrary<MessageParam> = FastCheck.oneof(
  text,
  FastCheck.tuple(optional(thinkingBlock), FastCheck.array(textBlock, { minLength: 1, maxLength: 2 })).map(
    ([thinking, blocks]) => (thinking === undefined ? blocks : [thinking, ...blocks])
  )
).map((content): MessageParam => ({ role: "assistant", content }))

interface Call {
  readonly name: string
  readonly input: { readonly [key: string]: unknown }
  readonly result: string
  readonly failed: boolean
}

const toolName = FastCheck.constantFrom("search", "add", "get_weather", "write-file")

const call: FastCheck.Arbitrary<Call> = FastCheck.record({
  name: toolName,
  input: jsonObject,
  result: text,
  failed: FastCheck.boolean()
})

/** A call of tools and its results, with the question before and the answer behind; `round` keeps the ids apart. */
const toolRound = (round: number): FastCheck.Arbitrary<ReadonlyArray<MessageParam>> =>
  FastCheck.tuple(userTurn, FastCheck.array(call, { minLength: 1, maxLength: 3 }), assistantTurn).map(
    ([question, calls, answer]) => [
      question,
      {
        role: "assistant",
        content: calls.map(({ input, name }, nth): ContentBlockParam => ({
          type: "tool_use",
          id: `toolu_${round}_${nth}`,
          name,
          input
        }))
      },
      {
        role: "user",
        content: calls.map(({ failed, result }, nth): ContentBlockParam => ({
          type: "tool_result",
          tool_use_id: `toolu_${round}_${nth}`,
          content: result,
          is_error: failed
        }))
      },
      answer
    ]
  )

const none: ReadonlyArray<MessageParam> = []

const round = (nth: number): FastCheck.Arbitrary<ReadonlyArray<MessageParam>> =>
  FastCheck.oneof(FastCheck.constant(none), FastCheck.tuple(userTurn, assistantTurn), toolRound(nth))

const messages: FastCheck.Arbitrary<ReadonlyArray<MessageParam>> = FastCheck.tuple(
  FastCheck.tuple(round(1), round(2), round(3)),
  userTurn
).map(([rounds, last]) => [...rounds.flat(), last])

const tools: FastCheck.Arbitrary<ReadonlyArray<CustomTool>> = FastCheck.uniqueArray(toolName, { minLength: 1 }).chain(
  (names) =>
    FastCheck.tuple(
      ...names.map((name) =>
        optional(text).map((description): CustomTool =>
          compact({
            name,
            description,
            input_schema: { type: "object" as const, properties: { query: { type: "string" } } }
          })
        )
      )
    )
)

type Settings = Omit<MessageRequest, "messages" | "model">

const settings: FastCheck.Arbitrary<Settings> = FastCheck.record({
  max_tokens: FastCheck.integer({ min: 2048, max: 8192 }),
  system: optional(
    FastCheck.oneof(
      text,
      FastCheck.array(
        text.map((text) => ({ type: "text", text, cache_control: { type: "ephemeral" } }) as const),
        { minLength: 1, maxLength: 2 }
      )
    )
  ),
  tools: optional(tools),
  thinking: optional(
    FastCheck.constantFrom<NonNullable<MessageRequest["thinking"]>>(
      { type: "adaptive" },
      { type: "disabled" },
      { type: "enabled", budget_tokens: 1024 }
    )
  ),
  output_config: optional(FastCheck.constantFrom("low" as const, "high" as const).map((effort) => ({ effort }))),
  stop_sequences: optional(FastCheck.array(text, { maxLength: 2 })),
  metadata: optional(FastCheck.uuid().map((user_id) => ({ user_id }))),
  service_tier: optional(FastCheck.constantFrom("auto" as const, "standard_only" as const))
})

const choice = (request: MessageRequest): FastCheck.Arbitrary<MessageRequest> => {
  const [tool] = request.tools ?? []
  if (tool === undefined || !("name" in tool) || typeof tool.name !== "string") return FastCheck.constant(request)
  return optional(
    FastCheck.constantFrom<NonNullable<MessageRequest["tool_choice"]>>(
      { type: "auto" },
      { type: "any" },
      { type: "none" },
      { type: "tool", name: tool.name }
    )
  ).map((tool_choice) => compact({ ...request, tool_choice }))
}

export const request: FastCheck.Arbitrary<MessageRequest> = FastCheck.tuple(model, messages, settings)
  .chain(([model, messages, rest]) => choice(compact({ model, messages, ...rest })))
  .filter((request) => validate(request).length === 0)
