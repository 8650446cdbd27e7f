/** Jobs: unless the user selects the pods, the server does, by labels that only this Job's pods have.
 *  Source: kubernetes v1.34, pkg/registry/batch/job and pkg/apis/batch/validation. */
import { type FieldError, type k8s, labelSelectorMatches } from '../../../api/index.ts'
import type { AnyObject } from '../any-object.ts'
import type { Strategy } from '../strategy.ts'

const UID_LABEL = 'batch.kubernetes.io/controller-uid'
const LABELS = 'spec.template.metadata.labels'

const specOf = (object: AnyObject) => object.spec as k8s.JobSpec
const isManual = (object: AnyObject) => specOf(object).manualSelector === true

export const jobStrategy: Strategy = {
  countsGenerations: true,
  prepareForCreate(object) {
    object.status = {}
    if (!isManual(object)) selectOwnPods(object)
  },
  validate: (object, old) => (old === undefined ? [...labelProblems(object), ...selectorProblems(object)] : []),
}

/** Each label with and without its domain: older clients know it without. */
const labelsOf = ({ metadata }: AnyObject): Record<string, string> => ({
  'controller-uid': metadata.uid ?? '',
  [UID_LABEL]: metadata.uid ?? '',
  'job-name': metadata.name ?? '',
  'batch.kubernetes.io/job-name': metadata.name ?? '',
})

/** What the user has set stays: if it is not what it must be, the Job is refused. */
function selectOwnPods(object: AnyObject): void {
  const spec = specOf(object)
  const template = (spec.template ??= {})
  const metadata = (template.metadata ?? {}) as k8s.ObjectMeta
  template.metadata = { ...metadata, labels: { ...labelsOf(object), ...metadata.labels } }
  const matchLabels = { [UID_LABEL]: object.metadata.uid ?? '', ...spec.selector?.matchLabels }
  spec.selector = { ...spec.selector, matchLabels }
}

function labelProblems(object: AnyObject): FieldError[] {
  if (isManual(object)) return []
  const labels = specOf(object).template?.metadata?.labels ?? {}
  return Object.entries(labelsOf(object)).flatMap(([label, value]): FieldError[] => {
    if (labels[label] === value) return []
    const message = `Invalid value: ${JSON.stringify(labels)}: must be '${value}'`
    return [{ type: 'FieldValueInvalid', field: `${LABELS}[${label}]`, message }]
  })
}

function selectorProblems(object: AnyObject): FieldError[] {
  const { selector, template } = specOf(object)
  if (selector === undefined) return [{ type: 'FieldValueRequired', field: 'spec.selector', message: 'Required value' }]
  const errors: FieldError[] = []
  if (!isManual(object) && !labelSelectorMatches(selector, labelsOf(object))) {
    const message = `Invalid value: ${JSON.stringify(selector)}: \`selector\` not auto-generated`
    errors.push({ type: 'FieldValueInvalid', field: 'spec.selector', message })
  }
  const labels = template?.metadata?.labels
  if (!labelSelectorMatches(selector, labels)) {
    const message = `Invalid value: ${JSON.stringify(labels ?? {})}: \`selector\` does not match template \`labels\``
    errors.push({ type: 'FieldValueInvalid', field: LABELS, message })
  }
  return errors
}
