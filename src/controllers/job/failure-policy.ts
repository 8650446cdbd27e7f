/** What a Job's podFailurePolicy says of a pod that failed: the first rule that matches counts.
 *  Source: k8s.io/kubernetes v1.34, pkg/controller/job/pod_failure_policy.go. */
import type { k8s } from '../../api/index.ts'

export interface FailureVerdict {
  /** Nothing when no rule matches. */
  action?: 'Count' | 'FailIndex' | 'FailJob' | 'Ignore'
  /** Whether the failure counts towards the back-off limits. */
  counts: boolean
  /** Why the whole Job fails. */
  failJob?: string
}

const UNMATCHED: FailureVerdict = { counts: true }

export function judgeFailure(policy: k8s.PodFailurePolicy | undefined, pod: k8s.Pod): FailureVerdict {
  for (const [index, rule] of (policy?.rules ?? []).entries()) {
    const why = matchedBy(rule, pod)
    if (why === undefined) continue
    const matching = `matching ${rule.action} rule at index ${index}`
    if (rule.action === 'FailJob') return { action: 'FailJob', counts: true, failJob: `${why} ${matching}` }
    if (rule.action === 'Ignore') return { action: 'Ignore', counts: false }
    if (rule.action === 'FailIndex' || rule.action === 'Count') return { action: rule.action, counts: true }
  }
  return UNMATCHED
}

/** In what way the rule matches; nothing when it does not. */
function matchedBy({ onExitCodes, onPodConditions }: k8s.PodFailurePolicyRule, pod: k8s.Pod): string | undefined {
  const { name, namespace } = pod.metadata
  if (onExitCodes !== undefined) {
    const status = [...(pod.status?.containerStatuses ?? []), ...(pod.status?.initContainerStatuses ?? [])].find(
      (container) => exitMatches(onExitCodes, container),
    )
    if (status === undefined) return undefined
    return `Container ${status.name} for pod ${namespace}/${name} failed with exit code ${status.state?.terminated?.exitCode}`
  }
  const condition = pod.status?.conditions?.find((present) =>
    onPodConditions?.some(({ type, status }) => type === present.type && status === present.status),
  )
  return condition === undefined ? undefined : `Pod ${namespace}/${name} has condition ${condition.type}`
}

function exitMatches(
  { containerName, operator, values }: k8s.PodFailurePolicyOnExitCodesRequirement,
  { name, state }: k8s.ContainerStatus,
): boolean {
  const exitCode = state?.terminated?.exitCode ?? 0
  if (exitCode === 0 || (containerName !== undefined && containerName !== name)) return false
  return operator === 'In' ? values.includes(exitCode) : operator === 'NotIn' && !values.includes(exitCode)
}
