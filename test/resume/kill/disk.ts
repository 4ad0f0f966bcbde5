/** Ends this process, as SIGKILL does, at one of its operations on files. */
import promises from "node:fs/promises"
import { syncBuiltinESMExports } from "node:module"

type Method = (this: unknown, ...args: ReadonlyArray<unknown>) => unknown

const ofFiles = ["open", "rename", "link", "unlink"]
const ofHandles = ["write", "writeFile", "truncate", "utimes", "sync", "datasync"]

/** Half of what is to be written. */
const halfOf = (args: ReadonlyArray<unknown>): ReadonlyArray<unknown> => {
  const [bytes, offset, length, position] = args
  return bytes instanceof Uint8Array ? [bytes, offset, Math.floor(Number(length) / 2), position] : []
}

export const dieAt = async ({ operation, torn }: { readonly operation: number; readonly torn: boolean }) => {
  let count = 0
  const die = () => process.kill(process.pid, "SIGKILL")
  const watch = (holder: Record<string, Method | undefined>, name: string): void => {
    const original = holder[name]
    if (original === undefined) throw new Error(`there is no ${name}`)
    holder[name] = function (...args) {
      if (++count !== operation) return original.call(this, ...args)
      const half = torn && name === "write" ? halfOf(args) : []
      if (half.length === 0) return die()
      return Promise.resolve(original.call(this, ...half)).then(die)
    }
  }
  const handle = await promises.open(process.execPath)
  const handles: unknown = Object.getPrototypeOf(handle)
  await handle.close()
  // Both are plain objects of functions, which their types do not say
  for (const name of ofHandles) watch(handles as Record<string, Method | undefined>, name)
  for (const name of ofFiles) watch(promises as unknown as Record<string, Method | undefined>, name)
  syncBuiltinESMExports()
}
