import { describe, expect, test } from 'vitest'
import * as resources from '../../generated/resources.ts'
import type { Resource } from '../../resource.ts'
import { problemsOf, withChanges } from '../testing/problems.ts'
import { validateObject } from '../validate-object.ts'

const bad = (what: string) => expect.stringContaining(what) as string
const backend = { service: { name: 's', port: { number: 80 } } }
const CLASS = 'kubernetes.io/ingress.class'

const named = (value: object) => ({ metadata: { name: 'n', namespace: 'ns' }, ...value }) as never

/** What is said of an object that is let pass. */
function warningsOf(resource: Resource, value: object, old?: object): string[] {
  const warnings: string[] = []
  const before = old === undefined ? undefined : named(old)
  expect(validateObject(resource, named(value), before, { warn: (text) => warnings.push(text) })).toEqual([])
  return warnings
}

function statusProblems(resource: Resource, value: object, status: object): string[] {
  const errors = validateObject(resource, named({ ...value, status }), named(value), { part: 'status' })
  return errors.map(({ field, message }) => `${field}: ${message}`)
}

describe('ingresses', () => {
  const ingress = { spec: { defaultBackend: backend } }

  test.each<[string, object, string[]]>([
    [
      'certificates',
      { ...ingress.spec, tls: [{ hosts: ['A', '*.a.b', 'a.*'], secretName: 'A_' }] },
      [
        bad('spec.tls[0].hosts[0]: Invalid value: "A": a lowercase RFC 1123 subdomain'),
        bad('spec.tls[0].hosts[2]: Invalid value: "a.*": a wildcard DNS-1123 subdomain'),
        bad('spec.tls[0].secretName: Invalid value: "A_": a lowercase RFC 1123 subdomain'),
      ],
    ],
    ['an empty class', { ...ingress.spec, ingressClassName: '' }, [bad('spec.ingressClassName: Invalid value: ""')]],
    [
      'a resource as a backend',
      { defaultBackend: { resource: { apiGroup: 'A', kind: 'a/b', name: '' } } },
      [
        bad('spec.defaultBackend.resource.apiGroup: Invalid value: "A"'),
        'spec.defaultBackend.resource.kind: Invalid value: "a/b": may not contain \'/\'',
        'spec.defaultBackend.resource.name: Required value',
      ],
    ],
    [
      'a path without a type',
      { rules: [{ http: { paths: [{ path: '/', backend }] } }] },
      ['spec.rules[0].http.paths[0].pathType: Required value: pathType must be specified'],
    ],
  ])('wrong: %s', (_what, spec, expected) => {
    expect(problemsOf(resources.ingresses, { spec })).toEqual(expected)
  })

  test('name their class once, or twice alike; what was made otherwise may stay', () => {
    const both = {
      metadata: { name: 'n', namespace: 'ns', annotations: { [CLASS]: 'a' } },
      spec: { ...ingress.spec, ingressClassName: 'b' },
    }
    expect(problemsOf(resources.ingresses, both)).toEqual([
      `annotations.${CLASS}: Invalid value: "a": must match \`ingressClassName\` when both are specified`,
    ])
    expect(problemsOf(resources.ingresses, both, both)).toEqual([])
    const annotated = { ...both, spec: ingress.spec }
    expect(warningsOf(resources.ingresses, annotated)).toEqual([
      `annotation "${CLASS}" is deprecated, please use 'spec.ingressClassName' instead`,
    ])
    expect(warningsOf(resources.ingresses, annotated, annotated)).toEqual([])
  })

  test('keep names that older rules let in', () => {
    const old = withChanges(ingress, { 'spec.tls': [{ secretName: 'A_' }] })
    expect(problemsOf(resources.ingresses, withChanges(old, { 'spec.ingressClassName': 'a' }), old)).toEqual([])
  })

  test('are reached where their status says', () => {
    const status = { loadBalancer: { ingress: [{ ip: 'x' }, { hostname: '1.2.3.4' }] } }
    expect(statusProblems(resources.ingresses, ingress, status)).toEqual([
      bad('status.loadBalancer.ingress[0].ip: Invalid value: "x": must be a valid IP address'),
      'status.loadBalancer.ingress[1].hostname: Invalid value: "1.2.3.4": must be a DNS name, not an IP address',
    ])
  })
})

