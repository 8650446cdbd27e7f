/** Whether a TCP port can be bound just now. */
import { createServer } from 'node:net'
import { errorMessage, hasErrno } from '../lib/index.ts'
import type { Probe } from './facts.ts'

/** Binds and releases at once; what another program does with the port a moment later is not known. */
export function probePort(port: number, host = '0.0.0.0'): Promise<Probe> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', (error) => resolve({ ok: false, reason: reasonOf(error) }))
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve({ ok: true })))
  })
}

function reasonOf(error: Error): string {
  if (hasErrno(error, 'EADDRINUSE')) return 'another program uses it'
  if (hasErrno(error, 'EACCES')) return 'this user may not bind it'
  return errorMessage(error)
}
