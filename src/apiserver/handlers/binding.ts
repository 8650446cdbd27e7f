/** Binding a pod to a node: the scheduler's one write. Source: k8s.io/kubernetes v1.34, pkg/registry/core/pod/storage. */
import { type ApiResponse, apiError, conflict, invalid, type k8s, resources } from '../../api/index.ts'
import { toKubernetesTime } from '../../lib/index.ts'
import { admitSubresource } from '../admission/admit-subresource.ts'
import { updateObject } from '../registry/update.ts'
import type { AnyObject } from '../registry/any-object.ts'
import type { Backend, ResourceRequest } from '../server/context.ts'
import { parseBody } from '../server/request-body.ts'
import { respondStatus, success } from '../server/response.ts'
import { writeContextOf } from './write-request.ts'

/** `POST` to `pods/<name>/binding`, or to `bindings` with the pod's name in the body. */
export async function bindPod(backend: Backend, request: ResourceRequest): Promise<ApiResponse> {
  const sent = readBinding(request)
  const context = writeContextOf(request, 'CreateOptions')
  const object = { ...sent, apiVersion: 'v1', kind: 'Binding' }
  const binding = (await admitSubresource(backend, request, {
    operation: 'CREATE',
    object,
    context,
  })) as unknown as k8s.Binding
  const name = request.name || sent.metadata.name
  await updateObject(
    backend,
    resources.pods,
    { namespace: request.namespace, name },
    (pod) => bound(pod, binding, backend.clock.now()),
    // As in Kubernetes, nobody owns what a binding sets.
    { part: 'all', context: { ...context, fieldManager: undefined, admitted: true } },
  )
  return respondStatus(success(undefined, 201))
}

function readBinding({ request, name }: ResourceRequest): k8s.Binding {
  const value = parseBody(request.body, 'json') as Partial<k8s.Binding> | null
  const target: unknown = value?.target?.name
  const named: unknown = value?.metadata?.name
  if (name !== '' && named !== name) throw apiError('BadRequest', 'name in URL does not match name in Binding object')
  if (typeof target !== 'string' || target === '')
    throw invalid({ group: '', kind: 'Binding' }, name, [
      { type: 'FieldValueRequired', field: 'target.name', message: 'Required value' },
    ])
  if (name === '' && (typeof named !== 'string' || named === ''))
    throw invalid({ group: '', kind: 'Binding' }, '', [
      { type: 'FieldValueRequired', field: 'metadata.name', message: 'Required value' },
    ])
  return { ...value, metadata: value?.metadata ?? { name } } as k8s.Binding
}

function bound(pod: AnyObject, binding: k8s.Binding, nowMs: number): AnyObject {
  const { metadata } = pod
  const spec = pod.spec as k8s.PodSpec
  const refuse = (why: string) => conflict({ group: '', plural: 'pods/binding' }, metadata.name, why)
  if (binding.metadata.uid && binding.metadata.uid !== metadata.uid)
    throw refuse(
      `Precondition failed: UID in precondition: ${binding.metadata.uid}, UID in object meta: ${metadata.uid}`,
    )
  if (metadata.deletionTimestamp) throw refuse(`pod ${metadata.name} is being deleted, cannot be assigned to a host`)
  if (spec.nodeName) throw refuse(`pod ${metadata.name} is already assigned to node "${spec.nodeName}"`)
  if (spec.schedulingGates?.length) throw refuse(`pod ${metadata.name} has non-empty .spec.schedulingGates`)
  spec.nodeName = binding.target.name
  if (binding.metadata.annotations) metadata.annotations = { ...metadata.annotations, ...binding.metadata.annotations }
  pod.status = withScheduled(pod.status ?? {}, nowMs)
  delete metadata.resourceVersion
  return pod
}

function withScheduled(status: k8s.PodStatus, nowMs: number): k8s.PodStatus {
  const others = (status.conditions ?? []).filter(({ type }) => type !== 'PodScheduled')
  const scheduled = { type: 'PodScheduled', status: 'True', lastTransitionTime: toKubernetesTime(nowMs) }
  return { ...status, conditions: [...others, scheduled] }
}
