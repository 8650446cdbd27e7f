import { expect, test } from 'vitest'
import { pods } from '../../generated/resources.ts'
import { problemsOf, withChanges } from '../testing/problems.ts'

const pod = { spec: { containers: [{ name: 'c', image: 'i' }] } }
const required = 'requiredDuringSchedulingIgnoredDuringExecution'
const preferred = 'preferredDuringSchedulingIgnoredDuringExecution'
const bad = (what: string) => expect.stringContaining(what) as string

test.each<[string, Record<string, unknown>, string[]]>([
  [
    'no term',
    { affinity: { nodeAffinity: { [required]: { nodeSelectorTerms: [] } } } },
    [
      `spec.affinity.nodeAffinity.${required}.nodeSelectorTerms: Required value: must have at least one node selector term`,
    ],
  ],
  [
    'the weight',
    { affinity: { nodeAffinity: { [preferred]: [{ weight: 101, preference: {} }] } } },
    [`spec.affinity.nodeAffinity.${preferred}[0].weight: Invalid value: 101: must be in the range 1-100`],
  ],
  [
    'a field nodes do not have',
    {
      affinity: {
        nodeAffinity: {
          [required]: { nodeSelectorTerms: [{ matchFields: [{ key: 'a', operator: 'In', values: ['b'] }] }] },
        },
      },
    },
    [bad('matchFields[0].key: Invalid value: "a": not a valid field selector key')],
  ],
  [
    'labels of nothing',
    { affinity: { podAffinity: { [required]: [{ topologyKey: 'zone', matchLabelKeys: ['a'] }] } } },
    [
      `spec.affinity.podAffinity.${required}[0].matchLabelKeys: Forbidden: must not be specified when labelSelector is not set`,
    ],
  ],
  [
    'a namespace',
    { affinity: { podAntiAffinity: { [required]: [{ topologyKey: 'zone', namespaces: ['A'] }] } } },
    [bad(`spec.affinity.podAntiAffinity.${required}[0].namespace: Invalid value: "A"`)],
  ],
  [
    'the spread',
    { topologySpreadConstraints: [{ maxSkew: 0, topologyKey: '', whenUnsatisfiable: 'Wait', minDomains: 0 }] },
    [
      'spec.topologySpreadConstraints[0].maxSkew: Invalid value: 0: must be greater than zero',
      'spec.topologySpreadConstraints[0].topologyKey: Required value: can not be empty',
      'spec.topologySpreadConstraints[0].whenUnsatisfiable: Unsupported value: "Wait": supported values: "DoNotSchedule", "ScheduleAnyway"',
      'spec.topologySpreadConstraints[0].minDomains: Invalid value: 0: must be greater than zero',
      'spec.topologySpreadConstraints[0].minDomains: Invalid value: 0: can only use minDomains if whenUnsatisfiable=DoNotSchedule, not Wait',
    ],
  ],
  [
    'a spread twice',
    {
      topologySpreadConstraints: [
        { maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule' },
        { maxSkew: 2, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule' },
      ],
    },
    ['spec.topologySpreadConstraints[0].{topologyKey, whenUnsatisfiable}: Duplicate value: "{zone, DoNotSchedule}"'],
  ],
  [
    'no name servers',
    { dnsPolicy: 'None' },
    ['spec.dnsConfig: Required value: must provide `dnsConfig` when `dnsPolicy` is None'],
  ],
  [
    'name servers',
    { dnsConfig: { nameservers: ['dns'], searches: ['a_b.c.', '.', 'A'], options: [{}] } },
    [
      bad('spec.dnsConfig.nameservers[0]: Invalid value: "dns": must be a valid IP address'),
      bad('spec.dnsConfig.searches[2]: Invalid value: "A"'),
      'spec.dnsConfig.options[0]: Required value: must not be empty',
    ],
  ],
  [
    'hosts',
    {
      hostAliases: [
        { ip: '10.0.0.1', hostnames: ['a.b'] },
        { ip: 'x', hostnames: ['A'] },
      ],
    },
    [bad('spec.hostAliases[1].ip: Invalid value: "x"'), bad('spec.hostAliases[1].hostnames[0]: Invalid value: "A"')],
  ],
  [
    'gates',
    { schedulingGates: [{ name: 'a' }, { name: 'a' }], readinessGates: [{ conditionType: 'é' }] },
    [bad('spec.readinessGates[0].conditionType: Invalid value: "é"'), 'spec.schedulingGates[1]: Duplicate value: "a"'],
  ],
])('pods, wrong: %s', (_what, spec, expected) => {
  const value = withChanges(pod, Object.fromEntries(Object.entries(spec).map(([key, one]) => [`spec.${key}`, one])))
  expect(problemsOf(pods, value)).toEqual(expected)
})
