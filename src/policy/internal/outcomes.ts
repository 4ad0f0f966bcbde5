interface Slot {
  readonly at: number
  failures: number
  total: number
}

/**
 * The outcomes of a sliding window. Those of one millisecond share a slot, so that the window's length bounds the
 * memory, not the traffic.
 */
export class Outcomes {
  failures = 0
  total = 0
  private slots: Array<Slot> = []
  private first = 0

  constructor(private readonly windowMillis: number) {}

  add(failed: boolean, now: number): void {
    this.expire(now)
    const last = this.slots.at(-1)
    let slot = last
    if (slot === undefined || slot.at !== now || this.first === this.slots.length) {
      slot = { at: now, failures: 0, total: 0 }
      this.slots.push(slot)
    }
    const failures = failed ? 1 : 0
    slot.failures += failures
    slot.total++
    this.failures += failures
    this.total++
  }

  /** Forgets what is as old as the window is long. */
  expire(now: number): void {
    for (;;) {
      const slot = this.slots[this.first]
      if (slot === undefined || now - slot.at < this.windowMillis) break
      this.failures -= slot.failures
      this.total -= slot.total
      this.first++
    }
    // moving the rest is cheap while it is done only when most is gone
    if (this.first > 1024 && this.first * 2 > this.slots.length) {
      this.slots = this.slots.slice(this.first)
      this.first = 0
    }
  }

  clear(): void {
    this.slots = []
    this.first = 0
    this.failures = 0
    this.total = 0
  }
}
