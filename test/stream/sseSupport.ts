import * as FastCheck from "effect/FastCheck"

export interface Event {
  readonly event: string | undefined
  readonly data: string
}

export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)

/** All at once, by the letter of the specification, with no thought of speed: what the parser is held against. */
export const reference = (bytes: Uint8Array): Array<Event> => {
  const lines = new TextDecoder("utf-8").decode(bytes).split(/\r\n|\n|\r/)
  lines.pop()
  const events: Array<Event> = []
  let event: string | undefined = undefined
  let data: Array<string> = []
  for (const line of lines) {
    if (line === "") {
      if (data.length > 0 || (event !== undefined && event !== "")) events.push({ event, data: data.join("\n") })
      event = undefined
      data = []
      continue
    }
    const match = /^(event|data)(?:: ?(.*))?$/su.exec(line)
    if (match === null) continue
    if (match[1] === "event") event = match[2] ?? ""
    else data.push(match[2] ?? "")
  }
  return events
}

const pieces: ReadonlyArray<Uint8Array> = [
  "data",
  "event",
  ":",
  " ",
  "\n",
  "\r",
  "\r\n",
  "\n\n",
  "data: ",
  "event: a\n",
  'data: {"a":1}\n\n',
  ": c\n",
  "id: 1\n",
  "retry: 5\n",
  "é",
  "\u2028",
  "\u20ac",
  "😀",
  "\ufeff",
  "x",
  "databank: 1\n"
]
  .map(bytesOf)
  .concat(
    [[0xff], [0xe2], [0xe2, 0x82], [0xf0, 0x9f], [0x80], [0xc0], [0xed, 0xa0]].map((broken) => new Uint8Array(broken))
  )

/** Bytes that are events as often as not, with every line end, broken UTF-8 and marks in odd places. */
export const eventBytes: FastCheck.Arbitrary<Uint8Array> = FastCheck.array(FastCheck.constantFrom(...pieces), {
  maxLength: 40
}).map((parts) => new Uint8Array(parts.flatMap((part) => Array.from(part))))

/** The same bytes in chunks, cut wherever the numbers fall. Empty chunks come up too. */
export const splitAt = (bytes: Uint8Array, cuts: ReadonlyArray<number>): Array<Uint8Array> => {
  const ends = cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b)
  const chunks: Array<Uint8Array> = []
  let start = 0
  for (const end of [...ends, bytes.length]) {
    chunks.push(bytes.slice(start, end))
    start = end
  }
  return chunks
}

export const cuts: FastCheck.Arbitrary<Array<number>> = FastCheck.array(FastCheck.nat(), { maxLength: 30 })
