import { describe, expect, it, test } from 'vitest'
import { allResources, apiVersionOf, pathOf } from '../../api/index.ts'
import { builtinModel } from '../kinds/builtin-model.ts'
import { OpenApi } from './index.ts'

const kinds = allResources.map((resource) => ({ resource, model: builtinModel(resource) }))
const openApi = new OpenApi({ catalog: { kinds, generation: 1 }, kubernetesVersion: 'v1.34.0' })
const paths = Object.keys((JSON.parse(openApi.index()) as { paths: object }).paths)
const parsed = (path: string) => JSON.parse(openApi.document(path)?.text ?? 'null')

it('lists a document for each group and version, at a URL that changes with it', () => {
  expect(paths).toHaveLength(new Set(allResources.map(apiVersionOf)).size)
  const { paths: entries } = JSON.parse(openApi.index())
  expect(entries['apis/apps/v1'].serverRelativeURL).toBe(
    `/openapi/v3/apis/apps/v1?hash=${openApi.document('apis/apps/v1')?.hash}`,
  )
  expect(entries['api/v1'].serverRelativeURL).toMatch(/^\/openapi\/v3\/api\/v1\?hash=[0-9A-F]{128}$/)
})

it('knows nothing of other groups', () => expect(openApi.document('apis/nothing/v1')).toBeUndefined())

test.each(paths)('%s refers only to what it defines', (path) => {
  const { text = '' } = openApi.document(path) ?? {}
  const { components } = parsed(path)
  const references = [...text.matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map(([, name]) => name)
  expect(references.filter((name) => components.schemas[name ?? ''] === undefined)).toEqual([])
})

test.each(
  allResources.map((resource) => [`${resource.group}/${resource.version} ${resource.plural}`, resource] as const),
)('kubectl explain finds %s by its path', (_, resource) => {
  const document = parsed(`${resource.group === '' ? 'api' : 'apis'}/${apiVersionOf(resource)}`)
  const path = decodeURIComponent(pathOf(resource, resource.namespaced ? { namespace: '{namespace}' } : {}))
  const item = document.paths[path]
  const { group, version, kind } = resource
  const gvk = { group, version, kind }
  expect((item.get ?? item.post)['x-kubernetes-group-version-kind']).toEqual(gvk)
  const schemas: { 'x-kubernetes-group-version-kind'?: object[] }[] = Object.values(document.components.schemas)
  expect(
    schemas.some((one) =>
      one['x-kubernetes-group-version-kind']?.some(
        (own) => JSON.stringify(own) === JSON.stringify({ group, kind, version }),
      ),
    ),
  ).toBe(true)
})

describe('what kubectl apply asks', () => {
  const { paths: operations, components } = parsed('apis/apps/v1')
  const patch = operations['/apis/apps/v1/namespaces/{namespace}/deployments/{name}'].patch

  it('whether the server checks fields', () => {
    expect(patch.parameters.map((one: { name: string }) => one.name)).toContain('fieldValidation')
  })

  it("which patches it takes for kinds that are not Kubernetes' own", () => {
    const { paths: own } = parsed('apis/apps.naru.dev/v1')
    const { content } = own['/apis/apps.naru.dev/v1/namespaces/{namespace}/apps/{name}'].patch.requestBody
    expect(Object.keys(content)).toEqual([
      'application/apply-patch+yaml',
      'application/json-patch+json',
      'application/merge-patch+json',
    ])
  })

  it('whether it takes strategic merge patches, and how lists are merged', () => {
    expect(Object.keys(patch.requestBody.content)).toContain('application/strategic-merge-patch+json')
    expect(components.schemas['io.k8s.api.core.v1.PodSpec'].properties.containers).toMatchObject({
      type: 'array',
      'x-kubernetes-patch-strategy': 'merge',
      'x-kubernetes-patch-merge-key': 'name',
      'x-kubernetes-list-map-keys': ['name'],
    })
  })
})

it('describes subresources, lists of kinds that have none of their own, and types that are scalars here', () => {
  const appsDocument = parsed('apis/apps.naru.dev/v1')
  expect(appsDocument.components.schemas['dev.naru.apps.v1.AppList'].properties.items.items).toEqual({
    allOf: [{ $ref: '#/components/schemas/dev.naru.apps.v1.App' }],
  })
  const { paths: operations, components } = parsed('apis/apps/v1')
  expect(
    operations['/apis/apps/v1/namespaces/{namespace}/deployments/{name}/scale'].get['x-kubernetes-group-version-kind'],
  ).toEqual({
    group: 'autoscaling',
    version: 'v1',
    kind: 'Scale',
  })
  expect(components.schemas['io.k8s.apimachinery.pkg.util.intstr.IntOrString'].format).toBe('int-or-string')
})

it('answers v2 with an empty document, as JSON and as protobuf', () => {
  expect(JSON.parse(openApi.legacyDocument().text)).toMatchObject({ swagger: '2.0', paths: {} })
  expect(Buffer.from(openApi.legacyProtobuf()).toString('latin1')).toBe(
    '\n\x032.0\x12\x15\n\nKubernetes\x12\x07v1.34.0B\x00',
  )
})
