import { assert, describe, it } from "@effect/vitest"
import { Duration, Equal, Schema } from "effect"
import * as FastCheck from "effect/FastCheck"
import * as ClaudeError from "../../src/ClaudeError.js"
import { toClaudeError } from "../../src/transport/internal/faultError.js"
import type { FaultReason, TimeLimit } from "../../src/transport/TransportFault.js"
import { TransportFault } from "../../src/transport/TransportFault.js"
import { context } from "./errorFixtures.js"

type Fields = ConstructorParameters<typeof TransportFault>[0]

const judge = (fields: Partial<Fields> & Pick<Fields, "reason">, mayHaveRun = true): ClaudeError.CallError =>
  toClaudeError(new TransportFault({ phase: "headers", bytesReceived: 0, ...fields }), { ...context, mayHaveRun })

describe("a fault of the transport", () => {
  it("that tore the connection down is a reset, with all its evidence", () => {
    const error = judge({
      reason: "Reset",
      phase: "body",
      code: "ECONNRESET",
      bytesReceived: 512,
      idleFor: Duration.seconds(60),
      reusedConnection: true,
      cause: Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET", syscall: "read" })
    })
    assert.deepStrictEqual(error.toJSON(), {
      _tag: "ConnectionReset",
      phase: "body",
      attempt: 1,
      elapsed: 3000,
      mayHaveRun: true,
      request: context.request,
      code: "ECONNRESET",
      bytesReceived: 512,
      idleFor: 60_000,
      reusedConnection: true,
      cause: { name: "Error", message: "read ECONNRESET", code: "ECONNRESET", syscall: "read" }
    })
  })

  it.each<["Dns" | "Refused" | "Unreachable" | "Tls" | "Proxy", string, number | undefined, boolean]>([
    ["Dns", "ENOTFOUND", undefined, false],
    ["Dns", "EAI_AGAIN", undefined, true],
    ["Refused", "ECONNREFUSED", undefined, true],
    ["Unreachable", "ENETUNREACH", undefined, true],
    ["Tls", "CERT_HAS_EXPIRED", undefined, false],
    ["Proxy", "UND_ERR_ABORTED", 407, false],
    ["Proxy", "UND_ERR_ABORTED", 502, true]
  ])("of reason %s and code %s (proxy %s) is a failed connection (retry: %s)", (reason, code, proxyStatus, retry) => {
    const error = judge({ reason, code, proxyStatus, phase: "connect" })
    assert.strictEqual(error._tag, "ConnectionFailed")
    assert.strictEqual(error.isRetryable, retry)
    assert.isFalse(error.mayHaveRun)
    assert.strictEqual(error.phase, "connect")
  })

  it.each<[TimeLimit]>([["pool"], ["connect"], ["headers"], ["idle"], ["stalled"], ["total"]])(
    "that is the end of the limit %s says which, and how long it was",
    (limit) => {
      const error = judge({ reason: "TimedOut", limit, duration: Duration.seconds(10) })
      assert.isTrue(error._tag === "TimedOut" && error.limit === limit)
      assert.isTrue(error._tag === "TimedOut" && Equal.equals(error.duration, Duration.seconds(10)))
      assert.include(error.message, "10s")
      assert.strictEqual(error.isRetryable, limit !== "total")
    }
  )

  it.each<[Fields["phase"], TimeLimit]>([
    ["queue", "pool"],
    ["connect", "connect"],
    ["send", "headers"],
    ["headers", "headers"],
    ["body", "idle"]
  ])("that timed out in phase %s without saying at which limit is put down to %s", (phase, limit) => {
    const error = judge({ reason: "TimedOut", phase })
    assert.isTrue(error._tag === "TimedOut" && error.limit === limit)
  })

  it("that is bytes which are not HTTP is an unexpected response", () => {
    const error = judge({ reason: "Malformed", code: "HPE_INVALID_CONSTANT" })
    assert.strictEqual(error._tag, "UnexpectedResponse")
    assert.include(error.message, "HPE_INVALID_CONSTANT")
    assert.isFalse(error.isRetryable)
  })

  it.each<[Partial<Fields> & Pick<Fields, "reason">, boolean, boolean]>([
    [{ reason: "Reset", requestSent: true }, true, true],
    [{ reason: "Reset", requestSent: false }, true, false],
    [{ reason: "Reset" }, true, true],
    [{ reason: "Reset" }, false, false],
    [{ reason: "Reset", phase: "connect" }, true, false],
    [{ reason: "TimedOut", phase: "queue" }, true, false],
    [{ reason: "TimedOut", phase: "headers" }, true, true],
    [{ reason: "Refused", phase: "headers" }, true, false]
  ])("%j of a context that says %s may have run: %s", (fields, contextSays, expected) => {
    assert.strictEqual(judge(fields, contextSays).mayHaveRun, expected)
  })

  it("keeps the cause that the context knows where it has none itself", () => {
    const cause = { name: "Error", message: "first" }
    const error = toClaudeError(new TransportFault({ reason: "Reset", phase: "headers", bytesReceived: 0 }), {
      ...context,
      cause
    })
    assert.deepStrictEqual(error.cause, cause)
  })

  it("is always an error that can be told, encoded and decoded", () => {
    const fault = FastCheck.record<Fields>({
      reason: FastCheck.constantFrom<Array<FaultReason>>(
        "Reset",
        "Dns",
        "Refused",
        "Unreachable",
        "Tls",
        "Proxy",
        "TimedOut",
        "Malformed"
      ),
      phase: FastCheck.constantFrom<Array<Fields["phase"]>>("queue", "connect", "send", "headers", "body"),
      code: FastCheck.option(FastCheck.string(), { nil: undefined }),
      bytesReceived: FastCheck.oneof(FastCheck.nat(), FastCheck.constantFrom(-1, Number.NaN, Number.POSITIVE_INFINITY)),
      idleFor: FastCheck.constantFrom(undefined, Duration.infinity, Duration.zero, Duration.nanos(1n)),
      duration: FastCheck.constantFrom(undefined, Duration.infinity, Duration.seconds(1)),
      reusedConnection: FastCheck.constantFrom(undefined, true, false),
      requestSent: FastCheck.constantFrom(undefined, true, false),
      proxyStatus: FastCheck.constantFrom(undefined, 407, 502, Number.NaN),
      cause: FastCheck.anything()
    })
    FastCheck.assert(
      FastCheck.property(fault, (fields) => {
        const error = judge(fields)
        assert.isTrue(ClaudeError.isCallError(error))
        assert.isAbove(error.message.length, 0)
        assert.isTrue(error.hint === undefined || error.hint.length > 0)
        const back = Schema.decodeUnknownSync(ClaudeError.CallError)(JSON.parse(JSON.stringify(error)))
        assert.isTrue(Equal.equals(back, error))
      }),
      { numRuns: 500 }
    )
  })
})
