/**
 * The encoding of a response that came encoded though `identity` was asked for, where nobody decodes it. The status of
 * a failed one is worth more than its text.
 */
export const undecoded = (status: number, headers: Readonly<Record<string, string>>): string | undefined => {
  const encoding = headers["content-encoding"]?.trim().toLowerCase()
  return status >= 400 || encoding === undefined || encoding === "" || encoding === "identity" ? undefined : encoding
}

/** What is thrown then. */
export const undecodedError = (encoding: string): Error =>
  Object.assign(new Error(`The response came encoded as ${encoding}`), { code: "ERR_CONTENT_ENCODING" })
