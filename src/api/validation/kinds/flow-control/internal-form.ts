/** Specs with every field, in the order and under the names of Kubernetes' internal types: as its messages print them,
 *  and so that what is left out equals what is empty. Source: kubernetes v1.34, pkg/apis/flowcontrol/types.go. */
import type {
  FlowSchemaSpec,
  PolicyRulesWithSubjects,
  PriorityLevelConfigurationSpec,
  Subject,
} from '../../../generated/types.ts'

const named = (one: { name?: string } | undefined) => (one === undefined ? null : { Name: one.name ?? '' })
const listOf = <T, U>(items: readonly T[] | undefined, map: (item: T) => U): U[] | null => items?.map(map) ?? null

export const internalFlowSchema = (spec: Partial<FlowSchemaSpec>) => ({
  PriorityLevelConfiguration: { Name: spec.priorityLevelConfiguration?.name ?? '' },
  MatchingPrecedence: spec.matchingPrecedence ?? 0,
  DistinguisherMethod: spec.distinguisherMethod === undefined ? null : { Type: spec.distinguisherMethod.type },
  Rules: listOf(spec.rules, internalRule),
})

const internalRule = (rule: Partial<PolicyRulesWithSubjects>) => ({
  Subjects: listOf(rule.subjects, internalSubject),
  ResourceRules: listOf(rule.resourceRules, (one) => ({
    Verbs: one.verbs ?? null,
    APIGroups: one.apiGroups ?? null,
    Resources: one.resources ?? null,
    ClusterScope: one.clusterScope ?? false,
    Namespaces: one.namespaces ?? null,
  })),
  NonResourceRules: listOf(rule.nonResourceRules, (one) => ({
    Verbs: one.verbs ?? null,
    NonResourceURLs: one.nonResourceURLs ?? null,
  })),
})

const internalSubject = ({ kind = '', user, group, serviceAccount }: Partial<Subject>) => ({
  Kind: kind,
  User: named(user),
  Group: named(group),
  ServiceAccount:
    serviceAccount === undefined
      ? null
      : { Namespace: serviceAccount.namespace ?? '', Name: serviceAccount.name ?? '' },
})

export const internalPriorityLevel = ({ type = '', limited, exempt }: Partial<PriorityLevelConfigurationSpec>) => ({
  Type: type,
  Limited:
    limited === undefined
      ? null
      : {
          NominalConcurrencyShares: limited.nominalConcurrencyShares ?? 0,
          LimitResponse: {
            Type: limited.limitResponse?.type ?? '',
            Queuing: internalQueuing(limited.limitResponse?.queuing),
          },
          LendablePercent: limited.lendablePercent ?? null,
          BorrowingLimitPercent: limited.borrowingLimitPercent ?? null,
        },
  Exempt:
    exempt === undefined
      ? null
      : {
          NominalConcurrencyShares: exempt.nominalConcurrencyShares ?? null,
          LendablePercent: exempt.lendablePercent ?? null,
        },
})

type Queuing = NonNullable<NonNullable<PriorityLevelConfigurationSpec['limited']>['limitResponse']>['queuing']

const internalQueuing = (queuing: Queuing) =>
  queuing === undefined
    ? null
    : {
        Queues: queuing.queues ?? 0,
        HandSize: queuing.handSize ?? 0,
        QueueLengthLimit: queuing.queueLengthLimit ?? 0,
      }
