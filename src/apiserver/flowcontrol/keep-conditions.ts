/** Keeps the statuses of flow schemas true: each says whether its priority level is there.
 *  Source: k8s.io/apiserver v0.34, pkg/util/flowcontrol/apf_controller.go. */
import { apiVersionOf, isApiError, type k8s, resources } from '../../api/index.ts'
import { applyObject } from '../../api/machinery.ts'
import { toKubernetesTime } from '../../lib/index.ts'
import type { AnyObject } from '../registry/any-object.ts'
import { prefixOf } from '../registry/object-key.ts'
import { filterOf } from '../registry/track-fields.ts'
import { updateObject } from '../registry/update.ts'
import { serverContext } from '../registry/write-context.ts'
import type { Backend } from '../server/context.ts'
import { Upkeep } from '../server/upkeep.ts'
import { danglingCondition } from './dangling.ts'

const SCHEMAS = resources.flowschemas
const LEVELS = resources.prioritylevelconfigurations
const PREFIXES = [prefixOf(SCHEMAS), prefixOf(LEVELS)]
const MANAGER = 'api-priority-and-fairness-config-consumer-v1'

/** Those that are there say it when it resolves. */
export async function keepFlowSchemaConditions(backend: Backend): Promise<AsyncDisposable> {
  const upkeep = new Upkeep({
    backend,
    work: () => writeConditions(backend),
    failure: 'the statuses of flow schemas could not be brought up to date',
  })
  // The views subscribed before, and are as fresh as the events.
  const unsubscribe = backend.store.subscribe((events) => {
    if (events.some(({ key }) => PREFIXES.some((prefix) => key.startsWith(prefix)))) upkeep.kick()
  })
  await upkeep.settle()
  return {
    [Symbol.asyncDispose]() {
      unsubscribe()
      return upkeep[Symbol.asyncDispose]()
    },
  }
}

async function writeConditions(backend: Backend): Promise<void> {
  const levels = backend.views.of(LEVELS)
  const schemas = backend.views.of(SCHEMAS).list() as unknown as readonly k8s.FlowSchema[]
  const nowMs = backend.clock.now()
  const isLevel = (name: string) => levels.get({ name }) !== undefined
  await Promise.all(
    schemas.map(async (schema) => {
      const condition = danglingCondition(schema, isLevel, nowMs)
      if (condition !== undefined) await write(backend, schema.metadata.name, condition)
    }),
  )
}

/** Applied, as Kubernetes does: other conditions are left to those who set them. */
async function write(backend: Backend, name: string, condition: k8s.FlowSchemaCondition): Promise<void> {
  const apiVersion = apiVersionOf(SCHEMAS)
  const { kind } = SCHEMAS
  const config = { apiVersion, kind, metadata: { name }, status: { conditions: [condition] } }
  const change = (old: AnyObject) => {
    const applied = applyObject(old, config, {
      type: backend.catalog.modelOf(SCHEMAS).type,
      apiVersion,
      kind,
      subresource: 'status',
      manager: MANAGER,
      force: true,
      time: toKubernetesTime(backend.clock.now()),
      filter: filterOf(SCHEMAS, 'status'),
    }) as AnyObject
    delete applied.metadata.resourceVersion
    return applied
  }
  try {
    await updateObject(backend, SCHEMAS, { name }, change, { part: 'status', context: serverContext() })
  } catch (error) {
    if (!isApiError(error, 'NotFound')) throw error
  }
}
