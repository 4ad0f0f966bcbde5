/**
 * What a client is put to, and what is measured of it. Times in µs.
 */
import type { Client } from "../clients/client.js"
import { textLength } from "./payload.js"

export interface Measured {
  readonly [figure: string]: number
}

export interface Job {
  readonly workload: keyof typeof workloads
  /** Streams or requests, one after the other. */
  readonly repeat: number
  /** How many of them run at once. */
  readonly concurrency: number
  /** Deltas of one stream. */
  readonly deltas: number
}

const now = (): number => performance.now() * 1000

const cpu = (since?: NodeJS.CpuUsage): number => {
  const { system, user } = process.cpuUsage(since)
  return system + user
}

const check = (found: number, wanted: number): void => {
  if (found !== wanted) throw new Error(`${found} characters came, not ${wanted}`)
}

const times = async (count: number, concurrency: number, run: () => Promise<void>): Promise<void> => {
  let left = count
  const lane = async (): Promise<void> => {
    while (left-- > 0) await run()
  }
  await Promise.all(Array.from({ length: concurrency }, lane))
}

const streams = async (client: Client, job: Job): Promise<Measured> => {
  const wanted = textLength(job.deltas)
  const began = now()
  const cpuBegan = process.cpuUsage()
  let lastFirst = 0
  await times(job.repeat, job.concurrency, async () => {
    let length = 0
    await client.stream((text) => {
      if (length === 0) lastFirst = now() - began
      length += text.length
    })
    check(length, wanted)
  })
  const events = job.repeat * job.deltas
  return { wall: (now() - began) / events, cpu: cpu(cpuBegan) / events, lastFirst, rss: process.memoryUsage.rss() }
}

const unary = async (client: Client, job: Job): Promise<Measured> => {
  const { create } = client
  if (create === undefined) throw new Error("no unary calls")
  const wanted = textLength(30)
  const began = now()
  const cpuBegan = process.cpuUsage()
  await times(job.repeat, job.concurrency, async () => check(await create(), wanted))
  return { wall: (now() - began) / job.repeat, cpu: cpu(cpuBegan) / job.repeat }
}

const middle = (values: Array<number>, at: number): number =>
  values.sort((a, b) => a - b)[Math.floor(values.length * at)] ?? Number.NaN

const firstDelta = async (client: Client, job: Job): Promise<Measured> => {
  const firsts: Array<number> = []
  const wholes: Array<number> = []
  const cpuBegan = process.cpuUsage()
  for (let index = 0; index < job.repeat; index++) {
    const began = now()
    let first = 0
    await client.stream(() => {
      if (first === 0) first = now() - began
    })
    firsts.push(first)
    wholes.push(now() - began)
  }
  return {
    first: middle(firsts, 0.5),
    firstP99: middle(firsts, 0.99),
    whole: middle(wholes, 0.5),
    cpu: cpu(cpuBegan) / job.repeat
  }
}

/** One event a second for `repeat` seconds; how far the process grew meanwhile, in MiB. */
const slowReader = async (client: Client, job: Job): Promise<Measured> => {
  const { readSlowly } = client
  if (readSlowly === undefined) throw new Error("no slow reading")
  const before = process.memoryUsage.rss()
  let peak = before
  const timer = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss())
  }, 50)
  let read = 0
  const pause = (): Promise<void> =>
    new Promise((resolve, reject) => {
      read++
      if (read > job.repeat) reject(new Error("read long enough"))
      else setTimeout(resolve, 1000)
    })
  await readSlowly(pause).catch((error: unknown) => {
    if (read <= job.repeat) throw error
  })
  clearInterval(timer)
  return { growth: (peak - before) / 1024 / 1024, read }
}

export const workloads = { streams, unary, firstDelta, slowReader }
