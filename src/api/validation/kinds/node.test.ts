import { describe, expect, test } from 'vitest'
import * as resources from '../../generated/resources.ts'
import { problemsOf, statusProblemsOf, warningsOf } from '../testing/problems.ts'

// As kube-apiserver v1.34.2 answers.

describe('nodes', () => {
  test.each<[object: object, problems: string[]]>([
    [{}, []],
    [
      { metadata: { name: 'A_' } },
      [
        `metadata.name: Invalid value: "A_": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')`,
      ],
    ],
    [{ spec: { podCIDRs: ['1.2.3.4/24'] } }, []],
    [{ spec: { podCIDRs: ['01.2.3.0/24', '::/64'] } }, []],
    [
      {
        status: {
          capacity: { cpu: '-1', pods: '1500m', 'a.b/c': '1500m' },
          allocatable: { memory: '-1' },
          addresses: [
            { type: 'InternalIP', address: 'x' },
            { type: 'InternalIP', address: 'x' },
          ],
        },
      },
      [
        'status.capacity.cpu: Invalid value: "-1": must be greater than or equal to 0',
        'status.capacity.pods: Invalid value: "1500m": must be an integer',
        'status.capacity.a.b/c: Invalid value: "1500m": must be an integer',
        'status.allocatable.memory: Invalid value: "-1": must be greater than or equal to 0',
      ],
    ],
    [
      {
        metadata: {
          labels: { 'beta.kubernetes.io/arch': 'x' },
          annotations: { 'scheduler.alpha.kubernetes.io/preferAvoidPods': '{}' },
        },
      },
      [],
    ],
    [
      { metadata: { annotations: { 'scheduler.alpha.kubernetes.io/preferAvoidPods': 'x' } } },
      [
        `metadata.annotations.AvoidPods: Invalid value: "scheduler.alpha.kubernetes.io/preferAvoidPods": invalid character 'x' looking for beginning of value`,
      ],
    ],
    [{ spec: { unschedulable: true, providerID: 'x', externalID: 'y' } }, []],
  ])('new: %j', (object, problems) => {
    expect(problemsOf(resources.nodes, object)).toEqual(problems)
  })

  test.each<[before: object, object: object, problems: string[]]>([
    [
      { spec: { podCIDRs: ['1.2.3.0/24'], providerID: 'a' } },
      { spec: { podCIDRs: ['1.2.4.0/24'], providerID: 'b' } },
      [
        'spec.podCIDRs: Forbidden: node updates may not change podCIDR except from "" to valid',
        'spec.providerID: Forbidden: node updates may not change providerID except from "" to valid',
      ],
    ],
    [
      { spec: { podCIDR: '1.2.3.0/24' } },
      { spec: {} },
      ['spec.podCIDRs: Forbidden: node updates may not change podCIDR except from "" to valid'],
    ],
    [{}, { spec: { externalID: 'y' } }, ['spec.externalID: Forbidden: may not be updated']],
    [
      { spec: { taints: [{ key: 'a', effect: 'NoSchedule' }] } },
      { spec: { taints: [{ key: 'a', effect: 'NoExecute', value: 'x y' }] } },
      [
        `metadata.taints[0].value: Invalid value: "x y": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')`,
        `metadata.taints[0].value: Invalid value: "x y": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')`,
      ],
    ],
  ])('changed: %j to %j', (before, object, problems) => {
    expect(problemsOf(resources.nodes, object, before)).toEqual(problems)
  })

  test.each<[object: object, problems: string[]]>([
    [
      {
        status: {
          addresses: [
            { type: 'A', address: 'x' },
            { type: 'A', address: 'x' },
          ],
          capacity: { cpu: '-1' },
        },
      },
      [
        'status.capacity.cpu: Invalid value: "-1": must be greater than or equal to 0',
        'status.allocatable.cpu: Invalid value: "-1": must be greater than or equal to 0',
        'status.addresses[1]: Duplicate value: {"Type":"A","Address":"x"}',
      ],
    ],
    [{ status: { conditions: [{ type: 'Ready', status: 'True' }], nodeInfo: {}, capacity: { cpu: '1' } } }, []],
    [{ status: { daemonEndpoints: { kubeletEndpoint: { Port: 5 } } } }, []],
  ])('with a status: %j', (object, problems) => {
    expect(statusProblemsOf(resources.nodes, object, {})).toEqual(problems)
  })

  test.each<[object: object, warnings: string[]]>([
    [
      { spec: { podCIDRs: ['1.2.3.4/24'] } },
      [
        'spec.podCIDRs[0]: CIDR value "1.2.3.4/24" is ambiguous in this context (should be "1.2.3.0/24" or "1.2.3.4/32"?)',
      ],
    ],
    [
      { spec: { podCIDRs: ['01.2.3.0/24', '::/64'] } },
      [
        'spec.podCIDRs[0]: non-standard CIDR value "01.2.3.0/24" will be considered invalid in a future Kubernetes release: use "1.2.3.0/24"',
      ],
    ],
    [
      { spec: { unschedulable: true, providerID: 'x', externalID: 'y' } },
      ['spec.externalID: this field is deprecated, and is unused by Kubernetes'],
    ],
  ])('with a word: %j', (object, warnings) => {
    expect(warningsOf(resources.nodes, object)).toEqual(warnings)
  })
})
