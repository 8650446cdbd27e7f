import { describe, expect, it } from 'vitest'
import type { k8s } from '../../index.ts'
import { admissionPolicyBindingRules, admissionPolicyRules } from './admission-policy.ts'

const RULE = { operations: ['*'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods'] }
const matchConstraints: k8s.MatchResources = {
  matchPolicy: 'Equivalent',
  namespaceSelector: {},
  objectSelector: {},
  resourceRules: [{ ...RULE, scope: '*' }],
}
const policyErrors = (spec: k8s.ValidatingAdmissionPolicySpec, name = 'p') =>
  (
    admissionPolicyRules.validate?.(
      {
        metadata: { name },
        spec: { failurePolicy: 'Fail', matchConstraints, validations: [{ expression: 'true' }], ...spec },
      },
      undefined,
    ) ?? []
  ).map(({ field, message }) => `${field}: ${message}`)
const bindingErrors = (spec: k8s.ValidatingAdmissionPolicyBindingSpec) =>
  (
    admissionPolicyBindingRules.validate?.(
      { metadata: { name: 'b' }, spec: { policyName: 'p', validationActions: ['Deny'], ...spec } },
      undefined,
    ) ?? []
  ).map(({ field, message }) => `${field}: ${message}`)

describe('admission policies', () => {
  it.each<[string, k8s.ValidatingAdmissionPolicySpec, string[]]>([
    ['what is right', {}, []],
    [
      'an expression that does not parse',
      { validations: [{ expression: 'object.a <' }] },
      [
        expect.stringContaining(
          'spec.validations[0].expression: Invalid value: "object.a <": compilation failed: ERROR',
        ),
      ],
    ],
    [
      'an expression that is no condition',
      { validations: [{ expression: '1' }] },
      ['spec.validations[0].expression: Invalid value: "1": must evaluate to bool but got int'],
    ],
    [
      'a message that is none',
      { validations: [{ expression: 'true', messageExpression: '1' }] },
      ['spec.validations[0].messageExpression: Invalid value: "1": must evaluate to string but got int'],
    ],
    [
      'a message of two lines',
      { validations: [{ expression: 'true', message: 'a\nb' }] },
      ['spec.validations[0].message: Invalid value: "a\\nb": must not contain line breaks'],
    ],
    [
      'a message that asks the authorizer',
      { validations: [{ expression: 'true', messageExpression: 'authorizer.path("/x").check("get").reason()' }] },
      [expect.stringContaining("undeclared reference to 'authorizer'")],
    ],
    [
      'a variable where there are none',
      { validations: [{ expression: 'variables.a' }] },
      [expect.stringContaining("undeclared reference to 'variables'")],
    ],
    [
      'a variable that is not among those there are',
      { variables: [{ name: 'a', expression: '1' }], validations: [{ expression: 'variables.b' }] },
      [expect.stringContaining("undefined field 'b'")],
    ],
    [
      'an unknown reason',
      { validations: [{ expression: 'true', reason: 'Bored' }] },
      [
        'spec.validations[0].reason: Unsupported value: "Bored": supported values: "Forbidden", "Invalid", ' +
          '"RequestEntityTooLarge"',
      ],
    ],
    [
      'nothing to judge by',
      { validations: [] },
      [
        'spec.validations: Required value: validations or auditAnnotations must contain at least one item',
        'spec.auditAnnotations: Required value: validations or auditAnnotations must contain at least one item',
      ],
    ],
    [
      'variables used before they are there',
      {
        variables: [
          { name: 'a', expression: 'variables.b' },
          { name: 'b', expression: '1' },
        ],
      },
      [expect.stringContaining("undefined field 'b'")],
    ],
    [
      'a variable that cannot be named',
      { variables: [{ name: 'a-b', expression: '1' }] },
      ['spec.variables[0].name: Invalid value: "a-b": must be a valid CEL identifier'],
    ],
    [
      'parameters without a kind of theirs',
      { validations: [{ expression: 'params.a == 1' }] },
      [expect.stringContaining("undeclared reference to 'params'")],
    ],
    [
      'a kind of parameters that is none',
      { paramKind: { apiVersion: 'a/b/c', kind: 'X Y' } },
      [
        'spec.paramKind.apiVersion: Invalid value: "a/b/c": unexpected GroupVersion string: a/b/c',
        expect.stringContaining(
          'spec.paramKind.kind: Invalid value: "X Y": may have mixed case, but should otherwise match',
        ),
      ],
    ],
    [
      'no resources',
      { matchConstraints: { ...matchConstraints, resourceRules: [] } },
      ['spec.matchConstraints.resourceRules: Required value'],
    ],
    [
      'annotations of one key',
      {
        auditAnnotations: [
          { key: 'k', valueExpression: '"a"' },
          { key: 'k', valueExpression: '1' },
        ],
      },
      [
        'spec.auditAnnotations[1].valueExpression: Invalid value: "1": must evaluate to one of [string null_type] but got int',
        'spec.auditAnnotations[1].key: Duplicate value: "k"',
      ],
    ],
  ])('%s', (_, spec, errors) => {
    expect(policyErrors(spec)).toEqual(errors)
  })

  it('of which nothing is left are told what is missing', () => {
    const nothing = {} as never
    const parts = {
      variables: [nothing],
      validations: [nothing],
      auditAnnotations: [nothing],
      matchConditions: [nothing],
    }
    expect(policyErrors({ ...parts, matchConstraints: { resourceRules: [nothing] }, paramKind: nothing })).not.toEqual(
      [],
    )
    expect(admissionPolicyRules.validate?.({ metadata: { name: 'p' } }, undefined)).not.toEqual([])
    expect(admissionPolicyBindingRules.validate?.({ metadata: { name: 'p' } }, undefined)).not.toEqual([])
  })
})

describe('bindings of admission policies', () => {
  it.each<[string, k8s.ValidatingAdmissionPolicyBindingSpec, string[]]>([
    ['what is right', {}, []],
    ['no policy', { policyName: '' }, ['spec.policyName: Required value']],
    [
      'no action',
      { validationActions: [] },
      ['spec.validationActions: Required value: at least one validation action is required'],
    ],
    [
      'saying it twice',
      { validationActions: ['Deny', 'Warn'] },
      [expect.stringContaining('must not contain both Deny and Warn')],
    ],
    [
      'an unknown action',
      { validationActions: ['Shout'] },
      ['spec.validationActions[0]: Unsupported value: "Shout": supported values: "Audit", "Deny", "Warn"'],
    ],
    [
      'parameters that are not named',
      { paramRef: { parameterNotFoundAction: 'Deny' } },
      ['spec.paramRef: Required value: one of name or selector must be specified'],
    ],
    [
      'parameters that are named twice',
      { paramRef: { name: 'a', selector: {}, parameterNotFoundAction: 'Deny' } },
      [
        'spec.paramRef.name: Forbidden: name and selector are mutually exclusive',
        'spec.paramRef.selector: Forbidden: name and selector are mutually exclusive',
      ],
    ],
  ])('%s', (_, spec, errors) => {
    expect(bindingErrors(spec)).toEqual(errors)
  })
})
