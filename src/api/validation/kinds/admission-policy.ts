/** ValidatingAdmissionPolicies and their bindings. Source: kubernetes v1.34, pkg/apis/admissionregistration/validation. */
import { compilePolicy, type PolicyExpressions, policyEnvironment } from '../../cel/index.ts'
import {
  dns1035LabelProblems,
  dnsSubdomainProblems,
  pathSegmentProblems,
  qualifiedNameProblems,
} from '../../formats/index.ts'
import type {
  AuditAnnotation,
  MatchResources,
  NamedRuleWithOperations,
  ParamKind,
  ParamRef,
  ValidatingAdmissionPolicy,
  ValidatingAdmissionPolicyBinding,
  ValidatingAdmissionPolicySpec,
  Validation,
  Variable,
} from '../../generated/types.ts'
import {
  duplicate,
  type FieldError,
  forbidden,
  invalidFormat,
  invalidValue,
  notSupported,
  required,
} from '../field-error.ts'
import { sameValue } from '../immutable.ts'
import type { KindRules } from '../kind-rules.ts'
import { validateAdmissionRule } from './admission-rules.ts'
import { validateMatchConditions } from './match-conditions.ts'
import { validateSelector } from './selector.ts'

const FAILURE_POLICIES = ['Fail', 'Ignore']
const MATCH_POLICIES = ['Equivalent', 'Exact']
const REASONS = ['Forbidden', 'Invalid', 'RequestEntityTooLarge']
const ACTIONS = ['Audit', 'Deny', 'Warn']
const NOT_FOUND_ACTIONS = ['Deny', 'Allow']
const MAX_ANNOTATIONS = 20
const MAX_ANNOTATION_BYTES = 5 * 1024

/** What clients leave out is not refused before it comes here. */
type WithoutSpec<T extends { spec: object }> = Omit<T, 'spec'> & Partial<Pick<T, 'spec'>>

export const admissionPolicyRules: KindRules<WithoutSpec<ValidatingAdmissionPolicy>> = {
  validate: ({ metadata, spec, status }, old) => [
    // What was accepted is not compiled again for each write of the status.
    ...(old !== undefined && sameValue(spec, old.spec)
      ? []
      : validateSpec(spec ?? {}, metadata?.name ?? '', old?.spec)),
    ...(status?.typeChecking?.expressionWarnings ?? []).flatMap(({ warning, fieldRef }, index) => {
      const at = `status.typeChecking.expressionWarnings[${index}]`
      return [
        ...(warning ? [] : [required(`${at}.warning`)]),
        ...(fieldRef?.trim() ? [] : [required(`${at}.fieldRef`)]),
      ]
    }),
  ],
}

function validateSpec(
  spec: ValidatingAdmissionPolicySpec,
  name: string,
  old: ValidatingAdmissionPolicySpec | undefined,
): FieldError[] {
  const { failurePolicy, paramKind, matchConstraints } = spec
  const compiled = compilePolicy(spec)
  return [
    ...choice(failurePolicy, FAILURE_POLICIES, 'spec.failurePolicy'),
    ...(paramKind === undefined ? [] : validateParamKind(paramKind, 'spec.paramKind')),
    ...validateConstraints(matchConstraints),
    ...validateMatchConditions(spec.matchConditions, {
      path: 'spec.matchConditions',
      old: old?.matchConditions,
      environment: policyEnvironment(paramKind !== undefined),
    }),
    ...(spec.variables ?? []).flatMap((variable, index) => validateVariable(variable, compiled, index)),
    ...validateJudgements(spec, compiled, name),
  ]
}

function choice(value: string | undefined, values: readonly string[], path: string): FieldError[] {
  if (value === undefined) return [required(path)]
  return values.includes(value) ? [] : [notSupported(path, value, values)]
}

function validateParamKind({ apiVersion = '', kind = '' }: ParamKind, path: string): FieldError[] {
  const errors: FieldError[] = []
  const parts = apiVersion.split('/')
  if (apiVersion === '') errors.push(required(`${path}.apiVersion`))
  else if (parts.length > 2) {
    errors.push(invalidValue(`${path}.apiVersion`, apiVersion, `unexpected GroupVersion string: ${apiVersion}`))
  } else errors.push(...validateGroupVersion(parts, apiVersion, `${path}.apiVersion`))
  const problems = dns1035LabelProblems(kind.toLowerCase())
  if (kind === '') errors.push(required(`${path}.kind`))
  else if (problems.length > 0) {
    const detail = `may have mixed case, but should otherwise match: ${problems.join(',')}`
    errors.push(invalidValue(`${path}.kind`, kind, detail))
  }
  return errors
}

