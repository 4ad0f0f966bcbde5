/**
 * Tokens of text, roughly and rather too many: four characters of Latin script, one of others. What a cut stream cost
 * is told by nobody, so it has to be estimated.
 */
export class TokenCount {
  private narrow = 0
  private wide = 0

  add(text: string): void {
    for (let at = 0; at < text.length; at++) {
      if (text.charCodeAt(at) > 0x2e7f) this.wide++
      else this.narrow++
    }
  }

  get tokens(): number {
    return Math.ceil(this.narrow / 4) + this.wide
  }
}

export const estimateTokens = (text: string): number => {
  const count = new TokenCount()
  count.add(text)
  return count.tokens
}
