/**
 * What each client of the bench can do.
 */

export interface Client {
  /** Reads one stream to its end and hands each piece of its text to `onText`. */
  readonly stream: (onText: (text: string) => void) => Promise<void>
  /** Asks for one answer in one piece; gives the length of its text. */
  readonly create?: (() => Promise<number>) | undefined
  /** Reads a stream and waits for `pause` after each event, until `pause` rejects. */
  readonly readSlowly?: ((pause: () => Promise<void>) => Promise<void>) | undefined
}

export type MakeClient = (baseUrl: string) => Client

export const request = {
  model: "claude-opus-5-5",
  max_tokens: 1024,
  messages: [{ role: "user", content: "Why was my connection reset, and who pays for the answer?" }]
} as const

export const apiKey = "sk-ant-bench"

/** For the clients without a library. */
export const headers = {
  "content-type": "application/json",
  "anthropic-version": "2026-10-21",
  authorization: `Bearer ${apiKey}`
}

export const unaryBody = (): string => JSON.stringify(request)

export const streamBody = (): string => JSON.stringify({ ...request, stream: true })
