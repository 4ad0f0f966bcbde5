/** Neighbouring buckets are this much apart, so that a percentile is off by 2.5 % at most. */
const growth = 1.05

const logGrowth = Math.log(growth)

/** A day: what takes longer counts as a day. */
const longest = 86_400_000

/** Bucket 0 is up to 1 ms; bucket `i` ends at `growth ** i` ms. */
const bucketOf = (millis: number): number =>
  millis <= 1 ? 0 : Math.ceil(Math.log(Math.min(millis, longest)) / logGrowth - 1e-9)

/** The value that is equally far, relatively, from both ends of a bucket. */
const middleOf = (bucket: number): number => (bucket === 0 ? 1 : (2 * growth ** bucket) / (growth + 1))

/** Counts of durations in buckets that grow with them: some 400 at most, whatever is added. */
export class Histogram {
  count = 0
  max = 0
  private readonly buckets = new Map<number, number>()

  add(millis: number): void {
    const bucket = bucketOf(millis)
    this.buckets.set(bucket, (this.buckets.get(bucket) ?? 0) + 1)
    this.count++
    this.max = Math.max(this.max, millis)
  }

  merge(other: Histogram): void {
    for (const [bucket, count] of other.buckets) this.buckets.set(bucket, (this.buckets.get(bucket) ?? 0) + count)
    this.count += other.count
    this.max = Math.max(this.max, other.max)
  }

  /** In milliseconds; 0 where there is nothing. */
  get p95(): number {
    return this.count === 0 ? 0 : (this.percentiles([0.95])[0] ?? 0)
  }

  /** The values below which these parts (rising, 0 to 1) of all lie, in milliseconds: by nearest rank. */
  percentiles(parts: ReadonlyArray<number>): ReadonlyArray<number> {
    const sorted = [...this.buckets].sort(([a], [b]) => a - b)
    let below = 0
    let at = -1
    return parts.map((part) => {
      const rank = Math.max(1, Math.ceil(part * this.count))
      while (below < rank && at < sorted.length - 1) below += sorted[++at]?.[1] ?? 0
      return Math.min(middleOf(sorted[at]?.[0] ?? 0), this.max)
    })
  }
}
