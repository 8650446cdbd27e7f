import { describe, expect, it } from 'vitest'
import type { k8s } from '../../api/index.ts'
import { planMirror } from './mirrored-slices.ts'
import { repackSubsets } from './repack.ts'

const endpointsOf = (subsets: k8s.EndpointSubset[], metadata: Partial<k8s.ObjectMeta> = {}): k8s.Endpoints => ({
  apiVersion: 'v1',
  kind: 'Endpoints',
  metadata: { name: 'web', namespace: 'default', uid: 'u', ...metadata },
  subsets,
})
const http = { name: 'http', port: 80, protocol: 'TCP' }
const created = (slices: k8s.EndpointSlice[]): k8s.EndpointSlice[] =>
  slices.map((slice, at) => ({ ...slice, metadata: { ...slice.metadata, name: `web-${at}` } }))

describe('slices that mirror Endpoints', () => {
  it('have their addresses, ports, labels and annotations', () => {
    const endpoints = endpointsOf(
      [
        {
          addresses: [{ ip: '10.0.0.1', nodeName: 'n', hostname: 'h' }],
          notReadyAddresses: [{ ip: '10.0.0.2' }],
          ports: [http],
        },
      ],
      {
        labels: { app: 'web' },
        annotations: { a: '1', 'kubectl.kubernetes.io/last-applied-configuration': '{}' },
      },
    )
    const [slice, ...others] = planMirror(endpoints, []).create
    expect(others).toEqual([])
    expect(slice).toMatchObject({
      addressType: 'IPv4',
      ports: [http],
      endpoints: [
        { addresses: ['10.0.0.1'], conditions: { ready: true }, nodeName: 'n', hostname: 'h' },
        { addresses: ['10.0.0.2'], conditions: { ready: false } },
      ],
      metadata: {
        labels: {
          app: 'web',
          'kubernetes.io/service-name': 'web',
          'endpointslice.kubernetes.io/managed-by': 'endpointslicemirroring-controller.k8s.io',
        },
        annotations: { a: '1' },
        ownerReferences: [{ kind: 'Endpoints', apiVersion: 'v1', name: 'web', uid: 'u', controller: true }],
      },
    })
    expect(slice?.metadata.annotations).toEqual({ a: '1' })
  })
  it('are left alone when nothing has changed, and are changed in place', () => {
    const endpoints = endpointsOf([{ addresses: [{ ip: '10.0.0.1' }], ports: [http] }])
    const present = created(planMirror(endpoints, []).create)
    expect(planMirror(endpoints, present)).toMatchObject({ create: [], update: [], delete: [] })
    const more = endpointsOf([{ addresses: [{ ip: '10.0.0.1' }, { ip: '10.0.0.3' }], ports: [http] }])
    expect(planMirror(more, present)).toMatchObject({
      create: [],
      delete: [],
      update: [{ metadata: { name: 'web-0' } }],
    })
  })
  it('take over the place of one whose ports are gone, and go with the last address', () => {
    const present = created(planMirror(endpointsOf([{ addresses: [{ ip: '10.0.0.1' }], ports: [http] }]), []).create)
    const other = endpointsOf([{ addresses: [{ ip: '10.0.0.1' }], ports: [{ name: 'sql', port: 5432 }] }])
    expect(planMirror(other, present)).toMatchObject({
      create: [],
      update: [{ metadata: { name: 'web-0' }, ports: [{ name: 'sql', port: 5432, protocol: 'TCP' }] }],
      delete: [],
    })
    expect(planMirror(endpointsOf([]), present).delete).toEqual(present)
  })
  it('one for each address family; what is no address is counted', () => {
    const plan = planMirror(endpointsOf([{ addresses: [{ ip: '10.0.0.1' }, { ip: 'fd00::1' }, { ip: 'x' }] }]), [])
    expect(plan.create.map(({ addressType }) => addressType)).toEqual(['IPv4', 'IPv6'])
    expect(plan.invalid).toBe(1)
  })
  it('a thousand addresses at most', () => {
    const addresses = Array.from({ length: 1001 }, (_, at) => ({ ip: `10.0.${Math.floor(at / 250)}.${at % 250}` }))
    const plan = planMirror(endpointsOf([{ addresses }]), [])
    expect(plan.create[0]?.endpoints).toHaveLength(1000)
    expect(plan.skipped).toBe(1)
  })
})

describe('repacking subsets', () => {
  it('puts addresses with the same ports together, and ports of the same address', () => {
    const packed = repackSubsets([
      { addresses: [{ ip: '1' }], ports: [http] },
      { addresses: [{ ip: '1' }], ports: [{ name: 'sql', port: 1 }] },
      { addresses: [{ ip: '2' }], ports: [http] },
    ])
    expect(packed.map(({ ready, ports }) => [ready.map(({ ip }) => ip), ports.map(({ name }) => name)])).toEqual([
      [['1'], ['http', 'sql']],
      [['2'], ['http']],
    ])
  })
  it('not ready wins', () => {
    const packed = repackSubsets([{ addresses: [{ ip: '1' }], notReadyAddresses: [{ ip: '1' }], ports: [http] }])
    expect(packed).toMatchObject([{ ready: [], notReady: [{ ip: '1' }] }])
  })
})
