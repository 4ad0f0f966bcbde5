import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { Doctor } from "effect-claude/node"
import { Simulator } from "effect-claude/simulator"
import { closedPortUrl, rawServer } from "../transport/support/rawServer.js"
import { interruptCommand, runCommand } from "./support.js"

const key = "sk-ant-of-the-command"

const doctor = (args: ReadonlyArray<string>, environment: Record<string, string> = { ANTHROPIC_API_KEY: key }) =>
  runCommand(["doctor", "--proxy", "none", ...args], environment)

describe("effect-claude doctor", () => {
  it.scopedLive("prints a line for each finding, and ends well where nothing failed", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator.make()
      const ended = yield* doctor(["--upload", "1.2", "--rounds", "2"], {
        ANTHROPIC_API_KEY: key,
        ANTHROPIC_BASE_URL: simulator.url
      })
      assert.strictEqual(ended.stderr, "")
      assert.strictEqual(ended.code, 0)
      const lines = ended.stdout.trimEnd().split("\n")
      assert.deepStrictEqual(
        lines.map((line) => line.split(/\s+/)[1]),
        ["settings", "proxy", "dns", "tcp", "tunnel", "tls", "api", "clock", "latency", "upload"]
      )
      assert.include(lines.at(-1), "A request of 1.2 MB gets through")
      assert.notInclude(ended.stdout, key)
      assert.isTrue(ended.stdout.includes("2 calls took"))
    })
  )

  it.scopedLive("ends with 1 where something failed, and says what to do about it", () =>
    Effect.gen(function* () {
      const ended = yield* doctor(["--base-url", yield* closedPortUrl])
      assert.strictEqual(ended.code, 1)
      assert.match(
        ended.stdout,
        /^failure {2}tcp {7}The connection was refused \(ECONNREFUSED\)\n +-> Nothing listens/m
      )
    })
  )

  it.scopedLive("prints the report as JSON and nothing beside it", () =>
    Effect.gen(function* () {
      const url = yield* closedPortUrl
      const ended = yield* doctor(["--json", "--base-url", url])
      assert.strictEqual(ended.code, 1)
      const report = yield* Schema.decode(Schema.parseJson(Doctor.Report))(ended.stdout)
      assert.strictEqual(report.origin, url)
      assert.strictEqual(Doctor.verdict(report), "failure")
    })
  )

  it.live("refuses what is no number, an unknown option and an unknown command in one line each", () =>
    Effect.gen(function* () {
      for (const [args, line] of [
        [["doctor", "--idle", "long"], "error: --idle wants a number above 0, not long\n"],
        [["doctor", "--loud"], "error: Unknown option '--loud' (see --help)\n"],
        [["examine"], "error: there is no command examine (see effect-claude --help)\n"]
      ] as const) {
        const ended = yield* runCommand(args)
        assert.deepStrictEqual(ended, { code: 1, stdout: "", stderr: line })
      }
    })
  )

  it.scopedLive("ends in an orderly way when it is interrupted, and says by its code that it was", () =>
    Effect.gen(function* () {
      const server = yield* rawServer({})
      const ended = yield* interruptCommand(["doctor", "--proxy", "none", "--base-url", server.url], /^skipped {2}tls/m)
      assert.strictEqual(ended.stderr, "")
      assert.strictEqual(ended.code, 130)
      yield* server.drained
    })
  )

  it.live("tells what it can do", () =>
    Effect.gen(function* () {
      assert.match((yield* runCommand([])).stdout, /^Usage: effect-claude <command>\n[\s\S]*ask[\s\S]*doctor/)
      assert.match((yield* runCommand(["doctor", "--help"])).stdout, /^Usage: effect-claude doctor/)
      assert.match((yield* runCommand(["ask", "--help"])).stdout, /^Usage: effect-claude ask/)
    })
  )
})
