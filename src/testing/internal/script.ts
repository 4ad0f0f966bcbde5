/** A script of replies, and which request takes which of them. */
import type { MessageRequest } from "../../schema/MessageRequest.js"
import type { Difference } from "./differences.js"
import { differences, formatDifferences, indent, show } from "./differences.js"
import type { Received } from "./received.js"
import type { Reply } from "./replies.js"
import { isReply, text } from "./replies.js"

const TypeId = "~effect-claude/TestClaude/Step"

/**
 * A part of a value: of objects the fields that are given, of texts the text itself or a RegExp; arrays have the same
 * length.
 *
 * @since 0.1.0
 * @category models
 */
export type Pattern<A> = A extends string
  ? A | RegExp
  : A extends ReadonlyArray<infer Item>
    ? ReadonlyArray<Pattern<Item>>
    : A extends object
      ? { readonly [K in keyof A]?: Pattern<A[K]> | undefined }
      : A

/**
 * Which requests a step is for: a part of the request, or a predicate.
 *
 * @since 0.1.0
 * @category models
 */
export type Matcher = Pattern<MessageRequest> | ((received: Received) => boolean)

/**
 * A step of a script: which requests it is for, and what they are answered with, one after the other.
 *
 * @since 0.1.0
 * @category models
 */
export interface Step {
  readonly [TypeId]: typeof TypeId
  /** How reports name it. */
  readonly label: string
  /** @internal */
  readonly matchers: ReadonlyArray<Matcher>
  /** @internal */
  readonly replies: ReadonlyArray<Reply>
  /** Whether the replies begin again when all are used; such a step need not be used. @internal */
  readonly endless: boolean
}

/**
 * What a script is made of. A combinator alone (`TestClaude.cutAfter(3)`) stands for itself on an answer of ten words.
 *
 * @since 0.1.0
 * @category models
 */
export type Part = Step | Reply | ((reply: Reply) => Reply)

const makeStep = (fields: Omit<Step, typeof TypeId>): Step => ({ [TypeId]: TypeId, ...fields })

const isStep = (part: Part): part is Step => typeof part === "object" && TypeId in part

const tenWords = "one two three four five six seven eight nine ten"

export const toStep = (part: Part): Step => {
  if (isStep(part)) return part
  const reply = isReply(part) ? part : part(text(tenWords))
  return makeStep({ label: reply.label, matchers: [], replies: [reply], endless: false })
}

const matcherLabel = (matcher: Matcher): string => (typeof matcher === "function" ? "predicate" : show(matcher, 50))

/**
 * A step for the requests that a predicate holds for, or that have these fields. A request takes the first step of the
 * script that is left and fits it; a step without a `when` fits every request that its reply can answer.
 *
 * @example
 * ```ts
 * import { TestClaude } from "effect-claude/testing"
 *
 * const script = [
 *   TestClaude.when({ model: "claude-haiku-4-5" }, TestClaude.text("short")),
 *   TestClaude.when({ messages: [{ content: /weather/i }] }, TestClaude.toolUse("weather", { city: "Bern" })),
 *   TestClaude.when(({ prompt }) => prompt.length > 1000, TestClaude.fail("Overloaded"))
 * ]
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
export const when = (matcher: Matcher, part: Part): Step => {
  const step = toStep(part)
  return makeStep({
    ...step,
    label: `when(${matcherLabel(matcher)}, ${step.label})`,
    matchers: [matcher, ...step.matchers]
  })
}

/**
 * A step with several replies, one for each request that fits it; useful within `when`.
 *
 * @since 0.1.0
 * @category constructors
 */
export const sequence = (...replies: ReadonlyArray<Reply>): Step =>
  makeStep({
    label: `sequence(${replies.map(({ label }) => label).join(", ")})`,
    matchers: [],
    replies,
    endless: false
  })

/**
 * A step for any number of requests, none included: its replies begin again when they are used up.
 *
 * @since 0.1.0
 * @category constructors
 */
export const always = (part: Part): Step => {
  const step = toStep(part)
  return makeStep({ ...step, label: `always(${step.label})`, endless: true })
}

/** A step in play. */
export interface Played {
  readonly step: Step
  /** From 1, as people count. */
  readonly position: number
  /** The requests that took it. */
  readonly takenBy: Array<number>
}

export const isSpent = ({ step, takenBy }: Played): boolean => !step.endless && takenBy.length >= step.replies.length

export const isUnused = (played: Played): boolean => !played.step.endless && !isSpent(played)

export const nextReply = ({ step, takenBy }: Played): Reply | undefined =>
  step.replies[step.endless ? takenBy.length % Math.max(1, step.replies.length) : takenBy.length]

/** Why a step is not for this request, as lines; none if it is. */
export const misfits = (played: Played, received: Received): ReadonlyArray<string> => {
  const reply = nextReply(played)
  if (isSpent(played) || reply === undefined) return [`used up by ${requests(played.takenBy)}`]
  const endpoint = `${received.method} ${received.path}`
  const [method, path = ""] = reply.endpoint?.split(" ") ?? []
  if (reply.endpoint !== undefined && !(received.method === method && received.path.endsWith(path))) {
    return [`it answers ${reply.endpoint}, not ${endpoint}`]
  }
  return played.step.matchers.flatMap((matcher) => {
    if (typeof matcher === "function") return matcher(received) ? [] : ["its predicate is false of this request"]
    const found: ReadonlyArray<Difference> = differences(matcher, received.body, "partial")
    return formatDifferences(found)
  })
}

export const requests = (numbers: ReadonlyArray<number>): string =>
  numbers.length === 0 ? "no request" : `request${numbers.length > 1 ? "s" : ""} ${numbers.join(", ")}`

const plural = (count: number, name: string): string => `${count} ${name}${count === 1 ? "" : "s"}`

const summary = (received: Received): ReadonlyArray<string> => {
  const { body, messageRequest, method, path, prompt, streaming } = received
  const first = `${method} ${path}${streaming ? " (stream)" : ""}`
  if (messageRequest === undefined) return body === undefined ? [first] : [first, show(body)]
  const { messages, model } = messageRequest
  return [first, `model ${show(model)}, ${plural(messages.length, "message")}, last prompt ${show(prompt)}`]
}

/** What a person reads when a request came that no step is for. */
export const describeUnexpected = (received: Received, script: ReadonlyArray<Played>): string =>
  [
    `TestClaude: request ${received.nth} was not expected.`,
    ...indent(summary(received)),
    ...(script.length === 0 ? ["The script has no steps."] : ["No step of the script fits it:"]),
    ...script.flatMap((played) => [
      `  step ${played.position}, ${played.step.label}`,
      ...indent(misfits(played, received), 4)
    ])
  ].join("\n")

/** What a person reads when steps were left over. */
export const describeUnused = (script: ReadonlyArray<Played>, received: number): string => {
  const unused = script.filter(isUnused)
  return [
    `TestClaude: ${unused.length} of ${script.length} steps ${unused.length === 1 ? "was" : "were"} not used up by `
      + `${plural(received, "request")}.`,
    ...script.map((played) => {
      const { position, step, takenBy } = played
      const left = step.replies.length - takenBy.length
      const rest = isUnused(played) && step.replies.length > 1 ? `, ${left} of ${step.replies.length} replies left` : ""
      return `${isUnused(played) ? "- " : "  "}step ${position}, ${step.label}: ${requests(takenBy)}${rest}`
    })
  ].join("\n")
}
