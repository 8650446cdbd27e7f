/** Who is at the other end of a TLS connection: whom its client certificate names. */
import type { TLSSocket } from 'node:tls'
import { certificateUser, type UserInfo } from '../../../api/index.ts'

/** Undefined without a certificate, with one that the cluster's authority did not sign for clients, and with one that is
 *  over: a connection may outlive it. */
export function peerUser(socket: TLSSocket, nowMs: number): UserInfo | undefined {
  if (!socket.authorized) return undefined
  const certificate = socket.getPeerCertificate()
  return nowMs > Date.parse(certificate.valid_to) ? undefined : certificateUser(certificate)
}
