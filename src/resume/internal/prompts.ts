/**
 * The words that ask a model to go on.
 *
 * @internal
 */

interface Delimiters {
  readonly open: string
  readonly close: string
}

/** A pair of tags of which the closing one does not stand in the text between them. @internal */
export const delimiters = (name: string, text: string): Delimiters => {
  let tag = name
  for (let count = 2; text.includes(`</${tag}>`); count++) {
    tag = `${name}_${count}`
  }
  return { open: `<${tag}>`, close: `</${tag}>` }
}

const between = (name: string, text: string): string => {
  const { close, open } = delimiters(name, text)
  return `${open}${text}${close}`
}

const manner =
  "Keep to the language, the format and the style of the interrupted response, whatever the language of "
  + "this instruction. Write nothing else: no preamble, no remark about the interruption, no quotation marks, tags or "
  + "code fence around what you write."

const afterAnchor = (anchor: string): string =>
  "Begin your reply by repeating these last words of it exactly, character for character, even where they end inside "
  + `a word: ${between("last_words", anchor)}\nGo straight on from there, in the same word and line, without `
  + "repeating anything else. If nothing is missing, stop after the repeated words."

const withoutAnchor = "Begin your reply with the very next character of it and repeat nothing."

/** @internal */
export const quoted = (partial: string, anchor: string | undefined): string =>
  `Your previous response was interrupted and ended with ${between("previous_response", partial)}. `
  + `Continue from where you left off.\n\n${anchor === undefined ? withoutAnchor : afterAnchor(anchor)}\n${manner}`

/** @internal */
export const assistantTurn = (anchor: string | undefined): string =>
  `Your previous response was interrupted. Continue from where you left off.\n\n${
    anchor === undefined ? withoutAnchor : afterAnchor(anchor)
  }\n${manner}`
