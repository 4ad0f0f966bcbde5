/** The whole client: any request, any answer. What comes is an answer or an error of its types, never a defect. */
import { Cause, Effect, Exit, Layer, Stream } from "effect"
import { Claude, ClaudeError, MessageStream, Resumable, RetryPolicy, Transport } from "effect-claude"
import type { RandomSource } from "../../resume/manners.js"
import { request as plain, secret } from "../../support/fixtures.js"
import { message } from "../../support/scriptedTransport.js"
import { hostile } from "../support/hostile.js"
import { anyJson, mutatedJson, textOf } from "../support/json.js"
import { bytesOf, mutated, split } from "../support/mutate.js"
import type { Target } from "../support/target.js"
import { anyBody, anyHeaders, errorFaults } from "./faults.js"
import { anyStream } from "./streams.js"

const answering = (random: RandomSource, body: Uint8Array, headers: Record<string, string>, status: number) => {
  const transport: Transport.Service = {
    execute: () =>
      Effect.sync(() => {
        const chunks = split(random, body).filter((chunk) => chunk.length > 0)
        let at = 0
        return {
          status,
          headers,
          reusedConnection: undefined,
          body: { read: Effect.sync(() => chunks[at++]), abort: () => Effect.sync(() => void (at = chunks.length)) }
        }
      })
  }
  return (validation: "strict" | "off") =>
    Claude.layerTransport({ apiKey: secret, retry: RetryPolicy.never, validation }).pipe(
      Layer.provide(Layer.succeed(Transport.Transport, transport))
    )
}

const judgedExit = (what: string, exit: Exit.Exit<unknown, unknown>): ReadonlyArray<string> => {
  if (Exit.isSuccess(exit)) return []
  const { cause } = exit
  if (cause._tag !== "Fail") return [`${what}: ${Cause.pretty(cause).split("\n").slice(0, 12).join("\n")}`]
  if (ClaudeError.isClaudeError(cause.error)) return errorFaults(cause.error).map((fault) => `${what}: ${fault}`)
  return cause.error instanceof Error && "_tag" in cause.error ? [] : [`${what}: failed with ${String(cause.error)}`]
}

const requests: ReadonlyArray<unknown> = [
  plain,
  {
    ...plain,
    system: [{ type: "text", text: "s", cache_control: { type: "ephemeral" } }],
    tools: [{ name: "t", input_schema: { type: "object", properties: { a: { type: "string" } } } }],
    output_config: { format: { type: "json_schema", schema: { type: "object", additionalProperties: false } } },
    messages: [
      { role: "user", content: [{ type: "text", text: "a" }] },
      { role: "assistant", content: [{ type: "tool_use", id: "t1", name: "t", input: { a: "b" } }] },
      {
        role: "user",
        content: [{ type: "tool_result", tool_use_id: "t1", content: [{ type: "text", text: "c" }] }]
      }
    ]
  }
]

/** A request as an untyped caller may give it. */
const anyRequest = (random: RandomSource): typeof plain => {
  const given = random.below(4) === 0 ? mutatedHostile(random) : mutatedJson(random, random.pick(requests))
  return given as typeof plain
}

const mutatedHostile = (random: RandomSource): unknown => {
  const fields = [
    "model",
    "max_tokens",
    "messages",
    "system",
    "tools",
    "metadata",
    "thinking",
    "output_config",
    "betas"
  ]
  return random.below(8) === 0 ? hostile(random) : { ...plain, [random.pick(fields)]: hostile(random) }
}

const all = (request: typeof plain, layer: Layer.Layer<Claude.Claude>) =>
  Effect.gen(function* () {
    const faults: Array<string> = []
    const run = (what: string, effect: Effect.Effect<unknown, unknown, Claude.Claude>) =>
      Effect.map(Effect.exit(effect), (exit) => void faults.push(...judgedExit(what, exit)))
    yield* run("create", Claude.create(request))
    yield* run("stream", MessageStream.message(Claude.stream(request)))
    yield* run("text", Stream.runDrain(MessageStream.text(Claude.stream(request))))
    yield* run("countTokens", Claude.countTokens(request))
    yield* run(
      "resumable",
      Resumable.message(Resumable.stream(request, { policy: RetryPolicy.never, live: true, liveToolInput: true }))
    )
    return faults
  }).pipe(Effect.provide(layer))

const streamed = { "content-type": "text/event-stream", "request-id": "req_1" }
const json = { "content-type": "application/json", "request-id": "req_1" }
const goodReply = bytesOf(JSON.stringify(message("Hello")))

export const asked: Target = {
  about: "the client, given any request",
  judge: (random) => {
    const layer = answering(random, random.below(2) === 0 ? goodReply : anyStream(random), json, 200)
    return Effect.suspend(() => all(anyRequest(random), layer(random.pick(["strict", "strict", "off"]))))
  }
}

export const answered: Target = {
  about: "the client, given any answer",
  judge: (random) => {
    const kind = random.below(4)
    const body =
      kind === 0
        ? anyStream(random)
        : kind === 1
          ? bytesOf(textOf(mutatedJson(random, message("Hello"))))
          : kind === 2
            ? mutated(random, goodReply)
            : bytesOf(random.below(4) === 0 ? textOf(anyJson(random)) : anyBody(random))
    const headers = kind === 0 ? streamed : random.below(2) === 0 ? json : anyHeaders(random)
    return all(plain, answering(random, body, headers, random.pick([200, 200, 200, 400, 429, 529, 302]))("strict"))
  }
}
