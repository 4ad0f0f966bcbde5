import type { Json } from "./json.js"
import type { Item, Prompt } from "./prompt.js"
import { endsAt, quoted } from "./quotes.js"

/** What the model is about to say: a text, then calls of these tools. */
export interface Speech {
  readonly text: string
  readonly calls: ReadonlyArray<Json>
}

/** An answer that was begun: what it says, and how much of its text went out so far (in UTF-16 units). */
export interface Answer extends Speech {
  /** Names the prompt it answers. */
  readonly root: string
  readonly variant: number
  sent: number
}

/** Where a request goes on with an answer that broke off. */
export interface GoOn {
  readonly answer: Answer
  readonly at: number
  readonly form: "prefill" | "quoted" | "assistantTurn"
  /** The last user turn, which says how to go on; empty for a prefill. */
  readonly turn: string
}

/** What the simulator remembers of its answers, so that it can go on with them. */
export interface Memory {
  readonly find: (prompt: Prompt) => GoOn | undefined
  /** The answer to this prompt: another one if the last was cut after text had been sent. */
  readonly begin: (prompt: Prompt, write: (variant: number) => Speech) => Answer
  readonly cut: (answer: Answer) => void
  readonly clear: () => void
}

const longTail = 60
const nearEnd = 2000
const kept = 2000
const keptVariants = 64

const goOnWords = /\b(continu\w*|go on|carry on|keep going|left off|interrupted|resume|pick up)\b/i

const textsOf = (items: ReadonlyArray<Item>, role: string): ReadonlyArray<string> =>
  items.filter((part) => part.role === role && part.type === "text").map((part) => part.text)

const assistantTail = (rest: ReadonlyArray<Item>): string => textsOf(rest, "assistant").join("")

const goOn = (answer: Answer, rest: ReadonlyArray<Item>): GoOn | undefined => {
  const last = rest[rest.length - 1]
  if (last === undefined || answer.sent === 0) return undefined
  const stop = endsAt(answer.text, answer.sent, assistantTail(rest))
  if (last.role === "assistant") return stop > 0 ? { answer, at: stop, form: "prefill", turn: "" } : undefined
  const turn = textsOf(rest.slice(lastTurn(rest)), "user").join("\n")
  const { end, length } = quoted(answer.text, answer.sent, turn)
  const asked = goOnWords.test(turn)
  // Without words that ask for it, a quotation must be long and reach the end: people also quote to ask about it.
  const meant = asked || (length > longTail && end > answer.sent - nearEnd)
  // A turn may repeat a few last words of an answer that stands before it whole: the further place is the right one.
  if (end > 0 && end >= stop && meant) return { answer, at: end, form: "quoted", turn }
  return stop > 0 && asked ? { answer, at: stop, form: "assistantTurn", turn } : undefined
}

const lastTurn = (items: ReadonlyArray<Item>): number => {
  let at = items.length
  while (at > 0 && items[at - 1]?.role === "user") at--
  return at
}

interface Root {
  variant: number
  readonly answers: Array<Answer>
}

const rootOf = (prompt: Prompt, items: number): string => `${prompt.prefixes[items] ?? ""}/${prompt.mode}`

/** @internal */
export const make = (): Memory => {
  const roots = new Map<string, Root>()

  const find = (prompt: Prompt): GoOn | undefined => {
    for (let at = prompt.items.length - 1; at > 0; at--) {
      const answers = roots.get(rootOf(prompt, at))?.answers ?? []
      const found = answers.map((answer) => goOn(answer, prompt.items.slice(at))).filter((each) => each !== undefined)
      const best = found.sort((a, b) => b.at - a.at)[0]
      if (best !== undefined) return best
    }
    return undefined
  }

  const begin = (prompt: Prompt, write: (variant: number) => Speech): Answer => {
    const key = rootOf(prompt, prompt.items.length)
    const root = roots.get(key) ?? { variant: 0, answers: [] }
    const known = root.answers.find((answer) => answer.variant === root.variant)
    if (known !== undefined) return known
    const answer = { ...write(root.variant), root: key, sent: 0, variant: root.variant }
    root.answers.push(answer)
    if (root.answers.length > keptVariants) root.answers.shift()
    roots.set(key, root)
    for (const oldest of roots.keys()) {
      if (roots.size <= kept) break
      roots.delete(oldest)
    }
    return answer
  }

  const cut = (answer: Answer): void => {
    const root = roots.get(answer.root)
    if (root !== undefined && root.variant === answer.variant) root.variant++
  }

  return { begin, clear: () => roots.clear(), cut, find }
}
