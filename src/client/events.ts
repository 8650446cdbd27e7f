/** Kubernetes Events about an object. A repeated event raises the count of the first instead of making another. */
import { createHash } from 'node:crypto'
import { apiVersionOf, isApiError, type k8s, type KubeObject, resources } from '../api/index.ts'
import { type Clock, toKubernetesTime } from '../lib/index.ts'
import type { Client } from './client.ts'

export interface EventRecord {
  clock: Clock
  /** Who says it: `kubelet`, `deployment-controller`. */
  component: string
  /** What it is about; apiVersion and kind must be set. */
  regarding: KubeObject
  /** `spec.containers{web}` where one part is meant. */
  fieldPath?: string
  type: 'Normal' | 'Warning'
  /** One CamelCase word, as Kubernetes has it: `Scheduled`, `BackOff`. */
  reason: string
  message: string
  /** What was done: `Binding`. */
  action?: string
  /** The other object of an action that has two. */
  related?: KubeObject
  host?: string
}

/** Never throws: an event that cannot be written must not stop what it tells of. Resolves to whether it was written. */
export async function recordEvent(client: Client, record: EventRecord): Promise<boolean> {
  const { regarding, clock } = record
  const namespace = regarding.metadata.namespace ?? 'default'
  const identity = [
    regarding.metadata.uid,
    record.fieldPath,
    record.component,
    record.type,
    record.reason,
    record.message,
  ].join('\n')
  const name = `${regarding.metadata.name.slice(0, 230)}.${createHash('sha256').update(identity).digest('hex').slice(0, 16)}`
  const now = toKubernetesTime(clock.now())
  const event: k8s.Event = {
    apiVersion: apiVersionOf(resources.events),
    kind: 'Event',
    metadata: { name, namespace },
    involvedObject: { ...referenceTo(regarding), fieldPath: record.fieldPath },
    related: record.related && referenceTo(record.related),
    action: record.action,
    type: record.type,
    reason: record.reason,
    message: record.message.slice(0, 1024),
    source: { component: record.component, host: record.host },
    reportingComponent: record.component,
    reportingInstance: record.host ?? '',
    firstTimestamp: now,
    lastTimestamp: now,
    count: 1,
  }
  try {
    await client.create(resources.events, event)
    return true
  } catch (error) {
    if (!isApiError(error, 'AlreadyExists')) return false
  }
  // Most events are told once; only those that are not cost another look.
  try {
    const present = await client.get(resources.events, { namespace, name })
    await client.patch(resources.events, { namespace, name }, { count: (present.count ?? 1) + 1, lastTimestamp: now })
    return true
  } catch {
    return false
  }
}

const referenceTo = ({ apiVersion, kind, metadata }: KubeObject): k8s.ObjectReference => ({
  apiVersion,
  kind,
  name: metadata.name,
  namespace: metadata.namespace,
  uid: metadata.uid,
})
