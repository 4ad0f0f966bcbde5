import type * as Chunk from "effect/Chunk"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as ExecutionStrategy from "effect/ExecutionStrategy"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { type CallInfo, type Service, withMetadataStream } from "../../Claude.js"
import { CurrentDeadline } from "../../ClaudeConfig.js"
import type { ClaudeError } from "../../ClaudeError.js"
import type { Message } from "../../schema/Message.js"
import type { MessageParam, MessageRequest } from "../../schema/MessageRequest.js"
import type { MessageDelta, MessageStreamEvent } from "../../schema/MessageStreamEvent.js"
import { RetryDriver } from "../../policy/internal/retryDriver.js"
import type { RetryPolicy } from "../../policy/RetryPolicy.js"
import type { Pull } from "../../stream/internal/pulled.js"
import type { Cut } from "../../stream/ResumeMarker.js"
import type { Checkpoint } from "../Checkpoint.js"
import { ResumeFailed } from "../ResumeError.js"
import type { Prompt, Seam } from "../Seam.js"
import type { BilledTokens, Segment, SegmentMode } from "../Segment.js"
import * as continuation from "./continuation.js"
import { Ledger, type Output } from "./ledger.js"
import { SegmentReader } from "./segmentReader.js"
import { ruleFor } from "./resumability.js"
import { lastTurn } from "./turns.js"

/** Where what is delivered is written down. */
export interface Journal<out E> {
  /** Before the events are handed out. */
  readonly emitted: (events: ReadonlyArray<Output>) => Effect.Effect<void, E>
  readonly ended: (segment: Segment) => Effect.Effect<void, E>
  readonly joined: (seam: Seam, attempt: number) => Effect.Effect<void, E>
  readonly completed: Effect.Effect<void, E>
}

export interface Settings<in out E> {
  readonly claude: Service
  readonly request: MessageRequest
  readonly policy: RetryPolicy
  readonly strategy: (request: MessageRequest) => continuation.Strategy
  readonly onUncertain: "mark" | "fail" | "restart"
  readonly serverTools: "fail" | "again"
  readonly maxCuts: number
  readonly maxExtraTokens: number
  readonly live: boolean
  readonly liveToolInput: boolean
  readonly prompt: Prompt
  readonly journal: Journal<E>
  /** What is known of the stream as data, for who has to go on by hand. */
  readonly checkpoint: (engine: Engine<E>) => Checkpoint
}

/** How the next segment is asked for. */
interface Plan {
  readonly mode: SegmentMode
  readonly request: MessageRequest
  readonly matcher: continuation.Continuation["matcher"]
  readonly repeated: number
}

/** A segment that is being read. */
interface Source {
  readonly pull: Effect.Effect<Chunk.Chunk<MessageStreamEvent>, Option.Option<ClaudeError>>
  readonly info: Effect.Effect<CallInfo>
  readonly scope: Scope.CloseableScope
  readonly plan: Plan
  readonly reader: SegmentReader
}

/** Why the next segment is asked for. */
interface Broken {
  readonly cut: Cut
  /** What drives the Schedule; absent after a seam that failed, and for a process that died. */
  readonly error: ClaudeError | undefined
}

/** How often thinking alone, without a visible word, is begun again. */
const maxThinkingRestarts = 2

/** A cut sooner than this says nothing of a proxy's cap. */
const shortestCap = 10_000

export class Engine<E> {
  readonly ledger = new Ledger()
  readonly segments: Array<Segment> = []
  readonly seams: Array<Seam & { readonly attempt: number }> = []
  /** The message was ended here, since the API's own end was cut off. */
  synthesized = false
  private source: Source | undefined
  private plan: Plan
  private broken: Broken | undefined
  private failure: ClaudeError | ResumeFailed | undefined
  private newSeam: Seam | undefined
  private readonly driver: RetryDriver
  private attempt = 0
  private cutsWithoutText = 0
  private thinkingRestarts = 0
  private lastCut: { readonly tag: string; readonly after: number } | undefined
  private firstUsage: Message["usage"] | undefined
  private standing = 0

  constructor(private readonly settings: Settings<E>, private readonly scope: Scope.Scope) {
    this.driver = new RetryDriver(settings.policy)
    this.plan = { mode: "first", request: settings.request, matcher: undefined, repeated: 0 }
  }

