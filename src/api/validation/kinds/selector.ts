/** Label selectors of workloads, which must select their own pods.
 *  Source: k8s.io/apimachinery v0.34, pkg/apis/meta/v1/validation; kubernetes v1.34, pkg/apis/apps/validation. */
import { labelValueProblems, qualifiedNameProblems } from '../../formats/index.ts'
import type { LabelSelector, PodTemplateSpec } from '../../generated/types.ts'
import { labelSelectorMatches } from '../../selectors/index.ts'
import { type FieldError, forbidden, invalidFormat, invalidValue, required } from '../field-error.ts'
import { validateLabels } from '../metadata.ts'

export function validateSelector(selector: LabelSelector, path: string): FieldError[] {
  const expressions = (selector.matchExpressions ?? []).flatMap(({ key, operator, values = [] }, index) => {
    const at = `${path}.matchExpressions[${index}]`
    const errors: FieldError[] = []
    if (operator === 'In' || operator === 'NotIn') {
      const why = "must be specified when `operator` is 'In' or 'NotIn'"
      if (values.length === 0) errors.push(required(`${at}.values`, why))
    } else if (operator === 'Exists' || operator === 'DoesNotExist') {
      const why = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"
      if (values.length > 0) errors.push(forbidden(`${at}.values`, why))
    } else errors.push(invalidValue(`${at}.operator`, operator, 'not a valid selector operator'))
    errors.push(...invalidFormat(`${at}.key`, key, qualifiedNameProblems(key)))
    values.forEach((value, at2) =>
      errors.push(...invalidFormat(`${at}.values[${at2}]`, value, labelValueProblems(value))),
    )
    return errors
  })
  return [...validateLabels(selector.matchLabels, `${path}.matchLabels`), ...expressions]
}

/** `kind` is in lower case, as the error says it. */
export function validateOwnSelector(
  spec: { selector?: LabelSelector | undefined; template?: PodTemplateSpec | undefined },
  kind: string,
): FieldError[] {
  const { selector, template } = spec
  if (selector === undefined) return [required('spec.selector')]
  const errors = validateSelector(selector, 'spec.selector')
  const terms = Object.keys(selector.matchLabels ?? {}).length + (selector.matchExpressions ?? []).length
  if (terms === 0) errors.push(invalidValue('spec.selector', selector, `empty selector is invalid for ${kind}`))
  const labels = template?.metadata?.labels
  if (errors.length === 0 && !labelSelectorMatches(selector, labels))
    errors.push(
      invalidValue('spec.template.metadata.labels', labels ?? {}, '`selector` does not match template `labels`'),
    )
  return errors
}
