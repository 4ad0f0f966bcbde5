/** A row has the place of a value in each dimension. */
export type Row = Readonly<Record<string, number>>

interface Pair {
  readonly one: readonly [name: string, at: number]
  readonly other: readonly [name: string, at: number]
}

const keyOf = ({ one, other }: Pair): string => `${one.join("=")} ${other.join("=")}`

const pairsOf = (sizes: Row): ReadonlyArray<Pair> => {
  const values = (name: string) => Array.from({ length: sizes[name] ?? 0 }, (_, at) => [name, at] as const)
  const names = Object.keys(sizes)
  return names.flatMap((name, at) =>
    names.slice(at + 1).flatMap((next) => values(name).flatMap((one) => values(next).map((other) => ({ one, other }))))
  )
}

/** Rows in which each value of each dimension meets each value of every other one, by the number of values in each. */
export const allPairs = (sizes: Row): ReadonlyArray<Row> => {
  const open = new Map(pairsOf(sizes).map((pair) => [keyOf(pair), pair]))
  const names = Object.keys(sizes)
  const met = (row: Row): ReadonlyArray<string> =>
    names.flatMap((name, at) =>
      names.slice(at + 1).flatMap((next) => {
        const key = `${name}=${row[name]} ${next}=${row[next]}`
        return open.has(key) ? [key] : []
      })
    )
  const rows: Array<Row> = []
  for (const { one, other } of open.values()) {
    let row: Row = { [one[0]]: one[1], [other[0]]: other[1] }
    for (const name of names.filter((name) => row[name] === undefined)) {
      const choices = Array.from({ length: sizes[name] ?? 0 }, (_, at) => ({ ...row, [name]: at }))
      row = choices.reduce((best, choice) => (met(choice).length > met(best).length ? choice : best))
    }
    for (const key of met(row)) open.delete(key)
    rows.push(row)
  }
  return rows
}
