import type * as Chunk from "effect/Chunk"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as ExecutionStrategy from "effect/ExecutionStrategy"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { type CallInfo, type Service, withMetadataStream, withOptions } from "../../Claude.js"
import { type ClaudeError, StreamTruncated } from "../../ClaudeError.js"
import type { RetryPolicy } from "../../policy/RetryPolicy.js"
import type { Message } from "../../schema/Message.js"
import type { MessageRequest } from "../../schema/MessageRequest.js"
import type { MessageStreamEvent } from "../../schema/MessageStreamEvent.js"
import type { Pull } from "../../stream/internal/pulled.js"
import type { Cut } from "../../stream/ResumeMarker.js"
import type { Checkpoint } from "../Checkpoint.js"
import { ResumeFailed } from "../ResumeError.js"
import type { Prompt, Seam } from "../Seam.js"
import type { Segment } from "../Segment.js"
import * as continuation from "./continuation.js"
import { Endurance } from "./endurance.js"
import { Ledger, type Output } from "./ledger.js"
import { ruleFor } from "./resumability.js"
import { asUncut, lostSegment, segmentOf, standingTokens } from "./segmentAccount.js"
import { SegmentReader } from "./segmentReader.js"
import { estimateTokens } from "./tokens.js"
import { tellResumed } from "./telling.js"

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

/** A segment that is being read. */
interface Source {
  readonly pull: Effect.Effect<Chunk.Chunk<MessageStreamEvent>, Option.Option<ClaudeError>>
  readonly info: Effect.Effect<CallInfo>
  readonly scope: Scope.CloseableScope
  readonly reader: SegmentReader
  /** How long the text had ever been when it began. */
  readonly longest: number
}

/** Why the next segment is asked for. */
interface Broken {
  readonly cut: Cut
  /** The last cut of an answer that had begun: `cut` may be that of a call to go on. */
  readonly origin: Cut
  /** What drives the Schedule; absent where there is nothing to wait for. */
  readonly error: ClaudeError | undefined
}

const cutOf = ({ _tag, message, phase }: ClaudeError): Cut => ({ tag: _tag, phase, message })

const capped = (cut: Cut, after: number): Cut => ({
  ...cut,
  message:
    `${cut.message}; for the second time after ${Math.round(after / 1000)} s without any new text, `
    + "as if a proxy or load balancer on the way let no response last longer"
})

/** Reads the segments of one message one after another, and decides after each cut how to go on. */
export class Engine<E> {
  readonly ledger = new Ledger()
  readonly segments: Array<Segment> = []
  readonly seams: Array<Seam & { readonly attempt: number }> = []
  /** The message was ended here, since the API's own end was cut off. */
  synthesized = false
  /** How much text had been delivered before the segment that ended in a refusal. */
  refusedAfter: number | undefined = undefined
  plan: continuation.Plan
  /** What the last segment said, as the API told it. */
  lastSeen: Message | undefined = undefined
  private source: Source | undefined = undefined
  private info: Source["info"] | undefined = undefined
  private broken: Broken | undefined = undefined
  private failure: ResumeFailed | undefined = undefined
  private newSeams: ReadonlyArray<Seam> = []
  private attempt = 0
  private firstUsage: Message["usage"] | undefined = undefined
  private isCompleted = false
  private prefillRefused = false
  private readonly endurance: Endurance

  constructor(
    private readonly settings: Settings<E>,
    private readonly scope: Scope.Scope
  ) {
    this.endurance = new Endurance(settings.policy, settings.maxCuts)
    this.plan = { mode: "first", request: settings.request, matcher: undefined }
  }

