/** Remembers whose signature was found good, so that a client's token costs its check once. What else a token must meet
 *  (its life, the objects it is bound to) is looked at on every use. */
import { createHash } from 'node:crypto'

const MOST = 4096

export class VerifiedTokens<Claims> {
  readonly #known = new Map<string, Claims>()

  /** The claims that `verify` finds, or found before; a refusal is not remembered. */
  async claimsOf(token: string, verify: () => Promise<Claims | undefined>): Promise<Claims | undefined> {
    // Not the token itself: what is in memory opens no doors.
    const hash = createHash('sha256').update(token).digest('base64')
    const known = this.#known.get(hash)
    if (known !== undefined) return known
    const claims = await verify()
    if (claims === undefined) return undefined
    for (const oldest of this.#known.keys()) {
      if (this.#known.size < MOST) break
      this.#known.delete(oldest)
    }
    this.#known.set(hash, claims)
    return claims
  }
}
