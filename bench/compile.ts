/**
 * Compiles the library and the bench's children as the package is built, so that what is measured is what is published:
 * a loader that compiles at run time leaves helpers in the code, and counts as start-up.
 */
import { execFileSync } from "node:child_process"
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { createRequire } from "node:module"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"

const root = fileURLToPath(new URL("..", import.meta.url))

/** The folder of what was compiled; it is gone with this process. */
export const compile = (): string => {
  const cache = join(root, "node_modules/.cache")
  mkdirSync(cache, { recursive: true })
  const out = mkdtempSync(join(cache, "bench-"))
  process.on("exit", () => rmSync(out, { recursive: true, force: true }))
  writeFileSync(join(out, "package.json"), `{ "type": "module", "sideEffects": false }\n`)
  const tsc = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin/tsc")
  execFileSync(process.execPath, [tsc, "-p", join(root, "bench/tsconfig.json"), "--outDir", out], { stdio: "inherit" })
  return out
}
