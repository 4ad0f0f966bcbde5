import { Duration, Effect, Layer, Scope } from "effect"
import { Claude, Transport, TransportFault } from "effect-claude"
import { secret } from "../support/fixtures.js"
import { sse } from "../support/scriptedTransport.js"

/** A block of the answer that the model has in mind. */
export type Thought =
  | { readonly type: "thinking"; readonly text: string }
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "tool_use"; readonly name: string; readonly input: object }
  | { readonly type: "server_tool_use"; readonly input: object }

/** How an attempt is cut, and behind how many bytes of its body. */
export interface Cut {
  readonly at: number
  readonly how: "reset" | "fin" | "stall" | "end" | "error"
}

/** One request, and what it was answered. */
export interface Seen {
  readonly body: Record<string, unknown>
  /** The delivered text that the request goes on from; `undefined` for a request that asks from the start. */
  readonly partial: string | undefined
  /** The words it was asked to repeat. */
  readonly anchor: string
  /** All the text of the answer as this reply means it; `undefined` where no text can be said to be meant. */
  readonly meant: string | undefined
  /** The reply is, character for character, that of an obedient model whose text goes on in another way. */
  readonly isTwofold: boolean
  /** The text this attempt had sent when it was cut, or all of it. */
  readonly text: string
  readonly bytes: number
}

const piecesOf = (text: string, size: number): ReadonlyArray<string> => {
  const pieces: Array<string> = []
  let piece = ""
  for (const character of text) {
    piece += character
    if (piece.length >= size) {
      pieces.push(piece)
      piece = ""
    }
  }
  return piece === "" ? pieces : [...pieces, piece]
}

export interface WireEvent {
  readonly type: string
  readonly [field: string]: unknown
}

/** The events of an answer, as the API would send them. */
export const eventsOf = (
  thoughts: ReadonlyArray<Thought>,
  options: { readonly pieces?: number; readonly stop?: string; readonly attempt?: number } = {}
): ReadonlyArray<WireEvent> => {
  const size = options.pieces ?? 9
  const blocks = thoughts.flatMap((thought, index): Array<WireEvent> => {
    const start = (content_block: object) => ({ type: "content_block_start", index, content_block })
    const delta = (delta: object) => ({ type: "content_block_delta", index, delta })
    const stop = { type: "content_block_stop", index }
    switch (thought.type) {
      case "text":
        return [
          start({ type: "text", text: "", citations: null }),
          ...piecesOf(thought.text, size).map((text) => delta({ type: "text_delta", text })),
          stop
        ]
      case "thinking":
        return [
          start({ type: "thinking", thinking: "", signature: "" }),
          ...piecesOf(thought.text, size).map((thinking) => delta({ type: "thinking_delta", thinking })),
          delta({ type: "signature_delta", signature: `signed-${options.attempt ?? 1}-${thought.text.length}` }),
          stop
        ]
      case "tool_use":
        return [
          start({ type: "tool_use", id: `toolu_${index}`, name: thought.name, input: {}, caller: { type: "direct" } }),
          ...piecesOf(JSON.stringify(thought.input), size).map((partial_json) =>
            delta({ type: "input_json_delta", partial_json })
          ),
          stop
        ]
      case "server_tool_use":
        return [
          start({
            type: "server_tool_use",
            id: `srvtoolu_${index}`,
            name: "web_search",
            input: thought.input,
            caller: { type: "direct" }
          }),
          stop
        ]
    }
  })
  const reason = options.stop ?? (thoughts.at(-1)?.type === "tool_use" ? "tool_use" : "end_turn")
  const said = thoughts.map((thought) => (thought.type === "text" ? thought.text : "")).join("").length
  return [
    {
      type: "message_start",
      message: {
        id: `msg_${options.attempt ?? 1}`,
        type: "message",
        role: "assistant",
        model: "claude-opus-5-5",
        content: [],
        stop_reason: null,
        stop_sequence: null,
        usage: { input_tokens: 100, output_tokens: 1 }
      }
    },
    ...blocks,
    {
      type: "message_delta",
      delta: { stop_reason: reason, stop_sequence: null },
      usage: { output_tokens: Math.ceil(said / 4) + 10 }
    },
    { type: "message_stop" }
  ]
}

export const bytesOf = (events: ReadonlyArray<WireEvent>): Uint8Array =>
  new TextEncoder().encode(events.map((event) => sse(event)).join(""))

/** The first answer of a sweep is the same a thousand times. */
const firstAnswers = new WeakMap<ReadonlyArray<Thought>, { readonly pieces: number; readonly bytes: Uint8Array }>()

const answerBytes = (thoughts: ReadonlyArray<Thought>, pieces: number, attempt: number): Uint8Array => {
  const known = attempt === 1 ? firstAnswers.get(thoughts) : undefined
  if (known?.pieces === pieces) return known.bytes
  const bytes = bytesOf(eventsOf(thoughts, { pieces, attempt }))
  if (attempt === 1) firstAnswers.set(thoughts, { pieces, bytes })
  return bytes
}

