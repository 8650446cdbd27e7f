/** Which pods are a Job's: unless the user selects them, the server does, by labels that only this Job's pods have.
 *  Source: kubernetes v1.34, pkg/apis/batch/validation (validateGeneratedSelector, ValidateJobSpec). */
import type { Job } from '../../generated/types.ts'
import { labelSelectorMatches } from '../../selectors/index.ts'
import { type FieldError, invalidValue, required } from '../field-error.ts'
import { isReadable, printedSelector, sortedMap, validateSelected, validateSelector } from './selector.ts'

const LABELS = 'spec.template.metadata.labels'
const PREFIX = 'batch.kubernetes.io/'

/** Older clients know the labels without their domain. */
export function validateGeneratedSelector({ metadata, spec }: Job, old: Job | undefined): FieldError[] {
  if (spec.manualSelector === true || spec.selector === undefined) return []
  const [uid, name] = [metadata.uid ?? '', metadata.name ?? '']
  const legacy = { 'controller-uid': uid, 'job-name': name }
  const prefixed = { [`${PREFIX}controller-uid`]: uid, [`${PREFIX}job-name`]: name }
  const labels = spec.template?.metadata?.labels
  const before = old?.spec.template?.metadata?.labels ?? {}
  // Jobs made by old servers have no labels with a domain.
  const arePrefixed = old === undefined || Object.keys(prefixed).every((label) => before[label] !== undefined)
  const expected: Record<string, string> = arePrefixed ? { ...legacy, ...prefixed } : legacy
  const errors = Object.entries(expected).flatMap(([label, value]): FieldError[] => {
    const path = `${LABELS}[${label}]`
    if (labels?.[label] === undefined) return [required(path, `must be '${value}'`)]
    return labels[label] === value ? [] : [invalidValue(path, sortedMap(labels), `must be '${value}'`)]
  })
  if (isReadable(spec.selector) && !labelSelectorMatches(spec.selector, expected))
    errors.push(invalidValue('spec.selector', printedSelector(spec.selector), '`selector` not auto-generated'))
  return errors
}

export function validateJobSelector({ spec }: Job): FieldError[] {
  const { selector } = spec
  const errors = selector === undefined ? [required('spec.selector')] : validateSelector(selector, 'spec.selector')
  return [...errors, ...validateSelected(spec)]
}
