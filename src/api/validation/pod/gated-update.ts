/** What may change of a pod that nothing schedules yet: where it may run gets narrower.
 *  Source: kubernetes v1.34, pkg/apis/core/validation (validateNodeSelectorMutation, validateNodeAffinityMutation). */
import type { Affinity, NodeSelectorTerm, PodSpec } from '../../generated/types.ts'
import { type FieldError, invalidValue } from '../field-error.ts'
import { sameValue } from '../immutable.ts'

const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution'

export function validateGatedUpdate(spec: PodSpec, old: PodSpec): FieldError[] {
  return [...validateNodeSelector(spec.nodeSelector ?? {}, old.nodeSelector ?? {}), ...validateTerms(spec, old)]
}

function validateNodeSelector(selector: Record<string, string>, old: Record<string, string>): FieldError[] {
  if (Object.entries(old).every(([key, value]) => selector[key] === value)) return []
  const printed = Object.fromEntries(Object.entries(selector).sort(([a], [b]) => (a < b ? -1 : 1)))
  const value = Object.keys(selector).length === 0 ? null : printed
  const why = 'only additions to spec.nodeSelector are allowed (no mutations or deletions)'
  return [invalidValue('spec.nodeSelector', value, why)]
}

function validateTerms(spec: PodSpec, old: PodSpec): FieldError[] {
  const before = termsOf(old) ?? []
  const terms = termsOf(spec) ?? []
  if (before.length === 0 || sameValue(spec.affinity?.nodeAffinity, old.affinity?.nodeAffinity)) return []
  const path = `spec.affinity.nodeAffinity.${REQUIRED}.nodeSelectorTerms`
  if (before.length !== terms.length) {
    const value = termsOf(spec) === undefined ? null : terms.map(printedTerm)
    return [invalidValue(path, value, 'no additions/deletions to non-empty NodeSelectorTerms list are allowed')]
  }
  return terms.flatMap((term, index) =>
    isNarrower(term, before[index] ?? {})
      ? []
      : [
          invalidValue(
            `${path}[${index}]`,
            printedTerm(term),
            'only additions are allowed (no mutations or deletions)',
          ),
        ],
  )
}

const termsOf = ({ affinity }: PodSpec) => affinity?.nodeAffinity?.[REQUIRED]?.nodeSelectorTerms

/** A term without requirements selects nothing, which more of them would not narrow. */
function isNarrower(term: NodeSelectorTerm, old: NodeSelectorTerm): boolean {
  const lists = ['matchExpressions', 'matchFields'] as const
  if (lists.every((list) => (old[list] ?? []).length === 0))
    return lists.every((list) => (term[list] ?? []).length === 0)
  return lists.every((list) => {
    const before = old[list] ?? []
    return sameValue((term[list] ?? []).slice(0, before.length), before)
  })
}

/** As Kubernetes prints its own type. */
function printedTerm(term: NodeSelectorTerm): object {
  const printed = (list: NodeSelectorTerm['matchFields']) =>
    list?.map(({ key, operator, values = null }) => ({ Key: key, Operator: operator, Values: values })) ?? null
  return { MatchExpressions: printed(term.matchExpressions), MatchFields: printed(term.matchFields) }
}

/** The spec with what a gate allows to change put back. */
export function withoutGatedChanges(spec: PodSpec, old: PodSpec): PodSpec {
  return { ...spec, nodeSelector: old.nodeSelector, affinity: withNodeAffinityOf(spec.affinity, old.affinity) }
}

function withNodeAffinityOf(affinity: Affinity | undefined, old: Affinity | undefined): Affinity | undefined {
  if (sameValue(affinity?.nodeAffinity, old?.nodeAffinity)) return affinity
  const isNodeAffinityOnly = affinity?.podAffinity === undefined && affinity?.podAntiAffinity === undefined
  if (old === undefined && isNodeAffinityOnly) return undefined
  return { ...affinity, nodeAffinity: old?.nodeAffinity }
}
