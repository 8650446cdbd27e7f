/** Jobs: unless the user selects the pods, the server does, by labels that only this Job's pods have.
 *  Source: kubernetes v1.34, pkg/registry/batch/job. */
import type { k8s } from '../../../api/index.ts'
import type { AnyObject } from '../any-object.ts'
import type { Strategy } from '../strategy.ts'

const UID_LABEL = 'batch.kubernetes.io/controller-uid'

export const jobStrategy: Strategy = {
  countsGenerations: true,
  orphansByDefault:
    'child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove them or set propagationPolicy=Orphan to suppress this warning',
  prepareForCreate(object) {
    object.status = {}
    const spec = object.spec as k8s.JobSpec | undefined
    if (spec !== undefined && spec.manualSelector !== true) selectOwnPods(object, spec)
    // A Job that says no labels has those of its pods, which it has only now.
    const labels = spec?.template?.metadata?.labels
    if (labels !== undefined && Object.keys(object.metadata.labels ?? {}).length === 0)
      object.metadata.labels = { ...labels }
  },
}

/** Each label with and without its domain: older clients know it without. */
const labelsOf = ({ metadata }: AnyObject): Record<string, string> => ({
  'controller-uid': metadata.uid ?? '',
  [UID_LABEL]: metadata.uid ?? '',
  'job-name': metadata.name ?? '',
  'batch.kubernetes.io/job-name': metadata.name ?? '',
})

/** What the user has set stays: if it is not what it must be, the Job is refused. */
function selectOwnPods(object: AnyObject, spec: k8s.JobSpec): void {
  const template = (spec.template ??= {})
  const metadata = (template.metadata ?? {}) as k8s.ObjectMeta
  template.metadata = metadata
  const labels = (metadata.labels ??= {})
  for (const [label, value] of Object.entries(labelsOf(object))) labels[label] ??= value
  const matchLabels = { [UID_LABEL]: object.metadata.uid ?? '', ...spec.selector?.matchLabels }
  spec.selector = { ...spec.selector, matchLabels }
}
