import type { Hub } from "../../ClaudeEvent.js"

/** What is known of a client besides what it offers. */
interface Client {
  /** Where its requests go: asked by who has to tell the requests of two clients apart, and by nobody else. */
  readonly baseUrl: string
  /** That of the context in which it was built: asked by who tells events of its calls. */
  readonly hub: Hub
}

const clients = new WeakMap<object, Client>()

export const noteClient = <S extends object>(service: S, client: Client): S => {
  clients.set(service, client)
  return service
}

/** Blank for services that are not this library's clients. */
export const baseUrlOf = (service: object): string => clients.get(service)?.baseUrl ?? ""

/** None for services that are not this library's clients. */
export const hubOf = (service: object): Hub | undefined => clients.get(service)?.hub
