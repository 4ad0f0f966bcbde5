import { assert, describe, it } from "@effect/vitest"
import { hiding, secretHeadersIn } from "../../src/internal/secrets.js"

/** What is left of a text in which a gateway repeats the header. */
const repeated = (name: string, value: string): string =>
  hiding(() => secretHeadersIn({ [name]: value }))(`"${value}" may not do that`)

describe("the value of a header, where the other side repeats it,", () => {
  it.each([
    "x-gateway-key",
    "x-team-password",
    "cf-access-client-secret",
    "x-proxy-auth",
    "x-signature",
    "x-pin",
    "key"
  ])("is hidden under the name %s, short as it is", (name) => {
    assert.strictEqual(repeated(name, "abcd-1234"), '"[redacted]" may not do that')
  })

  it("is hidden under a name that says nothing where it is as long as a key", () => {
    assert.strictEqual(repeated("x-team", "blue-4711-0815-x"), '"[redacted]" may not do that')
  })

  it.each([
    ["x-team", "blue-4711"],
    ["x-region", "europe-west4"],
    ["x-monkey", "capuchin"],
    ["x-keyboard", "azerty-fr"],
    ["x-author", "S. Person"],
    ["user-agent", "a-program-with-a-long-name/1.0"]
  ])("stays under %s: %s", (name, value) => {
    assert.strictEqual(repeated(name, value), `"${value}" may not do that`)
  })

  it("stays where it is shorter than eight characters, as it would be found in words", () => {
    assert.strictEqual(repeated("x-gateway-key", "message"), '"message" may not do that')
  })
})
