/**
 * Finds a stop sequence that begins before a seam and ends behind it: the API, which saw each part alone, cannot have.
 * What may be the rest of one is held back.
 */
export class StopScan {
  private behind = ""
  /** Sequences of which a beginning stands at the end of the text, and what is missing of each. */
  private candidates: ReadonlyArray<{ readonly sequence: string; readonly rest: string }>

  constructor(before: string, sequences: ReadonlyArray<string>) {
    this.candidates = sequences.flatMap((sequence) =>
      Array.from({ length: Math.max(0, sequence.length - 1) }, (_, at) => at + 1)
        .filter((length) => before.endsWith(sequence.slice(0, length)))
        .map((length) => ({ sequence, rest: sequence.slice(length) }))
    )
  }

  /** The text that may go on, and the sequence that ends it, if one does. */
  push(text: string): { readonly emit: string; readonly stopped: string | undefined } {
    if (this.candidates.length === 0) return { emit: text, stopped: undefined }
    this.behind += text
    const stop = this.candidates.find(({ rest }) => this.behind.startsWith(rest))
    if (stop !== undefined) return { emit: "", stopped: stop.sequence }
    this.candidates = this.candidates.filter(({ rest }) => rest.startsWith(this.behind))
    return { emit: this.candidates.length === 0 ? this.end() : "", stopped: undefined }
  }

  /** No more will come: what was held back was no stop sequence. */
  end(): string {
    const held = this.behind
    this.behind = ""
    this.candidates = []
    return held
  }
}
