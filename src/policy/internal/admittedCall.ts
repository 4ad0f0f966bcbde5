import type { AdmissionQueue, Entry } from "./admissionQueue.js"
import type { Amounts } from "./limitGroup.js"
import { nothing } from "./limitGroup.js"

/** A call that was let in: what it was charged, and what becomes of the charge. Told the time. */
export class AdmittedCall {
  private charged: Amounts
  private progress: "admitted" | "sent" | "accepted" = "admitted"
  private isSettled = false
  private isReleased = false
  private readonly closings: number

  constructor(
    private readonly queue: AdmissionQueue,
    private readonly entry: Entry,
    private readonly bodyBytes: number | undefined
  ) {
    this.charged = entry.cost
    this.closings = entry.group.closings
  }

  sent(): void {
    if (this.progress === "admitted") this.progress = "sent"
  }

  accepted(now: number): void {
    if (this.progress === "accepted") return
    this.progress = "accepted"
    this.entry.group.accepted(this.closings)
    this.queue.advance(now)
  }

  settle(used: Omit<Amounts, "requests">, now: number): void {
    this.accepted(now)
    this.isSettled = true
    this.charge({ ...used, requests: this.entry.cost.requests }, now)
  }

  refund(now: number): void {
    if (!this.isSettled) this.charge(nothing, now)
  }

  refused(now: number): void {
    if (!this.isSettled) this.charge({ ...nothing, requests: this.charged.requests }, now)
  }

  release(now: number): void {
    if (this.isReleased) return
    this.isReleased = true
    if (this.isSettled) this.entry.group.observe(this.charged, this.bodyBytes)
    else if (this.progress === "admitted") this.charge(nothing, now)
    else if (this.progress === "sent") this.charge({ ...this.charged, outputTokens: 0 }, now)
    this.queue.release(now, this.entry)
  }

  private charge(amounts: Amounts, now: number): void {
    const { charged } = this
    this.charged = amounts
    this.entry.group.take(
      {
        requests: amounts.requests - charged.requests,
        inputTokens: amounts.inputTokens - charged.inputTokens,
        outputTokens: amounts.outputTokens - charged.outputTokens
      },
      now
    )
    this.queue.advance(now)
  }
}
