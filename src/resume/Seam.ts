/**
 * The place where the text of one attempt ends and that of the next begins: which words a continuation is asked to
 * repeat, how it is asked, and which characters of its reply are new.
 *
 * All of it is pure and synchronous. A seam is `certain` only when the repeated words were found and nothing speaks
 * against the place; everything else is a best guess and says so.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import * as prompts from "./internal/prompts.js"
import { choose } from "./internal/seamAnchor.js"
import { groundOf, Matcher } from "./internal/seamMatcher.js"

/**
 * Why a seam is not certain.
 *
 * - `weakAnchor`: the repeated words say too little (below 32 bits), as after a cut in the first words; or they repeat
 *   themselves, or nearly all of them was written before.
 * - `ambiguousAnchor`: they stand more than once in the partial answer.
 * - `preamble`, `quoted`: something stood before them that is not a plain line, or an opening quote, fence or tag.
 * - `boundary`: the blanks at the cut came back as other blanks, or not at all.
 * - `lineBreak`: a line begins behind a word that had been cut in the middle of a sentence.
 * - `aside`: what follows looks like a remark about the answer: a short line of its own, an ellipsis.
 * - `repeated`: what follows was told before: the words a second time, or the answer begun again.
 * - `noAnchor`: the reply does not hold the words, or there were none to ask for.
 * - `window`: they did not come within the window.
 * - `endedEarly`: the reply ended before they did.
 *
 * @since 0.1.0
 * @category schemas
 */
export const SeamDoubt = Schema.Literal(
  "weakAnchor",
  "ambiguousAnchor",
  "preamble",
  "quoted",
  "boundary",
  "lineBreak",
  "aside",
  "repeated",
  "noAnchor",
  "window",
  "endedEarly"
)

/**
 * Why a seam is not certain.
 *
 * @since 0.1.0
 * @category models
 */
export type SeamDoubt = typeof SeamDoubt.Type

/**
 * How a reply was joined to the partial answer; lengths are in UTF-16 units.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Seam = Schema.Struct({
  /** The repeated words were found, once and first, and nothing speaks against the place. */
  certain: Schema.Boolean,
  /** What the place was found by: the anchor as it is, the anchor written in another way, an overlap, or nothing. */
  method: Schema.Literal("anchor", "normalised", "overlap", "none"),
  /** Nothing new was had from the reply: it was empty, or it ended before the repeated words did. */
  failed: Schema.Boolean,
  /** Why it is not certain; absent when it is. */
  doubt: Schema.optional(SeamDoubt),
  /** How many characters at the start of the reply were dropped. */
  dropped: Schema.Number,
  /** The last of the text before the seam, 40 characters at most. */
  before: Schema.String,
  /** The first of the text behind it, as far as it had come: 40 characters at most. */
  after: Schema.String
})

/**
 * How a reply was joined to the partial answer.
 *
 * @since 0.1.0
 * @category models
 */
export interface Seam extends Schema.Schema.Type<typeof Seam> {}

/**
 * The last words of a partial answer, which a continuation is asked to repeat first.
 *
 * @since 0.1.0
 * @category models
 */
export interface Anchor {
  /** The words: always the very end of the partial answer, its trailing blanks included. */
  readonly text: string
  /** Whether they stand once in the partial answer, however quotes and blanks are written. */
  readonly unique: boolean
  /** How much they say that the text before them did not, in bits; below 32 no seam on them is certain. */
  readonly bits: number
}

/**
 * What a matcher answers to a piece of the reply.
 *
 * @since 0.1.0
 * @category models
 */
export interface SeamStep {
  /** The new text that this piece sets free; it never ends inside a surrogate pair. */
  readonly emit: string
  /** The seam, in the one step that decides it. */
  readonly resolved: Seam | undefined
}

/**
 * Tells the new text of one reply from what it repeats. Every piece of the reply goes through it, also after the seam
 * was resolved: then all passes but half a surrogate pair, and the end of a quote or fence opened before the words.
 *
 * @since 0.1.0
 * @category models
 */
