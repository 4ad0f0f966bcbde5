import { assert, describe, it } from "@effect/vitest"
import { Effect, Either } from "effect"
import * as Message from "../../src/schema/Message.js"
import * as MessageStreamEvent from "../../src/schema/MessageStreamEvent.js"
import * as Model from "../../src/schema/Model.js"
import * as RequestValidation from "../../src/schema/RequestValidation.js"
import * as models from "../../src/simulator/internal/models.js"
import { ask, get, post, start, stream } from "./support.js"

const output = {
  type: "object",
  properties: { a: { type: "string" } },
  required: ["a"],
  additionalProperties: false
}

const tool = { name: "t", input_schema: { type: "object", properties: { a: { type: "string" } }, required: ["a"] } }

const requests: ReadonlyArray<readonly [name: string, body: Record<string, unknown>]> = [
  ["words", ask("Tell me about rain.")],
  ["thinking", ask("Tell me about rain.", { max_tokens: 2000, thinking: { type: "adaptive" } })],
  ["a tool call", ask("use t", { tools: [tool] })],
  ["JSON", ask("x", { output_config: { format: { type: "json_schema", schema: output } } })]
]

describe("what the simulator sends", () => {
  for (const [name, body] of requests) {
    it.scopedLive(`is what the wire schemas expect, without a warning: ${name}`, () =>
      Effect.gen(function* () {
        const simulator = yield* start()
        assert.deepStrictEqual(RequestValidation.validate(body, "strict"), [])
        const { json } = yield* post(simulator, body)
        const message = Either.getOrThrow(Message.fromWire(json))
        assert.deepStrictEqual(message.warnings, [])
        assert.isFalse(message.value.content.some((block) => block.type === "unknown"))
        const events = yield* stream(simulator, body)
        for (const { data } of events.filter(({ event }) => event !== "ping")) {
          const decoded = Either.getOrThrow(MessageStreamEvent.fromWire(data))
          assert.deepStrictEqual(decoded.warnings, [])
          assert.notStrictEqual(decoded.value.type, "unknown")
        }
      })
    )
  }

  it.scopedLive("about models is what the schemas expect, for every model that is known", () =>
    Effect.gen(function* () {
      const simulator = yield* start()
      for (const id of Model.knownModelIds) {
        const { json, status } = yield* get(simulator, `/v1/models/${id}`)
        assert.strictEqual(status, 200, id)
        assert.deepStrictEqual(Either.getOrThrow(Model.fromWire(json)).warnings, [])
      }
      for (const model of models.all) assert.isDefined(Model.facts(model.id), model.id)
    })
  )
})
