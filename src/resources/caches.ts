/** What the Resource controller follows. */
import {
  type BackingResource,
  backingResources,
  keyOf,
  type KubeObject,
  type Provisioner,
  provisioners as provisionerResource,
  RESOURCE_LABEL,
  type Resource,
} from '../api/index.ts'
import { type Client, type Informer, type InformerOptions, openInformer, type Source, source } from '../client/index.ts'
import { kindKey } from './choose-provisioner.ts'
import { PROVISIONED, resourceOf } from './objects/kinds.ts'

export interface ResourceCaches {
  resources: Informer<BackingResource>
  provisioners: Informer<Provisioner>
  /** What has the name and kind of `object` and our label. */
  find: (object: KubeObject) => KubeObject | undefined
  /** Which changes ask for which Resources. */
  sources: Source<KubeObject>[]
}

/** The informers end with `opened`. Rejects only when their signal aborts before the first lists are there. */
export async function openCaches(
  client: Client,
  opened: AsyncDisposableStack,
  options: Pick<InformerOptions, 'signal' | 'clock' | 'logger'>,
): Promise<ResourceCaches> {
  const common = { ...options, transform: dropManagedFields }
  const resources = opened.use(await openInformer(client, backingResources, common))
  const provisioners = opened.use(await openInformer(client, provisionerResource, common))
  const byKind = resources.index(({ spec }) => [kindKey(spec)])
  const sources = [
    source(resources, (resource) => [keyOf(resource)]),
    source(provisioners, ({ spec }) => byKind(kindKey(spec)).map(keyOf)),
  ]
  const informers = new Map<Resource, Informer<KubeObject>>()
  for (const resource of PROVISIONED) {
    const informer = opened.use(await openInformer(client, resource, { ...common, labelSelector: RESOURCE_LABEL }))
    informers.set(resource, informer)
    sources.push(source(informer, resourceKeyOf))
  }
  const find = (object: KubeObject) => informers.get(resourceOf(object))?.get(object.metadata)
  return { resources, provisioners, find, sources }
}

/** The key of the Resource that an object was made for. */
function resourceKeyOf({ metadata }: KubeObject): string[] {
  const name = metadata.labels?.[RESOURCE_LABEL]
  return name === undefined ? [] : [`${metadata.namespace}/${name}`]
}

function dropManagedFields(object: KubeObject): void {
  delete object.metadata.managedFields
}
