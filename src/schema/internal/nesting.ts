/**
 * How deep JSON may be nested. Engines read it as deep as it comes, but nearly all that is done with a value afterwards
 * takes a piece of the stack for each level: to write it, to check it, to compare it.
 */

/** The levels that are taken; the deepest that an API speaks has some tens. */
export const maxNesting = 1000

const QUOTE = 34
const BACKSLASH = 92
const OPEN_BRACKET = 91
const CLOSE_BRACKET = 93
const OPEN_BRACE = 123
const CLOSE_BRACE = 125

/** Where the string that opens here ends. */
const endOfString = (json: string, open: number): number => {
  for (let at = json.indexOf('"', open + 1); at !== -1; at = json.indexOf('"', at + 1)) {
    let slashes = at
    while (json.charCodeAt(slashes - 1) === BACKSLASH) slashes--
    if ((at - slashes) % 2 === 0) return at
  }
  return json.length
}

/** Whether JSON text is nested deeper than is taken. Of what is no JSON it says anything. */
export const isNestedTooDeep = (json: string): boolean => {
  if (json.length <= 2 * maxNesting) return false
  let depth = 0
  for (let at = 0; at < json.length; at++) {
    const unit = json.charCodeAt(at)
    if (unit === QUOTE) at = endOfString(json, at)
    else if (unit === OPEN_BRACE || unit === OPEN_BRACKET) {
      if (++depth > maxNesting) return true
    } else if (unit === CLOSE_BRACE || unit === CLOSE_BRACKET) depth--
  }
  return false
}

/** What is written in place of a value: what its own `toJSON` says, if it has one. */
export const written = (value: object): unknown =>
  "toJSON" in value && typeof value.toJSON === "function" ? value.toJSON() : value

/** Beyond so many values, it is worth to remember which were seen. */
const many = 5_000_000

/** Whether a value has an end, by looking at each place in it once: `false` where that is not told soon. */
const ends = (root: unknown): boolean => {
  let left = many
  const visit = (value: unknown, depth: number): boolean => {
    if (typeof value !== "object" || value === null) return true
    if (depth > maxNesting || --left < 0) return false
    const json = written(value)
    if (typeof json !== "object" || json === null) return true
    for (const item of Array.isArray(json) ? json : Object.values(json)) if (!visit(item, depth + 1)) return false
    return true
  }
  return visit(root, 0)
}

/**
 * Where a value stands in itself or is nested too deep to be written; `undefined` where it is neither. What is found
 * in several places is gone through again only where it lies deeper.
 */
export const unendingIn = (root: unknown): ReadonlyArray<string | number> | undefined =>
  ends(root) ? undefined : placeIn(root)

const placeIn = (root: unknown): ReadonlyArray<string | number> | undefined => {
  const path: Array<string | number> = []
  const above = new Set<unknown>()
  const seen = new Map<unknown, number>()
  const visit = (value: unknown): boolean => {
    if (typeof value !== "object" || value === null) return false
    if (above.has(value) || path.length > maxNesting) return true
    if ((seen.get(value) ?? -1) >= path.length) return false
    seen.set(value, path.length)
    above.add(value)
    for (const [key, item] of Object.entries(Object(written(value)))) {
      path.push(Array.isArray(value) ? Number(key) : key)
      if (visit(item)) return true
      path.pop()
    }
    above.delete(value)
    return false
  }
  return visit(root) ? path : undefined
}
