/** Pods. Source: kubernetes v1.34, pkg/apis/core/validation (ValidatePodCreate, ValidatePodUpdate,
 *  ValidatePodStatusUpdate, ValidatePodEphemeralContainersUpdate, ValidatePodResize). */
import type { Pod } from '../../generated/types.ts'
import { type FieldError, forbidden, required } from '../field-error.ts'
import type { KindRules } from '../kind-rules.ts'
import { annotatedProfilesDiffer, MIRROR, validateAnnotationUpdates, validatePodAnnotations } from './annotations.ts'
import { validateEphemeralUpdate } from './ephemeral-update.ts'
import { validatePodImage } from './images.ts'
import { optionsAfter } from './options.ts'
import { validatePodSpec } from './pod-spec.ts'
import { validateResize } from './resize.ts'
import { validatePodStatusUpdate } from './status.ts'
import { validatePodUpdate } from './update.ts'
import { podWarnings } from './warnings.ts'

const ANNOTATIONS = 'metadata.annotations'

export const podRules: KindRules<Pod> = {
  reportsMissing: true,
  validate: (pod, old) => [...validatePod(pod, old), ...(old === undefined ? validateNew(pod) : [])],
  validateUpdate: (pod, old) => [...updatedAnnotations(pod, old), ...validatePodUpdate(pod, old)],
  validatePartialUpdate: {
    ephemeralcontainers: (pod, old) => [...updatedAnnotations(pod, old), ...validateEphemeralUpdate(pod, old)],
    resize: validateResize,
  },
  validateStatusUpdate: (pod, old) => [...updatedAnnotations(pod, old), ...validatePodStatusUpdate(pod, old)],
  warnings: podWarnings,
}

function validatePod({ metadata, spec }: Partial<Pod>, old: Pod | undefined): FieldError[] {
  if (spec === undefined) return [required('spec.containers')]
  const annotations = metadata?.annotations ?? {}
  const isMirror = Object.hasOwn(annotations, MIRROR)
  const options = optionsAfter({ ofPod: true, podName: metadata?.name, isMirror }, old?.spec)
  const images = (['containers', 'initContainers'] as const).flatMap((field) =>
    (spec[field] ?? []).flatMap(({ image }, index) => validatePodImage(image, `spec.${field}[${index}]`)),
  )
  return [
    ...validatePodAnnotations(annotations, spec, ANNOTATIONS, old?.metadata.annotations),
    ...validatePodSpec(spec, 'spec', options),
    ...tokensOfNobody({ spec }),
    ...images,
  ]
}

/** Tokens are a service account's. */
function tokensOfNobody({ spec }: Pick<Pod, 'spec'>): FieldError[] {
  if (spec.serviceAccountName) return []
  return (spec.volumes ?? []).flatMap(({ projected }, index) =>
    (projected?.sources ?? []).flatMap(({ serviceAccountToken }, position) =>
      serviceAccountToken === undefined
        ? []
        : [
            forbidden(
              `spec.volumes[${index}].projected.sources[${position}].serviceAccountToken`,
              'must not be specified when serviceAccountName is not set',
            ),
          ],
    ),
  )
}

function validateNew({ metadata, spec }: Partial<Pod>): FieldError[] {
  if (spec === undefined) return []
  const errors: FieldError[] = []
  if ((spec.ephemeralContainers ?? []).length > 0)
    errors.push(forbidden('spec.ephemeralContainers', 'cannot be set on create'))
  if (spec.nodeName && (spec.schedulingGates ?? []).length > 0)
    errors.push(forbidden('spec.nodeName', 'cannot be set until all schedulingGates have been cleared'))
  return [...errors, ...annotatedProfilesDiffer(metadata?.annotations ?? {}, spec, 'spec')]
}

/** Kubernetes checks what the annotations say once more after what may change of them. */
function updatedAnnotations({ metadata, spec }: Pod, old: Pod): FieldError[] {
  const [annotations, before] = [metadata.annotations ?? {}, old.metadata.annotations ?? {}]
  return [
    ...validateAnnotationUpdates(annotations, before, ANNOTATIONS),
    ...validatePodAnnotations(annotations, spec, ANNOTATIONS, before),
  ]
}
