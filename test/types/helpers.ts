/**
 * What the type tests are written with: each call compiles only if what it says holds.
 */
import type { Unknown } from "../../src/schema/Unknown.js"

/** Every `Given` can be used as a `Wanted`. */
export const assignable = <Given extends Wanted, Wanted>(): Given | Wanted | undefined => undefined

/** No key of `Theirs` is absent from `Ours`, but for those named in `But`; one that is, is asked for as an argument. */
export const sameKeys = <Theirs, Ours, But extends PropertyKey = never>(
  ..._absent: [Absent<Theirs, Ours, But>] extends [never] ? [] : [absent: Absent<Theirs, Ours, But>]
): void => undefined

type Absent<Theirs, Ours, But> = Exclude<keyof Theirs, keyof Ours | But>

type Identical<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false

type ClosedString<T extends string> = Identical<T, string> extends true ? string : string extends T ? never : T

/**
 * A type of ours as the official SDK would write it: without `readonly`, without `Unknown`, without `undefined` beside
 * optional fields, and with literals that are closed.
 */
export type Closed<T> = unknown extends T
  ? T
  : T extends Unknown
    ? never
    : T extends string
      ? ClosedString<T>
      : T extends ReadonlyArray<infer Item>
        ? Array<Closed<Item>>
        : T extends object
          ? { -readonly [K in keyof T]: Closed<Exclude<T[K], undefined>> }
          : T
