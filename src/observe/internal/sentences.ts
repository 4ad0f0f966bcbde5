import type { Histogram } from "./histogram.js"
import type { Rate } from "./rolling.js"

/** What is the case, for people. */

const percent = (value: number): string => {
  const whole = Math.round(value * 100)
  return whole === 0 && value > 0 ? "under 1%" : `${whole}%`
}

export const failing = (of: string, { value, volume }: Rate, last: string, before: Rate): string => {
  const past = before.volume === 0 ? "" : `; before it was ${percent(before.value)} of ${before.volume}`
  return volume === 0 ? `No ${of} ended ${last}${past}.` : `${percent(value)} of ${volume} ${of} failed ${last}${past}.`
}

const seconds = ({ p95 }: Histogram): string => `${(p95 / 1000).toFixed(1)} s`

export const slow = (of: string, now: Histogram, last: string, before: Histogram): string => {
  const past = before.count === 0 ? "" : `; before it was ${seconds(before)}`
  return now.count === 0
    ? `No ${of} came ${last}${past}.`
    : `95% of ${now.count} ${of} ${last} came within ${seconds(now)}${past}.`
}

export const circuits = (keys: ReadonlyArray<string>, areClosed: boolean): string =>
  areClosed ? "All circuits are closed again." : `Calls are held back by open circuits: ${keys.join(", ")}.`
