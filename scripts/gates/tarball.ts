/** Unpacks what `npm pack` made: a gzipped tar of plain files under `package/`. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { gunzipSync } from "node:zlib"

const blockSize = 512

const field = (header: Buffer, from: number, to: number): string =>
  header.subarray(from, to).toString("utf8").replace(/\0.*$/s, "").trim()

/** The records of a `pax` header: `<length> <key>=<value>\n`; the length counts itself. */
const paxPath = (records: string): string | undefined => /^\d+ path=(.*)$/m.exec(records)?.[1]

/** Puts the files of the package into `target`. */
export const unpack = (tarball: string, target: string): void => {
  const bytes = gunzipSync(readFileSync(tarball))
  let longPath: string | undefined
  for (let at = 0; at + blockSize <= bytes.length;) {
    const header = bytes.subarray(at, at + blockSize)
    const name = field(header, 0, 100)
    if (name === "") {
      return
    }
    const size = Number.parseInt(field(header, 124, 136), 8)
    const type = field(header, 156, 157)
    const prefix = field(header, 345, 500)
    const content = bytes.subarray(at + blockSize, at + blockSize + size)
    at += blockSize + Math.ceil(size / blockSize) * blockSize
    if (type === "x") {
      longPath = paxPath(content.toString("utf8"))
      continue
    }
    const path = longPath ?? (prefix === "" ? name : `${prefix}/${name}`)
    longPath = undefined
    if (type === "0" || type === "") {
      const file = join(target, path.replace(/^package\//, ""))
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, content)
    }
  }
}
