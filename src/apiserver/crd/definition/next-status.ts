/** What the server says of a definition: its names, whether it is served, what is wrong with it.
 *  Source: k8s.io/apiextensions-apiserver v0.34, pkg/controller/{status,establish,nonstructuralschema,apiapproval}. */
import { apiApprovalOf, isCaBundle, isProtectedGroup, structuralErrors } from '../../../api/machinery.ts'
import { acceptNames } from './accepted-names.ts'
import { withCondition, withoutCondition } from './conditions.ts'
import type { Condition, Definition } from './definition.ts'

type Status = NonNullable<Definition['status']>
type Wanted = Omit<Condition, 'lastTransitionTime'>

/** `others` are all definitions besides this one. */
export function nextStatus(definition: Definition, others: readonly Definition[], nowMs: number): Status {
  const status = definition.status ?? {}
  const { names, condition } = acceptNames(definition, others)
  let conditions: Condition[] = status.conditions ?? []
  const set = (wanted: Wanted) => {
    conditions = withCondition(conditions, wanted, nowMs)
  }
  set(condition)
  const before = conditions.find(({ type }) => type === 'Established')
  if (before?.status !== 'True') set(established(definition, condition.status === 'True'))
  const structure = nonStructural(definition)
  if (structure) set(structure)
  else conditions = withoutCondition(conditions, 'NonStructuralSchema')
  if (isProtectedGroup(definition.spec.group)) set(approval(definition))
  return { ...status, acceptedNames: names, conditions }
}

function established(definition: Definition, namesAccepted: boolean): Wanted {
  const type = 'Established'
  if (!namesAccepted) return { type, status: 'False', reason: 'NotAccepted', message: 'not all names are accepted' }
  const caBundle = definition.spec.conversion?.webhook?.clientConfig?.caBundle
  if (caBundle && !isCaBundle(caBundle))
    return {
      type,
      status: 'False',
      reason: 'InvalidCABundle',
      message: 'The conversion webhook CABundle is invalid',
    }
  return {
    type,
    status: 'True',
    reason: 'InitialNamesAccepted',
    message: 'the initial names have been accepted',
  }
}

/** Only definitions from before schemas had to be structural can have such. */
function nonStructural({ spec }: Definition): Wanted | undefined {
  const errors = spec.versions.flatMap(({ schema }, index) =>
    schema?.openAPIV3Schema === undefined
      ? []
      : structuralErrors(schema.openAPIV3Schema, `spec.versions[${index}].schema.openAPIV3Schema`),
  )
  const sentences = [
    ...(spec.preserveUnknownFields === true ? ['spec.preserveUnknownFields: Invalid value: true: must be false'] : []),
    ...errors.map(({ field, message }) => `${field}: ${message}`),
  ]
  if (sentences.length === 0) return undefined
  const message = sentences.length === 1 ? (sentences[0] ?? '') : `[${sentences.join(', ')}]`
  return { type: 'NonStructuralSchema', status: 'True', reason: 'Violations', message }
}

const APPROVAL_REASONS = {
  approved: 'ApprovedAnnotation',
  bypassed: 'UnapprovedAnnotation',
  missing: 'MissingAnnotation',
  invalid: 'InvalidAnnotation',
} as const

function approval({ metadata }: Definition): Wanted {
  const { state, reason } = apiApprovalOf(metadata.annotations)
  return {
    type: 'KubernetesAPIApprovalPolicyConformant',
    status: state === 'approved' ? 'True' : 'False',
    reason: APPROVAL_REASONS[state],
    message: reason,
  }
}
