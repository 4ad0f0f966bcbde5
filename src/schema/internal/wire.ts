/**
 * From the wire and back, for any wire schema.
 */
import * as Either from "effect/Either"
import type * as Schema from "effect/Schema"
import type { Decoded, SchemaWarning } from "../SchemaWarning.js"
import * as Check from "./check.js"
import type { Shape } from "./shape.js"
import { shapeOf } from "./shape.js"

const toWarning = (fault: Check.Fault): SchemaWarning => ({ path: fault.path, message: Check.formatFault(fault) })

/**
 * Checks an answer and hands it on, with unknown things wrapped. `Left` says in one line why it is no such thing.
 */
export const fromWire =
  <A>(
    schema: Schema.Schema<A>,
    options?: { readonly exact?: boolean | undefined }
  ): ((input: unknown) => Either.Either<Decoded<A>, string>) =>
  (input) => {
    const shape = shapeOf(schema)
    if (shape._tag === "Union" && !Check.hasType(input)) {
      return Either.left(`expected an object with a type, found ${Check.typeOf(input)}`)
    }
    const check = Check.make("response")
    const value = Check.run(check, shape, input, options?.exact ?? false)
    const [fault] = check.faults
    if (fault !== undefined) {
      const path = Check.formatPath(fault.path)
      return Either.left(path === "" ? Check.formatFault(fault) : `${path}: ${Check.formatFault(fault)}`)
    }
    // The check has just proved it, against the schema of `A`.
    return Either.right({ value: value as A, warnings: check.warnings.map(toWarning) })
  }

/**
 * Puts what an `Unknown` holds in its place, wherever the schema has room for one.
 */
export const toWire =
  (schema: Schema.Schema.Any): ((value: unknown) => unknown) =>
  (value) =>
    unwrap(shapeOf(schema), value)

const unwrap = (shape: Shape, value: unknown): unknown => {
  switch (shape._tag) {
    case "List":
      return Array.isArray(value) ? Check.mapItems(value, (item) => unwrap(shape.item, item)) : value
    case "Struct":
      return Check.isObject(value) ? unwrapFields(shape, value) : value
    case "Union":
      return unwrapUnion(shape, value)
    default:
      return value
  }
}

const unwrapFields = (
  shape: Extract<Shape, { readonly _tag: "Struct" }>,
  value: { readonly [key: string]: unknown }
): unknown => {
  let result = value
  for (const property of shape.properties) {
    const given = value[property.name]
    const next = unwrap(property.shape, given)
    if (next !== given) {
      result = { ...result, [property.name]: next }
    }
  }
  return result
}

const unwrapUnion = (shape: Extract<Shape, { readonly _tag: "Union" }>, value: unknown): unknown => {
  if (Array.isArray(value)) {
    return shape.list === undefined ? value : unwrap(shape.list, value)
  }
  if (!Check.isObject(value)) {
    return value
  }
  const tag = value[shape.tag]
  if (shape.open && tag === "unknown") {
    return Check.isObject(value["raw"]) ? value["raw"] : value
  }
  const member = shape.tagged.get(tag) ?? shape.untagged
  return member === undefined ? value : unwrap(member, value)
}

/**
 * Fields that travel as headers, by the names of both.
 */
const headerNames = {
  user_profile_id: "anthropic-user-profile-id",
  workspace_id: "anthropic-workspace-id",
  betas: "anthropic-beta"
} as const

export const bodyOf = (schema: Schema.Schema.Any, request: object): unknown => {
  const body = unwrap(shapeOf(schema), request)
  return Check.isObject(body) && Object.keys(headerNames).some((name) => name in body)
    ? Object.fromEntries(Object.entries(body).filter(([name]) => !Object.hasOwn(headerNames, name)))
    : body
}

export const headersOf = (request: object): Readonly<Record<string, string>> => {
  const headers: Record<string, string> = {}
  for (const [name, header] of Object.entries(headerNames)) {
    const value = Check.isObject(request) ? request[name] : undefined
    if (typeof value === "string") headers[header] = value
    if (Array.isArray(value) && value.length > 0) headers[header] = value.join(",")
  }
  return headers
}
