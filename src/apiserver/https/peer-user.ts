/** Who is at the other end of a TLS connection: the subject of its client certificate.
 *  Source: "X.509 client certificates" in Kubernetes' authentication reference (common name: user; organizations: groups). */
import type { TLSSocket } from 'node:tls'
import type { UserInfo } from '../../api/index.ts'

/** Connections carry many requests, and reading a certificate takes longer than answering one: who it is stays known
 *  as long as the connection lasts. */
export class PeerUsers {
  readonly #known = new WeakMap<TLSSocket, { user: UserInfo | undefined }>()

  /** Undefined without a certificate, or with one that the cluster's authority did not sign. */
  of(socket: TLSSocket): UserInfo | undefined {
    let known = this.#known.get(socket)
    if (known === undefined) {
      known = { user: readUser(socket) }
      this.#known.set(socket, known)
    }
    return known.user
  }
}

function readUser(socket: TLSSocket): UserInfo | undefined {
  if (!socket.authorized) return undefined
  const certificate = socket.getPeerCertificate()
  const subject = certificate.subject as { CN?: string | string[]; O?: string | string[] } | undefined
  const name = [subject?.CN ?? []].flat()[0]
  if (!name) return undefined
  const fingerprint = certificate.fingerprint256.replaceAll(':', '').toLowerCase()
  return {
    name,
    groups: [...[subject?.O ?? []].flat(), 'system:authenticated'],
    extra: { 'authentication.kubernetes.io/credential-id': [`X509SHA256=${fingerprint}`] },
  }
}
