import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { type ClientName, clients } from "../faults/support/clients.js"
import { isIn, leaksOf, prompt, secrets } from "./canaries.js"
import { Emitted, watched } from "./emitted.js"
import { type AnswerName, answerNames, parrot } from "./parrot.js"
import { calls, client } from "./planted.js"

const all = { ...secrets, prompt }

/** A program that says what it should not, in every way that a program has. */
const leaky = Effect.gen(function* () {
  yield* Effect.logTrace("sent", { headers: { "x-gateway": secrets.headerOfClient } })
  yield* Effect.annotateCurrentSpan("url.query", encodeURIComponent(secrets.query))
  return yield* Effect.fail(new Error("no", { cause: { key: secrets.apiKey } }))
})

describe("canaries", () => {
  it("are found in every spelling, whole or halved", () => {
    for (const canary of Object.values(all)) {
      for (const shift of ["", "a", "ab"]) {
        const texts = [
          canary,
          encodeURIComponent(canary),
          Buffer.from(`${shift}${canary}${shift}`).toString("base64"),
          Buffer.from(`${shift}${canary}`).toString("base64url"),
          canary.slice(0, Math.ceil(canary.length / 2)),
          canary.slice(Math.floor(canary.length / 2))
        ]
        for (const text of texts) assert.isTrue(isIn(`before ${text} after`, canary), text)
      }
      assert.isFalse(isIn("nothing of the kind", canary))
    }
  })

  it("are found by whatever lets them out", () => {
    const emitted = new Emitted()
    emitted.add("error", Object.assign(new Error("no"), { headers: new Map([["x-gateway", secrets.headerOfClient]]) }))
    emitted.add("event", { deep: [{ down: { url: encodeURIComponent(secrets.query) } }] })
    emitted.add("log", `Basic ${Buffer.from(`user:${secrets.proxyPassword}`).toString("base64")}`)
    const found = leaksOf(emitted.texts(), secrets).map(({ canary, source }) => `${source}: ${canary}`)
    assert.deepStrictEqual([...new Set(found)].sort(), ["error: headerOfClient", "event: query", "log: proxyPassword"])
  })
})

describe("a program that leaks", () => {
  it.effect("is caught", () =>
    Effect.gen(function* () {
      const emitted = new Emitted()
      yield* watched(emitted, [leaky, Effect.die(prompt)], Layer.empty)
      const found = new Set(leaksOf(emitted.texts(), all).map(({ canary, source }) => `${source}: ${canary}`))
      for (const leak of ["log: headerOfClient", "span: query", "error: apiKey", "exit: prompt"]) {
        assert.isTrue(found.has(leak), leak)
      }
    })
  )
})

/** What differs between transports; the rest of the way is common to them. */
const answersOver = (name: ClientName): ReadonlyArray<AnswerName> =>
  name === "NodeClaude"
    ? answerNames
    : ["401", "502 as a page", "a redirect", "a reset before the headers", "a head that is none", "a reset of the body"]

describe.each(clients)("over %s, an API that repeats what it was sent", (name) => {
  it.live(
    "gets no secret and no prompt into what the client lets out",
    () =>
      Effect.gen(function* () {
        const api = yield* parrot
        const emitted = new Emitted()
        for (const answer of answersOver(name)) {
          api.answer(answer)
          yield* watched(emitted, Object.values(calls), client(name, api.url))
        }
        const sent = api
          .asked()
          .map(({ body, headers, url }) => JSON.stringify(headers) + decodeURIComponent(url) + body)
        // what was not sent could not have come back
        for (const [field, canary] of Object.entries(secrets)) {
          const isSent = !/^(?:headerOfEnvironment|proxyPassword|baseUrl|setCookie|authToken)/.test(field)
          assert.strictEqual(
            sent.some((text) => isIn(text, canary)),
            isSent,
            field
          )
        }
        assert.deepStrictEqual(leaksOf(emitted.texts(), all), [])
      }).pipe(Effect.scoped),
    120_000
  )
})
