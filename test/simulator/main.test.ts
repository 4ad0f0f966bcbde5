import { assert, describe, it } from "@effect/vitest"
import * as Either from "effect/Either"
import { spawn } from "node:child_process"
import { createRequire } from "node:module"
import { fileURLToPath } from "node:url"
import { presets, read } from "../../src/simulator/internal/presets.js"
import { headers } from "./support.js"

const tsx = createRequire(import.meta.url).resolve("tsx/cli")
const main = fileURLToPath(new URL("../../src/simulator/main.ts", import.meta.url))

/** Runs the command until `steps` is done with it, then interrupts it as Ctrl-C does. */
const run = (args: ReadonlyArray<string>, steps: (url: string) => Promise<void>) =>
  new Promise<{ readonly code: number | null; readonly output: string }>((settle, reject) => {
    const child = spawn(process.execPath, [tsx, main, ...args], { stdio: ["ignore", "pipe", "pipe"] })
    let output = ""
    let started = false
    const listen = (text: Buffer) => {
      output += text.toString()
      const url = /http:\/\/127\.0\.0\.1:\d+/.exec(output)?.[0]
      if (url === undefined || started) return
      started = true
      steps(url).then(() => child.kill("SIGINT"), reject)
    }
    child.stdout.on("data", listen)
    child.stderr.on("data", listen)
    child.on("close", (code) => settle({ code, output }))
  })

describe("npm run simulate", () => {
  it("says its URL in one line, each request in one line, and stops cleanly on Ctrl-C", async () => {
    const { code, output } = await run(["--port", "0", "--faults", "529,html-502"], async (url) => {
      for (let nth = 0; nth < 3; nth++) await fetch(`${url}/v1/models`, { headers }).then((response) => response.text())
    })
    const lines = output.trim().split("\n")
    assert.strictEqual(code, 0)
    assert.strictEqual(lines.length, 4)
    assert.match(lines[0] ?? "", /ANTHROPIC_BASE_URL=http:\/\/127\.0\.0\.1:\d+ and any API key/)
    assert.match(lines[1] ?? "", /^GET \/v1\/models 529, fault: 529, complete, \d+ bytes in \d+ ms$/)
    assert.match(lines[2] ?? "", /^GET \/v1\/models 502, fault: html-502, complete/)
    assert.match(lines[3] ?? "", /^GET \/v1\/models 200, complete/)
  })

  it("refuses what it does not know in one line, with exit code 1", async () => {
    for (const args of [["--faults", "earthquake"], ["--port", "high"], ["--colour"]]) {
      const { code, output } = await run(args, () => Promise.resolve())
      assert.strictEqual(code, 1, output)
      assert.strictEqual(output.trim().split("\n").length, 1, output)
    }
  })
})

describe("faults by name", () => {
  it("strike once, several times, or with a probability", () => {
    const faults = Either.getOrThrow(read("reset, 429:3,stall:25%"))
    assert.deepStrictEqual(
      faults.map(({ name, probability, times }) => [name, times, probability]),
      [
        ["reset-before-headers", 1, undefined],
        ["429", 3, undefined],
        ["stall", Infinity, 0.25]
      ]
    )
    assert.deepStrictEqual(Either.getOrThrow(read("")), [])
  })

  it("are all known, and what is not is told", () => {
    for (const name of Object.keys(presets)) assert.isTrue(Either.isRight(read(name)), name)
    for (const name of ["nothing", "reset:often", "toString", "__proto__"]) {
      assert.isTrue(Either.isLeft(read(name)), name)
    }
  })
})
