/** Finalizers that may meet those of others. Source: k8s.io/apiextensions-apiserver v0.34,
 *  pkg/registry/customresource/validator.go (validateKubeFinalizerName). */
import type { AnyObject } from '../../registry/any-object.ts'

const STANDARD = new Set(['orphan', 'foregroundDeletion', 'kubernetes'])

export function finalizerWarnings(object: AnyObject, old: AnyObject | undefined): string[] {
  const before = new Set(old?.metadata.finalizers)
  const added = (object.metadata.finalizers ?? []).filter((name) => !before.has(name) && !STANDARD.has(name))
  return [...new Set(added)]
    .sort()
    .filter((name) => !name.includes('/'))
    .map((name) => {
      const path = name.includes('.') ? ' including a path (/)' : ''

      return `metadata.finalizers: ${JSON.stringify(name)}: prefer a domain-qualified finalizer name${path} to avoid accidental conflicts with other finalizer writers`
    })
}
