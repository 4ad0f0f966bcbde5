import { assert, describe, it } from "@effect/vitest"
import { Effect, Either, Random } from "effect"
import * as Claude from "../../src/Claude.js"
import { request } from "../support/fixtures.js"
import { rawServer } from "../transport/support/rawServer.js"
import { apiError } from "./support/answers.js"
import { claudeLayer, clients } from "./support/clients.js"

const callers = 200

describe.sequential("while everything fails", () => {
  for (const client of clients) {
    it.scopedLive(
      `200 callers send under 1.2 times what they call: ${client}`,
      () =>
        Effect.gen(function* () {
          const server = yield* rawServer({ onRequest: (peer) => peer.write(apiError(529, "overloaded_error")) })
          const calls = Effect.forEach(
            Array.from({ length: callers }, () => Claude.create(request)),
            Effect.either,
            { concurrency: 50 }
          )
          const ends = yield* calls.pipe(
            Effect.withRandom(Random.fixed([0])),
            Effect.provide(claudeLayer(client, { baseUrl: server.url, budget: true })),
            Effect.timeout("50 seconds")
          )
          assert.isTrue(ends.every((end) => Either.isLeft(end) && end.left._tag === "Overloaded"))
          // as many as the budget pays for, and no more
          assert.isAtMost(server.requests(), 1.2 * callers)
          assert.isAbove(server.requests(), callers)
        }),
      60_000
    )
  }
})
