/** A file of lines that makes room as it grows. Synchronous, since what waits to be written is lost in a crash. */
import * as fs from "node:fs"
import { readdir, readFile } from "node:fs/promises"
import { join } from "node:path"
import * as Predicate from "effect/Predicate"

export interface FlightLogOptions {
  readonly directory: string
  readonly maxBytes: number
  readonly files: number
  /** Told once for each time of trouble. */
  readonly onFailure: (description: string) => void
}

const nameOf = (age: number): string => (age === 0 ? "flight.jsonl" : `flight.${age}.jsonl`)

const pattern = /^flight(?:\.(\d+))?\.jsonl$/

const isMissing = (error: unknown): boolean => Predicate.hasProperty(error, "code") && error.code === "ENOENT"

const newline = 10

export class FlightLog {
  private file: number
  private size = 0
  private failing = false
  /** What was written last may have been cut off. */
  private torn = false

  constructor(private readonly options: FlightLogOptions) {
    fs.mkdirSync(options.directory, { recursive: true, mode: 0o700 })
    this.file = this.open()
  }

  append(line: string): void {
    try {
      if (this.size >= this.options.maxBytes) this.rotate()
      const bytes = Buffer.from(`${this.torn ? "\n" : ""}${line}\n`)
      this.torn = true
      const written = fs.writeSync(this.file, bytes)
      this.size += written
      this.torn = written < bytes.length
      if (this.torn) this.failed("a line was written in part")
      else this.failing = false
    } catch (error) {
      this.failed(error instanceof Error ? error.message : String(error))
    }
  }

  private failed(description: string): void {
    if (!this.failing) this.options.onFailure(description)
    this.failing = true
  }

  close(): void {
    fs.closeSync(this.file)
  }

  private path(age: number): string {
    return join(this.options.directory, nameOf(age))
  }

  private open(): number {
    const file = fs.openSync(this.path(0), "a+", 0o600)
    const { size } = fs.fstatSync(file)
    const last = Buffer.alloc(1, newline)
    if (size > 0) fs.readSync(file, last, 0, 1, size - 1)
    this.torn = last[0] !== newline
    this.size = size
    return file
  }

  private rotate(): void {
    // another process that writes here may have done it
    if (this.isCurrent()) {
      for (let age = this.options.files - 1; age > 0; age--) {
        try {
          fs.renameSync(this.path(age - 1), this.path(age))
        } catch (error) {
          if (!isMissing(error)) throw error
        }
      }
      if (this.options.files === 1) fs.rmSync(this.path(0), { force: true })
    }
    const old = this.file
    this.file = this.open()
    fs.closeSync(old)
  }

  private isCurrent(): boolean {
    const found = fs.statSync(this.path(0), { throwIfNoEntry: false })
    return found?.ino === fs.fstatSync(this.file).ino
  }
}

/** The lines of all files, the oldest first. */
export const readAll = async (directory: string): Promise<ReadonlyArray<string>> => {
  const names = await readdir(directory).catch((error: unknown) => {
    if (isMissing(error)) return []
    throw error
  })
  const aged = names.flatMap((name) => {
    const match = pattern.exec(name)
    return match === null ? [] : [{ name, age: Number(match[1] ?? 0) }]
  })
  const texts = await Promise.all(
    aged.sort((a, b) => b.age - a.age).map(({ name }) => readFile(join(directory, name), "utf8"))
  )
  return texts.flatMap((text) => text.split("\n")).filter((line) => line !== "")
}
