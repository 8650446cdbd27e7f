import { describe, expect, test } from 'vitest'
import * as resources from '../../generated/resources.ts'
import { problemsOf, withChanges } from '../testing/problems.ts'

type Rows = [string, Record<string, unknown>, string[]][]
const bad = (what: string) => expect.stringContaining(what) as string

describe('network policies', () => {
  const policy = {
    spec: {
      podSelector: {},
      ingress: [
        {
          ports: [{ port: 80, endPort: 90 }],
          from: [{ podSelector: {} }, { ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] } }],
        },
      ],
      egress: [{ to: [{ namespaceSelector: {}, podSelector: {} }] }],
    },
  }
  const rows: Rows = [
    ['nothing', {}, []],
    [
      'the protocol',
      { 'spec.ingress[0].ports[0].protocol': 'ICMP' },
      ['spec.ingress[0].ports[0].protocol: Unsupported value: "ICMP": supported values: "TCP", "UDP", "SCTP"'],
    ],
    [
      'the end before the port',
      { 'spec.ingress[0].ports[0].endPort': 79 },
      ['spec.ingress[0].ports[0].endPort: Invalid value: 80: must be greater than or equal to `port`'],
    ],
    [
      'an end without a port',
      { 'spec.ingress[0].ports[0].port': undefined },
      ['spec.ingress[0].ports[0].endPort: Invalid value: 90: may not be specified when `port` is not specified'],
    ],
    [
      'an end of a named port',
      { 'spec.ingress[0].ports[0].port': 'web' },
      ['spec.ingress[0].ports[0].endPort: Invalid value: 90: may not be specified when `port` is non-numeric'],
    ],
    ['an empty peer', { 'spec.egress[0].to[0]': {} }, ['spec.egress[0].to[0]: Required value: must specify a peer']],
    [
      'a block beside a selector',
      { 'spec.ingress[0].from[1].podSelector': {} },
      ['spec.ingress[0].from[1]: Forbidden: may not specify both ipBlock and another peer'],
    ],
    [
      'no block',
      { 'spec.ingress[0].from[1].ipBlock.cidr': '10.0.0.0' },
      [bad('spec.ingress[0].from[1].ipBlock.cidr: Invalid value: "10.0.0.0": must be a valid CIDR value')],
    ],
    [
      'an exception outside',
      { 'spec.ingress[0].from[1].ipBlock.except': ['11.0.0.0/16', '10.0.0.0/8'] },
      [
        'spec.ingress[0].from[1].ipBlock.except[0]: Invalid value: "11.0.0.0/16": must be a strict subset of `cidr`',
        'spec.ingress[0].from[1].ipBlock.except[1]: Invalid value: "10.0.0.0/8": must be a strict subset of `cidr`',
      ],
    ],
    [
      'the types',
      { 'spec.policyTypes': ['Ingress', 'Through'] },
      ['spec.policyTypes[1]: Unsupported value: "Through": supported values: "Ingress", "Egress"'],
    ],
    [
      'too many types',
      { 'spec.policyTypes': ['Ingress', 'Egress', 'Egress'] },
      [
        bad(
          'spec.policyTypes: Invalid value: ["Ingress","Egress","Egress"]: may not specify more than two policyTypes',
        ),
      ],
    ],
  ]
  test.each(rows)('wrong: %s', (_what, changes, expected) => {
    expect(problemsOf(resources.networkpolicies, withChanges(policy, changes))).toEqual(expected)
  })
})