  /** The request of the last segment, and what it answered: the history as the API saw it. */
  get turns(): ReadonlyArray<MessageParam> {
    return [...this.plan.request.messages, ...lastTurn(this.lastSeen)]
  }
  private lastSeen: Message | undefined

  get billed(): BilledTokens {
    const none: BilledTokens = { inputTokens: 0, outputTokens: 0, estimated: false }
    return this.segments.reduce((sum, { billed }) => ({
      inputTokens: sum.inputTokens + billed.inputTokens,
      outputTokens: sum.outputTokens + billed.outputTokens,
      estimated: sum.estimated || billed.estimated
    }), none)
  }

  /** Goes on with what a checkpoint says was delivered; that is not told again. */
  restore(checkpoint: Checkpoint): void {
    for (const event of checkpoint.events) this.ledger.restore(event)
    this.segments.push(...checkpoint.segments)
    this.seams.push(...checkpoint.seams)
    this.attempt = Math.max(this.attempt, ...checkpoint.segments.map((segment) => segment.attempt))
    this.firstUsage = this.ledger.message?.usage
    if (this.ledger.finished) return
    if (!this.ledger.started) return
    const cut: Cut = { tag: "Interrupted", phase: "body", message: "the process that read the stream ended" }
    this.decide({ cut, error: undefined })
  }

  readonly pull: Pull<Output, ClaudeError | ResumeFailed | E> = Effect.suspend(() => {
    if (this.ledger.hasPending) return this.deliver()
    if (this.failure !== undefined) return Effect.fail(this.failure)
    if (this.ledger.finished) return Effect.as(this.close(), undefined)
    if (this.source === undefined) return Effect.flatMap(this.open, () => this.pull)
    const source = this.source
    return Effect.matchEffect(source.pull, {
      onFailure: Option.match({
        onNone: () => {
          // the reader below takes a stop reason without message_stop for an end
          if (!this.ledger.finished) this.ledger.stop()
          return this.pull
        },
        onSome: (error) => Effect.flatMap(this.onCut(source, error), () => this.pull)
      }),
      onSuccess: (events) => {
        for (const event of events) source.reader.push(event)
        return source.reader.rejected === undefined ? this.pull : Effect.flatMap(this.onRejected(source), () => this.pull)
      }
    })
  })

  private deliver(): Pull<Output, E> {
    const events = this.ledger.take()
    const { journal } = this.settings
    const seam = this.newSeam
    this.newSeam = undefined
    const joined = seam === undefined ? Effect.void : journal.joined(seam, this.attempt)
    return Effect.as(Effect.zipRight(joined, journal.emitted(events)), events)
  }

  private readonly open = Effect.suspend(() =>
    Effect.zipRight(
      this.wait,
      Effect.uninterruptible(Effect.gen(this, function*() {
        const scope = yield* Scope.fork(this.scope, ExecutionStrategy.sequential)
        const { claude, request } = { claude: this.settings.claude, request: this.plan.request }
        const [stream, info] = yield* withMetadataStream(claude.stream(request))
        const pull = yield* Scope.extend(Stream.toPull(stream), scope)
        this.attempt++
        this.source = { pull, info, scope, plan: this.plan, reader: this.readerOf(this.plan) }
      }))
    )
  )

  private readonly wait = Effect.suspend(() => {
    const { broken } = this
    if (broken?.error === undefined) return Effect.void
    const { error } = broken
    return Effect.gen(this, function*() {
      const now = yield* Clock.currentTimeMillis
      const delay = yield* this.driver.next(error, now)
      const deadline = yield* CurrentDeadline
      if (delay === undefined || now + delay >= deadline) return yield* this.fail(broken)
      yield* Effect.sleep(Duration.millis(delay))
    })
  })

  private readerOf(plan: Plan): SegmentReader {
    const { broken, ledger, settings } = this
    this.standing = continuation.estimateTokens(ledger.text)
    return new SegmentReader(ledger, {
      matcher: plan.matcher,
      holdText: !settings.live && (settings.request.output_config?.format ?? null) !== null,
      liveToolInput: settings.liveToolInput,
      stopSequences: plan.matcher === undefined ? [] : settings.request.stop_sequences ?? [],
      onSeam: (seam) => {
        if (!seam.certain && settings.onUncertain !== "mark") return false
        this.seams.push({ ...seam, attempt: this.attempt })
        this.newSeam = seam
        if (broken !== undefined) ledger.resumed(this.attempt, broken.cut, seam)
        return true
      },
      onFirst: () => {
        if (broken !== undefined) ledger.resumed(this.attempt, broken.cut, undefined)
      },
      onDelta: (event) => this.asUncut(event, plan)
    })
  }

