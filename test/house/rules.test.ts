import { assert, describe, it } from "@effect/vitest"
import { ruleViolations, rules } from "./internal/rules.js"
import { codeOf, show, sources } from "./internal/source.js"

const files = sources((path) => /^(?:src|test|bench|examples|scripts|docs|\.ci)\/|^[\w.-]+\.(?:md|json|ts)$/.test(path))

interface Case {
  readonly path: string
  /** Each must be found by the rule, once. */
  readonly bad: ReadonlyArray<string>
  /** None may be found by any rule. */
  readonly good: ReadonlyArray<string>
}

const cases: Record<string, Case> = {
  "time not by Clock": {
    path: "src/policy/A.ts",
    bad: ["const a = Date.now()", "const a = new Date()", "const a = performance.now()"],
    good: ["const a = new Date(0).toISOString()", "const a = Date.parse(b)", "// Date.now()", 'const a = "Date.now()"']
  },
  "randomness not by Random": {
    path: "src/policy/A.ts",
    bad: ["const a = Math.random()", "const a = crypto.randomUUID()"],
    good: ["const a = Random.next"]
  },
  "a timer not by Clock": {
    path: "src/node/A.ts",
    bad: ["setTimeout(f, 10)", "const a = setInterval(f, 10)"],
    good: ["socket.setTimeout(10)"]
  },
  "console in the library": {
    path: "src/cli/main.ts",
    bad: ['console.log("a")'],
    good: ['Console.log("a")', "const a = services.console.log"]
  },
  any: {
    path: "src/schema/A.ts",
    bad: ["const a: any = 1", "type A = Array<any>", "const a = b as any // why"],
    good: ["const a = many", "const any = anything"]
  },
  "a non-null assertion": {
    path: "src/schema/A.ts",
    bad: ["const a = b!.c", "f(a[0]!)", "const a = b!"],
    good: ["const a = b !== c", "const a = !b", "const a = b != null", 'const a = "no!"']
  },
  "a service of another kind than Context.Tag": {
    path: "src/Claude.ts",
    bad: ['class A extends Effect.Service<A>()("A", {}) {}', "const a = FiberRef.unsafeMake(0)"],
    good: ['class A extends Context.Tag("A")<A, B>() {}']
  },
  "a failure that is not returned from the generator": {
    path: "src/policy/A.ts",
    bad: ["  yield* Effect.fail(e)", "  yield* Effect.dieMessage(e)"],
    good: ["  return yield* Effect.fail(e)"]
  },
  "a semicolon at the end of a line": {
    path: "test/a.test.ts",
    bad: ["const a = 1;"],
    good: ["for (let a = 0; a < 1; a++) {", ";(a)()", "// a;"]
  },
  "a trailing comma": {
    path: "test/a.test.ts",
    bad: ["f(\n  a,\n)", "const a = [\n  1,\n]"],
    good: ["f(\n  a\n)", "const [, a] = b"]
  },
  "a tab or a blank at the end of a line": { path: "scripts/a.ts", bad: ["const a = 1 ", "\tf()"], good: ["f()"] },
  "a line of more than 120 characters": {
    path: "bench/a.ts",
    bad: [`f(${"a".repeat(118)})`, `// ${"a".repeat(118)}`],
    good: [`f(${"a".repeat(117)})`, `f("${"a".repeat(200)}")`]
  },
  "a skipped or focused test": {
    path: "test/a.test.ts",
    bad: ['it.skip("a", f)', 'describe.only("a", f)', 'it.effect.skip("a", f)', 'it.skipIf(a)("b", f)', 'it.todo("a")'],
    good: ['it("skips a bad line", f)', "bytes.skip", 'it("a", f) // it.skip(']
  },
  "a switched-off check": {
    path: "src/schema/A.ts",
    bad: ["// @ts-expect-error: why", "// oxlint-disable-next-line no-console -- why"],
    good: ["// the check is on"]
  },
  "a check switched off in silence": {
    path: "test/a.test.ts",
    bad: ["// @ts-nocheck", "// oxlint-disable-next-line no-console"],
    good: ["// oxlint-disable-next-line no-console -- it is what is tested", "// @ts-expect-error: a is missing"]
  },
  "work left for later": {
    path: "docs/a.md",
    bad: ["TODO: say more", "a FIXME"],
    good: ["a todo list"]
  },
  "a path of somebody's machine": {
    path: "docs/a.md",
    bad: ["see /home/ann/a.md", "`/tmp/a`", "(/Users/ann)", "in /work/a"],
    good: ["https://example.com/work/a", "docs/work/a.md", "./root/a", "/workspaces"]
  },
  "the address of a package": {
    path: "package-lock.json",
    bad: ['      "resolved": "https://example.com/a.tgz",'],
    good: ['      "integrity": "sha512-a"']
  },
  "a file of more than 450 lines": {
    path: "src/schema/A.ts",
    bad: ["// a\n".repeat(451)],
    good: ["// a\n".repeat(450)]
  },
  "`as` without a reason beside it": {
    path: "src/schema/A.ts",
    bad: [
      "const a = b as C",
      "const a = f(b) as ReadonlyArray<C>",
      "const a = b as unknown as C",
      "// of something else\n\nconst a = b as C"
    ],
    good: [
      "// the compiler cannot see it\nconst a = b\nconst c = a as unknown as C",
      "const a = b as C // JSON.parse gives unknown",
      "// JSON.parse gives unknown\nconst a = b as C",
      'const a = "x" as const',
      'import * as A from "effect/Effect"',
      'export { a as b } from "./b.js"',
      "type A = { readonly [K in keyof B as K extends string ? K : never]: B[K] }"
    ]
  },
  "try/catch inside a generator": {
    path: "src/node/A.ts",
    bad: ["const a = Effect.gen(function* () {\n  if (b) {\n    try {\n      f()\n    } catch {}\n  }\n})"],
    good: [
      "const a = () => {\n  try {\n    f()\n  } catch {}\n}",
      "const a = Effect.gen(function* () {\n  const b = (): C => {\n    try {\n      f()\n    } catch {}\n  }\n})"
    ]
  },
  "@effect/schema is effect/Schema": {
    path: "src/schema/A.ts",
    bad: ['import * as Schema from "@effect/schema/Schema"'],
    good: ['import * as Schema from "effect/Schema"']
  }
}

