/** ReplicationControllers and PodTemplates. Source: kubernetes v1.34, pkg/apis/core/validation. */
import type { PodTemplate, ReplicationController } from '../../generated/types.ts'
import { type FieldError, forbidden, invalidValue, notSupported, required } from '../field-error.ts'
import type { KindRules } from '../kind-rules.ts'
import { nonNegative } from '../numbers.ts'
import { validateTemplate } from '../pod/pod-spec.ts'

const TEMPLATE = 'spec.template'

export const replicationControllerRules: KindRules<ReplicationController> = {
  validate: ({ spec }) => {
    const { minReadySeconds, replicas, selector = {}, template } = spec ?? {}
    const errors = nonNegative(minReadySeconds, 'spec.minReadySeconds')
    const terms = Object.entries(selector)
    if (terms.length === 0) errors.push(required('spec.selector'))
    errors.push(...nonNegative(replicas, 'spec.replicas'))
    if (template === undefined) return [...errors, required(TEMPLATE)]
    const labels = template.metadata?.labels ?? {}
    if (terms.some(([key, value]) => !Object.hasOwn(labels, key) || labels[key] !== value))
      errors.push(invalidValue(`${TEMPLATE}.metadata.labels`, labels, '`selector` does not match template `labels`'))
    return [...errors, ...validateTemplate(template, TEMPLATE), ...onlyForever(template)]
  },
}

function onlyForever({ spec }: PodTemplate['template'] & object): FieldError[] {
  const errors: FieldError[] = []
  if (spec === undefined) return errors
  if (spec.restartPolicy !== 'Always')
    errors.push(notSupported(`${TEMPLATE}.spec.restartPolicy`, spec.restartPolicy, ['Always']))
  if (spec.activeDeadlineSeconds !== undefined) {
    const why = 'activeDeadlineSeconds in ReplicationController is not Supported'
    errors.push(forbidden(`${TEMPLATE}.spec.activeDeadlineSeconds`, why))
  }
  return errors
}

export const podTemplateRules: KindRules<PodTemplate> = {
  validate: ({ template }) => (template === undefined ? [] : validateTemplate(template, 'template')),
}
