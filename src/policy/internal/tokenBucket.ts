/** Rounding must not keep a bucket that is full but for the last bit from letting in what fits. */
const tolerance = 1e-9

/**
 * A bucket that refills all the time. What costs more than it holds goes when it is full, and leaves a debt, so that no
 * request waits for ever.
 */
export class TokenBucket {
  private level: number
  private rate: number
  private burst: number

  constructor(
    perMinute: number,
    private readonly burstMillis: number,
    private at: number
  ) {
    this.rate = perMinute / 60_000
    this.burst = this.rate * burstMillis
    this.level = this.burst
  }

  get perMinute(): number {
    return this.rate * 60_000
  }

  setRate(perMinute: number, now: number): void {
    this.refill(now)
    this.rate = perMinute / 60_000
    this.burst = this.rate * this.burstMillis
    this.level = Math.min(this.level, this.burst)
  }

  available(now: number): number {
    this.refill(now)
    return this.level
  }

  /** Milliseconds until `cost` may go, when `ahead` has gone before; 0 if now. */
  waitFor(cost: number, ahead: number, now: number): number {
    this.refill(now)
    const missing = ahead + Math.min(cost, this.burst) - this.level
    return missing <= tolerance * Math.max(1, this.burst) ? 0 : Math.max(1, Math.ceil(missing / this.rate))
  }

  /** Below nothing is a debt. */
  take(cost: number, now: number): void {
    this.refill(now)
    this.level = Math.min(this.burst, this.level - cost)
  }

  /** There is not more left than that. */
  cap(left: number, now: number): void {
    this.refill(now)
    this.level = Math.min(this.level, left)
  }

  private refill(now: number): void {
    if (now <= this.at) return
    this.level = Math.min(this.burst, this.level + (now - this.at) * this.rate)
    this.at = now
  }
}
