import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { ClaudeError } from "../src/index.js"
import { patterns } from "../src/internal/hint.js"
import { context } from "./internal/errorFixtures.js"

const page = readFileSync(new URL("../docs/errors.md", import.meta.url), "utf8")

// snippet
const orWords = <R>(call: Effect.Effect<string, ClaudeError.CallError, R>): Effect.Effect<string, never, R> =>
  call.pipe(
    Effect.catchTags({
      SpendLimitReached: (error) => Effect.succeed(`No budget left: ${error.hint ?? error.message}`),
      InvalidRequest: (error) => Effect.succeed(error.issues.map((issue) => issue.remedy).join("\n")),
      NotFound: (error) => Effect.succeed(`Try the model ${error.successor ?? "that Claude.models.list names"}`)
    }),
    Effect.catchAll((error) =>
      Effect.logWarning(error.message, { hint: error.hint, retryable: error.isRetryable, id: error.requestId }).pipe(
        Effect.as("Claude cannot be reached just now.")
      )
    )
  )
// snippet

const tableRows = (heading: string): ReadonlyArray<string> => {
  const section = page.split(/^## /m).find((part) => part.startsWith(heading)) ?? ""
  return [...section.matchAll(/^\| `([^`]+)` \|/gm)].map((match) => match[1] ?? "")
}

describe("docs/errors.md", () => {
  it("has a row for every tag of a call, and for no other", () => {
    assert.sameMembers(
      [...tableRows("The table")],
      ClaudeError.ClaudeError.members.map((member) => member._tag)
    )
  })

  it("has a row for every pattern of a hint, and for no other", () => {
    assert.sameMembers(
      [...tableRows("Hints")],
      patterns.map((pattern) => pattern.id)
    )
  })

  it("shows the fields that each tag has beside the common ones", () => {
    const common: ReadonlySet<string> = new Set(Object.keys(ClaudeError.Conflict.fields))
    for (const member of ClaudeError.ClaudeError.members) {
      const row = page.split("\n").find((line) => line.startsWith(`| \`${member._tag}\` |`)) ?? ""
      for (const field of Object.keys(member.fields)) {
        if (!common.has(field)) assert.include(row, `\`${field}\``, member._tag)
      }
    }
  })

  it("shows a program that compiles and runs: this one", () => {
    const here = readFileSync(fileURLToPath(import.meta.url), "utf8").split("// snippet\n")[1] ?? ""
    assert.include(page, here.trim())
  })

  it.effect("shows a program that answers in words, whatever broke", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* orWords(Effect.succeed("Hello")), "Hello")
      const spent = new ClaudeError.SpendLimitReached({ ...context, errorCode: "enforced_spend_limit_reached" })
      assert.include(yield* orWords(spent), "first of the month")
      const issue = { path: ["model"], rule: "model", message: "is missing", remedy: "name a model" }
      const wrong = new ClaudeError.InvalidRequest({ ...context, source: "local", issues: [issue] })
      assert.strictEqual(yield* orWords(wrong), "name a model")
      const gone = new ClaudeError.NotFound({ ...context, successor: "claude-opus-5-5" })
      assert.include(yield* orWords(gone), "claude-opus-5-5")
      const reset = new ClaudeError.ConnectionReset({ ...context, bytesReceived: 0 })
      assert.include(yield* orWords(reset), "cannot be reached")
    })
  )
})
