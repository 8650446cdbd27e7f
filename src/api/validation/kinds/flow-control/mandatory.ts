/** The flow schemas and priority levels that no cluster is without, and that stay as they are.
 *  Source: k8s.io/apiserver v0.34, pkg/apis/flowcontrol/bootstrap (default.go). */
import type { FlowSchemaSpec, PriorityLevelConfigurationSpec, Subject } from '../../../generated/types.ts'

const everythingOf = (...groups: string[]) => [
  {
    subjects: groups.map((name): Subject => ({ kind: 'Group', group: { name } })),
    resourceRules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'], clusterScope: true, namespaces: ['*'] }],
    nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }],
  },
]

export const MANDATORY_FLOW_SCHEMAS = {
  exempt: {
    priorityLevelConfiguration: { name: 'exempt' },
    matchingPrecedence: 1,
    rules: everythingOf('system:masters'),
  },
  'catch-all': {
    priorityLevelConfiguration: { name: 'catch-all' },
    matchingPrecedence: 10_000,
    distinguisherMethod: { type: 'ByUser' },
    rules: everythingOf('system:unauthenticated', 'system:authenticated'),
  },
} as const satisfies Readonly<Record<string, FlowSchemaSpec>>

export const MANDATORY_PRIORITY_LEVELS = {
  exempt: { type: 'Exempt', exempt: { nominalConcurrencyShares: 0, lendablePercent: 0 } },
  'catch-all': {
    type: 'Limited',
    limited: { nominalConcurrencyShares: 5, lendablePercent: 0, limitResponse: { type: 'Reject' } },
  },
} as const satisfies Readonly<Record<string, PriorityLevelConfigurationSpec>>
