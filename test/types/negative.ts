/**
 * The type tests can fail.
 */
import type * as Sdk from "@anthropic-ai/sdk/resources/messages/messages.js"
import type { Unknown } from "../../src/schema/Unknown.js"
import { assignable, type Closed, sameKeys } from "./helpers.js"

// @ts-expect-error a number is no string
assignable<{ readonly text: number }, { readonly text: string }>()

// @ts-expect-error `text` and `citations` are absent
sameKeys<Sdk.TextBlock, { readonly type: "text" }>()

sameKeys<Sdk.TextBlock, { readonly type: "text" }, "text" | "citations">()

// @ts-expect-error an open literal takes more than the closed one
assignable<"a" | (string & {}), "a">()

assignable<Closed<"a" | (string & {})>, "a">()

// @ts-expect-error a plain string stays one
assignable<Closed<string>, "a">()

assignable<Closed<{ readonly a: ReadonlyArray<"x" | Unknown> }>, { a: Array<"x"> }>()

assignable<unknown, Closed<unknown>>()
