/** The objects every cluster has from its first moment. Creating them again does nothing. */
import { isApiError, resources } from '../../api/index.ts'
import { createObject } from '../registry/create.ts'
import type { Backend } from '../server/context.ts'

const NAMESPACES = ['default', 'kube-system', 'kube-public', 'kube-node-lease']

export async function bootstrap(backend: Backend): Promise<void> {
  await Promise.all(NAMESPACES.map((name) => ensureNamespace(backend, name)))
}

async function ensureNamespace(backend: Backend, name: string): Promise<void> {
  try {
    await createObject(backend, resources.namespaces, { metadata: { name } }, { namespace: undefined })
  } catch (error) {
    if (!isApiError(error, 'AlreadyExists')) throw error
  }
}
