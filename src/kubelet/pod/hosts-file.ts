/** The /etc/hosts of a pod's containers. Source: Kubernetes v1.34, pkg/kubelet/kubelet_pods.go (makeHostsMount and what
 *  it calls). */
import { readFile, writeFile } from 'node:fs/promises'
import { join, normalize } from 'node:path'
import type { k8s } from '../../api/index.ts'
import type { Mount } from '../runtime/runtime.ts'
import { podHostname } from './hostname.ts'

const PATH = '/etc/hosts'

export interface HostsOptions {
  /** The pod's own directory. */
  podDir: string
  podIPs: readonly string[]
  clusterDomain: string
}

/** The mount of it, or none: a container with a mount of its own there keeps that one. */
export async function hostsMount(pod: k8s.Pod, container: k8s.Container, options: HostsOptions): Promise<Mount[]> {
  const own = container.volumeMounts?.some(({ mountPath }) => normalize(mountPath).replace(/(.)\/$/, '$1') === PATH)
  if (own || (options.podIPs.length === 0 && !pod.spec.hostNetwork)) return []
  const text = pod.spec.hostNetwork
    ? hostNetworkHosts(await readFile(PATH, 'utf8'), pod.spec.hostAliases)
    : podHosts(pod, options)
  const hostPath = join(options.podDir, 'etc-hosts')
  await writeFile(hostPath, text, { mode: 0o644 })
  return [{ containerPath: PATH, hostPath, readOnly: false, propagation: 'private' }]
}

const aliasLines = (aliases: readonly k8s.HostAlias[] = []) =>
  aliases.length === 0
    ? ''
    : `\n# Entries added by HostAliases.\n${aliases.map(({ ip, hostnames = [] }) => `${ip}\t${hostnames.join('\t')}\n`).join('')}`

export const hostNetworkHosts = (ofHost: string, aliases?: readonly k8s.HostAlias[]): string =>
  `# Kubernetes-managed hosts file (host network).\n${ofHost}${aliasLines(aliases)}`

export function podHosts(
  pod: k8s.Pod,
  { podIPs, clusterDomain }: Pick<HostsOptions, 'podIPs' | 'clusterDomain'>,
): string {
  const { hostname, domain } = podHostname(pod, clusterDomain)
  const names = domain === '' ? hostname : `${hostname}.${domain}\t${hostname}`
  const lines = [
    '# Kubernetes-managed hosts file.',
    '127.0.0.1\tlocalhost',
    '::1\tlocalhost ip6-localhost ip6-loopback',
    'fe00::0\tip6-localnet',
    'fe00::0\tip6-mcastprefix',
    'fe00::1\tip6-allnodes',
    'fe00::2\tip6-allrouters',
    ...podIPs.map((ip) => `${ip}\t${names}`),
  ]
  return `${lines.join('\n')}\n${aliasLines(pod.spec.hostAliases)}`
}
