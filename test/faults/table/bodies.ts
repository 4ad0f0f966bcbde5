import { gzipSync } from "node:zlib"
import { chunk, lastChunk, lengthHead, streamHead } from "../../transport/support/rawServer.js"
import {
  begun,
  begunAnswer,
  begunText,
  bytes,
  halfJson,
  headOf,
  json,
  type Operation,
  reply,
  rest,
  streamOf,
  wholeText
} from "../support/answers.js"
import {
  answers,
  borrowed,
  failed,
  final,
  heals,
  type Row,
  sends,
  sendsAndEnds,
  sendsAndResets,
  settled,
  streamsOnly,
  whole,
  wholeRepliesOnly
} from "../support/row.js"

const cut = failed("ConnectionReset", "body", heals, { mayHaveRun: true, fields: { requestId: "req_fault" } })

const afterWords = { text: begunText, standard: final }

const closing = (head: string): string => head.replace("\r\n\r\n", "\r\nconnection: close\r\n\r\n")

const endless = (operation: Operation): string =>
  operation === "stream"
    ? "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nrequest-id: req_fault\r\nconnection: close\r\n\r\n"
    : "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nrequest-id: req_fault\r\nconnection: close\r\n\r\n"

const words = (operation: Operation): string => (operation === "stream" ? begun : halfJson)

const truncatedStream = { tag: "StreamTruncated", fields: { lastEvent: "content_block_delta" } } as const

const truncated = failed("StreamTruncated", "body", final, {
  mayHaveRun: true,
  text: begunText,
  fields: truncatedStream.fields
})

const brokenJson = {
  tag: "UnexpectedResponse",
  text: "",
  standard: final,
  fields: { status: 200, description: "the reply is not JSON" }
} as const

/** The header of gzip and that of one stored block. */
const gzipHead = 15

/** What a stream's first words look like when they come in the middle of a cut. */
const cutInWords = (name: string): Row => ({
  name,
  server: borrowed(name),
  expected: { ...cut, ...afterWords },
  create: streamsOnly
})

