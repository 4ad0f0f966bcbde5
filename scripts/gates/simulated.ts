/** The environment in which examples and snippets run: the simulator on a free port, and no key of the machine. */
import { join } from "node:path"
import { bin, root, start } from "./run.js"

const tsx = bin("tsx")

/** Arguments of `run` for a TypeScript program. */
export const program = (file: string): readonly [string, ReadonlyArray<string>] => [
  tsx,
  ["--tsconfig", join(root, "tsconfig.json"), file]
]

const clean = (): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^ANTHROPIC_|_proxy$/i.test(name)))

const listening = (child: ReturnType<typeof start>["child"]): Promise<string> =>
  new Promise((settle, fail) => {
    let output = ""
    const timer = setTimeout(() => fail(new Error(`the simulator did not say its URL in 30 s:\n${output}`)), 30_000)
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8")
      stream.on("data", (text: string) => {
        output += text
        const url = /https?:\/\/(?:127\.0\.0\.1|localhost|\[::1\]):\d+/.exec(output)
        if (url !== null) {
          clearTimeout(timer)
          settle(url[0])
        }
      })
    }
    child.on("close", (code) => {
      clearTimeout(timer)
      fail(new Error(`the simulator ended with ${code}:\n${output}`))
    })
  })

/** Runs `use` while a simulator listens; `env` points the client's usual variables at it. */
export const withSimulator = async <A>(use: (env: NodeJS.ProcessEnv) => Promise<A>): Promise<A> => {
  const [script, args] = program(join(root, "src/simulator/main.ts"))
  const { child, stop } = start(script, [...args, "--port", "0"], clean())
  try {
    const url = await listening(child)
    return await use({ ...clean(), ANTHROPIC_BASE_URL: url, ANTHROPIC_API_KEY: "sk-ant-simulated" })
  } finally {
    stop()
  }
}
