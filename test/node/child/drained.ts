/** A process to be told to end: it reads a long answer, resumably, and says on each line what becomes of it. */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import { Claude, MessageStream, Resumable } from "effect-claude"
import { FileCheckpointStore, NodeClaude } from "effect-claude/node"
import { Effect, Either, Layer, Redacted, Stream } from "effect"

const [baseUrl = "", directory = "", timeout = ""] = process.argv.slice(2)

const say = (line: string) => Effect.sync(() => void process.stdout.write(`${line}\n`))

const request = {
  model: "claude-opus-5-5",
  max_tokens: 2000,
  messages: [{ role: "user", content: "Tell me a long story" }]
} as const

const Live = Layer.mergeAll(
  NodeClaude.layerWith({ apiKey: Redacted.make("any"), baseUrl, pool: { proxy: false } }),
  FileCheckpointStore.layer({ directory }),
  Layer.scopedDiscard(Effect.addFinalizer(() => say("layers close")))
)

const story = Resumable.stream(request, { id: "story" }).pipe(
  MessageStream.text,
  Stream.runForEach((text) => say(`text ${JSON.stringify(text)}`)),
  Effect.either,
  Effect.flatMap((end) => say(`story ${Either.isLeft(end) ? end.left._tag : "complete"}`))
)

/** Somebody who goes on to ask. */
const others = Claude.countTokens(request).pipe(
  Effect.either,
  Effect.tap((counted) =>
    Either.isLeft(counted) && counted.left._tag === "QueueFull" ? say(`refused ${counted.left.bound}`) : Effect.void
  ),
  Effect.delay("20 millis"),
  Effect.forever
)

const program = Effect.zipRight(Effect.fork(others), Effect.zipRight(story, Effect.never))

program.pipe(Effect.provide(Live), Claude.drainOnInterrupt(`${Number(timeout)} millis`), NodeRuntime.runMain)
