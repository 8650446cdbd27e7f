/** Who is at the other end of a TLS connection: whom its client certificate names. */
import type { TLSSocket } from 'node:tls'
import { certificateUser, type UserInfo } from '../../api/index.ts'
import type { Clock } from '../../lib/index.ts'

/** Connections carry many requests, and reading a certificate takes longer than answering one: who it is stays known
 *  as long as the connection lasts. */
export class PeerUsers {
  readonly #known = new WeakMap<TLSSocket, Peer>()
  readonly #clock: Clock

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Undefined without a certificate, with one that the cluster's authority did not sign, or with one that is over: a
   *  connection may outlive it. */
  of(socket: TLSSocket): UserInfo | undefined {
    let known = this.#known.get(socket)
    if (known === undefined) {
      known = readPeer(socket)
      this.#known.set(socket, known)
    }
    return this.#clock.now() <= known.untilMs ? known.user : undefined
  }
}

interface Peer {
  user: UserInfo | undefined
  untilMs: number
}

function readPeer(socket: TLSSocket): Peer {
  if (!socket.authorized) return { user: undefined, untilMs: 0 }
  const certificate = socket.getPeerCertificate()
  return { user: certificateUser(certificate), untilMs: Date.parse(certificate.valid_to) }
}