describe('endpoint slices', () => {
  const slice = {
    addressType: 'IPv4',
    ports: [{ name: 'web', port: 80 }],
    endpoints: [{ addresses: ['10.0.0.1'], hints: { forZones: [{ name: 'a' }] } }],
  }
  const rows: Rows = [
    ['nothing', {}, []],
    [
      'the type',
      { addressType: 'IPX' },
      ['addressType: Unsupported value: "IPX": supported values: "FQDN", "IPv4", "IPv6"'],
    ],
    [
      'no address',
      { 'endpoints[0].addresses': [] },
      ['endpoints[0].addresses: Required value: must contain at least 1 address'],
    ],
    [
      'another family',
      { addressType: 'IPv6' },
      ['endpoints[0].addresses: Invalid value: "10.0.0.1": must be an IPv6 address'],
    ],
    [
      'the loopback',
      { 'endpoints[0].addresses': ['127.0.0.1'] },
      [
        'endpoints[0].addresses[0]: Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8, ::1/128)',
      ],
    ],
    [
      'a short domain',
      { addressType: 'FQDN', 'endpoints[0].addresses': ['localhost'] },
      [
        'endpoints[0].addresses[0]: Invalid value: "localhost": should be a domain with at least two segments separated by dots',
      ],
    ],
    ['two ports of a name', { ports: [{ port: 1 }, { port: 2 }] }, ['ports[1].name: Duplicate value: ""']],
    [
      'zones twice',
      { 'endpoints[0].hints.forZones': [{ name: 'a' }, { name: 'a' }] },
      ['endpoints[0].hints.forZones[1].name: Duplicate value: "a"'],
    ],
    [
      'too many endpoints',
      { endpoints: Array.from({ length: 1001 }, () => ({ addresses: ['10.0.0.1'] })) },
      ['endpoints: Too many: 1001: must have at most 1000 items'],
    ],
  ]
  test.each(rows)('wrong: %s', (_what, changes, expected) => {
    expect(problemsOf(resources.endpointslices, withChanges(slice, changes))).toEqual(expected)
  })

  test('keep their type, and bad endpoints that they had', () => {
    const old = withChanges(slice, { 'endpoints[0].addresses': ['127.0.0.1'] })
    expect(problemsOf(resources.endpointslices, old, old)).toEqual([])
    expect(problemsOf(resources.endpointslices, { ...slice, addressType: 'FQDN' }, slice)).toContain(
      'addressType: Invalid value: "FQDN": field is immutable',
    )
  })
})

describe('endpoints', () => {
  const endpoints = { subsets: [{ addresses: [{ ip: '10.0.0.1' }], ports: [{ port: 80 }] }] }
  const rows: Rows = [
    ['nothing', {}, []],
    [
      'an empty subset',
      { subsets: [{}] },
      ['subsets[0]: Required value: must specify `addresses` or `notReadyAddresses`'],
    ],
    [
      'unnamed ports',
      { 'subsets[0].ports': [{ port: 1 }, { port: 2, name: 'b' }] },
      ['subsets[0].ports[0].name: Required value'],
    ],
    [
      'the port',
      { 'subsets[0].ports[0].port': 66_000 },
      ['subsets[0].ports[0].port: Invalid value: 66000: must be between 1 and 65535, inclusive'],
    ],
    [
      'no address',
      { 'subsets[0].addresses[0].ip': 'here' },
      [
        bad('subsets[0].addresses[0].ip: Invalid value: "here": must be a valid IP address, (e.g.'),
        'subsets[0].addresses[0].ip: Invalid value: "here": must be a valid IP address',
      ],
    ],
    [
      'an address of the link',
      { 'subsets[0].addresses[0].ip': 'fe80::1' },
      [
        'subsets[0].addresses[0].ip: Invalid value: "fe80::1": may not be in the link-local range (169.254.0.0/16, fe80::/10)',
      ],
    ],
  ]
  test.each(rows)('wrong: %s', (_what, changes, expected) => {
    expect(problemsOf(resources.endpoints, withChanges(endpoints, changes))).toEqual(expected)
  })
})

