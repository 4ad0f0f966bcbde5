import type { Event } from "./events.js"

/** How events are put into lines. All of these are valid by the specification of server-sent events. */
export type Dialect = "lf" | "crlf" | "cr" | "bom" | "comments" | "compact" | "fields" | "multiline" | "mixed"

/** Bytes that are written at once, and what they carry. */
export interface Frame {
  readonly bytes: Uint8Array
  readonly kind: string
  readonly type: string
  readonly text: string
  readonly tokens: number
}

const lines = (event: Event, dialect: Dialect): ReadonlyArray<string> => {
  const data = `data: ${event.data}`
  switch (dialect) {
    case "compact":
      return [`event:${event.type}`, `data:${event.data}`, ""]
    case "comments":
      return [": keep-alive", `event: ${event.type}`, ":", data, ""]
    case "fields":
      return ["id: 7", "retry: 3000", data, `event: ${event.type}`, "other: field", ""]
    // A line break between two JSON tokens leaves the JSON the same.
    case "multiline":
      return [`event: ${event.type}`, ...data.replace(/,"/, ',\ndata: "').split("\n"), ""]
    default:
      return [`event: ${event.type}`, data, ""]
  }
}

const breaks: Record<Dialect, ReadonlyArray<string>> = {
  lf: ["\n"],
  crlf: ["\r\n"],
  cr: ["\r"],
  bom: ["\n"],
  comments: ["\n"],
  compact: ["\n"],
  fields: ["\n"],
  multiline: ["\n"],
  mixed: ["\r\n", "\n", "\r"]
}

const encoder = new TextEncoder()

/** @internal */
export const frames = (events: ReadonlyArray<Event>, dialect: Dialect): ReadonlyArray<Frame> =>
  events.map((event, at) => {
    const kinds = breaks[dialect]
    // A line end per event: a lone CR before an LF would read as one break.
    const end = kinds[at % kinds.length] ?? "\n"
    const text = lines(event, dialect)
      .map((line) => line + end)
      .join("")
    return {
      bytes: encoder.encode(dialect === "bom" && at === 0 ? `\ufeff${text}` : text),
      kind: event.kind,
      text: event.text,
      tokens: event.tokens,
      type: event.type
    }
  })
