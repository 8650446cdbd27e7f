/** Scopes narrow a quota to some of its objects. Source: kubernetes v1.34, pkg/quota/v1/evaluator/core. */
import type {
  PersistentVolumeClaim,
  Pod,
  PodAffinityTerm,
  ResourceQuotaSpec,
  ScopedResourceSelectorRequirement,
} from '../generated/types.ts'
import { labelSelectorMatches } from '../selectors/index.ts'
import { qosClassOf } from './qos-class.ts'

export type Scope = ScopedResourceSelectorRequirement

/** All of a quota's scopes, which all have to match. */
export const scopesOf = ({ scopes = [], scopeSelector }: ResourceQuotaSpec): Scope[] => [
  ...scopes.map((scopeName) => ({ scopeName, operator: 'Exists' })),
  ...(scopeSelector?.matchExpressions ?? []),
]

export function podInScope(scope: Scope, pod: Pod): boolean {
  const { spec, status } = pod
  const isTerminating = spec.activeDeadlineSeconds !== undefined && spec.activeDeadlineSeconds >= 0
  const isBestEffort = () => (status?.qosClass ?? qosClassOf(spec)) === 'BestEffort'
  switch (scope.scopeName) {
    case 'Terminating':
      return isTerminating
    case 'NotTerminating':
      return !isTerminating
    case 'BestEffort':
      return isBestEffort()
    case 'NotBestEffort':
      return !isBestEffort()
    case 'PriorityClass':
      return namesMatch(scope, spec.priorityClassName ? [spec.priorityClassName] : [])
    case 'CrossNamespacePodAffinity':
      return affinityTerms(pod).some(
        ({ namespaces = [], namespaceSelector }) => namespaces.length > 0 || namespaceSelector !== undefined,
      )
    default:
      return false
  }
}

export function claimInScope(scope: Scope, { spec, status }: PersistentVolumeClaim): boolean {
  if (scope.scopeName !== 'VolumeAttributesClass') return false
  const names = [
    spec?.volumeAttributesClassName,
    status?.currentVolumeAttributesClassName,
    status?.modifyVolumeStatus?.targetVolumeAttributesClassName,
  ].filter((name): name is string => !!name)
  return namesMatch(scope, names)
}

/** Whether one of the names (or that there is none) is what the scope asks for. */
function namesMatch({ scopeName: key, operator, values = [] }: Scope, names: readonly string[]): boolean {
  if (operator === 'Exists') return names.length > 0
  const selector = { matchExpressions: [{ key, operator, values }] }
  if (names.length === 0) return labelSelectorMatches(selector, {})
  return names.some((name) => labelSelectorMatches(selector, { [key]: name }))
}

function affinityTerms({ spec }: Pod): PodAffinityTerm[] {
  const { podAffinity, podAntiAffinity } = spec?.affinity ?? {}
  return [podAffinity, podAntiAffinity].flatMap((affinity) => [
    ...(affinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []),
    ...(affinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map(({ podAffinityTerm }) => podAffinityTerm),
  ])
}
