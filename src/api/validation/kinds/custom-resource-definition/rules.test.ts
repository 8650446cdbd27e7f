import { describe, expect, it, test } from 'vitest'
import { decodeObject } from '../../../decode/index.ts'
import { applyDefaults } from '../../../defaults/index.ts'
import { customresourcedefinitions } from '../../../generated/resources.ts'
import type { CustomResourceDefinition } from '../../../generated/types.ts'
import { validateObject } from '../../validate-object.ts'

type Tree = Record<string, unknown>

const version = (more: Tree = {}): Tree => ({
  name: 'v1',
  served: true,
  storage: true,
  schema: { openAPIV3Schema: { type: 'object' } },
  ...more,
})
const schema = (openAPIV3Schema: Tree): Tree => version({ schema: { openAPIV3Schema } })
const field = (of: Tree): Tree => schema({ type: 'object', properties: { spec: of } })

function definition(spec: Tree = {}, metadata: Tree = {}): CustomResourceDefinition {
  const names = { plural: 'shirts', kind: 'Shirt' }
  const given = {
    metadata: { name: 'shirts.stable.example.com', ...metadata },
    spec: { group: 'stable.example.com', scope: 'Namespaced', names, versions: [version()], ...spec },
  }
  const object = decodeObject(customresourcedefinitions, structuredClone(given)).object as CustomResourceDefinition
  applyDefaults(customresourcedefinitions, object)
  object.status = { storedVersions: object.spec.versions.filter((one) => one.storage).map(({ name }) => name) } as never
  return object
}

const errorsOf = (object: CustomResourceDefinition, old?: CustomResourceDefinition) =>
  validateObject(customresourcedefinitions, object, old).map((error) => `${error.field}: ${error.message}`)

it('a definition with the least there must be is valid, and gets the names that follow', () => {
  const object = definition()
  expect(errorsOf(object)).toEqual([])
  expect(object.spec.names).toEqual({ plural: 'shirts', kind: 'Shirt', singular: 'shirt', listKind: 'ShirtList' })
  expect(object.spec.conversion).toEqual({ strategy: 'None' })
})

