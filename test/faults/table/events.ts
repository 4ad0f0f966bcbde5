import { events, sse } from "../../support/scriptedTransport.js"
import { chunk, lastChunk, streamHead } from "../../transport/support/rawServer.js"
import { begun, begunText, bytes, openStreamOf, rest, streamOf, wholeText } from "../support/answers.js"
import { answers, failed, type Failed, final, heals, type Row, settled, streamsOnly, whole } from "../support/row.js"

const errorEvent = (type: string, tag: Failed["tag"], standard: Failed["standard"] = final): ReadonlyArray<Row> => [
  {
    name: `an error event before the first content: ${type}`,
    server: answers(() => streamOf(events.start + events.error(type))),
    expected: failed(tag, "body", standard, { mayHaveRun: true, fields: { errorType: type, requestId: "req_fault" } }),
    create: streamsOnly
  },
  {
    name: `an error event after the first words: ${type}`,
    server: answers(() => streamOf(begun + events.error(type))),
    expected: failed(tag, "body", final, {
      mayHaveRun: true,
      text: begunText,
      fields: { errorType: type, requestId: "req_fault" }
    }),
    create: streamsOnly
  }
]

const begunBlock = (content_block: object, delta: object): string =>
  sse({ type: "content_block_start", index: 0, content_block }) + sse({ type: "content_block_delta", index: 0, delta })

const toolInput = begunBlock(
  { type: "tool_use", id: "toolu_1", name: "get_weather", input: {} },
  { type: "input_json_delta", partial_json: '{"city":"Par' }
)

const thinking = begunBlock(
  { type: "thinking", thinking: "", signature: "" },
  { type: "thinking_delta", thinking: "Let me" }
)

const wholeCall =
  begunBlock(
    { type: "tool_use", id: "toolu_1", name: "get_weather", input: {} },
    { type: "input_json_delta", partial_json: '{"city":"Paris"}' }
  ) + events.blockStop

const wholeThought =
  thinking
  + sse({ type: "content_block_delta", index: 0, delta: { type: "signature_delta", signature: "c2lnbmVk" } })
  + events.blockStop

const overloadedAfter = (name: string, sent: string): Row => ({
  name,
  server: answers(() => streamOf(sent + events.error("overloaded_error"))),
  expected: failed("Overloaded", "body", final, { mayHaveRun: true, fields: { errorType: "overloaded_error" } }),
  create: streamsOnly
})

/** An answer of the API that is no failure, though it is not the end of a turn. */
const stopsFor = (reason: string): Row => ({
  name: `the stop reason ${reason}`,
  server: answers(() => streamOf(begun + rest.replace("end_turn", reason))),
  expected: whole(wholeText),
  create: streamsOnly
})

/** As a proxy may write them: a byte order mark, CRLF, and chunks that end between CR and LF. */
const otherDialect = (): Uint8Array => {
  const lines = `\ufeff${begun}${rest}`.replaceAll("\n", "\r\n").split(/(?<=\r)/)
  return bytes(streamHead, ...lines.map((line) => chunk(line)), lastChunk)
}

const resetAfter = (name: string, sent: string): Row => ({
  name,
  server: { onRequest: (peer) => peer.write(openStreamOf(sent), () => settled(peer.reset)) },
  expected: failed("ConnectionReset", "body", final, { mayHaveRun: true }),
  create: streamsOnly
})

/** What the events of a stream say, or leave unsaid. */
export const streams: ReadonlyArray<Row> = [
  ...errorEvent("overloaded_error", "Overloaded", heals),
  ...errorEvent("api_error", "ServerError", heals),
  ...errorEvent("rate_limit_error", "RateLimited", heals),
  ...errorEvent("invalid_request_error", "InvalidRequest"),
  ...errorEvent("a_new_error", "ServerError", heals),
  {
    name: "only pings after the first words",
    server: {
      onRequest: (peer) => {
        peer.write(openStreamOf(begun))
        const beat = setInterval(() => peer.write(chunk(events.ping)), 20)
        peer.socket.once("close", () => clearInterval(beat))
      }
    },
    setting: { timeouts: { idle: "10 seconds", stalled: "1 second" } },
    expected: failed("TimedOut", "body", final, { mayHaveRun: true, text: begunText, fields: { limit: "stalled" } }),
    create: streamsOnly
  },
  {
    name: "an event that is not JSON",
    server: answers(() => streamOf(`${begun}event: content_block_delta\ndata: {"type":"content_blo\n\n`)),
    expected: failed("UnexpectedResponse", "body", final, {
      mayHaveRun: true,
      text: begunText,
      fields: { status: 200 }
    }),
    create: streamsOnly
  },
  resetAfter("RST in the input of a tool", events.start + toolInput),
  resetAfter("RST in a thought", events.start + thinking),
  resetAfter("RST between a thought and the text", events.start + wholeThought),
  resetAfter("RST after a whole tool call", events.start + wholeCall),
  overloadedAfter("an error event in the input of a tool: overloaded_error", events.start + toolInput),
  overloadedAfter("an error event after a whole tool call: overloaded_error", events.start + wholeCall),
  ...["refusal", "pause_turn", "model_context_window_exceeded"].map(stopsFor),
  {
    name: "a byte order mark, and lines that end in CRLF, cut between the two",
    server: answers(otherDialect),
    expected: whole(wholeText),
    create: streamsOnly
  },
  {
    name: "a clean end after the stop reason, without message_stop",
    server: answers(() => streamOf(begun + rest.slice(0, rest.indexOf("event: message_stop")))),
    expected: whole(wholeText),
    create: streamsOnly
  },
  {
    name: "events, comments and fields that nobody knows",
    server: answers(() =>
      streamOf(`: hello\nretry: 10\nid: 7\n${begun}${sse({ type: "a_new_event", value: 1 })}:\n${rest}`)
    ),
    expected: whole(wholeText),
    create: streamsOnly
  },
  {
    name: "a character that is split over two chunks",
    server: answers(() => {
      const all = bytes(events.start + events.block + events.text("\u20ac") + rest)
      const middle = all.indexOf("\u20ac") + 1
      return bytes(streamHead, chunk(all.subarray(0, middle)), chunk(all.subarray(middle)), "0\r\n\r\n")
    }),
    expected: whole("\u20ac, world"),
    create: streamsOnly
  }
]
