/** Runs of the matcher against models of many manners, and their account. */
import * as Seam from "../../src/resume/Seam.js"
import { cutOf, manners, randomOf, split, texts } from "./manners.js"

export interface Run {
  readonly manner: string
  readonly kind: string
  readonly seed: number
  readonly partial: string
  readonly anchor: Seam.Anchor | undefined
  readonly reply: string
  readonly meant: string | undefined
  readonly emitted: string
  readonly seam: Seam.Seam
  /** The reply is, character for character, what an obedient model would say whose text goes on in another way. */
  readonly isTwofold: boolean
}

/** All of a reply through one matcher, in the given pieces. */
export const drive = (
  matcher: Seam.SeamMatcher,
  pieces: ReadonlyArray<string>
): { readonly emitted: string; readonly emits: ReadonlyArray<string>; readonly seam: Seam.Seam } => {
  const emits: Array<string> = []
  const seams: Array<Seam.Seam> = []
  for (const step of [...pieces.map((piece) => () => matcher.push(piece)), () => matcher.end()].map((go) => go())) {
    emits.push(step.emit)
    if (step.resolved !== undefined) {
      seams.push(step.resolved)
    }
  }
  const seam = seams[0]
  if (seam === undefined || seams.length !== 1) {
    throw new Error(`resolved ${seams.length} times`)
  }
  return { emitted: emits.join(""), emits, seam }
}

const unasked = new Set([
  "goes on without the anchor",
  "strips the leading blank",
  "begins the cut word again",
  "repeats 17 characters",
  "repeats 80 characters"
])

export const runOf = (kind: string, manner: string, seed: number): Run => {
  const random = randomOf(seed)
  const text = texts[kind]?.(random)
  const reply = manners[manner]
  if (text === undefined || reply === undefined) {
    throw new Error(`no ${kind} or ${manner}`)
  }
  const at = cutOf(random, text)
  const partial = text.slice(0, at)
  const anchor = Seam.anchorFor(partial)
  const asked = anchor?.text ?? partial.slice(-30)
  const { meant, text: answer } = reply({ partial, anchor: asked, rest: text.slice(at), random })
  const matcher = Seam.make({ partial, anchor })
  const { emitted, seam } = drive(matcher, split(random, answer, random.pick([1, 5, 40, 4_000])))
  const isTwofold =
    unasked.has(manner)
    && anchor !== undefined
    && answer.startsWith(anchor.text)
    && answer.slice(anchor.text.length) !== meant
  return { manner, kind, seed, partial, anchor, reply: answer, meant, emitted, seam, isTwofold }
}

/** A certain seam with other text behind it than was meant: the one thing that must not be. */
export const isFalse = (run: Run): boolean => run.seam.certain && !run.isTwofold && run.emitted !== run.meant

export interface Account {
  runs: number
  certain: number
  uncertainExact: number
  uncertainOther: number
  failed: number
  false: number
  twofold: number
}

export const account = (runs: Iterable<Run>): ReadonlyMap<string, Account> => {
  const accounts = new Map<string, Account>()
  for (const run of runs) {
    const entry = accounts.get(run.manner) ?? {
      runs: 0,
      certain: 0,
      uncertainExact: 0,
      uncertainOther: 0,
      failed: 0,
      false: 0,
      twofold: 0
    }
    accounts.set(run.manner, entry)
    entry.runs++
    entry.certain += run.seam.certain ? 1 : 0
    entry.false += isFalse(run) ? 1 : 0
    entry.twofold += run.isTwofold && run.seam.certain ? 1 : 0
    entry.failed += run.seam.failed ? 1 : 0
    entry.uncertainExact += !run.seam.certain && !run.seam.failed && run.emitted === run.meant ? 1 : 0
    entry.uncertainOther += !run.seam.certain && !run.seam.failed && run.emitted !== run.meant ? 1 : 0
  }
  return accounts
}

/** Every manner with every kind of text, `count` times each. */
export function* allRuns(count: number, seed = 1): Generator<Run> {
  let next = seed * 7919
  for (const manner of Object.keys(manners)) {
    for (const kind of Object.keys(texts)) {
      for (let run = 0; run < count; run++) {
        yield runOf(kind, manner, next++)
      }
    }
  }
}
