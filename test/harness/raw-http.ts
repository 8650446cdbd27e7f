/** Bytes to a server as they are, and the statuses of what it answers: to see how many requests it takes them for. */
import { connect } from 'node:tls'

export interface RawServer {
  host: string
  port: number
  ca: string | Buffer
  cert: string | Buffer
  key: string | Buffer
}

export interface RawAnswers {
  statuses: number[]
  /** False: it still waits for more. */
  closed: boolean
}

/** A server that says nothing for so long waits for more. */
const QUIET_MS = 1500
const STATUS = /HTTP\/1\.[01] (\d{3})/g

export function sendRaw(server: RawServer, bytes: string): Promise<RawAnswers> {
  return new Promise((resolve) => {
    let said = ''
    const { host, port, ca, cert, key } = server
    const socket = connect({
      host,
      port,
      ca,
      cert,
      key,
      ALPNProtocols: ['http/1.1'],
      checkServerIdentity: () => undefined,
    })
    const done = (closed: boolean) => {
      socket.destroy()
      resolve({ statuses: [...said.matchAll(STATUS)].map(([, status]) => Number(status)), closed })
    }
    socket.setTimeout(QUIET_MS, () => done(false))
    socket.on('secureConnect', () => socket.write(bytes, 'latin1'))
    socket.on('data', (chunk) => (said += chunk.toString('latin1')))
    socket.on('close', () => done(true))
    socket.on('error', () => done(true))
  })
}
