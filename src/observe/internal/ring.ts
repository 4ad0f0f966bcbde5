/** The last so many values. */
export class Ring<A> {
  readonly capacity: number
  private held: Array<A> = []
  private next = 0

  constructor(capacity: number) {
    this.capacity = Math.max(1, Math.floor(capacity))
  }

  add(value: A): void {
    this.held[this.next] = value
    this.next = (this.next + 1) % this.capacity
  }

  /** The oldest first. */
  values(): ReadonlyArray<A> {
    return this.held.length < this.capacity
      ? [...this.held]
      : [...this.held.slice(this.next), ...this.held.slice(0, this.next)]
  }

  /** Lets go of all others. */
  keep(fits: (value: A) => boolean): void {
    this.held = this.values().filter(fits)
    this.next = this.held.length % this.capacity
  }
}
