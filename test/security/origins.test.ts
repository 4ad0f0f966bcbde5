import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { Claude } from "effect-claude"
import { clients } from "../faults/support/clients.js"
import { parrot } from "./parrot.js"
import { calls, client } from "./planted.js"

describe.each(clients)("over %s, a redirect to another origin", (name) => {
  it.live("is not followed, and takes no credential along", () =>
    Effect.gen(function* () {
      const api = yield* parrot
      const elsewhere = yield* parrot
      for (const status of [301, 302, 303, 307, 308]) {
        api.answer((response) => {
          response.writeHead(status, { location: `${elsewhere.url}/v1/messages`, "content-type": "text/plain" })
          response.end()
        })
        for (const call of [calls.create, calls.stream, calls.countTokens, calls.endpoint]) {
          const error = yield* Effect.flip(
            Effect.provide(
              Effect.asVoid<unknown, { readonly _tag: string }, Claude.Claude>(call),
              client(name, api.url)
            )
          )
          assert.strictEqual(error._tag, "UnexpectedResponse")
        }
      }
      assert.isAbove(api.asked().length, 0)
      assert.strictEqual(elsewhere.asked().length, 0)
      // a client that follows would have been seen there
      yield* Effect.promise(() => fetch(`${api.url}/v1/messages`))
      assert.strictEqual(elsewhere.asked().length, 1)
    }).pipe(Effect.scoped)
  )
})

/** Where the credential must not go. */
const elsewhere = [
  "https://elsewhere.example/results.jsonl",
  "HTTP://elsewhere.example/",
  "//elsewhere.example/v1/files",
  "/\\elsewhere.example/v1",
  "\\\\elsewhere.example\\v1",
  "/https://elsewhere.example/",
  "user:word@elsewhere.example/",
  "@elsewhere.example/",
  "https:elsewhere.example",
  "/v1/files/../../other-tenant/v1/files",
  "/v1/files/%2e%2E/secrets",
  "/v1/./files",
  "/v1/files#?limit=1"
]

describe("a path of `execute`", () => {
  it.live.each(elsewhere)("%s leads to the API's own host or is refused before anything is sent", (path) =>
    Effect.gen(function* () {
      const api = yield* parrot
      const ask = Claude.execute({ method: "GET", path, response: Schema.Unknown })
      const error = yield* Effect.flip(Effect.provide(ask, client("NodeClaude", `${api.url}/tenant`)))
      if (path === "@elsewhere.example/") {
        // a path like any other, once it has its slash
        assert.strictEqual(api.asked()[0]?.url, "/tenant/@elsewhere.example/")
        return
      }
      assert.strictEqual(error._tag, "InvalidRequest")
      assert.deepStrictEqual(error._tag === "InvalidRequest" && error.issues.map(({ rule }) => rule), ["path"])
      assert.strictEqual(api.asked().length, 0)
    }).pipe(Effect.scoped)
  )

  it.live.each(["v1/files", "/v1/files?after_id=a/../b", "/v1/models/claude:raw", "/v1/a..b/.c/..."])(
    "%s is asked as it is",
    (path) =>
      Effect.gen(function* () {
        const api = yield* parrot
        api.answer((response) => void response.end("{}"))
        yield* Effect.provide(
          Claude.execute({ method: "GET", path, response: Schema.Unknown }),
          client("NodeClaude", api.url)
        )
        assert.strictEqual(api.asked()[0]?.url, path.replace(/^(?!\/)/, "/"))
      }).pipe(Effect.scoped)
  )
})
