/** `GET` of ComponentStatuses, which are made when they are asked for.
 *  Source: k8s.io/kubernetes v1.34, pkg/registry/core/componentstatus/rest.go. */
import {
  type ApiResponse,
  apiVersionOf,
  matchesFields,
  matchesLabels,
  notFound,
  parseFieldSelector,
  parseLabelSelector,
  type Resource,
} from '../../api/index.ts'
import { type ComponentName, COMPONENTS, healthOf } from '../server/component-health.ts'
import type { Backend, ResourceRequest } from '../server/context.ts'
import { respondJson } from '../server/response.ts'
import { type ListHead, presenterFor } from './present.ts'
import { checkListOptions } from './request-options.ts'

export async function getComponentStatus(backend: Backend, request: ResourceRequest): Promise<ApiResponse> {
  const presenter = presenterFor(backend, request, 'object')
  const name = COMPONENTS.find((component) => component === request.name)
  // Kubernetes names the resource in the singular here.
  if (name === undefined) throw notFound({ ...request.resource, plural: 'componentstatus' }, request.name)
  const text = await statusText(backend, request.resource, name)
  return respondJson(200, presenter.object(text), { format: presenter.format })
}

export async function listComponentStatuses(backend: Backend, request: ResourceRequest): Promise<ApiResponse> {
  const presenter = presenterFor(backend, request, 'list')
  const { resource, info } = request
  checkListOptions(info.query)
  const labels = parseLabelSelector(info.query.get('labelSelector') ?? '')
  const fields = parseFieldSelector(info.query.get('fieldSelector') ?? '')
  const selected = COMPONENTS.filter(
    (name) => matchesLabels(labels, {}) && matchesFields(resource, fields, { metadata: { name } }),
  )
  const texts = await Promise.all(selected.map((name) => statusText(backend, resource, name)))
  // No version: nothing of it is kept.
  return respondJson(200, presenter.list(texts, {} as ListHead), { format: presenter.format })
}

async function statusText(backend: Backend, resource: Resource, name: ComponentName): Promise<string> {
  const { healthy, message } = await healthOf(name, backend)
  return JSON.stringify({
    kind: resource.kind,
    apiVersion: apiVersionOf(resource),
    metadata: { name },
    conditions: [{ type: 'Healthy', status: healthy ? 'True' : 'False', message }],
  })
}
