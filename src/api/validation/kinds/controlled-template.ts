/** Templates of workloads whose pods never end. Source: kubernetes v1.34, pkg/apis/apps/validation. */
import type { PodTemplateSpec } from '../../generated/types.ts'
import { type FieldError, forbidden, notSupported } from '../field-error.ts'
import { validateTemplate } from '../pod/pod-spec.ts'

const PATH = 'spec.template'

interface TemplateChecks {
  /** As the error says it. */
  kind: string
  /** The template that this one replaces. */
  old: PodTemplateSpec | undefined
}

export const validateControlledTemplate = (template: PodTemplateSpec, { kind, old }: TemplateChecks): FieldError[] => [
  ...validateTemplate(template, PATH, old),
  ...validateEndless(template, kind),
]

export function validateEndless({ spec }: PodTemplateSpec, kind: string): FieldError[] {
  const errors: FieldError[] = []
  const policy = spec?.restartPolicy
  if (policy !== 'Always') errors.push(notSupported(`${PATH}.spec.restartPolicy`, policy ?? '', ['Always']))
  if (spec?.activeDeadlineSeconds !== undefined) {
    const why = `activeDeadlineSeconds in ${kind} is not Supported`
    errors.push(forbidden(`${PATH}.spec.activeDeadlineSeconds`, why))
  }
  return errors
}
