import { assert, describe, it } from "@effect/vitest"
import { RetryPolicy } from "effect-claude"
import { Duration, Effect } from "effect"
import { isClaudeError } from "../../src/ClaudeError.js"
import { groups } from "./faults.table.js"
import { type Operation, operations, wholeText } from "./support/answers.js"
import { type ClientName, clients } from "./support/clients.js"
import { play, type Played } from "./support/play.js"
import { type Ending, expectedOf, type Failed, final, heals, onThisNode, type Row, timesOf } from "./support/row.js"
import { knows, readBook, sightOf } from "./support/seen.js"

const book = readBook()

/** A stream that ends well has told the stop reason; one message and nothing of another. */
const assertWhole = (played: Played, operation: Operation, text: string) => {
  assert.isUndefined(played.error, String(played.error?.message))
  assert.strictEqual(played.text, text)
  if (operation === "stream") {
    const types = played.events.map((event) => event.type)
    assert.deepStrictEqual(
      types.filter((type) => type === "message_start" || type === "message_delta"),
      ["message_start", "message_delta"]
    )
  }
}

const assertText = (played: Played, client: ClientName, expected: Failed) => {
  const text = expected.text ?? ""
  // What lies in fetch's own queue at a reset is its to lose.
  if (client === "fetch" && expected.tag === "ConnectionReset") assert.isTrue(text.startsWith(played.text))
  else assert.strictEqual(played.text, text)
}

const assertFailed = (played: Played, client: ClientName, expected: Failed, attempts: number) => {
  const { error } = played
  assert.isDefined(error, `whole: ${played.text}`)
  if (error === undefined) return
  assert.isTrue(isClaudeError(error))
  assert.strictEqual(error._tag, expected.tag, error.message)
  assert.include(expected.phase, error.phase)
  assert.strictEqual(error.attempt, attempts)
  assert.isTrue(Duration.isFinite(error.elapsed))
  assert.strictEqual(error.request.path, "/v1/messages")
  if (expected.mayHaveRun !== undefined) assert.strictEqual(error.mayHaveRun, expected.mayHaveRun)
  assert.deepInclude(error.toJSON(), expected.fields ?? {})
  assertText(played, client, expected)
}

const assertLeft = (played: Played) => assert.strictEqual(played.left, 0, "connections that stay open")

const endingOf = (expected: Failed, played: Played): Ending => {
  if (expected.standard === "uncertain") return played.text === wholeText ? heals : final
  if (expected.standard === "code") return { whole: false, attempts: played.error?.isRetryable === true ? 5 : 1 }
  return expected.standard
}

const alone = (row: Row, client: ClientName, operation: Operation) =>
  Effect.gen(function* () {
    const expected = expectedOf(row, operation, client)
    const played = yield* play(row, client, operation, { retry: RetryPolicy.never, times: Infinity })
    if (expected.kind === "whole") assertWhole(played, operation, expected.text)
    else if (expected.kind === "failed") assertFailed(played, client, expected, expected.attempts ?? 1)
    assertLeft(played)
  })

const assertOnPage = (row: Row, client: ClientName, operation: Operation, played: Played): void => {
  const sight = sightOf(row, operation, client, played)
  assert.isTrue(knows(book, row.name, operation, client, sight), `docs/faults.md has not seen ${JSON.stringify(sight)}`)
}

const withStandard = (row: Row, client: ClientName, operation: Operation, expected: Failed, isOnPage: boolean) =>
  Effect.gen(function* () {
    const played = yield* play(row, client, operation, { retry: RetryPolicy.standard, times: timesOf(expected) })
    const ending = endingOf(expected, played)
    if (ending.whole) {
      assertWhole(played, operation, wholeText)
      assert.strictEqual(played.attempts, ending.attempts)
    } else assertFailed(played, client, expected, ending.attempts)
    assert.strictEqual(played.waits.length, ending.attempts - 1)
    if (isOnPage) assertOnPage(row, client, operation, played)
    const retryAfter = expected.fields?.["retryAfter"]
    if (typeof retryAfter === "number") assert.isTrue(played.waits.every((wait) => wait >= retryAfter))
    assertLeft(played)
  })

const told = (tabled: Row, client: ClientName, operation: Operation): void => {
  const row = onThisNode(tabled, client)
  const expected = expectedOf(row, operation, client)
  const what = expected.kind === "failed" ? `is told as ${expected.tag} by` : "is not noticed by"
  it.scopedLive(`${what} ${client}`, () => alone(row, client, operation), 60_000)
  if (expected.kind === "failed") {
    it.scopedLive(
      `ends as promised under the standard policy of ${client}`,
      () => withStandard(row, client, operation, expected, row === tabled),
      60_000
    )
  }
}

// Uploads of 20 MB would hold up the clocks of their neighbours.
const together = (row: Row) => (row.setting?.upload === undefined ? describe.concurrent : describe.sequential)

for (const { rows, title } of groups) {
  describe.sequential(title, () => {
    for (const row of rows) {
      describe.sequential(row.name, () => {
        for (const operation of operations) {
          const having = clients.filter((client) => expectedOf(row, operation, client).kind !== "inapplicable")
          if (having.length === 0) continue
          together(row)(operation, () => {
            for (const client of having) told(row, client, operation)
          })
        }
      })
    }
  })
}