const textOf = (thoughts: ReadonlyArray<Thought>): string =>
  thoughts.map((thought) => (thought.type === "text" ? thought.text : "")).join("")

/** What is left of an answer behind so many characters of its text: the text that is next, and what follows it. */
const remainder = (
  thoughts: ReadonlyArray<Thought>,
  length: number
): { readonly rest: string; readonly others: ReadonlyArray<Thought> } => {
  let left = length
  for (const [at, thought] of thoughts.entries()) {
    if (thought.type !== "text") {
      if (left === 0) return { rest: "", others: thoughts.slice(at) }
    } else if (thought.text.length > left) {
      return { rest: thought.text.slice(left), others: thoughts.slice(at + 1) }
    } else left -= thought.text.length
  }
  return { rest: "", others: [] }
}

interface Turn {
  readonly role: string
  readonly content: unknown
}

const turnText = (turn: Turn | undefined): string => {
  if (typeof turn?.content === "string") return turn.content
  const blocks = Array.isArray(turn?.content) ? (turn.content as ReadonlyArray<{ readonly text?: string }>) : []
  return blocks.map((block) => block.text ?? "").join("")
}

const tagged = (text: string, name: string): string | undefined =>
  new RegExp(`<(${name}(?:_\\d+)?)>([\\s\\S]*?)</\\1>`).exec(text)?.[2]

/** Where a request asks to go on; `undefined` if it asks from the start. */
export const continuationIn = (
  body: Record<string, unknown>
): { readonly partial: string; readonly anchor: string; readonly prefill: boolean } | undefined => {
  const turns = body["messages"] as ReadonlyArray<Turn>
  const last = turns.at(-1)
  if (last?.role === "assistant") return { partial: turnText(last), anchor: "", prefill: true }
  const ask = turnText(last)
  const anchor = tagged(ask, "last_words") ?? ""
  const quoted = tagged(ask, "previous_response")
  if (quoted !== undefined) return { partial: quoted, anchor, prefill: false }
  const own = turns.at(-2)
  if (own?.role !== "assistant") return undefined
  // the turn may not end in blanks; the words to repeat say which there were
  return { partial: turnText(own) + anchor.slice(anchor.trimEnd().length), anchor, prefill: false }
}

/** How the model answers a request that asks it to go on. */
export type Manner = (scene: { readonly partial: string; readonly anchor: string; readonly rest: string }) => {
  readonly text: string
  readonly meant: string | undefined
  readonly isTwofold?: boolean
}

const obedient: Manner = ({ anchor, rest }) => ({ text: anchor + rest, meant: rest })

export interface ModelOptions {
  readonly thoughts: ReadonlyArray<Thought>
  readonly cuts: ReadonlyArray<Cut>
  readonly pieces?: number
  readonly inOnePiece?: boolean
  readonly manner?: Manner
  /** Says the same when it is asked anew, as if none of what it said had arrived. */
  readonly sameAgain?: boolean
  /** Thinks about how to go on before it does. */
  readonly thinksAgain?: boolean
  /** Answers the nth request (from 1) in another way. */
  readonly intercept?: (body: Record<string, unknown>, nth: number) => Transport.TransportResponse | undefined
  /** Does before the nth body would end, and then lets it hang. */
  readonly hang?: (nth: number) => Effect.Effect<unknown> | undefined
  /** Answers in its place. */
  readonly transport?: Transport.Service
}

/** A reply, and what it means. */
type Reply = Pick<Seen, "partial" | "anchor" | "meant" | "isTwofold"> & { readonly thoughts: ReadonlyArray<Thought> }

/** The mind behind the replies: where it is asked to go on, it does; where it is asked anew, it says something else. */
const mindOf = ({ manner = obedient, sameAgain = false, thinksAgain = false, thoughts }: ModelOptions) => {
  let mind = thoughts
  let restarts = 0
  const anew = (hasSpoken: boolean): Reply => {
    if (hasSpoken && !sameAgain) {
      restarts++
      mind = thoughts.map((thought) =>
        thought.type === "text" ? { ...thought, text: `Attempt ${restarts}. ${thought.text}` } : thought
      )
    }
    return { partial: undefined, anchor: "", meant: textOf(mind), isTwofold: false, thoughts: mind }
  }
  const goOn = (asked: { readonly partial: string; readonly anchor: string; readonly prefill: boolean }): Reply => {
    const { anchor, partial, prefill } = asked
    const { others, rest } = remainder(mind, partial.length)
    const [next, ...behind] = others
    // a model says what is next in one breath, whatever the blocks were to be
    const joined = rest === "" && next?.type === "text" ? { rest: next.text, others: behind } : { rest, others }
    const { isTwofold = false, text, ...reply } = manner({ partial, anchor, rest: joined.rest })
    // behind a prefill, whatever is said is what comes next
    const meant = prefill ? text : reply.meant
    mind = [{ type: "text", text: partial + (meant ?? text) }, ...joined.others]
    const said: ReadonlyArray<Thought> = [{ type: "text", text }, ...joined.others]
    return {
      partial,
      anchor,
      meant: meant === undefined ? undefined : partial + meant + textOf(joined.others),
      isTwofold,
      thoughts: thinksAgain && !prefill ? [{ type: "thinking", text: "So I was cut off." }, ...said] : said
    }
  }
  return { anew, goOn }
}

