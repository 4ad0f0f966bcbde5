/** Who takes what a stream gives, and outlives the processes that read it. */
import type { Checkpoint } from "effect-claude"
import type { Lane, Line } from "./orders.js"

export class Consumer {
  isDone = false
  /** How much it had to take back, since the checkpoint knew less than it had taken. */
  takenBack = 0
  /** What it had taken when each process began, by the number of the process. */
  readonly shown = new Map<number, string>()
  readonly errors: Array<NonNullable<Line["error"]>> = []
  private readonly blocks = new Map<number, string>()
  private taken = 0
  private cursor: Checkpoint.Cursor | undefined
  private isFirst = false

  constructor(
    readonly id: string,
    readonly prompt: string,
    private readonly by: "textLength" | "cursor"
  ) {}

  get text(): string {
    return [...this.blocks.values()].join("")
  }

  /** Where a new process has to go on. The last characters may not have come through, in the middle of a delta. */
  begin(life: number, delay: number, lost = 0): Lane {
    this.lose(lost)
    this.shown.set(life, this.text)
    this.isFirst = true
    const after = this.by === "cursor" ? this.cursor : this.taken === 0 ? undefined : { textLength: this.taken }
    return { id: this.id, prompt: this.prompt, after, delay }
  }

  take({ cursor, error, event }: Line): void {
    if (error !== undefined) return this.fail(error)
    if (event === undefined || cursor === undefined) return
    if (this.isFirst && this.by === "cursor") this.takeBackTo(cursor)
    this.isFirst = false
    this.cursor = cursor
    if (event.type === "content_block_start") {
      const { content_block: block, index } = event
      if (!this.blocks.has(index)) this.add(index, block.type === "text" ? block.text : "")
    }
    if (event.type === "content_block_delta" && event.delta.type === "text_delta") {
      this.add(event.index, event.delta.text)
    }
    if (event.type === "resume") for (const { index } of event.withdrawn ?? []) this.blocks.delete(index)
    if (event.type === "message_stop") this.isDone = true
  }

  private lose(count: number): void {
    const [index, text] = [...this.blocks].at(-1) ?? [0, ""]
    if (text.length < count || this.cursor?.block !== index || this.cursor.offset !== text.length) return
    this.blocks.set(index, text.slice(0, text.length - count))
    this.cursor = { block: index, offset: text.length - count }
    this.taken -= count
  }

  private add(index: number, text: string): void {
    this.blocks.set(index, (this.blocks.get(index) ?? "") + text)
    this.taken += text.length
  }

  private fail(error: NonNullable<Line["error"]>): void {
    this.errors.push(error)
    // it was killed before anything of it was written down, and begins again
    if (error.reason !== "missing") return
    this.takeBackTo({ block: -1, offset: 0 })
    this.cursor = undefined
  }

  private takeBackTo({ block, offset }: Checkpoint.Cursor): void {
    const before = this.text.length
    for (const [index, text] of this.blocks) {
      if (index > block) this.blocks.delete(index)
      else if (index === block) this.blocks.set(index, text.slice(0, offset))
    }
    this.takenBack += before - this.text.length
  }
}
