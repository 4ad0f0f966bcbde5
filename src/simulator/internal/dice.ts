import { PCGRandom } from "effect/Utils"
import { createHash } from "node:crypto"

/** Choices that a seed decides: the same seed, the same choices. */
export interface Dice {
  readonly below: (n: number) => number
  readonly chance: (p: number) => boolean
  readonly pick: <A>(first: A, ...rest: ReadonlyArray<A>) => A
  readonly from: (words: ReadonlyArray<string>) => string
}

/** @internal */
export const digest = (...parts: ReadonlyArray<string>): string => {
  const hash = createHash("sha256")
  // The length keeps ("a", "bc") apart from ("ab", "c").
  for (const part of parts) hash.update(`${part.length}:`).update(part)
  return hash.digest("hex")
}

/** @internal */
export const dice = (...seed: ReadonlyArray<string>): Dice => {
  const random = new PCGRandom(Number.parseInt(digest(...seed).slice(0, 8), 16))
  const below = (n: number) => Math.floor(random.number() * n)
  return {
    below,
    chance: (p) => random.number() < p,
    pick: (first, ...rest) => [first, ...rest][below(rest.length + 1)] ?? first,
    from: (words) => words[below(words.length)] ?? ""
  }
}

const alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"

/** An identifier such as the API's own: a prefix and 24 characters that the seed decides. */
export const identifier = (prefix: string, ...seed: ReadonlyArray<string>): string => {
  const hex = digest(prefix, ...seed)
  const letter = (at: number) => alphabet[Number.parseInt(hex.slice(at * 2, at * 2 + 2), 16) % alphabet.length] ?? "1"
  return `${prefix}_01${Array.from({ length: 22 }, (_, at) => letter(at)).join("")}`
}
