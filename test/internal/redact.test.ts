import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import { fromUnknown } from "../../src/internal/errorCause.js"
import { capBytes, excerpt, oneLine, redact } from "../../src/internal/redact.js"

const tail = FastCheck.array(FastCheck.constantFrom(..."abcdefXYZ0123456789_-"), { minLength: 6, maxLength: 60 }).map(
  (characters) => `canary${characters.join("")}`
)

/** Ways in which a secret gets into a text. Each holds the canary once. */
const disguises: ReadonlyArray<readonly [name: string, write: (canary: string) => string]> = [
  ["a key", (canary) => `sk-ant-api03-${canary}`],
  ["a key in a sentence", (canary) => `the key "sk-ant-admin01-${canary}" is invalid.`],
  ["a bearer token", (canary) => `Authorization: Bearer ${canary}`],
  ["a bearer token alone", (canary) => `bearer ${canary}, and more`],
  ["basic credentials", (canary) => `proxy-authorization: Basic ${canary}=`],
  ["a header line", (canary) => `x-api-key: ${canary}\r\naccept: */*`],
  ["a header without a blank", (canary) => `X-Api-Key:${canary}`],
  ["JSON", (canary) => JSON.stringify({ headers: { "x-api-key": canary } })],
  ["JSON with blanks", (canary) => JSON.stringify({ headers: { authorization: canary } }, undefined, 2)],
  ["JSON inside JSON", (canary) => JSON.stringify({ echo: JSON.stringify({ "X-API-Key": canary }) })],
  ["an object dump", (canary) => `{ headers: { authorization: '${canary}' } }`],
  ["raw headers", (canary) => `[ 'x-api-key', '${canary}', 'accept', '*/*' ]`],
  ["a header with several values", (canary) => JSON.stringify({ "set-cookie": [`a=${canary}; Path=/`] })],
  ["a cookie", (canary) => `Cookie: theme=dark; session=${canary}; lang=en`],
  ["a token of a grant", (canary) => JSON.stringify({ access_token: canary, token_type: "Bearer" })],
  ["a refresh token", (canary) => `refresh_token=${canary}&grant_type=refresh_token`],
  ["a query", (canary) => `https://gateway.example/v1/messages?api_key=${canary}&beta=true`],
  ["an environment", (canary) => `ANTHROPIC_API_KEY=${canary} node main.js`],
  ["a URL's user", (canary) => `connect to http://user:${canary}@proxy.example:3128 failed`],
  ["a web token", (canary) => `token eyJhbGciOiJIUzI1NiJ9.${canary}.${canary}`],
  ["a client secret", (canary) => `{"client_secret":"${canary}"}`]
]

describe("redaction", () => {
  it.each(disguises)("hides %s", (_name, write) => {
    FastCheck.assert(
      FastCheck.property(tail, FastCheck.string(), FastCheck.string(), (canary, before, after) => {
        const text = `${before}\n${write(canary)}\n${after}`
        return text.includes(canary) && !redact(text).includes(canary)
      })
    )
  })

  it.each(disguises)("hides %s in causes, and in their codes and names", (_name, write) => {
    FastCheck.assert(
      FastCheck.property(tail, (canary) => {
        const secret = write(canary)
        const inner = Object.assign(new Error(secret), {
          name: secret,
          code: secret,
          syscall: secret,
          headers: { "x-api-key": canary }
        })
        const cause = fromUnknown(new AggregateError([inner, secret], secret, { cause: inner }))
        return !JSON.stringify(cause).includes(canary)
      })
    )
  })

  it("hides a secret that the end of an excerpt cuts in two", () => {
    for (let offset = 0; offset < 60; offset++) {
      const text = `${" ".repeat(100 - offset)}sk-ant-api03-${"canary".repeat(20)}`
      assert.notInclude(excerpt(text, 100), "can")
    }
  })

  it.each([
    "Invalid bearer token",
    "x-api-key header is required",
    "messages.1.content.0.signature: Field required",
    "max_tokens: 1024 is above the limit",
    "The basic authentication scheme is not supported",
    "https://api.anthropic.com/v1/messages"
  ])("leaves %j as it is", (text) => {
    assert.strictEqual(redact(text), text)
  })

  it("hiding twice changes nothing more", () => {
    FastCheck.assert(
      FastCheck.property(tail, FastCheck.constantFrom(...disguises), (canary, [, write]) => {
        const once = redact(write(canary))
        return redact(once) === once
      })
    )
  })

  it("an excerpt is of so many bytes at most, and never ends inside a character", () => {
    FastCheck.assert(
      FastCheck.property(
        FastCheck.string({ unit: "grapheme", maxLength: 400 }),
        FastCheck.integer({ min: 1, max: 64 }),
        (text, bytes) => {
          const cut = capBytes(text, bytes)
          return new TextEncoder().encode(cut).length <= bytes && text.startsWith(cut) && !/[\ud800-\udbff]$/.test(cut)
        }
      )
    )
  })

  it("one line has no line breaks and no control characters", () => {
    assert.strictEqual(oneLine("  a\r\n\tb\u0000c \u001b[31m", 100), "a b c [31m")
  })
})

