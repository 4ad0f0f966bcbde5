import type { CallStarted } from "../../ClaudeEvent.js"

/** What a call is, in the words of the conventions. */
export interface Operation {
  /** `chat`, `count_tokens`, or method and path of another endpoint. */
  readonly name: string
  /** Whether a model writes. */
  readonly isChat: boolean
  readonly address: string | undefined
  /** Only where it is not the scheme's own. */
  readonly port: number | undefined
}

/** A path without the ids in it, so that its values stay few: `/v1/models/claude-opus-5-5` is `/v1/models/{id}`. */
export const pathTemplate = (path: string): string => {
  const [, version = "", resource = "", id] = path.split("?", 1).join("").split("/")
  if (resource === "") return `/${version}`
  if (id === undefined) return `/${version}/${resource}`
  // the second part of `/v1/messages/count_tokens` and `/v1/messages/batches` is a word of the API's
  return resource === "messages" ? `/${version}/${resource}/${id}` : `/${version}/${resource}/{id}`
}

const nameOf = (method: string, path: string): string => {
  if (path === "/v1/messages") return "chat"
  if (path === "/v1/messages/count_tokens") return "count_tokens"
  return `${method} ${pathTemplate(path)}`
}

const addressOf = (origin: string): Pick<Operation, "address" | "port"> => {
  if (!URL.canParse(origin)) return { address: undefined, port: undefined }
  const { hostname, port } = new URL(origin)
  return { address: hostname, port: port === "" ? undefined : Number(port) }
}

export const operationOf = ({ origin, request }: CallStarted): Operation => {
  const name = nameOf(request.method, request.path)
  return { name, isChat: name === "chat", ...addressOf(origin) }
}
