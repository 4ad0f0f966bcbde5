const overAfter = 10_000

/**
 * Lets in a few at once and doubles what it has let in every second, so that a crowd does not come back as a crowd. By
 * the clock alone: a slow answer holds nobody up. After ten seconds it is over.
 */
export class Ramp {
  private taken = 0

  constructor(
    private readonly initial: number,
    private readonly startedAt: number
  ) {}

  /** Milliseconds until one more may go, when `ahead` have gone before; 0 if now. */
  waitFor(ahead: number, now: number): number {
    const doublings = Math.log2((this.taken + ahead + 1) / this.initial)
    const at = this.startedAt + Math.max(0, Math.ceil(doublings * 1000))
    return Math.max(0, Math.min(at, this.startedAt + overAfter) - now)
  }

  take(): void {
    this.taken++
  }
}
