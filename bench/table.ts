/**
 * Figures of many rounds, and the tables they are printed as.
 */

export interface Spread {
  readonly median: number
  readonly min: number
  readonly max: number
}

export const spread = (values: ReadonlyArray<number>): Spread => {
  const sorted = [...values].sort((a, b) => a - b)
  const at = (share: number): number => sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN
  return { median: at(0.5), min: at(0), max: at(1) }
}

export const number = (value: number): string => {
  if (value >= 1000) return Math.round(value).toLocaleString("en-US")
  return value.toFixed(value >= 100 ? 0 : value >= 10 ? 1 : 2)
}

/** `1.85x (1.70..1.99)`. */
export const ratio = ({ max, median, min }: Spread): string =>
  `${median.toFixed(2)}x (${min.toFixed(2)}..${max.toFixed(2)})`

export const table = (head: ReadonlyArray<string>, rows: ReadonlyArray<ReadonlyArray<string>>): string =>
  [head, head.map((_, index) => (index === 0 ? "---" : "---:")), ...rows]
    .map((row) => `| ${row.join(" | ")} |`)
    .join("\n")
