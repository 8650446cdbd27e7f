/** The authority that vouches for apps by HTTPS, as stores of trusted authorities know it. */
import { X509Certificate } from 'node:crypto'
import { join } from 'node:path'
import { HOST_AUTHORITY_NAME } from '../../certificates/index.ts'
import { type Paths, readIfThere } from '../../lib/index.ts'

export interface Authority {
  /** Its certificate, without the key. */
  path: string
  pem: string
  /** The first half of its SHA-256: tells it from that of another Naru on this machine. */
  id: string
}

/** Undefined when no engine has been started with this state yet. */
export async function readAuthority(paths: Paths): Promise<Authority | undefined> {
  const path = join(paths.stateDir, 'certificates', 'hosts', `${HOST_AUTHORITY_NAME}.crt`)
  const pem = await readIfThere(path)
  if (pem === undefined) return undefined
  const id = new X509Certificate(pem).fingerprint256.replaceAll(':', '').toLowerCase().slice(0, 32)
  return { path, pem, id }
}
