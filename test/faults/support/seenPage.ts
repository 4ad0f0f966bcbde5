/** What was seen, as a section of the page. */
import type { Group } from "../faults.table.js"
import { type Book, linesOf } from "./seen.js"

const escaped = (text: string): string => text.replaceAll("|", "\\|")

const intro = ({ node, sdk, seconds }: Book): string => `## What was seen, and the official SDK beside it

Each fault, done to a call of ours under \`RetryPolicy.standard\` and to the same call of \`@anthropic-ai/sdk\` ${sdk} with its
defaults, on Node ${node.slice(1).replace(/\..*/, "")}; to one request, or to all of them where the fault lasts. Where the fault's row sets a limit of
time for ours, the SDK has it as its \`timeout\`, which ends with the headers. Its streams are read by \`for await\`, and a call
that hangs is given up after ${seconds} seconds. "Ours" are all four clients; one that saw something else has its own line.
Requests are those that reached the server. Times hold the waits before retries, and are those of the run that wrote
this page; a test does it all again, and holds everything but the times.
`

/** The section. */
export const seenOf = (groups: ReadonlyArray<Group>, book: Book): string =>
  [
    intro(book),
    "| row | fault | by | what came out | attempts | requests | time |",
    "|---|---|---|---|---|---|---|",
    ...groups.flatMap(({ rows }) =>
      rows.flatMap((row) =>
        linesOf(row, book.seen).map((line) => `| ${Object.values(line).map(escaped).join(" | ")} |`)
      )
    )
  ].join("\n")
