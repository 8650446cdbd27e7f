import { describe, expect, test } from 'vitest'
import { flowschemas, prioritylevelconfigurations } from '../../../generated/resources.ts'
import { validateObject } from '../../validate-object.ts'
import { problemsOf, withChanges } from '../../testing/problems.ts'
import { MANDATORY_FLOW_SCHEMAS, MANDATORY_PRIORITY_LEVELS } from './mandatory.ts'

type Rows = [string, Record<string, unknown>, string[]][]

describe('flow schemas', () => {
  const schema = {
    spec: {
      priorityLevelConfiguration: { name: 'system' },
      rules: [
        {
          subjects: [{ kind: 'ServiceAccount', serviceAccount: { name: '*', namespace: 'a' } }],
          resourceRules: [{ verbs: ['get'], apiGroups: [''], resources: ['pods'], namespaces: ['*'] }],
          nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['/a/*'] }],
        },
      ],
    },
  }
  const RULE = 'spec.rules[0]'
  const rows: Rows = [
    ['nothing', {}, []],
    [
      'no level',
      { 'spec.priorityLevelConfiguration': { name: '' } },
      ['spec.priorityLevelConfiguration.name: Required value: must reference a priority level'],
    ],
    [
      'a precedence below all',
      { 'spec.matchingPrecedence': -1 },
      ['spec.matchingPrecedence: Invalid value: -1: must be a positive value'],
    ],
    [
      'a precedence above all',
      { 'spec.matchingPrecedence': 10_001 },
      ['spec.matchingPrecedence: Invalid value: 10001: must not be greater than 10000'],
    ],
    [
      'the precedence of another',
      { 'spec.matchingPrecedence': 1 },
      ["spec.matchingPrecedence: Invalid value: 1: only the schema named 'exempt' may have matchingPrecedence 1"],
    ],
    [
      'how flows are told apart',
      { 'spec.distinguisherMethod': { type: 'x' } },
      ['spec.distinguisherMethod.type: Unsupported value: {"Type":"x"}: supported values: "ByNamespace", "ByUser"'],
    ],
    [
      'a rule about nothing',
      { [RULE]: {} },
      [
        `${RULE}.subjects: Required value: subjects must contain at least one value`,
        `${RULE}: Required value: at least one of resourceRules and nonResourceRules has to be non-empty`,
      ],
    ],
    [
      'a subject of another kind',
      { [`${RULE}.subjects[0].kind`]: 'Group' },
      [
        `${RULE}.subjects[0].group: Required value: group is required when subject kind is 'Group'`,
        `${RULE}.subjects[0].serviceAccount: Forbidden: serviceAccount is forbidden when subject kind is not 'ServiceAccount'`,
      ],
    ],
    [
      'a rule without anything',
      { [`${RULE}.resourceRules[0]`]: {} },
      [
        `${RULE}.resourceRules[0].verbs: Required value: verbs must contain at least one value`,
        `${RULE}.resourceRules[0].apiGroups: Required value: resource rules must supply at least one api group`,
        `${RULE}.resourceRules[0].resources: Required value: resource rules must supply at least one resource`,
        `${RULE}.resourceRules[0].namespaces: Required value: resource rules that are not cluster scoped must supply at least one namespace`,
      ],
    ],
    [
      'a star beside others',
      { [`${RULE}.resourceRules[0].resources`]: ['*', 'a'] },
      [
        `${RULE}.resourceRules[0].resources: Invalid value: ["*","a"]: if '*' is present, must not specify other resources`,
      ],
    ],
    [
      'an unknown verb',
      { [`${RULE}.nonResourceRules[0].verbs`]: ['x'] },
      [
        `${RULE}.nonResourceRules[0].verbs: Unsupported value: ["x"]: supported values: "create", "delete", "deletecollection", "get", "list", "patch", "proxy", "update", "watch"`,
      ],
    ],
    ...(
      [
        ['', 'must not be empty'],
        ['a', 'must start with slash'],
        ['/a b', 'must not contain white-space'],
        ['/a//b', 'must not contain double slash'],
        ['/*/a', 'wildcard can only do suffix matching'],
      ] as const
    ).map(([url, why]): Rows[number] => [
      `the address ${JSON.stringify(url)}`,
      { [`${RULE}.nonResourceRules[0].nonResourceURLs`]: [url] },
      [`${RULE}.nonResourceRules[0].nonResourceURLs[0]: Invalid value: ${JSON.stringify(url)}: ${why}`],
    ]),
  ]
  test.each(rows)('wrong: %s', (_what, changes, expected) => {
    expect(problemsOf(flowschemas, withChanges(schema, changes))).toEqual(expected)
  })

  test.each(Object.entries(MANDATORY_FLOW_SCHEMAS))('%s stays as it is', (name, spec) => {
    expect(problemsOf(flowschemas, { metadata: { name }, spec })).toEqual([])
    const [problem] = problemsOf(flowschemas, { metadata: { name }, spec: { ...spec, rules: [] } })
    expect(problem).toMatch(/^spec: Invalid value: \{"PriorityLevelConfiguration":\{"Name":"(exempt|catch-all)"\}/)
    expect(problem).toContain(`: spec of '${name}' must equal the fixed value`)
  })

  test('have each condition once', () => {
    const old = { metadata: { name: 'n' }, ...schema } as never
    const object = { ...(old as object), status: { conditions: [{ type: 'a' }, { type: 'a' }, {}] } } as never
    const errors = validateObject(flowschemas, object, old, { part: 'status' })
    expect(errors.map(({ field, message }) => `${field}: ${message}`)).toEqual([
      'status.conditions[1].type: Duplicate value: "a"',
      'status.conditions[2].type: Required value',
    ])
  })
})

