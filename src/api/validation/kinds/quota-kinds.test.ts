import { describe, expect, test } from 'vitest'
import * as resources from '../../generated/resources.ts'
import { problemsOf, statusProblemsOf } from '../testing/problems.ts'

// As kube-apiserver v1.34.2 answers.

describe('limitranges', () => {
  test.each<[object: object, problems: string[]]>([
    [{}, []],
    [{ spec: {} }, []],
    [
      { spec: { limits: [{}] } },
      [
        'spec.limits[0].type: Invalid value: "": name part must be non-empty',
        `spec.limits[0].type: Invalid value: "": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')`,
      ],
    ],
    [
      {
        spec: {
          limits: [
            { type: 'X' },
            { type: 'a b' },
            { type: 'a/b' },
            { type: 'Pod', default: { cpu: '1' }, defaultRequest: { cpu: '1' } },
            { type: 'Pod' },
            { type: 'PersistentVolumeClaim' },
          ],
        },
      },
      [
        'spec.limits[0].type: Invalid value: "X": must be a standard limit type or fully qualified',
        `spec.limits[1].type: Invalid value: "a b": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')`,
        "spec.limits[3].default: Forbidden: may not be specified when `type` is 'Pod'",
        "spec.limits[3].defaultRequest: Forbidden: may not be specified when `type` is 'Pod'",
        'spec.limits[4].type: Duplicate value: "Pod"',
        'spec.limits[5].limits: Required value: either minimum or maximum storage value is required, but neither was provided',
      ],
    ],
    [
      {
        spec: {
          limits: [
            {
              type: 'Container',
              min: { cpu: '2' },
              max: { cpu: '1' },
              default: { cpu: '3' },
              defaultRequest: { cpu: '4' },
              maxLimitRequestRatio: { cpu: '500m' },
            },
          ],
        },
      },
      [
        'spec.limits[0].min[cpu]: Invalid value: "2": min value 2 is greater than max value 1',
        'spec.limits[0].defaultRequest[cpu]: Invalid value: "4": default request value 4 is greater than max value 1',
        'spec.limits[0].defaultRequest[cpu]: Invalid value: "4": default request value 4 is greater than default limit value 3',
        'spec.limits[0].default[cpu]: Invalid value: "1": default value 3 is greater than max value 1',
        'spec.limits[0].maxLimitRequestRatio[cpu]: Invalid value: "500m": ratio 500m is less than 1',
      ],
    ],
    [
      {
        spec: {
          limits: [
            {
              type: 'Container',
              max: { memory: '1Gi' },
              min: { memory: '512Mi' },
              maxLimitRequestRatio: { memory: '10' },
            },
          ],
        },
      },
      ['spec.limits[0].maxLimitRequestRatio[memory]: Invalid value: "10": ratio 10 is greater than max/min = 2.000000'],
    ],
    [
      { spec: { limits: [{ type: 'Container', default: { 'a.b/c': '2' }, defaultRequest: { 'a.b/c': '1' } }] } },
      [
        'spec.limits[0].defaultRequest[a.b/c]: Invalid value: "1": default value 2 must equal to defaultRequest value 1 in a.b/c',
      ],
    ],
    [
      { spec: { limits: [{ type: 'PersistentVolumeClaim', max: { storage: '1Gi' }, min: { storage: '2Gi' } }] } },
      ['spec.limits[0].min[storage]: Invalid value: "2Gi": min value 2Gi is greater than max value 1Gi'],
    ],
    [
      {
        spec: {
          limits: [{ type: 'Container', max: { cpu: '1' }, min: { cpu: '0' }, maxLimitRequestRatio: { cpu: '2' } }],
        },
      },
      [],
    ],
    [
      {
        spec: {
          limits: [{ type: 'Container', min: { cpu: '100m' }, max: { cpu: '1' }, defaultRequest: { memory: '1' } }],
        },
      },
      [],
    ],
  ])('new: %j', (object, problems) => {
    expect(problemsOf(resources.limitranges, object)).toEqual(problems)
  })

  test.each<[before: object, object: object, problems: string[]]>([
    [
      { spec: { limits: [] } },
      { spec: { limits: [{ type: 'X' }] } },
      ['spec.limits[0].type: Invalid value: "X": must be a standard limit type or fully qualified'],
    ],
  ])('changed: %j to %j', (before, object, problems) => {
    expect(problemsOf(resources.limitranges, object, before)).toEqual(problems)
  })
})

