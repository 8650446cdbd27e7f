/** What may change of a Job that exists. Source: kubernetes v1.34, pkg/apis/batch/validation (ValidateJobSpecUpdate). */
import type { Job, JobSpec, ObjectMeta, PodSpec, PodTemplateSpec } from '../../generated/types.ts'
import { type FieldError, invalidValue } from '../field-error.ts'
import { immutable, sameValue } from '../immutable.ts'
import { printedFailurePolicy, printedSuccessPolicy } from './job-policies.ts'
import { printedTemplate } from './printed-template.ts'

const FIXED_AFTER_TEMPLATE = [
  'completionMode',
  'podFailurePolicy',
  'backoffLimitPerIndex',
  'managedBy',
  'successPolicy',
] as const

export function validateJobUpdate({ spec }: Job, old: Job): FieldError[] {
  const neverStarted = old.spec.suspend === true && old.status?.startTime === undefined
  const template = neverStarted ? withPlacementOf(spec.template, old.spec.template) : old.spec.template
  return [
    ...validateCompletions(spec, old.spec),
    ...immutable(spec.selector, old.spec.selector, 'spec.selector'),
    ...(sameValue(spec.template, template)
      ? []
      : [invalidValue('spec.template', printedTemplate(spec.template), 'field is immutable')]),
    ...FIXED_AFTER_TEMPLATE.flatMap((field) =>
      sameValue(spec[field], old.spec[field])
        ? []
        : [invalidValue(`spec.${field}`, printed(spec, field), 'field is immutable')],
    ),
  ]
}

function printed(spec: JobSpec, field: (typeof FIXED_AFTER_TEMPLATE)[number]): unknown {
  if (field === 'podFailurePolicy') return spec.podFailurePolicy && printedFailurePolicy(spec.podFailurePolicy)
  if (field === 'successPolicy') return spec.successPolicy && printedSuccessPolicy(spec.successPolicy)
  return spec[field]
}

/** Indexed Jobs may be made larger and smaller: all their pods run at once then. */
function validateCompletions(spec: JobSpec, old: JobSpec): FieldError[] {
  const path = 'spec.completions'
  if (spec.completionMode !== 'Indexed') return immutable(spec.completions, old.completions, path)
  if (spec.completions === undefined || spec.completions === old.completions) return []
  return spec.completions === spec.parallelism
    ? []
    : [invalidValue(path, spec.completions, 'can only be modified in tandem with spec.parallelism')]
}

/** The old template with what says where the pods go: until they are there, a queue may decide it. */
function withPlacementOf(template: PodTemplateSpec, old: PodTemplateSpec): PodTemplateSpec {
  const { metadata, spec } = template
  return {
    ...old,
    metadata: { ...(old.metadata as ObjectMeta), labels: metadata?.labels, annotations: metadata?.annotations },
    spec: {
      ...(old.spec as PodSpec),
      affinity: withNodeAffinityOf(spec?.affinity, old.spec?.affinity),
      nodeSelector: spec?.nodeSelector,
      tolerations: spec?.tolerations,
      schedulingGates: spec?.schedulingGates,
    },
  }
}

function withNodeAffinityOf(affinity: PodSpec['affinity'], old: PodSpec['affinity']): PodSpec['affinity'] {
  if (affinity !== undefined) return { ...old, nodeAffinity: affinity.nodeAffinity }
  const { nodeAffinity: _nodeAffinity, ...others } = old ?? {}
  return sameValue(others, {}) ? undefined : others
}