describe("rules of the house", () => {
  it("there are files to look at", () => {
    assert.isAbove(files.length, 20)
  })

  for (const rule of rules) {
    it(`holds everywhere: no ${rule.name}`, () => {
      assert.deepStrictEqual(show(ruleViolations(files, rule.name)), [])
    })
  }
})

describe("each rule", () => {
  it("has its planted violations", () => {
    assert.sameMembers(
      rules.map((rule) => rule.name),
      Object.keys(cases)
    )
  })

  for (const [name, { bad, good, path }] of Object.entries(cases)) {
    it(`finds what is planted: ${name}`, () => {
      for (const text of bad) {
        assert.lengthOf(ruleViolations([{ path, text }], name), 1, text)
      }
    })

    it(`leaves in peace what only looks like it: ${name}`, () => {
      for (const text of good) {
        assert.deepStrictEqual(show(ruleViolations([{ path, text }])), [], text)
      }
    })
  }
})

describe("code without comments and texts", () => {
  it("keeps every line and every length", () => {
    for (const { text } of files.filter((file) => file.path.endsWith(".ts"))) {
      const code = codeOf(text)
      assert.strictEqual(code.length, text.length)
      assert.strictEqual(code.split("\n").length, text.split("\n").length)
    }
  })

  it("sees through templates, regular expressions and quotes in comments", () => {
    const cases: ReadonlyArray<readonly [string, string]> = [
      ["`a ${b + `c ${d}`} e`; f", "`__${b + `__${d}`}__`; f"],
      ["a / b / c", "a / b / c"],
      ['x = /["/]/.test(y)', "x = /____/.test(y)"],
      ["a // it's\nb", "a        \nb"],
      ['"\\"" + a', '"__" + a'],
      ["/* ` */ a", "        a"]
    ]
    for (const [text, expected] of cases) {
      assert.strictEqual(codeOf(text), expected)
    }
  })
})
