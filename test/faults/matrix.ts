/** The ways in which a call can fail, numbered, and what tries each of them. */
import { refusals } from "./table/answers.js"

/** A test outside the table: its file, and words of its title. */
export interface Elsewhere {
  readonly file: string
  readonly title: string
}

export interface Failing {
  readonly number: number
  readonly phase: string
  readonly what: string
  /** Names of faults in the table. */
  readonly faults: ReadonlyArray<string>
  readonly elsewhere: ReadonlyArray<Elsewhere>
  /** What of it cannot be had, and why. */
  readonly but?: string
}

const at = (file: string, title: string): Elsewhere => ({ file: `test/${file}`, title })

type Rest = ReadonlyArray<Elsewhere> | { readonly elsewhere?: ReadonlyArray<Elsewhere>; readonly but: string }

type Line = readonly [phase: string, what: string, faults: ReadonlyArray<string>, rest?: Rest]

const isList = (rest: Rest): rest is ReadonlyArray<Elsewhere> => Array.isArray(rest)

/** The names of refusals that begin so. */
const refused = (...begins: ReadonlyArray<string>): ReadonlyArray<string> =>
  refusals.map(({ name }) => name).filter((name) => begins.some((begin) => name === begin || name.startsWith(begin)))

const errorEvents = (place: string): ReadonlyArray<string> =>
  ["overloaded_error", "api_error", "rate_limit_error", "invalid_request_error", "a_new_error"].map(
    (type) => `an error event ${place}: ${type}`
  )

const resumes = "is gone on with: every character once"

