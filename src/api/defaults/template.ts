/** Templates of pods. */
import type { PodSpec, PodTemplateSpec } from '../generated/types.ts'

/** A template that is not there is an empty one, as in Go: what it lacks is told field by field. */
export function defaultTemplate(owner: { template?: PodTemplateSpec | undefined }): void {
  const template = (owner.template ??= {})
  template.spec ??= {} as PodSpec
}
