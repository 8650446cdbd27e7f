/** Which pods must leave a tainted node, and when. Source: k8s.io/kubernetes v1.34, pkg/controller/tainteviction; the
 *  five minutes for the two node health taints are those of the DefaultTolerationSeconds admission plugin. */
import type { k8s } from '../../api/index.ts'
import { tolerates } from '../objects/index.ts'
import { NOT_READY, UNREACHABLE } from './taints.ts'

const DEFAULT_TOLERATION_SECONDS = 300

/** When the pod must go, in epoch milliseconds: the earliest end of its tolerations. Nothing when it may stay. */
export function evictionTimeMs(pod: k8s.Pod, taints: readonly k8s.Taint[], nowMs: number): number | undefined {
  const times = taints
    .filter(({ effect }) => effect === 'NoExecute')
    .map((taint) => {
      const seconds = toleratedSeconds(pod.spec?.tolerations ?? [], taint)
      return seconds === Infinity
        ? Infinity
        : (Date.parse(taint.timeAdded ?? '') || nowMs) + Math.max(0, seconds) * 1000
    })
  const earliest = Math.min(Infinity, ...times)
  return earliest === Infinity ? undefined : earliest
}

function toleratedSeconds(tolerations: readonly k8s.Toleration[], taint: k8s.Taint): number {
  const matching = tolerations.filter((toleration) => tolerates(toleration, taint))
  if (matching.length === 0) return [UNREACHABLE, NOT_READY].includes(taint.key) ? DEFAULT_TOLERATION_SECONDS : 0
  return Math.min(...matching.map(({ tolerationSeconds }) => tolerationSeconds ?? Infinity))
}
