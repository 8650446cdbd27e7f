/** Which names and addresses the server goes by: in its certificate, in its URL, behind the Service `kubernetes`. */
import { hostname } from 'node:os'
import type { AdvertisedEndpoint } from '../bootstrap/bootstrap.ts'

export interface ListeningOptions {
  /** Address to listen on. */
  host: string
  advertiseAddress?: string
  extraHosts?: readonly string[]
}

const UNSPECIFIED = new Set(['0.0.0.0', '::'])

/** The names the server's certificate is valid for. */
export function servedHosts(options: ListeningOptions, kubernetesAddress: string): string[] {
  const service = ['kubernetes', 'kubernetes.default', 'kubernetes.default.svc', 'kubernetes.default.svc.cluster.local']
  const hosts = [
    'localhost',
    '127.0.0.1',
    ...service,
    kubernetesAddress,
    hostname().toLowerCase(),
    ...(UNSPECIFIED.has(options.host) ? [] : [options.host]),
    ...(options.advertiseAddress === undefined ? [] : [options.advertiseAddress]),
    ...(options.extraHosts ?? []),
  ]
  return [...new Set(hosts)]
}

/** Where pods reach the server; no address when they cannot. */
export function advertised({ advertiseAddress, host }: ListeningOptions, port: number): AdvertisedEndpoint {
  const reachable = !UNSPECIFIED.has(host) && !host.startsWith('127.') && host !== '::1'
  return { address: advertiseAddress ?? (reachable ? host : undefined), port }
}

export function urlHost(host: string): string {
  if (UNSPECIFIED.has(host)) return '127.0.0.1'
  return host.includes(':') ? `[${host}]` : host
}
