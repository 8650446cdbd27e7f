/** What a Score file asks for beside the App: its Resources, before the App, and its files. */
import {
  APP_LABEL,
  apiVersionOf,
  type App,
  apps,
  type BackingResource,
  isApiError,
  type k8s,
  type KubeObject,
  releases,
  type Resource,
  resources,
} from '../../api/index.ts'
import { FILES_LABEL, type RenderedScore } from '../../score/index.ts'
import type { Cluster } from '../cluster/open-cluster.ts'
import type { CommandContext } from '../context.ts'
import { ensureNamespace } from '../deploy/apply-app.ts'
import type { EngineInfo } from '../engine/engine-info.ts'
import { applyResource } from '../resources/apply-resource.ts'
import { provisionerFor } from '../resources/provisioners.ts'
import { serverImage } from '../resources/server-image.ts'
import { applySecretFiles } from './secret-files.ts'

/** Throws CliError `resourceTypeUnknown`, `resourceTaken`, `resourceFailed`, `outputUnknown`, `buildFailed`. */
export async function applyBeside(
  context: CommandContext,
  cluster: Cluster,
  { rendered, engine, patienceMs }: { rendered: RenderedScore; engine: EngineInfo; patienceMs: number },
): Promise<void> {
  const { resources: objects, files, secretFiles } = rendered
  const { signal } = context
  if (objects.length > 0 || files !== undefined) await ensureNamespace(cluster.client, cluster.namespace, signal)
  await applyResources(context, cluster, { objects, engine })
  if (files !== undefined) await applyFiles(cluster, files, signal)
  if (secretFiles !== undefined) await applySecretFiles(context, cluster, { secretFiles, objects, patienceMs })
}

/** The images of their servers are made first. */
async function applyResources(
  context: CommandContext,
  cluster: Cluster,
  { objects, engine }: { objects: readonly BackingResource[]; engine: EngineInfo },
): Promise<void> {
  const { signal } = context
  const chosen = await Promise.all(
    objects.map(({ spec: { type, class: name } }) => provisionerFor(cluster, { type, class: name, signal })),
  )
  for (const [index, { metadata, spec }] of objects.entries()) {
    const provisioner = chosen[index]
    const image = provisioner && (await serverImage(context, provisioner, engine))
    await applyResource(cluster, {
      name: metadata.name,
      spec: { ...spec, ...(image !== undefined && { image }) },
      labels: metadata.labels,
      annotations: metadata.annotations,
      signal,
    })
  }
}

/** Never changed: another content has another name. */
async function applyFiles({ client }: Cluster, files: k8s.ConfigMap, signal: AbortSignal): Promise<void> {
  try {
    await client.create(resources.configmaps, files, { signal })
  } catch (error) {
    if (!isApiError(error, 'AlreadyExists')) throw error
  }
}

/** The files go with their app, and those that neither it nor a release of it has go now. */
export async function adoptFiles({ client }: Cluster, app: App, signal: AbortSignal): Promise<void> {
  const { name, namespace, uid = '' } = app.metadata
  const owner: k8s.OwnerReference = { apiVersion: apiVersionOf(apps), kind: apps.kind, name, uid }
  const selection = { namespace, labelSelector: `${FILES_LABEL}=${name}`, signal }
  const configMaps = (await client.list(resources.configmaps, selection)).items
  const secrets = (await client.list(resources.secrets, selection)).items
  if (configMaps.length + secrets.length === 0) return
  const kept = await client.list(releases, { namespace, labelSelector: `${APP_LABEL}=${name}`, signal })
  const inUse = new Set([app, ...kept.items].flatMap(({ spec }) => filesOf(spec)))
  const settle = async <T extends KubeObject>(resource: Resource<T>, objects: readonly T[]) => {
    for (const { metadata } of objects)
      if (!inUse.has(metadata.name)) await client.delete(resource, metadata, { signal })
      else if (metadata.ownerReferences === undefined)
        await client.patch(resource, metadata, { metadata: { ownerReferences: [owner] } }, { signal })
  }
  await settle(resources.configmaps, configMaps)
  await settle(resources.secrets, secrets)
}

const filesOf = ({ processes = [] }: Pick<App['spec'], 'processes'>): string[] =>
  processes.flatMap(({ volumes = [] }) =>
    volumes.flatMap(({ configMap, secret }) => configMap?.name ?? secret?.secretName ?? []),
  )
