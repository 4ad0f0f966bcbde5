import type { Entry } from "../RequestLog.js"
import type { Writable } from "./exchange.js"

/** The requests that a server has seen, as many as it keeps. */
export interface Log {
  readonly add: (entry: Writable<Entry>) => void
  /** Told when a request has ended and its entry changes no more. */
  readonly ended: (entry: Writable<Entry>) => void
  readonly entries: () => ReadonlyArray<Entry>
  readonly clear: () => void
}

/** What bodies and texts may weigh, in bytes of the requests and units of the answers. */
const mostKept = 64 * 1024 * 1024

const weightOf = (entry: Entry): number => entry.bodyBytes + entry.textSent.length

/** @internal */
export const make = (limit: number): Log => {
  const all = new Set<Entry>()
  const heavy = new Set<Writable<Entry>>()
  let kept = 0

  const add = (entry: Writable<Entry>): void => {
    all.add(entry)
    for (const oldest of all) {
      if (all.size <= limit) break
      all.delete(oldest)
      if (heavy.delete(oldest)) kept -= weightOf(oldest)
    }
  }

  const ended = (entry: Writable<Entry>): void => {
    if (!all.has(entry)) return
    heavy.add(entry)
    kept += weightOf(entry)
    for (const oldest of heavy) {
      if (kept <= mostKept || oldest === entry) break
      heavy.delete(oldest)
      kept -= weightOf(oldest)
      oldest.body = undefined
      oldest.textSent = ""
    }
  }

  const clear = (): void => {
    all.clear()
    heavy.clear()
    kept = 0
  }

  return { add, clear, ended, entries: () => Array.from(all, (entry) => ({ ...entry })) }
}
