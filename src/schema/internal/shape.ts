/**
 * The shape of a Schema, laid out for checking: built from its AST once, at first use.
 */
import type * as Schema from "effect/Schema"
import * as SchemaAST from "effect/SchemaAST"
import { fallbackId } from "./struct.js"

export type Shape = Any | Keyword | Literals | Struct | List | Union

export interface Any {
  readonly _tag: "Any"
}

export interface Keyword {
  readonly _tag: "Keyword"
  readonly type: "string" | "number" | "boolean" | "object"
}

export interface Literals {
  readonly _tag: "Literals"
  readonly values: ReadonlySet<unknown>
}

export interface Property {
  readonly name: string
  readonly shape: Shape
  readonly optional: boolean
  readonly fallback: unknown
}

export interface Struct {
  readonly _tag: "Struct"
  readonly properties: ReadonlyArray<Property>
}

export interface List {
  readonly _tag: "List"
  readonly item: Shape
}

/**
 * Members apart by what decides between them. `tagged` are structs, by the values of the property `tag`.
 */
export interface Union {
  readonly _tag: "Union"
  readonly tag: string
  readonly tagged: ReadonlyMap<unknown, Struct>
  readonly untagged: Struct | Keyword | undefined
  readonly list: List | undefined
  readonly literals: ReadonlySet<unknown>
  readonly keywords: ReadonlyArray<Keyword>
  /** Things with a tag of their own may stand here too. */
  readonly open: boolean
}

const cache = new WeakMap<SchemaAST.AST, Shape>()

export const shapeOf = (schema: Schema.Schema.Any): Shape => fromAst(schema.ast)

const fromAst = (ast: SchemaAST.AST): Shape => {
  const known = cache.get(ast)
  if (known !== undefined) {
    return known
  }
  const shape = build(ast)
  cache.set(ast, shape)
  return shape
}

const build = (ast: SchemaAST.AST): Shape => {
  switch (ast._tag) {
    case "UnknownKeyword":
    case "AnyKeyword":
      return { _tag: "Any" }
    case "StringKeyword":
      return { _tag: "Keyword", type: "string" }
    case "NumberKeyword":
      return { _tag: "Keyword", type: "number" }
    case "BooleanKeyword":
      return { _tag: "Keyword", type: "boolean" }
    case "Literal":
      return { _tag: "Literals", values: new Set([ast.literal]) }
    case "UndefinedKeyword":
      return { _tag: "Literals", values: new Set([undefined]) }
    case "TupleType": {
      const item = ast.rest[0]
      return { _tag: "List", item: item === undefined ? { _tag: "Any" } : fromAst(item.type) }
    }
    case "TypeLiteral":
      return ast.propertySignatures.length === 0 ? { _tag: "Keyword", type: "object" } : buildStruct(ast)
    case "Union":
      return buildUnion(ast)
    case "Suspend":
      return fromAst(ast.f())
    default:
      // Wire schemas are made of the kinds above alone; another kind is a mistake in this folder.
      throw new Error(`A wire schema cannot hold a ${ast._tag}`)
  }
}

const buildStruct = (ast: SchemaAST.TypeLiteral): Struct => ({
  _tag: "Struct",
  properties: ast.propertySignatures.map((property) => ({
    name: String(property.name),
    shape: fromAst(property.type),
    optional: property.isOptional,
    fallback: property.type.annotations[fallbackId]
  }))
})

const buildUnion = (ast: SchemaAST.Union): Shape => {
  const members = flatten(ast).map(fromAst)
  const anything = members.find((member) => member._tag === "Any")
  if (anything !== undefined) {
    return anything
  }
  const structs = members.filter((member) => member._tag === "Struct")
  const keywords = members.filter((member) => member._tag === "Keyword")
  const literals = new Set(members.flatMap((member) => (member._tag === "Literals" ? [...member.values] : [])))
  if (members.length === literals.size) {
    return { _tag: "Literals", values: literals }
  }
  const tag = ["type", "role"].find((name) => structs.some((struct) => tagValues(struct, name).length > 0)) ?? "type"
  const tagged = new Map(structs.flatMap((struct) => tagValues(struct, tag).map((value) => [value, struct])))
  return {
    _tag: "Union",
    tag,
    tagged,
    untagged:
      structs.find((struct) => tagValues(struct, tag).length === 0)
      ?? keywords.find((keyword) => keyword.type === "object"),
    list: members.find((member) => member._tag === "List"),
    literals,
    keywords: keywords.filter((keyword) => keyword.type !== "object"),
    open: tagged.has("unknown")
  }
}

const flatten = (ast: SchemaAST.Union): ReadonlyArray<SchemaAST.AST> =>
  ast.types.flatMap((type) => (SchemaAST.isUnion(type) ? flatten(type) : [type]))

const tagValues = (struct: Struct, name: string): ReadonlyArray<unknown> => {
  const property = struct.properties.find((candidate) => candidate.name === name)
  return property?.shape._tag === "Literals" ? [...property.shape.values] : []
}

/**
 * What the tag of a union's members must be.
 */
export const tagShape = (union: Union): Shape =>
  union.open ? { _tag: "Keyword", type: "string" } : { _tag: "Literals", values: new Set(union.tagged.keys()) }

/**
 * What a shape takes, in words; it comes from the schema alone.
 */
export const describe = (shape: Shape): string => {
  switch (shape._tag) {
    case "Any":
      return "anything"
    case "Keyword":
      return shape.type
    case "Literals":
      return [...shape.values]
        .filter((value) => value !== undefined)
        .map((value) => JSON.stringify(value))
        .join(" | ")
    case "Struct":
      return "object"
    case "List":
      return "array"
    case "Union":
      return describeUnion(shape).join(" | ")
  }
}

const describeUnion = (union: Union): ReadonlyArray<string> => {
  const objects = union.tagged.size > 0 || union.untagged !== undefined ? ["object"] : []
  const literals = [...union.literals].filter((value) => value !== undefined).map((value) => JSON.stringify(value))
  return [
    ...union.keywords.map((keyword) => keyword.type),
    ...(union.list === undefined ? [] : ["array"]),
    ...objects,
    ...literals
  ]
}
