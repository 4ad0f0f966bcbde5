import { assert, describe, it } from "@effect/vitest"
import { X509Certificate } from "node:crypto"
import * as Tls from "node:tls"
import { judgeClock, judgeLatency, judgeStream } from "../../../src/node/internal/doctor/calls.js"
import { isEnding, isPublic } from "../../../src/node/internal/doctor/certificate.js"
import { judgeClosing } from "../../../src/node/internal/doctor/idle.js"
import { judgeAddresses, judgeReach, type Reached } from "../../../src/node/internal/doctor/path.js"
import { fromCause } from "../../../src/transport/TransportFault.js"
import { certificate } from "../../transport/support/rawServer.js"

const fault = fromCause(Object.assign(new Error("no"), { code: "EHOSTUNREACH" }), {
  phase: "connect",
  requestSent: false
})

const reached = (address: string, millis: number): Reached => ({ address, millis })
/** By default after as long as one may wait. */
const dead = (address: string, millis = 10_000): Reached => ({ address, millis, fault })

describe("what addresses say", () => {
  it("the API's name on a private address is a note, on a public one it is not", () => {
    for (const address of [
      "0.0.0.0",
      "127.0.0.1",
      "198.18.0.7",
      "10.1.2.3",
      "192.168.0.1",
      "100.64.0.1",
      "::1",
      "::",
      "fd00::1"
    ]) {
      assert.strictEqual(judgeAddresses("api.anthropic.com", [address], 3).verdict, "note", address)
    }
    for (const address of ["160.79.104.10", "2607:6bc0::10", "172.32.0.1"]) {
      assert.strictEqual(judgeAddresses("api.anthropic.com", [address, "10.0.0.1"], 3).verdict, "ok", address)
    }
  })

  it("a gateway may be wherever it is", () => {
    assert.strictEqual(judgeAddresses("gateway.example.com", ["10.0.0.1"], 3).verdict, "ok")
  })
})

describe("what connecting to each address says", () => {
  it("all well: the fastest is told", () => {
    const found = judgeReach([reached("192.0.2.1", 40), reached("192.0.2.2", 20)], 250)
    assert.deepInclude(found, { verdict: "ok", says: "A connection opens in 20 ms, to each of 2 addresses." })
  })

  it("IPv6 that leads nowhere is a warning that says how to prefer IPv4", () => {
    const found = judgeReach([dead("2001:db8::1"), reached("192.0.2.1", 20)], 250)
    assert.strictEqual(found.verdict, "warning")
    assert.include(found.says, "but not to 2001:db8::1")
    assert.include(found.remedy, "ipv4first")
  })

  it("an IPv4 address that leads nowhere is the firewall's", () => {
    const found = judgeReach([dead("192.0.2.2"), reached("192.0.2.1", 20)], 250)
    assert.strictEqual(found.verdict, "warning")
    assert.include(found.remedy, "firewall")
  })

  it("a family that fails at once costs nothing, whichever it is", () => {
    for (const [lost, kept] of [
      ["2001:db8::1", "192.0.2.1"],
      ["192.0.2.1", "2001:db8::1"],
      ["::1", "127.0.0.1"]
    ] as const) {
      const found = judgeReach([dead(lost, 1), reached(kept, 20)], 250)
      assert.strictEqual(found.verdict, "ok", lost)
      assert.include(found.says, `${lost} fails at once`)
      assert.isUndefined(found.remedy)
    }
  })

  it("one of several addresses of a family that fails at once is a note", () => {
    assert.strictEqual(judgeReach([dead("192.0.2.1", 1), reached("192.0.2.2", 20)], 250).verdict, "note")
  })

  it("none at all is a failure in the words of a call", () => {
    const found = judgeReach([dead("192.0.2.1"), dead("2001:db8::1")], 250)
    assert.deepInclude(found, { verdict: "failure", says: "The host could not be reached (EHOSTUNREACH)" })
    assert.include(found.remedy, "no route")
  })

  it("connecting as long as Node waits for an address is a warning, where there are several", () => {
    const slow = judgeReach([reached("192.0.2.1", 260), reached("192.0.2.2", 240)], 250)
    assert.strictEqual(slow.verdict, "warning")
    assert.include(slow.remedy, "--network-family-autoselection-attempt-timeout")
    assert.strictEqual(judgeReach([reached("192.0.2.1", 260)], 250).verdict, "ok")
  })
})

describe("what a certificate's chain says", () => {
  it("every authority that comes with Node is one", () => {
    for (const pem of Tls.rootCertificates) assert.isTrue(isPublic([new X509Certificate(pem)]))
  })

  it("one that lives for a day is not ending all its life", () => {
    const day = 24 * 60 * 60 * 1000
    const isEndingAt = (life: number, left: number) =>
      isEnding({ validFrom: 0, validTo: life * day }, (life - left) * day)
    assert.isTrue(isEndingAt(90, 6))
    assert.isFalse(isEndingAt(90, 8))
    assert.isFalse(isEndingAt(1, 0.5))
    assert.isTrue(isEndingAt(1, 0.05))
  })

  it("one that signs itself is none, whatever it calls itself", () => {
    assert.isFalse(isPublic([new X509Certificate(certificate("self-signed").cert)]))
    assert.isFalse(isPublic([]))
  })
})

describe("what figures say", () => {
  it("a clock may be off by half a minute", () => {
    assert.strictEqual(judgeClock(29_000).verdict, "ok")
    assert.include(judgeClock(90_000).says, "90.0 s ahead of")
    assert.include(judgeClock(-90_000).says, "90.0 s behind")
  })

  it("latency is steady, or it is not", () => {
    assert.deepInclude(judgeLatency([30, 10, 20], [], 0), {
      verdict: "ok",
      says: "3 calls took 20 ms in the median, 10 ms to 30 ms."
    })
    assert.strictEqual(judgeLatency([30, 10, 2000], [], 0).verdict, "note")
  })

  it("events that come together after a long wait were held back, and those of a fast model were not", () => {
    const together = Array.from({ length: 20 }, () => 0)
    const paced = Array.from({ length: 20 }, (_, index) => index * 20)
    assert.strictEqual(judgeStream(1000, together).verdict, "warning")
    assert.strictEqual(judgeStream(1000, paced).verdict, "ok")
    // too few to tell
    assert.strictEqual(judgeStream(1000, [0, 0]).verdict, "ok")
    assert.strictEqual(judgeStream(0, []).verdict, "ok")
  })

  it("a buffer empties at once; a fast model after a long wait in a queue does not", () => {
    const paced = Array.from({ length: 100 }, (_, index) => index * 5)
    assert.strictEqual(judgeStream(20_000, paced).verdict, "ok")
  })

  it("a connection that the other side closes later than the client is no trouble", () => {
    assert.strictEqual(judgeClosing(5000, 4000).verdict, "ok")
    assert.strictEqual(judgeClosing(4000, 4000).verdict, "warning")
  })
})
