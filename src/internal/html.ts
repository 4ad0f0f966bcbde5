/**
 * Says in a few words what an HTML page says: pages are summarised, never dumped.
 */
import { capBytes, oneLine, redact } from "./redact.js"

const lookedAt = 16 * 1024
const wordsBytes = 512

/**
 * Whether a reply is an HTML page, by its type or by its first bytes.
 */
export const isHtml = (contentType: string | undefined, body: string): boolean =>
  /\bhtml\b/i.test(contentType ?? "")
  || /^\s*<(?:!doctype\s+html|html|head|body|center|h1|title|meta)\b/i.test(body.slice(0, 512))

/** Where the element that opens here ends; scripts and styles end only at their own closing tag. */
const endOfTag = (page: string, open: number): number => {
  const name = /^<(script|style)\b/i.exec(page.slice(open, open + 8))?.[1]
  const from = name === undefined ? open : page.toLowerCase().indexOf(`</${name.toLowerCase()}`, open)
  const end = from === -1 ? -1 : page.indexOf(">", from)
  return end === -1 ? page.length : end + 1
}

/** The words of the page, in one pass. */
const words = (page: string): string => {
  const parts: Array<string> = []
  let at = 0
  while (at < page.length) {
    const open = page.indexOf("<", at)
    if (open === -1) {
      parts.push(page.slice(at))
      break
    }
    parts.push(page.slice(at, open), " ")
    at = endOfTag(page, open)
  }
  return parts
    .join("")
    .replace(/&nbsp;|\s+/gi, " ")
    .trim()
}

const titleOf = (page: string): string | undefined => {
  const title = /<title[^>]{0,200}>([^<]{1,300})/i.exec(page)?.[1] ?? /<h1[^>]{0,200}>([^<]{1,300})/i.exec(page)?.[1]
  const clean = oneLine(title ?? "", 200)
  return clean === "" ? undefined : clean
}

/**
 * The title of the page, and the beginning of its words; both redacted.
 */
export const summarise = (body: string): { readonly title: string | undefined; readonly words: string } => {
  const page = capBytes(body, lookedAt)
  return { title: titleOf(page), words: oneLine(capBytes(redact(words(page)), wordsBytes), wordsBytes) }
}
