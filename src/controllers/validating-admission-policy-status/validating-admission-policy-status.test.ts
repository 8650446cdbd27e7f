import { expect, it } from 'vitest'
import type { TestCluster } from '../../../test/harness/cluster.ts'
import { openControlledCluster } from '../../../test/harness/controlled-cluster.ts'
import { type k8s, resources } from '../../api/index.ts'

const RULE = { operations: ['*'], apiGroups: ['apps'], apiVersions: ['v1'], resources: ['deployments'] }

async function warningsOf({ client }: TestCluster, name: string, spec: k8s.ValidatingAdmissionPolicySpec) {
  const { validatingadmissionpolicies } = resources
  await client.create(validatingadmissionpolicies, {
    metadata: { name },
    spec: { matchConstraints: { resourceRules: [RULE] }, ...spec },
  })
  const status = async () => (await client.get(validatingadmissionpolicies, { name })).status
  await expect
    .poll(status, { timeout: 10_000, interval: 10 })
    .toMatchObject({ observedGeneration: 1, typeChecking: {} })
  return (await status())?.typeChecking?.expressionWarnings ?? []
}

it('warns of expressions that are wrong about the kinds they are about', async () => {
  await using cluster = await openControlledCluster()
  const right = [
    'object.spec.replicas > 1',
    'variables.replicas > 1 && oldObject.metadata.name != ""',
    'object.spec.template.spec.containers.all(c, quantity(c.resources.limits["cpu"]).isGreaterThan(quantity("1")))',
    'object.metadata.creationTimestamp < timestamp("2030-01-01T00:00:00Z")',
    'params.data["a"] == "b"',
  ].map((expression) => ({ expression }))
  const variables = [{ name: 'replicas', expression: 'object.spec.replicas' }]
  const paramKind = { apiVersion: 'v1', kind: 'ConfigMap' }
  expect(await warningsOf(cluster, 'right', { paramKind, variables, validations: right })).toEqual([])
  const wrong = [
    { expression: "object.spec.replicas > '1'", messageExpression: "'got ' + object.spec.replicas" },
    { expression: "variables.replicas > 1 && params.dta == {'a': 'b'}" },
  ]
  expect(await warningsOf(cluster, 'wrong', { paramKind, variables, validations: wrong })).toEqual([
    {
      fieldRef: 'spec.validations[0].expression',
      warning:
        "apps/v1, Kind=Deployment: ERROR: <input>:1:22: found no matching overload for '_>_' applied to " +
        "'(int, string)'\n | object.spec.replicas > '1'\n | .....................^\n",
    },
    {
      fieldRef: 'spec.validations[0].messageExpression',
      warning: expect.stringContaining("found no matching overload for '_+_' applied to '(string, int)'"),
    },
    { fieldRef: 'spec.validations[1].expression', warning: expect.stringContaining("undefined field 'dta'") },
  ])
})

it('looks again at what is changed', async () => {
  await using cluster = await openControlledCluster()
  const { client } = cluster
  const { validatingadmissionpolicies } = resources
  const warned = await warningsOf(cluster, 'p', { validations: [{ expression: 'object.nothing == 1' }] })
  expect(warned).toHaveLength(1)
  await client.patch(validatingadmissionpolicies, { name: 'p' }, { spec: { validations: [{ expression: 'true' }] } })
  const status = async () => (await client.get(validatingadmissionpolicies, { name: 'p' })).status
  await expect.poll(status, { timeout: 10_000, interval: 10 }).toEqual({ observedGeneration: 2, typeChecking: {} })
  expect((await client.get(validatingadmissionpolicies, { name: 'p' })).metadata.generation).toBe(2)
})

it('knows what definitions say, and takes wildcards for nothing', async () => {
  await using cluster = await openControlledCluster()
  const schema: k8s.JSONSchemaProps = {
    type: 'object',
    properties: { spec: { type: 'object', properties: { replicas: { type: 'integer' } } } },
  }
  await cluster.client.create(resources.customresourcedefinitions, {
    metadata: { name: 'crontabs.stable.example.com' },
    spec: {
      group: 'stable.example.com',
      scope: 'Namespaced',
      names: { plural: 'crontabs', kind: 'CronTab' },
      versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: schema } }],
    },
  })
  const rule = { ...RULE, apiGroups: ['stable.example.com'], resources: ['crontabs'] }
  const validations = [
    { expression: 'object.spec.replicas > 1 && object.metadata.namespace != ""' },
    { expression: 'object.spec.maxRetries < 10' },
  ]
  const warnings = await warningsOf(cluster, 'named', { matchConstraints: { resourceRules: [rule] }, validations })
  expect(warnings).toEqual([
    { fieldRef: 'spec.validations[1].expression', warning: expect.stringContaining("undefined field 'maxRetries'") },
  ])
  const all = { ...rule, apiGroups: ['*'] }
  expect(await warningsOf(cluster, 'all', { matchConstraints: { resourceRules: [all] }, validations })).toEqual([])
})
