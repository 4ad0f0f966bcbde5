/**
 * Web search by the API.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { CacheControl } from "./CacheControl.js"
import { AllowedCaller } from "./ClientTool.js"
import { optionalNull, struct } from "./internal/struct.js"

/**
 * Where the user is, so that searches fit.
 *
 * @since 0.1.0
 * @category models
 */
export interface UserLocation {
  readonly type: "approximate"
  readonly city?: string | null | undefined
  readonly region?: string | null | undefined
  /** Two letters, ISO 3166-1. */
  readonly country?: string | null | undefined
  /** An IANA time zone. */
  readonly timezone?: string | null | undefined
}

/**
 * Schema of `UserLocation`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const UserLocation = struct<UserLocation>("UserLocation", () => ({
  type: Schema.Literal("approximate"),
  city: optionalNull(Schema.String),
  region: optionalNull(Schema.String),
  country: optionalNull(Schema.String),
  timezone: optionalNull(Schema.String)
}))

/**
 * Web search by the API, version 20250305.
 *
 * @since 0.1.0
 * @category models
 */
export interface WebSearchTool20250305 {
  readonly type: "web_search_20250305"
  readonly name: "web_search"
  readonly max_uses?: number | null | undefined
  readonly allowed_domains?: ReadonlyArray<string> | null | undefined
  readonly blocked_domains?: ReadonlyArray<string> | null | undefined
  readonly user_location?: UserLocation | null | undefined
  readonly strict?: boolean | undefined
  readonly allowed_callers?: ReadonlyArray<AllowedCaller> | undefined
  readonly cache_control?: CacheControl | null | undefined
  readonly defer_loading?: boolean | undefined
}

/**
 * Schema of `WebSearchTool20250305`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const WebSearchTool20250305 = struct<WebSearchTool20250305>("WebSearchTool20250305", () => ({
  type: Schema.Literal("web_search_20250305"),
  name: Schema.Literal("web_search"),
  max_uses: optionalNull(Schema.Number),
  allowed_domains: optionalNull(Schema.Array(Schema.String)),
  blocked_domains: optionalNull(Schema.Array(Schema.String)),
  user_location: optionalNull(UserLocation),
  strict: Schema.optional(Schema.Boolean),
  allowed_callers: Schema.optional(Schema.Array(AllowedCaller)),
  cache_control: optionalNull(CacheControl),
  defer_loading: Schema.optional(Schema.Boolean)
}))

/**
 * Web search by the API, version 20260209.
 *
 * @since 0.1.0
 * @category models
 */
export interface WebSearchTool20260209 {
  readonly type: "web_search_20260209"
  readonly name: "web_search"
  readonly max_uses?: number | null | undefined
  readonly allowed_domains?: ReadonlyArray<string> | null | undefined
  readonly blocked_domains?: ReadonlyArray<string> | null | undefined
  readonly user_location?: UserLocation | null | undefined
  readonly strict?: boolean | undefined
  readonly allowed_callers?: ReadonlyArray<AllowedCaller> | undefined
  readonly cache_control?: CacheControl | null | undefined
  readonly defer_loading?: boolean | undefined
}

/**
 * Schema of `WebSearchTool20260209`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const WebSearchTool20260209 = struct<WebSearchTool20260209>("WebSearchTool20260209", () => ({
  type: Schema.Literal("web_search_20260209"),
  name: Schema.Literal("web_search"),
  max_uses: optionalNull(Schema.Number),
  allowed_domains: optionalNull(Schema.Array(Schema.String)),
  blocked_domains: optionalNull(Schema.Array(Schema.String)),
  user_location: optionalNull(UserLocation),
  strict: Schema.optional(Schema.Boolean),
  allowed_callers: Schema.optional(Schema.Array(AllowedCaller)),
  cache_control: optionalNull(CacheControl),
  defer_loading: Schema.optional(Schema.Boolean)
}))

/**
 * Web search by the API, version 20260318.
 *
 * @since 0.1.0
 * @category models
 */
export interface WebSearchTool20260318 {
  readonly type: "web_search_20260318"
  readonly name: "web_search"
  readonly max_uses?: number | null | undefined
  readonly allowed_domains?: ReadonlyArray<string> | null | undefined
  readonly blocked_domains?: ReadonlyArray<string> | null | undefined
  readonly user_location?: UserLocation | null | undefined
  readonly response_inclusion?: "full" | "excluded" | undefined
  readonly strict?: boolean | undefined
  readonly allowed_callers?: ReadonlyArray<AllowedCaller> | undefined
  readonly cache_control?: CacheControl | null | undefined
  readonly defer_loading?: boolean | undefined
}

/**
 * Schema of `WebSearchTool20260318`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const WebSearchTool20260318 = struct<WebSearchTool20260318>("WebSearchTool20260318", () => ({
  type: Schema.Literal("web_search_20260318"),
  name: Schema.Literal("web_search"),
  max_uses: optionalNull(Schema.Number),
  allowed_domains: optionalNull(Schema.Array(Schema.String)),
  blocked_domains: optionalNull(Schema.Array(Schema.String)),
  user_location: optionalNull(UserLocation),
  response_inclusion: Schema.optional(Schema.Literal("full", "excluded")),
  strict: Schema.optional(Schema.Boolean),
  allowed_callers: Schema.optional(Schema.Array(AllowedCaller)),
  cache_control: optionalNull(CacheControl),
  defer_loading: Schema.optional(Schema.Boolean)
}))
