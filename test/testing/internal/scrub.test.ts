import { assert, describe, it } from "@effect/vitest"
import { FastCheck } from "effect"
import { Arbitraries } from "effect-claude/testing"
import { encode, readChunk, writeChunk } from "../../../src/testing/internal/cassetteFile.js"
import { hidden } from "../../../src/internal/redact.js"
import { credentialsIn, isSecretName } from "../../../src/internal/secrets.js"
import { anyId, fromBinary, mayBe, Scrubber, scrubValue, toBinary } from "../../../src/testing/internal/scrub.js"

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)

const textOf = (chunks: ReadonlyArray<string>): string => new TextDecoder().decode(fromBinary(chunks.join("")))

const scrubberOf = (...secrets: ReadonlyArray<string>): Scrubber => {
  const scrubber = new Scrubber()
  for (const secret of secrets) scrubber.learnSecret(secret)
  return scrubber
}

const word = FastCheck.string({ unit: "grapheme", maxLength: 20 }).filter((text) => !/[<>]/.test(text))

describe("the chunks of a text", () => {
  it.prop(
    "lose a known secret wherever they cut it, and keep the rest and their number",
    [
      FastCheck.tuple(
        FastCheck.stringMatching(/^[A-Za-z0-9+/=.]{12,30}$/),
        word,
        word,
        FastCheck.integer({ min: 0, max: 2 })
      ).chain(([secret, before, after, times]) => {
        const text = `${before}<${`${secret}>`.repeat(times)}${after}`
        return Arbitraries.chunks(bytesOf(text)).map((chunks) => ({ secret, before, after, times, chunks }))
      })
    ],
    ([{ after, before, chunks, secret, times }]) => {
      const kept = scrubberOf(secret).chunks(chunks.map(toBinary))
      assert.strictEqual(kept.length, chunks.length)
      assert.strictEqual(textOf(kept), `${before}<${`${hidden}>`.repeat(times)}${after}`)
    },
    { fastCheck: { numRuns: 300 } }
  )

  it.prop("stay as they are where nothing is secret", [Arbitraries.eventStream], ([{ chunks }]) => {
    const binary = chunks.map(toBinary)
    assert.deepStrictEqual([...scrubberOf("a-secret-that-is-not-there").chunks(binary)], binary)
  })

  it("lose a secret that a model says token by token", () => {
    const delta = (text: string) => `data: {"delta":{"type":"text_delta","text":${JSON.stringify(text)}}}\n\n`
    const said = ["It is ", "my-sec", 'ret-"', "quoted", '"-value', ", so."].map(delta)
    const kept = scrubberOf(`my-secret-"quoted"-value`).chunks(said.map((text) => toBinary(bytesOf(text))))
    assert.deepStrictEqual([...kept], ["It is ", hidden, "", "", "", ", so."].map(delta))
  })

  it("lose what is known to be a secret by its form or by the name of its field", () => {
    const secrets = [
      `key sk-ant-api03-abcdefgh_ijkl`,
      `Authorization: Bearer abcdefghijklmnop`,
      `{"authorization_token":"short"}`,
      `"{\\"client_secret\\":\\"short\\"}"`,
      `jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc`
    ]
    const kept = secrets.map((text) => new Scrubber().text(text))
    assert.deepStrictEqual(kept, [
      `key ${hidden}`,
      `Authorization: ${hidden}`,
      `{"authorization_token":"${hidden}"}`,
      `"{\\"client_secret\\":\\"${hidden}\\"}"`,
      `jwt ${hidden}`
    ])
  })

  it("stay JSON, whatever form of secret is taken out of it", () => {
    const value = "canary0123456789abcdef"
    const leaks = [
      `x-api-key: ${value}`,
      `curl -H "x-api-key: ${value}" -H "a: b"`,
      `curl -H 'Authorization: Bearer ${value}'\n -d '{"a": 1}'`,
      `{ headers: { authorization: "Bearer ${value}" } }`,
      `["authorization", "Bearer ${value}"]`,
      `ANTHROPIC_API_KEY=${value} node x.js`,
      `https://me:${value}@proxy.example/`,
      `Set-Cookie: a=${value}; Path=/`,
      `{"client_secret": "${value}"}`,
      `{"token":"${value}"}`,
      `basic ${value}`,
      `AKIA${value.toUpperCase()}`,
      `?x-amz-signature=${value}&a=b`,
      JSON.stringify({ deep: JSON.stringify({ access_token: value }) })
    ]
    for (const leak of leaks) {
      const body = JSON.stringify({ type: "text_delta", text: `Use ${leak} "so".` })
      const [kept = ""] = new Scrubber().chunks([body])
      const { text }: { readonly text: string } = JSON.parse(kept)
      assert.notInclude(text.toLowerCase(), value, leak)
      assert.include(text, hidden, leak)
      assert.isTrue(text.startsWith("Use "), leak)
    }
  })

  it("keep prose and numbers that only resemble a secret", () => {
    const text = JSON.stringify({
      max_tokens: 5,
      usage: { input_tokens: 12 },
      text: "A bearer token, basic auth; sk-2."
    })
    assert.deepStrictEqual([...new Scrubber().chunks([text])], [text])
  })

  it("call an id by one name, by the order in which the ids came", () => {
    const scrubber = new Scrubber()
    scrubber.learnIdsIn("req_011CSHoEeqs5C35K2UUqR7Fy, wrkspc_01JwQvzr7rXLA5AGx3HKfFUJ, req_011CSHoEeqs5C35K2UUqR7Fz")
    scrubber.learnId("8c7b3f0e-1111-4222-8333-444455556666", "organization")
    assert.strictEqual(
      scrubber.text(
        "req_011CSHoEeqs5C35K2UUqR7Fz req_011CSHoEeqs5C35K2UUqR7Fy 8c7b3f0e-1111-4222-8333-444455556666 wrkspc_01JwQvzr7rXLA5AGx3HKfFUJ"
      ),
      "req_2 req_1 organization_1 wrkspc_1"
    )
  })
})

