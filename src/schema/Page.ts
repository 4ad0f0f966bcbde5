/**
 * Pages of a list.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * One page of a list that is paged by ids.
 *
 * The next page is asked for with `after_id` set to `last_id`, while `has_more` is true.
 *
 * @since 0.1.0
 * @category models
 */
export interface Page<A> {
  readonly data: ReadonlyArray<A>
  readonly has_more: boolean
  readonly first_id?: string | null | undefined
  readonly last_id?: string | null | undefined
}

/**
 * Schema of a `Page` of the given items.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Page = <A>(item: Schema.Schema<A>): Schema.Schema<Page<A>> =>
  Schema.Struct({
    data: Schema.Array(item),
    has_more: Schema.Boolean,
    first_id: Schema.optional(Schema.NullOr(Schema.String)),
    last_id: Schema.optional(Schema.NullOr(Schema.String))
  })
