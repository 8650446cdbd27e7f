import { describe, expect, test } from 'vitest'
import * as resources from '../../generated/resources.ts'
import { problemsOf, withChanges } from '../testing/problems.ts'

type Rows = [string, Record<string, unknown>, string[]][]
const bad = (what: string) => expect.stringContaining(what) as string

describe('nodes', () => {
  const node = { spec: { podCIDRs: ['10.0.0.0/24'], taints: [{ key: 'a', value: 'b', effect: 'NoSchedule' }] } }
  const rows: Rows = [
    ['nothing', {}, []],
    ['no effect', { 'spec.taints[0].effect': '' }, ['metadata.taints[0].effect: Required value']],
    [
      'the effect',
      { 'spec.taints[0].effect': 'Never' },
      [
        'metadata.taints[0].effect: Unsupported value: "Never": supported values: "NoSchedule", "PreferNoSchedule", "NoExecute"',
      ],
    ],
    [
      'a taint twice',
      { 'spec.taints[1]': { key: 'a', effect: 'NoSchedule' } },
      [
        'metadata.taints[1]: Duplicate value: {"Key":"a","Value":"","Effect":"NoSchedule","TimeAdded":null}: taints must be unique by key and effect pair',
      ],
    ],
    [
      'no block',
      { 'spec.podCIDRs[0]': '10.0.0.0' },
      [bad('spec.podCIDRs[0]: Invalid value: "10.0.0.0": must be a valid CIDR value')],
    ],
    [
      'two blocks of a family',
      { 'spec.podCIDRs[1]': '10.0.1.0/24' },
      [
        'spec.podCIDRs: Invalid value: ["10.0.0.0/24","10.0.1.0/24"]: may specify no more than one CIDR for each IP family',
      ],
    ],
    [
      'less than nothing',
      { status: { capacity: { cpu: '-1' }, allocatable: {} } },
      ['status.capacity.cpu: Invalid value: "-1": must be greater than or equal to 0'],
    ],
  ]
  test.each(rows)('wrong: %s', (_what, changes, expected) => {
    expect(problemsOf(resources.nodes, withChanges(node, changes))).toEqual(expected)
  })

  test('keep their block and provider', () => {
    const old = withChanges(node, { 'spec.providerID': 'p' })
    const changed = withChanges(old, {
      'spec.podCIDRs': ['10.9.0.0/24'],
      'spec.providerID': 'q',
      'spec.unschedulable': true,
    })
    expect(problemsOf(resources.nodes, changed, old)).toEqual([
      'spec.podCIDRs: Forbidden: node updates may not change podCIDR except from "" to valid',
      'spec.providerID: Forbidden: node updates may not change providerID except from "" to valid',
    ])
  })
})

test('namespaces are held only by finalizers of known or qualified names', () => {
  expect(problemsOf(resources.namespaces, { spec: { finalizers: ['kubernetes', 'a.io/b'] } })).toEqual([])
  expect(problemsOf(resources.namespaces, { spec: { finalizers: ['mine'] } })).toEqual([
    'spec.finalizers: Invalid value: "mine": name is neither a standard finalizer name nor is it fully qualified',
  ])
})

describe('replication controllers', () => {
  const controller = {
    spec: {
      replicas: 1,
      selector: { app: 'a' },
      template: { metadata: { labels: { app: 'a' } }, spec: { containers: [{ name: 'c', image: 'i' }] } },
    },
  }
  const rows: Rows = [
    ['nothing', {}, []],
    [
      'less than none',
      { 'spec.replicas': -1 },
      ['spec.replicas: Invalid value: -1: must be greater than or equal to 0'],
    ],
    [
      'another label',
      { 'spec.selector': { app: 'b' } },
      ['spec.template.metadata.labels: Invalid value: {"app":"a"}: `selector` does not match template `labels`'],
    ],
    ['no template', { 'spec.template': undefined }, ['spec.template: Required value']],
    [
      'pods that end',
      { 'spec.template.spec.restartPolicy': 'Never', 'spec.template.spec.activeDeadlineSeconds': 5 },
      [
        'spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"',
        'spec.template.spec.activeDeadlineSeconds: Forbidden: activeDeadlineSeconds in ReplicationController is not Supported',
      ],
    ],
  ]
  test.each(rows)('wrong: %s', (_what, changes, expected) => {
    expect(problemsOf(resources.replicationcontrollers, withChanges(controller, changes))).toEqual(expected)
  })
})

test('pod templates have valid pods', () => {
  expect(problemsOf(resources.podtemplates, { template: { spec: { containers: [] } } })).toEqual([
    'template.spec.containers: Required value',
  ])
})

