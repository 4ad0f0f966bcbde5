import { describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import * as fs from "node:fs"

const declarations = (name: string): string =>
  fs
    .readFileSync(new URL(`../../node_modules/@anthropic-ai/sdk/resources/${name}`, import.meta.url), "utf8")
    .replaceAll(/\/\*\*[^]*?\*\//g, "")

const tests = ["keys.ts", "models.ts"].map((name) => fs.readFileSync(new URL(name, import.meta.url), "utf8")).join("")

const interfacesOf = (text: string): ReadonlyArray<string> =>
  [...text.matchAll(/^export interface (\w+)/gm)].map(([, name = ""]) => name)

/** What of the official SDK has no counterpart of ours, and why. */
const without: ReadonlyArray<readonly [pattern: RegExp, why: string]> = [
  [/ErrorDetails$/, "details of errors are open: they are read by error_code"],
  [/ErrorObject$/, "errors are one open type, ErrorObject"],
  [/^(Browser|Computer).*(Input|ToolUseBlock|Target)$/, "members of toolsets are called by tool_use blocks"],
  [/^Model(Retrieve|List)Params$/, "parameters of paths and queries are no wire types"]
]

describe("type tests", () => {
  it.each(["messages/messages.d.ts", "models.d.ts", "shared.d.ts"])("hold every interface of %s", (name) => {
    const absent = interfacesOf(declarations(name)).filter(
      (type) =>
        !new RegExp(`sameKeys<\\s*Sdk\\w*\\.${type}[,<]`).test(tests)
        && !without.some(([pattern]) => pattern.test(type))
    )
    deepStrictEqual(absent, [])
  })
})
