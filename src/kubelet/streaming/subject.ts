/** Which pod and container a path of the kubelet names: /<what>/<namespace>/<pod>[/<uid>][/<container>]. */
import { apiError, type k8s } from '../../api/index.ts'
import type { ContainerRuntime } from '../runtime/runtime.ts'

export interface Subject {
  namespace: string
  name: string
  /** Which of the pods that had the name in turn. */
  uid: string | undefined
  container: string
}

/** Throws ApiError `NotFound`. */
export type PodLookup = (ref: { namespace: string; name: string }) => Promise<k8s.Pod>

/** Throws ApiError `BadRequest`. `ofContainer`: whether the path ends in a container's name. */
export function subjectOf(path: string, { ofContainer = true } = {}): Subject {
  const [, , namespace, name, ...rest] = path.split('/').map(decodeURIComponent)
  const container = ofContainer ? rest.pop() : ''
  if (!namespace || !name || container === undefined || rest.length > 1)
    throw apiError('BadRequest', `no such path on the kubelet: ${path}`)
  return { namespace, name, uid: rest[0], container }
}

/** The uid of the pod that is there now. Throws ApiError `NotFound`. */
export async function podUid(pod: PodLookup, { namespace, name, uid }: Subject): Promise<string> {
  const found = (await pod({ namespace, name })).metadata.uid ?? ''
  if (uid !== undefined && uid !== found) throw apiError('NotFound', 'pod not found')
  return found
}

/** Throws ApiError `NotFound` (no such pod), `InternalError` (the container does not run). */
export async function runningContainer(runtime: ContainerRuntime, pod: PodLookup, subject: Subject): Promise<string> {
  const containers = await runtime.listContainers({ podUid: await podUid(pod, subject) })
  const found = containers.find(({ name, state }) => name === subject.container && state === 'running')
  if (found === undefined) throw apiError('InternalError', `container not found ("${subject.container}")`)
  return found.id
}
