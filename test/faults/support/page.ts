/** The table of faults as a page, so that what is promised is what is tested. */
import type { Group } from "../faults.table.js"
import { type Failing, matrix, numbersOf } from "../matrix.js"
import { type Operation, operations } from "./answers.js"
import { type ClientName, clients } from "./clients.js"
import { seenOf } from "./seenPage.js"
import type { Book } from "./seen.js"
import { type Ending, type Expected, expectedOf, type Failed, onLaterNode, type Row } from "./row.js"

const code = (text: string): string => `\`${text}\``

const endingOf = (standard: Failed["standard"]): string => {
  if (standard === "uncertain") return "final once words came, else heals at attempt 2"
  if (standard === "code") return "`ENOTFOUND` is final; other codes last: gives up after 5 attempts"
  const { attempts, whole }: Ending = standard
  if (whole) return `heals at attempt ${attempts}`
  return attempts === 1 ? "final" : `lasts: gives up after ${attempts} attempts`
}

/** The fields by which errors of one tag are told apart. */
const told = ["reason", "limit", "proxyStatus", "status", "errorType", "errorCode", "retryAfter"]

const fieldsOf = (expected: Failed): string =>
  told
    .flatMap((name) => {
      const value = expected.fields?.[name]
      return value === undefined ? [] : [`${name} ${code(String(value))}`]
    })
    .join(", ")

const outcomeOf = (expected: Expected): string => {
  switch (expected.kind) {
    case "inapplicable":
      return expected.why
    case "whole":
      return "whole"
    case "failed": {
      const fields = fieldsOf(expected)
      const phases = expected.phase.map(code).join(" or ")
      return `${code(expected.tag)} in ${phases}${fields === "" ? "" : `: ${fields}`}`
    }
  }
}

const ranOf = (expected: Expected): string =>
  expected.kind !== "failed" || expected.mayHaveRun === undefined ? "" : expected.mayHaveRun ? "yes" : "no"

const handedOutOf = (expected: Expected): string =>
  expected.kind === "failed" && (expected.text ?? "") !== "" ? "; words before it are handed out" : ""

const standardOf = (expected: Expected): string => (expected.kind === "failed" ? endingOf(expected.standard) : "")

/** The operations that can meet it. */
const meeting = (row: Row, client: ClientName): ReadonlyArray<Operation> =>
  operations.filter((operation) => expectedOf(row, operation, client).kind !== "inapplicable")

/** One text if all operations say the same, else one for each. */
const each = (among: ReadonlyArray<Operation>, tell: (operation: Operation) => string): string => {
  const texts = among.map(tell)
  const [first = ""] = texts
  return texts.every((text) => text === first) ? first : among.map((name, at) => `${name}: ${texts[at]}`).join("; ")
}

/** The client whose account is shown; the others' differences stand beside it. */
const typical = (row: Row): ClientName => clients.find((client) => row.but?.[client] === undefined) ?? "NodeClaude"

const account = (row: Row, client: ClientName): string => {
  const among = meeting(row, client)
  if (among.length === 0) {
    const expected = expectedOf(row, "stream", client)
    return expected.kind === "inapplicable" ? `do not meet it: ${expected.why}` : ""
  }
  return each(among, (operation) => {
    const expected = expectedOf(row, operation, client)
    const twice = expected.kind === "failed" && expected.attempts === 2
    const free = twice ? ", after a second attempt that costs nothing" : ""
    const standard = standardOf(expected)
    return `${outcomeOf(expected)}${free}${standard === "" ? "" : ` (${standard})`}`
  })
}

const differences = (row: Row, usual: ClientName): string => {
  const byAccount = new Map<string, Array<ClientName>>()
  for (const client of clients) {
    const text = account(row, client)
    if (text !== account(row, usual)) byAccount.set(text, [...(byAccount.get(text) ?? []), client])
  }
  const parts = [...byAccount].map(([text, who]) => `${who.join(", ")}: ${text}`)
  const later = clients.flatMap((client) => {
    const changed = onLaterNode(row, client)
    return changed === row ? [] : [`${client} of Node ${row.since?.node} and later: ${account(changed, client)}`]
  })
  const lingers = row.setting?.lingers ?? []
  return [
    ...parts,
    ...later,
    ...(lingers.length === 0 ? [] : [`${lingers.join(", ")}: the socket stays for 10 s`])
  ].join("<br>")
}

const only = (among: ReadonlyArray<Operation>): string => (among.length === 1 ? ` (${among[0]} alone)` : "")