describe('what is refused, in the words of Kubernetes', () => {
  test.each<[string, Tree, string]>([
    [
      'a group that is no domain',
      { group: 'stable' },
      'spec.group: Invalid value: "stable": should be a domain with at least one dot',
    ],
    [
      'another scope',
      { scope: 'Global' },
      'spec.scope: Unsupported value: "Global": supported values: "Cluster", "Namespaced"',
    ],
    [
      'kind and list of one name',
      { names: { plural: 'shirts', kind: 'Shirt', listKind: 'Shirt' } },
      'spec.names.listKind: Invalid value: "Shirt": kind and listKind may not be the same',
    ],
    [
      'two versions of one name',
      { versions: [version(), version({ storage: false })] },
      'must contain unique version names',
    ],
    [
      'no version to keep',
      { versions: [version({ storage: false })] },
      'must have exactly one version marked as storage version',
    ],
    [
      'no schema',
      { versions: [version({ schema: undefined })] },
      'spec.versions[0].schema.openAPIV3Schema: Required value',
    ],
    [
      'a schema that is not structural, where all versions have it',
      { versions: [field({})] },
      'spec.validation.openAPIV3Schema.properties[spec].type: Required value: must not be empty for specified object fields',
    ],
    [
      'a schema that is not structural, where only one has it',
      { versions: [version(), { ...field({}), name: 'v2', storage: false }] },
      'spec.versions[1].schema.openAPIV3Schema.properties[spec].type: Required value: must not be empty for specified object fields',
    ],
    [
      'a reference',
      { versions: [field({ $ref: '#/a' })] },
      'spec.validation.openAPIV3Schema.properties[spec].$ref: Forbidden: $ref is not supported',
    ],
    [
      'a schema that names its own',
      { versions: [field({ type: 'object', $schema: 'http://json-schema.org/draft-04/schema#' })] },
      'spec.validation.openAPIV3Schema: Invalid value: "": OpenAPIV3Schema \'schema\' is not supported',
    ],
    [
      'dependencies, be there none',
      { versions: [field({ type: 'object', dependencies: {} })] },
      'spec.validation.openAPIV3Schema.properties[spec].dependencies: Forbidden: dependencies is not supported',
    ],
    [
      'a list of item schemas',
      { versions: [field({ type: 'array', items: [{ type: 'string' }, { type: 'string' }] })] },
      'properties[spec].items: Forbidden: items must be a schema object and not an array',
    ],
    [
      'a type that is none',
      { versions: [field({ type: 'strin' })] },
      'properties[spec].type: Unsupported value: "strin": supported values: "array", "boolean", "integer", "number", "object", "string"',
    ],
    [
      'unique items',
      { versions: [field({ type: 'array', uniqueItems: true, items: { type: 'string' } })] },
      'uniqueItems: Forbidden: uniqueItems cannot be set to true since the runtime complexity becomes quadratic',
    ],
    [
      'named fields beside any others',
      {
        versions: [
          field({ type: 'object', properties: { a: { type: 'string' } }, additionalProperties: { type: 'string' } }),
        ],
      },
      'additionalProperties: Forbidden: additionalProperties and properties are mutual exclusive',
    ],
    [
      'a default in the metadata',
      {
        versions: [
          schema({
            type: 'object',
            properties: { metadata: { type: 'object', properties: { name: { type: 'string', default: 'a' } } } },
          }),
        ],
      },
      'properties[name].default: Forbidden: must not be set in top-level metadata',
    ],
    [
      'a default of the wrong type',
      { versions: [field({ type: 'integer', default: 'x' })] },
      'properties[spec].default: Invalid value: "string": ',
    ],
    [
      'a list of type map without keys',
      { versions: [field({ type: 'array', 'x-kubernetes-list-type': 'map', items: { type: 'object' } })] },
      'x-kubernetes-list-map-keys: Required value: must not be empty if x-kubernetes-list-type is map',
    ],
    [
      'a key that may be left out',
      {
        versions: [
          field({
            type: 'array',
            'x-kubernetes-list-type': 'map',
            'x-kubernetes-list-map-keys': ['a'],
            items: { type: 'object', properties: { a: { type: 'string' } } },
          }),
        ],
      },
      'items.properties[a].default: Required value: this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property',
    ],
    [
      'a set of objects that are not atomic',
      { versions: [field({ type: 'array', 'x-kubernetes-list-type': 'set', items: { type: 'object' } })] },
      'must be atomic as item of a list with x-kubernetes-list-type=set',
    ],
    [
      'a rule that says nothing',
      { versions: [field({ type: 'string', 'x-kubernetes-validations': [{ rule: ' ' }] })] },
      'x-kubernetes-validations[0].rule: Required value: rule is not specified',
    ],
    [
      'a reason that nobody knows',
      { versions: [field({ type: 'string', 'x-kubernetes-validations': [{ rule: 'true', reason: 'Because' }] })] },
      'x-kubernetes-validations[0].reason: Unsupported value: "Because"',
    ],
    [
      'anyOf at the root beside a status subresource',
      { versions: [{ ...schema({ type: 'object', anyOf: [{ required: ['a'] }] }), subresources: { status: {} } }] },
      'fields are allowed at the root of the schema if the status subresource is enabled',
    ],
    [
      'replicas outside of the spec',
      {
        versions: [
          version({ subresources: { scale: { specReplicasPath: '.status.a', statusReplicasPath: '.status.a' } } }),
        ],
      },
      'spec.subresources.scale.specReplicasPath: Invalid value: ".status.a": should be a json path under .spec',
    ],
    [
      'a column without a type',
      { versions: [version({ additionalPrinterColumns: [{ name: 'A', jsonPath: '.a', type: 'text' }] })] },
      'spec.additionalPrinterColumns[0].type: Invalid value: "text": must be one of boolean,date,integer,number,string',
    ],
    [
      'a selectable field that is not there',
      { versions: [version({ selectableFields: [{ jsonPath: '.spec.color' }] })] },
      'spec.selectableFields[0].jsonPath: Invalid value: ".spec.color": is an invalid path: does not refer to a valid field',
    ],
    [
      'a selectable object',
      { versions: [{ ...field({ type: 'object' }), selectableFields: [{ jsonPath: '.spec' }] }] },
      'must point to a field of type string, boolean or integer.',
    ],
    [
      'a warning of what is not deprecated',
      { versions: [version({ deprecationWarning: 'old' })] },
      'spec.versions[0].deprecationWarning: Invalid value: "old": can only be set for deprecated versions',
    ],
    [
      'a conversion webhook that is nowhere',
      { conversion: { strategy: 'Webhook', webhook: { conversionReviewVersions: ['v1'] } } },
      'spec.conversion.webhookClientConfig: Required value: required when strategy is set to Webhook',
    ],
    [
      'a webhook without a version it understands',
      {
        conversion: {
          strategy: 'Webhook',
          webhook: { clientConfig: { url: 'https://a' }, conversionReviewVersions: ['v9'] },
        },
      },
      'spec.conversion.conversionReviewVersions: Invalid value: ["v9"]: must include at least one of v1, v1beta1',
    ],
    [
      'a kind that keeps whatever it is given',
      { preserveUnknownFields: true },
      'spec.preserveUnknownFields: Invalid value: true: cannot set to true',
    ],
  ])('%s', (_, spec, expected) => {
    expect(errorsOf(definition(spec))).toContainEqual(expect.stringContaining(expected))
  })

  it('a name that is not made of plural and group', () => {
    expect(errorsOf(definition({}, { name: 'shirt.stable.example.com' }))).toEqual([
      'metadata.name: Invalid value: "shirt.stable.example.com": must be spec.names.plural+"."+spec.group',
    ])
  })

  it('a group of Kubernetes without approval', () => {
    const object = definition({ group: 'apps.k8s.io' }, { name: 'shirts.apps.k8s.io' })
    expect(errorsOf(object)).toContainEqual(
      expect.stringContaining(
        'metadata.annotations[api-approved.kubernetes.io]: Required value: protected groups must',
      ),
    )
    object.metadata.annotations = { 'api-approved.kubernetes.io': 'unapproved, a test' }
    expect(errorsOf(object)).toEqual([])
    object.metadata.annotations = { 'api-approved.kubernetes.io': 'https://example.com/1' }
    expect(errorsOf(object)).toEqual([])
  })
})

describe('a change', () => {
  const established = (): CustomResourceDefinition => {
    const object = definition()
    const condition = { type: 'Established', status: 'True' }
    object.status = { ...object.status, conditions: [condition] } as never
    return object
  }
  it('of the scope or the kind is refused once the kind is served', () => {
    const changed = definition({ scope: 'Cluster', names: { plural: 'shirts', kind: 'Blouse' } })
    expect(errorsOf(changed, definition())).toEqual([])
    expect(errorsOf(changed, established())).toEqual([
      'spec.scope: Invalid value: "Cluster": field is immutable',
      'spec.names.kind: Invalid value: "Blouse": field is immutable',
    ])
  })
  it('may not drop a version in which objects are kept', () => {
    const changed = definition({ versions: [version({ name: 'v2' })] })
    changed.status = { storedVersions: ['v1', 'v2'] } as never
    expect(errorsOf(changed, established())).toEqual([
      expect.stringContaining(
        'status.storedVersions[0]: Invalid value: "v1": missing from spec.versions; v1 was previously',
      ),
    ])
  })
})
