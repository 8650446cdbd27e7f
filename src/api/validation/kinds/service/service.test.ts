import { describe, expect, test } from 'vitest'
import { services } from '../../../generated/resources.ts'
import { problemsOf, withChanges } from '../../testing/problems.ts'
import { validateBalancerStatus } from './balancer-status.ts'
import { serviceWarnings } from './warnings.ts'

type Rows = [string, Record<string, unknown>, string[]][]

const service = { spec: { clusterIP: '10.96.0.7', clusterIPs: ['10.96.0.7'], ports: [{ port: 80 }] } }
const balanced = { ...service.spec, type: 'LoadBalancer' }
const ONLY_BALANCED = "Forbidden: may only be used when `type` is 'LoadBalancer'"

describe('services', () => {
  const rows: Rows = [
    ['nothing', {}, []],
    ['no ports', { 'spec.ports': [] }, ['spec.ports: Required value']],
    [
      'a port without a number',
      { 'spec.ports': [{}] },
      [
        'spec.ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive',
        'spec.ports[0].targetPort: Invalid value: 0: must be between 1 and 65535, inclusive',
      ],
    ],
    [
      'a port twice',
      {
        'spec.ports': [
          { name: 'a', port: 80 },
          { name: 'b', port: 80 },
        ],
      },
      [
        'spec.ports[1]: Duplicate value: {"Name":"","Protocol":"TCP","AppProtocol":null,"Port":80,"TargetPort":0,"NodePort":0}',
      ],
    ],
    [
      'addresses without the first',
      { 'spec.clusterIP': undefined },
      ['spec.clusterIPs: Invalid value: ["10.96.0.7"]: must be empty when `clusterIP` is not specified'],
    ],
    [
      'two addresses of a family',
      { 'spec.clusterIPs': ['10.96.0.7', '10.96.0.8'] },
      ['spec.clusterIPs: Invalid value: ["10.96.0.7","10.96.0.8"]: may specify no more than one IP for each IP family'],
    ],
    [
      'families',
      { 'spec.ipFamilies': ['x', 'IPv4', 'IPv4'], 'spec.ipFamilyPolicy': 'X' },
      [
        'spec.ipFamilies[0]: Unsupported value: "x": supported values: "IPv4", "IPv6"',
        'spec.ipFamilies[2]: Duplicate value: "IPv4"',
        'spec.ipFamilyPolicy: Unsupported value: "X": supported values: "PreferDualStack", "RequireDualStack", "SingleStack"',
      ],
    ],
    [
      'a family that is not the address’',
      { 'spec.ipFamilies': ['IPv6'] },
      ['spec.clusterIPs[0]: Invalid value: "10.96.0.7": expected an IPv6 value as indicated by `ipFamilies[0]`'],
    ],
    [
      'external addresses',
      { 'spec.externalIPs': ['x', '0.0.0.0', '01.2.3.4'] },
      [
        'spec.externalIPs[0]: Invalid value: "x": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
        'spec.externalIPs[1]: Invalid value: "0.0.0.0": may not be unspecified (0.0.0.0)',
      ],
    ],
    [
      'what is for load balancers alone',
      {
        'spec.loadBalancerSourceRanges': ['10.0.0.0/8'],
        'spec.allocateLoadBalancerNodePorts': false,
        'spec.loadBalancerClass': 'a',
      },
      [
        `spec.LoadBalancerSourceRanges: ${ONLY_BALANCED}`,
        `spec.allocateLoadBalancerNodePorts: ${ONLY_BALANCED}`,
        `spec.loadBalancerClass: ${ONLY_BALANCED}`,
      ],
    ],
    [
      'ranges of sources',
      { spec: { ...balanced, loadBalancerSourceRanges: [' 10.0.0.0/8 ', 'x'] } },
      [
        'spec.LoadBalancerSourceRanges[1]: Invalid value: "x": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)',
      ],
    ],
    [
      'a policy for traffic that does not come',
      { 'spec.externalTrafficPolicy': 'Local', 'spec.healthCheckNodePort': 3 },
      [
        'spec.externalTrafficPolicy: Invalid value: "Local": may only be set for externally-accessible services',
        "spec.healthCheckNodePort: Invalid value: 3: may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'",
      ],
    ],
    [
      'a distribution',
      { 'spec.trafficDistribution': 'X' },
      [
        'spec.trafficDistribution: Unsupported value: "X": supported values: "PreferClose", "PreferSameZone", "PreferSameNode"',
      ],
    ],
    [
      'annotations that differ',
      {
        metadata: {
          name: 'n',
          namespace: 'ns',
          annotations: {
            'service.kubernetes.io/topology-aware-hints': 'auto',
            'service.kubernetes.io/topology-mode': 'off',
          },
        },
      },
      [
        'metadata.annotations[service.kubernetes.io/topology-mode]: Invalid value: "off": must match annotations[service.kubernetes.io/topology-aware-hints] when both are specified',
      ],
    ],
  ]
  test.each(rows)('wrong: %s', (_what, changes, expected) => {
    expect(problemsOf(services, withChanges(service, changes))).toEqual(expected)
  })

  const changes: [string, object, Record<string, unknown>, string[]][] = [
    ['nothing', service, {}, []],
    [
      'the address',
      service,
      { 'spec.clusterIP': '10.96.0.8', 'spec.clusterIPs': ['10.96.0.8'] },
      ['spec.clusterIPs[0]: Invalid value: ["10.96.0.8"]: may not change once set'],
    ],
    [
      'the class of its load balancer, whose form is looked at twice',
      { spec: { ...balanced, loadBalancerClass: 'a' } },
      { 'spec.loadBalancerClass': 'a b' },
      [
        'spec.loadBalancerClass: Invalid value: "a b": may not change once set',
        expect.stringContaining('spec.loadBalancerClass: Invalid value: "a b": name part must consist of') as string,
        expect.stringContaining('spec.loadBalancerClass: Invalid value: "a b": name part must consist of') as string,
      ],
    ],
    [
      'the port that its health is asked on',
      { spec: { ...balanced, externalTrafficPolicy: 'Local', healthCheckNodePort: 30_001 } },
      { 'spec.healthCheckNodePort': 30_002 },
      ['spec.healthCheckNodePort: Forbidden: field is immutable'],
    ],
    [
      'what was let in once',
      { spec: { ...service.spec, externalIPs: ['x'] } },
      {},
      ['spec.externalIPs[0]: Invalid value: "x": must be a valid IP address'],
    ],
  ]
  test.each(changes)('changed: %s', (_what, old, changed, expected) => {
    expect(problemsOf(services, withChanges(old, changed), old)).toEqual(expected)
  })

  test('what is said of one that is let pass', () => {
    const spec = {
      type: 'ClusterIP',
      clusterIP: 'None',
      sessionAffinity: 'ClientIP',
      externalIPs: ['010.0.0.1', '2001:DB8::'],
      externalName: 'a',
      loadBalancerSourceRanges: ['10.0.0.1/8', '010.0.0.0/8'],
    }
    expect(serviceWarnings({ metadata: { name: 'n' }, spec })).toEqual([
      'spec.externalIPs is ignored for headless services',
      'spec.SessionAffinity is ignored for headless services',
      'spec.externalIPs[0]: non-standard IP address "010.0.0.1" will be considered invalid in a future Kubernetes release: use "10.0.0.1"',
      'spec.externalIPs[1]: IPv6 address "2001:DB8::" should be in RFC 5952 canonical format ("2001:db8::")',
      'spec.loadBalancerSourceRanges[0]: CIDR value "10.0.0.1/8" is ambiguous in this context (should be "10.0.0.0/8" or "10.0.0.1/32"?)',
      'spec.loadBalancerSourceRanges[1]: non-standard CIDR value "010.0.0.0/8" will be considered invalid in a future Kubernetes release: use "10.0.0.0/8"',
      'spec.externalName is ignored when spec.type is not "ExternalName"',
    ])
  })

  test('where its load balancer may be reached', () => {
    const problems = (type: string, ...ingress: object[]) =>
      validateBalancerStatus({ loadBalancer: { ingress } }, undefined, { type }).map(
        ({ field, message }) => `${field.slice('status.loadBalancer.ingress'.length)}: ${message}`,
      )
    expect(problems('ClusterIP', { ip: '1.2.3.4' })).toEqual([
      ": Forbidden: may only be used when `spec.type` is 'LoadBalancer'",
    ])
    expect(
      problems('LoadBalancer', { ip: '1.2.3.4', ipMode: 'VIP' }, { ip: '1.2.3.4' }, { hostname: 'a', ipMode: 'VIP' }),
    ).toEqual([
      '[1].ipMode: Required value: must be specified when `ip` is set',
      '[2].ipMode: Forbidden: may not be specified when `ip` is not set',
    ])
    expect(problems('LoadBalancer', { hostname: '1.2.3.4' })).toEqual([
      '[0].hostname: Invalid value: "1.2.3.4": must be a DNS name, not an IP address',
    ])
  })
})
