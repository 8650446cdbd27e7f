/** What becomes of claims when their pod or their set goes: the garbage collector takes them with their owner. Pure.
 *  Source: k8s.io/kubernetes v1.34, isClaimOwnerUpToDate and updateClaimOwnerRefForSetAndPod in
 *  pkg/controller/statefulset/stateful_set_utils.go. */
import { apiVersionOf, type k8s, type KubeObject, type Resource, resources } from '../../api/index.ts'
import { controllerReference } from '../objects/index.ts'
import { isInRange } from './identity.ts'

type Claim = k8s.PersistentVolumeClaim

/** A pod that is yet to be made has no uid. */
export interface ClaimOwners {
  set: k8s.StatefulSet
  pod: k8s.Pod
}

/** Whether the pod must not be made yet: its claim is going with the pod of that name before it. */
export function isStaleClaim(claim: Claim, { set, pod }: ClaimOwners): boolean {
  return policyOf(set).whenScaled === 'Delete' && hasStaleReference(claim, pod, resources.pods)
}

/** Whether another controller has the claim, so that the policy cannot be kept. */
export function hasConflictingController(claim: Claim, { set, pod }: ClaimOwners): boolean {
  const { whenScaled, whenDeleted } = policyOf(set)
  if (whenScaled === 'Retain' && whenDeleted === 'Retain') return false
  return referencesOf(claim).some((reference) => {
    if (refersTo(reference, set, resources.statefulsets)) return reference.uid !== set.metadata.uid
    if (refersTo(reference, pod, resources.pods)) return reference.uid !== pod.metadata.uid
    return reference.controller === true
  })
}

/** Whether the claim's owners are as the policy has them; true also for a claim that is not to be touched. */
export function keepsPolicy(claim: Claim, owners: ClaimOwners): boolean {
  const { set, pod } = owners
  // Owned by a former set or pod of that name: it is on its way out.
  if (hasStaleReference(claim, set, resources.statefulsets) || hasStaleReference(claim, pod, resources.pods))
    return true
  const owned = { set: isOwnedBy(claim, set), pod: isOwnedBy(claim, pod) }
  if (hasConflictingController(claim, owners)) return !owned.set && !owned.pod
  if (referencesOf(claim).some((reference) => isOwn(reference, owners) && reference.controller !== true)) return false
  const wished = wishedOwners(owners)
  return owned.set === wished.set && owned.pod === wished.pod
}

/** The owner references that the policy asks for. Those of others stay. */
export function retentionReferences(claim: Claim, owners: ClaimOwners): k8s.OwnerReference[] {
  const { set, pod } = owners
  const others = referencesOf(claim).filter(
    (reference) => !refersTo(reference, set, resources.statefulsets) && !refersTo(reference, pod, resources.pods),
  )
  if (hasConflictingController(claim, owners)) return others
  const wished = wishedOwners(owners)
  return [
    ...others,
    ...(wished.set ? [controllerReference(set, resources.statefulsets)] : []),
    ...(wished.pod ? [controllerReference(pod, resources.pods)] : []),
  ]
}

function wishedOwners({ set, pod }: ClaimOwners): { set: boolean; pod: boolean } {
  const { whenScaled, whenDeleted } = policyOf(set)
  const goesWithPod = whenScaled === 'Delete' && !isInRange(set, pod)
  return { set: whenDeleted === 'Delete' && !goesWithPod, pod: goesWithPod }
}

function policyOf({ spec }: k8s.StatefulSet): { whenScaled: string; whenDeleted: string } {
  const { whenScaled = 'Retain', whenDeleted = 'Retain' } = spec.persistentVolumeClaimRetentionPolicy ?? {}
  return { whenScaled, whenDeleted }
}

const referencesOf = (claim: Claim): k8s.OwnerReference[] => claim.metadata.ownerReferences ?? []

const isOwn = ({ uid }: k8s.OwnerReference, { set, pod }: ClaimOwners): boolean =>
  uid === set.metadata.uid || uid === pod.metadata.uid

const isOwnedBy = (claim: Claim, owner: KubeObject): boolean =>
  referencesOf(claim).some(({ uid }) => uid === owner.metadata.uid)

/** By kind and name, whichever object has had the name. */
const refersTo = (reference: k8s.OwnerReference, owner: KubeObject, resource: Resource): boolean =>
  reference.apiVersion === apiVersionOf(resource) &&
  reference.kind === resource.kind &&
  reference.name === owner.metadata.name

function hasStaleReference(claim: Claim, owner: KubeObject, resource: Resource): boolean {
  const reference = referencesOf(claim).find((candidate) => refersTo(candidate, owner, resource))
  return reference !== undefined && reference.uid !== owner.metadata.uid
}