  /** Goes on with what a checkpoint says was delivered; that is not told again. */
  restore(checkpoint: Checkpoint): Effect.Effect<void, E> {
    const { ledger } = this
    for (const event of checkpoint.events) ledger.apply(event)
    this.segments.push(...checkpoint.segments)
    this.seams.push(...checkpoint.seams)
    this.firstUsage = ledger.message?.usage
    const cut: Cut = { tag: "Interrupted", phase: "body", message: "the process that read the stream ended" }
    const lost = lostSegment(ledger, checkpoint, cut)
    if (lost !== undefined) this.segments.push(lost)
    this.attempt = Math.max(0, ...this.segments.map((segment) => segment.attempt))
    if (ledger.finished || !ledger.started) return Effect.void
    if (ledger.stopReason === undefined) this.decide({ cut, origin: cut, error: undefined })
    else ledger.end(undefined)
    return lost === undefined ? Effect.void : this.settings.journal.ended(lost)
  }

  readonly pull: Pull<Output, ClaudeError | ResumeFailed | E> = Effect.suspend(() => {
    if (this.ledger.hasPending) return this.deliver()
    if (this.failure !== undefined) return Effect.fail(this.failure)
    if (this.ledger.finished) return Effect.as(Effect.zipRight(this.close(), this.complete), undefined)
    if (this.source === undefined) return Effect.zipRight(this.open, this.pull)
    const source = this.source
    return Effect.matchEffect(source.pull, {
      onFailure: (end) => Effect.zipRight(this.onEnd(source, end), this.pull),
      onSuccess: (events) => {
        for (const event of events) source.reader.push(event)
        return source.reader.rejected === undefined ? this.pull : Effect.zipRight(this.onRejected(source), this.pull)
      }
    })
  })

  private deliver(): Pull<Output, E> {
    const events = this.ledger.take()
    const { journal } = this.settings
    const seams = this.newSeams
    this.newSeams = []
    const joined = Effect.forEach(seams, (seam) => journal.joined(seam, this.attempt), { discard: true })
    const written = Effect.zipRight(joined, journal.emitted(events))
    if (this.broken === undefined) return Effect.as(written, events)
    return Effect.as(Effect.zipRight(written, this.tellResumed(events)), events)
  }

  private tellResumed(events: ReadonlyArray<Output>): Effect.Effect<void> {
    const { claude, request } = this.settings
    return tellResumed(claude, events, request.model, this.info)
  }

  private readonly complete = Effect.suspend((): Effect.Effect<void, E> => {
    if (this.isCompleted) return Effect.void
    this.isCompleted = true
    return this.settings.journal.completed
  })

  /** A continuation goes before new calls: what the prompt cache still has is gone after five minutes. */
  private asked(): Stream.Stream<MessageStreamEvent, ClaudeError> {
    const stream = this.settings.claude.stream(this.plan.request)
    return this.attempt === 0 ? stream : withOptions(stream, { priority: 1 })
  }

  private readonly open = Effect.suspend(() =>
    Effect.zipRight(
      this.wait,
      Effect.uninterruptible(
        Effect.gen(this, function* () {
          const scope = yield* Scope.fork(this.scope, ExecutionStrategy.sequential)
          const [stream, info] = yield* withMetadataStream(this.asked())
          const pull = yield* Scope.extend(Stream.toPull(stream), scope)
          this.attempt++
          this.info = info
          this.source = { pull, info, scope, reader: this.makeReader(), longest: this.ledger.longest }
        })
      )
    )
  )

  private readonly wait = Effect.suspend((): Effect.Effect<void, ResumeFailed> => {
    const { broken } = this
    if (broken?.error === undefined) return Effect.void
    return Effect.flatMap(this.endurance.wait(broken.error), (again) =>
      again ? Effect.void : Effect.fail(this.failed(broken, broken.error))
    )
  })

