/** Whom a client certificate names: its common name is the user, its organizations are the groups. Pure. Source:
 *  Kubernetes v1.34, "X.509 client certificates" in the authentication reference. */
import type { UserInfo } from './exchange.ts'

/** Of a certificate that was verified, as `node:tls` tells them. */
export interface CertificateFacts {
  subject: { CN?: string | string[] | undefined; O?: string | string[] | undefined } | undefined
  fingerprint256: string
}

/** Undefined where there is no common name. */
export function certificateUser({ subject, fingerprint256 }: CertificateFacts): UserInfo | undefined {
  const name = [subject?.CN ?? []].flat()[0]
  if (!name) return undefined
  const fingerprint = fingerprint256.replaceAll(':', '').toLowerCase()
  return {
    name,
    groups: [...[subject?.O ?? []].flat(), 'system:authenticated'],
    extra: { 'authentication.kubernetes.io/credential-id': [`X509SHA256=${fingerprint}`] },
  }
}
