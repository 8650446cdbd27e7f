/** Why a token is not good. The caller is told no more than that it is; TokenReview passes the words on. */
export class TokenError extends Error {
  override name = 'TokenError'
}