function validateGroupVersion(parts: readonly string[], apiVersion: string, path: string): FieldError[] {
  const [group, version] = parts.length === 2 ? [parts[0] ?? '', parts[1] ?? ''] : ['', parts[0] ?? '']
  const wrongGroup = group === '' ? [] : dnsSubdomainProblems(group)
  const wrongVersion = version === '' ? [] : dns1035LabelProblems(version)
  return [
    ...(wrongGroup.length > 0 ? [invalidValue(path, group, wrongGroup.join(','))] : []),
    ...(version === '' ? [invalidValue(path, apiVersion, 'version must be specified')] : []),
    ...(wrongVersion.length > 0 ? [invalidValue(path, version, wrongVersion.join(','))] : []),
  ]
}

function validateConstraints(constraints: MatchResources | undefined): FieldError[] {
  const path = 'spec.matchConstraints'
  if (constraints === undefined) return [required(path)]
  const none = (constraints.resourceRules ?? []).length === 0
  return [...validateMatchResources(constraints, path), ...(none ? [required(`${path}.resourceRules`)] : [])]
}

function validateMatchResources(match: MatchResources, path: string): FieldError[] {
  const { matchPolicy, namespaceSelector, objectSelector, resourceRules = [], excludeResourceRules = [] } = match
  const selectors = Object.entries({ namespaceSelector, objectSelector }).flatMap(([field, selector]) =>
    selector === undefined ? [required(`${path}.${field}`)] : validateSelector(selector, `${path}.${field}`),
  )
  return [
    ...choice(matchPolicy, MATCH_POLICIES, `${path}.matchPolicy`),
    ...selectors,
    ...resourceRules.flatMap((rule, index) => validateRule(rule, `${path}.resourceRules[${index}]`)),
    ...excludeResourceRules.flatMap((rule, index) => validateRule(rule, `${path}.excludeResourceRules[${index}]`)),
  ]
}

function validateRule(rule: NamedRuleWithOperations, path: string): FieldError[] {
  const names = rule.resourceNames ?? []
  const errors = names.flatMap((name, index) => [
    ...invalidFormat(`${path}.resourceNames[${index}]`, name, pathSegmentProblems(name)),
    ...(names.indexOf(name) < index ? [duplicate(`${path}.resourceNames[${index}]`, name)] : []),
  ])
  return [...errors, ...validateAdmissionRule(rule, path)]
}

const IDENTIFIER = /^[_a-zA-Z][_a-zA-Z0-9]*$/
const RESERVED = new Set(
  (
    'true false null in as break const continue else for function if import let loop package namespace return var ' +
    'void while'
  ).split(' '),
)

function validateVariable(variable: Partial<Variable>, compiled: PolicyExpressions, index: number): FieldError[] {
  const { name = '', expression = '' } = variable
  const path = `spec.variables[${index}]`
  const errors: FieldError[] = []
  if (name.trim() === '') errors.push(required(`${path}.name`, 'name is not specified'))
  else if (!IDENTIFIER.test(name) || RESERVED.has(name)) {
    errors.push(invalidValue(`${path}.name`, name, 'must be a valid CEL identifier'))
  }
  const error = compiled.variables[index]?.error
  if (expression.trim() === '') errors.push(required(`${path}.expression`, 'expression is not specified'))
  else if (error !== undefined) errors.push(invalidValue(`${path}.expression`, expression, error))
  return errors
}

function validateJudgements(
  { validations = [], auditAnnotations = [] }: ValidatingAdmissionPolicySpec,
  compiled: PolicyExpressions,
  name: string,
): FieldError[] {
  if (validations.length === 0 && auditAnnotations.length === 0) {
    const detail = 'validations or auditAnnotations must contain at least one item'
    return [required('spec.validations', detail), required('spec.auditAnnotations', detail)]
  }
  const errors = validations.flatMap((validation, index) => validateValidation(validation, compiled, index))
  if (auditAnnotations.length > MAX_ANNOTATIONS) {
    const detail = `must not have more than ${MAX_ANNOTATIONS} auditAnnotations`
    errors.push(invalidValue('spec.auditAnnotations', auditAnnotations, detail))
  }
  const keys = new Set<string>()
  for (const [index, annotation] of auditAnnotations.entries()) {
    const path = `spec.auditAnnotations[${index}]`
    errors.push(...validateAnnotation(annotation, { path, name, error: compiled.annotations[index]?.error }))
    if (keys.has(annotation.key)) errors.push(duplicate(`${path}.key`, annotation.key))
    keys.add(annotation.key)
  }
  return errors
}