const lines: ReadonlyArray<Line> = [
  [
    "DNS",
    "the host is not known",
    ["the host is not known"],
    [at("transport/internal/classifyCause.test.ts", "EAI_AGAIN")]
  ],
  [
    "DNS",
    "the name server is out of reach for now",
    [],
    {
      elsewhere: [
        at("internal/faultError.test.ts", "EAI_AGAIN"),
        at("transport/internal/classifyCause.test.ts", "EAI_AGAIN")
      ],
      but: "a server on loopback has no say in how names are resolved: its error is made by hand"
    }
  ],
  [
    "connect",
    "nobody listens, on one address or on several",
    ["nobody listens"],
    [at("transport/internal/classifyCause.test.ts", 'new AggregateError([code("ECONNREFUSED"')]
  ],
  [
    "connect",
    "packets go nowhere",
    [],
    {
      elsewhere: [
        at("transport/internal/classifyCause.test.ts", "UND_ERR_CONNECT_TIMEOUT"),
        at("node/NodeTransport.test.ts", "goes by Effect's clock")
      ],
      but: "loopback drops no packet: a handshake and a proxy that stall (7, 9) meet the same limit"
    }
  ],
  ["connect", "RST when the connection is accepted", ["RST as soon as the connection is accepted"]],
  [
    "TLS",
    "a certificate that does not fit",
    ["a certificate signed by itself", "a certificate that has expired", "a certificate for another host"]
  ],
  ["TLS", "the handshake stalls or ends", ["the handshake of TLS stalls", "FIN in the handshake of TLS"]],
  ["TLS", "plain text where TLS is spoken", ["plain text on a port for TLS"]],
  [
    "proxy",
    "the proxy refuses, fails or is silent",
    [
      "the proxy asks for credentials (407)",
      "the proxy cannot reach the API (502)",
      "the proxy hangs up",
      "the proxy is silent"
    ]
  ],
  [
    "pool",
    "slow streams hold all connections",
    ["all connections of the pool are held"],
    [at("policy/CircuitBreaker.test.ts", "does not blame it for a pool that was full")]
  ],
  [
    "pool",
    "bodies of refusals that nobody reads",
    ["529 to every attempt"],
    [
      at("faults/pool.test.ts", "retries over a pool of one connection go on after refusals"),
      at("faults/pool.test.ts", "a refusal whose body never ends")
    ]
  ],
  [
    "reuse",
    "an idle connection was closed",
    [
      "RST on a connection that lay idle, when the next request comes",
      "FIN on a connection that lay idle, when the next request comes"
    ],
    [at("client/retries.test.ts", "is replaced at once, once, without touching the schedule")]
  ],
  [
    "reuse",
    "all idle connections are dead",
    [],
    [
      at(
        "node/NodeTransport.test.ts",
        "gives a fresh connection where one is asked for, and closes those that lie idle"
      ),
      at("node/frozen.test.ts", "takes a fresh connection for the next one")
    ]
  ],
  ["write", "RST in the middle of an upload", ["RST in the middle of an upload of 20 MB"]],
  [
    "write",
    "an early 413",
    ["an early 413, and the connection closed while the request is uploaded", "413 as a page of the edge"]
  ],
  [
    "headers",
    "silence",
    ["silence after the request", "silence after half of the headers"],
    [at("client/streams.test.ts", "headers get more time for a larger request")]
  ],
  ["headers", "RST", ["RST before the headers", "RST inside the headers", "RST after an answer of 103"]],
  ["headers", "FIN", ["FIN before the headers", "FIN inside the headers"]],
  [
    "headers",
    "no HTTP, or headers without end",
    ["a first line that is not HTTP", "a header that is none", "headers without end"]
  ],
  [
    "status",
    "400",
    refused("400 invalid_request_error"),
    [at("resume/ResumableDriving.test.ts", "becomes the form that it takes, once, and is remembered for the model")]
  ],
  ["status", "401, 402, 403, 404, 409", refused("401", "402", "403", "404 not_found_error", "409")],
  [
    "status",
    "429 with `retry-after`",
    ["429 rate_limit_error (retry-after-ms: 30)"],
    [
      at("client/retries.test.ts", "a retry-after is a floor under the schedule's delay"),
      at("client/policies.test.ts", "closes its gate for all after a 429, until its retry-after")
    ]
  ],
  [
    "status",
    "429 whose `retry-after` is a date",
    refused("429 rate_limit_error (retry-after: Thu", "429 rate_limit_error (retry-after: Sun")
  ],
  [
    "status",
    "429 that does not say how long",
    ["429 rate_limit_error"],
    [
      at("client/retries.test.ts", "from 1 s after 429 and 529"),
      at("policy/AdmissionGate.test.ts", "without a time closes it until all that is exhausted is full again")
    ]
  ],
  [
    "status",
    "429 that asks for too long",
    refused("429 rate_limit_error (retry-after: 90000)", "429 rate_limit_error (retry-after-ms: 302539000)")
  ],
  ["status", "429 of a spend limit", refused("429 rate_limit_error (enforced", "429 rate_limit_error (contract")],
  [
    "status",
    "429 of usage that grew too fast",
    ["429 rate_limit_error (retry-after-ms: 30, ramp_limit_exceeded)"],
    [at("policy/AdmissionGate.test.ts", "lets one go when the gate opens, and twice as many with each second")]
  ],
  [
    "status",
    "529, for a while or longer",
    ["529 overloaded_error", "529 whose body is cut by RST", "529 to every attempt"],
    [
      at("client/policies.test.ts", "counts an overload, and neither a 429 nor a wrong request"),
      at(
        "policy/CircuitBreaker.test.ts",
        "lets one probe in after its time, and counts from nothing once that succeeded"
      )
    ]
  ],
  [
    "status",
    "500, 502, 503, 504, in JSON, HTML or nothing; a redirect",
    [
      "500 api_error",
      "a redirect",
      "500 as a page of a proxy",
      "502 as a page of a proxy",
      "503 with an empty body",
      "504 as plain text"
    ]
  ],
  [
    "status",
    "`x-should-retry`",
    ["500 api_error (x-should-retry: false)", "400 invalid_request_error (x-should-retry: true)"]
  ],
  [
    "body",
    "JSON that breaks off, or a page",
    [
      "JSON that breaks off at its content-length",
      "200 with the page of a portal",
      "200 with an empty body",
      "200 with JSON of another kind"
    ]
  ],
  [
    "body",
    "a length that is wrong",
    ["a body that is shorter than its content-length", "a body that is longer than its content-length"]
  ],
  ["body", "gzip that is damaged or breaks off", ["bytes that claim to be gzip and are not", "gzip that breaks off"]],
  [
    "stream",
    "RST after the headers",
    [
      "RST after the headers, before the first byte",
      "FIN after the headers, before the first byte",
      "headers and RST in one breath",
      "RST after message_start"
    ]
  ],
  ["stream", "RST in a character", ["RST in the middle of a character"], [at("resume/sweep.test.ts", "at any byte")]],
  [
    "stream",
    "RST in an event",
    ["RST in the middle of an event", "headers, the first words and RST in one breath", "RST after the first words"],
    [at("resume/Resumable.test.ts", resumes)]
  ],
  [
    "stream",
    "FIN in a chunk",
    [
      "FIN in the middle of a chunk",
      "FIN after the first words",
      "FIN after the first words of an answer that closes its connection",
      "a chunk whose size is none"
    ]
  ],
  [
    "stream",
    "a clean end without `message_stop`",
    [
      "a clean end after the first words",
      "a clean end after nothing",
      "FIN as the end of an answer without length, in the middle",
      "RST where an answer without length goes on"
    ],
    [at("resume/Resumable.test.ts", resumes)]
  ],
  [
    "stream",
    "a clean end after the stop reason",
    ["a clean end after the stop reason, without message_stop", "RST after message_stop, before the last chunk"]
  ],
  [
    "stream",
    "silence in the middle",
    ["silence after the first words", "silence after the headers", "words until the deadline of the whole call"],
    [at("client/streams.test.ts", "idle: 180 s without a byte")]
  ],
  [
    "stream",
    "pings alone",
    ["only pings after the first words"],
    [at("client/streams.test.ts", "stalled: 300 s with pings alone")]
  ],
  [
    "stream",
    "a slow trickle",
    ["a whole answer, byte for byte"],
    [
      at("client/streams.test.ts", "a slow but living stream is left alone"),
      at("stream/Sse.test.ts", "is linear for one event of 2 MB")
    ]
  ],
  [
    "stream",
    "an error event, wherever it comes",
    [
      ...errorEvents("before the first content"),
      ...errorEvents("after the first words"),
      "an error event in the input of a tool: overloaded_error",
      "an error event after a whole tool call: overloaded_error"
    ]
  ],
  [
    "stream",
    "a cut in a thought or a tool call, or behind one",
    [
      "RST in the input of a tool",
      "RST in a thought",
      "RST between a thought and the text",
      "RST after a whole tool call"
    ],
    [
      at("resume/Resumable.test.ts", "in thinking begins again, and withdraws the thinking"),
      at("resume/Resumable.test.ts", "behind a whole tool call ends the message there, and runs nothing twice")
    ]
  ],
  [
    "stream",
    "a continuation, as each model takes it",
    [],
    [
      at("resume/Resumable.test.ts", "is gone on with by the strategy that is asked for"),
      at("resume/ResumableTurns.test.ts", "by prefill are one turn of the model"),
      at("resume/sweep.test.ts", "is exact by %s when it is cut behind any event")
    ]
  ],
  [
    "stream",
    "a continuation that is cut again",
    [],
    [
      at("resume/Resumable.test.ts", "three times is three seams"),
      at("resume/Resumable.test.ts", "after more than maxCuts cuts without new text"),
      at("resume/sweepSockets.test.ts", "is exact wherever its connections break")
    ]
  ],
  [
    "stream",
    "events nobody knows, broken JSON, another dialect",
    [
      "events, comments and fields that nobody knows",
      "an event that is not JSON",
      "a character that is split over two chunks",
      "a byte order mark, and lines that end in CRLF, cut between the two"
    ],
    [at("stream/Sse.test.ts", "gives the same events for any split of any bytes")]
  ],
  [
    "stream",
    "stop reasons that are no failure",
    ["the stop reason refusal", "the stop reason pause_turn", "the stop reason model_context_window_exceeded"],
    [at("resume/ResumableEnds.test.ts", "is an end, and no cut")]
  ],
  [
    "HTTP/2",
    "its silent ends",
    [],
    { elsewhere: [at("faults/alpn.test.ts", "offers no HTTP/2")], but: "no client speaks it" }
  ],
  [
    "threads",
    "a turn of a thread that is asked for again",
    ["400 invalid_request_error (thread_continue_in_flight)", "404 not_found_error (thread_not_found)"],
    {
      elsewhere: [at("resume/ResumableDocs.test.ts", "says of each request in it what canContinue says")],
      but: "`Resumable` refuses a request that continues a thread before it is sent"
    }
  ],
  [
    "client",
    "the caller is interrupted",
    [],
    [
      at("faults/interruption.test.ts", "a call that is interrupted closes its socket within 100 ms"),
      at("policy/Admission.test.ts", "forgets who is interrupted while waiting, and lets in the next"),
      at("resume/ResumableDriving.test.ts", "ends a wait")
    ]
  ],
  [
    "client",
    "everything fails for a minute",
    ["529 to every attempt"],
    [
      at("policy/storm.test.ts", "send under 1.2 times what they call"),
      at("faults/storm.test.ts", "200 callers send under 1.2 times what they call")
    ]
  ],
  [
    "client",
    "`retry-after` ends behind the deadline",
    [
      "429 rate_limit_error (retry-after: 30) to a call that has five seconds",
      "silence until the deadline of the whole call"
    ],
    [at("client/retries.test.ts", "withDeadline fails at once rather than wait past it")]
  ],
  [
    "client",
    "the reader is slower than the API",
    [],
    [
      at("faults/backpressure.test.ts", "a reader that stops at the first words of 64 MB holds the server back"),
      at("client/streams.test.ts", "stand still while the consumer is not reading")
    ]
  ]
]

export const matrix: ReadonlyArray<Failing> = lines.map(([phase, what, faults, rest = []], index) => ({
  number: index + 1,
  phase,
  what,
  faults,
  ...(isList(rest) ? { elsewhere: rest } : { elsewhere: rest.elsewhere ?? [], but: rest.but })
}))

/** Which of them a fault tries. */
export const numbersOf = (fault: string): ReadonlyArray<number> =>
  matrix.flatMap(({ faults, number }) => (faults.includes(fault) ? [number] : []))
