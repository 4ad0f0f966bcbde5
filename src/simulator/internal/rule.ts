import type { Json } from "./json.js"
import type { Model } from "./models.js"

/** What a rule may look at besides the body. */
export interface Context {
  readonly model: Model
  readonly apiVersion: string
  readonly counting: boolean
}

/** A rule of the API: what is wrong with a body, or nothing. */
export type Check = (body: Json, context: Context) => string | undefined
