/** A definition that is being deleted takes its objects with it, and goes when the last of them is gone.
 *  Source: k8s.io/apiextensions-apiserver v0.34, pkg/controller/finalizer/crd_finalizer.go. */
import { isApiError, resources } from '../../api/index.ts'
import { errorMessage } from '../../lib/index.ts'
import type { AnyObject } from '../registry/any-object.ts'
import { deleteObject } from '../registry/delete.ts'
import { prefixOf } from '../registry/object-key.ts'
import { decodeEntry } from '../registry/object-text.ts'
import { updateObject } from '../registry/update.ts'
import { serverContext } from '../registry/write-context.ts'
import type { Backend } from '../server/context.ts'
import { withCondition } from './definition/conditions.ts'
import { CLEANUP_FINALIZER, type Condition, type Definition, isTrue } from './definition/definition.ts'
import { customKinds } from './serving/custom-kind.ts'
import { overlapsBuiltIn } from './serving/served-kinds.ts'

/** How many objects are deleted at a time. */
const AT_ONCE = 50

type Terminating = { status: 'True' | 'False'; reason: string; message: string }

/** Returns the prefix of the objects that are still there, to be called again when they are gone. */
export async function cleanUp(backend: Backend, definition: Definition): Promise<string | undefined> {
  const prefix = prefixOf({ group: definition.spec.group, plural: definition.spec.names.plural })
  if (overlapsBuiltIn(definition)) {
    await finish(backend, definition)
    return undefined
  }
  if (isTrue(definition, 'Established')) {
    await say(backend, definition, {
      status: 'True',
      reason: 'InstanceDeletionInProgress',
      message: 'CustomResource deletion is in progress',
    })
    const failure = await deleteObjects(backend, definition, prefix)
    if (failure !== undefined) {
      const message = `could not issue all deletes: ${failure}`
      await say(backend, definition, { status: 'True', reason: 'InstanceDeletionFailed', message })
      throw new Error(message)
    }
  }
  const left = await backend.store.list(prefix, { limit: 1 })
  if (left.entries.length > 0) return prefix
  await finish(backend, definition)
  return undefined
}

/** Returns why an object could not be deleted. Those with finalizers are marked, and stay until these are gone. */
async function deleteObjects(backend: Backend, definition: Definition, prefix: string): Promise<string | undefined> {
  const resource = anyVersion(backend, definition)
  const { entries } = await backend.store.list(prefix)
  const marked = entries.map(decodeEntry).filter(({ metadata }) => metadata.deletionTimestamp === undefined)
  let failure: string | undefined
  for (let from = 0; from < marked.length; from += AT_ONCE) {
    const deletions = marked.slice(from, from + AT_ONCE).map(({ metadata: { namespace, name } }) =>
      deleteObject(backend, resource, { namespace, name }, { context: serverContext() }).catch((error: unknown) => {
        if (!isApiError(error, 'NotFound')) failure ??= errorMessage(error)
      }),
    )
    await Promise.all(deletions)
  }
  return failure
}

/** Also where no version is served any more: the one in which objects are kept. */
function anyVersion(backend: Backend, definition: Definition) {
  const { group, names, versions } = definition.spec
  const served = backend.catalog.custom.find(
    ({ resource }) => resource.group === group && resource.plural === names.plural,
  )
  if (served !== undefined) return served.resource
  const kept = {
    ...definition,
    spec: { ...definition.spec, versions: versions.map((one) => ({ ...one, served: one.storage })) },
  }
  const [kind] = customKinds(kept, { ...backend, currentSince: 0, retired: new AbortController().signal })
  if (kind === undefined) throw new Error(`${definition.metadata.name} has no version to keep objects in`)
  backend.catalog.remember(kind)
  return kind.resource
}

const DEFINITIONS = resources.customresourcedefinitions

async function say(backend: Backend, definition: Definition, terminating: Terminating): Promise<void> {
  await change(backend, definition, 'status', (current) => {
    const status = (current.status ?? {}) as { conditions?: Condition[] }
    const now = backend.clock.now()
    current.status = {
      ...status,
      conditions: withCondition(status.conditions ?? [], { type: 'Terminating', ...terminating }, now),
    }
  })
}

const finish = (backend: Backend, definition: Definition) =>
  change(backend, definition, 'all', ({ metadata }) => {
    metadata.finalizers = (metadata.finalizers ?? []).filter((finalizer) => finalizer !== CLEANUP_FINALIZER)
    if (metadata.finalizers.length === 0) delete metadata.finalizers
  })

async function change(
  backend: Backend,
  { metadata: { name, uid } }: Definition,
  part: 'status' | 'all',
  edit: (current: AnyObject) => void,
): Promise<void> {
  try {
    const edited = (current: AnyObject) => {
      if (current.metadata.uid === uid) edit(current)
      delete current.metadata.resourceVersion
      return current
    }
    await updateObject(backend, DEFINITIONS, { name }, edited, { part, context: serverContext() })
  } catch (error) {
    if (!isApiError(error, 'NotFound')) throw error
  }
}
