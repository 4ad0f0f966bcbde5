/**
 * The bench's server: HTTP/1.1 by hand on `node:net`, so that the client's work is the larger part of the time.
 *
 * The first segments of a request's path say what to answer: `/unary/...`, `/<manner>/<deltas>/...`.
 */
import { createServer, type Socket } from "node:net"
import { delta, head, tail, unaryMessage } from "./payload.js"

const writeSize = 16 * 1024
const pace = 4

const headers = (type: string, rest: string): string =>
  `HTTP/1.1 200 OK\r\ncontent-type: ${type}\r\nrequest-id: req_018EeWyXxfu5pfWkrYcMdjWG\r\n${rest}\r\n\r\n`

const streamHeaders = headers(
  "text/event-stream; charset=utf-8",
  "cache-control: no-cache\r\ntransfer-encoding: chunked"
)

const chunk = (data: Buffer | string): Buffer => {
  const bytes = Buffer.from(data)
  return Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from("\r\n")])
}

const lastChunk = Buffer.from("0\r\n\r\n")
const unaryHeaders = headers("application/json", `content-length: ${Buffer.byteLength(unaryMessage)}`)
const unary = Buffer.from(unaryHeaders + unaryMessage)

/** Each is made once: the server only writes. */
const memo = <A>(make: (count: number) => A): ((count: number) => A) => {
  const made = new Map<number, A>()
  return (count) => {
    const found = made.get(count) ?? make(count)
    made.set(count, found)
    return found
  }
}

const events = (count: number): Array<string> => [
  head,
  ...Array.from({ length: count }, (_, index) => delta(index, undefined)),
  tail
]

const single = memo((count) => [...events(count).map(chunk), lastChunk])

const coalesced = memo((count) => {
  const whole = Buffer.from(events(count).join(""))
  const parts: Array<Buffer> = []
  for (let at = 0; at < whole.length; at += writeSize) parts.push(chunk(whole.subarray(at, at + writeSize)))
  return [...parts, lastChunk]
})

/** As fast as the socket takes it. */
const pour = (socket: Socket, parts: ReadonlyArray<Buffer>): void => {
  let at = 0
  const more = (): void => {
    while (at < parts.length && !socket.destroyed) {
      if (!socket.write(parts[at++] ?? "") && at < parts.length) {
        socket.once("drain", more)
        return
      }
    }
  }
  more()
}

/** One write each turn of the event loop, so that streams which run at once take turns. */
const takeTurns = (socket: Socket, parts: ReadonlyArray<Buffer>): void => {
  let at = 0
  const next = (): void => {
    if (at >= parts.length || socket.destroyed) return
    if (socket.write(parts[at++] ?? "")) setImmediate(next)
    else socket.once("drain", next)
  }
  next()
}

/** One event every 4 ms. */
const trickle = (socket: Socket, parts: ReadonlyArray<Buffer>): void => {
  let at = 0
  const timer = setInterval(() => {
    if (at >= parts.length || socket.destroyed) clearInterval(timer)
    else socket.write(parts[at++] ?? "")
  }, pace)
}

/** So many MiB of deltas of 1 KiB: one part over and over. */
const flood = (socket: Socket, mebibytes: number): void => {
  const part = chunk(Array.from({ length: 16 }, (_, index) => delta(index, 1024)).join(""))
  let left = Math.ceil((mebibytes * 1024 * 1024) / part.length)
  const more = (): void => {
    while (left-- > 0 && !socket.destroyed) {
      if (!socket.write(part)) {
        socket.once("drain", more)
        return
      }
    }
    socket.write(Buffer.concat([chunk(tail), lastChunk]))
  }
  socket.write(chunk(head))
  more()
}

const answer = (socket: Socket, manner: string | undefined, count: number): void => {
  if (manner === "unary") {
    socket.write(unary)
    return
  }
  socket.write(streamHeaders)
  switch (manner) {
    case "coalesced":
      return pour(socket, coalesced(count))
    case "each":
      return pour(socket, single(count))
    case "turns":
      return takeTurns(socket, single(count))
    case "paced":
      return trickle(socket, single(count))
    case "flood":
      return flood(socket, count)
    default:
      socket.destroy()
  }
}

const serve = (socket: Socket): void => {
  let text = ""
  let bodyLeft = 0
  let path: ReadonlyArray<string> = []
  const reply = (): void => answer(socket, path[1], Number(path[2]))
  socket.setNoDelay(true)
  socket.on("error", () => socket.destroy())
  socket.on("data", (bytes) => {
    if (bodyLeft > 0) {
      bodyLeft -= bytes.length
      if (bodyLeft <= 0) reply()
      return
    }
    text += bytes.toString("latin1")
    const end = text.indexOf("\r\n\r\n")
    if (end < 0) return
    path = text.slice(0, text.indexOf("\r\n")).split(" ")[1]?.split("/") ?? []
    bodyLeft = Number(/content-length: *(\d+)/i.exec(text)?.[1] ?? 0) - (text.length - end - 4)
    text = ""
    if (bodyLeft <= 0) reply()
  })
}

const server = createServer(serve)
server.listen(0, "127.0.0.1", () => {
  process.send?.(server.address())
})
process.on("disconnect", () => process.exit())
