/**
 * The body of an answer that is an error.
 *
 * @since 0.1.0
 */
import type * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import { openString, optionalNull, struct } from "./internal/struct.js"
import * as wire from "./internal/wire.js"
import type { Decoded } from "./SchemaWarning.js"

/**
 * The kind of an error; an unknown one counts as its HTTP status says.
 *
 * @since 0.1.0
 * @category models
 */
export type ErrorType =
  | "invalid_request_error"
  | "authentication_error"
  | "billing_error"
  | "permission_error"
  | "not_found_error"
  | "request_too_large"
  | "rate_limit_error"
  | "timeout_error"
  | "api_error"
  | "overloaded_error"
  | "memory_precondition_failed_error"
  | "memory_path_conflict_error"
  | "conflict_error"
  | (string & {})

/**
 * Schema of `ErrorType`: any string.
 *
 * @since 0.1.0
 * @category schemas
 */
export const ErrorType = openString<ErrorType>("ErrorType")

/**
 * What else is known of an error: `error_code` names its cause, and each code may bring fields of its own.
 *
 * @since 0.1.0
 * @category models
 */
export interface ErrorDetails {
  readonly error_code?: string | null | undefined
  readonly [field: string]: unknown
}

/**
 * Schema of `ErrorDetails`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const ErrorDetails: Schema.Schema<ErrorDetails> = Schema.Struct(
  { error_code: optionalNull(Schema.String) },
  { key: Schema.String, value: Schema.Unknown }
)

/**
 * What went wrong.
 *
 * @since 0.1.0
 * @category models
 */
export interface ErrorObject {
  readonly type: ErrorType
  readonly message: string
  readonly details?: ErrorDetails | null | undefined
}

/**
 * Schema of `ErrorObject`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const ErrorObject = struct<ErrorObject>("ErrorObject", () => ({
  type: ErrorType,
  message: Schema.String,
  details: optionalNull(ErrorDetails)
}))

/**
 * The body of an answer that is an error, and the data of an `error` event.
 *
 * @since 0.1.0
 * @category models
 */
export interface ErrorResponse {
  readonly type: "error"
  readonly error: ErrorObject
  readonly request_id?: string | null | undefined
}

/**
 * Schema of `ErrorResponse`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const ErrorResponse = struct<ErrorResponse>("ErrorResponse", () => ({
  type: Schema.Literal("error"),
  error: ErrorObject,
  request_id: optionalNull(Schema.String)
}))

/**
 * Checks the body of an error and hands it on; `Left` says in one line why it is none.
 *
 * @since 0.1.0
 * @category constructors
 */
export const fromWire: (input: unknown) => Either.Either<Decoded<ErrorResponse>, string> = wire.fromWire(ErrorResponse)
