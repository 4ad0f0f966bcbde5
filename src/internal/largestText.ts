/**
 * The longest text that every engine holds, in UTF-16 units: V8's limit, the smallest. To join a longer one throws.
 */
export const largestText = 2 ** 29 - 24
