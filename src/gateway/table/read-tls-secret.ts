/** A Secret of the type kubernetes.io/tls as a certificate that can be shown. */
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { createSecureContext } from 'node:tls'
import type { k8s } from '../../api/index.ts'
import type { GivenCertificate } from './table.ts'

export type ReadCertificate =
  | { readonly certificate: GivenCertificate; readonly names: readonly string[] }
  | { readonly problem: string }

/** Remembers what it read for as long as the Secret is the same object: keys are slow to read. */
export class TlsSecretReader {
  readonly #read = new WeakMap<k8s.Secret, ReadCertificate>()

  read(secret: k8s.Secret): ReadCertificate {
    const present = this.#read.get(secret)
    if (present !== undefined) return present
    const read = readTlsSecret(secret)
    this.#read.set(secret, read)
    return read
  }
}

/** A problem never quotes the key. */
export function readTlsSecret({ metadata, data }: k8s.Secret): ReadCertificate {
  const source = `Secret ${metadata.namespace}/${metadata.name}`
  const text = (key: string) => Buffer.from(data?.[key] ?? '', 'base64').toString('utf8')
  const [certPem, keyPem] = [text('tls.crt'), text('tls.key')]
  let leaf: X509Certificate
  try {
    leaf = new X509Certificate(certPem)
  } catch {
    return { problem: `tls.crt of the ${source} is no certificate in PEM` }
  }
  try {
    if (!leaf.checkPrivateKey(createPrivateKey(keyPem)))
      return { problem: `tls.key of the ${source} is not the key of the first certificate in its tls.crt` }
  } catch {
    return { problem: `tls.key of the ${source} is no private key in PEM without a passphrase` }
  }
  try {
    createSecureContext({ cert: certPem, key: keyPem })
  } catch {
    return { problem: `tls.crt of the ${source} holds something that cannot be used` }
  }
  return { certificate: { certPem, keyPem, source }, names: dnsNames(leaf) }
}

const dnsNames = ({ subjectAltName = '' }: X509Certificate): string[] =>
  subjectAltName.split(', ').flatMap((name) => (name.startsWith('DNS:') ? [name.slice(4).toLowerCase()] : []))