  /** The usage of one uncut message: the input was read once, and no word was said twice. */
  private asUncut(event: MessageDelta, plan: Plan): MessageDelta {
    if (this.segments.length === 0) return event
    const { cache_creation_input_tokens, cache_read_input_tokens, input_tokens } = this.firstUsage ?? {}
    return {
      ...event,
      usage: {
        ...event.usage,
        input_tokens,
        cache_creation_input_tokens,
        cache_read_input_tokens,
        output_tokens: this.standing + Math.max(0, event.usage.output_tokens - plan.repeated)
      }
    }
  }

  /** The segment is over: its account, and its connection. */
  private readonly close = (cut?: Cut): Effect.Effect<void, E> =>
    Effect.gen(this, function*() {
      const { source } = this
      if (source === undefined) return
      // an ended message is read to the end of its body, so that the connection can be used again
      if (cut === undefined && source.reader.seen.stopped) yield* Effect.ignore(source.pull)
      this.source = undefined
      yield* Scope.close(source.scope, Exit.void)
      const segment = this.segmentOf(source, (yield* source.info).requestId, cut)
      this.segments.push(segment)
      this.lastSeen = source.reader.seen.final()
      yield* this.settings.journal.ended(segment)
      if (this.ledger.finished) yield* this.settings.journal.completed
    })

  private segmentOf(source: Source, requestId: string | undefined, cut: Cut | undefined): Segment {
    const { reader } = source
    const seen = reader.seen.final()
    const usage = seen?.usage
    if (this.firstUsage === undefined) this.firstUsage = usage
    const whole = reader.seen.complete
    const text = (seen?.content ?? []).map((block) =>
      block.type === "text" ? block.text : block.type === "thinking" ? block.thinking : JSON.stringify(block)
    ).join("")
    const reported = usage?.output_tokens ?? 0
    return {
      attempt: this.attempt,
      mode: source.plan.mode,
      requestId,
      messageId: seen?.id,
      billed: {
        inputTokens: (usage?.input_tokens ?? 0) + (usage?.cache_creation_input_tokens ?? 0) +
          (usage?.cache_read_input_tokens ?? 0),
        outputTokens: whole ? reported : Math.max(reported, continuation.estimateTokens(text)),
        estimated: !whole
      },
      characters: reader.characters,
      ...(cut === undefined ? {} : { cut })
    }
  }

  private onCut(source: Source, error: ClaudeError): Effect.Effect<void, ClaudeError | E> {
    const { ledger } = this
    source.reader.discard()
    // nothing was delivered: the failure is the call's own
    if (!ledger.started) return Effect.fail(error)
    const cut: Cut = { tag: error._tag, phase: error.phase, message: error.message }
    const afterwards = Effect.sync(() => {
      if (ledger.stopReason !== undefined) return ledger.stop()
      if (this.refusedPrefill(source, error)) {
        continuation.rememberWithoutPrefill(this.settings.request.model)
        return this.decide({ cut, error: undefined })
      }
      if (!goesOn(error)) return this.giveUp({ cut, error }, error)
      this.count(source, error)
      this.decide({ cut, error })
    })
    return Effect.zipRight(this.close(cut), afterwards)
  }

  private refusedPrefill(source: Source, error: ClaudeError): boolean {
    return source.plan.mode === "prefill" && error._tag === "InvalidRequest" && /prefill/i.test(error.apiMessage ?? "")
  }

  /** The reply could not be joined, or not with the certainty that was asked for. */
  private onRejected(source: Source): Effect.Effect<void, E> {
    const seam = source.reader.rejected
    const failed = seam?.failed ?? true
    const cut: Cut = {
      tag: failed ? "SeamFailed" : "SeamUncertain",
      phase: "body",
      message: failed
        ? "the continuation ended before it had repeated the last words"
        : "it is not certain where the continuation goes on"
    }
    source.reader.discard()
    return Effect.flatMap(this.close(cut), () =>
      Effect.sync(() => {
        const broken: Broken = { cut, error: this.broken?.error }
        if (!failed && this.settings.onUncertain === "fail") return this.giveUp(broken, undefined)
        this.cutsWithoutText++
        this.decide(broken, !failed)
      }))
  }

