/** What can be done for a pod that fits nowhere: room made on one node by removing pods of lower priority. Pure.
 *  Source: kube-scheduler v1.34, framework/preemption and plugins/defaultpreemption. Unlike there, every node is looked
 *  at, not a tenth of them or a hundred. */
import type { k8s } from '../../api/index.ts'
import { nodesMessage } from '../failure-message.ts'
import type { Rejection } from '../filter.ts'
import type { Profile } from '../profile.ts'
import { priorityOf, type Snapshot } from '../snapshot.ts'
import { chooseCandidate } from './choose-candidate.ts'
import { type Candidate, selectVictims } from './select-victims.ts'

export type Preemption =
  | { readonly outcome: 'room'; readonly node: string; readonly victims: readonly k8s.Pod[] }
  /** Nothing is done now; what was done before stands. */
  | { readonly outcome: 'ineligible'; readonly message: string }
  /** Nothing can be done; the pod is no longer waited for on any node. */
  | { readonly outcome: 'hopeless'; readonly message: string }

const NOT_HELPFUL = 'Preemption is not helpful for scheduling'

export interface PreemptOptions {
  profile: Profile
  rejections: ReadonlyMap<string, Rejection>
}

export function preempt(snapshot: Snapshot, pod: k8s.Pod, { profile, rejections }: PreemptOptions): Preemption {
  const ineligible = whyIneligible(snapshot, pod, rejections)
  if (ineligible !== undefined) return { outcome: 'ineligible', message: ineligible }
  const candidates: Candidate[] = []
  const reasons: string[] = []
  for (const node of snapshot.nodes) {
    if (rejections.get(node.name)?.resolvable !== true) {
      reasons.push(NOT_HELPFUL)
      continue
    }
    const found = selectVictims(snapshot, pod, { node, profile })
    if ('victims' in found) candidates.push(found)
    else reasons.push(...found.reasons)
  }
  const chosen = chooseCandidate(candidates)
  if (chosen === undefined) return { outcome: 'hopeless', message: nodesMessage(snapshot.nodes.length, reasons) }
  return { outcome: 'room', node: chosen.node, victims: chosen.victims.map((victim) => victim.pod) }
}

function whyIneligible(snapshot: Snapshot, pod: k8s.Pod, rejections: PreemptOptions['rejections']): string | undefined {
  if (pod.spec.preemptionPolicy === 'Never') return 'not eligible due to preemptionPolicy=Never.'
  const nominated = snapshot.nodes.find(({ name }) => name === pod.status?.nominatedNodeName)
  if (nominated === undefined || rejections.get(nominated.name)?.resolvable === false) return undefined
  const isLeaving = nominated.pods.some(
    (other) => priorityOf(other.pod) < priorityOf(pod) && isTerminatingByPreemption(other.pod),
  )
  return isLeaving ? 'not eligible due to a terminating pod on the nominated node.' : undefined
}

function isTerminatingByPreemption({ metadata, status }: k8s.Pod): boolean {
  const target = status?.conditions?.find(({ type }) => type === 'DisruptionTarget')
  return (
    metadata.deletionTimestamp !== undefined && target?.status === 'True' && target.reason === 'PreemptionByScheduler'
  )
}
