/** How the parts of the cluster are that `kubectl get componentstatuses` tells of.
 *  Source: k8s.io/kubernetes v1.34, pkg/registry/core/componentstatus and pkg/registry/core/rest (serversToValidate). */
import { errorMessage } from '../../lib/index.ts'
import type { Store } from '../../store/index.ts'

export interface ComponentHealth {
  healthy: boolean
  /** `ok`, or why it is not. */
  message: string
}

/** What runs beside the API server, by its name there. */
export type Components = Readonly<Partial<Record<'controller-manager' | 'scheduler', () => ComponentHealth>>>

/** Ordered by name. */
export const COMPONENTS = ['controller-manager', 'etcd-0', 'scheduler'] as const
export type ComponentName = (typeof COMPONENTS)[number]

export async function healthOf(
  name: ComponentName,
  { store, components }: { store: Store; components: Components },
): Promise<ComponentHealth> {
  if (name === 'etcd-0') return storeHealth(store)
  return components[name]?.() ?? { healthy: false, message: 'it was not started with this API server' }
}

/** Here the store is in etcd's place, and is read as etcd is: for a key that need not be there. */
async function storeHealth(store: Store): Promise<ComponentHealth> {
  try {
    await store.get('health')
    return { healthy: true, message: 'ok' }
  } catch (error) {
    return { healthy: false, message: errorMessage(error) }
  }
}