  /** Progress begins the Schedule anew; a cut without any brings the end nearer. */
  private count(source: Source, error: ClaudeError): void {
    const after = Duration.toMillis(error.elapsed)
    const { lastCut } = this
    this.lastCut = { tag: error._tag, after }
    if (source.reader.characters > 0) {
      this.driver.reset()
      this.cutsWithoutText = 0
      return
    }
    this.cutsWithoutText++
    const same = lastCut !== undefined && lastCut.tag === error._tag && after >= shortestCap &&
      Math.abs(after - lastCut.after) <= Math.max(1000, after / 50)
    if (same) this.cutsWithoutText = Infinity
  }

  /** What follows a cut: an end, a failure, or the plan of the next segment. */
  private decide(broken: Broken, forceRestart = false): void {
    const { ledger, settings } = this
    this.broken = broken
    if (ledger.hasToolUse) return this.finish("tool_use", broken)
    if (ledger.serverToolBegun && settings.serverTools === "fail") return this.giveUp(broken, broken.error)
    if (this.cutsWithoutText > settings.maxCuts) return this.giveUp(broken, broken.error)
    const left = settings.request.max_tokens - this.spent()
    const strategy = this.strategyFor(left, forceRestart)
    if (strategy !== "restart" && left <= 0) return this.finish("max_tokens", broken)
    const nothingToShow = ledger.text === ""
    if (strategy === "restart" && nothingToShow && ++this.thinkingRestarts > maxThinkingRestarts + settings.maxCuts) {
      return this.giveUp(broken, broken.error)
    }
    if (this.tooDear()) return this.giveUp(broken, broken.error)
    ledger.cut(this.attempt, broken.cut, strategy === "restart" && !nothingToShow)
    this.plan = strategy === "restart"
      ? { mode: "restart", request: settings.request, matcher: undefined, repeated: 0 }
      : continuation.continueBy({
        strategy,
        request: settings.request,
        text: ledger.text,
        blocks: ledger.message?.content ?? [],
        left,
        prompt: settings.prompt
      })
  }

  private strategyFor(left: number, forceRestart: boolean): continuation.Strategy {
    const { ledger, settings } = this
    const { request } = settings
    if (forceRestart || ledger.text === "" || ruleFor(request)?.then === "restart") return "restart"
    const { thinking } = request
    if (thinking?.type === "enabled" && left > 0 && left <= thinking.budget_tokens) return "restart"
    return settings.strategy(request)
  }

  /** Output tokens of what was delivered and stands. */
  private spent(): number {
    let tokens = continuation.estimateTokens(this.ledger.text)
    for (const block of this.ledger.message?.content ?? []) {
      if (block.type === "thinking") tokens += continuation.estimateTokens(block.thinking)
    }
    return tokens
  }

  private tooDear(): boolean {
    const [first, ...extra] = this.segments
    if (first === undefined) return false
    const next = first.billed.inputTokens + continuation.estimateTokens(this.ledger.text)
    const spent = extra.reduce((sum, { billed }) => sum + billed.inputTokens + billed.outputTokens, 0)
    return spent + next > this.settings.maxExtraTokens
  }

  /** Ends the message as the API would have, had its end come through. */
  private finish(reason: "tool_use" | "max_tokens", broken: Broken): void {
    const { ledger } = this
    this.synthesized = true
    ledger.cut(this.attempt, broken.cut, false)
    const open = ledger.openText
    if (open !== undefined) ledger.close(open)
    const output_tokens = Math.max(this.spent(), 1)
    ledger.end({ type: "message_delta", delta: { stop_reason: reason, stop_sequence: null }, usage: { output_tokens } })
    ledger.stop()
  }

  private giveUp(broken: Broken, failure: ClaudeError | undefined): void {
    this.ledger.cut(this.attempt, broken.cut, false)
    this.failure = this.failed(broken, failure)
  }

  private failed(broken: Broken, failure: ClaudeError | undefined): ResumeFailed {
    return new ResumeFailed({ checkpoint: this.settings.checkpoint(this), cut: broken.cut, failure })
  }

  private fail(broken: Broken): Effect.Effect<never, ResumeFailed> {
    return Effect.fail(this.failed(broken, broken.error))
  }
}

/** Whether a failure is one that a continuation may mend. */
const goesOn = (error: ClaudeError): boolean => {
  if (error._tag === "TimedOut" && error.limit === "total") return false
  if (error._tag === "UnexpectedResponse") return true
  return error.isRetryable
}
