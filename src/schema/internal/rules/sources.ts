/**
 * Rules about images and documents.
 */
import { isObject } from "../check.js"
import type { Block, Finding, Path, Rule, Thing, View } from "./rule.js"
import { finding } from "./rule.js"

interface Source {
  readonly path: Path
  readonly block: Block
  readonly value: Thing
}

const sourcesOf = ({ allBlocks }: View): ReadonlyArray<Source> =>
  allBlocks.flatMap((block): ReadonlyArray<Source> =>
    (block.type === "image" || block.type === "document") && isObject(block.value["source"])
      ? [{ path: [...block.path, "source"], block, value: block.value["source"] }]
      : []
  )

const base64Of = (source: Source): string | undefined =>
  source.value["type"] === "base64" && typeof source.value["data"] === "string" ? source.value["data"] : undefined

const wrongBase64 = (data: string): string | undefined => {
  if (data === "") return "the data is empty"
  if (data.startsWith("data:")) return "the data begins with a data: prefix"
  // Line breaks, as many encoders write them, are let pass.
  if (!/^[A-Za-z0-9+/\r\n]+={0,2}\s*$/.test(data)) return "the data has characters that are not base64"
  const breaks = data.match(/\s/g)?.length ?? 0
  return (data.length - breaks) % 4 === 0 ? undefined : "the data is not a whole number of base64 groups"
}

const base64: Rule = {
  id: "base64",
  summary: "The data of a base64 source is base64: the standard alphabet, padded, without a `data:` prefix.",
  source: "Vision, PDF support",
  example: `{ type: "base64", media_type: "image/png", data: "data:image/png;base64,iVBO" }`,
  remedy: "Encode the bytes with the standard alphabet and padding, and send nothing before them.",
  check: (view) =>
    sourcesOf(view).flatMap((source): ReadonlyArray<Finding> => {
      const data = base64Of(source)
      const wrong = data === undefined ? undefined : wrongBase64(data)
      return wrong === undefined ? [] : [finding([...source.path, "data"], wrong)]
    })
}

/**
 * How files of a kind begin, in base64.
 */
const beginnings: ReadonlyArray<readonly [mediaType: string, pattern: RegExp]> = [
  ["image/png", /^iVBORw0KGg/],
  ["image/jpeg", /^\/9j\//],
  ["image/gif", /^R0lGOD/],
  ["image/webp", /^UklGR.{6}XRUJQ/],
  ["application/pdf", /^JVBERi0/]
]

const mediaType: Rule = {
  id: "media-type",
  summary: "The data of a base64 source is of the kind that `media_type` says.",
  source: "API error: image was specified using one media type, but appears to be another",
  example: `{ type: "base64", media_type: "image/png", data: "/9j/4AAQ…" }`,
  remedy: "Name the media type of the data.",
  check: (view) =>
    sourcesOf(view).flatMap((source): ReadonlyArray<Finding> => {
      const data = base64Of(source)
      const begins = data?.slice(0, 32)
      const kind = begins === undefined ? undefined : beginnings.find(([, pattern]) => pattern.test(begins))?.[0]
      return kind === undefined || kind === source.value["media_type"]
        ? []
        : [finding([...source.path, "media_type"], `the data begins as ${kind} does`)]
    })
}

const url: Rule = {
  id: "source-url",
  summary: "The URL of an image or document is an `http` or `https` one.",
  source: "Vision, PDF support",
  example: `{ type: "url", url: "file:///tmp/cat.png" }`,
  remedy: "Give a URL that the API can fetch, send the bytes as base64, or upload the file.",
  check: (view) =>
    sourcesOf(view)
      .filter(
        ({ value }) =>
          value["type"] === "url" && typeof value["url"] === "string" && !/^https?:\/\/./i.test(value["url"])
      )
      .map((source) => finding([...source.path, "url"], "the URL is not an http or https one"))
}

export const sourceRules: ReadonlyArray<Rule> = [base64, mediaType, url]
