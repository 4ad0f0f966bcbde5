import { facts, limitGroupOf, supportsPrefill } from "../../schema/ModelFacts.js"
import type { Json } from "./json.js"

/** A model that the simulator knows: what it lists, and what decides which requests it takes. */
export interface Model {
  readonly id: string
  readonly line: string
  /** 4.5, 4.6, 5, 5.1 …: rules of the API go by it. */
  readonly version: number
  readonly maxTokens: number
  readonly prefill: boolean
  readonly thinking: { readonly enabled: boolean; readonly adaptive: boolean; readonly disabled: boolean }
  /** Thinking signatures are checked against the unchanged conversation before them. */
  readonly bound: boolean
  /** Models of one group draw on the same rate limits. */
  readonly limitGroup: string
  readonly info: Json
}

type Row = readonly [id: string, name: string, created: string, output: number]

// The names are the API's. Dates and sizes that are not public are plausible ones of our own.
const rows: ReadonlyArray<Row> = [
  ["claude-fable-5-2", "Claude Fable 5.2", "2026-11-12", 128_000],
  ["claude-mythos-5-2", "Claude Mythos 5.2", "2026-11-12", 128_000],
  ["claude-haiku-5-5", "Claude Haiku 5.5", "2026-10-28", 64_000],
  ["claude-sonnet-5-5", "Claude Sonnet 5.5", "2026-10-21", 128_000],
  ["claude-opus-5-5", "Claude Opus 5.5", "2026-10-21", 128_000],
  ["claude-fable-5-1", "Claude Fable 5.1", "2026-10-07", 128_000],
  ["claude-mythos-5-1", "Claude Mythos 5.1", "2026-09-30", 128_000],
  ["claude-sonnet-5", "Claude Sonnet 5", "2026-08-20", 128_000],
  ["claude-fable-5", "Claude Fable 5", "2026-08-06", 128_000],
  ["claude-mythos-5", "Claude Mythos 5", "2026-08-06", 128_000],
  ["claude-opus-5", "Claude Opus 5", "2026-07-23", 128_000],
  ["claude-opus-4-8", "Claude Opus 4.8", "2026-05-28", 128_000],
  ["claude-opus-4-7", "Claude Opus 4.7", "2026-04-16", 128_000],
  ["claude-mythos-preview", "Claude Mythos Preview", "2026-04-07", 128_000],
  ["claude-sonnet-4-6", "Claude Sonnet 4.6", "2026-02-17", 64_000],
  ["claude-opus-4-6", "Claude Opus 4.6", "2026-02-05", 128_000],
  ["claude-opus-4-5-20251101", "Claude Opus 4.5", "2025-11-24", 64_000],
  ["claude-haiku-4-5-20251001", "Claude Haiku 4.5", "2025-10-15", 64_000],
  ["claude-sonnet-4-5-20250929", "Claude Sonnet 4.5", "2025-09-29", 64_000]
]

const deprecated: Record<string, { readonly at: string; readonly retires: string; readonly retired: boolean }> = {
  "claude-sonnet-4-5-20250929": { at: "2026-08-20T00:00:00Z", retires: "2026-11-30T00:00:00Z", retired: false },
  "claude-mythos-preview": { at: "2026-04-30T00:00:00Z", retires: "2026-06-30T00:00:00Z", retired: true }
}

const supported = (value: boolean): Json => ({ supported: value })

const capabilities = (version: number, thinking: Model["thinking"]): Json => ({
  batch: supported(true),
  citations: supported(true),
  code_execution: supported(true),
  image_input: supported(true),
  pdf_input: supported(true),
  structured_outputs: supported(true),
  effort: {
    supported: version >= 4.6,
    ...Object.fromEntries(["low", "medium", "high", "max"].map((level) => [level, supported(version >= 4.6)])),
    xhigh: supported(version >= 4.7)
  },
  thinking: {
    supported: true,
    types: {
      enabled: supported(thinking.enabled),
      adaptive: supported(thinking.adaptive),
      disabled: supported(thinking.disabled),
      between_tools: supported(version >= 5)
    }
  },
  context_management: {
    supported: true,
    clear_thinking_20251015: supported(true),
    clear_tool_uses_20250919: supported(true),
    compact_20260112: supported(version >= 4.6)
  },
  server_tools: { supported: true, web_search: supported(true), code_execution: supported(true) }
})

const modelOf = ([id, name, created, output]: Row): Model => {
  const {
    line,
    version: [major, minor]
  } = facts(id) ?? { line: "", version: [0, 0] }
  const version = major + minor / 10
  const grand = line === "fable" || line === "mythos"
  const thinking = { enabled: version < 4.7, adaptive: version > 4.5, disabled: !(grand && version >= 5) }
  const end = deprecated[id]
  return {
    id,
    line,
    version,
    maxTokens: output,
    prefill: supportsPrefill(id),
    thinking,
    bound: version >= 5.1,
    limitGroup: limitGroupOf(id),
    info: {
      id,
      type: "model",
      display_name: name,
      created_at: `${created}T00:00:00Z`,
      lifecycle: end === undefined ? "active" : end.retired ? "retired" : "deprecated",
      deprecated_at: end?.at ?? null,
      retires_at: end?.retires ?? null,
      line,
      max_input_tokens: version >= 4.6 ? 1_000_000 : 200_000,
      max_tokens: output,
      capabilities: capabilities(version, thinking)
    }
  }
}

/** Newest first, as the API lists them. */
export const all: ReadonlyArray<Model> = rows.map(modelOf)

const byId = new Map(
  all.flatMap((model): ReadonlyArray<readonly [string, Model]> => {
    const alias = model.id.replace(/-20\d{6}$/, "")
    return alias === model.id
      ? [[model.id, model]]
      : [
          [model.id, model],
          [alias, model]
        ]
  })
)

/** A model by its id or its alias without the date. */
export const find = (id: string): Model | undefined => byId.get(id)

/** @internal */
export const isRetired = (model: Model): boolean => model.info["lifecycle"] === "retired"
