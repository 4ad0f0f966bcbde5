/**
 * Builders that hold a Schema to its interface, both ways, by the compiler.
 */
import * as Schema from "effect/Schema"
import * as SchemaAST from "effect/SchemaAST"

/**
 * One Schema for each key of `A`, optional ones included: a key that is missing, spelled wrong or of another type
 * does not compile.
 */
export type Fields<A> = {
  readonly [K in keyof A]-?: {} extends Pick<A, K>
    ? Schema.optional<Schema.Schema<Exclude<A[K], undefined>>>
    : Schema.Schema<A[K]>
}

// Keys that a Schema does not know survive it, in their order, wherever it is used to decode or encode.
const open = { parseOptions: { onExcessProperty: "preserve", propertyOrder: "original" } } as const

/**
 * A struct that is built at its first use: there are many, and most programs use few.
 */
export const struct = <A>(identifier: string, fields: () => Fields<A>): Schema.Schema<A> =>
  Schema.make(
    new SchemaAST.Suspend(
      // `Fields<A>` proves field by field what the compiler cannot derive for a type parameter.
      () => Schema.Struct(fields() as Schema.Struct.Fields).annotations({ identifier, ...open }).ast,
      { [SchemaAST.IdentifierAnnotationId]: identifier }
    )
  )

export const optionalNull = <S extends Schema.Schema.All>(schema: S): Schema.optional<Schema.NullOr<S>> =>
  Schema.optional(Schema.NullOr(schema))

/**
 * A string of which some values are known: the type names them, any other passes.
 */
export const openString = <A extends string>(identifier: string): Schema.Schema<A> =>
  // `A` ends in `string & {}`, to which every string belongs.
  Schema.String.annotations({ identifier }) as unknown as Schema.Schema<A>

export const fallbackId: unique symbol = Symbol.for("effect-claude/schema/fallback")

/**
 * A required field of an answer that a server may leave out or spoil: `value` then stands in its place, so that an
 * answer which was paid for is not lost for its sake.
 */
export const fallback = <A>(schema: Schema.Schema<A>, value: A): Schema.Schema<A> =>
  schema.annotations({ [fallbackId]: value })

export type JsonObject = { readonly [key: string]: unknown }

export const JsonObject: Schema.Schema<JsonObject> = Schema.Record({ key: Schema.String, value: Schema.Unknown })
