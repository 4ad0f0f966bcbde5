import * as Either from "effect/Either"
import * as Fault from "../Fault.js"

/** Faults by the names that the command line knows. */
export const presets: Readonly<Record<string, () => Fault.Fault>> = {
  reset: Fault.resetBeforeHeaders,
  "reset-on-accept": Fault.resetOnAccept,
  "reset-in-headers": Fault.resetInHeaders,
  "reset-in-body": () => Fault.resetAt({ text: 200 }),
  fin: () => Fault.finAt({ text: 200 }),
  "stale-keep-alive": Fault.staleKeepAlive,
  truncated: () => Fault.endAt({ text: 200 }),
  "no-message-stop": () => Fault.endAt({ after: "message_delta" }),
  stall: () => Fault.stallAt({ text: 200 }),
  "stall-headers": Fault.stallBeforeHeaders,
  pings: () => Fault.pingsAt({ text: 200 }),
  trickle: () => Fault.trickle(8, "50 millis"),
  sliced: Fault.sliced,
  "error-event": () => Fault.errorEvent({ at: { text: 200 } }),
  malformed: () => Fault.malformedEvent({ text: 200 }),
  unknown: Fault.unknownEvent,
  "429": () => Fault.rateLimited({ retryAfter: 1 }),
  "spend-limit": () => Fault.rateLimited({ code: "enforced_spend_limit_reached" }),
  "529": Fault.overloaded,
  "500": Fault.serverError,
  "html-502": Fault.html,
  "html-200": () => Fault.html(200),
  "empty-body": Fault.emptyBody,
  "broken-json": Fault.brokenJson,
  refusal: () => Fault.stopsWith("refusal", { text: 100 })
}

const one = (text: string): Either.Either<Fault.Fault, string> => {
  const [name = "", amount] = text.split(":")
  const make = Object.hasOwn(presets, name) ? presets[name] : undefined
  if (make === undefined) {
    return Either.left(`no fault is called "${name}"; there are: ${Object.keys(presets).join(", ")}`)
  }
  if (amount === undefined) return Either.right(make())
  const percent = /^(\d+(?:\.\d+)?)%$/.exec(amount)?.[1]
  if (percent !== undefined) return Either.right(Fault.withProbability(make(), Number(percent) / 100))
  return /^\d+$/.test(amount)
    ? Either.right(Fault.times(make(), Number(amount)))
    : Either.left(`"${text}": after the colon stands a number of requests (reset:3) or a probability (reset:20%)`)
}

/**
 * Reads `reset,429:2,stall:10%`: one request gets the first, the next two the second, one in ten of the rest the third.
 *
 * @internal
 */
export const read = (text: string): Either.Either<ReadonlyArray<Fault.Fault>, string> =>
  Either.all(
    text
      .split(",")
      .map((name) => name.trim())
      .filter((name) => name !== "")
      .map(one)
  )
