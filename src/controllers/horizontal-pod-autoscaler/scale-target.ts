/** The scale of whatever an autoscaler is for: any kind with a scale subresource, custom ones too. */
import { findResourceByKind, isApiError, type k8s, type KubeObject, type Resource } from '../../api/index.ts'
import type { Client } from '../../client/index.ts'
import { kindResource } from './metric-sources.ts'

export interface ScaleTarget {
  resource: Resource<KubeObject>
  scale: k8s.Scale
}

const RETRIES = 5

/** Throws ApiError, and an Error where the kind is not served. */
export async function readScale(
  client: Client,
  namespace: string,
  target: k8s.CrossVersionObjectReference,
): Promise<ScaleTarget> {
  const { apiVersion = '', kind, name } = target
  if (apiVersion.split('/').length > 2) throw new Error(`unexpected GroupVersion string: ${apiVersion}`)
  const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : ''
  const resource = findResourceByKind(apiVersion, kind) ?? (await kindResource(client, group, kind))
  return { resource, scale: await getScale(client, resource, { namespace, name }) }
}

const getScale = (client: Client, resource: Resource, ref: { namespace: string; name: string }) =>
  client.subresource<k8s.Scale>(resource, ref, 'scale', { method: 'GET' })

/** What others write in the meantime is no obstacle. */
export async function writeScale(client: Client, { resource, scale }: ScaleTarget, replicas: number): Promise<void> {
  const ref = { namespace: scale.metadata.namespace ?? '', name: scale.metadata.name }
  let body = scale
  for (let left = RETRIES; ; left--)
    try {
      await client.subresource(resource, ref, 'scale', { method: 'PUT', body: { ...body, spec: { replicas } } })
      return
    } catch (error) {
      if (left === 1 || !isApiError(error, 'Conflict')) throw error
      body = await getScale(client, resource, ref)
    }
}
