import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import type * as Redacted from "effect/Redacted"
import * as Scope from "effect/Scope"
import { type CallError, type ClaudeError, InvalidRequest } from "../../ClaudeError.js"
import { invalid, localContext } from "../../client/internal/prepare.js"
import { baseUrlOf } from "../../client/internal/baseUrls.js"
import { whyUnreadable } from "../../schema/internal/unreadable.js"
import type { MessageParam, MessageRequest } from "../../schema/MessageRequest.js"
import * as RequestValidation from "../../schema/RequestValidation.js"
import type { Pull } from "../../stream/internal/pulled.js"
import * as Checkpoint from "../Checkpoint.js"
import * as CheckpointStore from "../CheckpointStore.js"
import { CheckpointConflict, CheckpointStoreError, type ResumeError } from "../ResumeError.js"
import * as Seam from "../Seam.js"
import type { BilledTokens, Segment } from "../Segment.js"
import { type After, CurrentPosition, since } from "./cursors.js"
import { Engine, type Settings } from "./engine.js"
import * as journals from "./journal.js"
import type { Output } from "./ledger.js"
import { type ResumeRule, ruleFor } from "./resumability.js"
import { sumOf } from "./segmentAccount.js"
import { withAnswer } from "./turns.js"

/** What a stream amounts to, beside its message. */
export interface Outcome {
  readonly segments: ReadonlyArray<Segment>
  readonly billed: BilledTokens
  readonly seams: ReadonlyArray<Seam.Seam & { readonly attempt: number }>
  readonly turns: ReadonlyArray<MessageParam>
  readonly synthesized: boolean
  readonly refusedAfter: number | undefined
}

/** Where a stream that has ended leaves what it amounts to. */
export interface Account {
  current: Outcome | undefined
}

export class CurrentAccount extends Context.Reference<CurrentAccount>()<
  "effect-claude/Resumable/CurrentAccount",
  Account | undefined
>("effect-claude/Resumable/CurrentAccount", { defaultValue: () => undefined }) {}

export interface StartOptions extends Omit<
  Settings<CheckpointStoreError>,
  "request" | "journal" | "checkpoint" | "prompt"
> {
  /** `undefined`: the one in the checkpoint. */
  readonly request: MessageRequest | undefined
  readonly secrets: Readonly<Record<string, Redacted.Redacted<unknown>>>
  readonly id: string | undefined
  readonly store: CheckpointStore.Service | undefined
  readonly durability: "bounded" | "beforeDelivery"
  readonly keep: boolean
  readonly prompt: Seam.Prompt | undefined
  /** Where the consumer is, of a stream that is taken up again. */
  readonly after: After
}

type Failure = CallError | ClaudeError | ResumeError | CheckpointStoreError

/** Checks, takes up what the store has, and hands out the pull. */
export const start = (scope: Scope.Scope, options: StartOptions): Effect.Effect<Pull<Output, Failure>, Failure> =>
  Effect.gen(function* () {
    const account = yield* CurrentAccount
    yield* readable(options.request)
    const kept = yield* takeUp(scope, options)
    const request = kept.request
    const rule = ruleFor(request)
    if (rule?.then === "refuse") return yield* refused(request, rule)
    const settings: Settings<CheckpointStoreError> = {
      ...options,
      request,
      prompt: options.prompt ?? Seam.prompt,
      journal: kept.journal,
      checkpoint: (engine) => kept.checkpointOf(engine)
    }
    const engine = new Engine(settings, scope)
    const replay = kept.found === undefined ? [] : yield* takeUpFrom(engine, kept.found, options.after)
    return replaying(
      replay,
      Effect.tap(engine.pull, (events) => {
        if (events === undefined && account !== undefined) account.current = outcomeOf(engine, kept)
        return Effect.void
      })
    )
  })

const hasTurns = (request: MessageRequest): boolean =>
  Predicate.isRecord(request) && Array.isArray(request.messages) && request.messages.every(Predicate.isRecord)

