/**
 * The bench's processes, from the side of the one that starts them.
 */
import { type ChildProcess, fork, spawn } from "node:child_process"
import { once } from "node:events"
import { join } from "node:path"
import { performance } from "node:perf_hooks"
import type { Job, Measured } from "./child/workloads.js"

/** Not what this process was started with: children run what was compiled, without a loader. */
const plain = { execArgv: [], env: { ...process.env, NODE_OPTIONS: "", NODE_ENV: "production" } }

export interface Worker {
  readonly name: string
  readonly run: (job: Job) => Promise<Measured>
  readonly stop: () => void
}

type Reply = { readonly measured: Measured } | { readonly error: string }

const firstMessage = async (child: ChildProcess): Promise<unknown> => {
  const listening = new AbortController()
  const { signal } = listening
  const ended = once(child, "exit", { signal }).then(([code]) => {
    throw new Error(`a process of the bench ended with ${code}`)
  })
  try {
    const [message]: Array<unknown> = await Promise.race([once(child, "message", { signal }), ended])
    return message
  } finally {
    listening.abort()
  }
}

/** Starts the server; gives its base URL. */
export const startServer = async (folder: string): Promise<{ readonly url: string; readonly stop: () => void }> => {
  const child = fork(join(folder, "bench/child/server.js"), [], plain)
  // The server's address, as `net.Server` gives it.
  const { port } = (await firstMessage(child)) as { readonly port: number }
  return { url: `http://127.0.0.1:${port}`, stop: () => child.disconnect() }
}

/** Starts one client on one manner of answers. */
export const startWorker = async (folder: string, name: string, baseUrl: string): Promise<Worker> => {
  const child = fork(join(folder, "bench/child/client.js"), [name, baseUrl], plain)
  await firstMessage(child)
  return {
    name,
    run: async (job) => {
      child.send(job)
      // What `child/client.ts` sends.
      const reply = (await firstMessage(child)) as Reply
      if ("error" in reply) throw new Error(`${name}: ${reply.error}`)
      return reply.measured
    },
    stop: () => child.disconnect()
  }
}

/** Milliseconds from the start of a process to its end. */
export const timeProcess = async (args: ReadonlyArray<string>): Promise<number> => {
  const began = performance.now()
  const child = spawn(process.execPath, args, { env: plain.env, stdio: ["ignore", "inherit", "inherit"] })
  const [code]: Array<unknown> = await once(child, "exit")
  if (code !== 0) throw new Error(`node ${args.join(" ")} ended with ${String(code)}`)
  return performance.now() - began
}
