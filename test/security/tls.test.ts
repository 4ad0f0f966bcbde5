import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { execFile } from "node:child_process"
import { fileURLToPath } from "node:url"
import { certificate, rawServer } from "../transport/support/rawServer.js"

const file = fileURLToPath(new URL("child/tls.ts", import.meta.url))

/** What a process says of a server, in whose environment the check is switched off. */
const asked = (url: string, cert: string) =>
  Effect.async<ReadonlyArray<string>>((resume) => {
    const env = { ...process.env, NODE_TLS_REJECT_UNAUTHORIZED: "0" }
    const child = execFile(process.execPath, ["--import", "tsx", file, url, cert], { env }, (error, stdout, stderr) =>
      resume(error === null ? Effect.succeed(stdout.trim().split("\n")) : Effect.dieMessage(stderr))
    )
    return Effect.sync(() => void child.kill("SIGKILL"))
  })

const body = JSON.stringify({
  type: "model",
  id: "claude-opus-5-5",
  display_name: "Opus",
  created_at: "2026-01-01T00:00:00Z"
})

describe("TLS", () => {
  it.live(
    "is verified by the pool though NODE_TLS_REJECT_UNAUTHORIZED=0 is in the environment; fetch obeys that",
    () =>
      Effect.gen(function* () {
        const signed = certificate("self-signed")
        const { url } = yield* rawServer(
          {
            onRequest: (peer) =>
              peer.write(
                `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`
              )
          },
          signed
        )
        assert.deepStrictEqual(yield* asked(url, signed.cert), [
          "pool: ConnectionFailed Tls",
          "pool with its certificate: answered",
          "fetch: answered"
        ])
      }).pipe(Effect.scoped),
    120_000
  )
})
