/**
 * How much a repeat says: bits by a simple model, in which only what was not written before counts.
 *
 * @internal
 */

const gram = 6
const history = 16_384

const unitBits = (code: number): number => {
  if ((code >= 0x4e00 && code <= 0x9fff) || (code >= 0x3400 && code <= 0x4dbf) || (code >= 0xac00 && code <= 0xd7a3)) {
    return 6
  }
  if (code >= 0x3041 && code <= 0x30ff) {
    return 4
  }
  if (code >= 0xd800 && code <= 0xdfff) {
    return 3
  }
  const isWord = (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code >= 0xaa
  return isWord && !(code >= 0x2000 && code <= 0x303f) ? 2 : 1
}

/**
 * The bits of `text` from `from` on. A character counts when the six characters that end with it stand nowhere before
 * them, so that the rows of a table, a line written again or "ha ha ha" weigh little, however long they are.
 *
 * @internal
 */
export const noveltyFrom = (text: string, from: number): number => {
  const base = Math.max(0, from - history)
  const scope = base === 0 ? text : text.slice(base)
  let bits = 0
  for (let index = Math.max(0, from - base); index < scope.length; index++) {
    const start = Math.max(0, index - gram + 1)
    if (scope.indexOf(scope.slice(start, index + 1)) === start) {
      bits += unitBits(scope.charCodeAt(index))
    }
  }
  return bits
}

/** The bits of a text in which nothing was written before. @internal */
export const plainBits = (text: string): number => {
  let bits = 0
  for (let index = 0; index < text.length; index++) {
    bits += unitBits(text.charCodeAt(index))
  }
  return bits
}

/** The bits that an overlap needs to be dropped. @internal */
export const overlapBits = 20

/** The bits that an anchor needs for a certain seam. @internal */
export const certainBits = 32

/** The bits to which an anchor grows where the text allows it. @internal */
export const anchorBits = 48

/** The bits of known text, behind an anchor or at the start of a reply, which make it a second telling. @internal */
export const retoldBits = 48
