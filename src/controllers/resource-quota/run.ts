/** Wires the resource quota controller: a new limit, and whatever frees what was charged, ask for the quotas of the
 *  namespace. What is charged, admission has counted already. */
import { type k8s, keyOf, type KubeObject, qualifiedName, type Resource, resources } from '../../api/index.ts'
import { type ChangeEvent, openInformer } from '../../client/index.ts'
import { errorMessage, WorkQueue } from '../../lib/index.ts'
import type { ControllerContext } from '../context.ts'
import { CountedObjects } from './counted-objects.ts'
import { reconcileQuota, type ResourceQuotaController } from './reconcile.ts'
import { trackedResources } from './tracked-resources.ts'
import { isOutdated } from './usage.ts'

const CONCURRENCY = 5

export async function runResourceQuotaController(context: ControllerContext): Promise<void> {
  const { client, clock, signal } = context
  const logger = context.logger.child({ controller: 'resourcequota' })
  const queue = new WorkQueue({ clock })
  await using opened = new AsyncDisposableStack()
  const quotas = await context.informers.of(resources.resourcequotas)
  const definitions = opened.use(
    await openInformer(client, resources.customresourcedefinitions, { signal, clock, logger, transform: keepNames }),
  )
  const ask = (namespace?: string) => {
    for (const quota of quotas.list(namespace)) queue.add(keyOf(quota))
  }
  const counted = opened.use(
    new CountedObjects(context, (resource, event) => {
      if (frees(resource, event)) ask(event.object.metadata.namespace)
    }),
  )
  const tracked = (quota: k8s.ResourceQuota) => trackedResources(quota, definitions.list())
  const undo = [
    quotas.onChange((event) => {
      if (event.type === 'added' || (event.type === 'modified' && isOutdated(event.object)))
        queue.add(keyOf(event.object))
      // A key of no quota: what nobody tracks any more is let go.
      if (event.type === 'deleted') queue.add('')
    }),
    definitions.onChange(() => ask()),
  ]
  const controller: ResourceQuotaController = {
    client,
    clock,
    signal,
    quota: (ref) => quotas.get(ref),
    tracked,
    objects: (resource, namespace) => counted.in(resource, namespace),
  }
  await queue.run({
    signal,
    concurrency: CONCURRENCY,
    handle: (key) =>
      key === ''
        ? counted.retain(new Set(quotas.list().flatMap((quota) => tracked(quota).map(qualifiedName))))
        : reconcileQuota(controller, key),
    onError: (key, error) => logger.debug({ key, error: errorMessage(error) }, 'quota not written, will retry'),
  })
  for (const cancel of undo) cancel()
}

/** Whether less may be used now. Source: kubernetes v1.34, pkg/quota/v1/install (update_filter.go). */
function frees(resource: Resource, { type, object, old }: ChangeEvent<KubeObject>): boolean {
  if (type !== 'modified') return type === 'deleted'
  const name = qualifiedName(resource)
  if (name === qualifiedName(resources.pods)) return isOver(object) && !isOver(old)
  if (name !== qualifiedName(resources.services) && name !== qualifiedName(resources.persistentvolumeclaims))
    return false
  const costs = (item: KubeObject) => {
    const { spec, status } = item as unknown as { spec?: unknown; status?: { allocatedResources?: unknown } }
    return JSON.stringify([spec, status?.allocatedResources])
  }
  return costs(object) !== costs(old)
}

const isOver = (pod: KubeObject) => ['Succeeded', 'Failed'].includes((pod as k8s.Pod).status?.phase ?? '')

/** Of a definition, what names its resource. */
function keepNames(object: KubeObject): void {
  const definition = object as unknown as k8s.CustomResourceDefinition
  const { name, uid, resourceVersion } = definition.metadata
  const { group, names, scope, versions } = definition.spec
  definition.metadata = { name, uid, resourceVersion }
  definition.spec = {
    group,
    names,
    scope,
    versions: versions.map((version) => ({ name: version.name, served: version.served, storage: version.storage })),
  }
  delete definition.status
}
