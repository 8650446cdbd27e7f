/** The shapes every Kubernetes object shares. Source: Kubernetes API conventions, v1.34. */
import type { ListMeta, ObjectMeta } from './generated/types.ts'

export interface KubeObject {
  apiVersion?: string | undefined
  kind?: string | undefined
  metadata: ObjectMeta
}

export interface ObjectList<T extends KubeObject = KubeObject> {
  apiVersion?: string | undefined
  kind?: string | undefined
  metadata: ListMeta
  items: T[]
}

export type WatchEventType = 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR'

/** One line of a watch response; `ERROR` carries a Status, `BOOKMARK` an object with nothing but a resourceVersion. */
export interface KubeWatchEvent<T extends KubeObject = KubeObject> {
  type: WatchEventType
  object: T
}

/** Where an object is: `namespace` is left out for cluster-scoped kinds. */
export interface ObjectRef {
  namespace?: string | undefined
  name: string
}

/** `namespace/name`, or `name` for a cluster-scoped object: the key of queues, caches and logs. */
export function keyOf(object: { metadata: { namespace?: string | undefined; name: string } }): string {
  return refKey(object.metadata)
}

export function refKey(ref: ObjectRef): string {
  return ref.namespace ? `${ref.namespace}/${ref.name}` : ref.name
}

export function parseKey(key: string): ObjectRef {
  const slash = key.indexOf('/')
  return slash === -1 ? { name: key } : { namespace: key.slice(0, slash), name: key.slice(slash + 1) }
}