  private makeReader(): SegmentReader {
    const { broken, ledger, plan, settings } = this
    const before = ledger.text.length
    const standing = standingTokens(ledger)
    const isLater = this.segments.length > 0
    const reader: SegmentReader = new SegmentReader(ledger, {
      matcher: plan.matcher,
      holdText: !settings.live && (settings.request.output_config?.format ?? null) !== null,
      liveToolInput: settings.liveToolInput,
      stopSequences: settings.request.stop_sequences ?? [],
      onSeam: (seam) => {
        if (!seam.certain && !seam.failed && settings.onUncertain !== "mark") return false
        this.seams.push({ ...seam, attempt: this.attempt })
        this.newSeams = [...this.newSeams, seam]
        if (broken !== undefined) ledger.resumed(this.attempt, broken.cut, seam)
        return true
      },
      onFirst: () => {
        if (broken !== undefined) ledger.resumed(this.attempt, broken.cut, undefined)
      },
      onDelta: (event) => {
        if (isLater && event.delta.stop_reason === "refusal") this.refusedAfter = before
        return isLater ? asUncut(event, { first: this.firstUsage, standing, reader }) : event
      }
    })
    return reader
  }

  /** The segment is over: its account, and its connection. */
  private close(cut?: Cut): Effect.Effect<void, E> {
    return Effect.gen(this, function* () {
      const { source } = this
      if (source === undefined) return
      // an ended message is read to the end of its body, so that the connection can be used again
      if (cut === undefined && source.reader.seen.stopped) yield* Effect.ignore(source.pull)
      this.source = undefined
      yield* Scope.close(source.scope, Exit.void)
      const { reader } = source
      const { requestId } = yield* source.info
      const segment = segmentOf({ attempt: this.attempt, mode: this.plan.mode, requestId, reader, cut })
      this.segments.push(segment)
      this.lastSeen = reader.seen.final()
      this.firstUsage ??= this.lastSeen?.usage
      yield* this.settings.journal.ended(segment)
    })
  }

  private onEnd(source: Source, end: Option.Option<ClaudeError>): Effect.Effect<void, ClaudeError | E> {
    if (Option.isSome(end)) return this.onCut(source, end.value)
    if (!source.reader.ended && !source.reader.seen.stopped) return this.onCut(source, this.truncated(source))
    return Effect.sync(() => source.reader.finish())
  }

  /** The client tells this itself; a double may not. */
  private truncated({ reader }: Source): StreamTruncated {
    return new StreamTruncated({
      phase: "body",
      attempt: 1,
      elapsed: Duration.zero,
      mayHaveRun: true,
      request: { method: "POST", path: "/v1/messages", model: this.settings.request.model },
      bytesReceived: 0,
      lastEvent: reader.seen.lastEvent
    })
  }

  private onCut(source: Source, error: ClaudeError): Effect.Effect<void, ClaudeError | E> {
    const { reader } = source
    // nothing was delivered: the failure is the call's own
    if (!this.ledger.started) return Effect.fail(error)
    const cut = cutOf(error)
    const begun = reader.seen.model !== undefined
    const broken: Broken = { cut, origin: begun ? cut : (this.broken?.origin ?? cut), error }
    const { mode } = this.plan
    const goOn = Effect.sync(() => {
      if (reader.ended) return reader.finish()
      reader.discard()
      if (mode === "prefill" && error._tag === "InvalidRequest" && error.source === "api") {
        return this.withoutPrefill(broken, error.apiMessage)
      }
      if (!this.endurance.mayMend(error)) return this.giveUp(broken)
      this.endurance.count(error, { begun, newText: this.ledger.longest > source.longest })
      const { cap } = this.endurance
      this.decide(cap === undefined ? broken : { ...broken, origin: capped(cut, cap) })
    })
    return Effect.zipRight(this.close(cut), goOn)
  }

  /** The API refused the prefill, which the other forms are not. */
  private withoutPrefill(broken: Broken, message: string | undefined): void {
    this.prefillRefused = true
    const { model } = this.settings.request
    if (/prefill/i.test(message ?? "")) continuation.rememberWithoutPrefill(model)
    this.decide({ ...broken, error: undefined })
  }

