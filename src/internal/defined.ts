/** The fields that have a value: spread over others, an `undefined` would take theirs away. */
export const defined = <T extends object>(options: T): Partial<T> => {
  const kept: Partial<T> = {}
  for (const key of Object.keys(options) as Array<keyof T>) {
    // keys of T by construction
    if (options[key] !== undefined) kept[key] = options[key]
  }
  return kept
}
