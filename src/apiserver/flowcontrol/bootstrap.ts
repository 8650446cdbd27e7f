/** Makes the flow schemas and priority levels every cluster starts with, and mends those that ask for it.
 *  Source: k8s.io/kubernetes v1.34, pkg/registry/flowcontrol/rest (auto-update annotation). */
import { apiVersionOf, resources } from '../../api/index.ts'
import type { AnyObject } from '../registry/any-object.ts'
import { createObject } from '../registry/create.ts'
import { sameJson } from '../registry/same-json.ts'
import { updateObject } from '../registry/update.ts'
import { serverContext } from '../registry/write-context.ts'
import type { Backend } from '../server/context.ts'
import { FLOW_SCHEMAS, PRIORITY_LEVELS } from './suggested.ts'

const MANAGER = 'api-priority-and-fairness-config-producer-v1'
const AUTO_UPDATE = 'apf.kubernetes.io/autoupdate-spec'

type Resource = typeof resources.flowschemas | typeof resources.prioritylevelconfigurations

export async function ensureFlowControl(backend: Backend): Promise<void> {
  const ensure = (resource: Resource, suggested: Readonly<Record<string, object>>) =>
    Object.entries(suggested).map(([name, spec]) => ensureObject(backend, resource, { name, spec }))
  await Promise.all([
    ...ensure(resources.prioritylevelconfigurations, PRIORITY_LEVELS),
    ...ensure(resources.flowschemas, FLOW_SCHEMAS),
  ])
}

async function ensureObject(
  backend: Backend,
  resource: Resource,
  { name, spec }: { name: string; spec: object },
): Promise<void> {
  const context = { ...serverContext(), fieldManager: MANAGER }
  const current = backend.views.of(resource).get({ name })
  if (current === undefined) {
    const head = { apiVersion: apiVersionOf(resource), kind: resource.kind }
    const object: AnyObject = { ...head, metadata: { name, annotations: { [AUTO_UPDATE]: 'true' } }, spec }
    await createObject(backend, resource, object, { namespace: undefined, context })
  } else if (current.metadata.annotations?.[AUTO_UPDATE] === 'true' && !sameJson(current.spec, spec))
    await updateObject(backend, resource, { name }, (old) => ({ ...old, spec: structuredClone(spec) }), {
      part: 'spec',
      context,
    })
}