describe("an id without a form of its own", () => {
  const id = "8c7b3f0e-1111-4222-8333-444455556666"
  const said = [
    `organization ${id}`,
    `Workspace (${id})`,
    `"org_id": "${id}"`,
    `{\\"account_uuid\\":\\"${id}\\"}`,
    `user ID: ${id}`
  ]

  it("is taken out of answers by the name before it, and then wherever it stands", () => {
    for (const text of said) {
      const scrubber = new Scrubber()
      scrubber.learnIdsIn(text)
      const [kept = ""] = scrubber.chunks([`${text}, and ${id} again`])
      assert.notInclude(kept, id, text)
      assert.match(kept, /^\W*(org|organization|workspace|account|user).*_1\W.*_1 again$/i, text)
    }
  })

  it("is taken out of requests, and stays where it may be anything", () => {
    for (const text of said) assert.strictEqual(scrubValue(text, []), text.replace(id, anyId))
    assert.strictEqual(scrubValue(`order ${id}`, []), `order ${id}`)
  })
})

describe("a request", () => {
  it("loses its secrets by the names of fields, its ids, and comes in one order", () => {
    const value = scrubValue(
      {
        model: "m",
        metadata: { user_id: "somebody" },
        mcp_servers: [{ url: "u", authorization_token: "t" }],
        max_tokens: 5,
        messages: [{ role: "user", content: "about req_011CSHoEeqs5C35K2UUqR7Fy and my-own-secret" }],
        tools: [{ name: "monkey", input_schema: { properties: { token: { type: "string" } }, required: ["token"] } }]
      },
      ["my-own-secret"]
    )
    assert.deepStrictEqual(value, {
      max_tokens: 5,
      mcp_servers: [{ authorization_token: hidden, url: "u" }],
      messages: [{ content: `about ${anyId} and ${hidden}`, role: "user" }],
      metadata: { user_id: anyId },
      model: "m",
      tools: [{ input_schema: { properties: { token: { type: "string" } }, required: ["token"] }, name: "monkey" }]
    })
    assert.deepStrictEqual(Object.keys(Object(value)), Object.keys(Object(value)).sort())
  })

  it("may be a recorded one with anything where something was taken out, and with nothing else changed", () => {
    assert.isTrue(mayBe(`a ${hidden} (b)`, "a key-1 (b)"))
    assert.isTrue(mayBe(anyId, "req_1"))
    assert.isFalse(mayBe(`a ${hidden} (b)`, "a key-1 (c)"))
    assert.isFalse(mayBe(`a ${hidden}`, "a "))
    assert.isFalse(mayBe("a.c", "abc"))
    assert.isFalse(mayBe(hidden, 5))
  })

  it("carries its credentials in headers of these names alone", () => {
    assert.sameMembers(
      [...credentialsIn({ authorization: "Bearer abc", accept: "json" })],
      ["Bearer abc", "abc", "Bearer abc", "Bearer abc"]
    )
    for (const name of ["authorization", "x-api-key", "authToken", "fallback_credit_token", "password", "apiKey"]) {
      assert.isTrue(isSecretName(name), name)
    }
    for (const name of ["max_tokens", "input_tokens", "tokens", "monkey", "key", "content", "signature"]) {
      assert.isFalse(isSecretName(name), name)
    }
  })
})

