/** All faults that the whole client is tried on, by where they strike. */
import type { Row } from "./support/row.js"
import { refusals } from "./table/answers.js"
import { bodies } from "./table/bodies.js"
import { streams } from "./table/events.js"
import { exchanging, opening } from "./table/opening.js"

export interface Group {
  readonly title: string
  readonly rows: ReadonlyArray<Row>
}

export const groups: ReadonlyArray<Group> = [
  { title: "Before there is a connection", rows: opening },
  { title: "From the connection to the headers", rows: exchanging },
  { title: "Refusals", rows: refusals },
  { title: "In the body", rows: bodies },
  { title: "In the events of a stream", rows: streams }
]
