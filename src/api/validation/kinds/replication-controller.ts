/** ReplicationControllers and PodTemplates. Source: kubernetes v1.34, pkg/apis/core/validation, pkg/registry/core. */
import type { PodTemplate, ReplicationController } from '../../generated/types.ts'
import { type FieldError, invalidValue, required } from '../field-error.ts'
import { sameValue } from '../immutable.ts'
import type { KindRules } from '../kind-rules.ts'
import { nonNegative } from '../numbers.ts'
import { validateTemplate } from '../pod/pod-spec.ts'
import { podTemplateWarnings } from '../pod/warnings.ts'
import { validateControlledTemplate } from './controlled-template.ts'
import { validateReplicaCounts } from './replica-status.ts'
import { sortedMap } from './selector.ts'
import { isAnotherGeneration, nameWarnings } from './template-warnings.ts'

const TEMPLATE = 'spec.template'

export const replicationControllerRules: KindRules<ReplicationController> = {
  reportsMissing: true,
  validate: (controller, old) => [
    ...validateSpec(controller, old),
    // Kubernetes checks what replaces another twice, and lists it twice.
    ...(old === undefined ? [] : validateSpec(controller, old)),
  ],
  validateStatusUpdate: ({ status }) =>
    validateReplicaCounts(status, {
      counts: ['replicas', 'fullyLabeledReplicas', 'readyReplicas', 'availableReplicas', 'observedGeneration'],
      ofReplicas: ['fullyLabeledReplicas', 'readyReplicas', 'availableReplicas'],
      ready: 'readyReplicas',
    }),
  // Of a change it is the former template that is looked at.
  warnings: (object, old) => [
    ...nameWarnings(object, old),
    ...(isAnotherGeneration(object, old) ? podTemplateWarnings(TEMPLATE, (old ?? object).spec.template) : []),
  ],
}

function validateSpec({ spec }: ReplicationController, old: ReplicationController | undefined): FieldError[] {
  const { minReadySeconds, replicas, selector = {}, template } = spec
  const errors = nonNegative(minReadySeconds, 'spec.minReadySeconds')
  const terms = Object.entries(selector)
  if (terms.length === 0) errors.push(required('spec.selector'))
  errors.push(...nonNegative(replicas, 'spec.replicas'))
  if (template === undefined) return [...errors, required(TEMPLATE)]
  const labels = template.metadata?.labels
  if (terms.some(([key, value]) => labels?.[key] !== value))
    errors.push(
      invalidValue(`${TEMPLATE}.metadata.labels`, sortedMap(labels), '`selector` does not match template `labels`'),
    )
  const checks = { kind: 'ReplicationController', old: old?.spec.template }
  return [...errors, ...validateControlledTemplate(template, checks)]
}

export const podTemplateRules: KindRules<PodTemplate> = {
  reportsMissing: true,
  validate: ({ template }, old) => validateTemplate(template ?? {}, 'template', old?.template),
  warnings: ({ template }, old) =>
    old === undefined || !sameValue(template, old.template) ? podTemplateWarnings('template', template) : [],
}
