/**
 * What the clients without a library share: a splitter of lines and `JSON.parse`. No error is looked for but a status;
 * nothing is checked, timed or tried again.
 */
import { StringDecoder } from "node:string_decoder"

export interface Event {
  readonly type: string
  readonly delta?: { readonly text?: string }
}

export interface Message {
  readonly content: ReadonlyArray<{ readonly text: string }>
}

/** Linear in the size of a chunk and in the number of chunks of a line. */
export const splitter = (onEvent: (event: Event) => void): ((bytes: Uint8Array) => void) => {
  const decoder = new StringDecoder("utf8")
  let open: Array<string> = []
  return (bytes) => {
    const text = decoder.write(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
    let start = 0
    for (let end = text.indexOf("\n"); end !== -1; end = text.indexOf("\n", start)) {
      let line = text.slice(start, end)
      if (open.length > 0) {
        line = open.join("") + line
        open = []
      }
      if (line.startsWith("data: ")) onEvent(JSON.parse(line.slice(6)))
      start = end + 1
    }
    if (start < text.length) open.push(text.slice(start))
  }
}

export const textOf =
  (onText: (text: string) => void) =>
  (event: Event): void => {
    if (event.type === "content_block_delta" && event.delta?.text !== undefined) onText(event.delta.text)
  }

export const lengthOf = (message: Message): number => message.content.reduce((sum, block) => sum + block.text.length, 0)

export const accept = (status: number): void => {
  if (status !== 200) throw new Error(`status ${status}`)
}

export const slowly = async (body: AsyncIterable<Uint8Array>, pause: () => Promise<void>): Promise<void> => {
  const events: Array<Event> = []
  const feed = splitter((event) => events.push(event))
  for await (const bytes of body) {
    feed(bytes)
    for (const _ of events.splice(0)) await pause()
  }
}
