import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, test } from 'vitest'
import { parse } from 'yaml'
import type { k8s } from '../../api/index.ts'
import { staleFlows } from './conntrack.ts'
import { FlowZones } from './flow-zones.ts'
import { renderTable } from '../nft/table.ts'
import { compileRuleset } from './ruleset.ts'
import { type Forwarding, forwardings, healthChecks, type ServiceState } from './service-map.ts'

const golden = join(import.meta.dirname, 'golden')
const options = {
  bridge: 'naru0',
  podCidr: '10.244.0.0/24',
  serviceCidr: '10.96.0.0/16',
  masqueradeBridged: false,
}

const textOf = (state: ServiceState) => renderTable('naru', compileRuleset(forwardings(state), options))

/** `vitest run src/network --update` writes the outputs anew. */
test.each(readdirSync(golden).filter((name) => name.endsWith('.input.yaml')))('compiles %s', async (name) => {
  const state = parse(readFileSync(join(golden, name), 'utf8')) as ServiceState
  const text = textOf(state)
  await expect(text).toMatchFileSnapshot(join(golden, name.replace('.input.yaml', '.output.nft')))
})

test('gives the same text whatever order the API lists things in', () => {
  const state = parse(readFileSync(join(golden, 'basic.input.yaml'), 'utf8')) as ServiceState
  const reversed = {
    ...state,
    services: state.services.toReversed(),
    endpointSlices: state.endpointSlices.toReversed(),
  }
  expect(textOf(reversed)).toBe(textOf(state))
})

test('nothing an object holds can become a rule', () => {
  const state: ServiceState = {
    nodeName: 'node-1',
    services: [
      {
        metadata: { name: 'evil"; drop }\n', namespace: 'shop' },
        spec: { clusterIP: '10.96.0.40', externalIPs: ['1.2.3.4 } drop'], ports: [{ port: 80, nodePort: 70_000 }] },
      },
    ],
    endpointSlices: [
      {
        metadata: { name: 'x', namespace: 'shop', labels: { 'kubernetes.io/service-name': 'evil"; drop }\n' } },
        addressType: 'IPv4',
        ports: [{ port: 80 }],
        endpoints: [{ addresses: ['10.244.0.5; drop'] }, { addresses: ['10.244.0.6'] }],
      },
    ],
  }
  const text = textOf(state)
  expect(text).toContain('comment "shop/evil___drop___:"')
  expect(text).not.toContain('10.244.0.5')
  expect(text).not.toContain('1.2.3.4')
  expect(text).not.toContain('70000')
})

test('masquerades all bridged Service traffic where the kernel hides it from nftables', () => {
  const text = renderTable('naru', compileRuleset([], { ...options, masqueradeBridged: true }))
  expect(text).toContain('ct status dnat ip saddr 10.244.0.0/24 ip daddr 10.244.0.0/24 masquerade')
})

test('a load balancer that is this node answers at 127.0.0.1 where that port is free, to whom it lets in', () => {
  const metadata = { name: 'web', namespace: 'shop' }
  const forwardingOf = (loadBalancerSourceRanges?: string[]) =>
    forwardings({
      nodeName: 'node-1',
      services: [
        {
          metadata,
          spec: {
            type: 'LoadBalancer',
            clusterIP: '10.96.0.40',
            loadBalancerSourceRanges,
            ports: [{ port: 80 }, { port: 443 }],
          },
          status: { loadBalancer: { ingress: [{ ip: '192.0.2.7', ipMode: 'VIP' }] } },
        },
      ],
      endpointSlices: [],
      hasLoopback: (service, { protocol, port }) => `${service} ${protocol} ${port}` === 'shop/web TCP 443',
    }).map(({ port, externalAddresses, firewall }) => ({ port, externalAddresses, ranges: firewall?.sourceRanges }))
  expect(forwardingOf()).toEqual([
    { port: 80, externalAddresses: ['192.0.2.7'], ranges: undefined },
    { port: 443, externalAddresses: ['127.0.0.1', '192.0.2.7'], ranges: undefined },
  ])
  expect(forwardingOf(['192.0.2.0/24'])[1]?.ranges).toEqual(['127.0.0.0/8', '192.0.2.0/24'])
  expect(forwardingOf(['203.0.113.0/24'])[1]?.ranges).toEqual(['203.0.113.0/24'])
  // The API lets in more than nftables can read.
  expect(forwardingOf([' 10.1.2.3/08', '010.0.0.0/8', '::ffff:172.16.0.0/108', 'fd00::/8'])[0]?.ranges).toEqual([
    '10.0.0.0/8',
    '172.16.0.0/12',
  ])
})

