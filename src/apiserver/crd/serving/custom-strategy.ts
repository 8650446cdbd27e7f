/** What is special about custom objects on writes. Source: k8s.io/apiextensions-apiserver v0.34,
 *  pkg/registry/customresource/strategy.go. */
import { apiError, qualifiedName, type Resource } from '../../../api/index.ts'
import type { Strategy } from '../../registry/strategy.ts'
import { finalizerWarnings } from './finalizer-warnings.ts'

export function customStrategy(
  resource: Resource,
  { hasStatus, isTerminating }: { hasStatus: boolean; isTerminating: boolean },
): Strategy {
  return {
    countsGenerations: true,
    // Where it is no subresource, the status is a field as any other.
    ...(!hasStatus && { countsStatus: true }),
    requireResourceVersion: true,
    statusKeeps: 'all',
    prepareForCreate(object) {
      if (!isTerminating) return
      const why = 'create not allowed while custom resource definition is terminating'
      throw apiError('Forbidden', `${qualifiedName(resource)} "${object.metadata.name}" is forbidden: ${why}`, {
        subject: { group: resource.group, kind: resource.plural, name: object.metadata.name },
      })
    },
    validate(object, old, context) {
      finalizerWarnings(object, old).forEach(context.warn)
      return []
    },
  }
}
