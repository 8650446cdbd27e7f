/** A template as Kubernetes prints it in errors: the metadata as in JSON, the spec by the names of Go's fields. */
import type { ObjectMeta, PodSpec, PodTemplateSpec } from '../../generated/types.ts'
import { asInternal } from '../pod/difference/as-internal.ts'
import { withHost } from '../pod/spec-difference.ts'
import { sortedMap } from './selector.ts'

export function printedTemplate({ metadata, spec }: PodTemplateSpec): object {
  const { labels, annotations, ...others }: Partial<ObjectMeta> = metadata ?? {}
  return {
    ...others,
    ...(labels && { labels: sortedMap(labels) }),
    ...(annotations && { annotations: sortedMap(annotations) }),
    Spec: asInternal('PodSpec', withHost(spec ?? ({} as PodSpec))),
  }
}
