/** Objects are created only in namespaces that exist and are not going away (Kubernetes' NamespaceLifecycle plugin). */
import { apiError, notFound, qualifiedName, type Resource, resources } from '../../api/index.ts'
import type { AnyObject } from './any-object.ts'
import type { Backend } from '../server/context.ts'
import { objectKey } from './object-key.ts'
import { decodeEntry } from './object-text.ts'

export async function checkNamespaceOpen(backend: Backend, resource: Resource, object: AnyObject): Promise<void> {
  const namespace = object.metadata.namespace ?? ''
  const entry = await backend.store.get(objectKey(resources.namespaces, { name: namespace }))
  if (entry === undefined) throw notFound(resources.namespaces, namespace)
  if (!entry.value.includes('"deletionTimestamp"') || !decodeEntry(entry).metadata.deletionTimestamp) return
  throw apiError(
    'Forbidden',
    `${qualifiedName(resource)} "${object.metadata.name}" is forbidden: unable to create new content in namespace ${namespace} because it is being terminated`,
    {
      subject: { group: resource.group, kind: resource.plural, name: object.metadata.name },
      causes: [
        {
          reason: 'NamespaceTerminating',
          message: `namespace ${namespace} is being terminated`,
          field: 'metadata.namespace',
        },
      ],
    },
  )
}
