import { describe, it } from "@effect/vitest"
import { assertTrue, deepStrictEqual } from "@effect/vitest/utils"
import { execFile } from "node:child_process"
import * as fs from "node:fs"
import * as path from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, beforeAll } from "vitest"

const root = fileURLToPath(new URL("../..", import.meta.url))
const tsc = path.join(root, "node_modules/typescript/bin/tsc")

/** A copy of the schemas and their type tests, under node_modules so that packages are found. */
const copy = path.join(root, "node_modules/.cache/type-mutations", String(process.pid))

const compile = (): Promise<{ readonly ok: boolean; readonly output: string }> =>
  new Promise((resolve) => {
    execFile(process.execPath, [tsc, "-p", copy], { cwd: copy }, (error, stdout) => {
      resolve({ ok: error === null, output: stdout })
    })
  })

/** Takes a field out of an interface and out of its schema, as someone might who thinks it is not used. */
const withoutField = async <A>(file: string, field: string, run: () => Promise<A>): Promise<A> => {
  const target = path.join(copy, "src/schema", file)
  const before = fs.readFileSync(target, "utf8")
  const lines = before.split("\n")
  const kept = lines.filter((line) => !new RegExp(`^ +(readonly )?${field}\\??: `).test(line))
  assertTrue(kept.length < lines.length - 1, `${file} has no ${field} in both the interface and the schema`)
  fs.writeFileSync(target, kept.join("\n").replaceAll(/,(\n\}\)\))/g, "$1"))
  try {
    return await run()
  } finally {
    fs.writeFileSync(target, before)
  }
}

beforeAll(() => {
  for (const folder of ["src/schema", "test/types"]) {
    fs.cpSync(path.join(root, folder), path.join(copy, folder), { recursive: true })
  }
  fs.writeFileSync(
    path.join(copy, "tsconfig.json"),
    JSON.stringify({
      extends: path.relative(copy, path.join(root, "tsconfig.json")),
      compilerOptions: { incremental: false, tsBuildInfoFile: null },
      include: ["test/types/*.ts"],
      exclude: ["test/types/*.test.ts"]
    })
  )
})

afterAll(() => {
  fs.rmSync(copy, { recursive: true, force: true })
})

describe("type tests", () => {
  it("compile as they are", async () => {
    deepStrictEqual(await compile(), { ok: true, output: "" })
  })

  it.each([
    ["Usage.ts", "inference_geo"],
    ["MessageRequest.ts", "service_tier"],
    ["WebSearchTool.ts", "strict"],
    ["ToolSearchResult.ts", "error_message"]
  ])("do not compile when %s loses the field %s", async (file, field) => {
    const { ok, output } = await withoutField(file, field, compile)
    deepStrictEqual(ok, false)
    assertTrue(output.includes("keys.ts"), output)
  })
})
