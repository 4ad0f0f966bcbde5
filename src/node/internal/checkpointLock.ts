/**
 * A lock as a file: who has it stands in it, and when it was last renewed is the time of its last change.
 *
 * It appears and goes as a whole, by link and rename. Whoever wrote it keeps it open, and renews what it holds open:
 * a lock that somebody else has put away meanwhile does not come back by that.
 */
import { type FileHandle, link, open, readFile, rename, stat, unlink } from "node:fs/promises"
import { hostname } from "node:os"
import { readFileSync, readlinkSync } from "node:fs"
import * as Predicate from "effect/Predicate"

interface Holder {
  readonly nonce: string
  readonly owner?: string | undefined
  readonly lease: number
  /** Where `pid` has a meaning: the machine since its last start, and the container. */
  readonly host: string
  readonly pid: number
  /** Process ids come round again; the moment of the start does not. */
  readonly started?: string | undefined
}

const attempt = <A>(f: () => A): A | undefined => {
  try {
    return f()
  } catch {
    return undefined
  }
}

const codeOf = (error: unknown): unknown => (Predicate.hasProperty(error, "code") ? error.code : undefined)

/** `undefined` where the error is one of these. */
const unless = async <A>(codes: ReadonlyArray<string>, promise: Promise<A>): Promise<A | undefined> => {
  try {
    return await promise
  } catch (error) {
    if (codes.some((code) => code === codeOf(error))) return undefined
    throw error
  }
}

const quietly = (promise: Promise<unknown>): Promise<unknown> => promise.catch(() => undefined)

const procStat = (pid: number): ReadonlyArray<string> | undefined =>
  // The name of the program may hold blanks and brackets; what follows it does not
  attempt(() => readFileSync(`/proc/${pid}/stat`, "utf8"))
    ?.replace(/^.*\) /s, "")
    .split(" ")

const startOf = (pid: number): string | undefined => procStat(pid)?.[19]

const here = (() => {
  let known: string | undefined
  return (): string =>
    (known ??= [
      hostname(),
      attempt(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()),
      attempt(() => readlinkSync("/proc/self/ns/pid"))
    ].join(" "))
})()

const exists = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return codeOf(error) !== "ESRCH"
  }
}

/** Whether it is known that the process is no more: only of this machine and container can that be known. */
const isDead = (holder: Holder): boolean => {
  if (holder.host !== here()) return false
  if (!exists(holder.pid)) return true
  const now = procStat(holder.pid)
  return now !== undefined && (now[0] === "Z" || (holder.started !== undefined && holder.started !== now[19]))
}

const isHolder = (value: unknown): value is Holder =>
  Predicate.isRecord(value)
  && Predicate.isString(value["nonce"])
  && Predicate.isNumber(value["lease"])
  && Predicate.isString(value["host"])
  && Predicate.isNumber(value["pid"])

interface Held {
  readonly text: string
  readonly renewedAt: number
}

const look = async (path: string): Promise<Held | undefined> => {
  const handle = await unless(["ENOENT"], open(path, "r"))
  if (handle === undefined) return undefined
  try {
    return { text: await handle.readFile("utf8"), renewedAt: (await handle.stat()).mtimeMs }
  } finally {
    await handle.close()
  }
}

export interface Claimant {
  readonly nonce: string
  readonly owner: string | undefined
  /** Milliseconds. */
  readonly lease: number
}

const isStale = (held: Held, claimant: Pick<Claimant, "owner" | "lease">, now: number): boolean => {
  const holder: unknown = attempt(() => JSON.parse(held.text))
  // One that cannot be read is being written, or was left behind half written.
  if (!isHolder(holder)) return now > held.renewedAt + claimant.lease
  if (claimant.owner !== undefined && holder.owner === claimant.owner) return true
  return now > held.renewedAt + holder.lease || isDead(holder)
}

/** Takes a lock away that still says `text`; one that says another thing by now is put back. */
const putAway = async (path: string, text: string, nonce: string): Promise<void> => {
  const aside = `${path}.${nonce}.tmp`
  if (
    (await unless(
      ["ENOENT"],
      rename(path, aside).then(() => true)
    )) === undefined
  ) {
    return
  }
  const found = await readFile(aside, "utf8")
  // Where it cannot be put back its holder sees that, and stops
  if (found !== text) await quietly(link(aside, path))
  await quietly(unlink(aside))
}

const withoutLinks = ["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK"]

const place = async (path: string, text: string, nonce: string, now: number): Promise<FileHandle | undefined> => {
  const draft = `${path}.${nonce}.tmp`
  const handle = await open(draft, "wx", 0o600)
  try {
    await handle.writeFile(text)
    await handle.utimes(now / 1000, now / 1000)
    await link(draft, path)
    return handle
  } catch (error) {
    await quietly(handle.close())
    if (codeOf(error) === "EEXIST") return undefined
    if (withoutLinks.some((code) => code === codeOf(error))) return await placeDirectly(path, text, now)
    throw error
  } finally {
    await quietly(unlink(draft))
  }
}

/** On file systems without links: for a moment it stands there without its text. */
const placeDirectly = async (path: string, text: string, now: number): Promise<FileHandle | undefined> => {
  const handle = await unless(["EEXIST"], open(path, "wx", 0o600))
  if (handle === undefined) return undefined
  await handle.writeFile(text)
  await handle.utimes(now / 1000, now / 1000)
  return handle
}

/** A lock that this process holds. */
export class FileLock {
  private closed = false

  constructor(
    private readonly path: string,
    private readonly text: string,
    private readonly claimant: Claimant,
    private readonly handle: FileHandle,
    private renewedAt: number
  ) {}

  /** Whether it is still this one that stands there; renewed where a third of the lease has gone by. */
  async confirm(now: number): Promise<boolean> {
    if (!(await this.stands())) return false
    if (now - this.renewedAt >= this.claimant.lease / 3) {
      await this.handle.utimes(now / 1000, now / 1000)
      this.renewedAt = now
    }
    return true
  }

  async release(): Promise<void> {
    if (this.closed) return
    const stands = await this.stands().catch(() => false)
    this.closed = true
    if (stands) await quietly(putAway(this.path, this.text, this.claimant.nonce))
    await quietly(this.handle.close())
  }

  /** The file that it holds open cannot come round as another one. */
  private async stands(): Promise<boolean> {
    if (this.closed) return false
    const there = await unless(["ENOENT"], stat(this.path, { bigint: true }))
    const own = await this.handle.stat({ bigint: true })
    return there !== undefined && there.ino === own.ino && there.dev === own.dev
  }
}

/** `undefined` while somebody else has it. */
export const take = async (path: string, claimant: Claimant, now: number): Promise<FileLock | undefined> => {
  const { lease, nonce, owner } = claimant
  const holder: Holder = { nonce, owner, lease, host: here(), pid: process.pid, started: startOf(process.pid) }
  const text = JSON.stringify(holder)
  // Others may come and go in between; nobody stays for long without holding it.
  for (let tries = 0; tries < 8; tries++) {
    const handle = await place(path, text, nonce, now)
    if (handle !== undefined) return new FileLock(path, text, claimant, handle, now)
    const held = await look(path)
    if (held === undefined) continue
    if (!isStale(held, claimant, now)) return undefined
    await putAway(path, held.text, nonce)
  }
  return undefined
}

/** Takes away a lock that nobody holds any more. */
export const tidyLock = async (path: string, nonce: string, now: number): Promise<void> => {
  const held = await look(path)
  if (held !== undefined && isStale(held, { owner: undefined, lease: 0 }, now)) await putAway(path, held.text, nonce)
}
