/** Label selectors of workloads, which must select their own pods.
 *  Source: k8s.io/apimachinery v0.34, pkg/apis/meta/v1/validation; kubernetes v1.34, pkg/apis/apps/validation. */
import { labelValueProblems, qualifiedNameProblems } from '../../formats/index.ts'
import type { LabelSelector, LabelSelectorRequirement, PodTemplateSpec } from '../../generated/types.ts'
import { labelSelectorMatches } from '../../selectors/index.ts'
import { type FieldError, forbidden, invalidFormat, invalidValue, required } from '../field-error.ts'
import { validateLabels } from '../metadata.ts'

const SELECTOR = 'spec.selector'

/** `allowsInvalidValues`: of expressions; the object was so before. */
export function validateSelector(
  selector: LabelSelector,
  path: string,
  { allowsInvalidValues = false }: { allowsInvalidValues?: boolean | undefined } = {},
): FieldError[] {
  const expressions = (selector.matchExpressions ?? []).flatMap((one: Partial<LabelSelectorRequirement>, index) => {
    const { key = '', operator = '', values = [] } = one
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
    if (allowsInvalidValues) return errors
    values.forEach((value, at2) =>
      errors.push(...invalidFormat(`${at}.values[${at2}]`, value, labelValueProblems(value))),
    )
    return errors
  })
  return [...validateLabels(selector.matchLabels, `${path}.matchLabels`), ...expressions]
}

/** As `validateSelector`; `old` is the selector of the object that is replaced, of which the same is let pass. */
export function validateKeptSelector(selector: LabelSelector, old: LabelSelector | undefined): FieldError[] {
  const allowsInvalidValues = old !== undefined && validateSelector(old, SELECTOR).length > 0
  return validateSelector(selector, SELECTOR, { allowsInvalidValues })
}

interface Selecting {
  selector?: LabelSelector | undefined
  template?: PodTemplateSpec | undefined
}

/** `kind` is in lower case, as the error says it. */
export function validateOwnSelector({ selector }: Selecting, kind: string): FieldError[] {
  if (selector === undefined) return [required(SELECTOR)]
  const errors = validateSelector(selector, SELECTOR)
  const terms = Object.keys(selector.matchLabels ?? {}).length + (selector.matchExpressions ?? []).length
  if (terms === 0)
    errors.push(invalidValue(SELECTOR, printedSelector(selector), `empty selector is invalid for ${kind}`))
  return errors
}

/** Whether the pods of the template are selected. A selector that cannot be read selects as it will. */
export function validateSelected({ selector, template }: Selecting): FieldError[] {
  if (!isReadable(selector) || labelSelectorMatches(selector, template?.metadata?.labels)) return []
  const labels = sortedMap(template?.metadata?.labels)
  return [invalidValue('spec.template.metadata.labels', labels, '`selector` does not match template `labels`')]
}

/** None at all selects nothing, which can be read. */
export const isReadable = (selector: LabelSelector | undefined): boolean =>
  selector === undefined || validateSelector(selector, SELECTOR).length === 0

/** In the order in which errors print them. */
export const printedSelector = ({ matchLabels, matchExpressions }: LabelSelector): LabelSelector => ({
  ...(matchLabels && { matchLabels: sortedMap(matchLabels) }),
  ...(matchExpressions && {
    matchExpressions: matchExpressions.map(
      ({ key = '', operator = '', values }: Partial<LabelSelectorRequirement>) => ({
        key,
        operator,
        ...(values && { values }),
      }),
    ),
  }),
})

/** Errors print maps by key. */
export function sortedMap<T extends Record<string, string> | undefined>(map: T): T {
  if (map === undefined) return map
  return Object.fromEntries(Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1))) as T
}
