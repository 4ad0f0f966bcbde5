/** What is known of the calls under way, by their numbers. A call whose end is never told does not stay for ever. */
export class Running<A> {
  private readonly calls = new Map<number, A>()

  constructor(private readonly most = 10_000) {}

  get size(): number {
    return this.calls.size
  }

  get(call: number): A | undefined {
    return this.calls.get(call)
  }

  add(call: number, value: A): void {
    this.calls.set(call, value)
    if (this.calls.size > this.most) {
      const oldest = this.calls.keys().next()
      if (oldest.done !== true) this.calls.delete(oldest.value)
    }
  }

  take(call: number): A | undefined {
    const value = this.calls.get(call)
    this.calls.delete(call)
    return value
  }
}
