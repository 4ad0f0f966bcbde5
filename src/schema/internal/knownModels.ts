/**
 * The models that were known when this version was made. Source: the official SDK 1.12.0 (`Model`, and the list of
 * deprecated models), and the API's pages on streaming, prefill and rate limits of November 2026.
 */
export interface KnownModel {
  readonly line: "haiku" | "sonnet" | "opus" | "fable" | "mythos"
  readonly version: readonly [major: number, minor: number]
  readonly limitGroup: string
  /** RFC 3339 date; the model is deprecated. */
  readonly endOfLife?: string | undefined
}

const model = (
  line: KnownModel["line"],
  major: number,
  minor: number,
  limitGroup: string,
  endOfLife?: string
): KnownModel => ({ line, version: [major, minor], limitGroup, ...(endOfLife === undefined ? {} : { endOfLife }) })

export const knownModels = {
  "claude-fable-5-2": model("fable", 5, 2, "fable-5-2"),
  "claude-mythos-5-2": model("mythos", 5, 2, "mythos-5-2"),
  "claude-haiku-5-5": model("haiku", 5, 5, "haiku-5-5"),
  "claude-sonnet-5-5": model("sonnet", 5, 5, "sonnet-5-5"),
  "claude-fable-5-1": model("fable", 5, 1, "fable-5"),
  "claude-opus-5-5": model("opus", 5, 5, "opus-5-5"),
  "claude-mythos-5-1": model("mythos", 5, 1, "mythos-5"),
  "claude-sonnet-5": model("sonnet", 5, 0, "sonnet-5"),
  "claude-fable-5": model("fable", 5, 0, "fable-5"),
  "claude-mythos-5": model("mythos", 5, 0, "mythos-5"),
  "claude-opus-5": model("opus", 5, 0, "opus-5"),
  "claude-opus-4-8": model("opus", 4, 8, "opus-4"),
  "claude-opus-4-7": model("opus", 4, 7, "opus-4"),
  "claude-mythos-preview": model("mythos", 4, 6, "mythos-preview", "2026-06-30"),
  "claude-opus-4-6": model("opus", 4, 6, "opus-4"),
  "claude-sonnet-4-6": model("sonnet", 4, 6, "sonnet-4"),
  "claude-haiku-4-5": model("haiku", 4, 5, "haiku-4-5"),
  "claude-haiku-4-5-20251001": model("haiku", 4, 5, "haiku-4-5"),
  "claude-opus-4-5": model("opus", 4, 5, "opus-4"),
  "claude-opus-4-5-20251101": model("opus", 4, 5, "opus-4"),
  "claude-sonnet-4-5": model("sonnet", 4, 5, "sonnet-4", "2026-11-30"),
  "claude-sonnet-4-5-20250929": model("sonnet", 4, 5, "sonnet-4", "2026-11-30")
} as const satisfies Record<string, KnownModel>

/**
 * The ids that were known when this version was made.
 *
 * @since 0.1.0
 * @category models
 */
export type KnownModelId = keyof typeof knownModels

/**
 * The newest model of each line.
 */
export const newest: { readonly [L in KnownModel["line"]]: KnownModelId } = {
  haiku: "claude-haiku-5-5",
  sonnet: "claude-sonnet-5-5",
  opus: "claude-opus-5-5",
  fable: "claude-fable-5-2",
  mythos: "claude-mythos-5-2"
}

/**
 * Lines whose models below these versions are gone: Opus 4.1 and 4, Sonnet 4, and all of version 3 and before.
 */
export const retiredBelow: { readonly [line: string]: readonly [major: number, minor: number] } = {
  haiku: [4, 5],
  sonnet: [4, 5],
  opus: [4, 5]
}
