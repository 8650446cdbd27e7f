/** Who is at the other end of a TLS connection: the subject of its client certificate.
 *  Source: "X.509 client certificates" in Kubernetes' authentication reference (common name: user; organizations: groups). */
import type { TLSSocket } from 'node:tls'
import type { UserInfo } from '../../api/index.ts'

/** Undefined without a certificate, or with one that the cluster's authority did not sign. */
export function peerUser(socket: TLSSocket): UserInfo | undefined {
  if (!socket.authorized) return undefined
  const subject = socket.getPeerCertificate().subject as { CN?: string | string[]; O?: string | string[] } | undefined
  const name = [subject?.CN ?? []].flat()[0]
  if (!name) return undefined
  return { name, groups: [...[subject?.O ?? []].flat(), 'system:authenticated'] }
}
