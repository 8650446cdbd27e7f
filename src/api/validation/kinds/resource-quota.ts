/** ResourceQuotas. Source: kubernetes v1.34, pkg/apis/core/validation (ValidateResourceQuota). */
import type { ResourceQuota, ResourceQuotaSpec, ScopedResourceSelectorRequirement } from '../../generated/types.ts'
import { type FieldError, invalidValue, required } from '../field-error.ts'
import type { KindRules } from '../kind-rules.ts'
import { isStandardQuotaName, validateAmount, validateQuotaName } from './resource-names.ts'

const POD_COMPUTE = ['pods', 'cpu', 'memory', 'limits.cpu', 'limits.memory', 'requests.cpu', 'requests.memory']
/** What each scope can be applied to, of the names that quotas know of old. */
const SCOPES: Readonly<Record<string, readonly string[]>> = {
  Terminating: POD_COMPUTE,
  NotTerminating: POD_COMPUTE,
  NotBestEffort: POD_COMPUTE,
  PriorityClass: POD_COMPUTE,
  CrossNamespacePodAffinity: POD_COMPUTE,
  BestEffort: ['pods'],
  VolumeAttributesClass: ['persistentvolumeclaims', 'requests.storage'],
}
const OPPOSITES = [
  ['BestEffort', 'NotBestEffort'],
  ['Terminating', 'NotTerminating'],
]
const ONLY_EXISTS = ['BestEffort', 'NotBestEffort', 'Terminating', 'NotTerminating', 'CrossNamespacePodAffinity']

export const resourceQuotaRules: KindRules<ResourceQuota> = {
  validate: ({ spec, status = {} }) => [
    ...validateAmounts(spec.hard, 'spec.hard'),
    ...validateScopes(spec),
    ...validateScopeSelector(spec),
    ...validateAmounts(status.hard, 'status.hard'),
    ...validateAmounts(status.used, 'status.used'),
  ],
  validateUpdate: ({ spec }, { spec: old }) => {
    const [now, before] = [spec?.scopes ?? [], old?.scopes ?? []].map((scopes) => [...new Set(scopes)].sort().join())
    return now === before ? [] : [invalidValue('spec.scopes', spec?.scopes ?? [], 'field is immutable')]
  },
}

const validateAmounts = (amounts: Record<string, string | number> | undefined, path: string): FieldError[] =>
  Object.entries(amounts ?? {}).flatMap(([name, amount]) => {
    const at = `${path}[${name}]`
    return [...validateQuotaName(name, at), ...validateAmount(name, amount, at)]
  })

const isMisapplied = (scope: string, { hard }: ResourceQuotaSpec) =>
  Object.hasOwn(SCOPES, scope) &&
  Object.keys(hard ?? {}).some((name) => isStandardQuotaName(name) && !SCOPES[scope]?.includes(name))

function validateScopes(spec: ResourceQuotaSpec): FieldError[] {
  const { scopes = [] } = spec
  const wrong = (why: string) => invalidValue('spec.scopes', scopes, why)
  return [
    ...scopes.flatMap((scope) => [
      ...(Object.hasOwn(SCOPES, scope) ? [] : [wrong('unsupported scope')]),
      ...(isMisapplied(scope, spec) ? [wrong('unsupported scope applied to resource')] : []),
    ]),
    ...(contradict(scopes) ? [wrong('conflicting scopes')] : []),
  ]
}

const contradict = (scopes: readonly string[]) => OPPOSITES.some((pair) => pair.every((one) => scopes.includes(one)))

function validateScopeSelector(spec: ResourceQuotaSpec): FieldError[] {
  const path = 'spec.scopeSelector.matchExpressions'
  const expressions = spec.scopeSelector?.matchExpressions ?? []
  const errors = expressions.flatMap((expression) => {
    const { scopeName } = expression
    return [
      ...(Object.hasOwn(SCOPES, scopeName) ? [] : [invalidValue(`${path}.scopeName`, scopeName, 'unsupported scope')]),
      ...(isMisapplied(scopeName, spec)
        ? [invalidValue(path, spec.scopeSelector, 'unsupported scope applied to resource')]
        : []),
      ...validateOperator(expression, path),
    ]
  })
  if (contradict(expressions.map(({ scopeName }) => scopeName)))
    errors.push(invalidValue(path, spec.scopes ?? [], 'conflicting scopes'))
  return errors
}

function validateOperator(
  { scopeName, operator, values = [] }: ScopedResourceSelectorRequirement,
  path: string,
): FieldError[] {
  const errors: FieldError[] = []
  if (ONLY_EXISTS.includes(scopeName) && operator !== 'Exists') {
    const why =
      "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity"
    errors.push(invalidValue(`${path}.operator`, operator, why))
  }
  if (operator === 'In' || operator === 'NotIn') {
    const why = "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector"
    if (values.length === 0) errors.push(required(`${path}.values`, why))
  } else if (operator === 'Exists' || operator === 'DoesNotExist') {
    const why = "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector"
    if (values.length > 0) errors.push(invalidValue(`${path}.values`, values, why))
  } else errors.push(invalidValue(`${path}.operator`, operator, 'not a valid selector operator'))
  return errors
}
