import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { k8s } from '../../api/index.ts'
import { kernelHostname } from './hostname.ts'
import { hostNetworkHosts, hostsMount, podHosts } from './hosts-file.ts'

const pod = (spec: object = {}): k8s.Pod => ({
  metadata: { name: 'web-0', namespace: 'shop' },
  spec: { containers: [], ...spec },
})
const where = { podIPs: ['10.244.0.7'], clusterDomain: 'cluster.local' }

it('is written as the kubelet writes it', () => {
  const aliases = [{ ip: '192.0.2.1', hostnames: ['a', 'b'] }]
  expect(podHosts(pod({ subdomain: 'web', hostAliases: aliases }), where)).toBe(`# Kubernetes-managed hosts file.
127.0.0.1\tlocalhost
::1\tlocalhost ip6-localhost ip6-loopback
fe00::0\tip6-localnet
fe00::0\tip6-mcastprefix
fe00::1\tip6-allnodes
fe00::2\tip6-allrouters
10.244.0.7\tweb-0.web.shop.svc.cluster.local\tweb-0

# Entries added by HostAliases.
192.0.2.1\ta\tb
`)
  expect(podHosts(pod({ hostname: 'h' }), where)).toContain('10.244.0.7\th\n')
  expect(hostNetworkHosts('127.0.0.1 x\n')).toBe('# Kubernetes-managed hosts file (host network).\n127.0.0.1 x\n')
})

it('is mounted, but not over a mount of the container, nor without an address', async () => {
  const podDir = await mkdtemp(join(tmpdir(), 'naru-hosts-'))
  const own = (mountPath: string): k8s.Container => ({ name: 'c', volumeMounts: [{ name: 'v', mountPath }] })
  const [mount] = await hostsMount(pod(), { name: 'c' }, { podDir, ...where })
  expect(mount).toMatchObject({ containerPath: '/etc/hosts', readOnly: false })
  expect(await readFile(mount?.hostPath ?? '', 'utf8')).toContain('Kubernetes-managed hosts file.')
  expect(await hostsMount(pod(), own('/etc/hosts'), { podDir, ...where })).toEqual([])
  expect(await hostsMount(pod(), own('/etc'), { podDir, ...where })).toHaveLength(1)
  expect(await hostsMount(pod(), { name: 'c' }, { podDir, ...where, podIPs: [] })).toEqual([])
  await rm(podDir, { recursive: true })
})

it('goes with the name that the pod has: the whole one where it wishes so and the kernel takes it', () => {
  expect(kernelHostname(pod({ subdomain: 'web' }), 'cluster.local')).toBe('web-0')
  expect(kernelHostname(pod({ subdomain: 'web', setHostnameAsFQDN: true }), 'cluster.local')).toBe(
    'web-0.web.shop.svc.cluster.local',
  )
  expect(() => kernelHostname(pod({ subdomain: 'w'.repeat(60), setHostnameAsFQDN: true }), 'x')).toThrow(
    /is too long \(64 characters is the max, \d+ characters requested\)/,
  )
})
