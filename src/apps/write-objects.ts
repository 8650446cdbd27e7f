/** Makes the objects of an App be as wished, writing only what differs. */
import {
  type App,
  apps,
  gatewayApi,
  isApiError,
  type k8s,
  type KubeObject,
  keyOf,
  type Resource,
  resources,
} from '../api/index.ts'
import type { Client } from '../client/index.ts'
import { type Applied, APPLIED_ANNOTATION, isSameApplication, lastApplied, wishToApply } from './applied.ts'
import { covers } from './covers.ts'
import { desiredDeployment } from './desired-deployment.ts'
import { desiredRoute, desiredService } from './desired-routing.ts'

/** An object of that name exists and is not the app's: nothing was written over it. */
export class NameTakenError extends Error {
  override name = 'NameTakenError'

  constructor(resource: Resource, object: KubeObject) {
    super(
      `${resource.kind} ${keyOf(object)} exists and was not made for this App; rename the App or delete the ${resource.kind}`,
    )
  }
}

export interface AppObjects {
  deployment: k8s.Deployment | undefined
  service: k8s.Service | undefined
  route: gatewayApi.HTTPRoute | undefined
}

/** Resolves to the Deployment as it is afterwards. Throws NameTakenError. */
export async function writeObjects(
  client: Client,
  { app, present, hosts }: { app: App; present: AppObjects; hosts: readonly string[] },
): Promise<k8s.Deployment> {
  // The Deployment first: its pods can start while the rest is written.
  const deployment = await writeDeployment(client, app, present.deployment)
  await ensure(client, app, { resource: resources.services, wished: desiredService(app), present: present.service })
  const { httproutes } = gatewayApi
  if (hosts.length > 0)
    await ensure(client, app, { resource: httproutes, wished: desiredRoute(app, hosts), present: present.route })
  else if (present.route !== undefined && isOwned(present.route, app)) await remove(client, httproutes, present.route)
  return deployment
}

async function writeDeployment(client: Client, app: App, cached: k8s.Deployment | undefined): Promise<k8s.Deployment> {
  const wished = desiredDeployment(app)
  const { object: present, isNew } = await getOrCreate(client, resources.deployments, { wished, present: cached })
  if (!isOwned(present, app)) throw new NameTakenError(resources.deployments, present)
  const applying = wishToApply(app)
  const last = lastApplied(app)
  if (isSameApplication(applying, last)) return present
  const deployment = isNew
    ? present
    : await client.update(resources.deployments, merged(present, wished, { applying, last }))
  const annotations = { [APPLIED_ANNOTATION]: JSON.stringify(applying) }
  await client.patch(apps, app.metadata, { metadata: { uid: app.metadata.uid, annotations } })
  return deployment
}

/** The template and strategy are the App's; the number of replicas only when the App's own wish for it has changed. */
function merged(
  present: k8s.Deployment,
  wished: k8s.Deployment,
  { applying, last }: { applying: Applied; last: Applied | undefined },
): k8s.Deployment {
  const isUnchanged = last !== undefined && last.replicas === applying.replicas
  const replicas = isUnchanged ? present.spec.replicas : (applying.replicas ?? present.spec.replicas)
  return {
    ...present,
    metadata: { ...present.metadata, labels: { ...present.metadata.labels, ...wished.metadata.labels } },
    spec: { ...present.spec, ...wished.spec, replicas },
  }
}

/** Fields of `spec` that the App does not speak of are left as they are. */
async function ensure<T extends KubeObject & { spec?: object | undefined }>(
  client: Client,
  app: App,
  { resource, wished, present }: { resource: Resource<T>; wished: T; present: T | undefined },
): Promise<void> {
  const { object } = await getOrCreate(client, resource, { wished, present })
  if (!isOwned(object, app)) throw new NameTakenError(resource, object)
  if (covers(object, wished)) return
  const labels = { ...object.metadata.labels, ...wished.metadata.labels }
  const metadata = { ...object.metadata, labels }
  await client.update(resource, { ...object, metadata, spec: { ...object.spec, ...wished.spec } })
}

/** An object that the cache does not show may exist all the same: without our label, or just made. */
async function getOrCreate<T extends KubeObject>(
  client: Client,
  resource: Resource<T>,
  { wished, present }: { wished: T; present: T | undefined },
): Promise<{ object: T; isNew: boolean }> {
  if (present !== undefined) return { object: present, isNew: false }
  try {
    return { object: await client.create(resource, wished), isNew: true }
  } catch (error) {
    if (!isApiError(error, 'AlreadyExists')) throw error
    return { object: await client.get(resource, wished.metadata), isNew: false }
  }
}

async function remove<T extends KubeObject>(client: Client, resource: Resource<T>, object: T): Promise<void> {
  try {
    await client.delete(resource, object.metadata)
  } catch (error) {
    if (!isApiError(error, 'NotFound')) throw error
  }
}

const isOwned = (object: KubeObject, app: App): boolean =>
  object.metadata.ownerReferences?.some(({ uid, controller }) => controller && uid === app.metadata.uid) ?? false
