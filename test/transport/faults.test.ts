import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { baseUrl, type Expected, faults, type Outcome, type SocketFault } from "./faults.table.js"
import { rawServer } from "./support/rawServer.js"
import { collect, makeTransport, names, noLimits, post, type TransportName } from "./support/transports.js"

const run = Effect.fnUntraced(function* (fault: SocketFault, name: TransportName) {
  const server = yield* rawServer(fault.script, fault.tls)
  const base = yield* baseUrl(fault, server)
  const transport = yield* makeTransport(name)
  const exchange = (request: Parameters<typeof transport.execute>[0]) =>
    Effect.scoped(
      Effect.gen(function* () {
        const response = yield* Effect.either(transport.execute(request))
        if (response._tag === "Left") {
          return { status: undefined, bytes: Buffer.alloc(0), fault: response.left }
        }
        const ended = yield* collect(response.right.body)
        return { status: response.right.status, ...ended }
      })
    )
  if (fault.warm === true) {
    const first = yield* exchange(post(base))
    assert.strictEqual(first.status, 200)
  }
  const result = yield* exchange(
    post(base, {
      limits: fault.limits ?? noLimits,
      ...(fault.upload === undefined ? {} : { body: new Uint8Array(fault.upload) })
    })
  )
  return { result, server }
})

const isExpected = (outcome: Outcome): outcome is Expected => "reason" in outcome

const assertBytes = (fault: SocketFault, name: TransportName, bytes: Buffer, broken: boolean) => {
  const sent = Buffer.from(fault.received ?? "")
  if (name === "fetch" && broken) {
    // What lies in fetch's own queue at a reset is its to lose.
    assert.isTrue(sent.subarray(0, bytes.length).equals(bytes))
  } else {
    assert.strictEqual(bytes.toString("latin1"), sent.toString("latin1"))
  }
}

describe.sequential("faults on real sockets", () => {
  for (const fault of faults) {
    describe.sequential(fault.name, () => {
      for (const name of names) {
        it.live(
          `is told by ${name}`,
          () =>
            Effect.scoped(
              Effect.gen(function* () {
                const { result, server } = yield* Effect.timeout(run(fault, name), "10 seconds")
                const outcome = fault.but?.[name] ?? fault.outcome
                if (!isExpected(outcome)) {
                  assert.strictEqual(result.fault, undefined)
                  assert.strictEqual(result.status, outcome.status)
                  return assertBytes(fault, name, result.bytes, false)
                }
                const { code, limit, phase, reason, ...evidence } = outcome
                const found = result.fault
                assert.isDefined(found, `whole: ${result.status} ${result.bytes}`)
                assert.strictEqual(found?.reason, reason, `${found?.code} ${String(found?.cause)}`)
                assert.include(phase, found?.phase)
                assert.match(found?.code ?? "", code ?? /^/)
                assert.strictEqual(found?.limit, limit)
                assert.strictEqual(found?.bytesReceived, result.bytes.length)
                assert.deepStrictEqual({ ...evidence, ...found, ...evidence }, { ...evidence, ...found })
                if (result.status !== undefined) {
                  assertBytes(fault, name, result.bytes, true)
                }
                if (fault.lingers !== true || name === "NodeTransport") {
                  yield* Effect.timeout(server.drained, "5 seconds")
                }
              })
            ),
          60_000
        )
      }
    })
  }
})
