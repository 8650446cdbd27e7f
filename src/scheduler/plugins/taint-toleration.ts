import { toleratesTaint } from '../../api/index.ts'
import { type FilterPlugin, type ScorePlugin, scaleToMaxReversed } from '../framework.ts'

/** Keeps pods off nodes with a NoSchedule or NoExecute taint they do not tolerate. */
export const taintToleration: FilterPlugin = {
  name: 'TaintToleration',
  wakesOn: ['NodeChanged'],
  nodeLocal: true,
  begin: (pod) => (node) => {
    const taint = (node.node.spec?.taints ?? []).find(
      (candidate) => candidate.effect !== 'PreferNoSchedule' && !toleratesTaint(pod.spec.tolerations, candidate),
    )
    if (taint === undefined) return undefined
    return { reasons: [`node(s) had untolerated taint {${taint.key}: ${taint.value ?? ''}}`], resolvable: false }
  },
}

/** Prefers nodes with fewer PreferNoSchedule taints the pod does not tolerate. */
export const taintTolerationScore: ScorePlugin = {
  name: 'TaintToleration',
  weight: 3,
  begin: (pod) => {
    const relevant = (pod.spec.tolerations ?? []).filter(
      (toleration) => !toleration.effect || toleration.effect === 'PreferNoSchedule',
    )
    return (node) =>
      (node.node.spec?.taints ?? []).filter(
        (taint) => taint.effect === 'PreferNoSchedule' && !toleratesTaint(relevant, taint),
      ).length
  },
  normalize: scaleToMaxReversed,
}
