/**
 * Cuts a text into the simulator's tokens: word parts of up to seven letters with the blank before them. The parts
 * joined give the text back, and none ends inside a surrogate pair.
 *
 * @internal
 */
export const split = (text: string): ReadonlyArray<string> =>
  text.match(/\s*[A-Za-z]{1,7}|\s*\d{1,3}|\s*[^\sA-Za-z\d]|\s+/gu) ?? []

/** @internal */
export const count = (text: string): number => split(text).length

/** What a prompt of this many characters is counted as: cheap, and the same everywhere. */
export const estimate = (characters: number): number => Math.ceil(characters / 4)