describe('ingress classes', () => {
  const ingressClass = {
    spec: {
      controller: 'example.com/ingress',
      parameters: { kind: 'K', name: 'p', scope: 'Namespace', namespace: 'x' },
    },
  }
  const rows: Rows = [
    ['nothing', {}, []],
    ['no controller', { 'spec.controller': undefined }, ['spec.controller: Required value']],
    [
      'no path',
      { 'spec.controller': 'ingress' },
      ['spec.controller: Invalid value: "ingress": must be a domain-prefixed path (such as "acme.io/foo")'],
    ],
    [
      'no namespace',
      { 'spec.parameters.namespace': undefined },
      ["spec.parameters.namespace: Required value: `parameters.scope` is set to 'Namespace'"],
    ],
    [
      'a namespace too many',
      { 'spec.parameters.scope': 'Cluster' },
      ["spec.parameters.namespace: Forbidden: `parameters.scope` is set to 'Cluster'"],
    ],
    [
      'the scope',
      { 'spec.parameters.scope': 'World' },
      ['spec.parameters.scope: Unsupported value: "World": supported values: "Cluster", "Namespace"'],
    ],
  ]
  test.each(rows)('wrong: %s', (_what, changes, expected) => {
    expect(problemsOf(resources.ingressclasses, withChanges(ingressClass, changes))).toEqual(expected)
  })

  test('keep their controller', () => {
    const changed = withChanges(ingressClass, { 'spec.controller': 'example.com/other' })
    expect(problemsOf(resources.ingressclasses, changed, ingressClass)).toEqual([
      'spec.controller: Invalid value: "example.com/other": field is immutable',
    ])
  })
})

describe('service ranges', () => {
  const cidrs = (...values: string[]) => ({ spec: { cidrs: values } })
  test.each<[string, object, object | undefined, string[]]>([
    ['both families', cidrs('10.0.0.0/16', 'fd00::/64'), undefined, []],
    ['none', cidrs(), undefined, ['spec.cidrs: Required value: at least one CIDR required']],
    [
      'host bits',
      cidrs('10.0.0.1/16'),
      undefined,
      ['spec.cidrs[0]: Invalid value: "10.0.0.1/16": must not have bits set beyond the prefix length'],
    ],
    [
      'one family twice',
      cidrs('10.0.0.0/16', '10.1.0.0/16'),
      undefined,
      [
        bad(
          'spec.cidrs: Invalid value: ["10.0.0.0/16","10.1.0.0/16"]: may specify no more than one IP for each IP family',
        ),
      ],
    ],
    ['a second one', cidrs('10.0.0.0/16', 'fd00::/64'), cidrs('10.0.0.0/16'), []],
    [
      'another first',
      cidrs('10.1.0.0/16'),
      cidrs('10.0.0.0/16'),
      ['spec.cidrs[0]: Invalid value: "10.1.0.0/16": field is immutable'],
    ],
    [
      'one less',
      cidrs('10.0.0.0/16'),
      cidrs('10.0.0.0/16', 'fd00::/64'),
      ['spec.cidrs: Invalid value: ["10.0.0.0/16"]: field is immutable'],
    ],
  ])('%s', (_what, value, before, expected) => {
    expect(problemsOf(resources.servicecidrs, value, before)).toEqual(expected)
  })

  test('addresses are named by their canonical form and belong to something', () => {
    const spec = { parentRef: { resource: 'services', name: 'web', namespace: 'ns' } }
    expect(problemsOf(resources.ipaddresses, { metadata: { name: '10.0.0.1' }, spec })).toEqual([])
    expect(problemsOf(resources.ipaddresses, { metadata: { name: '2001:DB8::1' }, spec })).toEqual([
      'metadata.name: Invalid value: "2001:DB8::1": must be in canonical form ("2001:db8::1")',
    ])
    const moved = { parentRef: { ...spec.parentRef, name: 'other' } }
    expect(
      problemsOf(
        resources.ipaddresses,
        { metadata: { name: '::1' }, spec: moved },
        { metadata: { name: '::1' }, spec },
      ),
    ).toEqual([bad('spec.parentRef: Invalid value: ')])
  })
})
