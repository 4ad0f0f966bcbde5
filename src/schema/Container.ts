/**
 * Containers in which code runs, and their skills.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { openString, optionalNull, struct } from "./internal/struct.js"

/**
 * A skill to load into the container.
 *
 * @since 0.1.0
 * @category models
 */
export interface SkillParams {
  readonly skill_id: string
  readonly type: "anthropic" | "custom"
  /** `"latest"` when absent. */
  readonly version?: string | undefined
}

/**
 * Schema of `SkillParams`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const SkillParams = struct<SkillParams>("SkillParams", () => ({
  skill_id: Schema.String,
  type: Schema.Literal("anthropic", "custom"),
  version: Schema.optional(Schema.String)
}))

/**
 * A container to reuse, or one with skills.
 *
 * @since 0.1.0
 * @category models
 */
export interface ContainerParams {
  readonly id?: string | null | undefined
  readonly skills?: ReadonlyArray<SkillParams> | null | undefined
}

/**
 * Schema of `ContainerParams`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const ContainerParams = struct<ContainerParams>("ContainerParams", () => ({
  id: optionalNull(Schema.String),
  skills: optionalNull(Schema.Array(SkillParams))
}))

/**
 * Who made a skill.
 *
 * @since 0.1.0
 * @category models
 */
export type SkillType = "anthropic" | "custom" | (string & {})

/**
 * Schema of `SkillType`: any string.
 *
 * @since 0.1.0
 * @category schemas
 */
export const SkillType = openString<SkillType>("SkillType")

/**
 * A skill that was loaded into the container.
 *
 * @since 0.1.0
 * @category models
 */
export interface ContainerSkill {
  readonly skill_id: string
  readonly type: SkillType
  readonly version: string
}

/**
 * Schema of `ContainerSkill`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const ContainerSkill = struct<ContainerSkill>("ContainerSkill", () => ({
  skill_id: Schema.String,
  type: SkillType,
  version: Schema.String
}))

/**
 * The container that ran the code of an answer.
 *
 * @since 0.1.0
 * @category models
 */
export interface Container {
  readonly id: string
  /** RFC 3339. */
  readonly expires_at: string
  readonly skills?: ReadonlyArray<ContainerSkill> | null | undefined
}

/**
 * Schema of `Container`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Container = struct<Container>("Container", () => ({
  id: Schema.String,
  expires_at: Schema.String,
  skills: optionalNull(Schema.Array(ContainerSkill))
}))
