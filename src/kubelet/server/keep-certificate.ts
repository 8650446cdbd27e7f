/** Keeps the server's certificate valid: for longer than one lasts, and for the names that the machine has now. */
import { type Clock, errorMessage, type Logger } from '../../lib/index.ts'
import type { ServerCertificate } from './https-server.ts'

const LOOK_MS = 60_000
const RENEW_MS = 12 * 3_600_000

export interface CertificateSource {
  /** Names and addresses by which the server is reached. */
  hosts: () => readonly string[]
  /** A certificate that is good for them for a while. */
  issue: (hosts: readonly string[]) => Promise<ServerCertificate>
}

export interface KeepCertificateOptions extends CertificateSource {
  clock: Clock
  logger: Logger
  use: (certificate: ServerCertificate) => void
  signal: AbortSignal
}

/** Resolves when `signal` has aborted. */
export async function keepCertificate(options: KeepCertificateOptions): Promise<void> {
  const { clock, logger, hosts, issue, use, signal } = options
  let known = hosts().join()
  let issuedAtMs = clock.now()
  while (!signal.aborted) {
    await clock.sleep(LOOK_MS, signal)
    const now = hosts()
    if (signal.aborted || (now.join() === known && clock.now() - issuedAtMs < RENEW_MS)) continue
    try {
      use(await issue(now))
      known = now.join()
      issuedAtMs = clock.now()
    } catch (error) {
      logger.error({ error: errorMessage(error) }, "the kubelet's certificate cannot be renewed; trying again later")
    }
  }
}
