import { assert, array, nat, property, tuple } from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import type { k8s } from '../../api/index.ts'
import { toNumber } from '../host/cidr.ts'
import { formatRange, type IpRange, unionOf, without } from '../host/ip-ranges.ts'
import { renderTable } from '../nft/table.ts'
import { nodePods } from './node-pods.ts'
import { isolations, type PolicyState } from './policy-map.ts'
import { compilePolicies } from './ruleset.ts'

const pod = (name: string, address: string, labels: Record<string, string>, namespace = 'shop'): k8s.Pod => ({
  metadata: { name, namespace, labels },
  spec: { containers: [{ name: 'c', ports: [{ name: 'http', containerPort: 8000 + name.length }] }] },
  status: { podIP: address, phase: 'Running' },
})
const policy = (name: string, spec: k8s.NetworkPolicySpec): k8s.NetworkPolicy => ({
  metadata: { name, namespace: 'shop' },
  spec,
})
const web = pod('web', '10.244.0.5', { app: 'web' })
const state = (...policies: k8s.NetworkPolicy[]): PolicyState => ({
  policies,
  pods: [
    web,
    pod('db', '10.244.0.6', { app: 'db' }),
    pod('probe', '10.244.0.7', { app: 'probe' }, 'watch'),
    { ...pod('done', '10.244.0.5', { app: 'web' }), status: { podIP: '10.244.0.5', phase: 'Succeeded' } },
    { ...pod('host', '192.168.0.1', { app: 'web' }), spec: { hostNetwork: true, containers: [] } },
  ],
  namespaces: [
    { metadata: { name: 'shop' }, spec: {} },
    { metadata: { name: 'watch', labels: { team: 'ops' } }, spec: {} },
    ...['kube-system', 'naru-system'].map((name) => ({
      metadata: { name, labels: { 'kubernetes.io/metadata.name': name } },
      spec: {},
    })),
  ],
  nodePods: nodePods({ gateway: '10.244.0.254', dns: '10.244.0.1' }),
})
const options = { bridge: 'naru0', podCidr: '10.244.0.0/24' }
const table = (...policies: k8s.NetworkPolicy[]) =>
  renderTable('naru_policy', compilePolicies(state(...policies), options))
const REFUSED = 'ip saddr 10.244.0.254 meta l4proto tcp reject with tcp reset'
/** What may come to the web pod, without the names of sets. */
const chainFor = (text: string, direction: string) =>
  new RegExp(`chain ${direction}_\\w+ \\{\\n([^}]*)\\}`)
    .exec(text)?.[1]
    ?.replaceAll(/_[0-9a-f]{16}/g, '')
    .trim()
    .split(/\n\s*/)

describe('which pods are isolated', () => {
  it('those that are selected, for the directions that are named or implied', () => {
    const of = (spec: k8s.NetworkPolicySpec) => isolations(state(policy('p', spec))).map((i) => [i.direction, i.pods])
    expect(of({ podSelector: {} })).toEqual([['ingress', ['10.244.0.5', '10.244.0.6']]])
    const web = { matchLabels: { app: 'web' } }
    expect(of({ podSelector: web, egress: [] })).toEqual([['ingress', ['10.244.0.5']]])
    expect(of({ podSelector: web, policyTypes: [], egress: [{}] })).toEqual([
      ['ingress', ['10.244.0.5']],
      ['egress', ['10.244.0.5']],
    ])
    expect(of({ podSelector: {}, policyTypes: ['Egress'] })).toEqual([['egress', ['10.244.0.5', '10.244.0.6']]])
  })
  it('none without a policy', () => {
    expect(compilePolicies(state(), options)).toEqual([])
  })
})

