/** Expressions that name what is not there, where policies, hooks, definitions and devices have them. */
import type { Case } from '../case.ts'
import type { Call } from '../connection.ts'

const ADMISSION = '/apis/admissionregistration.k8s.io/v1'
const EXPRESSIONS = [
  'variables.x',
  'variables',
  'params.x',
  'params == null',
  'nothing',
  'nothing.x',
  'object.nothing',
  'object.spec.nothing == 1',
  'oldObject.nothing',
  'request.nothing',
  'request.userInfo.nothing',
  'namespaceObject.nothing',
  'namespaceObject.metadata.nothing',
  'authorizer.nothing',
  'authorizer.nothing()',
  'object.nothing()',
  'self.x',
  'has(variables.x)',
  'has(nothing)',
  'has(nothing.x)',
  '[1].all(i, j > 0)',
  '[1].all(i, i.x)',
  'dyn(1).x.y',
  'Nothing{}',
  'a.b.c',
  'a.b.c()',
  'request.namespace.x',
  'device.nothing',
  'device.driver.x',
  '"a".nothing',
  '1.x',
]

const policy = (expression: string, more: object = {}): Call => ({
  method: 'POST',
  path: `${ADMISSION}/validatingadmissionpolicies?dryRun=All`,
  body: {
    metadata: { name: 'expressions' },
    spec: {
      matchConstraints: {
        resourceRules: [
          { apiGroups: ['apps'], apiVersions: ['v1'], operations: ['CREATE'], resources: ['deployments'] },
        ],
      },
      validations: [{ expression }],
      ...more,
    },
  },
})

const hook = (expression: string): Call => ({
  method: 'POST',
  path: `${ADMISSION}/validatingwebhookconfigurations?dryRun=All`,
  body: {
    metadata: { name: 'expressions' },
    webhooks: [
      {
        name: 'a.b.c',
        admissionReviewVersions: ['v1'],
        sideEffects: 'None',
        clientConfig: { url: 'https://a' },
        matchConditions: [{ name: 'a', expression }],
      },
    ],
  },
})

const definition = (rule: string): Call => ({
  method: 'POST',
  path: '/apis/apiextensions.k8s.io/v1/customresourcedefinitions?dryRun=All',
  body: {
    metadata: { name: 'things.expressions.dev' },
    spec: {
      group: 'expressions.dev',
      scope: 'Namespaced',
      names: { plural: 'things', kind: 'Thing' },
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          schema: {
            openAPIV3Schema: {
              type: 'object',
              properties: {
                spec: {
                  type: 'object',
                  properties: { a: { type: 'string' }, b: { type: 'object', properties: { c: { type: 'integer' } } } },
                  'x-kubernetes-validations': [{ rule }],
                },
              },
            },
          },
        },
      ],
    },
  },
})

const device = (expression: string): Call => ({
  method: 'POST',
  path: '/apis/resource.k8s.io/v1/deviceclasses?dryRun=All',
  body: { metadata: { name: 'expressions' }, spec: { selectors: [{ cel: { expression } }] } },
})

const one = (name: string, ...calls: Call[]): Case => ({ name: `expressions/${name}`, calls })

export const expressionCases: readonly Case[] = [
  ...EXPRESSIONS.map((expression) =>
    one(expression, policy(expression), hook(expression), definition(expression), device(expression)),
  ),
  ...['variables.a', 'variables.b', 'variables.c.d', 'params.x'].map((expression) =>
    one(
      `${expression} of some`,
      policy(expression, {
        paramKind: { apiVersion: 'v1', kind: 'ConfigMap' },
        variables: [
          { name: 'a', expression: 'variables.b' },
          { name: 'c', expression: '1' },
          { name: 'e', expression: 'nothing' },
        ],
        auditAnnotations: [{ key: 'a', valueExpression: 'variables.nothing' }],
        matchConditions: [{ name: 'a', expression: 'variables.a' }],
      }),
    ),
  ),
]
