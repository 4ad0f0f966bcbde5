/** How much of the text behind a seam is looked at. */
const window = 24

/**
 * Whether a text goes on in the right place at `at`, where its whole right form is known. A text that was wrong before
 * says nothing of the seam: that is the model's own slip.
 */
export const verdictOf = (answer: string, text: string, at: number): "right" | "wrong" | "unknown" => {
  const right = answer.trimStart()
  const given = text.trimStart()
  const seam = at - (text.length - given.length)
  if (!right.startsWith(given.slice(0, seam))) return "unknown"
  return right.startsWith(given.slice(0, seam + window).trimEnd()) ? "right" : "wrong"
}
