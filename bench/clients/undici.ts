/**
 * undici without a library: what JavaScript can do.
 */
import { Agent, request as send } from "undici"
import type { Client } from "./client.js"
import { headers, streamBody, unaryBody } from "./client.js"
import type { Message } from "./lines.js"
import { accept, lengthOf, slowly, splitter, textOf } from "./lines.js"

export const undici = (baseUrl: string): Client => {
  const dispatcher = new Agent({ pipelining: 1, connections: 256 })
  const url = `${baseUrl}/v1/messages`
  const post = async (body: string) => {
    const response = await send(url, { method: "POST", headers, body, dispatcher })
    accept(response.statusCode)
    return response.body
  }
  return {
    stream: async (onText) => {
      const body = await post(streamBody())
      await new Promise<void>((resolve, reject) => {
        body
          .on("data", splitter(textOf(onText)))
          .on("end", resolve)
          .on("error", reject)
      })
    },
    create: async () => {
      const body = await post(unaryBody())
      // What is measured is not checked either.
      return lengthOf((await body.json()) as Message)
    },
    readSlowly: async (pause) => slowly(await post(streamBody()), pause)
  }
}
