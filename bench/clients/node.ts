/**
 * This library over its own transport.
 */
import * as Redacted from "effect/Redacted"
import { NodeClaude } from "../../src/node/index.js"
import { apiKey } from "./client.js"
import { byForEach, byLoop, byMessage, client } from "./effect.js"

const over = (baseUrl: string) =>
  NodeClaude.layerWith({ apiKey: Redacted.make(apiKey), baseUrl, pool: { proxy: false } })

export const node = client(over, byLoop)
export const nodeForEach = client(over, byForEach)
export const nodeMessage = client(over, byMessage)