/**
 * A request is told from others, and gone on with, by all that is in it: whatever the client checks, it must be data,
 * have an end, and hold turns.
 */
const readable = (request: MessageRequest | undefined): Effect.Effect<void, InvalidRequest> => {
  if (request === undefined) return Effect.void
  const unreadable = whyUnreadable(request)
  if (unreadable === undefined && hasTurns(request)) return Effect.void
  const issues = unreadable === undefined ? RequestValidation.validate(request, "shape") : [unreadable]
  return Effect.fail(invalid({ method: "POST", path: "/v1/messages", stream: true }, issues))
}

/** Tells what was kept first. */
const replaying = (replay: ReadonlyArray<Output>, pull: Pull<Output, Failure>): Pull<Output, Failure> => {
  if (replay.length === 0) return pull
  let isReplayed = false
  return Effect.suspend(() => {
    if (isReplayed) return pull
    isReplayed = true
    return Effect.succeed(replay)
  })
}

const takeUpFrom = (engine: Engine<CheckpointStoreError>, found: Checkpoint.Checkpoint, after: After) =>
  Effect.gen(function* () {
    yield* engine.restore({ ...found, seams: told(found) })
    const { events, skipped, start } = since(found.events, after)
    const position = yield* CurrentPosition
    if (position !== undefined) Object.assign(position, { start, skipped })
    return events
  })

/** The seams whose text was written down: a process may have died between the two, and the next found another seam. */
const told = ({ events, seams }: Checkpoint.Checkpoint): ReadonlyArray<Checkpoint.AttemptSeam> => {
  const marked = new Set(
    events.map((event) => (event.type === "resume" && event.seam !== undefined ? event.attempt : 0))
  )
  return seams.filter(
    ({ attempt }, at) => marked.has(attempt) && !seams.slice(at + 1).some((later) => later.attempt === attempt)
  )
}

const outcomeOf = (engine: Engine<CheckpointStoreError>, kept: Kept): Outcome => ({
  segments: engine.segments,
  billed: sumOf(engine.segments),
  seams: engine.seams,
  // of an answer that ended in another process only what it told is known
  turns:
    engine.lastSeen === undefined
      ? Checkpoint.toTurns(kept.checkpointOf(engine))
      : withAnswer(engine.plan.request.messages, engine.lastSeen),
  synthesized: engine.synthesized,
  refusedAfter: engine.refusedAfter
})

const refused = (request: MessageRequest, rule: ResumeRule): InvalidRequest =>
  new InvalidRequest({
    ...localContext({ method: "POST", path: "/v1/messages", model: request.model, stream: true }),
    source: "local",
    issues: [
      {
        path: [],
        rule: `resumable-${rule.id}`,
        message: `a request with ${rule.when} cannot be asked again after a cut: ${rule.why}`,
        remedy: "use Claude.stream for it"
      }
    ]
  })

/** What is known of a stream where it begins, and where what becomes of it is written. */
interface Kept {
  readonly request: MessageRequest
  readonly found: Checkpoint.Checkpoint | undefined
  readonly journal: journals.Journal
  readonly checkpointOf: (engine: Engine<CheckpointStoreError>) => Checkpoint.Checkpoint
}

const takeUp = (scope: Scope.Scope, options: StartOptions): Effect.Effect<Kept, Failure> =>
  Effect.gen(function* () {
    const store = options.store ?? Option.getOrUndefined(yield* Effect.serviceOption(CheckpointStore.CheckpointStore))
    const { id, request } = options
    if (id === undefined || store === undefined) {
      return request === undefined ? yield* missing(id ?? "") : yield* withoutStore(request, options)
    }
    const taken = takeUpIn(store, id, yield* promptly(scope), options)
    if (request === undefined || options.durability === "beforeDelivery") return yield* taken
    // a store that fails is no reason to do without the answer
    return yield* Effect.catchTag(taken, "CheckpointStoreError", (error) =>
      Effect.zipRight(
        Effect.logWarning(`${error.message}; the stream goes on without a checkpoint`),
        withoutStore(request, options)
      )
    )
  })

