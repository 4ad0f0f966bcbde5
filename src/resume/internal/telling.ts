import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type { CallInfo, Service } from "../../Claude.js"
import { CurrentHub } from "../../ClaudeEvent.js"
import { hubOf } from "../../client/internal/baseUrls.js"
import { ifPresent } from "../../client/internal/policies.js"
import type { Output } from "./ledger.js"

/** Tells those who listen that a stream goes on, where that is among what is delivered. */
export const tellResumed = (
  claude: Service,
  delivered: ReadonlyArray<Output>,
  model: string,
  info: Effect.Effect<CallInfo> | undefined
): Effect.Effect<void> =>
  Effect.contextWithEffect((context: Context.Context<never>) => {
    // where the client tells of its calls
    const hub = ifPresent(context, CurrentHub) ?? hubOf(claude) ?? Context.get(context, CurrentHub)
    const marker = delivered.findLast((event) => event.type === "resume")
    if (!hub.isActive() || info === undefined || marker?.type !== "resume" || marker.status !== "resumed") {
      return Effect.void
    }
    return Effect.map(Effect.zip(info, Clock.currentTimeMillis), ([{ call }, at]) =>
      hub.publish({
        _tag: "StreamResumed",
        at,
        call,
        request: { method: "POST", path: "/v1/messages", model, stream: true },
        segment: marker.attempt,
        cut: marker.cut.tag,
        certain: marker.seam?.certain
      })
    )
  })
