import type * as Seam from "../Seam.js"

const context = 40

/**
 * The seam behind a prefill, whose reply goes on at the very end of what was sent, so that nothing has to be found.
 *
 * Blanks at the end were trimmed off for the API, though they had been delivered. Where the reply begins with them they
 * are dropped; where it begins with others, or with none, it goes on in another way than the text did, and the seam is
 * not certain.
 */
export class PrefillMatcher implements Seam.SeamMatcher {
  private readonly trimmed: string
  private dropped = 0
  private decided = false

  constructor(private readonly text: string) {
    this.trimmed = text.slice(text.trimEnd().length)
  }

  readonly push = (piece: string): Seam.SeamStep => {
    if (this.decided) return { emit: piece, resolved: undefined }
    let at = 0
    while (at < piece.length && this.dropped < this.trimmed.length && piece[at] === this.trimmed[this.dropped]) {
      at++
      this.dropped++
    }
    const emit = piece.slice(at)
    return { emit, resolved: emit === "" ? undefined : this.decide(emit) }
  }

  readonly end = (): Seam.SeamStep => ({ emit: "", resolved: this.decided ? undefined : this.decide("") })

  readonly discard = (): number => 0

  readonly held = (): number => 0

  private decide(after: string): Seam.Seam {
    this.decided = true
    const certain = this.dropped === this.trimmed.length
    return {
      certain,
      method: "anchor",
      failed: false,
      ...(certain ? {} : { doubt: "boundary" as const }),
      dropped: this.dropped,
      before: this.text.slice(-context),
      after: after.slice(0, context)
    }
  }
}
