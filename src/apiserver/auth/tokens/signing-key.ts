/** The key that service account tokens are signed with: `sa.key` beside the authority's files, made at the first start.
 *  Source of the key id: k8s.io/kubernetes v1.34, pkg/serviceaccount/jwt.go (keyIDFromPublicKey). */
import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { join } from 'node:path'
import { errorMessage, readIfThere, writeFileAtomically } from '../../../lib/index.ts'
import { CertificateError } from '../../certificates/errors.ts'

export interface SigningKey {
  id: string
  algorithm: 'RS256' | 'ES256' | 'ES384' | 'ES512'
  privateKey: KeyObject
  publicKey: KeyObject
}

const FILE = 'sa.key'
const CURVES: Readonly<Record<string, SigningKey['algorithm']>> = {
  prime256v1: 'ES256',
  secp384r1: 'ES384',
  secp521r1: 'ES512',
}

/** Throws CertificateError when the file is there and holds no key that can be used. */
export async function openSigningKey(directory: string): Promise<SigningKey> {
  const path = join(directory, FILE)
  const stored = await readIfThere(path)
  if (stored === undefined) {
    const made = makeSigningKey()
    await writeFileAtomically(path, made.privateKey.export({ type: 'pkcs8', format: 'pem' }), 0o600)
    return made
  }
  try {
    return signingKeyOf(createPrivateKey(stored))
  } catch (error) {
    throw new CertificateError(
      `the key of service account tokens in ${path} cannot be used: ${errorMessage(error)}; restore the file, or remove it to make a new one (tokens issued before stop working)`,
    )
  }
}

/** A new key that nobody keeps. */
export function makeSigningKey(): SigningKey {
  return signingKeyOf(generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey)
}

function signingKeyOf(privateKey: KeyObject): SigningKey {
  const publicKey = createPublicKey(privateKey)
  const der = publicKey.export({ type: 'spki', format: 'der' })
  return {
    id: createHash('sha256').update(der).digest('base64url'),
    algorithm: algorithmOf(privateKey),
    privateKey,
    publicKey,
  }
}

function algorithmOf({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): SigningKey['algorithm'] {
  if (asymmetricKeyType === 'rsa') return 'RS256'
  const algorithm = CURVES[asymmetricKeyDetails?.namedCurve ?? '']
  if (algorithm !== undefined) return algorithm
  throw new Error('it must be an RSA key or an elliptic curve key of P-256, P-384 or P-521')
}
