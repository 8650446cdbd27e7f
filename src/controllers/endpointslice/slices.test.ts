import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { k8s } from '../../api/index.ts'
import { podPorts, unusedNames } from '../objects/index.ts'
import { podOf } from '../testing/objects.ts'
import { podEndpoint } from './endpoint.ts'
import { groupByPorts, planSlices } from './slices.ts'

const serviceOf = (spec: Partial<k8s.ServiceSpec> = {}): k8s.Service => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web', namespace: 'default', uid: 'service' },
  spec: { selector: { app: 'web' }, ports: [{ name: 'http', port: 80, targetPort: 'http' }], ...spec },
})

describe('an endpoint', () => {
  it.each([
    { why: 'a ready pod', pod: { isReady: true }, conditions: { ready: true, serving: true, terminating: false } },
    {
      why: 'an unready one',
      pod: { isReady: false },
      conditions: { ready: false, serving: false, terminating: false },
    },
    {
      why: 'a ready one that ends',
      pod: { isDeleting: true },
      conditions: { ready: false, serving: true, terminating: true },
    },
  ])('$why', ({ pod, conditions }) => {
    const endpoint = podEndpoint(serviceOf(), podOf({ name: 'a', ip: '10.0.0.1', ...pod }))
    expect(endpoint).toMatchObject({
      addresses: ['10.0.0.1'],
      conditions,
      nodeName: 'node-1',
      targetRef: { kind: 'Pod', name: 'a' },
    })
  })
  it('publishNotReadyAddresses makes every one ready', () => {
    const service = serviceOf({ publishNotReadyAddresses: true })
    expect(podEndpoint(service, podOf({ name: 'a', isReady: false })).conditions).toMatchObject({
      ready: true,
      serving: false,
    })
  })
  it('a named port is looked up on each pod', () => {
    const withPort = (containerPort: number) =>
      podOf({ name: 'a', spec: { containers: [{ name: 'web', ports: [{ name: 'http', containerPort }] }] } })
    expect(podPorts(serviceOf(), withPort(8080))).toEqual([{ name: 'http', protocol: 'TCP', port: 8080 }])
    expect(podPorts(serviceOf(), podOf({ name: 'b' }))).toEqual([])
    expect(podPorts(serviceOf({ ports: [{ port: 80 }] }), podOf({ name: 'b' }))).toEqual([
      { name: '', protocol: 'TCP', port: 80 },
    ])
  })
})

describe('slices', () => {
  const endpoint = (id: number, port = 8080) => ({
    ports: [{ name: 'http', protocol: 'TCP', port }],
    endpoint: podEndpoint(serviceOf(), podOf({ name: `p${id}`, ip: `10.0.0.${id}` })),
  })
  /** Applies a plan as the API server would. */
  const settle = (present: k8s.EndpointSlice[], pods: ReturnType<typeof endpoint>[]) => {
    const plan = planSlices({ service: serviceOf(), groups: groupByPorts(pods), present })
    const names = unusedNames(serviceOf(), present)
    const created = plan.create.map((slice) => ({
      ...slice,
      metadata: { ...slice.metadata, name: names.next().value },
    }))
    const updated = new Map(plan.update.map((slice) => [slice.metadata.name, slice]))
    const gone = new Set(plan.delete.map(({ metadata }) => metadata.name))
    const kept = present.filter(({ metadata }) => !gone.has(metadata.name))
    return { plan, slices: [...kept.map((slice) => updated.get(slice.metadata.name) ?? slice), ...created] }
  }

  it('a service without pods keeps one empty slice', () => {
    const { slices } = settle([], [])
    expect(slices).toMatchObject([{ endpoints: [], metadata: { labels: { 'kubernetes.io/service-name': 'web' } } }])
    expect(settle(slices, []).plan).toEqual({ create: [], update: [], delete: [] })
  })
  it('pods with other port numbers have a slice of their own', () => {
    const { slices } = settle([], [endpoint(1, 8080), endpoint(2, 9090)])
    expect(slices.map(({ ports }) => ports?.[0]?.port)).toEqual([8080, 9090])
  })
  it('the second hundred has a second slice, and the change of one pod rewrites one', () => {
    const pods = Array.from({ length: 150 }, (_, id) => endpoint(id))
    const { slices } = settle([], pods)
    expect(slices.map(({ endpoints }) => endpoints.length)).toEqual([100, 50])
    const { plan } = settle(slices, pods.slice(1))
    expect([plan.create.length, plan.update.length, plan.delete.length]).toEqual([0, 1, 0])
  })

  it('hold each pod once, in full slices of at most a hundred, and come to rest, whatever came before', () => {
    const pods = fc.uniqueArray(fc.record({ id: fc.nat(250), port: fc.constantFrom(8080, 9090) }), {
      maxLength: 220,
      selector: ({ id }) => id,
    })
    fc.assert(
      fc.property(fc.array(pods, { minLength: 1, maxLength: 3 }), (history) => {
        let slices: k8s.EndpointSlice[] = []
        for (const state of history) {
          const endpoints = state.map(({ id, port }) => endpoint(id, port))
          slices = settle(slices, endpoints).slices
          const held = slices.flatMap((slice) =>
            slice.endpoints.map(({ targetRef }) => `${targetRef?.name}:${slice.ports?.[0]?.port}`),
          )
          expect(held.sort()).toEqual(state.map(({ id, port }) => `p${id}:${port}`).sort())
          for (const slice of slices) expect(slice.endpoints.length).toBeLessThanOrEqual(100)
          expect(settle(slices, endpoints).plan).toEqual({ create: [], update: [], delete: [] })
        }
      }),
      { numRuns: 40 },
    )
  })
})
