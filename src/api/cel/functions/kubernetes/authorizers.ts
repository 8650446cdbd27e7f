/** The `authorizer` variable: whether someone may do something. Source: k8s.io/apiserver v0.34,
 *  pkg/cel/library/authz.go. */
import { dnsLabelProblems, dnsSubdomainProblems } from '../../../formats/index.ts'
import { type Implementation, method, type Overload } from '../../check/overload.ts'
import { BOOL, objectType, STRING } from '../../check/types.ts'
import { EvalError, noSuchOverload, OpaqueValue, type Result } from '../../values/value.ts'

export const AUTHORIZER = objectType('kubernetes.authorization.Authorizer')
const PATH_CHECK = objectType('kubernetes.authorization.PathCheck')
const GROUP_CHECK = objectType('kubernetes.authorization.GroupCheck')
export const RESOURCE_CHECK = objectType('kubernetes.authorization.ResourceCheck')
const DECISION = objectType('kubernetes.authorization.Decision')

export type AccessCheck =
  | { path: string }
  | {
      group: string
      resource: string
      subresource: string
      namespace: string
      name: string
      fieldSelector: string
      labelSelector: string
    }

export interface AccessDecision {
  allowed: boolean
  reason: string
  error?: string
}

/** Answers for a user, or for a service account instead. */
export interface AccessChecker {
  check(check: AccessCheck, verb: string, serviceAccount?: { namespace: string; name: string }): AccessDecision
}

abstract class NeverEqual extends OpaqueValue {
  equals(other: OpaqueValue): boolean {
    return other === this
  }
}

export class AuthorizerValue extends NeverEqual {
  readonly type = AUTHORIZER
  readonly checker: AccessChecker
  constructor(checker: AccessChecker) {
    super()
    this.checker = checker
  }
}

class GroupCheck extends NeverEqual {
  readonly type = GROUP_CHECK
  readonly checker: AccessChecker
  readonly group: string
  constructor(checker: AccessChecker, group: string) {
    super()
    this.checker = checker
    this.group = group
  }
}

class PathCheck extends NeverEqual {
  readonly type = PATH_CHECK
  readonly checker: AccessChecker
  readonly check: { path: string }
  constructor(checker: AccessChecker, path: string) {
    super()
    this.checker = checker
    this.check = { path }
  }
}

type ResourceAttributes = Exclude<AccessCheck, { path: string }>

export class ResourceCheckValue extends NeverEqual {
  readonly type = RESOURCE_CHECK
  readonly checker: AccessChecker
  readonly check: ResourceAttributes
  constructor(checker: AccessChecker, check: Partial<ResourceAttributes>) {
    super()
    this.checker = checker
    const nothing = { group: '', resource: '', subresource: '', namespace: '', name: '' }
    this.check = { ...nothing, fieldSelector: '', labelSelector: '', ...check }
  }
}

class Decision extends NeverEqual {
  readonly type = DECISION
  readonly decision: AccessDecision
  constructor(decision: AccessDecision) {
    super()
    this.decision = decision
  }
}

const path: Implementation = ([authorizer, text]) => {
  if (!(authorizer instanceof AuthorizerValue) || typeof text !== 'string') return noSuchOverload()
  return text.trim() === '' ? new EvalError('path must not be empty') : new PathCheck(authorizer.checker, text)
}

const group: Implementation = ([authorizer, name]) => {
  if (!(authorizer instanceof AuthorizerValue) || typeof name !== 'string') return noSuchOverload()
  return new GroupCheck(authorizer.checker, name)
}

const serviceAccount: Implementation = ([authorizer, namespace, name]) => {
  if (!(authorizer instanceof AuthorizerValue)) return noSuchOverload()
  if (typeof namespace !== 'string' || typeof name !== 'string') return noSuchOverload()
  if (dnsSubdomainProblems(name).length > 0) return new EvalError('Invalid service account name')
  if (dnsLabelProblems(namespace).length > 0) return new EvalError('Invalid service account namespace')
  const { checker } = authorizer
  return new AuthorizerValue({ check: (check, verb) => checker.check(check, verb, { namespace, name }) })
}

const resource: Implementation = ([check, name]) => {
  if (!(check instanceof GroupCheck) || typeof name !== 'string') return noSuchOverload()
  if (name.trim() === '') return new EvalError('resource must not be empty')
  return new ResourceCheckValue(check.checker, { group: check.group, resource: name })
}

const set =
  (field: keyof ResourceAttributes): Implementation =>
  ([check, text]) =>
    check instanceof ResourceCheckValue && typeof text === 'string'
      ? new ResourceCheckValue(check.checker, { ...check.check, [field]: text })
      : noSuchOverload()

const check: Implementation = ([asked, verb]) => {
  if (!(asked instanceof PathCheck || asked instanceof ResourceCheckValue)) return noSuchOverload()
  return typeof verb === 'string' ? new Decision(asked.checker.check(asked.check, verb)) : noSuchOverload()
}

const answer =
  (tell: (decision: AccessDecision) => Result): Implementation =>
  ([decision]) =>
    decision instanceof Decision ? tell(decision.decision) : noSuchOverload()

const setter = (name: keyof ResourceAttributes, id: string): readonly Overload[] => [
  method([id, [RESOURCE_CHECK, STRING], RESOURCE_CHECK], set(name)),
]

export const authorizerFunctions: Record<string, readonly Overload[]> = {
  path: [method(['authorizer_path', [AUTHORIZER, STRING], PATH_CHECK], path)],
  group: [method(['authorizer_group', [AUTHORIZER, STRING], GROUP_CHECK], group)],
  serviceAccount: [method(['authorizer_serviceaccount', [AUTHORIZER, STRING, STRING], AUTHORIZER], serviceAccount)],
  resource: [method(['groupcheck_resource', [GROUP_CHECK, STRING], RESOURCE_CHECK], resource)],
  subresource: setter('subresource', 'resourcecheck_subresource'),
  namespace: setter('namespace', 'resourcecheck_namespace'),
  name: setter('name', 'resourcecheck_name'),
  fieldSelector: setter('fieldSelector', 'authorizer_fieldselector'),
  labelSelector: setter('labelSelector', 'authorizer_labelselector'),
  check: [
    method(['pathcheck_check', [PATH_CHECK, STRING], DECISION], check),
    method(['resourcecheck_check', [RESOURCE_CHECK, STRING], DECISION], check),
  ],
  errored: [
    method(
      ['decision_errored', [DECISION], BOOL],
      answer(({ error }) => error !== undefined),
    ),
  ],
  error: [
    method(
      ['decision_error', [DECISION], STRING],
      answer(({ error }) => error ?? ''),
    ),
  ],
  allowed: [
    method(
      ['decision_allowed', [DECISION], BOOL],
      answer(({ allowed }) => allowed),
    ),
  ],
  reason: [
    method(
      ['decision_reason', [DECISION], STRING],
      answer(({ reason }) => reason),
    ),
  ],
}