  /** The reply could not be joined, or not with the certainty that was asked for. */
  private onRejected({ reader }: Source): Effect.Effect<void, E> {
    const failed = reader.rejected?.failed ?? true
    const cut: Cut = {
      tag: failed ? "SeamFailed" : "SeamUncertain",
      phase: "body",
      message: failed
        ? "the continuation ended before it had repeated the last words"
        : "it is not certain where the continuation goes on"
    }
    reader.discard()
    return Effect.map(this.close(cut), () => {
      const broken: Broken = { cut, origin: cut, error: this.broken?.error }
      if (!failed && this.settings.onUncertain === "fail") return this.giveUp({ ...broken, error: undefined })
      this.endurance.countRejected()
      this.decide(broken, !failed)
    })
  }

  /** What follows a cut: an end, a failure, or the plan of the next segment. */
  private decide(broken: Broken, forceRestart = false): void {
    const { endurance, ledger, settings } = this
    this.broken = broken
    if (ledger.hasToolUse) return this.finish("tool_use", broken)
    if (ledger.serverToolBegun && settings.serverTools === "fail") return this.giveUp(broken)
    if (endurance.isExhausted) return this.giveUp(broken)
    const left = settings.request.max_tokens - standingTokens(ledger)
    const strategy = forceRestart ? "restart" : this.strategyFor(left)
    if (strategy !== "restart" && left <= 0) return this.finish("max_tokens", broken)
    if (!ledger.hasText && ledger.hasThinking && !endurance.restartsThinking()) return this.giveUp(broken)
    if (this.isTooDear()) return this.giveUp(broken)
    ledger.cut(this.attempt, broken.cut, strategy === "restart" ? "all" : "half")
    this.plan = this.planFor(strategy, left)
  }

  private strategyFor(left: number): continuation.Strategy {
    const { request, strategy } = this.settings
    if (!this.ledger.hasText || ruleFor(request)?.then === "restart") return "restart"
    const { thinking } = request
    if (thinking?.type === "enabled" && left > 0 && left <= thinking.budget_tokens) return "restart"
    const chosen = strategy(request)
    const prefill = !this.prefillRefused && !continuation.refusesPrefill(request.model)
    return chosen === "prefill" && !prefill ? "quoted" : chosen
  }

  private planFor(strategy: continuation.Strategy, left: number): continuation.Plan {
    const { ledger, settings } = this
    const { prompt, request } = settings
    const { message } = ledger
    if (strategy === "restart" || message === undefined) return { mode: "restart", request, matcher: undefined }
    const delivered = { text: ledger.text, message, events: ledger.condensed() }
    return continuation.continueBy({ strategy, request, delivered, left, prompt })
  }

  private isTooDear(): boolean {
    const [first, ...extra] = this.segments
    if (first === undefined) return false
    const next = first.billed.inputTokens + estimateTokens(this.ledger.text)
    const spent = extra.reduce((sum, { billed }) => sum + billed.inputTokens + billed.outputTokens, 0)
    return spent + next > this.settings.maxExtraTokens
  }

  /** Ends the message as the API would have, had its end come through. */
  private finish(reason: "tool_use" | "max_tokens", broken: Broken): void {
    const { ledger } = this
    this.synthesized = true
    ledger.cut(this.attempt, broken.cut, "half")
    ledger.end({
      type: "message_delta",
      delta: { stop_reason: reason, stop_sequence: null },
      usage: { output_tokens: Math.max(standingTokens(ledger), 1) }
    })
  }

  /** Nothing is taken back: what was received is in the checkpoint, half blocks too. */
  private giveUp(broken: Broken): void {
    this.ledger.cut(this.attempt, broken.cut, "none")
    this.failure = this.failed(broken, broken.error)
  }

  private failed({ origin }: Broken, failure: ClaudeError | undefined): ResumeFailed {
    return new ResumeFailed({ checkpoint: this.settings.checkpoint(this), cut: origin, failure })
  }
}
