/** What the ConfigMap `kube-system/kube-dns` says of names that are not the cluster's: stub domains, each with its own
 *  name servers, and the servers for all others. Pure.
 *  Source: Kubernetes v1.34, "Customizing DNS Service": `stubDomains` and `upstreamNameservers`, both JSON. */
import { isIP } from 'node:net'
import type { Upstream } from './resolv-conf.ts'

export interface DnsSettings {
  /** By domain, lower case, without the trailing dot. */
  stubDomains: ReadonlyMap<string, readonly Upstream[]>
  /** Instead of the host's; undefined: those. */
  upstreams: readonly Upstream[] | undefined
}

/** What cannot be read is left out. */
export function parseDnsSettings(data: Readonly<Record<string, string>> = {}): DnsSettings {
  const stubs = parsed(data.stubDomains)
  const domains = typeof stubs === 'object' && stubs !== null && !Array.isArray(stubs) ? Object.entries(stubs) : []
  const upstreams = parseServers(parsed(data.upstreamNameservers))
  return {
    stubDomains: new Map(
      domains
        .map(([domain, servers]) => [domain.toLowerCase().replace(/\.$/, ''), parseServers(servers)] as const)
        .filter(([domain, servers]) => domain !== '' && servers.length > 0),
    ),
    upstreams: upstreams.length > 0 ? upstreams : undefined,
  }
}

/** Who is to be asked for a name; undefined: the host's name servers. The longest stub domain counts. */
export function upstreamsFor({ stubDomains, upstreams }: DnsSettings, name: string): readonly Upstream[] | undefined {
  const labels = name.toLowerCase().replace(/\.$/, '').split('.')
  for (let at = 0; at < labels.length; at++) {
    const servers = stubDomains.get(labels.slice(at).join('.'))
    if (servers !== undefined) return servers
  }
  return upstreams
}

function parsed(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}

/** `1.2.3.4`, `1.2.3.4:53`, `[fd00::1]:53`. */
function parseServers(servers: unknown): Upstream[] {
  if (!Array.isArray(servers)) return []
  return servers.flatMap((server: unknown) => {
    if (typeof server !== 'string') return []
    if (isIP(server) !== 0) return [{ address: server, port: 53 }]
    const [, address = '', port = ''] = /^\[?([^\]]*)\]?:(\d{1,5})$/.exec(server) ?? []
    const isPort = Number(port) > 0 && Number(port) < 65_536
    return isIP(address) !== 0 && isPort ? [{ address, port: Number(port) }] : []
  })
}
