/** Roles and their bindings. Source: kubernetes v1.34, pkg/apis/rbac/validation/validation.go. */
import { dnsSubdomainProblems, pathSegmentProblems } from '../../formats/index.ts'
import type {
  ClusterRole,
  ClusterRoleBinding,
  PolicyRule,
  RbacSubject,
  Role,
  RoleBinding,
  RoleRef,
} from '../../generated/types.ts'
import type { KubeObject } from '../../object.ts'
import { type FieldError, invalidFormat, invalidValue, notSupported, required } from '../field-error.ts'
import type { KindRules } from '../kind-rules.ts'
import { sameValue } from '../immutable.ts'
import { validateSelector } from './selector.ts'

const GROUP = 'rbac.authorization.k8s.io'

export const roleRules: KindRules<Role> = checkedTwice({
  validate: ({ rules = [] }) => validateRules(rules, true),
})

export const clusterRoleRules: KindRules<ClusterRole> = checkedTwice({
  validate: ({ rules = [], aggregationRule }) => {
    const errors = validateRules(rules, false)
    if (aggregationRule === undefined) return errors
    const { clusterRoleSelectors = [] } = aggregationRule
    const path = 'aggregationRule.clusterRoleSelectors'
    if (clusterRoleSelectors.length === 0)
      errors.push(required(path, 'at least one clusterRoleSelector required if aggregationRule is non-nil'))
    return [
      ...errors,
      ...clusterRoleSelectors.flatMap((selector, index) => {
        const place = `${path}[${index}]`
        const wrong = validateSelector(selector, place)
        return wrong.length === 0 ? [] : [...wrong, invalidValue(place, undefined, 'invalid label selector.')]
      }),
    ]
  },
})

export const roleBindingRules: KindRules<RoleBinding> = bindingRules(['Role', 'ClusterRole'], true)
export const clusterRoleBindingRules: KindRules<ClusterRoleBinding> = bindingRules(['ClusterRole'], false)

function validateRules(rules: readonly PolicyRule[], namespaced: boolean): FieldError[] {
  return rules.flatMap((rule, index) => validateRule(rule, namespaced, `rules[${index}]`))
}

function validateRule(rule: Partial<PolicyRule>, namespaced: boolean, path: string): FieldError[] {
  const { verbs = [], nonResourceURLs = [], apiGroups = [], resources = [], resourceNames = [] } = rule
  const errors: FieldError[] = []
  if (verbs.length === 0) errors.push(required(`${path}.verbs`, 'verbs must contain at least one value'))
  if (nonResourceURLs.length > 0) {
    const refuse = (why: string) => errors.push(invalidValue(`${path}.nonResourceURLs`, nonResourceURLs, why))
    if (namespaced) refuse('namespaced rules cannot apply to non-resource URLs')
    if (apiGroups.length > 0 || resources.length > 0 || resourceNames.length > 0)
      refuse('rules cannot apply to both regular resources and non-resource URLs')
    return errors
  }
  if (apiGroups.length === 0)
    errors.push(required(`${path}.apiGroups`, 'resource rules must supply at least one api group'))
  if (resources.length === 0)
    errors.push(required(`${path}.resources`, 'resource rules must supply at least one resource'))
  return errors
}

function bindingRules(kinds: readonly string[], namespaced: boolean): KindRules<RoleBinding> {
  return checkedTwice<RoleBinding>({
    validate: ({ roleRef, subjects = [] }) => [
      ...validateRoleRef(roleRef ?? { apiGroup: GROUP }, kinds),
      ...subjects.flatMap((subject, index) => validateSubject(subject, namespaced, `subjects[${index}]`)),
    ],
    validateUpdate: ({ roleRef }, old) =>
      sameValue(roleRef, old.roleRef) ? [] : [invalidValue('roleRef', printed(roleRef), 'cannot change roleRef')],
  })
}

/** What is missing is said in these rules' own words; and a change is looked at as a new object is, once more: each of
 *  its faults is a cause twice. */
function checkedTwice<T extends KubeObject>(rules: KindRules<T>): KindRules<T> {
  return {
    reportsMissing: true,
    ...rules,
    validateUpdate: (object, old) => [
      ...(rules.validate?.(object, old) ?? []),
      ...(rules.validateUpdate?.(object, old) ?? []),
    ],
  }
}

/** Kubernetes prints the reference with the names its own code has for the fields. */
const printed = ({ apiGroup = '', kind = '', name = '' }: Partial<RoleRef> = {}) => ({
  APIGroup: apiGroup,
  Kind: kind,
  Name: name,
})

function validateRoleRef({ apiGroup, kind, name }: Partial<RoleRef>, kinds: readonly string[]): FieldError[] {
  const errors: FieldError[] = []
  if (apiGroup !== GROUP) errors.push(notSupported('roleRef.apiGroup', apiGroup, [GROUP]))
  if (!kinds.includes(kind ?? '')) errors.push(notSupported('roleRef.kind', kind ?? '', kinds))
  if (!name) errors.push(required('roleRef.name'))
  else errors.push(...invalidFormat('roleRef.name', name, pathSegmentProblems(name)))
  return errors
}

function validateSubject(subject: RbacSubject, namespaced: boolean, path: string): FieldError[] {
  const { kind, name, apiGroup = '', namespace = '' } = subject
  const errors: FieldError[] = name ? [] : [required(`${path}.name`)]
  switch (kind) {
    case 'ServiceAccount':
      if (name) errors.push(...invalidFormat(`${path}.name`, name, dnsSubdomainProblems(name)))
      if (apiGroup !== '') errors.push(notSupported(`${path}.apiGroup`, apiGroup, ['']))
      if (!namespaced && namespace === '') errors.push(required(`${path}.namespace`))
      return errors
    case 'User':
    case 'Group':
      if (apiGroup !== GROUP) errors.push(notSupported(`${path}.apiGroup`, apiGroup, [GROUP]))
      return errors
    default:
      return [...errors, notSupported(`${path}.kind`, kind ?? '', ['ServiceAccount', 'User', 'Group'])]
  }
}
