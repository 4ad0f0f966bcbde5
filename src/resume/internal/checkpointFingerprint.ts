/**
 * What tells one request from another.
 */
import { sha256 as sha2 } from "@noble/hashes/sha2"
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils"
import * as Predicate from "effect/Predicate"
import { written } from "../../schema/internal/nesting.js"

/** JSON with its keys in one order, and without what JSON leaves out: equal things give equal text. */
export const canonical = (value: unknown): string => {
  if (Array.isArray(value)) return `[${Array.from(value, (item: unknown) => canonical(item ?? null)).join(",")}]`
  // JSON has no BigInt: the client refuses such a request, and has to be asked first
  if (typeof value === "bigint") return String(value)
  if (!Predicate.isRecord(value)) return JSON.stringify(value) ?? "null"
  const json = written(value)
  if (!Predicate.isRecord(json)) return canonical(json)
  const fields = Object.keys(json)
    .filter((key) => json[key] !== undefined)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonical(json[key])}`)
  return `{${fields.join(",")}}`
}

/** SHA-256 in hexadecimal digits. Synchronous, unlike Web Crypto's, so that a test's clock waits for nothing. */
export const sha256 = (text: string): string => bytesToHex(sha2(utf8ToBytes(text)))
