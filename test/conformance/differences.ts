/** Where we differ from the official SDK: each is asserted by the test that bears its name, and told in the page. */
export const differences = {
  truncated: {
    title: "a stream that ends before its stop reason",
    ours: "`StreamTruncated`",
    theirs: "`finalMessage()` throws a bare `AnthropicError`; `for await` over the events ends without an error"
  },
  missingStop: {
    title: "a stream that ends after its stop reason, without `message_stop`",
    ours: "the whole message, and a `Warning` to those who listen",
    theirs: "`finalMessage()` throws a bare `AnthropicError`"
  },
  toolInput: {
    title: "a tool's input that is cut off, in a stream that ends well",
    ours: "the block's input is an `InvalidToolInput` that holds the text",
    theirs: "the text is completed by guessing, or dropped"
  },
  spendLimit: {
    title: "a spend limit, by its code or as `billing_error`, whatever the status",
    ours: "`SpendLimitReached`, never tried again",
    theirs: "the class of the status or of the code; a 429 is tried again"
  },
  overload: {
    title: "an `overloaded_error` under another status from 500 on",
    ours: "`Overloaded`",
    theirs: "the class of the status"
  }
} as const

const head = `# Differences from the official SDK

\`test/conformance\` asks this library and \`@anthropic-ai/sdk\` the same, by chance and on loopback: requests have the same body
and the same essential headers, whole streams are folded to the same message whatever their bytes are cut into, and each
error of theirs, by status, type and code, is one of ours with the same evidence. These are the differences; each line has
a test of its name. What either does when the network fails is in [faults](faults.md#what-was-seen-and-the-official-sdk-beside-it).

| what comes | here | there |
|---|---|---|
`

export const differencesPage = (): string =>
  head
  + Object.values(differences)
    .map(({ ours, theirs, title }) => `| ${title} | ${ours} | ${theirs} |\n`)
    .join("")