describe('what passes', () => {
  const webOnly = { podSelector: { matchLabels: { app: 'web' } } }
  const ingress = (...rules: k8s.NetworkPolicyIngressRule[]) => table(policy('p', { ...webOnly, ingress: rules }))
  it('nothing by default', () => {
    expect(chainFor(ingress(), 'ingress')).toEqual([REFUSED, 'drop'])
  })
  it('everything by an empty rule', () => {
    expect(chainFor(ingress({}), 'ingress')).toEqual(['return', REFUSED, 'drop'])
  })
  it('peers by pod, by namespace, by both, by block', () => {
    const text = ingress(
      { from: [{ podSelector: { matchLabels: { app: 'db' } } }] },
      { from: [{ namespaceSelector: { matchLabels: { team: 'ops' } } }] },
      { from: [{ namespaceSelector: {}, podSelector: { matchLabels: { app: 'none' } } }] },
      { from: [{ ipBlock: { cidr: '10.0.0.0/29', except: ['10.0.0.2/31', '10.0.0.7/32'] } }] },
    )
    expect(chainFor(text, 'ingress')).toEqual([
      'ip saddr @peers_0 return',
      'ip saddr @peers_1 return',
      'ip saddr @peers_3 return',
      REFUSED,
      'drop',
    ])
    expect(text).toMatch(/peers_\w+_0 \{\n.*\n.*\n.*\n\s*10\.244\.0\.6\n/)
    expect(text).toMatch(/peers_\w+_1 \{\n.*\n.*\n.*\n\s*10\.244\.0\.7\n/)
    expect(text).toMatch(/10\.0\.0\.0-10\.0\.0\.1,\n\s*10\.0\.0\.4-10\.0\.0\.6\n/)
  })
  it.each(['10.0.0.3/29', '010.0.0.0/029', '10.0.0.0/029', '::ffff:10.0.0.0/125'])(
    'blocks as the API lets them in, such as %s',
    (cidr) => {
      expect(ingress({ from: [{ ipBlock: { cidr, except: ['010.0.0.0/31'] } }] })).toContain(
        formatRange([toNumber('10.0.0.2'), toNumber('10.0.0.7')]),
      )
    },
  )
  it('nothing of a block of IPv6', () => {
    expect(chainFor(ingress({ from: [{ ipBlock: { cidr: 'fd00::/8', except: ['fd01::/16'] } }] }), 'ingress')).toEqual([
      REFUSED,
      'drop',
    ])
  })
  it('ports by number, range and name', () => {
    const ports = [{ port: 80 }, { port: 53, protocol: 'UDP' }, { port: 1000, endPort: 2000 }, { protocol: 'SCTP' }]
    expect(chainFor(ingress({ ports: [...ports, { port: 'http' }, { port: 'other' }] }), 'ingress')).toEqual([
      'meta l4proto tcp th dport 80 return',
      'meta l4proto udp th dport 53 return',
      'meta l4proto tcp th dport 1000-2000 return',
      'meta l4proto sctp return',
      'meta l4proto tcp ip daddr . th dport @ports_0_4 return',
      REFUSED,
      'drop',
    ])
  })
  it('a named port going out is that of the pod it goes to', () => {
    const text = table(
      policy('p', {
        ...webOnly,
        policyTypes: ['Egress'],
        egress: [{ to: [{ podSelector: { matchLabels: { app: 'db' } } }], ports: [{ port: 'http' }] }],
      }),
    )
    expect(text).toContain('10.244.0.6 . 8002')
    expect(chainFor(text, 'egress')).toEqual([
      'ip daddr @peers_0 meta l4proto tcp ip daddr . th dport @ports_0_0 return',
      'drop',
    ])
  })
  it('what any of several policies lets pass', () => {
    const text = table(
      policy('a', { podSelector: {} }),
      policy('b', { ...webOnly, ingress: [{ ports: [{ port: 80 }] }] }),
    )
    expect(chainFor(text, 'ingress')).toBeDefined()
    expect(text.match(/jump ingress_/g)).toHaveLength(2)
    expect(new Set(text.match(/jump ingress_\w+/g)).size).toBe(2)
  })
})

describe('what the node runs in place of pods', () => {
  const dnsPods = {
    namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } },
    podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } },
  }
  const egress = (...rules: k8s.NetworkPolicyEgressRule[]) =>
    chainFor(table(policy('p', { podSelector: {}, policyTypes: ['Egress'], egress: rules })), 'egress')
  const ask = (protocol: string) => `ip daddr 10.244.0.1 meta l4proto ${protocol} th dport 53 return`
  it('DNS is not reached unless a rule says so', () => {
    expect(egress()).toEqual(['drop'])
    expect(egress({ to: [{ podSelector: {} }] })).toEqual(['ip daddr @peers_0 return', 'drop'])
  })
  it('DNS is meant as the pods of kube-dns, at its ports alone', () => {
    expect(egress({ to: [dnsPods] })).toEqual([ask('udp'), ask('tcp'), 'drop'])
    expect(egress({ to: [dnsPods], ports: [{ port: 53, protocol: 'UDP' }] })).toEqual([ask('udp'), 'drop'])
    expect(egress({ to: [dnsPods], ports: [{ port: 'dns-tcp' }] })).toEqual([ask('tcp'), 'drop'])
    expect(egress({ to: [dnsPods], ports: [{ port: 443 }] })).toEqual(['drop'])
    expect(egress({ to: [{ namespaceSelector: {} }] })).toEqual([
      ask('udp'),
      ask('tcp'),
      'ip daddr @peers_0 return',
      'drop',
    ])
  })
  it('DNS is let pass by port alone, and by block, as the API is', () => {
    expect(egress({ ports: [{ port: 53, protocol: 'UDP' }] })).toEqual(['meta l4proto udp th dport 53 return', 'drop'])
    expect(egress({ ports: [{ port: 'dns', protocol: 'UDP' }] })).toEqual([
      'meta l4proto udp ip daddr . th dport @ports_0_0 return',
      'drop',
    ])
    expect(egress({ to: [{ ipBlock: { cidr: '10.244.0.1/32' } }], ports: [{ port: 6443 }] })).toEqual([
      'ip daddr @peers_0 meta l4proto tcp th dport 6443 return',
      'drop',
    ])
  })
  it('the gateway is a pod of naru-system to ingress, and refused at once', () => {
    const from = [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'naru-system' } } }]
    const text = table(policy('p', { podSelector: {}, ingress: [{ from }] }))
    expect(chainFor(text, 'ingress')).toEqual(['ip saddr @peers_0 return', REFUSED, 'drop'])
    expect(text).toMatch(/peers_\w+_0 \{\n.*\n.*\n.*\n\s*10\.244\.0\.254\n/)
    expect(text).toContain('hook output')
    expect(text).not.toContain('hook input')
  })
  it('what nobody isolates in a direction is not looked at in it', () => {
    const text = table(policy('p', { podSelector: {}, policyTypes: ['Egress'] }))
    expect(text).not.toContain('hook output')
    expect(text).toContain('hook input')
    expect(text).not.toContain('ip daddr 10.244.0.0/24')
  })
})

test('ranges without holes hold the same addresses', () => {
  const range = tuple(nat(30), nat(30)).map(([a, b]): IpRange => (a < b ? [a, b] : [b, a]))
  const holds = (ranges: readonly IpRange[], at: number) => ranges.some(([first, last]) => at >= first && at <= last)
  assert(
    property(range, array(range, { maxLength: 5 }), (whole, holes) => {
      const rest = without(whole, holes)
      expect(unionOf(rest)).toEqual(rest)
      for (let at = 0; at <= 30; at++) expect(holds(rest, at)).toBe(holds([whole], at) && !holds(holes, at))
    }),
  )
})
