/**
 * Tells an answer to the terminal and into `answer.txt` in a folder: `tell.ts <folder>`. Killed at any moment and
 * started again, it tells only what is missing there.
 */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import { MessageStream, Resumable } from "effect-claude"
import { FileCheckpointStore, NodeClaude } from "effect-claude/node"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { appendFileSync, existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { request } from "./request.js"

const [folder = "."] = process.argv.slice(2)
const file = join(folder, "answer.txt")
const told = existsSync(file) ? readFileSync(file, "utf8").length : 0

// what is told was written down and synced before
const options = { durability: "beforeDelivery" } as const

const events =
  told === 0
    ? Resumable.stream(request, { ...options, id: "rivers" })
    : Resumable.resume("rivers", { ...options, after: { textLength: told } })

const program = MessageStream.text(events).pipe(
  Stream.runForEach((text) =>
    Effect.sync(() => {
      appendFileSync(file, text)
      process.stdout.write(text)
    })
  ),
  // a checkpoint is removed when its message is whole: nothing is missing
  Effect.catchIf(
    (error) => error._tag === "CheckpointStoreError" && error.reason === "missing" && told > 0,
    () => Effect.void
  ),
  Effect.provide(Layer.merge(NodeClaude.layer, FileCheckpointStore.layer({ directory: join(folder, "checkpoints") })))
)

NodeRuntime.runMain(program)
