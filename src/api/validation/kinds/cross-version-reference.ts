/** What an autoscaler scales and measures, of whatever version. Source: kubernetes v1.34, pkg/apis/autoscaling/validation
 *  (ValidateCrossVersionObjectReference). */
import { pathSegmentProblems } from '../../formats/index.ts'
import type { CrossVersionObjectReference } from '../../generated/types.ts'
import { type FieldError, invalidFormat, invalidValue, required } from '../field-error.ts'

export type VersionCheck = 'none' | 'readable' | 'has a group'

export function validateReference(
  reference: Partial<CrossVersionObjectReference>,
  at: string,
  check: VersionCheck,
): FieldError[] {
  const errors = (['kind', 'name'] as const).flatMap((field) => {
    const text = reference[field]
    return text ? invalidFormat(`${at}.${field}`, text, pathSegmentProblems(text)) : [required(`${at}.${field}`)]
  })
  const version = reference.apiVersion ?? ''
  const problem = apiVersionProblem(version, check)
  return problem === undefined ? errors : [...errors, invalidValue(`${at}.apiVersion`, version, problem)]
}

export function apiVersionProblem(version: string, check: VersionCheck): string | undefined {
  if (check === 'none') return undefined
  const [group = '', ...rest] = version === '/' ? [] : version.split('/')
  if (rest.length > 1) return `unexpected GroupVersion string: ${version}`
  const hasGroup = rest.length === 1 && group !== ''
  return hasGroup || check === 'readable' ? undefined : 'apiVersion must specify API group'
}