/** Says when a body has been read to its end, or lets it hang behind its last piece. */
const watched = (
  response: Transport.TransportResponse,
  hang: Effect.Effect<unknown> | undefined,
  onEnd: () => void
): Transport.TransportResponse => {
  const { body } = response
  let pieces = 0
  const read = Effect.suspend(() =>
    hang !== undefined && pieces > 0
      ? Effect.zipRight(hang, Effect.never)
      : Effect.tap(body.read, (bytes) => Effect.sync(() => (bytes === undefined ? onEnd() : void pieces++)))
  )
  return { ...response, body: { ...body, read } }
}

/** A model behind a transport, whose bodies are counted. */
export const model = (options: ModelOptions) => {
  const seen: Array<Seen> = []
  const bodies = { open: 0, most: 0, drained: 0 }
  const mind = mindOf(options)
  const answer = (body: Record<string, unknown>): Transport.TransportResponse => {
    const nth = seen.length + 1
    const intercepted = options.intercept?.(body, nth)
    if (intercepted !== undefined) {
      const { anchor = "", partial } = continuationIn(body) ?? {}
      seen.push({ body, partial, anchor, meant: undefined, isTwofold: false, text: "", bytes: 0 })
      return intercepted
    }
    const asked = continuationIn(body)
    const { thoughts, ...reply } =
      asked === undefined ? mind.anew(seen.some(({ text }) => text !== "")) : mind.goOn(asked)
    const whole = answerBytes(thoughts, options.pieces ?? 9, nth)
    const cut = options.cuts[seen.length]
    const bytes = cut === undefined ? whole : whole.slice(0, cut.at)
    seen.push({
      body,
      ...reply,
      get text() {
        return textIn(bytes)
      },
      bytes: whole.length
    })
    const response = responseOf(bytes, cut?.how, options.inOnePiece ?? true)
    return watched(response, options.hang?.(nth), () => void bodies.drained++)
  }
  const execute: Transport.Service["execute"] =
    options.transport?.execute
    ?? ((request) =>
      // no acquireRelease: closed by another fiber than it was opened in, it lets that fiber's FiberRefs grow
      Effect.flatMap(Effect.scope, (scope) =>
        Effect.zipRight(
          Scope.addFinalizer(
            scope,
            Effect.sync(() => void bodies.open--)
          ),
          Effect.sync(() => {
            bodies.most = Math.max(bodies.most, ++bodies.open)
            return answer(JSON.parse(new TextDecoder().decode(request.body)))
          })
        )
      ))
  const layer = Claude.layerTransport({ apiKey: secret }).pipe(
    Layer.provide(Layer.succeed(Transport.Transport, { execute }))
  )
  return { layer, seen, bodies, transport: { execute } }
}

/** The text of whole events. */
const textIn = (bytes: Uint8Array): string => {
  let text = ""
  for (const frame of new TextDecoder().decode(bytes).split("\n\n").slice(0, -1)) {
    const event = JSON.parse(frame.slice(frame.indexOf("data: ") + 6))
    if (event.delta?.type === "text_delta") text += event.delta.text
  }
  return text
}

const faultOf = (how: "reset" | "fin" | "stall", bytesReceived: number): TransportFault.TransportFault =>
  new TransportFault.TransportFault({
    reason: how === "stall" ? "TimedOut" : "Reset",
    phase: "body",
    ...(how === "stall" ? { limit: "idle" as const, duration: Duration.seconds(180) } : {}),
    code: how === "reset" ? "ECONNRESET" : "UND_ERR_SOCKET",
    bytesReceived,
    reusedConnection: false,
    requestSent: true
  })

export const responseOf = (
  bytes: Uint8Array,
  how: Cut["how"] | undefined,
  inOnePiece: boolean
): Transport.TransportResponse => {
  const extra =
    how === "error"
      ? new TextEncoder().encode(sse({ type: "error", error: { type: "overloaded_error", message: "Overloaded" } }))
      : undefined
  const chunks: Array<Uint8Array> = []
  const size = inOnePiece ? bytes.length : 61
  for (let at = 0; at < bytes.length; at += size) chunks.push(bytes.slice(at, at + size))
  if (extra !== undefined) chunks.push(extra)
  let aborted: TransportFault.TransportFault | undefined
  return {
    status: 200,
    headers: { "content-type": "text/event-stream", "request-id": `req_${bytes.length}` },
    reusedConnection: false,
    body: {
      read: Effect.suspend(() => {
        if (aborted !== undefined) return Effect.fail(aborted)
        const chunk = chunks.shift()
        if (chunk !== undefined) return Effect.succeed(chunk)
        return how === "reset" || how === "fin" || how === "stall"
          ? Effect.fail(faultOf(how, bytes.length))
          : Effect.succeed(undefined)
      }),
      abort: (fault) => Effect.sync(() => void (aborted = fault))
    }
  }
}
