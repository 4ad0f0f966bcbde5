const LF = 10
const CR = 13

/** Finds where the events of a stream end, however its bytes are cut: behind the blank line that ends each. */
export class EventScanner {
  /** Events that have ended. */
  events = 0
  private lineHasBytes = false
  private eventHasLines = false
  private afterCr = false

  /** The index right behind the event that makes it so many, or `undefined` if it does not end here. */
  scan(bytes: Uint8Array, wanted: number): number | undefined {
    if (this.events >= wanted) return 0
    for (const [index, byte] of bytes.entries()) {
      const secondHalf = byte === LF && this.afterCr
      this.afterCr = byte === CR
      if (secondHalf) continue
      if (byte !== LF && byte !== CR) this.lineHasBytes = true
      else if (this.endsEvent() && this.events >= wanted) return index + 1
    }
    return undefined
  }

  /** A line ends; a blank one ends the event that has lines. */
  private endsEvent(): boolean {
    const blank = !this.lineHasBytes
    const ends = blank && this.eventHasLines
    this.eventHasLines = !blank
    this.lineHasBytes = false
    if (ends) this.events++
    return ends
  }
}