test('controller revisions keep an object of data', () => {
  const revision = { revision: 1, data: { a: 1 } }
  expect(problemsOf(resources.controllerrevisions, revision)).toEqual([])
  expect(problemsOf(resources.controllerrevisions, { revision: 1 })).toEqual([
    'data: Required value: data is mandatory',
  ])
  expect(problemsOf(resources.controllerrevisions, { ...revision, data: [] })).toEqual([
    'data: Required value: data must be a valid JSON object',
  ])
  expect(problemsOf(resources.controllerrevisions, { revision: 2, data: { a: 2 } }, revision)).toEqual([
    'data: Invalid value: {"a":2}: field is immutable',
  ])
})

test('leases last', () => {
  expect(problemsOf(resources.leases, { spec: { leaseDurationSeconds: 15, leaseTransitions: 0 } })).toEqual([])
  const spec = { leaseDurationSeconds: 0, leaseTransitions: -1, preferredHolder: 'a' }
  expect(problemsOf(resources.leases, { spec })).toEqual([
    'spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0',
    'spec.leaseTransitions: Invalid value: -1: must be greater than or equal to 0',
    'spec.preferredHolder: Forbidden: may only be specified if `strategy` is defined',
  ])
  expect(problemsOf(resources.leases, { spec: { strategy: 'Mine' } })).toEqual([
    'spec.strategy.strategy: Unsupported value: "Mine": supported values: "OldestEmulationVersion"',
  ])
})

describe('disruption budgets', () => {
  test.each<[string, object, string[]]>([
    ['right', { minAvailable: '50%', selector: {} }, []],
    ['both', { minAvailable: 1, maxUnavailable: 1 }, [bad('spec: Invalid value: ')]],
    [
      'less than none',
      { minAvailable: -1 },
      ['spec.minAvailable: Invalid value: -1: must be greater than or equal to 0'],
    ],
    [
      'more than all',
      { maxUnavailable: '101%' },
      ['spec.maxUnavailable: Invalid value: "101%": must not be greater than 100%'],
    ],
    [
      'the policy',
      { unhealthyPodEvictionPolicy: 'Never' },
      [
        'spec.unhealthyPodEvictionPolicy: Unsupported value: "Never": supported values: "AlwaysAllow", "IfHealthyBudget"',
      ],
    ],
  ])('%s', (_what, spec, expected) => {
    expect(problemsOf(resources.poddisruptionbudgets, { spec })).toEqual(expected)
  })
})

describe('events', () => {
  const fresh = {
    eventTime: '2026-01-01T00:00:00.000000Z',
    regarding: { kind: 'Pod', namespace: 'ns', name: 'p' },
    reportingController: 'a.io/c',
    reportingInstance: 'c-1',
    action: 'Run',
    reason: 'Ran',
    type: 'Normal',
  }
  const rows: Rows = [
    ['nothing', {}, []],
    ['no time', { eventTime: undefined }, ['eventTime: Required value']],
    ['no action', { action: undefined }, ['action: Required value']],
    ['a long reason', { reason: 'x'.repeat(129) }, ['reason: Invalid value: "": can have at most 128 characters']],
    ['the type', { type: 'Odd' }, ['type: Invalid value: "": has invalid value: Odd']],
    ['fields of old', { deprecatedCount: 2 }, ['count: Invalid value: "": needs to be unset']],
    [
      'a series of one',
      { series: { count: 1, lastObservedTime: '2026-01-01T00:00:00.000000Z' } },
      ['series.count: Invalid value: "": should be at least 2'],
    ],
  ]
  test.each(rows)('new ones, wrong: %s', (_what, changes, expected) => {
    expect(problemsOf(resources.eventsV1Events, withChanges(fresh, changes))).toEqual(expected)
  })

  test('keep what they say, but may become a series', () => {
    const series = { count: 2, lastObservedTime: '2026-01-01T00:00:00.000000Z' }
    expect(problemsOf(resources.eventsV1Events, { ...fresh, series }, fresh)).toEqual([])
    expect(problemsOf(resources.eventsV1Events, { ...fresh, note: 'other' }, fresh)).toEqual([
      'message: Invalid value: "other": field is immutable',
    ])
  })

  test('of the core group need only be where their object is', () => {
    expect(problemsOf(resources.events, { involvedObject: { namespace: 'ns' } })).toEqual([])
    expect(problemsOf(resources.events, { involvedObject: { namespace: 'other' } })).toEqual([
      'involvedObject.namespace: Invalid value: "other": does not match event.namespace',
    ])
  })
})
