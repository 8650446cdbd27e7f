/** FlowSchemas. Source: kubernetes v1.34, pkg/apis/flowcontrol/validation (ValidateFlowSchema). */
import { dnsLabelProblems, dnsSubdomainProblems } from '../../../formats/index.ts'
import { isDeepStrictEqual } from 'node:util'
import { getOwn } from '../../../decode/index.ts'
import type {
  FlowSchema,
  FlowSchemaSpec,
  NonResourcePolicyRule,
  PolicyRulesWithSubjects,
  ResourcePolicyRule,
} from '../../../generated/types.ts'
import { type FieldError, invalidFormat, invalidValue, notSupported, required } from '../../field-error.ts'
import type { KindRules } from '../../kind-rules.ts'
import { validateConditions } from './conditions.ts'
import { internalFlowSchema } from './internal-form.ts'
import { MANDATORY_FLOW_SCHEMAS } from './mandatory.ts'
import { validateSubject } from './subject.ts'

const MAX_PRECEDENCE = 10_000
const DISTINGUISHERS = ['ByNamespace', 'ByUser']
const VERBS = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'proxy', 'update', 'watch']

export const flowSchemaRules: KindRules<FlowSchema> = {
  reportsMissing: true,
  validate: ({ metadata, spec, status }) => [
    ...validateSpec(spec ?? {}, metadata.name ?? ''),
    ...validateFixed(spec ?? {}, metadata.name ?? ''),
    ...validateConditions(status?.conditions),
  ],
  validateStatusUpdate: ({ status }) => validateConditions(status?.conditions),
}

function validateFixed(spec: Partial<FlowSchemaSpec>, name: string): FieldError[] {
  const fixed = getOwn<FlowSchemaSpec>(MANDATORY_FLOW_SCHEMAS, name)
  const own = internalFlowSchema(spec)
  if (fixed === undefined || isDeepStrictEqual(own, internalFlowSchema(fixed))) return []
  return [invalidValue('spec', own, `spec of '${name}' must equal the fixed value`)]
}

function validateSpec(spec: Partial<FlowSchemaSpec>, name: string): FieldError[] {
  const { matchingPrecedence: precedence = 0, distinguisherMethod: method, priorityLevelConfiguration: level } = spec
  const at = 'spec.matchingPrecedence'
  const errors: FieldError[] = []
  if (precedence <= 0) errors.push(invalidValue(at, precedence, 'must be a positive value'))
  if (precedence > MAX_PRECEDENCE)
    errors.push(invalidValue(at, precedence, `must not be greater than ${MAX_PRECEDENCE}`))
  if (precedence === 1 && name !== 'exempt')
    errors.push(invalidValue(at, precedence, "only the schema named 'exempt' may have matchingPrecedence 1"))
  if (method !== undefined && !DISTINGUISHERS.includes(method.type))
    errors.push(notSupported('spec.distinguisherMethod.type', { Type: method.type ?? '' }, DISTINGUISHERS))
  const path = 'spec.priorityLevelConfiguration.name'
  if (level?.name) errors.push(...invalidFormat(path, level.name, dnsSubdomainProblems(level.name)))
  else errors.push(required(path, 'must reference a priority level'))
  spec.rules?.forEach((rule, index) => errors.push(...validateRule(rule, `spec.rules[${index}]`)))
  return errors
}

function validateRule(rule: Partial<PolicyRulesWithSubjects>, at: string): FieldError[] {
  const { subjects = [], resourceRules = [], nonResourceRules = [] } = rule
  const errors = subjects.flatMap((subject, index) => validateSubject(subject, `${at}.subjects[${index}]`))
  if (subjects.length === 0) errors.push(required(`${at}.subjects`, 'subjects must contain at least one value'))
  if (resourceRules.length === 0 && nonResourceRules.length === 0)
    errors.push(required(at, 'at least one of resourceRules and nonResourceRules has to be non-empty'))
  resourceRules.forEach((one, index) => errors.push(...validateResources(one, `${at}.resourceRules[${index}]`)))
  nonResourceRules.forEach((one, index) => errors.push(...validateUrls(one, `${at}.nonResourceRules[${index}]`)))
  return errors
}

function validateVerbs(verbs: readonly string[], at: string): FieldError[] {
  if (verbs.length === 0) return [required(at, 'verbs must contain at least one value')]
  if (verbs.includes('*')) return onlyWildcard(verbs, at, 'verbs')
  return verbs.every((verb) => VERBS.includes(verb)) ? [] : [notSupported(at, verbs, VERBS)]
}

const onlyWildcard = (items: readonly string[], at: string, what: string): FieldError[] =>
  items.length > 1 && items.includes('*')
    ? [invalidValue(at, items, `if '*' is present, must not specify other ${what}`)]
    : []

function validateResources(rule: Partial<ResourcePolicyRule>, at: string): FieldError[] {
  const { verbs = [], apiGroups = [], resources = [], namespaces = [], clusterScope = false } = rule
  const errors = validateVerbs(verbs, `${at}.verbs`)
  if (apiGroups.length === 0)
    errors.push(required(`${at}.apiGroups`, 'resource rules must supply at least one api group'))
  errors.push(...onlyWildcard(apiGroups, `${at}.apiGroups`, 'api groups'))
  if (resources.length === 0)
    errors.push(required(`${at}.resources`, 'resource rules must supply at least one resource'))
  errors.push(...onlyWildcard(resources, `${at}.resources`, 'resources'))
  const path = `${at}.namespaces`
  if (namespaces.length === 0 && !clusterScope)
    errors.push(required(path, 'resource rules that are not cluster scoped must supply at least one namespace'))
  if (namespaces.includes('*')) return [...errors, ...onlyWildcard(namespaces, path, 'namespaces')]
  namespaces.forEach((namespace, index) => {
    const problems = dnsLabelProblems(namespace)
    const why = "each member of this list must be '*' or a DNS-1123 label; "
    errors.push(...problems.map((problem) => invalidValue(`${path}[${index}]`, namespace, why + problem)))
  })
  return errors
}

function validateUrls({ verbs = [], nonResourceURLs: urls = [] }: Partial<NonResourcePolicyRule>, at: string) {
  const path = `${at}.nonResourceURLs`
  const errors = validateVerbs(verbs, `${at}.verbs`)
  if (urls.length === 0) return [...errors, required(path, 'nonResourceURLs must contain at least one value')]
  if (urls.includes('*')) return [...errors, ...onlyWildcard(urls, path, 'non-resource URLs')]
  return [
    ...errors,
    ...urls.flatMap((url, index) => {
      const problem = urlProblem(url)
      return problem === undefined ? [] : [invalidValue(`${path}[${index}]`, url, problem)]
    }),
  ]
}

/** A star may only be the last segment, where it stands for any number of them. */
function urlProblem(url: string): string | undefined {
  if (url === '') return 'must not be empty'
  if (!url.startsWith('/')) return 'must start with slash'
  if (url.includes(' ')) return 'must not contain white-space'
  if (url.includes('//')) return 'must not contain double slash'
  const stars = url.split('*').length - 1
  return stars === 0 || (stars === 1 && url.endsWith('/*')) ? undefined : 'wildcard can only do suffix matching'
}
