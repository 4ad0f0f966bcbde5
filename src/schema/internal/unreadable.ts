/**
 * What no check may look into.
 */
import { maxNesting, unendingIn } from "./nesting.js"
import { jsonRule } from "./rules/encoding.js"

interface Issue {
  readonly path: ReadonlyArray<string | number>
  readonly rule: string
  readonly message: string
  readonly remedy: string
}

const issue = (path: Issue["path"], message: string): Issue => ({
  path,
  rule: jsonRule.id,
  message,
  remedy: jsonRule.remedy
})

/**
 * Why a request cannot be gone through: it has no end, or throws when it is read. `undefined` where it can. An untyped
 * caller may give anything.
 */
export const whyUnreadable = (request: unknown): Issue | undefined => {
  try {
    const endless = unendingIn(request)
    return endless === undefined
      ? undefined
      : issue(endless, `the value stands in itself, or is nested deeper than ${maxNesting} levels`)
  } catch {
    return issue([], "something in the request throws when it is read")
  }
}
