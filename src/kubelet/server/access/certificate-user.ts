/** Whom a client certificate names: its common name is the user, its organizations are the groups. Source: Kubernetes
 *  v1.34, "X.509 client certificates" in the authentication reference. */
import type { TLSSocket } from 'node:tls'
import type { UserInfo } from '../../../api/index.ts'

/** Undefined without a certificate, with one that the cluster's authority did not sign for clients, and with one that is
 *  over: a connection may outlive it. */
export function certificateUser(socket: TLSSocket, nowMs: number): UserInfo | undefined {
  if (!socket.authorized) return undefined
  const { subject, valid_to: end, fingerprint256 } = socket.getPeerCertificate()
  const { CN, O } = subject as { CN?: string | string[]; O?: string | string[] }
  const name = [CN ?? []].flat()[0]
  if (!name || nowMs > Date.parse(end)) return undefined
  const fingerprint = fingerprint256.replaceAll(':', '').toLowerCase()
  return {
    name,
    groups: [...[O ?? []].flat(), 'system:authenticated'],
    extra: { 'authentication.kubernetes.io/credential-id': [`X509SHA256=${fingerprint}`] },
  }
}
