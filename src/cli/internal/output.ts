import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"

/** Where a command shows things: the answer on stdout, what is said about it on stderr. */
export interface OutputService {
  /** A piece of the answer, as it is. Waits while the reader is behind. */
  readonly answer: (text: string) => Effect.Effect<void>
  /** A line about the answer, dim on a terminal. */
  readonly note: (line: string) => void
  /** Ends the line that the answer is in, where both go to one terminal. */
  readonly breakLine: () => void
  /** A line that somebody has to read. */
  readonly error: (line: string) => void
}

export class Output extends Context.Tag("effect-claude/cli/Output")<Output, OutputService>() {}

const colours = (stream: NodeJS.WriteStream): boolean => stream.isTTY === true && process.env["NO_COLOR"] === undefined

/** Text for stdout, in a colour of the terminal's by its number; as it is where there is none. */
export const paint = (text: string, colour: number): string =>
  colours(process.stdout) ? `\u001b[${colour}m${text}\u001b[0m` : text

const dim = (line: string): string => (colours(process.stderr) ? `\u001b[2m${line}\u001b[22m` : line)

/** The process's own streams. */
export const layerProcess: Layer.Layer<Output> = Layer.sync(Output, () => {
  // whoever read the answer went away: there is nobody left to tell
  process.stdout.on("error", () => process.exit(0))
  return {
    answer: (text) =>
      Effect.async<void>((resume) => {
        if (process.stdout.write(text)) resume(Effect.void)
        else process.stdout.once("drain", () => resume(Effect.void))
      }),
    note: (line) => void process.stderr.write(`${dim(line)}\n`),
    breakLine: () => void (process.stdout.isTTY && process.stderr.isTTY && process.stderr.write("\n")),
    error: (line) => void process.stderr.write(`${line}\n`)
  }
})
