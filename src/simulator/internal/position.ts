import type { Position } from "../Disturbance.js"

/** What a place is looked up in: events before they are written, or frames after. */
interface Step {
  readonly type: string
  readonly kind: string
  readonly text: string
}

/** How many steps stand before a place (a place by bytes cannot be told here: the end). */
export const stepsBefore = (at: Position, steps: ReadonlyArray<Step>): number => {
  if (typeof at === "number") return steps.length
  if ("event" in at) return Math.min(at.event, steps.length)
  if ("text" in at) {
    let text = 0
    const found = at.text <= 0 ? -1 : steps.findIndex((step) => (text += step.text.length) >= at.text)
    return at.text <= 0 ? 0 : found < 0 ? steps.length : found + 1
  }
  let nth = 0
  const found = steps.findIndex((step) => (step.type === at.after || step.kind === at.after) && ++nth === (at.nth ?? 1))
  return found < 0 ? steps.length : found + 1
}

/** The same place in bytes. */
export const bytesBefore = (at: Position, frames: ReadonlyArray<Step & { readonly bytes: Uint8Array }>): number => {
  const total = frames.reduce((sum, frame) => sum + frame.bytes.length, 0)
  if (typeof at === "number") return Math.min(Math.max(0, at), total)
  const before = frames.slice(0, stepsBefore(at, frames)).reduce((sum, frame) => sum + frame.bytes.length, 0)
  return Math.min(total, before + (at.plus ?? 0))
}
