import type { ContentBlockParam } from "../../schema/ContentBlockParam.js"
import type { MessageRequest } from "../../schema/MessageRequest.js"

/**
 * What may be done when the answer to a request is cut: go on where it stopped, ask the same again and take back what
 * was told, or neither, in which case the request is refused before it is sent.
 */
export type Resumability = "continue" | "restart" | "refuse"

/** One rule of the table in docs/resuming.md. */
export interface ResumeRule {
  readonly id: string
  /** What a request looks like to which the rule applies. */
  readonly when: string
  readonly then: Exclude<Resumability, "continue">
  readonly why: string
  readonly applies: (request: MessageRequest) => boolean
}

/** Fields of betas, which the type of a request does not know. */
const field = (request: MessageRequest, name: string): unknown => Object(request)[name]

const lastAssistant = (request: MessageRequest) => {
  const last = request.messages.at(-1)
  return last?.role === "assistant" ? last : undefined
}

/** Where nothing was validated, anything may stand here. */
const typeOf = (block: ContentBlockParam): unknown =>
  block?.type === "unknown" ? Object(block.raw).type : Object(block).type

const holdsServerTool = (request: MessageRequest): boolean => {
  const content = lastAssistant(request)?.content ?? []
  const types: ReadonlyArray<unknown> = Array.isArray(content) ? content.map(typeOf) : []
  return types.some((type) => type === "server_tool_use" || type === "mcp_tool_use")
}

/** The rules in the order in which they are asked; the first that applies decides. */
export const rules: ReadonlyArray<ResumeRule> = [
  {
    id: "thread-continue",
    when: '`thread: { type: "continue" }`',
    then: "refuse",
    why: "the server still works on the turn that was cut and answers `thread_continue_in_flight` to a second one",
    applies: (request) => Object(field(request, "thread")).type === "continue"
  },
  {
    id: "fallback-credit",
    when: "`fallback_credit_token`",
    then: "refuse",
    why: "the token is redeemed once and may be spent by the call that was cut",
    applies: (request) => (field(request, "fallback_credit_token") ?? null) !== null
  },
  {
    id: "pause-turn",
    when: "the last turn is the model's and holds a server tool that was paused (`pause_turn`)",
    then: "refuse",
    why: "the tool may have run on, and would run again",
    applies: holdsServerTool
  },
  {
    id: "compaction",
    when: "`compaction`",
    then: "restart",
    why: "the answer is one compaction block, which is whole or of no use",
    applies: (request) => (field(request, "compaction") ?? null) !== null
  },
  {
    id: "own-prefill",
    when: "the last turn is the model's (a prefill of your own)",
    then: "restart",
    why: "a turn behind the prefill would no longer be a prefill",
    applies: (request) => lastAssistant(request) !== undefined
  },
  {
    id: "forced-tool",
    when: "`tool_choice` of type `any` or `tool`",
    then: "restart",
    why: "the model may not answer in text, and so cannot repeat the last words",
    applies: (request) => request.tool_choice?.type === "any" || request.tool_choice?.type === "tool"
  },
  {
    id: "structured-output",
    when: "`output_config.format`",
    then: "restart",
    why: "a reply that has to be whole JSON cannot begin in the middle of one",
    applies: (request) => (request.output_config?.format ?? null) !== null
  }
]

/** The rule that applies to a request, if one does. */
export const ruleFor = (request: MessageRequest): ResumeRule | undefined => rules.find((rule) => rule.applies(request))