const line = (row: Row): string => {
  const usual = typical(row)
  const among = meeting(row, usual)
  const expected = (operation: Operation) => expectedOf(row, operation, usual)
  const cells = [
    numbersOf(row.name).join(", "),
    `${row.name}${only(among)}`,
    each(among, (operation) => `${outcomeOf(expected(operation))}${handedOutOf(expected(operation))}`),
    each(among, (operation) => ranOf(expected(operation))),
    each(among, (operation) => standardOf(expected(operation))),
    differences(row, usual)
  ]
  return `| ${cells.join(" | ")} |`
}

const section = ({ rows, title }: Group): string =>
  [
    `## ${title}`,
    "",
    "| row | fault | the call fails with | may have run | under the standard policy | where a client differs |",
    "|---|---|---|---|---|---|",
    ...rows.map(line)
  ].join("\n")

const intro = (rows: number): string =>
  `# Faults

What a server, a proxy or the network can do to a call, and what the call makes of it: ${rows} faults, each tried by
\`Claude.stream\` and \`Claude.create\` on real sockets over four clients: \`NodeClaude\`, and \`Claude.layer\` over
\`FetchHttpClient.layer\` (fetch), \`NodeHttpClient.layer\` (node:http) and \`NodeHttpClient.layerUndici\` (undici).
This page is made from the table that the tests run (\`npm run faults\`), and a test holds it against the table.

For each fault, operation and client it is tested that

- nothing hangs, and nothing that is not whole passes as success: a stream ends well only when its stop reason came;
- the error has the tag, the phase, the number of its attempt, and the evidence shown here;
- words that came before the fault were handed out before the error, but for what lay in fetch's own queue at a reset;
- under \`RetryPolicy.never\` there is one attempt (two where a stale connection is replaced), and under
  \`RetryPolicy.standard\` the call ends as shown when the fault strikes once (or, where it says that it lasts, every
  time), with one whole message and nothing of an earlier attempt;
- a retry waits for what \`retry-after\` asked, and one that asks for more than a minute is not waited for;
- when the client is gone, no connection and no fiber of it is left.

Every run, whatever is expected of it, must pass these: no success without a stop reason and the whole text; an error
that is typed, tells its phase, each attempt, the request id that was sent, and no more bytes than were sent; an end
within a second of the deadline; text of one answer, from its beginning, once; no tool call twice; no more requests than
attempts, and no more attempts than the policy has; no wait shorter than \`retry-after\`.

"May have run" is \`mayHaveRun\` where it is certain: no means that the request provably was not sent whole.
`

const triedBy = ({ but, elsewhere, faults }: Failing): string =>
  [
    ...(faults.length === 0 ? [] : [faults.length === 1 ? "1 fault below" : `${faults.length} faults below`]),
    ...new Set(elsewhere.map(({ file }) => code(file))),
    ...(but === undefined ? [] : [but])
  ].join("; ")

const rowsOfMatrix = (): string =>
  [
    "## Ways to fail",
    "",
    `The ${matrix.length} ways in which a call can fail, and what tries each; the number stands beside each fault below.`,
    "",
    "| row | where | what happens | tried by |",
    "|---|---|---|---|",
    ...matrix.map((failing) => `| ${failing.number} | ${failing.phase} | ${failing.what} | ${triedBy(failing)} |`)
  ].join("\n")

const outro = `## Beside the table

- A call that is interrupted, or a stream that is left, closes its socket within 100 ms over each client: before the
  headers, after them, and in the middle of the answer.
- What arrived while a reader was busy is handed out before the error that followed it.
- A reader that stops at the first words of a stream of 64 MB holds the server back over each client: no more than 2 MB
  leave the server beyond what the kernel takes for a socket that nobody reads, and afterwards nothing is missing.
- Ten calls in turn use one connection of \`NodeClaude\`: whole messages, streams that are read to their end or left at
  \`message_stop\`, and refusals. A stream that is left earlier costs its connection, and no other.
- Retries over a pool of one connection go on after refusals of 3 MB over each client. A refusal whose body does not end
  is told after five seconds.
- The official SDK is a witness: random requests of it and of ours are the same byte for byte, path and headers that the
  API knows included, and each of its error classes is one tag of ours (an overload that comes as 500 aside).

Three things are the transports' own. Node's fetch has one pool for the whole process, so an idle connection of it lives
on for four seconds, and a retry that comes at once may open a second one. undici, and so fetch, closes the socket of a
TLS handshake that stalls after ten seconds and not before. And it takes the reset of an answer with neither length nor
chunks for its end: what came is then short of its \`message_stop\`, or of its last brace, and told as that.
`

/** The page. */
export const pageOf = (groups: ReadonlyArray<Group>, book: Book): string => {
  const rows = groups.reduce((count, group) => count + group.rows.length, 0)
  const sections = [
    intro(rows).trimEnd(),
    rowsOfMatrix(),
    ...groups.map(section),
    seenOf(groups, book),
    outro.trimEnd()
  ]
  return `${sections.join("\n\n")}\n`
}
