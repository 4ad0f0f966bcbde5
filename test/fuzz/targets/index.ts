import type { Target } from "../support/target.js"
import * as checkpoints from "./checkpoints.js"
import * as clients from "./clients.js"
import * as faults from "./faults.js"
import { large } from "./large.js"
import * as streams from "./streams.js"

/** Everything that is fuzzed, and how many cases of it `npm test` plays: fewer where a case takes long. */
export const targets: Readonly<Record<string, Target & { readonly cases: number }>> = {
  sse: { ...streams.sse, cases: 300 },
  events: { ...streams.events, cases: 300 },
  wire: { ...streams.wire, cases: 300 },
  causes: { ...faults.causes, cases: 200 },
  answers: { ...faults.answers, cases: 300 },
  errors: { ...faults.errors, cases: 150 },
  texts: { ...faults.texts, cases: 300 },
  journals: { ...checkpoints.journals, cases: 300 },
  checkpoints: { ...checkpoints.values, cases: 300 },
  requests: { ...clients.asked, cases: 80 },
  clients: { ...clients.answered, cases: 80 },
  large: { ...large, cases: 12 }
}
