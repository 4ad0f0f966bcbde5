import { assert, describe, it } from "@effect/vitest"
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import { anchors, brokenLinks } from "../../scripts/gates/markdown.js"
import { docstringSnippets, pageSnippets } from "../../scripts/gates/snippets.js"
import { unpack } from "../../scripts/gates/tarball.js"
import { count } from "../../scripts/gates/vitest.js"

const withFolder = <A>(use: (folder: string) => A): A => {
  const folder = mkdtempSync(join(tmpdir(), "effect-claude-gates-"))
  try {
    return use(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

describe("links", () => {
  const linksOf = (page: string): ReadonlyArray<string> =>
    withFolder((folder) => {
      mkdirSync(join(folder, "docs"))
      writeFileSync(join(folder, "docs/b.md"), "# The Title: `a` & b\n\n## Twice\n\n## Twice\n")
      writeFileSync(join(folder, "a.md"), page)
      return brokenLinks(folder, join(folder, "a.md")).map(({ line, reason, target }) => `${line} ${target} ${reason}`)
    })

  it("lets through what leads somewhere", () => {
    const page = [
      "# Here",
      "[b](docs/b.md) [b](./docs/b.md#the-title-a--b) [b](docs/b.md#twice-1) [here](#here) [w](https://example.com/x)",
      "`[no](link.md)` ![p][ref]",
      "[ref]: docs/b.md",
      "```md",
      "[no](link.md)",
      "```"
    ]
    assert.deepStrictEqual(linksOf(page.join("\n")), [])
  })

  it("names a missing file, a missing heading and a way out of the repository", () => {
    const page = '[a](docs/c.md)\n[b](docs/b.md#three) [c](../up.md)\n[d]: gone.md\n<img src="gone.png">\n[e](#nowhere)'
    assert.deepStrictEqual(linksOf(page), [
      "1 docs/c.md there is no such file",
      "2 docs/b.md#three there is no such heading",
      "2 ../up.md leads out of the repository",
      "3 gone.md there is no such file",
      "4 gone.png there is no such file",
      "5 #nowhere there is no such heading"
    ])
  })

  it("takes no comment in a code block for a heading", () => {
    assert.deepStrictEqual([...anchors("# A\n```sh\n# b\n```\n## C d")], ["a", "c-d"])
  })
})

describe("snippets", () => {
  it("finds the ts blocks of a page with their lines, also in a list, and no other language", () => {
    const page = "# A\n\n```ts\nconst a = 1\n```\n\n```js\nb\n```\n\n- c\n\n  ```ts run\n  const c = 1\n    d\n  ```\n"
    const { problems, snippets } = pageSnippets("a.md", page)
    assert.deepStrictEqual(problems, [])
    assert.deepStrictEqual(
      snippets.map(({ code, file, line, run }) => ({ code, file, line, run })),
      [
        { code: "const a = 1", file: "a.md.L3.ts", line: 4, run: false },
        { code: "const c = 1\n  d", file: "a.md.L13.ts", line: 14, run: true }
      ]
    )
  })

  it("joins a continued block to the one before, each line under its own number", () => {
    const page = "```ts\na\nb\n```\nprose\n\n```ts continued run\nc\n```"
    const [snippet] = pageSnippets("a.md", page).snippets
    assert.strictEqual(snippet?.code, "a\nb\n\n\n\n\nc")
    assert.strictEqual(snippet?.run, true)
    assert.strictEqual(page.split("\n")[(snippet?.line ?? 0) - 1 + 6], "c")
  })

  it("refuses a mark that it does not know, and a continuation of nothing", () => {
    assert.lengthOf(pageSnippets("a.md", "```ts ignore\na\n```").problems, 1)
    assert.lengthOf(pageSnippets("a.md", "```ts continued\na\n```").problems, 1)
  })

  it("finds the examples of docstrings, and leaves other code alone", () => {
    const text =
      "/**\n * A.\n *\n * @example\n * ```ts\n * const a = {\n *   b: 1\n * }\n * ```\n */\nconst c = `\n```ts\n`"
    const { snippets } = docstringSnippets("src/A.ts", text)
    assert.deepStrictEqual(
      snippets.map(({ code, line }) => ({ code, line })),
      [{ code: "const a = {\n  b: 1\n}", line: 6 }]
    )
  })
})

describe("counts", () => {
  const report = { numPassedTests: 3, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0, testResults: [] }

  it("counts tests", () => {
    assert.deepStrictEqual(count(report, 0), { passed: 3, failed: 0 })
    assert.deepStrictEqual(count({ ...report, numFailedTests: 2 }, 1), { passed: 3, failed: 2 })
  })

  it("takes skipped tests, files that do not load and errors outside of tests for failures", () => {
    assert.deepStrictEqual(count({ ...report, numPendingTests: 1, numTodoTests: 1 }, 0), { passed: 3, failed: 2 })
    const broken = [{ status: "failed", assertionResults: [] }]
    assert.deepStrictEqual(count({ ...report, testResults: broken }, 1), { passed: 3, failed: 1 })
    assert.deepStrictEqual(count(report, 1), { passed: 3, failed: 1 })
  })
})

describe("tarballs", () => {
  const entry = (name: string, type: string, content: string, prefix = ""): Buffer => {
    const header = Buffer.alloc(512)
    header.write(name, 0)
    header.write(content.length.toString(8).padStart(11, "0"), 124)
    header.write(type, 156)
    header.write(prefix, 345)
    return Buffer.concat([header, Buffer.from(content.padEnd(Math.ceil(content.length / 512) * 512, "\0"))])
  }

  it("unpacks files, split names and long names", () => {
    withFolder((folder) => {
      const long = `package/${"d/".repeat(60)}c.js`
      const record = ` path=${long}\n`
      const length = record.length + String(record.length + 3).length
      const parts = [
        entry("package/a.js", "0", "a".repeat(600)),
        entry("b.js", "0", "b", "package/lib"),
        entry("pax", "x", `${length}${record}`),
        entry("short", "0", "c"),
        Buffer.alloc(1024)
      ]
      const file = join(folder, "a.tgz")
      writeFileSync(file, gzipSync(Buffer.concat(parts)))
      unpack(file, join(folder, "out"))
      assert.strictEqual(readFileSync(join(folder, "out/a.js"), "utf8"), "a".repeat(600))
      assert.strictEqual(readFileSync(join(folder, "out/lib/b.js"), "utf8"), "b")
      assert.strictEqual(readFileSync(join(folder, "out", "d/".repeat(60), "c.js"), "utf8"), "c")
    })
  })
})