test('flows that nobody can make the kernel forget begin anew in a zone of their own', () => {
  const zones = new FlowZones()
  expect(zones.objects([])).toEqual([])
  zones.renew([
    { destination: '10.96.0.21', port: 53, backend: '10.244.0.8' },
    { destination: '10.96.0.21', port: 53, backend: '10.244.0.9' },
    { port: 30053, backend: '10.244.0.8' },
  ])
  const dns: Forwarding = {
    name: 'shop/dns:dns',
    protocol: 'udp',
    clusterIP: '10.96.0.21',
    port: 53,
    externalAddresses: [],
    isExternalLocal: false,
    isServedSomewhere: false,
    internal: [],
    external: [],
    serving: [],
  }
  const rules = (forwardings: Forwarding[]) => zones.objects(forwardings)[0]?.lines.slice(1)
  expect(rules([{ ...dns, nodePort: 30_053 }])).toEqual([
    'ip daddr 10.96.0.21 udp dport 53 ct original zone set 1',
    'fib daddr type local udp dport 30053 ct original zone set 2',
  ])
  expect(rules([dns])).toEqual(['ip daddr 10.96.0.21 udp dport 53 ct original zone set 1'])
  expect(rules([])).toBeUndefined()
})

describe('which flows are to begin anew', () => {
  const forwarding = (serving: string[], more: Partial<Forwarding> = {}): Forwarding => ({
    name: 'shop/dns:dns',
    protocol: 'udp',
    clusterIP: '10.96.0.21',
    port: 53,
    externalAddresses: [],
    nodePort: 30053,
    isExternalLocal: false,
    isServedSomewhere: true,
    internal: [],
    external: [],
    serving,
    ...more,
  })
  it('those of UDP to backends that are gone', () => {
    const before = [forwarding(['10.244.0.8', '10.244.0.9']), forwarding(['10.244.0.8'], { protocol: 'tcp' })]
    expect(staleFlows(before, [forwarding(['10.244.0.9'])])).toEqual([
      { destination: '10.96.0.21', port: 53, backend: '10.244.0.8' },
      { port: 30053, backend: '10.244.0.8' },
    ])
  })
  it('those that go to the node’s own ports when a Service begins to serve them', () => {
    const served = forwarding(['10.244.0.8'], { externalAddresses: ['192.0.2.7'] })
    const own = [{ destination: '192.0.2.7', port: 53 }, { port: 30053 }]
    expect(staleFlows([], [served])).toEqual(own)
    expect(staleFlows([{ ...served, serving: [] }], [served])).toEqual(own)
    expect(staleFlows([served], [{ ...served, serving: ['10.244.0.8', '10.244.0.9'] }])).toEqual([])
    expect(staleFlows([], [{ ...served, serving: [] }])).toEqual([])
  })
  it('not those to a backend that still serves while it terminates', () => {
    const endpoint = (address: string, conditions?: k8s.EndpointConditions) => ({ addresses: [address], conditions })
    const of = (...endpoints: k8s.Endpoint[]) =>
      forwardings({
        nodeName: 'node-1',
        services: [
          {
            metadata: { name: 'dns', namespace: 'shop' },
            spec: { clusterIP: '10.96.0.21', ports: [{ port: 53, protocol: 'UDP' }] },
          },
        ],
        endpointSlices: [
          {
            metadata: { name: 'x', namespace: 'shop', labels: { 'kubernetes.io/service-name': 'dns' } },
            addressType: 'IPv4',
            ports: [{ port: 53, protocol: 'UDP' }],
            endpoints,
          },
        ],
      })
    const before = of(endpoint('10.244.0.8'), endpoint('10.244.0.9'))
    const terminates = of(
      endpoint('10.244.0.8', { ready: false, terminating: true }),
      endpoint('10.244.0.9', { ready: true }),
    )
    expect(terminates[0]?.internal).toEqual([{ address: '10.244.0.9', port: 53 }])
    expect(staleFlows(before, terminates)).toEqual([])
    expect(staleFlows(terminates, of(endpoint('10.244.0.9')))).toHaveLength(1)
    const last = of(endpoint('10.244.0.8', { ready: false, terminating: true }))
    expect(last[0]?.internal).toEqual([{ address: '10.244.0.8', port: 53 }])
  })
})

test.each(['service.kubernetes.io/service-proxy-name', 'service.kubernetes.io/headless'])(
  'a Service with the label %s is not ours',
  (label) => {
    const metadata = { name: 'web', namespace: 'shop', labels: { [label]: 'x' } }
    const services = [{ metadata, spec: { clusterIP: '10.96.0.40', ports: [{ port: 80 }] } }]
    expect(forwardings({ nodeName: 'node-1', services, endpointSlices: [] })).toEqual([])
  },
)

test('a load balancer is told how many endpoints of a Service this node has', () => {
  const state = parse(readFileSync(join(golden, 'local-policies.input.yaml'), 'utf8')) as ServiceState
  expect(healthChecks(state)).toEqual([{ namespace: 'shop', name: 'balanced', port: 31_000, localEndpoints: 1 }])
})