describe('resourcequotas', () => {
  test.each<[object: object, problems: string[]]>([
    [{}, []],
    [{ spec: { scopes: ['X'] } }, ['spec.scopes: Invalid value: ["X"]: unsupported scope']],
    [
      { spec: { hard: { cpu: '1' }, scopes: ['BestEffort', 'NotBestEffort', 'Terminating', 'NotTerminating'] } },
      [
        'spec.scopes: Invalid value: ["BestEffort","NotBestEffort","Terminating","NotTerminating"]: unsupported scope applied to resource',
        'spec.scopes: Invalid value: ["BestEffort","NotBestEffort","Terminating","NotTerminating"]: conflicting scopes',
        'spec.scopes: Invalid value: ["BestEffort","NotBestEffort","Terminating","NotTerminating"]: conflicting scopes',
      ],
    ],
    [
      { spec: { hard: { services: '1' }, scopes: ['Terminating', 'PriorityClass', 'CrossNamespacePodAffinity'] } },
      [
        'spec.scopes: Invalid value: ["Terminating","PriorityClass","CrossNamespacePodAffinity"]: unsupported scope applied to resource',
        'spec.scopes: Invalid value: ["Terminating","PriorityClass","CrossNamespacePodAffinity"]: unsupported scope applied to resource',
        'spec.scopes: Invalid value: ["Terminating","PriorityClass","CrossNamespacePodAffinity"]: unsupported scope applied to resource',
      ],
    ],
    [
      {
        spec: {
          hard: { pods: '1' },
          scopeSelector: {
            matchExpressions: [
              { scopeName: 'X', operator: 'In' },
              { scopeName: 'PriorityClass', operator: 'In' },
              { scopeName: 'Terminating', operator: 'In', values: ['a'] },
              { scopeName: 'NotTerminating', operator: 'Exists', values: ['a'] },
              { scopeName: 'PriorityClass', operator: 'Odd' },
            ],
          },
        },
      },
      [
        'spec.scopeSelector.matchExpressions.scopeName: Invalid value: "X": unsupported scope',
        "spec.scopeSelector.matchExpressions.values: Required value: must be at least one value when `operator` is 'In' or 'NotIn' for scope selector",
        "spec.scopeSelector.matchExpressions.values: Required value: must be at least one value when `operator` is 'In' or 'NotIn' for scope selector",
        `spec.scopeSelector.matchExpressions.operator: Invalid value: "In": must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity`,
        "spec.scopeSelector.matchExpressions.values: Invalid value: [\"a\"]: must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector",
        'spec.scopeSelector.matchExpressions.operator: Invalid value: "Odd": not a valid selector operator',
        'spec.scopeSelector.matchExpressions: Invalid value: null: conflicting scopes',
      ],
    ],
    [
      {
        spec: {
          hard: { services: '1' },
          scopeSelector: {
            matchExpressions: [
              { scopeName: 'PriorityClass', operator: 'Exists' },
              { scopeName: 'BestEffort', operator: 'Exists' },
            ],
          },
        },
      },
      [
        'spec.scopeSelector.matchExpressions: Invalid value: {"MatchExpressions":[{"ScopeName":"PriorityClass","Operator":"Exists","Values":null},{"ScopeName":"BestEffort","Operator":"Exists","Values":null}]}: unsupported scope applied to resource',
        'spec.scopeSelector.matchExpressions: Invalid value: {"MatchExpressions":[{"ScopeName":"PriorityClass","Operator":"Exists","Values":null},{"ScopeName":"BestEffort","Operator":"Exists","Values":null}]}: unsupported scope applied to resource',
      ],
    ],
    [
      {
        spec: {
          hard: { 'requests.storage': '1', persistentvolumeclaims: '1' },
          scopeSelector: { matchExpressions: [{ scopeName: 'VolumeAttributesClass', operator: 'In', values: ['a'] }] },
        },
      },
      [],
    ],
  ])('new: %j', (object, problems) => {
    expect(problemsOf(resources.resourcequotas, object)).toEqual(problems)
  })

  test.each<[before: object, object: object, problems: string[]]>([
    [{ spec: { hard: { pods: '1' } } }, { spec: { hard: { pods: '2' } } }, []],
    [
      { spec: { scopes: ['Terminating'] } },
      { spec: { scopes: ['NotTerminating'] } },
      ['spec.scopes: Invalid value: ["NotTerminating"]: field is immutable'],
    ],
  ])('changed: %j to %j', (before, object, problems) => {
    expect(problemsOf(resources.resourcequotas, object, before)).toEqual(problems)
  })

  test.each<[object: object, problems: string[]]>([
    [{ spec: {}, status: { hard: { pods: '1' }, used: { pods: '0' } } }, []],
  ])('with a status: %j', (object, problems) => {
    expect(statusProblemsOf(resources.resourcequotas, object, {})).toEqual(problems)
  })
})
