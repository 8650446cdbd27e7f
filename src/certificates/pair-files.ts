/** A certificate and its key as two files. The key is written first, so that a certificate never waits for its key. */
import { X509Certificate, createPrivateKey } from 'node:crypto'
import { join } from 'node:path'
import { readIfThere, writeFileAtomically } from '../lib/index.ts'
import type { KeyPair } from './issue.ts'

export interface StoredPair extends KeyPair {
  certificate: X509Certificate
}

const certPath = (directory: string, name: string) => join(directory, `${name}.crt`)
const keyPath = (directory: string, name: string) => join(directory, `${name}.key`)

export async function writePair(directory: string, name: string, pair: KeyPair): Promise<void> {
  await writeFileAtomically(keyPath(directory, name), pair.keyPem, 0o600)
  await writeFileAtomically(certPath(directory, name), pair.certPem, 0o644)
}

/** `missing` when there is no certificate, `damaged` (with why) when the files do not make a pair. */
export async function readPair(directory: string, name: string): Promise<StoredPair | 'missing' | { damaged: string }> {
  const certPem = await readIfThere(certPath(directory, name))
  if (certPem === undefined) return 'missing'
  const keyPem = await readIfThere(keyPath(directory, name))
  if (keyPem === undefined) return { damaged: `${keyPath(directory, name)} is missing` }
  try {
    const certificate = new X509Certificate(certPem)
    if (certificate.checkPrivateKey(createPrivateKey(keyPem))) return { certPem, keyPem, certificate }
    return { damaged: `${keyPath(directory, name)} is not the key of ${certPath(directory, name)}` }
  } catch (error) {
    return { damaged: `${certPath(directory, name)} or its key cannot be read: ${(error as Error).message}` }
  }
}
