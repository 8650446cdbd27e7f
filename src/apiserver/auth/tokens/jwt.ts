/** Signed tokens (RFC 7519 in compact form). The only file that loads the JOSE library, when the first token comes. */
import type { SigningKey } from './signing-key.ts'

/** Signs `claims` as they are. */
export async function signToken(key: SigningKey, claims: object): Promise<string> {
  const { CompactSign } = await import('jose')
  return new CompactSign(new TextEncoder().encode(JSON.stringify(claims)))
    .setProtectedHeader({ alg: key.algorithm, kid: key.id })
    .sign(key.privateKey)
}

/** Whether one of `keys` signed `token`. A token that names its key is tried with that one only. */
export async function isSignedBy(keys: readonly SigningKey[], token: string): Promise<boolean> {
  const { compactVerify } = await import('jose')
  const named = partOf(token, 0)?.kid
  const candidates = typeof named === 'string' && named !== '' ? keys.filter(({ id }) => id === named) : keys
  for (const { publicKey, algorithm } of candidates)
    try {
      await compactVerify(token, publicKey, { algorithms: [algorithm] })
      return true
    } catch {
      // Not this key's.
    }
  return false
}

/** The claims of `token`, which nobody has vouched for; undefined when it is no such token. */
export const unverifiedClaims = (token: string): Record<string, unknown> | undefined => partOf(token, 1)

function partOf(token: string, index: 0 | 1): Record<string, unknown> | undefined {
  const parts = token.split('.', 4)
  if (parts.length !== 3) return undefined
  try {
    const value: unknown = JSON.parse(Buffer.from(parts[index] ?? '', 'base64url').toString('utf8'))
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined
  } catch {
    return undefined
  }
}
