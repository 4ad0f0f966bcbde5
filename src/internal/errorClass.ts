/**
 * How the error classes are made: a `Schema.TaggedError` that also says its message and hint, and that compares and
 * encodes by its fields.
 */
import type * as Cause from "effect/Cause"
import * as Equal from "effect/Equal"
import * as Hash from "effect/Hash"
import * as Schema from "effect/Schema"
import type { Evidence } from "./errorEvidence.js"
import { describe } from "./errorMessage.js"
import { hintFor } from "./hint.js"

/**
 * On every error of this library, whichever copy of it made it.
 */
export const TypeId = "~effect-claude/ClaudeError"

/**
 * What every error has beside its fields.
 */
export interface Told {
  readonly [TypeId]: typeof TypeId
  /** What broke, in which phase, and the request id where there is one. */
  readonly message: string
  /** The probable cause and what to try, from the stored fields alone; `undefined` where they prove nothing. */
  readonly hint: string | undefined
  /** The Schema encoding: `JSON.parse(JSON.stringify(error))` decodes to an equal error. */
  toJSON(): unknown
}

/**
 * The type of an error class.
 */
export interface ErrorClass<Self, Tag extends string, Fields extends Schema.Struct.Fields> extends
  Schema.Class<
    Self,
    Fields,
    Schema.Struct.Encoded<Fields>,
    Schema.Struct.Context<Fields>,
    Schema.Struct.Constructor<Omit<Fields, "_tag">>,
    Told,
    Cause.YieldableError
  >
{
  readonly _tag: Tag
}

/** What the constructor of a class does, with the types taken off: they are generic here. */
type Untyped = new(props: Readonly<Record<string, unknown>>, options?: Schema.MakeOptions) => object

/** A field that is absent and one that is `undefined` are the same thing, as they are in JSON. */
const withoutUndefined = (props: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(props).filter(([, value]) => value !== undefined))

const lazy = <A>(make: () => A): () => A => {
  let made: { readonly value: A } | undefined
  return () => (made ??= { value: make() }).value
}

const told = (klass: Untyped, schema: Schema.Schema<object, unknown>): PropertyDescriptorMap => {
  const encode = lazy(() => Schema.encodeSync(schema))
  const same = lazy(() => Schema.equivalence(schema))
  const getter = (get: (this: Evidence) => unknown): PropertyDescriptor => ({ get, configurable: true })
  const method = (value: unknown): PropertyDescriptor => ({ value, configurable: true, writable: true })
  return {
    [TypeId]: method(TypeId),
    message: getter(function() {
      return describe(this)
    }),
    hint: getter(function() {
      return hintFor(this)
    }),
    toJSON: method(function(this: object) {
      return encode()(this)
    }),
    [Equal.symbol]: method(function(this: object, that: unknown) {
      return this === that || (that instanceof klass && same()(this, that))
    }),
    [Hash.symbol]: method(function(this: Evidence) {
      return Hash.string(`${this._tag} ${this.requestId} ${this.phase} ${this.attempt}`)
    })
  }
}

/**
 * Makes an error class, to be extended as `Schema.TaggedError`'s are.
 */
export const tagged = <Self = never>() =>
<const Tag extends string, const Fields extends Schema.Struct.Fields>(
  tag: Tag,
  fields: Fields
): ErrorClass<Self, Tag, { readonly _tag: Schema.tag<Tag> } & Fields> => {
  // The types of a class over generic fields cannot be written down here; the return type states what holds, and
  // the fields of all our classes decode without services.
  const base: unknown = Schema.TaggedError<object>(`effect-claude/${tag}`)(tag, fields)
  class Tagged extends (base as Untyped) {
    constructor(props: Readonly<Record<string, unknown>>, options?: Schema.MakeOptions) {
      super(withoutUndefined(props), options)
    }
  }
  Object.defineProperties(Tagged.prototype, told(Tagged, base as Schema.Schema<object, unknown>))
  return Tagged as unknown as ErrorClass<Self, Tag, { readonly _tag: Schema.tag<Tag> } & Fields>
}
