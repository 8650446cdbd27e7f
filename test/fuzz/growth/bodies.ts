/** Bodies that the server as a whole takes or refuses. */
import type { TestCluster } from '../../harness/cluster.ts'
import { configMap, keyed, type NamedGrowth, range } from './named-growth.ts'
import { send } from './send.ts'

const TIME = '2026-01-01T00:00:00Z'
const definition = (openAPIV3Schema: unknown, more: object = {}) => ({
  metadata: { name: 'gadgets.wide.example.com' },
  spec: {
    group: 'wide.example.com',
    scope: 'Namespaced',
    names: { plural: 'gadgets', kind: 'Gadget' },
    versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema } }],
    ...more,
  },
})
const objectSchema = (properties: object, more: object = {}) => ({ type: 'object', properties, ...more })
const STRING = { type: 'string' }
const deep = (size: number): unknown => (size === 0 ? STRING : objectSchema({ a: deep(size - 1) }))
const rule = (index: number) => ({ rule: `self.k${index}.size() < 10`, message: 'm' })
const widget = (spec: object) => ({
  apiVersion: 'fuzz.example.com/v1',
  kind: 'Widget',
  metadata: { name: 'wide' },
  spec,
})
const CRDS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions?dryRun=All'
const WIDGETS = '/apis/fuzz.example.com/v1/namespaces/default/widgets?dryRun=All'
const POLICIES = '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies?dryRun=All'
const MAPS = '/api/v1/namespaces/default/configmaps?dryRun=All'

