/** ResourceClaims and their templates. Source: kubernetes v1.34, pkg/apis/resource/validation. */
import type { ResourceClaimTemplate, ResourceResourceClaim } from '../../../generated/types.ts'
import { type FieldError, invalidValue } from '../../field-error.ts'
import { sameValue } from '../../immutable.ts'
import type { KindRules } from '../../kind-rules.ts'
import { printedMetadata, validateTemplateMetadata } from '../../volumes/claim-spec.ts'
import { validateClaimSpec } from './claim-spec.ts'
import { validateClaimStatus } from './claim-status.ts'
import { internalClaimSpec } from './internal-form.ts'

const fixed = (printed: unknown): FieldError => invalidValue('spec', printed, 'field is immutable')

export const resourceClaimRules: KindRules<ResourceResourceClaim> = {
  reportsMissing: true,
  validate: ({ spec }) => validateClaimSpec(spec, 'spec', false),
  // It is looked at twice: as it is, and as what must not change.
  validateUpdate: ({ spec }, old) => [
    ...(sameValue(spec, old.spec) ? [] : [fixed(internalClaimSpec(spec))]),
    ...validateClaimSpec(spec, 'spec', true),
  ],
  validateStatusUpdate: validateClaimStatus,
}

export const resourceClaimTemplateRules: KindRules<ResourceClaimTemplate> = {
  reportsMissing: true,
  validate: (template) => validateTemplate(template, false),
  validateUpdate: (template, old) => {
    const { spec } = template
    const printed = { ...printedMetadata(spec.metadata ?? {}), Spec: internalClaimSpec(spec.spec) }
    return [...(sameValue(spec, old.spec) ? [] : [fixed(printed)]), ...validateTemplate(template, true)]
  },
}

const validateTemplate = ({ spec }: ResourceClaimTemplate, isStored: boolean) => [
  ...validateTemplateMetadata(spec.metadata ?? {}, 'spec.metadata'),
  ...validateClaimSpec(spec.spec, 'spec.spec', isStored),
]