test('load balancers: addresses that are written otherwise', () => {
  const status = { loadBalancer: { ingress: [{ ip: '010.0.0.1', ipMode: 'VIP' }] } }
  const why =
    'status.loadBalancer.ingress[0]: non-standard IP address "010.0.0.1" will be considered invalid in a future Kubernetes release: use "10.0.0.1"'
  const kinds: [Resource, object][] = [
    [resources.ingresses, { spec: { defaultBackend: backend } }],
    [resources.services, { spec: { type: 'LoadBalancer', ports: [{ port: 80 }] } }],
  ]
  for (const [resource, value] of kinds) {
    const warnings: string[] = []
    const write = { part: 'status', warn: (text: string) => warnings.push(text) } as const
    expect(validateObject(resource, named({ ...value, status }), named(value), write)).toEqual([])
    expect(warnings).toEqual([why])
  }
})

test('network policies: blocks that are written otherwise', () => {
  const spec = {
    podSelector: {},
    ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.1/8', except: ['010.1.0.0/16'] } }] }],
    policyTypes: ['Ingress'],
  }
  expect(warningsOf(resources.networkpolicies, { spec })).toEqual([
    'spec.ingress[0].from[0].ipBlock.cidr: CIDR value "10.0.0.1/8" is ambiguous in this context (should be "10.0.0.0/8" or "10.0.0.1/32"?)',
    'spec.ingress[0].from[0].ipBlock.except[0]: non-standard CIDR value "010.1.0.0/16" will be considered invalid in a future Kubernetes release: use "10.1.0.0/16"',
  ])
})

test('endpoints and slices: addresses that are written otherwise, unless a controller wrote them', () => {
  const why =
    'non-standard IP address "010.0.0.1" will be considered invalid in a future Kubernetes release: use "10.0.0.1"'
  const endpoints = { subsets: [{ addresses: [{ ip: '010.0.0.1' }] }] }
  expect(warningsOf(resources.endpoints, endpoints)).toEqual([`subsets[0].addresses[0].ip: ${why}`])
  const slice = { addressType: 'IPv4', endpoints: [{ addresses: ['010.0.0.1'] }] }
  expect(warningsOf(resources.endpointslices, slice)).toEqual([`endpoints[0].addresses[0]: ${why}`])
  const labels = { 'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io' }
  const managed = { ...slice, metadata: { name: 'n', namespace: 'ns', labels } }
  expect(warningsOf(resources.endpointslices, managed)).toEqual([])
  const domains = { addressType: 'FQDN', endpoints: [{ addresses: ['a.b'] }] }
  expect(warningsOf(resources.endpointslices, domains)).toEqual(['spec.addressType: FQDN endpoints are deprecated'])
})

test('namespaces are active until they go', () => {
  const metadata = { name: 'n' }
  expect(statusProblems(resources.namespaces, { metadata }, { phase: 'Terminating' })).toEqual([
    'status.Phase: Invalid value: "Terminating": may only be \'Active\' if `deletionTimestamp` is empty',
  ])
})

test('addresses stay with whom they are of', () => {
  const spec = (name: string) => ({
    metadata: { name: '10.0.0.1' },
    spec: { parentRef: { resource: 'services', name } },
  })
  expect(problemsOf(resources.ipaddresses, spec('a'), spec('b'))).toEqual([
    'spec.parentRef: Invalid value: {"Group":"","Resource":"services","Namespace":"","Name":"a"}: field is immutable',
  ])
})
