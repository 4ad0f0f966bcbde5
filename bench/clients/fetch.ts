/**
 * Node's own fetch without a library.
 */
import type { Client } from "./client.js"
import { headers, streamBody, unaryBody } from "./client.js"
import type { Message } from "./lines.js"
import { accept, lengthOf, slowly, splitter, textOf } from "./lines.js"

export const fetched = (baseUrl: string): Client => {
  const url = `${baseUrl}/v1/messages`
  const post = async (body: string) => {
    const response = await fetch(url, { method: "POST", headers, body })
    accept(response.status)
    return response
  }
  const bodyOf = (response: Response): ReadableStream<Uint8Array> => {
    if (response.body === null) throw new Error("no body")
    return response.body
  }
  return {
    stream: async (onText) => {
      const reader = bodyOf(await post(streamBody())).getReader()
      const feed = splitter(textOf(onText))
      for (let next = await reader.read(); !next.done; next = await reader.read()) feed(next.value)
    },
    create: async () => {
      const response = await post(unaryBody())
      // What is measured is not checked either.
      return lengthOf((await response.json()) as Message)
    },
    // The types of the web leave out that Node's streams can be iterated over.
    readSlowly: async (pause) => slowly(bodyOf(await post(streamBody())) as unknown as AsyncIterable<Uint8Array>, pause)
  }
}
