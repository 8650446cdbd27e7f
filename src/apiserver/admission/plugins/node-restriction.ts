/** NodeRestriction: a node writes its own Node, Lease, CSINode and slices, the status of the pods bound to it, and asks
 *  for tokens for those pods only. What it may read, the node authorizer decides.
 *  Source: kubernetes v1.34, plugin/pkg/admission/noderestriction (without ServiceAccountNodeAudienceRestriction and
 *  certificate requests). */
import { isDeepStrictEqual } from 'node:util'
import { type k8s, notFound, qualifiedName, resources } from '../../../api/index.ts'
import { nodeNameOf } from '../../auth/node/node-authorizer.ts'
import { podReferences, type ReferenceKind } from '../../auth/node/pod-references.ts'
import { objectKey } from '../../registry/object-key.ts'
import type { Backend } from '../../server/context.ts'
import type { AdmissionPlugin, AdmissionRequest } from '../admission.ts'
import { forbidden } from './forbidden.ts'
import { forbiddenLabels } from './node-labels.ts'

/** Why the node may not; undefined when it may. */
type Restriction = (
  node: string,
  request: AdmissionRequest,
  backend: Backend,
) => string | undefined | Promise<string | undefined>

const quoted = (text: string) => JSON.stringify(text)

const pods: Restriction = async (node, request, backend) => {
  const { operation, subresource, oldObject } = request
  const old = oldObject as k8s.Pod | undefined
  if (subresource === 'status') return podStatus(node, request)
  if (subresource === 'eviction') return evictedElsewhere(node, request, backend)
  if (subresource !== '')
    return `unexpected pod subresource ${quoted(subresource)}, only 'status' and 'eviction' are allowed`
  if (operation === 'CREATE') return mirrorPod(node, request, backend)
  if (operation !== 'DELETE')
    return `unexpected operation ${quoted(operation)}, node ${quoted(node)} can only create and delete mirror pods`
  return old?.spec?.nodeName === node
    ? undefined
    : `node ${quoted(node)} can only delete pods with spec.nodeName set to itself`
}

function podStatus(node: string, { operation, object, oldObject }: AdmissionRequest): string | undefined {
  if (operation !== 'UPDATE') return `unexpected operation ${quoted(operation)}`
  const [pod, old] = [object as k8s.Pod | undefined, oldObject as k8s.Pod | undefined]
  if (old?.spec?.nodeName !== node)
    return `node ${quoted(node)} can only update pod status for pods with spec.nodeName set to itself`
  if (!isDeepStrictEqual(pod?.metadata.labels ?? {}, old.metadata.labels ?? {}))
    return `node ${quoted(node)} cannot update labels through pod status`
  if (!isDeepStrictEqual(pod?.status?.resourceClaimStatuses ?? [], old.status?.resourceClaimStatuses ?? []))
    return `node ${quoted(node)} cannot update resource claim statues`
  return undefined
}

async function evictedElsewhere(
  node: string,
  { namespace, name }: AdmissionRequest,
  backend: Backend,
): Promise<string | undefined> {
  const pod = await podNamed(backend, namespace, name)
  return pod.spec?.nodeName === node ? undefined : `node ${node} can only evict pods with spec.nodeName set to itself`
}

const PLURALS: Readonly<Record<ReferenceKind, string>> = {
  secret: 'secrets',
  configmap: 'configmaps',
  pvc: 'persistentvolumeclaims',
  serviceaccount: 'serviceaccounts',
  resourceclaim: 'resourceclaims',
}

/** The mirror of a pod that the node itself made may lead the node to nothing that it could not read before. */
async function mirrorPod(node: string, { object }: AdmissionRequest, backend: Backend): Promise<string | undefined> {
  const pod = object as k8s.Pod | undefined
  const mirror = 'kubernetes.io/config.mirror'
  if (pod?.metadata.annotations?.[mirror] === undefined)
    return `pod does not have ${quoted(mirror)} annotation, node ${quoted(node)} can only create mirror pods`
  if (pod.spec?.nodeName !== node) return `node ${quoted(node)} can only create pods with spec.nodeName set to itself`
  const [owner, ...others] = pod.metadata.ownerReferences ?? []
  if (others.length > 0) return `node ${quoted(node)} can only create pods with a single owner reference set to itself`
  if (owner?.apiVersion !== 'v1' || owner.kind !== 'Node' || owner.name !== node)
    return `node ${quoted(node)} can only create pods with an owner reference set to itself`
  if (owner.controller !== true)
    return `node ${quoted(node)} can only create pods with a controller owner reference set to itself`
  if (owner.blockOwnerDeletion === true)
    return `node ${quoted(node)} must not set blockOwnerDeletion on an owner reference`
  const entry = await backend.store.get(objectKey(resources.nodes, { name: node }))
  if (entry === undefined) throw notFound(resources.nodes, node)
  const { uid } = (JSON.parse(entry.value) as k8s.Node).metadata
  if (owner.uid !== uid) return `node ${node} UID mismatch: expected ${owner.uid} got ${uid}`
  const { [mirror]: _mirror, ...annotations } = pod.metadata.annotations
  const [reference] = podReferences({ ...pod, metadata: { ...pod.metadata, annotations } })
  return reference === undefined
    ? undefined
    : `node ${quoted(node)} can not create pods that reference ${PLURALS[reference.split('/', 1)[0] as ReferenceKind]}`
}

