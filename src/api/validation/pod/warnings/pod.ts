/** Annotations that do nothing any more, and overhead. */
import type { PodSpec } from '../../../generated/types.ts'
import { fractionalBytesWarnings } from '../../fractional-bytes.ts'

const SYSCTLS = 'non-functional in v1.11+; use the "sysctls" field instead'
const DEPRECATED = {
  'scheduler.alpha.kubernetes.io/critical-pod': 'non-functional in v1.16+; use the "priorityClassName" field instead',
  'security.alpha.kubernetes.io/sysctls': SYSCTLS,
  'security.alpha.kubernetes.io/unsafe-sysctls': SYSCTLS,
}
export const SECCOMP_WARNING = 'non-functional in v1.27+; use the "seccompProfile" field instead'
const SECCOMP_POD = 'seccomp.security.alpha.kubernetes.io/pod'

type Annotations = Readonly<Record<string, string>>

export const annotationWarnings = (annotations: Annotations, path: string): string[] =>
  Object.entries(DEPRECATED).flatMap(([key, why]) =>
    Object.hasOwn(annotations, key) ? [`${path}[${key}]: ${why}`] : [],
  )

export const overheadWarnings = ({ overhead }: PodSpec, path: string): string[] =>
  overhead === undefined
    ? []
    : ['memory', 'ephemeral-storage'].flatMap((name) =>
        fractionalBytesWarnings(overhead[name], `${path}.overhead[${name}]`),
      )

export const seccompAnnotationWarnings = (spec: PodSpec, annotations: Annotations, path: string): string[] =>
  spec.securityContext?.seccompProfile === undefined && Object.hasOwn(annotations, SECCOMP_POD)
    ? [`${path}[${SECCOMP_POD}]: ${SECCOMP_WARNING}`]
    : []