/** A scope for what is written at the end: its parent waits a second for it, and leaves a store that hangs behind. */
const promptly = (parent: Scope.Scope): Effect.Effect<Scope.Scope> =>
  Effect.gen(function* () {
    const scope = yield* Scope.make()
    yield* Scope.addFinalizerExit(parent, (exit) =>
      Scope.close(scope, exit).pipe(
        Effect.uninterruptible,
        Effect.disconnect,
        Effect.interruptible,
        Effect.timeoutTo({
          duration: "1 second",
          onSuccess: () => Effect.void,
          onTimeout: () => Effect.logWarning("the store of checkpoints did not answer within a second, and is left")
        }),
        Effect.flatten
      )
    )
    return scope
  })

const withoutStore = (request: MessageRequest, { claude, id }: StartOptions): Effect.Effect<Kept> =>
  Effect.map(Checkpoint.opened({ id: id ?? "", request, baseUrl: baseUrlOf(claude) }), (opened) => ({
    request,
    found: undefined,
    journal: journals.none,
    checkpointOf: (engine) => condensed(opened, engine)
  }))

const takeUpIn = (
  store: CheckpointStore.Service,
  id: string,
  scope: Scope.Scope,
  options: StartOptions
): Effect.Effect<Kept, Failure> =>
  Effect.gen(function* () {
    yield* Scope.extend(store.claim(id), scope)
    const found = Option.getOrUndefined(yield* store.read(id))
    const request = yield* requestOf(options, id, found)
    const opened = yield* Checkpoint.opened({ id, request, baseUrl: baseUrlOf(options.claude) })
    if (found !== undefined && found.fingerprint !== opened.fingerprint) {
      return yield* new CheckpointConflict({ id, reason: "request" })
    }
    const { durability, keep } = options
    const completion = !keep ? "remove" : found?.status === "complete" ? "leave" : "note"
    const journal = yield* journals.make({ store, id, durability, completion, scope })
    if (found === undefined) yield* journal.opened(opened)
    return { request, found, journal, checkpointOf: (engine) => condensed(opened, engine) }
  })

/** No checkpoint is under this id, or its store is not here. */
const missing = (id: string): CheckpointStoreError =>
  new CheckpointStoreError({
    operation: "read",
    reason: "missing",
    description: "there is no checkpoint under this id, or no store where the stream runs",
    id
  })

const requestOf = (options: StartOptions, id: string, found: Checkpoint.Checkpoint | undefined) =>
  Effect.gen(function* () {
    if (options.request !== undefined) return options.request
    if (found === undefined) return yield* missing(id)
    const request = Checkpoint.requestWith(found, options.secrets)
    if (Either.isRight(request)) return request.right
    return yield* new InvalidRequest({
      ...localContext({ method: "POST", path: "/v1/messages", stream: true }),
      source: "local",
      issues: request.left.map((pointer) => ({
        path: pointer.split("/").slice(1),
        rule: "checkpoint-secret",
        message: "this field is a secret, and is not kept in a checkpoint",
        remedy: `give it as secrets: { ${JSON.stringify(pointer)}: Redacted.make(…) }`
      }))
    })
  })

/** The state of a stream as a checkpoint: each block in one piece. */
const condensed = (
  { type: _, ...asked }: Effect.Effect.Success<ReturnType<typeof Checkpoint.opened>>,
  engine: Engine<CheckpointStoreError>
): Checkpoint.Checkpoint => ({
  ...asked,
  updatedAt: asked.createdAt,
  status: engine.ledger.finished ? "complete" : "running",
  events: engine.ledger.condensed(),
  segments: engine.segments,
  seams: engine.seams
})
