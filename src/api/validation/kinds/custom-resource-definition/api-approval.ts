/** Kinds in groups of the Kubernetes project must say who approved them. Source: k8s.io/apiextensions-apiserver v0.34,
 *  pkg/apihelpers/helpers.go and pkg/apis/apiextensions/validation (validateAPIApproval). */
import { getOwn } from '../../../decode/index.ts'
import type { CustomResourceDefinition } from '../../../generated/types.ts'
import { type FieldError, invalidValue, required } from '../../field-error.ts'

const ANNOTATION = 'api-approved.kubernetes.io'
const FIELD = `metadata.annotations[${ANNOTATION}]`
const PROPOSAL = 'https://github.com/kubernetes/enhancements/pull/1111'

export interface ApiApproval {
  state: 'approved' | 'bypassed' | 'missing' | 'invalid'
  reason: string
}

export const isProtectedGroup = (group: string): boolean =>
  ['k8s.io', 'kubernetes.io'].some((domain) => group === domain || group.endsWith(`.${domain}`))

export function apiApprovalOf(annotations: Record<string, string> | undefined): ApiApproval {
  const text = getOwn(annotations ?? {}, ANNOTATION) ?? ''
  const must = `protected groups must have approval annotation "${ANNOTATION}"`
  if (text === '') return { state: 'missing', reason: `${must}, see ${PROPOSAL}` }
  if (text.startsWith('unapproved')) return { state: 'bypassed', reason: `not approved: ${JSON.stringify(text)}` }
  if (/^[a-zA-Z][a-zA-Z0-9+.-]*:\/\/[^/?\s]+(?:[/?]\S*)?$/.test(text))
    return { state: 'approved', reason: `approved in ${text}` }
  const reason = `${must} with either a URL or a reason starting with "unapproved", see ${PROPOSAL}`
  return { state: 'invalid', reason }
}

export function approvalErrors(
  { metadata, spec }: CustomResourceDefinition,
  old: CustomResourceDefinition | undefined,
): FieldError[] {
  if (!isProtectedGroup(spec.group)) return []
  const { state, reason } = apiApprovalOf(metadata.annotations)
  // A client that only changes something else is not to be held up.
  if (old !== undefined && apiApprovalOf(old.metadata.annotations).state === state) return []
  if (state === 'missing') return [required(FIELD, reason)]
  return state === 'invalid' ? [invalidValue(FIELD, metadata.annotations?.[ANNOTATION], reason)] : []
}
