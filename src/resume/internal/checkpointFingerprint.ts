/**
 * What tells one request from another.
 */
import { sha256 as sha2 } from "@noble/hashes/sha2"
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils"
import * as Predicate from "effect/Predicate"

/** JSON with its keys in one order, and without what JSON leaves out: equal things give equal text. */
export const canonical = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map((item: unknown) => canonical(item ?? null)).join(",")}]`
  // JSON has no BigInt: the client refuses such a request, and has to be asked first
  if (typeof value === "bigint") return String(value)
  if (!Predicate.isRecord(value)) return JSON.stringify(value) ?? "null"
  const fields = Object.keys(value)
    .filter((key) => value[key] !== undefined)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`)
  return `{${fields.join(",")}}`
}

/** SHA-256 in hexadecimal digits. Synchronous, unlike Web Crypto's, so that a test's clock waits for nothing. */
export const sha256 = (text: string): string => bytesToHex(sha2(utf8ToBytes(text)))
