import type { Json } from "./json.js"

/** An answer of the API that says no. */
export interface Rejection {
  readonly status: number
  readonly type: string
  readonly message: string
  readonly details?: Json | undefined
  readonly headers?: Readonly<Record<string, string>> | undefined
}

/** @internal */
export const rejection = (status: number, type: string, message: string, more?: Partial<Rejection>): Rejection => ({
  status,
  type,
  message,
  ...more
})

/** @internal */
export const invalid = (message: string): Rejection => rejection(400, "invalid_request_error", message)

/** The body of an error answer: `{ type: "error", error: { type, message, details? }, request_id }`. */
export const bodyOf = (self: Rejection, requestId: string | null): Json => ({
  type: "error",
  error: {
    type: self.type,
    message: self.message,
    ...(self.details === undefined ? {} : { details: self.details })
  },
  request_id: requestId
})
