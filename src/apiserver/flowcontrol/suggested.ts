/** The flow schemas and priority levels that every cluster starts with.
 *  Source: k8s.io/apiserver v0.34, pkg/apis/flowcontrol/bootstrap (default.go). */
import type { k8s } from '../../api/index.ts'
import { MANDATORY_FLOW_SCHEMAS, MANDATORY_PRIORITY_LEVELS } from '../../api/machinery.ts'

type LevelSpec = k8s.PriorityLevelConfigurationSpec
type SchemaSpec = k8s.FlowSchemaSpec

interface Queuing {
  queues: number
  handSize: number
}

const limited = (shares: number, lendablePercent: number, queuing?: Queuing): LevelSpec => ({
  type: 'Limited',
  limited: {
    nominalConcurrencyShares: shares,
    lendablePercent,
    limitResponse: queuing ? { type: 'Queue', queuing: { ...queuing, queueLengthLimit: 50 } } : { type: 'Reject' },
  },
})

const MANY = { queues: 128, handSize: 6 }
const SOME = { queues: 64, handSize: 6 }

export const PRIORITY_LEVELS: Readonly<Record<string, LevelSpec>> = {
  ...MANDATORY_PRIORITY_LEVELS,
  system: limited(30, 33, SOME),
  'node-high': limited(40, 25, SOME),
  'leader-election': limited(10, 0, { queues: 16, handSize: 4 }),
  'workload-high': limited(40, 50, MANY),
  'workload-low': limited(100, 90, MANY),
  'global-default': limited(20, 50, MANY),
}

const group = (name: string): k8s.Subject => ({ kind: 'Group', group: { name } })
const user = (name: string): k8s.Subject => ({ kind: 'User', user: { name } })
const KUBE_SYSTEM_ACCOUNTS: k8s.Subject = {
  kind: 'ServiceAccount',
  serviceAccount: { namespace: 'kube-system', name: '*' },
}
const EVERYBODY = [group('system:unauthenticated'), group('system:authenticated')]
const NODES = [group('system:nodes')]

const resources = (
  verbs: string[],
  apiGroups: string[],
  names: string[],
  clusterScope: boolean,
): k8s.ResourcePolicyRule => ({
  verbs,
  apiGroups,
  resources: names,
  ...(clusterScope && { clusterScope }),
  namespaces: ['*'],
})

const everything = (subjects: k8s.Subject[]): k8s.PolicyRulesWithSubjects => ({
  subjects,
  resourceRules: [resources(['*'], ['*'], ['*'], true)],
  nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }],
})

const resourcesOnly = (
  subjects: k8s.Subject[],
  resourceRules: k8s.ResourcePolicyRule[],
): k8s.PolicyRulesWithSubjects => ({ subjects, resourceRules })

function schema(
  level: string,
  matchingPrecedence: number,
  distinguisher: 'ByUser' | 'ByNamespace' | undefined,
  rules: k8s.PolicyRulesWithSubjects,
): SchemaSpec {
  return {
    priorityLevelConfiguration: { name: level },
    matchingPrecedence,
    ...(distinguisher && { distinguisherMethod: { type: distinguisher } }),
    rules: [rules],
  }
}

const LEASES = ['coordination.k8s.io']

export const FLOW_SCHEMAS: Readonly<Record<string, SchemaSpec>> = {
  ...MANDATORY_FLOW_SCHEMAS,
  probes: schema('exempt', 2, undefined, {
    subjects: EVERYBODY,
    nonResourceRules: [{ verbs: ['get'], nonResourceURLs: ['/healthz', '/readyz', '/livez'] }],
  }),
  'system-leader-election': schema(
    'leader-election',
    100,
    'ByUser',
    resourcesOnly(
      [user('system:kube-controller-manager'), user('system:kube-scheduler'), KUBE_SYSTEM_ACCOUNTS],
      [resources(['get', 'create', 'update'], LEASES, ['leases'], false)],
    ),
  ),
  'system-node-high': schema(
    'node-high',
    400,
    'ByUser',
    resourcesOnly(NODES, [
      resources(['*'], [''], ['nodes', 'nodes/status'], true),
      resources(['*'], LEASES, ['leases'], false),
    ]),
  ),
  'system-nodes': schema('system', 500, 'ByUser', everything(NODES)),
  'kube-controller-manager': schema(
    'workload-high',
    800,
    'ByNamespace',
    everything([user('system:kube-controller-manager')]),
  ),
  'kube-scheduler': schema('workload-high', 800, 'ByNamespace', everything([user('system:kube-scheduler')])),
  'kube-system-service-accounts': schema('workload-high', 900, 'ByNamespace', everything([KUBE_SYSTEM_ACCOUNTS])),
  'service-accounts': schema('workload-low', 9000, 'ByUser', everything([group('system:serviceaccounts')])),
  'global-default': schema('global-default', 9900, 'ByUser', everything(EVERYBODY)),
}