export interface SeamMatcher {
  /** Takes the next piece of the reply's text. */
  readonly push: (text: string) => SeamStep
  /** Says that the reply is complete: decides what is undecided and lets the rest go. */
  readonly end: () => SeamStep
  /** Says that the reply was cut: what is held back is dropped, and how many characters that were is returned. */
  readonly discard: () => number
  /** How many characters are held back now. */
  readonly held: () => number
}

/**
 * What a continuation's instruction is written from.
 *
 * @since 0.1.0
 * @category models
 */
export interface PromptInput {
  /**
   * - `quoted`: one user turn that quotes the partial answer, the documented form for models since 4.6.
   * - `assistantTurn`: a user turn behind the partial answer as an assistant turn.
   */
  readonly strategy: "quoted" | "assistantTurn"
  /** All the text of the answer that was delivered. */
  readonly partial: string
  /** The words to repeat first, if there are any. */
  readonly anchor: Anchor | undefined
}

/**
 * Writes the user turn that asks for a continuation. Replace it to ask in words of your own; keep the partial answer
 * byte for byte, and ask for the anchor where there is one.
 *
 * @since 0.1.0
 * @category models
 */
export type Prompt = (input: PromptInput) => string

/**
 * Chooses the anchor: from a word boundary to the very end, the unfinished word included, grown until it stands once in
 * the partial answer and says enough. It holds no stop sequence, which would end the reply inside it. Where the text
 * repeats itself for longer than `maxLength` the anchor is marked as not `unique`.
 *
 * `undefined` when the partial answer is blank, ends in half a surrogate pair, or ends in a stop sequence.
 *
 * @example
 * ```ts
 * import { Seam } from "effect-claude"
 *
 * Seam.anchorFor("Once upon a time the quick bro")?.text // "Once upon a time the quick bro"
 * ```
 * @since 0.1.0
 * @category constructors
 */
export const anchorFor = (
  partial: string,
  options?: {
    /** The stop sequences of the request. Default: none. */
    readonly stopSequences?: ReadonlyArray<string> | undefined
    /** The longest anchor in UTF-16 units. Default: 400. */
    readonly maxLength?: number | undefined
  }
): Anchor | undefined => choose(partial, options?.maxLength ?? 400, options?.stopSequences ?? [])

/**
 * Makes the matcher of one reply.
 *
 * @example
 * ```ts
 * import { Seam } from "effect-claude"
 *
 * const partial = "A red fox crossed the road, and the quick bro"
 * const matcher = Seam.make({ partial, anchor: Seam.anchorFor(partial) })
 * matcher.push("crossed the road, and the quick brown dog followed")
 * matcher.end()
 * ```
 * @since 0.1.0
 * @category constructors
 */
export const make = (options: {
  /** All the text of the answer that was delivered. */
  readonly partial: string
  /** What the continuation was asked to repeat. One that is not the end of `partial` counts as none. */
  readonly anchor?: Anchor | undefined
  /** The stop sequences of the request: an anchor that holds one counts as none. Default: none. */
  readonly stopSequences?: ReadonlyArray<string> | undefined
  /** How many characters may be held back while the anchor has not come, a verbatim repeat apart. Default: 2,000. */
  readonly window?: number | undefined
}): SeamMatcher => {
  const ground = groundOf(options.partial, options.anchor?.text, options.stopSequences ?? [])
  const matcher = new Matcher(ground, options.window ?? 2_000)
  return {
    push: (text) => matcher.push(text),
    end: () => matcher.end(),
    discard: () => matcher.discard(),
    held: () => matcher.held
  }
}

/**
 * The instruction that is used unless another is given. It holds the sentence that the API's streaming page gives for
 * interrupted responses, and says that the language of the answer is not that of the instruction.
 *
 * @since 0.1.0
 * @category constructors
 */
export const prompt: Prompt = ({ anchor, partial, strategy }) =>
  strategy === "quoted" ? prompts.quoted(partial, anchor?.text) : prompts.assistantTurn(anchor?.text)

/**
 * Whether a value is a seam.
 *
 * @since 0.1.0
 * @category guards
 */
export const isSeam: (value: unknown) => value is Seam = Schema.is(Seam)
