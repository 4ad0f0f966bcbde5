import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as Claude from "../../Claude.js"
import type { ClaudeError } from "../../ClaudeError.js"
import * as ClaudeEvent from "../../ClaudeEvent.js"
import * as MessageStream from "../../stream/MessageStream.js"
import type { AskOptions } from "./options.js"
import { Output, type OutputService } from "./output.js"

/** What a call went through. */
interface Account {
  attempts: number
  resets: number
  characters: number
  firstToken: Duration.Duration | undefined
}

const seconds = (duration: Duration.Duration): string => `${(Duration.toMillis(duration) / 1000).toFixed(1)} s`

/** What broke, and in which phase. */
export const describe = (error: ClaudeError): string => {
  const code = "code" in error && error.code !== undefined ? ` (${error.code})` : ""
  const status = "status" in error && error.status !== undefined ? ` (HTTP ${error.status})` : ""
  return `${error._tag}${code}${status} in phase ${error.phase}`
}

const follow = (account: Account, output: OutputService) => (event: ClaudeEvent.ClaudeEvent): void => {
  switch (event._tag) {
    case "AttemptStarted":
      account.attempts = event.attempt
      break
    case "FirstContent":
      account.firstToken = event.elapsed
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

const count = (n: number, one: string): string => `${n} ${one}${n === 1 ? "" : "s"}`

const summary = (account: Account): string =>
  [
    count(account.attempts, "attempt"),
    `${count(account.resets, "reset")} survived`,
    count(account.characters, "character"),
    `first token after ${account.firstToken === undefined ? "none" : seconds(account.firstToken)}`
  ].join(", ")

/** Asks, prints the answer as it arrives, and tells what happened on the way. */
export const ask = (options: AskOptions) =>
  Effect.gen(function*() {
    const output = yield* Output
    const account: Account = { attempts: 0, resets: 0, characters: 0, firstToken: undefined }
    yield* ClaudeEvent.listen(follow(account, output))
    yield* Claude.stream({
      model: options.model,
      max_tokens: 4096,
      messages: [{ role: "user", content: options.prompt }]
    }).pipe(
      MessageStream.text,
      Stream.runForEach((text) => {
        account.characters += text.length
        return output.answer(text)
      })
    )
    yield* output.answer("\n")
    output.note(`= ${summary(account)}`)
  }).pipe(Effect.scoped)