function validateValidation(validation: Partial<Validation>, compiled: PolicyExpressions, index: number): FieldError[] {
  const { expression = '', message = '', messageExpression = '', reason } = validation
  const path = `spec.validations[${index}]`
  const { error, says } = compiled.validations[index] ?? {}
  const errors: FieldError[] = []
  if (expression.trim() === '') errors.push(required(`${path}.expression`, 'expression is not specified'))
  else if (error !== undefined) errors.push(invalidValue(`${path}.expression`, expression, error))
  const empty = 'must be non-empty if specified'
  if (messageExpression !== '' && messageExpression.trim() === '') {
    errors.push(invalidValue(`${path}.messageExpression`, messageExpression, empty))
  } else if (says?.error !== undefined) {
    errors.push(invalidValue(`${path}.messageExpression`, messageExpression, says.error))
  }
  if (message !== '' && message.trim() === '') errors.push(invalidValue(`${path}.message`, message, empty))
  else if (/[\n\r]/.test(message.trim())) {
    errors.push(invalidValue(`${path}.message`, message, 'must not contain line breaks'))
  }
  if (reason !== undefined && !REASONS.includes(reason)) errors.push(notSupported(`${path}.reason`, reason, REASONS))
  return errors
}

function validateAnnotation(
  { key = '', valueExpression = '' }: Partial<AuditAnnotation>,
  { path, name, error }: { path: string; name: string; error: string | undefined },
): FieldError[] {
  const at = `${path}.key`
  const errors =
    name === ''
      ? [invalidValue(at, key, 'requires metadata.name be non-empty')]
      : invalidFormat(at, `${name}/${key}`, qualifiedNameProblems(`${name}/${key}`))
  const value = `${path}.valueExpression`
  const trimmed = valueExpression.trim()
  if (trimmed === '') errors.push(required(value, 'valueExpression is not specified'))
  else if (Buffer.byteLength(trimmed) > MAX_ANNOTATION_BYTES) {
    errors.push(required(value, `must not exceed ${MAX_ANNOTATION_BYTES} bytes in length`))
  } else if (error !== undefined) errors.push(invalidValue(value, valueExpression, error))
  return errors
}

export const admissionPolicyBindingRules: KindRules<WithoutSpec<ValidatingAdmissionPolicyBinding>> = {
  validate: ({ spec = {} }) => {
    const { policyName = '', paramRef, matchResources, validationActions = [] } = spec
    return [
      ...(policyName === ''
        ? [required('spec.policyName')]
        : invalidFormat('spec.policyName', policyName, dnsSubdomainProblems(policyName))),
      ...(paramRef === undefined ? [] : validateParamRef(paramRef, 'spec.paramRef')),
      ...(matchResources === undefined ? [] : validateMatchResources(matchResources, 'spec.matchResources')),
      ...validateActions(validationActions, 'spec.validationActions'),
    ]
  },
}

function validateParamRef({ name = '', selector, parameterNotFoundAction }: ParamRef, path: string): FieldError[] {
  const both = 'name and selector are mutually exclusive'
  const errors: FieldError[] = []
  if (name !== '') {
    errors.push(...invalidFormat(`${path}.name`, name, pathSegmentProblems(name)))
    if (selector !== undefined) errors.push(forbidden(`${path}.name`, both))
  }
  if (selector !== undefined) {
    errors.push(...validateSelector(selector, `${path}.selector`))
    if (name !== '') errors.push(forbidden(`${path}.selector`, both))
  }
  if (name === '' && selector === undefined) {
    errors.push(required(path, 'one of name or selector must be specified'))
  }
  return [...errors, ...choice(parameterNotFoundAction, NOT_FOUND_ACTIONS, `${path}.parameterNotFoundAction`)]
}

function validateActions(actions: readonly string[], path: string): FieldError[] {
  if (actions.length === 0) return [required(path, 'at least one validation action is required')]
  const errors = actions.flatMap((action, index) => [
    ...(ACTIONS.includes(action) ? [] : [notSupported(`${path}[${index}]`, action, ['Audit', 'Deny', 'Warn'])]),
    ...(actions.indexOf(action) < index ? [duplicate(`${path}[${index}]`, action)] : []),
  ])
  if (actions.includes('Deny') && actions.includes('Warn')) {
    const why = 'repeating the same validation failure information in the API response and headers serves no purpose'
    errors.push(invalidValue(path, actions, `must not contain both Deny and Warn (${why})`))
  }
  return errors
}