const nodes: Restriction = (node, { operation, name, object, oldObject }) => {
  if (name !== node) return `node ${quoted(node)} is not allowed to modify node ${quoted(name)}`
  const [wanted, old] = [object as k8s.Node | undefined, oldObject as k8s.Node | undefined]
  if (operation === 'CREATE') {
    const labels = forbiddenLabels(wanted?.metadata.labels, {})
    return labels.length === 0
      ? undefined
      : `node ${quoted(node)} is not allowed to set the following labels: ${labels.join(', ')}`
  }
  if (operation !== 'UPDATE') return undefined
  if (!isDeepStrictEqual(wanted?.spec?.taints ?? [], old?.spec?.taints ?? []))
    return `node ${quoted(node)} is not allowed to modify taints`
  if (!isDeepStrictEqual(wanted?.metadata.ownerReferences ?? [], old?.metadata.ownerReferences ?? []))
    return `node ${quoted(node)} is not allowed to modify ownerReferences`
  const labels = forbiddenLabels(wanted?.metadata.labels, old?.metadata.labels)
  return labels.length === 0 ? undefined : `is not allowed to modify labels: ${labels.join(', ')}`
}

const claims: Restriction = (node, { operation, subresource, object, oldObject }) => {
  if (subresource !== 'status') return 'may only update PVC status'
  if (operation !== 'UPDATE') return `unexpected operation ${quoted(operation)}`
  if (isDeepStrictEqual(withoutCapacity(object), withoutCapacity(oldObject))) return undefined
  return `node ${quoted(node)} is not allowed to update fields other than status.quantity and status.conditions`
}

function withoutCapacity(object: AdmissionRequest['object']): unknown {
  const { metadata, status, ...rest } = (object ?? {}) as k8s.PersistentVolumeClaim
  const { resourceVersion: _version, managedFields: _fields, ...meta } = metadata
  const {
    capacity: _capacity,
    conditions: _conditions,
    allocatedResources: _allocated,
    allocatedResourceStatuses: _statuses,
    ...others
  } = status ?? {}
  return { ...rest, metadata: meta, status: others }
}

const tokens: Restriction = async (node, request, backend) => {
  const { operation, subresource, object, namespace } = request
  if (operation !== 'CREATE' || subresource !== 'token') return undefined
  const { boundObjectRef: bound } = (object as unknown as k8s.TokenRequest).spec
  if (bound?.apiVersion !== 'v1' || bound.kind !== 'Pod' || !bound.name)
    return 'node requested token not bound to a pod'
  if (!bound.uid) return 'node requested token with a pod binding without a uid'
  const pod = await podNamed(backend, namespace, bound.name)
  if (pod.metadata.uid !== bound.uid)
    return (
      `the UID in the bound object reference (${bound.uid}) does not match the UID in record. ` +
      'The object might have been deleted and then recreated'
    )
  return pod.spec?.nodeName === node ? undefined : 'node requested token bound to a pod scheduled on a different node'
}

const leases: Restriction = (node, { operation, name }) =>
  operation === 'CREATE' && name !== node
    ? 'can only access node lease with the same name as the requesting node'
    : undefined

const csiNodes: Restriction = (node, { operation, name }) =>
  operation === 'CREATE' && name !== node
    ? 'can only access CSINode with the same name as the requesting node'
    : undefined

const slices: Restriction = (node, { operation, object }) => {
  const spec = object?.spec as k8s.ResourceSliceSpec | undefined
  if (operation !== 'CREATE' || spec?.nodeName === node) return undefined
  return 'can only create ResourceSlice with the same NodeName as the requesting node'
}

/** By group and plural. */
const RESTRICTIONS: Readonly<Record<string, Restriction>> = {
  pods,
  nodes,
  persistentvolumeclaims: claims,
  serviceaccounts: tokens,
  'leases.coordination.k8s.io': leases,
  'csinodes.storage.k8s.io': csiNodes,
  'resourceslices.resource.k8s.io': slices,
}

async function podNamed(backend: Backend, namespace: string | undefined, name: string): Promise<k8s.Pod> {
  const entry = await backend.store.get(objectKey(resources.pods, { namespace, name }))
  if (entry === undefined) throw notFound(resources.pods, name)
  return JSON.parse(entry.value) as k8s.Pod
}

export const nodeRestriction: AdmissionPlugin = {
  name: 'NodeRestriction',
  handles: ({ context, resource }) =>
    context.user.name.startsWith('system:node:') && Object.hasOwn(RESTRICTIONS, qualifiedName(resource)),
  async validate(request, backend) {
    const node = nodeNameOf(request.context.user)
    if (node === undefined) return
    const why = await RESTRICTIONS[qualifiedName(request.resource)]?.(node, request, backend)
    if (why !== undefined) throw forbidden(request, why)
  },
}
