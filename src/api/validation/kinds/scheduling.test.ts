import { describe, expect, test } from 'vitest'
import * as resources from '../../generated/resources.ts'
import { problemsOf } from '../testing/problems.ts'

// As kube-apiserver v1.34.2 answers.

describe('priorityclasses', () => {
  test.each<[object: object, problems: string[]]>([
    [{}, []],
    [{ value: 1000000001 }, ['value: Forbidden: maximum allowed value of a user defined priority is 1000000000']],
    [
      { value: -5, preemptionPolicy: 'X' },
      ['preemptionPolicy: Unsupported value: "X": supported values: "PreemptLowerPriority", "Never"'],
    ],
    [
      { metadata: { name: 'system-x' }, value: 1 },
      [
        "metadata.name: Forbidden: priority class names with 'system-' prefix are reserved for system use only. error: system-x is not a known system priority class",
      ],
    ],
    [{ value: 5, globalDefault: true }, []],
    [
      { metadata: { name: 'A_' }, value: 1 },
      [
        `metadata.name: Invalid value: "A_": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')`,
      ],
    ],
  ])('new: %j', (object, problems) => {
    expect(problemsOf(resources.priorityclasses, object)).toEqual(problems)
  })

  test.each<[before: object, object: object, problems: string[]]>([
    [
      { value: 5 },
      { value: 6, preemptionPolicy: 'Never', description: 'x' },
      [
        'value: Forbidden: may not be changed in an update.',
        'preemptionPolicy: Invalid value: "Never": field is immutable',
      ],
    ],
    [{ value: 5 }, { value: 5, description: 'x', globalDefault: true }, []],
  ])('changed: %j to %j', (before, object, problems) => {
    expect(problemsOf(resources.priorityclasses, object, before)).toEqual(problems)
  })
})

describe('runtimeclasses', () => {
  test.each<[object: object, problems: string[]]>([
    [
      {},
      [
        `handler: Invalid value: "": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')`,
      ],
    ],
    [
      { handler: 'A_' },
      [
        `handler: Invalid value: "A_": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')`,
      ],
    ],
    [
      {
        handler: 'a',
        overhead: { podFixed: { cpu: '-1', odd: '1', 'a.b/c': '1500m' } },
        scheduling: {
          nodeSelector: { 'a b': '-', 'beta.kubernetes.io/arch': 'x' },
          tolerations: [
            { key: 'a b' },
            { operator: 'X' },
            { key: 'a', operator: 'Exists', value: 'b', effect: 'Odd', tolerationSeconds: 5 },
          ],
        },
      },
      [
        'overhead.limits[cpu]: Invalid value: "-1": must be greater than or equal to 0',
        'overhead.limits[odd]: Invalid value: "odd": must be a standard resource type or fully qualified',
        'overhead.limits[odd]: Invalid value: "odd": must be a standard resource for containers',
        'overhead.limits[a.b/c]: Invalid value: "1500m": must be an integer',
        `scheduling.nodeSelector: Invalid value: "a b": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')`,
        `scheduling.nodeSelector: Invalid value: "-": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')`,
        `scheduling.tolerations.tolerations[0].key: Invalid value: "a b": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')`,
        'scheduling.tolerations.tolerations[1].operator: Invalid value: "X": operator must be Exists when `key` is empty, which means "match all values and all keys"',
        'scheduling.tolerations.tolerations[1].operator: Unsupported value: "X": supported values: "Equal", "Exists"',
        'scheduling.tolerations.tolerations[2].effect: Invalid value: "Odd": effect must be \'NoExecute\' when `tolerationSeconds` is set',
        'scheduling.tolerations.tolerations[2].operator: Invalid value: "b": value must be empty when `operator` is \'Exists\'',
        'scheduling.tolerations.tolerations[2].effect: Unsupported value: "Odd": supported values: "NoSchedule", "PreferNoSchedule", "NoExecute"',
      ],
    ],
    [
      {
        handler: 'a',
        scheduling: {
          nodeSelector: { 'beta.kubernetes.io/arch': 'x' },
          tolerations: [{ key: 'a', operator: 'Equal', value: 'b c', effect: 'NoExecute' }],
        },
      },
      [
        `scheduling.tolerations.tolerations[0].operator: Invalid value: "b c": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')`,
      ],
    ],
    [
      {
        handler: 'a',
        scheduling: {
          tolerations: [
            { key: 'a', operator: 'Exists' },
            { key: 'a', operator: 'Exists' },
          ],
        },
      },
      [
        'scheduling.tolerations[1]: Duplicate value: {"Key":"a","Operator":"Exists","Value":"","Effect":"","TolerationSeconds":null}',
      ],
    ],
    [{ handler: 'a', scheduling: {}, overhead: {} }, []],
  ])('new: %j', (object, problems) => {
    expect(problemsOf(resources.runtimeclasses, object)).toEqual(problems)
  })

  test.each<[before: object, object: object, problems: string[]]>([
    [
      { handler: 'a' },
      { handler: 'b', overhead: { podFixed: { cpu: '-1' } } },
      [
        'overhead.limits[cpu]: Invalid value: "-1": must be greater than or equal to 0',
        'handler: Invalid value: "b": field is immutable',
      ],
    ],
    [
      { handler: 'a' },
      { handler: 'a', scheduling: { nodeSelector: { 'a b': 'x' } } },
      [
        `scheduling.nodeSelector: Invalid value: "a b": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')`,
      ],
    ],
  ])('changed: %j to %j', (before, object, problems) => {
    expect(problemsOf(resources.runtimeclasses, object, before)).toEqual(problems)
  })
})
