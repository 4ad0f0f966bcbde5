/** Tables for a terminal: cells that are too long go on in the next line. */

export interface Column {
  readonly title: string
  readonly width: number
  /** Numbers stand to the right. */
  readonly right?: boolean
}

/** At blanks where it can be, and within a word that is longer than a line. */
const wrap = (text: string, width: number): ReadonlyArray<string> => {
  const lines = [""]
  for (const word of text.split(" ").flatMap((word) => word.match(new RegExp(`.{1,${width}}`, "gu")) ?? [])) {
    const last = lines.at(-1) ?? ""
    if (last === "") lines[lines.length - 1] = word
    else if (last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}

const line = (columns: ReadonlyArray<Column>, cells: ReadonlyArray<string>): string => {
  const wrapped = columns.map(({ width }, index) => wrap(cells[index] ?? "", width))
  const height = Math.max(...wrapped.map((lines) => lines.length))
  return Array.from({ length: height }, (_, at) => {
    const parts = columns.map(({ right, width }, index) => {
      const text = wrapped[index]?.[at] ?? ""
      return right === true ? text.padStart(width) : text.padEnd(width)
    })
    return `${parts.join("  ").trimEnd()}\n`
  }).join("")
}

const head = (columns: ReadonlyArray<Column>): string =>
  line(
    columns,
    columns.map(({ title }) => title)
  )
  + line(
    columns,
    columns.map(({ width }) => "─".repeat(width))
  )

export const textTable = { head, line }
