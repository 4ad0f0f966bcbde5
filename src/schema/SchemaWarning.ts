/**
 * What was odd about an answer that could be used all the same.
 *
 * @since 0.1.0
 */

/**
 * A part of an answer was not shaped as its type says, and was set aside rather than fail the answer, which was
 * paid for.
 *
 * `message` names the rule and the type of what was found, never a value.
 *
 * @since 0.1.0
 * @category models
 */
export interface SchemaWarning {
  readonly path: ReadonlyArray<string | number>
  readonly message: string
}

/**
 * A value as it came from the wire, and what was odd about it.
 *
 * @since 0.1.0
 * @category models
 */
export interface Decoded<A> {
  readonly value: A
  readonly warnings: ReadonlyArray<SchemaWarning>
}
