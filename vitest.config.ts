import { fileURLToPath } from "node:url"
import { defineConfig } from "vitest/config"

const src = fileURLToPath(new URL("./src", import.meta.url))

const house = ["test/house/**/*.test.ts"]

/** What watches its process, and what uses `layer` of @effect/vitest, which leaves `it` changed. */
const apart = [
  "test/cli/**/*.test.ts",
  "test/faults/**/*.test.ts",
  "test/node/**/*.test.ts",
  "test/resume/kill.test.ts",
  "test/soak/**/*.test.ts",
  "test/testing/recipes/{shared,simulator}.test.ts"
]

export default defineConfig({
  resolve: {
    alias: [
      { find: /^effect-claude$/, replacement: `${src}/index.ts` },
      { find: /^effect-claude\/(.+)$/, replacement: `${src}/$1/index.ts` }
    ]
  },
  test: {
    // both cores of a small machine: Vitest would leave one idle
    maxWorkers: 2,
    minWorkers: 1,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    projects: [
      { extends: true, test: { name: "house", include: house } },
      { extends: true, test: { name: "apart", include: apart } },
      // modules are loaded once for all of these files: that takes as long as the tests
      {
        extends: true,
        test: { name: "together", include: ["test/**/*.test.ts"], exclude: [...house, ...apart], isolate: false }
      }
    ]
  }
})
