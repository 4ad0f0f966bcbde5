/** Mixed traffic over sockets against a simulator that breaks, for so many minutes. */
import { Effect } from "effect"
import { heapTolerance, type Holdings } from "../../test/soak/balance.js"
import { kinds, type Report, soak, type Tally } from "../../test/soak/traffic.js"
import { print } from "./print.js"

const every = 10_000

const megabytes = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(1)} MB`

const columns = ["seconds", ...kinds, "failed", "resets", "429", "stalls", "continued", "wrong", "sockets", "heap"]

const row = (cells: ReadonlyArray<string | number>): string => cells.map((cell) => String(cell).padStart(11)).join("")

const socketsNow = (): number => process.getActiveResourcesInfo().filter((name) => name === "TCPSocketWrap").length

const rowOf = (tally: Tally, elapsed: number): string => {
  const { continued, done, failed, struck, wrong } = tally
  const stalls = (struck["stall"] ?? 0) + (struck["stall-before-headers"] ?? 0)
  return row([
    Math.round(elapsed / 1000),
    ...kinds.map((kind) => done[kind]),
    failed,
    struck["reset-in-body"] ?? 0,
    struck["429"] ?? 0,
    stalls,
    continued,
    wrong.length,
    socketsNow(),
    megabytes(process.memoryUsage().heapUsed)
  ])
}

const heldOf = ({ descriptors, heap, sockets }: Holdings, fibers: number): ReadonlyArray<string> => [
  String(fibers),
  String(sockets),
  descriptors === undefined ? "not listed here" : String(descriptors),
  megabytes(heap)
]

const tell = ({ after, before, fibers, kept, tally }: Report): void => {
  const held = heldOf(after, fibers)
  const base = heldOf(before, 0)
  const names = ["fibers", "sockets", "file descriptors", `heap (${megabytes(heapTolerance(before))} are tolerated)`]
  print("")
  for (const [at, name] of names.entries()) print(`${name.padEnd(34)} ${base[at]} before, ${held[at]} behind it`)
  for (const line of [...tally.wrong, ...kept]) print(`wrong: ${line}`)
  const texts = kinds.reduce((sum, kind) => sum + tally.done[kind], 0)
  const verdict = isGood({ after, before, fibers, kept, tally }) ? "good" : "NOT good"
  print(`${verdict}: ${texts} texts of ${tally.characters} characters, ${tally.wrong.length} lost, doubled or failed`)
}

const isGood = ({ fibers, kept, tally }: Report): boolean =>
  fibers === 0 && kept.length === 0 && tally.wrong.length === 0

/** The order of operations and faults is that of the seed, but who is first is the network's affair. */
export const traffic = async (minutes: number, concurrency: number, seed: number): Promise<boolean> => {
  let toldAt = -every
  print(row(columns))
  const report = await Effect.runPromise(
    soak(
      {
        concurrency,
        seed,
        goesOn: (_, elapsed) => elapsed < minutes * 60_000,
        onProgress: (tally, elapsed) => {
          if (elapsed - toldAt < every) return
          toldAt = elapsed
          print(rowOf(tally, elapsed))
        }
      },
      concurrency * 10
    )
  )
  tell(report)
  return isGood(report)
}
