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

/** What the scope cannot be applied to. */
const misapplied = (scope: string, { hard }: ResourceQuotaSpec): string[] =>
  Object.hasOwn(SCOPES, scope)
    ? Object.keys(hard ?? {}).filter((name) => isStandardQuotaName(name) && !SCOPES[scope]?.includes(name))
    : []

function validateScopes(spec: ResourceQuotaSpec): FieldError[] {
  const { scopes = [] } = spec
  // All of them in each: made once, for there may be many.
  const made = new Map<string, FieldError>()
  const wrong = (why: string): FieldError => {
    const error = made.get(why) ?? invalidValue('spec.scopes', scopes, why)
    made.set(why, error)
    return error
  }
  return [
    ...scopes.flatMap((scope) => [
      ...(Object.hasOwn(SCOPES, scope) ? [] : [wrong('unsupported scope')]),
      ...misapplied(scope, spec).map(() => wrong('unsupported scope applied to resource')),
    ]),
    ...contradictions(scopes).map(() => wrong('conflicting scopes')),
  ]
}

const contradictions = (scopes: readonly string[]) =>
  OPPOSITES.filter((pair) => pair.every((one) => scopes.includes(one)))

function validateScopeSelector(spec: ResourceQuotaSpec): FieldError[] {
  const path = 'spec.scopeSelector.matchExpressions'
  const expressions = spec.scopeSelector?.matchExpressions ?? []
  const errors = expressions.flatMap((expression) => {
    const { scopeName } = expression
    return [
      ...(Object.hasOwn(SCOPES, scopeName) ? [] : [invalidValue(`${path}.scopeName`, scopeName, 'unsupported scope')]),
      ...misapplied(scopeName, spec).map(() =>
        invalidValue(path, internalSelector(expressions), 'unsupported scope applied to resource'),
      ),
      ...validateOperator(expression, path),
    ]
  })
  const pairs = contradictions(expressions.map(({ scopeName }) => scopeName))
  return [...errors, ...pairs.map(() => invalidValue(path, spec.scopes, 'conflicting scopes'))]
}

/** As Kubernetes' messages print it. */
const internalSelector = (expressions: readonly ScopedResourceSelectorRequirement[]) => ({
  MatchExpressions: expressions.map(({ scopeName, operator, values }) => ({
    ScopeName: scopeName,
    Operator: operator,
    Values: values ?? null,
  })),
})

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
