import { describe, expect, test } from 'vitest'
import { limitranges, priorityclasses, resourcequotas } from '../../generated/resources.ts'
import type { KubeObject } from '../../object.ts'
import type { Resource } from '../../resource.ts'
import { validateObject } from '../index.ts'

const problems = (resource: Resource, value: object, old?: object) => {
  const of = (one: object) => {
    const metadata = {
      name: 'x',
      ...(resource.namespaced && { namespace: 'n' }),
      ...(one as { metadata?: object }).metadata,
    }
    return { ...one, metadata } as KubeObject
  }
  return validateObject(resource, of(value), old && of(old)).map(({ field, message }) => `${field}: ${message}`)
}

describe('a quota', () => {
  const quota = (spec: object) => problems(resourcequotas, { spec })
  test('may limit what is known, and anything by count and class', () => {
    const hard = {
      pods: '1',
      'requests.cpu': '1500m',
      'requests.hugepages-2Mi': '4Mi',
      'requests.example.com/gpu': '1',
      'count/foos.example.com': '2',
      'gold.storageclass.storage.k8s.io/requests.storage': '1Gi',
    }
    expect(quota({ hard })).toEqual([])
  })

  test.each<[object, string]>([
    [
      { hard: { apples: '1' } },
      'spec.hard[apples]: Invalid value: "apples": must be a standard resource type or fully qualified',
    ],
    [{ hard: { pods: '-1' } }, 'spec.hard[pods]: Invalid value: "-1": must be greater than or equal to 0'],
    [{ hard: { pods: '1500m' } }, 'spec.hard[pods]: Invalid value: "1500m": must be an integer'],
    [{ scopes: ['Some'] }, 'spec.scopes: Invalid value: ["Some"]: unsupported scope'],
    [
      { hard: { services: '1' }, scopes: ['BestEffort'] },
      'spec.scopes: Invalid value: ["BestEffort"]: unsupported scope applied to resource',
    ],
    [
      { scopes: ['BestEffort', 'NotBestEffort'] },
      'spec.scopes: Invalid value: ["BestEffort","NotBestEffort"]: conflicting scopes',
    ],
    [
      { scopeSelector: { matchExpressions: [{ scopeName: 'PriorityClass', operator: 'In' }] } },
      "spec.scopeSelector.matchExpressions.values: Required value: must be at least one value when `operator` is 'In' or 'NotIn' for scope selector",
    ],
  ])('%o is refused', (spec, problem) => {
    expect(quota(spec)).toContain(problem)
  })

  test('keeps its scopes', () => {
    expect(problems(resourcequotas, { spec: { scopes: ['Terminating'] } }, { spec: {} })).toContain(
      'spec.scopes: Invalid value: ["Terminating"]: field is immutable',
    )
  })
})

describe('a limit range', () => {
  test.each<[object, string[]]>([
    [
      { type: 'Container', min: { cpu: '1' }, defaultRequest: { cpu: '2' }, default: { cpu: '3' }, max: { cpu: '4' } },
      [],
    ],
    [
      { type: 'Container', min: { cpu: '2' }, max: { cpu: '1' } },
      ['min[cpu]: Invalid value: "2": min value 2 is greater than max value 1'],
    ],
    [{ type: 'Pod', default: { cpu: '1' } }, ["default: Forbidden: may not be specified when `type` is 'Pod'"]],
    [
      { type: 'PersistentVolumeClaim' },
      ['limits: Required value: either minimum or maximum storage value is required, but neither was provided'],
    ],
    [
      { type: 'Container', max: { pods: '1' } },
      ['max[pods]: Invalid value: "pods": must be a standard resource for containers'],
    ],
    [
      { type: 'Container', maxLimitRequestRatio: { cpu: '5' }, min: { cpu: '1' }, max: { cpu: '2' } },
      ['maxLimitRequestRatio[cpu]: Invalid value: "5": ratio 5 is greater than max/min = 2.000000'],
    ],
    [{ type: 'Box' }, ['type: Invalid value: "Box": must be a standard limit type or fully qualified']],
  ])('%o', (item, expected) => {
    expect(problems(limitranges, { spec: { limits: [item] } })).toEqual(expected.map((one) => `spec.limits[0].${one}`))
  })
})

describe('a priority class', () => {
  test.each<[object, string[]]>([
    [{ value: 1_000_000_000 }, []],
    [{ value: 1_000_000_001 }, ['value: Forbidden: maximum allowed value of a user defined priority is 1000000000']],
    [{ metadata: { name: 'system-node-critical' }, value: 2_000_001_000 }, []],
    [
      { metadata: { name: 'system-mine' }, value: 1 },
      [
        "metadata.name: Forbidden: priority class names with 'system-' prefix are reserved for system use only. error: system-mine is not a known system priority class",
      ],
    ],
  ])('%o', (value, expected) => {
    expect(problems(priorityclasses, value)).toEqual(expected)
  })

  test('keeps its value', () => {
    expect(problems(priorityclasses, { value: 2 }, { value: 1 })).toContain(
      'value: Forbidden: may not be changed in an update.',
    )
  })
})