describe('priority levels', () => {
  const level = { spec: { type: 'Limited', limited: { limitResponse: { type: 'Queue', queuing: {} } } } }
  const AT = 'spec.limited.limitResponse'
  const rows: Rows = [
    ['nothing', {}, []],
    ['the type', { 'spec.type': 'X' }, ['spec.type: Unsupported value: "X": supported values: "Exempt", "Limited"']],
    [
      'an exempt one of another name',
      { 'spec.type': 'Exempt' },
      [
        "spec.type: Invalid value: \"Exempt\": must be 'Exempt' if and only if `name` is 'exempt'",
        'spec.limited: Forbidden: must be nil if the type is not Limited',
      ],
    ],
    [
      'no limits',
      { 'spec.limited': undefined, 'spec.exempt': {} },
      [
        'spec.exempt: Forbidden: must be nil if the type is Limited',
        'spec.limited: Required value: must not be empty when type is Limited',
      ],
    ],
    [
      'shares',
      {
        'spec.limited.nominalConcurrencyShares': -1,
        'spec.limited.lendablePercent': 101,
        'spec.limited.borrowingLimitPercent': -1,
      },
      [
        'spec.limited.nominalConcurrencyShares: Invalid value: -1: must be a non-negative integer',
        'spec.limited.lendablePercent: Invalid value: 101: must be between 0 and 100, inclusive',
        'spec.limited.borrowingLimitPercent: Invalid value: -1: if specified, must be a non-negative integer',
      ],
    ],
    [
      'no queues',
      { [`${AT}.queuing`]: undefined },
      [`${AT}.queuing: Required value: must not be empty if limited.limitResponse.type is Limited`],
    ],
    [
      'queues of what does not queue',
      { [`${AT}.type`]: 'Reject' },
      [`${AT}.queuing: Forbidden: must be nil if limited.limitResponse.type is not Limited`],
    ],
    [
      'a hand larger than the deck',
      { [`${AT}.queuing.queues`]: 4 },
      [`${AT}.queuing.handSize: Invalid value: 8: should not be greater than queues (4)`],
    ],
    [
      'a hand that takes more of the hash than there is',
      { [`${AT}.queuing.queues`]: 200 },
      [
        `${AT}.queuing.handSize: Invalid value: 8: required entropy bits of deckSize 200 and handSize 8 should not be greater than 60`,
      ],
    ],
  ]
  test.each(rows)('wrong: %s', (_what, changes, expected) => {
    expect(problemsOf(prioritylevelconfigurations, withChanges(level, changes))).toEqual(expected)
  })

  test('of those that every cluster has, only the shares of the exempt one may change', () => {
    const problems = (name: keyof typeof MANDATORY_PRIORITY_LEVELS, changes: Record<string, unknown>) =>
      problemsOf(
        prioritylevelconfigurations,
        withChanges({ metadata: { name }, spec: MANDATORY_PRIORITY_LEVELS[name] }, changes),
      )
    expect(problems('exempt', { 'spec.exempt.nominalConcurrencyShares': 7 })).toEqual([])
    expect(problems('catch-all', {})).toEqual([])
    expect(problems('catch-all', { 'spec.limited.lendablePercent': 5 })).toEqual([
      'spec: Invalid value: {"Type":"Limited","Limited":{"NominalConcurrencyShares":5,"LimitResponse":{"Type":"Reject","Queuing":null},"LendablePercent":5,"BorrowingLimitPercent":null},"Exempt":null}: spec of \'catch-all\' must equal the fixed value',
    ])
  })
})
