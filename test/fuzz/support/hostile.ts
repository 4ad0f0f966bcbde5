/** Things that throw when they are looked at, that never end, or that are not what they seem. */
import type { RandomSource } from "../../resume/manners.js"

/** As `random.pick`, of values that may be `undefined`. */
const one = <A>(random: RandomSource, ...values: ReadonlyArray<A>): A | undefined => values[random.below(values.length)]

const fail = (): never => {
  throw new Error("do not touch")
}

const revoked = (target: object): object => {
  const { proxy, revoke } = Proxy.revocable(target, {})
  revoke()
  return proxy
}

const throwingTraps: ProxyHandler<object> = {
  get: fail,
  has: fail,
  ownKeys: fail,
  getPrototypeOf: fail,
  getOwnPropertyDescriptor: fail,
  set: fail,
  defineProperty: fail
}

/** A proxy that has every property, each of them the proxy itself. */
const endless = (): object => {
  const proxy: object = new Proxy({}, { get: () => proxy, has: () => true })
  return proxy
}

/** A proxy that has every property, each of them another one. */
const bottomless = (): object => new Proxy({}, { get: () => bottomless(), has: () => true })

const names = [
  "message",
  "name",
  "code",
  "cause",
  "errors",
  "syscall",
  "socket",
  "stack",
  "_tag",
  "proxyStatus",
  "toJSON"
]

const throwingGetter = (random: RandomSource): object => {
  // an engine reads some of these as soon as it makes an error of its own
  const error: object = Object.create(Error.prototype)
  for (const name of names) {
    if (random.below(3) === 0) Object.defineProperty(error, name, { get: fail, configurable: true })
  }
  return error
}

export const chain = (length: number, innermost: unknown): unknown => {
  let cause = innermost
  for (let level = 0; level < length; level++) cause = new Error(`level ${level}`, { cause })
  return cause
}

const tree = (random: RandomSource, depth: number): unknown =>
  depth === 0
    ? hostile(random, 4)
    : new AggregateError(
        Array.from({ length: 1 + random.below(4) }, () => tree(random, depth - 1)),
        "several"
      )

const odd = (): unknown => {
  class Odd extends Array<unknown> {
    static override get [Symbol.species](): ArrayConstructor {
      return fail()
    }
  }
  return Odd.from([new Error("a"), new Error("b")])
}

const messages = [
  "terminated",
  "other side closed",
  "read ECONNRESET",
  "Proxy response (407) !== 200 when HTTP Tunneling",
  "Parse Error: ",
  "sk-ant-",
  "\ud800",
  "",
  "authorization: ".repeat(50)
]

const codes = ["ECONNRESET", "UND_ERR_SOCKET", "ETIMEDOUT", "EAI_X", "HPE_", "CERT_", "", "__proto__", "toString"]

/** A thing that somebody might throw. */
export const hostile = (random: RandomSource, depth = 0): unknown => {
  const again = (): unknown => (depth > 3 ? one(random, undefined, null, "deep") : hostile(random, depth + 1))
  switch (random.below(22)) {
    case 0:
      return revoked(random.pick([{}, []]))
    case 1:
      return new Proxy(random.pick([{}, [], new Error("x")]), throwingTraps)
    case 2:
      return endless()
    case 3:
      return bottomless()
    case 4:
      return throwingGetter(random)
    case 5:
      return chain(random.pick(depth === 0 ? [1, 60, 70, 10_000] : [1, 60, 70]), again())
    case 6:
      // trees whose leaves are trees would have no end
      return depth > 2 ? new AggregateError([], "none") : tree(random, 1 + random.below(4))
    case 7: {
      const error = new Error("in a circle")
      return Object.assign(error, { cause: error, errors: [error, again()] })
    }
    case 8:
      return Object.assign(new Error("errors"), {
        errors: one<unknown>(random, revoked([]), new Proxy([], throwingTraps), odd(), { length: 2 ** 32 }, "no")
      })
    case 9:
      return Object.assign(new Error(random.pick(messages)), {
        code: one<unknown>(random, ...codes, 7, {}, null),
        syscall: one<unknown>(random, "connect", "read", "getaddrinfo", 1, undefined),
        cause: again(),
        socket: one<unknown>(random, { bytesRead: 1 }, { bytesRead: Number.NaN }, revoked({}), "x")
      })
    case 10:
      return Object.assign(Object.create(null), { message: random.pick(messages), cause: again() })
    case 11:
      return one<unknown>(random, undefined, null, 0, Number.NaN, 1n, Symbol("s"), true, "", "terminated", () => fail())
    case 12:
      return new DOMException("aborted", random.pick(["AbortError", "TimeoutError", "NetworkError"]))
    case 13:
      return Object.assign(new Error("x"), { message: { toString: fail }, name: Symbol("name") })
    case 14:
      return random.pick(messages).repeat(random.pick([1, 100, 20_000]))
    case 15:
      return Object.assign(new Error(`${random.pick(messages)} `.repeat(random.pick([1, 500, 5000]))), {
        cause: again()
      })
    case 16:
      return { toJSON: fail, toString: fail, [Symbol.toPrimitive]: fail, message: random.pick(messages) }
    case 17:
      return Array.from({ length: random.pick([0, 3, depth === 0 ? 100_000 : 100]) }, () => again)
    case 18: {
      const errors = Array.from({ length: depth === 0 ? 10_000 : 100 }, (_, at) => new Error(`e${at}`))
      return Object.assign(new AggregateError(errors), { cause: again() })
    }
    case 19:
      return { status: 500, headers: revoked({}), request: { headers: { authorization: "Bearer x" } }, cause: again() }
    default:
      return new Error(random.pick(messages), { cause: again() })
  }
}