const BODIES: Readonly<Record<string, readonly [url: string, body: (size: number) => unknown]>> = {
  'definitions with many properties': [CRDS, (size) => definition(objectSchema(keyed(size, () => STRING)))],
  'definitions with rules': [
    CRDS,
    (size) =>
      definition(
        objectSchema(
          keyed(size, () => ({ ...STRING, maxLength: 5 })),
          { 'x-kubernetes-validations': range(size, rule) },
        ),
      ),
  ],
  'definitions with many values': [
    CRDS,
    (size) => definition(objectSchema({ a: { ...STRING, enum: range(size, (index) => `v${index}`) } })),
  ],
  'definitions that require much': [
    CRDS,
    (size) =>
      definition(
        objectSchema(
          keyed(size, () => STRING),
          { required: range(size, (index) => `k${index}`) },
        ),
      ),
  ],
  'definitions with alternatives': [
    CRDS,
    (size) => definition(objectSchema({ a: { ...STRING, anyOf: range(size, (index) => ({ maxLength: index })) } })),
  ],
  'definitions with defaults': [
    CRDS,
    (size) => definition(objectSchema(keyed(size, () => ({ ...STRING, default: 'a' })))),
  ],
  'definitions with wrong types': [CRDS, (size) => definition(objectSchema(keyed(size, () => ({ type: 'x' }))))],
  'definitions with versions': [
    CRDS,
    (size) =>
      definition(
        {},
        {
          versions: range(size, (index) => ({
            name: `v${index + 1}`,
            served: true,
            storage: index === 0,
            schema: { openAPIV3Schema: { type: 'object' } },
          })),
        },
      ),
  ],
  'definitions with columns': [
    CRDS,
    (size) =>
      definition(
        {},
        {
          versions: [
            {
              name: 'v1',
              served: true,
              storage: true,
              schema: { openAPIV3Schema: { type: 'object' } },
              additionalPrinterColumns: range(size, (index) => ({
                name: `c${index}`,
                type: 'string',
                jsonPath: `.spec.a${index}`,
              })),
            },
          ],
        },
      ),
  ],
  'definitions with long paths': [
    CRDS,
    (size) =>
      definition(
        {},
        {
          versions: [
            {
              name: 'v1',
              served: true,
              storage: true,
              schema: { openAPIV3Schema: { type: 'object' } },
              additionalPrinterColumns: [{ name: 'c', type: 'string', jsonPath: '.a'.repeat(size) }],
            },
          ],
        },
      ),
  ],
  'definitions with names': [
    CRDS,
    (size) =>
      definition(
        { type: 'object' },
        {
          names: {
            plural: 'gadgets',
            kind: 'Gadget',
            shortNames: range(size, (index) => `n${index}`),
            categories: range(size, (index) => `c${index}`),
          },
        },
      ),
  ],
  'custom objects with items': [WIDGETS, (size) => widget({ list: range(size, (index) => ({ k: `k${index}` })) })],
  'custom objects with the same items': [WIDGETS, (size) => widget({ list: range(size, () => ({ k: 'k' })) })],
  'custom objects with unknown fields': [`${WIDGETS}&fieldValidation=Strict`, (size) => widget(keyed(size, () => 1))],
  'custom objects with anything': [WIDGETS, (size) => widget({ free: keyed(size, () => [{}]) })],
  'custom objects with a long text': [WIDGETS, (size) => widget({ s: 'a'.repeat(size) })],
  'policies with rules': [
    POLICIES,
    (size) => ({
      metadata: { name: 'wide' },
      spec: {
        matchConstraints: {
          resourceRules: [{ apiGroups: ['*'], apiVersions: ['*'], operations: ['*'], resources: ['*'] }],
        },
        validations: range(size, (index) => ({ expression: `object.metadata.name != 'a${index}'` })),
      },
    }),
  ],
  'policies with variables': [
    POLICIES,
    (size) => ({
      metadata: { name: 'wide' },
      spec: {
        matchConstraints: {
          resourceRules: [{ apiGroups: ['*'], apiVersions: ['*'], operations: ['*'], resources: ['*'] }],
        },
        variables: range(size, (index) => ({
          name: `a${index}`,
          expression: index === 0 ? '1' : `variables.a${index - 1}`,
        })),
        validations: [{ expression: 'true' }],
      },
    }),
  ],
  'managed fields': [
    MAPS,
    (size) => ({
      ...configMap({}),
      metadata: {
        name: 'wide',
        managedFields: range(size, (index) => ({
          manager: `m${index}`,
          operation: 'Update',
          apiVersion: 'v1',
          fieldsType: 'FieldsV1',
          time: TIME,
          fieldsV1: { 'f:data': { [`f:k${index}`]: {} } },
        })),
      },
    }),
  ],
  'managers that apply': [
    MAPS,
    (size) => ({
      ...configMap({}),
      metadata: {
        name: 'wide',
        managedFields: range(size, (index) => ({
          manager: `m${index}`,
          operation: 'Apply',
          apiVersion: 'v1',
          fieldsType: 'FieldsV1',
          time: TIME,
          fieldsV1: { 'f:data': { [`f:k${index}`]: {} } },
        })),
      },
    }),
  ],
  'fields of no kind': [`${MAPS}&fieldValidation=Strict`, (size) => ({ ...configMap({}), ...keyed(size, () => 1) })],
  'labels that are none': [MAPS, (size) => ({ metadata: { name: 'wide', labels: keyed(size, () => '?') } })],
}

export const bodyGrowths = (cluster: TestCluster): NamedGrowth[] =>
  Object.entries(BODIES).map(([name, [url, make]]) => ({
    name,
    growth: {
      size: 100,
      input: (size) => {
        const body = JSON.stringify(make(size))
        return { bytes: body.length, run: () => send(cluster, url, { body }) }
      },
    },
  }))

/** How deep a schema may be is bounded by how deep a body may be. */
export const deepDefinition = (cluster: TestCluster): NamedGrowth => ({
  name: 'definitions of many levels',
  growth: {
    size: 15,
    maxBytes: 12_000,
    input: (size) => {
      const body = JSON.stringify(definition(deep(size)))
      return { bytes: body.length, run: () => send(cluster, CRDS, { body }) }
    },
  },
})
