/**
 * This library over Node's fetch. In a module of its own: loading undici would lay its pool under fetch.
 */
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { Claude } from "../../src/index.js"
import { apiKey } from "./client.js"
import { byLoop, client } from "./effect.js"

export const overHttpClient = client(
  (baseUrl) => Claude.layer({ apiKey: Redacted.make(apiKey), baseUrl }).pipe(Layer.provide(FetchHttpClient.layer)),
  byLoop
)
