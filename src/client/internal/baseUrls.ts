/** Where a client's requests go: asked by who has to tell the requests of two clients apart, and by nobody else. */
const baseUrls = new WeakMap<object, string>()

export const noteBaseUrl = <S extends object>(service: S, baseUrl: string): S => {
  baseUrls.set(service, baseUrl)
  return service
}

/** Blank for services that are not this library's clients. */
export const baseUrlOf = (service: object): string => baseUrls.get(service) ?? ""