describe("causes", () => {
  it("keep name, message, code and syscall, and drop all else", () => {
    const inner = Object.assign(new Error("read ECONNRESET"), {
      code: "ECONNRESET",
      syscall: "read",
      errno: -104,
      socket: { remoteAddress: "10.0.0.1" }
    })
    assert.deepStrictEqual(fromUnknown(new TypeError("terminated", { cause: inner })), {
      name: "TypeError",
      message: "terminated",
      cause: { name: "Error", message: "read ECONNRESET", code: "ECONNRESET", syscall: "read" }
    })
  })

  it("keep the errors of an aggregate", () => {
    const refused = Object.assign(new Error("connect ECONNREFUSED ::1:443"), { code: "ECONNREFUSED" })
    assert.deepStrictEqual(fromUnknown(Object.assign(new AggregateError([refused]), { code: "ECONNREFUSED" })), {
      name: "AggregateError",
      message: "",
      code: "ECONNREFUSED",
      errors: [{ name: "Error", message: "connect ECONNREFUSED ::1:443", code: "ECONNREFUSED" }]
    })
  })

  it("end where they turn back on themselves", () => {
    const a = new Error("a")
    const b = new Error("b", { cause: a })
    a.cause = b
    assert.deepStrictEqual(fromUnknown(a), {
      name: "Error",
      message: "a",
      cause: { name: "Error", message: "b" }
    })
  })

  it("are of bounded depth, breadth and size", () => {
    const wide = () => Array.from({ length: 50 }, () => new Error("x".repeat(9000)))
    const deep = Array.from({ length: 500 }).reduce<Error>(
      (cause) => new AggregateError(wide(), "y".repeat(9000), { cause }),
      new Error("bottom")
    )
    assert.isBelow(JSON.stringify(fromUnknown(deep)).length, 40_000)
  })

  it("survive values that throw when they are looked at", () => {
    const revoked = Proxy.revocable([], {})
    revoked.revoke()
    const hostile = {
      name: "Hostile",
      get message(): string {
        throw new Error("no")
      },
      cause: revoked.proxy,
      errors: revoked.proxy
    }
    assert.deepStrictEqual(fromUnknown(hostile), {
      name: "Hostile",
      message: "",
      cause: { name: "Error", message: "" }
    })
  })

  it("of values that are no errors tell the type alone", () => {
    assert.deepStrictEqual(fromUnknown(42), { name: "number", message: "" })
    assert.deepStrictEqual(fromUnknown("it broke"), { name: "Error", message: "it broke" })
    assert.isUndefined(fromUnknown(undefined))
    assert.isUndefined(fromUnknown(null))
  })

  it("can be made of anything, and are always JSON", () => {
    FastCheck.assert(
      FastCheck.property(FastCheck.anything({ withBigInt: true, withMap: true }), (thrown) => {
        const cause = fromUnknown(thrown)
        if (cause === undefined) return
        assert.deepStrictEqual(JSON.parse(JSON.stringify(cause)), cause)
      })
    )
  })
})