describe("a chunk in a file", () => {
  it.prop(
    "is read as the bytes it was",
    [
      FastCheck.oneof(
        FastCheck.uint8Array({ maxLength: 100 }),
        FastCheck.string({ unit: "grapheme" }).map(bytesOf),
        FastCheck.array(FastCheck.constantFrom("event: ping", "\n", "\n\n", "\r\n", "☃"), { maxLength: 12 }).map(
          (parts) => bytesOf(parts.join(""))
        ),
        FastCheck.json().map(bytesOf),
        FastCheck.json().map((text) => bytesOf(JSON.stringify(JSON.parse(text), undefined, 1)))
      )
    ],
    ([bytes]) => {
      const written: unknown = JSON.parse(JSON.stringify(writeChunk(toBinary(bytes)), undefined, 2))
      assert.deepStrictEqual([...readChunk(written as ReturnType<typeof writeChunk>)], [...bytes])
    },
    { fastCheck: { numRuns: 400 } }
  )

  it("with several events shows one a line, so that a change of one is a change of one line", () => {
    const linesOf = (...texts: ReadonlyArray<string>) => {
      const body = texts.map((text) => `event: content_block_delta\ndata: {"text":"${text}"}\n\n`).join("")
      const chunks = [[3, writeChunk(toBinary(bytesOf(body)))]] as const
      const response = { status: 200, headers: {}, after: 0, chunks, end: "complete" } as const
      const request = { method: "POST", path: "/v1/messages", headers: {} }
      return encode([{ request, response }]).split("\n")
    }
    const [before, after] = [linesOf("one", "two", "three"), linesOf("one", "2", "three")]
    const changed = before.flatMap((line, at) => (line === after[at] ? [] : [line.trim()]))
    assert.strictEqual(before.length, after.length)
    assert.deepStrictEqual(changed, [JSON.stringify(`event: content_block_delta\ndata: {"text":"two"}\n\n`) + ","])
  })

  it("shows text as text, JSON as JSON, and half a character as base64", () => {
    assert.strictEqual(writeChunk(toBinary(bytesOf("event: ping\n\n"))), "event: ping\n\n")
    assert.deepStrictEqual(writeChunk(toBinary(bytesOf(`{"a":1}`))), { json: { a: 1 } })
    assert.strictEqual(writeChunk(toBinary(bytesOf(`{"a": 1}`))), `{"a": 1}`)
    assert.deepStrictEqual(writeChunk("\u00e2\u0098"), { base64: "4pg=" })
  })
})
