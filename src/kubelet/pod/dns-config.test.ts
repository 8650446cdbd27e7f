import { describe, expect, it } from 'vitest'
import type { k8s } from '../../api/index.ts'
import { type ClusterDns, parseResolver, podDns } from './dns-config.ts'

const cluster: ClusterDns = {
  servers: ['10.96.0.10'],
  domain: 'cluster.local',
  host: () =>
    parseResolver(
      '# comment\nsearch a\nsearch example.com. cluster.local\nnameserver 9.9.9.9\noptions edns0 ndots:2\n',
    ),
}
const dns = (spec: Partial<k8s.PodSpec>) =>
  podDns({ metadata: { name: 'p', namespace: 'shop' }, spec: { containers: [], ...spec } }, cluster)
const own = ['shop.svc.cluster.local', 'svc.cluster.local', 'cluster.local']

describe('a pod’s resolver', () => {
  it('is the cluster’s, with the host’s search domains behind', () => {
    expect(dns({})).toEqual({ servers: ['10.96.0.10'], searches: [...own, 'example.com'], options: ['ndots:5'] })
    expect(dns({ dnsPolicy: 'ClusterFirstWithHostNet', hostNetwork: true })?.servers).toEqual(['10.96.0.10'])
  })
  it('is the host’s by policy, and for pods on the host’s network', () => {
    expect(dns({ dnsPolicy: 'Default' })).toBeUndefined()
    expect(dns({ hostNetwork: true })).toBeUndefined()
    expect(dns({ dnsPolicy: 'Default', dnsConfig: { nameservers: ['1.1.1.1', '9.9.9.9'] } })).toEqual({
      servers: ['9.9.9.9', '1.1.1.1'],
      searches: ['example.com', 'cluster.local'],
      options: ['edns0', 'ndots:2'],
    })
  })
  it('is what the pod says and nothing else', () => {
    const dnsConfig = {
      nameservers: ['1.1.1.1'],
      searches: ['x.y'],
      options: [{ name: 'ndots', value: '3' }, { name: 'rotate' }],
    }
    expect(dns({ dnsPolicy: 'None', dnsConfig })).toEqual({
      servers: ['1.1.1.1'],
      searches: ['x.y'],
      options: ['ndots:3', 'rotate'],
    })
  })
  it('merges: each entry once, the pod’s options win', () => {
    const dnsConfig = { searches: ['cluster.local', 'x'], options: [{ name: 'ndots', value: '1' }] }
    expect(dns({ dnsConfig })).toEqual({
      servers: ['10.96.0.10'],
      searches: [...own, 'example.com', 'x'],
      options: ['ndots:1'],
    })
  })
  it('no more than resolvers read', () => {
    const nameservers = ['1.1.1.1', '1.1.1.2', '1.1.1.3']
    expect(dns({ dnsConfig: { nameservers } })?.servers).toEqual(['10.96.0.10', '1.1.1.1', '1.1.1.2'])
    const searches = Array.from({ length: 30 }, (_, at) => `${'x'.repeat(100)}${at}`)
    expect(dns({ dnsPolicy: 'None', dnsConfig: { nameservers, searches } })?.searches).toHaveLength(19)
  })
})
