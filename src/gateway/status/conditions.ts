/** Conditions that change only when what they say changes. Source: Kubernetes API conventions, metav1.Condition. */
import type { k8s } from '../../api/index.ts'
import { toKubernetesTime } from '../../lib/index.ts'

export interface Judgement {
  readonly type: string
  readonly status: 'True' | 'False'
  readonly reason: string
  readonly message: string
}

/** `previous` gives the time of the last change of each status. */
export function toConditions(
  judgements: readonly Judgement[],
  previous: readonly k8s.Condition[] | undefined,
  about: { readonly generation: number | undefined; readonly nowMs: number },
): k8s.Condition[] {
  return judgements.map((judgement) => {
    const before = previous?.find((condition) => condition.type === judgement.type)
    const lastTransitionTime =
      before?.status === judgement.status ? before.lastTransitionTime : toKubernetesTime(about.nowMs)
    return { ...judgement, lastTransitionTime, observedGeneration: about.generation }
  })
}
