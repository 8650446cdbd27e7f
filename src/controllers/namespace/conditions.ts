/** What a namespace being deleted says about how it goes. Source: k8s.io/kubernetes v1.34,
 *  pkg/controller/namespace/deletion/status_condition_utils.go. */
import type { k8s } from '../../api/index.ts'
import type { RemainingContent } from './delete-content.ts'

export function deletionConditions(remaining: RemainingContent, now: string): k8s.NamespaceCondition[] {
  const { counts, finalizers, failures, unknown } = remaining
  const sorted = (map: Map<string, number>) => [...map].sort(([a], [b]) => (a < b ? -1 : 1))
  const content = sorted(counts).map(([name, count]) => `${name} has ${count} resource instances`)
  const waiting = sorted(finalizers).map(([name, count]) => `${name} in ${count} resource instances`)
  return [
    unknown.length > 0
      ? condition('NamespaceDeletionDiscoveryFailure', true, {
          now,
          reason: 'DiscoveryFailed',
          message: `Discovery failed for some groups, ${unknown.length} failing: unable to retrieve the complete list of server APIs: ${unknown.map((name) => `${name}: stale GroupVersion discovery: ${name}`).join(', ')}`,
        })
      : condition('NamespaceDeletionDiscoveryFailure', false, {
          now,
          reason: 'ResourcesDiscovered',
          message: 'All resources successfully discovered',
        }),
    condition('NamespaceDeletionGroupVersionParsingFailure', false, {
      now,
      reason: 'ParsedGroupVersions',
      message: 'All legacy kube types successfully parsed',
    }),
    failures.length > 0
      ? condition('NamespaceDeletionContentFailure', true, {
          now,
          reason: 'ContentDeletionFailed',
          message: `Failed to delete all resource types, ${failures.length} remaining: ${failures.join(', ')}`,
        })
      : condition('NamespaceDeletionContentFailure', false, {
          now,
          reason: 'ContentDeleted',
          message: 'All content successfully deleted, may be waiting on finalization',
        }),
    content.length > 0
      ? condition('NamespaceContentRemaining', true, {
          now,
          reason: 'SomeResourcesRemain',
          message: `Some resources are remaining: ${content.join(', ')}`,
        })
      : condition('NamespaceContentRemaining', false, {
          now,
          reason: 'ContentRemoved',
          message: 'All content successfully removed',
        }),
    waiting.length > 0
      ? condition('NamespaceFinalizersRemaining', true, {
          now,
          reason: 'SomeFinalizersRemain',
          message: `Some content in the namespace has finalizers remaining: ${waiting.join(', ')}`,
        })
      : condition('NamespaceFinalizersRemaining', false, {
          now,
          reason: 'ContentHasNoFinalizers',
          message: 'All content-preserving finalizers finished',
        }),
  ]
}

function condition(
  type: string,
  holds: boolean,
  { now, reason, message }: { now: string; reason: string; message: string },
): k8s.NamespaceCondition {
  return { type, status: holds ? 'True' : 'False', lastTransitionTime: now, reason, message }
}

/** `next` with the transition times of those in `present` whose status has not changed. */
export function keepTransitionTimes(
  present: readonly k8s.NamespaceCondition[] = [],
  next: readonly k8s.NamespaceCondition[],
): k8s.NamespaceCondition[] {
  return next.map((condition) => {
    const before = present.find(({ type }) => type === condition.type)
    return before?.status === condition.status
      ? { ...condition, lastTransitionTime: before.lastTransitionTime }
      : condition
  })
}