/** Cuts and stalls in the body of an answer. */
export const bodies: ReadonlyArray<Row> = [
  { name: "RST after the headers, before the first byte", server: sendsAndResets(headOf), expected: cut },
  { name: "FIN after the headers, before the first byte", server: sendsAndEnds(headOf), expected: cut },
  {
    name: "headers and RST in one breath",
    server: { onRequest: (peer, operation) => peer.write(headOf(operation), peer.reset) },
    expected: { ...cut, phase: ["headers", "body"], fields: {} }
  },
  {
    name: "headers, the first words and RST in one breath",
    server: { onRequest: (peer, operation) => peer.write(begunAnswer(operation), peer.reset) },
    expected: { ...cut, phase: ["headers", "body"], fields: {} },
    stream: { text: begunText, standard: "uncertain" }
  },
  {
    name: "RST after the first words",
    server: sendsAndResets(begunAnswer),
    expected: cut,
    stream: afterWords
  },
  { name: "FIN after the first words", server: sendsAndEnds(begunAnswer), expected: cut, stream: afterWords },
  {
    name: "FIN after the first words of an answer that closes its connection",
    server: sendsAndEnds((operation) => {
      const head = headOf(operation)
      return bytes(closing(head), begunAnswer(operation).subarray(head.length))
    }),
    expected: cut,
    stream: afterWords
  },
  {
    name: "RST where an answer without length goes on",
    server: sendsAndResets((operation) => `${endless(operation)}${words(operation)}`),
    expected: cut,
    stream: afterWords,
    // undici takes the reset for the end that such an answer is waiting for
    but: {
      "stream over fetch": truncatedStream,
      "stream over undici": truncatedStream,
      "create over fetch": brokenJson,
      "create over undici": brokenJson
    }
  },
  cutInWords("RST in the middle of a character"),
  cutInWords("RST in the middle of an event"),
  cutInWords("FIN in the middle of a chunk"),
  {
    name: "RST after message_start",
    server: sendsAndResets(() => bytes(streamHead, chunk(begun.slice(0, begun.indexOf("event: content_block_start"))))),
    expected: cut,
    create: streamsOnly
  },
  {
    name: "RST after message_stop, before the last chunk",
    server: sendsAndResets(() => bytes(streamHead, chunk(begun + rest))),
    expected: whole(wholeText),
    create: streamsOnly
  },
  {
    name: "a chunk whose size is none",
    server: {
      onRequest: (peer) => peer.write(bytes(streamHead, chunk(begun)), () => settled(() => peer.write("zz\r\nabc")))
    },
    expected: failed("UnexpectedResponse", "body", final, { mayHaveRun: true, text: begunText }),
    create: streamsOnly,
    // node:http tells its parser's complaint as an abort
    but: { "node:http": { tag: "ConnectionReset" } }
  },
  {
    name: "a clean end after the first words",
    server: answers(() => streamOf(begun)),
    expected: truncated,
    create: streamsOnly
  },
  {
    name: "a clean end after nothing",
    server: answers(() => streamOf("")),
    expected: failed("StreamTruncated", "body", heals, { mayHaveRun: true }),
    create: streamsOnly
  },
  {
    name: "FIN as the end of an answer without length, in the middle",
    server: sendsAndEnds((operation) => `${endless(operation)}${words(operation)}`),
    expected: truncated,
    create: brokenJson
  },
  {
    name: "bytes that claim to be gzip and are not",
    server: answers((operation) =>
      operation === "stream"
        ? bytes(streamHead.replace("\r\n\r\n", "\r\ncontent-encoding: gzip\r\n\r\n"), chunk(begun), "0\r\n\r\n")
        : reply(200, json, { "content-encoding": "gzip" })
    ),
    expected: failed("UnexpectedResponse", "body", final, { mayHaveRun: true })
  },
  {
    name: "gzip that breaks off",
    server: answers((operation) => {
      const [text, half, head] =
        operation === "stream"
          ? [begun + rest, begun.length, streamHead]
          : [json, halfJson.length, lengthHead(gzipHead + halfJson.length)]
      // stored, not packed: the same bytes whatever zlib it is
      const cut = gzipSync(text, { level: 0 }).subarray(0, gzipHead + half)
      const encoded = head.replace("\r\n\r\n", "\r\ncontent-encoding: gzip\r\n\r\n")
      return operation === "stream" ? bytes(encoded, chunk(cut), lastChunk) : bytes(encoded, cut)
    }),
    expected: failed("UnexpectedResponse", "body", final, { mayHaveRun: true }),
    // fetch decodes it though nobody asked for it, and takes the break for the end
    but: { "stream over fetch": { ...truncatedStream, text: begunText } }
  },
  {
    name: "silence after the first words",
    server: sends(begunAnswer),
    setting: { timeouts: { idle: "1 second" } },
    expected: failed("TimedOut", "body", heals, { mayHaveRun: true, fields: { limit: "idle", duration: 1000 } }),
    stream: afterWords
  },
  {
    name: "silence after the headers",
    server: sends(headOf),
    setting: { timeouts: { idle: "1 second" } },
    expected: failed("TimedOut", "body", heals, { mayHaveRun: true, fields: { limit: "idle", duration: 1000 } })
  },
  {
    name: "words until the deadline of the whole call",
    server: sends(begunAnswer),
    setting: { timeouts: { total: "2 seconds" } },
    expected: failed("TimedOut", "body", final, { mayHaveRun: true, fields: { limit: "total" } }),
    stream: { text: begunText }
  },
  {
    name: "a body that is shorter than its content-length",
    server: sendsAndEnds(() => bytes(lengthHead(json.length + 5), json)),
    expected: cut,
    stream: wholeRepliesOnly
  },
  {
    name: "a body that is longer than its content-length",
    server: sendsAndEnds(() => bytes(lengthHead(json.length - 5), json)),
    expected: failed("UnexpectedResponse", "body", final, { mayHaveRun: true, fields: { status: 200 } }),
    stream: wholeRepliesOnly
  },
  {
    name: "JSON that breaks off at its content-length",
    server: answers(() => reply(200, halfJson)),
    expected: failed("UnexpectedResponse", "body", final, {
      mayHaveRun: true,
      fields: { status: 200, description: "the reply is not JSON" }
    }),
    stream: { fields: { status: 200, description: "a stream of events was asked for, and something else came" } }
  },
  {
    name: "200 with the page of a portal",
    server: answers(() => reply(200, "<html><title>Sign in</title></html>", { "content-type": "text/html" })),
    expected: failed("UnexpectedResponse", "body", final, {
      mayHaveRun: true,
      fields: { status: 200, description: "the reply is HTML, not JSON" }
    }),
    stream: { fields: { status: 200, description: "a stream of events was asked for, and something else came" } }
  },
  {
    name: "200 with an empty body",
    server: answers((operation) =>
      reply(200, "", { "content-type": operation === "stream" ? "text/event-stream" : "application/json" })
    ),
    expected: failed("UnexpectedResponse", "body", final, { mayHaveRun: true, fields: { status: 200 } }),
    stream: { tag: "StreamTruncated", standard: heals, fields: {} }
  },
  {
    name: "200 with JSON of another kind",
    server: answers(() => reply(200, '{"hello":"world"}')),
    expected: failed("UnexpectedResponse", "body", final, { mayHaveRun: true, fields: { status: 200 } })
  },
  {
    name: "a whole answer, byte for byte",
    server: {
      finished: true,
      onRequest: (peer, operation) => {
        const answer = operation === "stream" ? streamOf(begun + rest) : bytes(lengthHead(json.length), json)
        for (let at = 0; at < answer.length; at++) peer.write(answer.subarray(at, at + 1))
      }
    },
    expected: whole(wholeText)
  }
]
