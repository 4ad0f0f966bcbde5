/** 0 is healthy, 1 degraded, 2 down. */
export type Severity = 0 | 1 | 2

export interface AlarmSettings {
  /** From where on it is degraded, and down. */
  readonly degraded: number
  readonly down: number
  /** Fewer than this say nothing. */
  readonly minimumVolume: number
  /** It is over below this part of what raised it... */
  readonly clearBelow: number
  /** ...for so many milliseconds. */
  readonly holdMillis: number
}

export interface Reading {
  readonly value: number
  /** Of how many. */
  readonly volume: number
  readonly now: number
  /** When what is measured began, as far as can be told. */
  readonly began: number
}

export interface Change {
  readonly from: Severity
  readonly to: Severity
  /** When the trouble began that this raises, changes or ends. */
  readonly since: number
}

/** One measure and its level: goes up at once, and down only after it has been well below for a while. */
export class Alarm {
  level: Severity = 0
  since = 0
  private calmSince: number | undefined = undefined

  constructor(private readonly settings: AlarmSettings) {}

  update(reading: Reading): Change | undefined {
    const asked = this.asked(reading)
    if (asked > this.level) {
      if (this.level === 0) this.since = reading.began
      return this.go(asked)
    }
    return this.level === 0 ? undefined : this.calm(reading)
  }

  private asked({ value, volume }: Reading): Severity {
    if (volume < this.settings.minimumVolume) return 0
    return value >= this.settings.down ? 2 : value >= this.settings.degraded ? 1 : 0
  }

  private calm({ now, value, volume }: Reading): Change | undefined {
    const { clearBelow, degraded, down, holdMillis } = this.settings
    // without any volume there is nothing that could be wrong
    const isBelow = (threshold: number) => volume === 0 || value < clearBelow * threshold
    if (!isBelow(this.level === 2 ? down : degraded)) {
      this.calmSince = undefined
      return undefined
    }
    this.calmSince ??= now
    if (now - this.calmSince < holdMillis) return undefined
    return this.go(this.level === 2 && !isBelow(degraded) ? 1 : 0)
  }

  private go(to: Severity): Change {
    const from = this.level
    this.level = to
    this.calmSince = undefined
    return { from, to, since: this.since }
  }
}
