/** Valid inputs, and what chance makes of them. */
import type { RandomSource } from "../../resume/manners.js"

const encoder = new TextEncoder()

export const bytesOf = (text: string): Uint8Array => encoder.encode(text)

/** What parsers stumble over. */
const tokens: ReadonlyArray<Uint8Array> = [
  ...'\n|\r|\r\n|\n\n|\r\r|data: |data:|event: error\n|: \n|id: 1\n|\ufeff|\u0000|\u2028|\ud83d\ude00|{|}|[|]|"|\\|\\ud800|,|:'.split(
    "|"
  ),
  ...'null|true|-0|1e999|1e-999|99999999999999999999|""|{}|[]|"__proto__":|"constructor":|"type":"error"|"type":"ping"'.split(
    "|"
  ),
  ...'"type":"unknown"|"index":-1|"index":1.5|"type":"message_stop"|"toJSON":|"length":|"cause":{|"usage":null'.split(
    "|"
  )
]
  .map(bytesOf)
  .concat(
    [[0xff], [0xe2], [0xe2, 0x82], [0xf0, 0x9f], [0x80], [0xc0, 0x80], [0xed, 0xa0, 0x80]].map((b) => new Uint8Array(b))
  )

export const concat = (...parts: ReadonlyArray<Uint8Array>): Uint8Array => {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

export const randomBytes = (random: RandomSource, length: number): Uint8Array =>
  Uint8Array.from({ length }, () => random.below(256))

/** A span of the bytes, most often a short one. */
const spanOf = (random: RandomSource, bytes: Uint8Array): readonly [number, number] => {
  const start = random.below(bytes.length + 1)
  const most = random.below(4) === 0 ? bytes.length - start : Math.min(16, bytes.length - start)
  return [start, start + random.below(most + 1)]
}

const replaced = (bytes: Uint8Array, start: number, end: number, by: Uint8Array): Uint8Array =>
  concat(bytes.subarray(0, start), by, bytes.subarray(end))

type Mutation = (random: RandomSource, bytes: Uint8Array, other: Uint8Array) => Uint8Array

const mutations: ReadonlyArray<Mutation> = [
  // a bit
  (random, bytes) => {
    const copy = bytes.slice()
    const at = random.below(bytes.length)
    copy[at] = (copy[at] ?? 0) ^ (1 << random.below(8))
    return copy
  },
  // a byte
  (random, bytes) => {
    const copy = bytes.slice()
    copy[random.below(bytes.length)] = random.below(256)
    return copy
  },
  (random, bytes) => bytes.subarray(0, random.below(bytes.length + 1)),
  (random, bytes) => replaced(bytes, ...spanOf(random, bytes), new Uint8Array(0)),
  (random, bytes) => {
    const [start, end] = spanOf(random, bytes)
    return replaced(bytes, end, end, bytes.subarray(start, end))
  },
  (random, bytes) => {
    const at = random.below(bytes.length + 1)
    return replaced(bytes, at, at, random.pick(tokens))
  },
  // a span of another input
  (random, bytes, other) => replaced(bytes, ...spanOf(random, bytes), other.subarray(...spanOf(random, other))),
  (random, bytes) => replaced(bytes, ...spanOf(random, bytes), randomBytes(random, random.below(8)))
]

/** Longer ones take time without being other ones. */
const longest = 256 * 1024

/** The bytes after up to eight mutations. */
export const mutated = (random: RandomSource, bytes: Uint8Array, other: Uint8Array = bytes): Uint8Array => {
  let result = bytes
  for (let left = random.below(9); left > 0 && result.length > 0; left--) {
    result = random.pick(mutations)(random, result, other)
  }
  return result.subarray(0, longest)
}

/** The bytes in chunks, a few of them empty. */
export const split = (random: RandomSource, bytes: Uint8Array): ReadonlyArray<Uint8Array> => {
  const chunks: Array<Uint8Array> = []
  const most = random.pick([1, 3, 17, 300, 70_000])
  for (let at = 0; at < bytes.length;) {
    const end = Math.min(bytes.length, at + random.below(most + 1) + (bytes.length > 5000 ? 100 : 0))
    chunks.push(bytes.slice(at, end))
    at = end
  }
  return chunks
}
