/** The kubelet on a port of its own, for what runs in the cluster: scrapers of metrics, agents of monitoring. */
import { networkInterfaces } from 'node:os'
import type { Exchange } from '../../api/index.ts'
import type { Client } from '../../client/index.ts'
import { type Clock, errorMessage, type Logger } from '../../lib/index.ts'
import { openGuard } from './access/guard.ts'
import { openHttpsServer, type ServerCertificate } from './https-server.ts'
import { type CertificateSource, keepCertificate } from './keep-certificate.ts'
import { connectionFilter } from './may-connect.ts'
import { serveRequest, type Service } from './serve-request.ts'
import { serveUpgrade } from './serve-upgrade.ts'

/** Of the port; the rest is known to the kubelet. */
export interface KubeletPort {
  /** 0: any free one. */
  port: number
  /** Authority of client certificates. */
  clientCaPem: string
  /** A certificate that the cluster trusts, for these names and addresses; the same as long as it lasts. */
  certificate: (hosts: readonly string[]) => Promise<ServerCertificate>
}

export interface KubeletServerOptions extends KubeletPort {
  client: Client
  clock: Clock
  logger: Logger
  nodeName: string
  /** The node's address now. */
  address: () => string
  /** Where pods have their addresses, if they have their own. */
  podCidr: string | undefined
  exchange: Exchange
}

export interface KubeletServer extends AsyncDisposable {
  port: number
  /** Renews the certificate; resolves when `signal` has aborted. The port is served until the server is disposed. */
  run(options: { signal: AbortSignal }): Promise<void>
}

/** Throws an Error when the port cannot be listened on. */
export async function openKubeletServer(options: KubeletServerOptions): Promise<KubeletServer> {
  const { clock, logger, nodeName, address } = options
  const service: Service = { clock, logger, guard: openGuard(options), exchange: options.exchange }
  const source: CertificateSource = {
    hosts: () => [...new Set([nodeName, address(), '127.0.0.1'])],
    issue: options.certificate,
  }
  const server = await openHttpsServer({
    port: options.port,
    certificate: await source.issue(source.hosts()),
    clientCaPem: options.clientCaPem,
    mayConnect: connectionFilter({ podCidr: options.podCidr, ownAddresses }),
    request: (incoming, outgoing) => void serveRequest(service, incoming, outgoing),
    failed: (error) => logger.warn({ error: errorMessage(error) }, 'the kubelet cannot take a connection'),
    upgrade: (incoming, socket, head) => void serveUpgrade(service, { incoming, socket, head }),
  })
  logger.info({ port: server.port }, 'kubelet listens')
  return {
    port: server.port,
    run: ({ signal }) =>
      keepCertificate({ ...source, clock, logger, use: (pair) => server.useCertificate(pair), signal }),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}

const ownAddresses = (): string[] =>
  Object.values(networkInterfaces()).flatMap((addresses = []) => addresses.map(({ address }) => address))
