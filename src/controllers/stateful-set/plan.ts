/** One round of a stateful set: which pods to make, mend and delete, and in which order. Pure. Source: k8s.io/kubernetes
 *  v1.34, updateStatefulSet in pkg/controller/statefulset/stateful_set_control.go. */
import type { k8s } from '../../api/index.ts'
import { isPodTerminal, msUntilAvailable } from '../objects/index.ts'
import { claimNames, hasStorage } from './claims.ts'
import { hasIdentity, isInRange, ordinalOf, replicasOf, startOf } from './identity.ts'
import { newPod, revisionNameOf, type SetRevisions } from './new-pod.ts'
import { isStaleClaim, keepsPolicy } from './retention.ts'

export interface SetSnapshot {
  set: k8s.StatefulSet
  revisions: SetRevisions
  /** All that are the set's, whatever their state. */
  pods: readonly k8s.Pod[]
  /** The claims there are, by name. */
  claim: (name: string) => k8s.PersistentVolumeClaim | undefined
  nowMs: number
}

/** `claims` makes those that a pending pod waits for; `mend` gives a pod back its identity, storage and claims' owners;
 *  `retain` sees to the owners of the claims of a pod that is to go. */
export interface Step {
  do: 'create' | 'claims' | 'mend' | 'retain' | 'delete'
  pod: k8s.Pod
}

export interface Plan {
  /** Whether one thing is done after the other, or all at once. */
  inOrder: boolean
  /** The steps for each pod, pods in the order in which to take them; a phase begins when the one before has ended. */
  phases: readonly Step[][][]
  /** How many pods of the old revision go for the update's sake. */
  replaced: number
}

export function planSet(snapshot: SetSnapshot): Plan {
  const { set } = snapshot
  const inOrder = set.spec.podManagementPolicy !== 'Parallel'
  const nothing: Plan = { inOrder, phases: [], replaced: 0 }
  if (set.metadata.deletionTimestamp !== undefined) return nothing
  const replicas = replicasIn(snapshot)
  const condemned = condemnedIn(snapshot)

  const kept: Step[][] = []
  for (const pod of replicas) {
    const { steps, blocks } = stepsFor(snapshot, pod)
    if (steps.length > 0) kept.push(steps)
    if (inOrder && blocks) return { ...nothing, phases: [kept] }
  }
  const owners = condemned
    .filter((pod) => !claimsKeepPolicy(snapshot, pod))
    .map((pod): Step[] => [{ do: 'retain', pod }])
  const going = scaleDown(snapshot, { replicas, condemned, inOrder })
  if (inOrder && condemned.length > 0) return { ...nothing, phases: [kept, owners, going] }
  const replaced = rollOn(snapshot, replicas)
  return { inOrder, phases: [kept, owners, going, replaced], replaced: replaced.length }
}

/** A pod for each ordinal that the set should have; those that are yet to be made have no phase. */
function replicasIn({ set, revisions, pods }: SetSnapshot): k8s.Pod[] {
  const present = new Map(pods.map((pod) => [ordinalOf(pod), pod]))
  return Array.from({ length: replicasOf(set) }, (_, index) => {
    const ordinal = startOf(set) + index
    return present.get(ordinal) ?? newPod(set, revisions, ordinal)
  })
}

/** The pods of ordinals that the set should not have, highest first. */
function condemnedIn({ set, pods }: SetSnapshot): k8s.Pod[] {
  return pods
    .filter((pod) => ordinalOf(pod) >= 0 && !isInRange(set, pod))
    .toSorted((a, b) => ordinalOf(b) - ordinalOf(a))
}

/** `blocks`: where pods are taken in order, those after this one have to wait. */
function stepsFor(snapshot: SetSnapshot, pod: k8s.Pod): { steps: Step[]; blocks: boolean } {
  const { set } = snapshot
  if (isPodTerminal(pod)) return { steps: isTerminating(pod) ? [] : [{ do: 'delete', pod }], blocks: true }
  if (!isCreated(pod)) return { steps: hasStaleClaim(snapshot, pod) ? [] : [{ do: 'create', pod }], blocks: true }
  const steps: Step[] = pod.status?.phase === 'Pending' && lacksClaims(snapshot, pod) ? [{ do: 'claims', pod }] : []
  if (isUnavailable(snapshot, pod)) {
    if (set.spec.podManagementPolicy !== 'Parallel') return { steps, blocks: true }
  }
  const sound = hasIdentity(set, pod) && hasStorage(set, pod) && claimsKeepPolicy(snapshot, pod)
  return { steps: sound ? steps : [...steps, { do: 'mend', pod }], blocks: false }
}

/** In order, one at a time from the highest ordinal, and only while all others are well: what is not may be the reason
 *  why data is nowhere else. */
function scaleDown(
  snapshot: SetSnapshot,
  { replicas, condemned, inOrder }: { replicas: k8s.Pod[]; condemned: k8s.Pod[]; inOrder: boolean },
): Step[][] {
  if (!inOrder) return condemned.filter((pod) => !isTerminating(pod)).map((pod) => [{ do: 'delete', pod }])
  const [highest] = condemned
  if (highest === undefined || isTerminating(highest)) return []
  const firstUnwell = [...replicas, ...condemned.toReversed()].find((pod) => isUnavailable(snapshot, pod))
  return isUnavailable(snapshot, highest) && highest !== firstUnwell ? [] : [[{ do: 'delete', pod: highest }]]
}

/** The next pod to replace: from the highest ordinal down to the partition, when all above it are updated and well. */
function rollOn(snapshot: SetSnapshot, replicas: readonly k8s.Pod[]): Step[][] {
  const { set, revisions } = snapshot
  if (set.spec.updateStrategy?.type === 'OnDelete') return []
  const partition = set.spec.updateStrategy?.rollingUpdate?.partition ?? 0
  for (const pod of replicas.slice(partition).reverse()) {
    if (isCreated(pod) && !isTerminating(pod) && revisionNameOf(pod) !== revisions.update.metadata.name)
      return [[{ do: 'delete', pod }]]
    if (isUnavailable(snapshot, pod)) return []
  }
  return []
}

const isCreated = (pod: k8s.Pod): boolean => Boolean(pod.status?.phase)
const isTerminating = ({ metadata }: k8s.Pod): boolean => metadata.deletionTimestamp !== undefined

function isUnavailable({ set, nowMs }: SetSnapshot, pod: k8s.Pod): boolean {
  if (isTerminating(pod) || pod.status?.phase !== 'Running') return true
  return msUntilAvailable(pod, set.spec.minReadySeconds ?? 0, nowMs) !== 0
}

const claimsIn = ({ set, claim }: SetSnapshot, pod: k8s.Pod) => claimNames(set, pod).map(claim)

function hasStaleClaim(snapshot: SetSnapshot, pod: k8s.Pod): boolean {
  return claimsIn(snapshot, pod).some((claim) => claim && isStaleClaim(claim, { set: snapshot.set, pod }))
}

function lacksClaims(snapshot: SetSnapshot, pod: k8s.Pod): boolean {
  return (
    claimsIn(snapshot, pod).some((claim) => claim?.metadata.deletionTimestamp !== undefined || claim === undefined) ||
    !claimsKeepPolicy(snapshot, pod)
  )
}

function claimsKeepPolicy(snapshot: SetSnapshot, pod: k8s.Pod): boolean {
  return claimsIn(snapshot, pod).every((claim) => !claim || keepsPolicy(claim, { set: snapshot.set, pod }))
}
