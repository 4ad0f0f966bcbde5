import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { ClaudeError } from "../../ClaudeError.js"
import * as ClaudeEvent from "../../ClaudeEvent.js"
import * as Resumable from "../../resume/Resumable.js"
import type { ResumeMarker } from "../../stream/ResumeMarker.js"
import type { AskOptions } from "./options.js"
import { Output, type OutputService } from "./output.js"

/** What a call went through. */
interface Account {
  attempts: number
  resets: number
  characters: number
  /** How much had been told at each cut, and whether the seam there is certain. */
  readonly seams: Array<{ readonly at: number; certain: boolean }>
  firstToken: Duration.Duration | undefined
}

const seconds = (duration: Duration.Duration): string => `${(Duration.toMillis(duration) / 1000).toFixed(1)} s`

/** What broke, and in which phase. */
export const describe = (error: ClaudeError): string => {
  const code = "code" in error && error.code !== undefined ? ` (${error.code})` : ""
  const status = "status" in error && error.status !== undefined ? ` (HTTP ${error.status})` : ""
  return `${error._tag}${code}${status} in phase ${error.phase}`
}

const follow =
  (account: Account, output: OutputService) =>
  (event: ClaudeEvent.ClaudeEvent): void => {
    switch (event._tag) {
      case "AttemptStarted":
        account.attempts++
        break
      case "RetryScheduled":
        if (event.error._tag === "ConnectionReset") account.resets++
        output.note(`! ${describe(event.error)}; attempt ${event.attempt} in ${seconds(event.delay)}`)
        break
      case "Warning":
        output.note(`! ${event.message}`)
        break
    }
  }

/** A cut in the middle of the answer, and how it went on. */
const mark = (account: Account, output: OutputService, marker: ResumeMarker): void => {
  if (marker.status === "cut") {
    if (marker.cut.tag === "ConnectionReset") account.resets++
    account.seams.push({ at: account.characters, certain: true })
    output.breakLine()
    output.note(
      `! ${marker.cut.tag} in phase ${marker.cut.phase} behind character ${account.characters}; going on there`
    )
  } else if (marker.seam !== undefined) {
    const seam = account.seams.at(-1)
    if (seam !== undefined) seam.certain = marker.seam.certain
    output.note(`= resumed; the seam is ${marker.seam.certain ? "certain" : "not certain"}`)
  }
}

const count = (n: number, one: string): string => `${n} ${one}${n === 1 ? "" : "s"}`

const summary = (account: Account): string =>
  [
    count(account.attempts, "attempt"),
    `${count(account.resets, "reset")} survived`,
    ...account.seams.map(({ at, certain }) => `cut behind character ${at} (${certain ? "certain" : "uncertain"})`),
    count(account.characters, "character"),
    `first token after ${account.firstToken === undefined ? "none" : seconds(account.firstToken)}`
  ].join(", ")

/** Asks, prints the answer as it arrives, and tells what happened on the way. */
export const ask = (options: AskOptions) =>
  Effect.gen(function* () {
    const output = yield* Output
    const account: Account = { attempts: 0, resets: 0, characters: 0, seams: [], firstToken: undefined }
    yield* ClaudeEvent.listen(follow(account, output))
    const answer = Resumable.stream({
      model: options.model,
      max_tokens: 4096,
      messages: [{ role: "user", content: options.prompt }]
    })
    const clock = yield* Effect.clock
    const startedAt = clock.unsafeCurrentTimeMillis()
    yield* Stream.runForEach(answer, (event) => {
      if (event.type === "resume") return Effect.sync(() => mark(account, output, event))
      if (event.type !== "content_block_delta" || event.delta.type !== "text_delta") return Effect.void
      account.firstToken ??= Duration.millis(clock.unsafeCurrentTimeMillis() - startedAt)
      account.characters += event.delta.text.length
      return output.answer(event.delta.text)
    })
    yield* output.answer("\n")
    output.note(`= ${summary(account)}`)
  }).pipe(Effect.scoped)
