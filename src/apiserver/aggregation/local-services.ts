/** An APIService for every group and version that this server answers itself, as kube-apiserver registers them.
 *  Source: k8s.io/kube-aggregator v0.34, pkg/controllers/autoregister. */
import { type k8s, resources } from '../../api/index.ts'
import { toKubernetesTime } from '../../lib/index.ts'
import { isBuiltinGroup } from '../kinds/builtin-groups.ts'
import type { AnyObject } from '../registry/any-object.ts'
import { createObject } from '../registry/create.ts'
import { deleteObject } from '../registry/delete.ts'
import { updateObject } from '../registry/update.ts'
import { serverContext, statusContext } from '../registry/write-context.ts'
import type { Backend } from '../server/context.ts'
import { priorityOf } from './group-priority.ts'

const MANAGED = 'kube-aggregator.kubernetes.io/automanaged'

/** Makes the missing ones, and removes those of custom groups that are gone. */
export async function registerLocalServices(backend: Backend): Promise<void> {
  const view = backend.views.of(resources.apiservices)
  const served = new Map(
    [
      ...backend.catalog
        .groups()
        .flatMap(({ name, versions }) => versions.map((version) => ({ group: name, version }))),
      ...backend.aggregation.localGroups,
    ].map(({ group, version }) => [serviceName(group, version), { group, version }]),
  )
  const missing = [...served].filter(([name]) => view.get({ name }) === undefined)
  const gone = view.list().filter(({ metadata }) => metadata.labels?.[MANAGED] === 'true' && !served.has(metadata.name))
  await Promise.all([
    ...missing.map(([name, groupVersion]) => register(backend, name, groupVersion)),
    ...gone.map(({ metadata }) => deleteObject(backend, resources.apiservices, metadata, { context: serverContext() })),
  ])
}

/** `v1.` is the core group's. */
export const serviceName = (group: string, version: string): string => `${version}.${group}`

async function register(
  backend: Backend,
  name: string,
  { group, version }: { group: string; version: string },
): Promise<void> {
  const labels = { [MANAGED]: isBuiltinGroup(group) ? 'onstart' : 'true' }
  const object: AnyObject = {
    apiVersion: 'apiregistration.k8s.io/v1',
    kind: 'APIService',
    metadata: { name, labels },
    spec: { group, version, ...priorityOf(group, version) },
  }
  await createObject(backend, resources.apiservices, object, { namespace: undefined, context: serverContext() })
  await updateObject(backend, resources.apiservices, { name }, (old) => ({ ...old, status: available(backend) }), {
    part: 'status',
    context: statusContext(),
  })
}

/** Source: k8s.io/kube-aggregator v0.34, pkg/controllers/status/local. */
const available = ({ clock }: Backend): k8s.APIServiceStatus => ({
  conditions: [
    {
      type: 'Available',
      status: 'True',
      lastTransitionTime: toKubernetesTime(clock.now()),
      reason: 'Local',
      message: 'Local APIServices are always available',
    },
  ],
})
