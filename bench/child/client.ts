/**
 * One client in a process of its own. Arguments: its name and the base URL. It does the jobs that it is sent and sends
 * back what they measured; with a third argument, `first`, it asks for one answer and ends.
 */
import type { MakeClient } from "../clients/client.js"
import { type Job, type Measured, workloads } from "./workloads.js"

/** Loaded one by one, so that a cold start is its own client's alone. */
const clients: Readonly<Record<string, () => Promise<MakeClient>>> = {
  undici: async () => (await import("../clients/undici.js")).undici,
  fetch: async () => (await import("../clients/fetch.js")).fetched,
  anthropic: async () => (await import("../clients/sdk.js")).anthropic,
  "anthropic-iterator": async () => (await import("../clients/sdk.js")).anthropicStream,
  node: async () => (await import("../clients/node.js")).node,
  "node-forEach": async () => (await import("../clients/node.js")).nodeForEach,
  "node-message": async () => (await import("../clients/node.js")).nodeMessage,
  "node-bare": async () => (await import("../clients/stack.js")).bare,
  "node-admission": async () => (await import("../clients/stack.js")).withAdmission,
  "node-breaker": async () => (await import("../clients/stack.js")).withBreaker,
  "node-telemetry": async () => (await import("../clients/stack.js")).withTelemetry,
  "node-stack": async () => (await import("../clients/stack.js")).stack,
  "http-client": async () => (await import("../clients/httpClient.js")).overHttpClient
}

const [, , name = "", baseUrl = "", mode] = process.argv

const make = await clients[name]?.()
if (make === undefined) throw new Error(`no client ${name}`)
const client = make(baseUrl)

const measure = (job: Job): Promise<Measured> => workloads[job.workload](client, job)

if (mode === "first") {
  await client.create?.()
  // Not waited for: what keeps a process alive after its answer is not what is measured.
  process.exit()
}

process.on("disconnect", () => process.exit())
process.on("message", (job: Job) => {
  measure(job).then(
    (measured) => process.send?.({ measured }),
    (error: unknown) => process.send?.({ error: String(error) })
  )
})
process.send?.("ready")
