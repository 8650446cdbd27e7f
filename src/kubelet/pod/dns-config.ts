/** A pod's resolv.conf: what its dnsPolicy and dnsConfig make of the cluster's and the host's. Pure but for
 *  `readHostResolver`. Source: k8s.io/kubernetes v1.34, pkg/kubelet/network/dns; pkg/apis/core/validation (limits). */
import { readFileSync } from 'node:fs'
import type { k8s } from '../../api/index.ts'
import type { DnsConfig } from '../runtime/runtime.ts'

export interface ClusterDns {
  servers: string[]
  domain: string
  /** The host's own resolver, as it is now. Default: nothing known of it. */
  host?: () => DnsConfig
}

const MOST_SERVERS = 3
const MOST_SEARCHES = 32
const MOST_SEARCH_CHARACTERS = 2048

/** Undefined: the host's own resolver, which the runtime hands on. */
export function podDns(pod: k8s.Pod, cluster: ClusterDns | undefined): DnsConfig | undefined {
  const { dnsPolicy = 'ClusterFirst', dnsConfig, hostNetwork } = pod.spec
  const ofCluster = dnsPolicy === 'ClusterFirstWithHostNet' || (dnsPolicy === 'ClusterFirst' && !hostNetwork)
  const host = cluster?.host?.() ?? { servers: [], searches: [], options: [] }
  if (dnsPolicy === 'None') return fitting(merged({ servers: [], searches: [], options: [] }, dnsConfig))
  if (!ofCluster || cluster === undefined) return dnsConfig == null ? undefined : fitting(merged(host, dnsConfig))
  const namespace = pod.metadata.namespace ?? 'default'
  const searches = [`${namespace}.svc.${cluster.domain}`, `svc.${cluster.domain}`, cluster.domain, ...host.searches]
  return fitting(merged({ servers: cluster.servers, searches, options: ['ndots:5'] }, dnsConfig))
}

/** Lists grow, each entry once; of options the pod's win. */
function merged(base: DnsConfig, own: k8s.PodDNSConfig | undefined): DnsConfig {
  const options = new Map(base.options.map((option) => [option.split(':')[0] ?? '', option]))
  for (const { name = '', value } of own?.options ?? []) options.set(name, value == null ? name : `${name}:${value}`)
  return {
    servers: [...new Set([...base.servers, ...(own?.nameservers ?? [])])],
    searches: [...new Set([...base.searches, ...(own?.searches ?? [])])],
    options: [...options.values()],
  }
}

/** No more than resolvers read. */
function fitting({ servers, searches, options }: DnsConfig): DnsConfig {
  const kept: string[] = []
  for (const search of searches.slice(0, MOST_SEARCHES)) {
    if ([...kept, search].join(' ').length > MOST_SEARCH_CHARACTERS) break
    kept.push(search)
  }
  return { servers: servers.slice(0, MOST_SERVERS), searches: kept, options }
}

/** Of several `search` lines the last counts. Source: resolv.conf(5). */
export function parseResolver(text: string): DnsConfig {
  const found: DnsConfig = { servers: [], searches: [], options: [] }
  for (const line of text.split('\n')) {
    const [keyword, ...values] = line.trim().split(/\s+/)
    if (keyword === 'nameserver') found.servers.push(...values.slice(0, 1))
    if (keyword === 'search') found.searches = values.map((name) => (name === '.' ? name : name.replace(/\.$/, '')))
    if (keyword === 'options') found.options.push(...values)
  }
  return found
}

export function readHostResolver(): DnsConfig {
  try {
    return parseResolver(readFileSync('/etc/resolv.conf', 'utf8'))
  } catch {
    // A host without the file resolves nothing either.
    return parseResolver('')
  }
}
