/** The four transports that every fault is tried on. */
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as HttpClient from "@effect/platform/HttpClient"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import { Duration, Effect, Layer } from "effect"
import type { Scope } from "effect"
import * as NodeTransport from "../../../src/node/NodeTransport.js"
import * as Transport from "../../../src/transport/Transport.js"

export const names = ["fetch", "node:http", "undici", "NodeTransport"] as const

export type TransportName = (typeof names)[number]

const clients = {
  fetch: FetchHttpClient.layer,
  "node:http": NodeHttpClient.layer,
  undici: NodeHttpClient.layerUndici
}

export const clientLayer = (name: Exclude<TransportName, "NodeTransport">): Layer.Layer<HttpClient.HttpClient> =>
  clients[name]

/** A transport that lives in the scope. */
export const makeTransport = (
  name: TransportName,
  options: NodeTransport.Options = {}
): Effect.Effect<Transport.Service, never, Scope.Scope> =>
  name === "NodeTransport"
    ? Effect.orDie(NodeTransport.make({ proxy: false, ...options }))
    : Effect.map(
        Effect.flatMap(Layer.build(clientLayer(name)), (context) => Effect.provide(HttpClient.HttpClient, context)),
        (client) => Transport.fromHttpClient(client)
      )

export const noLimits: Transport.TransportLimits = { pool: undefined, connect: undefined, headers: undefined }

export const limits = (millis: { readonly pool?: number; readonly connect?: number; readonly headers?: number }) => ({
  pool: millis.pool === undefined ? undefined : Duration.millis(millis.pool),
  connect: millis.connect === undefined ? undefined : Duration.millis(millis.connect),
  headers: millis.headers === undefined ? undefined : Duration.millis(millis.headers)
})

export const post = (url: string, options: Partial<Transport.TransportRequest> = {}): Transport.TransportRequest => ({
  method: "POST",
  url: `${url}/v1/messages`,
  headers: { "content-type": "application/json", "accept-encoding": "identity" },
  body: new TextEncoder().encode("{}"),
  limits: noLimits,
  fresh: false,
  ...options
})

/** Reads a body to its end, and tells what came and how it ended. */
export const collect = Effect.fnUntraced(function* (body: Transport.TransportBody) {
  const chunks: Array<Uint8Array> = []
  while (true) {
    const next = yield* Effect.either(body.read)
    if (next._tag === "Left" || next.right === undefined) {
      const fault = next._tag === "Left" ? next.left : undefined
      return { bytes: Buffer.concat(chunks), fault }
    }
    chunks.push(next.right)
  }
})
