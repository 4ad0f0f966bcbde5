/**
 * Whole replies that could not be understood, held beside their errors: an answer that was paid for is not lost, and
 * is never logged or encoded with the error.
 */
import { capBytes } from "./redact.js"

const maxBytes = 32 * 1024 * 1024

const bodies = new WeakMap<object, string>()

export const keepBody = (error: object, body: string): void => {
  bodies.set(error, capBytes(body, maxBytes))
}

export const bodyOf = (error: object): string | undefined => bodies.get(error)
