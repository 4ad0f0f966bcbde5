/**
 * How the error classes are made: a `Schema.TaggedError` that also says its message and hint, and that compares and
 * encodes by its fields.
 */
import type * as Cause from "effect/Cause"
import * as Equal from "effect/Equal"
import * as Hash from "effect/Hash"
import * as Predicate from "effect/Predicate"
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
export interface ErrorClass<Self, Tag extends string, Fields extends Schema.Struct.Fields> extends Schema.Class<
  Self,
  Fields,
  Schema.Struct.Encoded<Fields>,
  Schema.Struct.Context<Fields>,
  Schema.Struct.Constructor<Omit<Fields, "_tag">>,
  Told,
  Cause.YieldableError
> {
  readonly _tag: Tag
}

/** What the constructor of a class does, with the types taken off: they are generic here. */
type Untyped = new (props: Readonly<Record<string, unknown>>, options?: Schema.MakeOptions) => object

const isUnchecked = (options: Schema.MakeOptions | undefined): boolean =>
  Predicate.isBoolean(options) ? options : (options?.disableValidation ?? false)

const isPlain = (value: unknown): value is Readonly<Record<string, unknown>> =>
  Predicate.isReadonlyRecord(value) && Object.getPrototypeOf(value) === Object.prototype

const tidy = (value: unknown): unknown =>
  isPlain(value) ? withoutUndefined(value) : Array.isArray(value) ? value.map(tidy) : value

/** A field that is absent and one that is `undefined` are the same thing, as they are in JSON. */
const withoutUndefined = (props: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(props).flatMap(([key, value]) => (value === undefined ? [] : [[key, tidy(value)]])))

const lazy = <A>(make: () => A): (() => A) => {
  let made: { readonly value: A } | undefined
  return () => (made ??= { value: make() }).value
}

/** Whether two encodings say the same. */
const sameData = (a: unknown, b: unknown): boolean => {
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, i) => sameData(item, b[i]))
  if (!Predicate.isReadonlyRecord(a) || !Predicate.isReadonlyRecord(b)) return a === b
  const keys = Object.keys(a)
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && sameData(a[key], b[key]))
}

const told = (klass: Untyped, schema: Schema.Schema<object, unknown>): PropertyDescriptorMap => {
  const encode = lazy(() => Schema.encodeSync(schema))
  const getter = (get: (this: Evidence) => unknown): PropertyDescriptor => ({ get, configurable: true })
  const method = (value: unknown): PropertyDescriptor => ({ value, configurable: true, writable: true })
  return {
    [TypeId]: method(TypeId),
    message: getter(function () {
      return describe(this)
    }),
    hint: getter(function () {
      return hintFor(this)
    }),
    toJSON: method(function (this: object) {
      return encode()(this)
    }),
    [Equal.symbol]: method(function (this: object, that: unknown) {
      return this === that || (that instanceof klass && sameData(encode()(this), encode()(that)))
    }),
    [Hash.symbol]: method(function (this: Evidence) {
      return Hash.string(`${this._tag} ${this.requestId} ${this.phase} ${this.attempt}`)
    })
  }
}

/**
 * Makes an error class, to be extended as `Schema.TaggedError`'s are.
 */
export const tagged =
  <Self = never>() =>
  <const Tag extends string, const Fields extends Schema.Struct.Fields>(
    tag: Tag,
    fields: Fields
  ): ErrorClass<Self, Tag, { readonly _tag: Schema.tag<Tag> } & Fields> => {
    // The types of a class over generic fields cannot be written down here; the return type states what holds, and
    // the fields of all our classes decode without services.
    const base: unknown = Schema.TaggedError<object>(`effect-claude/${tag}`)(tag, fields)
    const check = lazy(() => Schema.validateSync(Schema.typeSchema(Schema.Struct<Schema.Struct.Fields>(fields))))
    class Tagged extends (base as Untyped) {
      constructor(props: Readonly<Record<string, unknown>>, options?: Schema.MakeOptions) {
        const tidied = withoutUndefined(props)
        // The base would compile its check anew for each error, which costs ten times the check.
        if (!isUnchecked(options)) check()(tidied)
        super(tidied, true)
      }
    }
    Object.defineProperties(Tagged.prototype, told(Tagged, base as Schema.Schema<object, unknown>))
    return Tagged as unknown as ErrorClass<Self, Tag, { readonly _tag: Schema.tag<Tag> } & Fields>
  }
