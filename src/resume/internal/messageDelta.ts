import type { MessageDelta } from "../../schema/MessageStreamEvent.js"

const known = <A extends object>(patch: A): Partial<A> => {
  const fields: Partial<A> = {}
  for (const [key, value] of Object.entries(patch)) {
    if (value !== null && value !== undefined) Object.assign(fields, { [key]: value })
  }
  return fields
}

/** Two `message_delta` events as one. Their counters are totals, so the later one stands. */
export const mergeDeltas = (earlier: MessageDelta | undefined, later: MessageDelta): MessageDelta =>
  earlier === undefined
    ? later
    : {
        ...earlier,
        ...later,
        delta: { ...earlier.delta, ...known(later.delta) },
        usage: { ...earlier.usage, ...known(later.usage) }
      }
